"""Buttons on cells of any length, and on files that were changed without being computed again."""

import contextlib
import json
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from addin.commands.catalogue import COMMANDS
from addin.commands.cell_calls import calls_of, cell_calls
from console.cli import main
from rules.errors import Error
from sync.backends.file import FileStore
from tests.addin.commands.desk import desk, in_memory, on_disk
from tests.sync.backends.packages import build, sheet

ROOT = Path(__file__).parents[3]
WORK = """
import json, time
from tests.addin.commands.test_bounded_cells import LONG, PIECES, worked
worked("a")
told = {}
for name, piece in PIECES.items():
    start = time.process_time()
    worked((piece * LONG)[:LONG])
    told[name] = time.process_time() - start
print(json.dumps(told))
"""
LONG = 32_000
SECONDS = 2.0
"""Of CPU; the slowest needs 0.4 s, one whose work grew with the square of the length would need six."""
PIECES = {
    "letters": "a",
    "capitals": "A",
    "han": "灯",
    "dashes": "a-",
    "words": "ab ",
    "quotes": "a'",
    "dots": "a.",
    "calls": "F(",
}


def worked(text):
    """What 解释此单元格 and 插入函数 do with a text of any kind, and how formulas are compared."""
    store = in_memory({"货": [["品类", "渠道"], ["车机", "快线", f"={text}"], ["车机", "快线", f"=LEADTIME({text})"]]})
    for cell in ("C2", "C3"):
        COMMANDS["explain_cell"].run(desk(store, cell))
    for answers in ({"words": text}, {"words": "SKUFROM", "function": "SKUFROM", "SKUFROM.text": f'"{text}'}):
        with contextlib.suppress(Error):  # no function of such words, or too long for a cell
            COMMANDS["insert_function"].run(desk(store, "D2", **answers))
    list(calls_of(text))


def test_work_grows_with_the_length_not_with_its_square():
    done = subprocess.run([sys.executable, "-c", WORK], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-800:]
    told = json.loads(done.stdout)
    assert set(told) == set(PIECES)
    assert {name: spent for name, spent in told.items() if spent > SECONDS} == {}


def test_a_formula_too_long_for_a_cell_is_said_by_its_code():
    store = in_memory({"货": [["品类"], [f"=LEADTIME({'a' * 9_000})"]]})
    (call,) = cell_calls(desk(store, "A2"), "货", 2, 0, f"LEADTIME({'a' * 9_000})")
    assert (call.why.code.id, len(call.written) < 100) == ("F-601", True)
    answers = {"words": "SKUFROM", "function": "SKUFROM", "SKUFROM.text": '"' + "a" * 9_000 + '"'}
    with pytest.raises(Error, match="F-601"):
        COMMANDS["insert_function"].run(desk(store, "D2", **answers))


def changed_since(path, flag='<calcPr fullCalcOnLoad="1"/>'):
    """B2 shows 10 but makes 20 now; C2 reads it."""
    rows = """<row r="1"><c r="A1" t="inlineStr"><is><t>入库</t></is></c><c r="B1" t="inlineStr"><is><t>库存</t></is></c>
    <c r="C1" t="inlineStr"><is><t>日均销量</t></is></c><c r="D1" t="inlineStr"><is><t>可售天数</t></is></c></row>
    <row r="2"><c r="A2"><v>20</v></c><c r="B2"><f>A2+0</f><v>10</v></c><c r="C2"><v>2</v></c><c r="D2"><f>COVERDAYS(B2,C2)</f><v>5</v></c></row>
    <row r="3"><c r="A3"><v>20</v></c><c r="B3"><v>30</v></c><c r="C3"><v>2</v></c><c r="D3"><f>COVERDAYS(B3,C3)</f><v>99</v></c></row>"""
    build(path, {"货": sheet(rows)}, workbook=flag)
    return FileStore(path)


def test_a_file_that_awaits_its_calculation_is_not_believed(tmp_path):
    store = changed_since(tmp_path / "b.xlsx")
    assert store.read("货").awaits_calculation
    values = COMMANDS["formulas_to_values"].run(desk(store))
    assert [(change.place, change.after) for change in values.report.changes] == [("货!D3", 15.0)]
    assert [(item.code.id, item.cell) for item in values.report.problems] == [("K-040", "D2")]
    told = COMMANDS["explain_cell"].run(desk(store, "D2"))
    assert [item.code.id for item in told.report.problems] == ["H-083"]
    assert "15" in COMMANDS["explain_cell"].run(desk(store, "D3")).report.details[0].zh
    answers = {"function": "COVERDAYS", "how": "values", "column": "new"}
    filled = COMMANDS["fill_formula"].run(desk(store, **answers))
    assert [(item.code.id, item.cell) for item in filled.report.problems] == [("K-070", "B2")]
    assert [change.after for change in filled.report.changes if change.place.endswith("3")] == [15.0]


def test_a_file_that_was_computed_is_believed(tmp_path):
    store = changed_since(tmp_path / "b.xlsx", flag='<calcPr calcId="191029"/>')
    assert not store.read("货").awaits_calculation
    values = COMMANDS["formulas_to_values"].run(desk(store))
    assert [(change.place, change.after) for change in values.report.changes] == [("货!D2", 5.0), ("货!D3", 99.0)]
    answers = {"function": "COVERDAYS", "how": "values", "column": "new"}
    assert not COMMANDS["fill_formula"].run(desk(store, **answers)).report.problems


def test_the_command_line_warns_of_such_a_file(tmp_path, capsys):
    changed_since(tmp_path / "b.xlsx")
    assert main(["button", "explain_cell", str(tmp_path / "b.xlsx"), "--select", "货!B3", "--lang", "en"]) == 0
    assert "4 formulas" not in (told := capsys.readouterr().out)
    assert "3 formulas of this tab may show old values" in told
    changed_since(tmp_path / "b.xlsx", flag="")
    assert main(["button", "explain_cell", str(tmp_path / "b.xlsx"), "--select", "货!B3", "--lang", "en"]) == 0
    assert "old values" not in capsys.readouterr().out


def test_a_formula_that_nobody_computed_is_no_blank(tmp_path):
    store = on_disk(tmp_path / "b.xlsx", {"货": [["库存", "日均销量"], ["=5*2", 2], [10, 2]]})
    assert openpyxl.load_workbook(tmp_path / "b.xlsx").calculation.fullCalcOnLoad
    filled = COMMANDS["fill_formula"].run(desk(store, function="COVERDAYS", how="values", column="new"))
    assert [(item.code.id, item.cell) for item in filled.report.problems] == [("K-070", "A2")]
