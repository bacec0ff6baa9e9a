"""The proof: LibreOffice computes the compiled formulas, and every cell is what the rule answers."""

from datetime import date
from pathlib import Path

import pytest
import yaml
from openpyxl import load_workbook

from addin.functions.batch import evaluate_batch
from addin.native.compiler import compile_functions
from addin.native.pinyin import characters
from addin.native.workbook import write_workbook
from addin.registry.catalogue import ENTRIES, find
from rules.policy.loader import load, packaged, packaged_path
from tests.addin.native.proof import TODAY, computed_cells, markdown, prove
from tests.office import need_office

POLICY = packaged().rules
DOCUMENT = Path(__file__).parents[3] / "docs" / "compile.md"
ROWS = 2000


def wrong(lines):
    return [f"{line.function}: {cell}" for line in lines for cell in line.wrong]


def test_every_cell_is_what_the_rule_answers(tmp_path):
    need_office()
    lines = prove(ENTRIES, POLICY, 60, 1, tmp_path)
    assert not wrong(lines)
    assert all(line.values + line.silent > 8 for line in lines)


@pytest.mark.proof
def test_every_cell_of_the_long_proof(tmp_path):
    need_office()
    lines = prove(ENTRIES, POLICY, ROWS, 7, tmp_path)
    assert not wrong(lines)
    text = markdown(compile_functions(ENTRIES, POLICY)[1], lines)
    print(text)
    DOCUMENT.write_text(text, "utf-8")


def test_the_committed_table_is_of_these_functions():
    """`make proof` writes it."""
    rows = [line.split("|") for line in DOCUMENT.read_text("utf-8").splitlines() if line.startswith("| `")]
    told = {cells[1].strip(" `"): cells[2].strip() for cells in rows}
    _, functions = compile_functions(ENTRIES, POLICY)
    assert set(told) == {function.entry.name for function in functions}
    assert all(int(told[function.entry.name]) >= ROWS for function in functions if function.tab)


@pytest.mark.proof
def test_every_character_of_the_table(tmp_path):
    need_office()
    chars = characters()
    rows = [["".join(chars[i : i + 12])] for i in range(0, len(chars), 12)]
    book, functions = compile_functions([find("PINYIN")], POLICY, TODAY)
    write_workbook(tmp_path / "chars.xlsx", book, functions, {"PINYIN": rows}, 0)
    cells = [row[1] for row in computed_cells(tmp_path / "chars.xlsx", tmp_path / "out")["PINYIN"]]
    expected = [outcome.value for outcome in evaluate_batch([("PINYIN", row) for row in rows], POLICY, TODAY)]
    assert cells == expected


def changed(tmp_path, **numbers):
    document = yaml.safe_load(packaged_path().read_text("utf-8"))
    for place, value in numbers.items():
        node = document["rules"]
        for name in place.split("__"):
            node = node[name]
        node.update(value)
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    return load(path).rules


@pytest.mark.proof
def test_a_changed_number_changes_the_answers(tmp_path):
    need_office()
    policy = changed(
        tmp_path,
        turnover__lanes__快线__norm_days={"values": {date(2025, 1, 1): 44, date(2025, 3, 15): 40}},
        lead_time__purchase_days={"value": 31, "values": {date(2026, 11, 1): 25}},
        stocking_orders__sharp_is_late={"value": False},
        routes__deadlines_all_year={"value": False},
        shipment_notes__other_warehouses={"value": [4, 2]},
        channels__spellings={"空运": ["空派", "飞机"]},
        instructions__before={"value": "13:30"},
    )
    book, functions = compile_functions(
        [find(name) for name in ("ETA", "LEADTIME", "ORDERBY", "INSTRUCTBY")], policy, TODAY
    )
    rows = {
        "ETA": [["2025-03-14", "快线"], ["2025-03-15", "快线"], ["2025-03-15", "飞机"]],
        "LEADTIME": [["车灯", "快线"]],
        "ORDERBY": [["2026-10-31", "车灯", "快线", "min"], ["2026-11-01", "车灯", "快线", "min"]],
        "INSTRUCTBY": [["2025-07-13", "YES"], ["2025-04-13", "YES"]],
    }
    write_workbook(tmp_path / "changed.xlsx", book, functions, rows, 0)
    cells = computed_cells(tmp_path / "changed.xlsx", tmp_path / "out")
    assert [row[3].date() for row in cells["ETA"]] == [date(2025, 4, 27), date(2025, 4, 24), date(2025, 3, 27)]
    assert cells["LEADTIME"][0][3] == 95
    assert [row[4].date() for row in cells["ORDERBY"]] == [date(2026, 8, 7), date(2026, 8, 14)]
    assert [str(row[2]) for row in cells["INSTRUCTBY"]] == ["2025-07-09 13:30:00", "SOP未规定"]
    names = (
        "ETA",
        "TURNOVERTOTAL",
        "LEADTIMEPLAN",
        "SHIPCUTOFF",
        "SLOTDEADLINE",
        "NEXTSLOT",
        "SLOTCHECK",
        "INFOBY",
        "SHIPNOTE",
    )
    assert not wrong(prove([find(name) for name in names], policy, 40, 3, tmp_path))


def test_a_number_changed_in_the_sheet_changes_the_answers(tmp_path):
    need_office()
    book, functions = compile_functions([find("TURNOVERTOTAL")], POLICY, TODAY)
    path = tmp_path / "sheet.xlsx"
    write_workbook(path, book, functions, {"TURNOVERTOTAL": [[30, "快线", "2025-06-15"]]}, 0)
    sheets = load_workbook(path)
    for row in sheets["规则表"].iter_rows(min_row=4):
        if row[0].value == "turnover.domestic_days" and row[3].value == 7:
            row[3].value = 9
    sheets.save(path)
    assert computed_cells(path, tmp_path / "out")["TURNOVERTOTAL"][0][3] == 133
