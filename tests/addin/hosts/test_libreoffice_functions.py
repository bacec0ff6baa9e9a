"""The functions in a real LibreOffice: bare names and service names, cells and ranges, against the evaluator."""

import re
import zipfile
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.formula import ArrayFormula

from addin.functions.evaluate import evaluate
from addin.hosts.libreoffice.values import to_calc
from addin.registry.catalogue import ENTRIES, find
from console.bench.office import office
from rules.answer import Fault
from rules.policy.loader import packaged
from tests.office import need_session
from tests.rules.cases import CASES
from tests.rules.cases import formula as written

DRIVER = "tests.addin.hosts.libreoffice_sessions"
FIRST = 40
"""The column of results; arguments stand left of it."""
CALC = {"#VALUE!": 519, "#N/A": 32767, "#NUM!": 503, "#NAME?": 525}


@pytest.fixture(scope="module")
def program():
    need_session()
    with office() as running:
        yield running


def today():
    return datetime.now(packaged().site.zone).date()


def expected(formula):
    """Rows as Calc shows them: numbers, texts, errors by their code."""
    result = evaluate(formula, packaged().rules, today())
    value = result.fault if result.value is None and result.fault else result.value
    rows = value if isinstance(value, list) else [[value]]
    return [[{"error": CALC[cell.kind]} if isinstance(cell, Fault) else to_calc(cell) for cell in row] for row in rows]


def same(found, wanted):
    if isinstance(wanted, float) and isinstance(found, float):
        return abs(found - wanted) <= 1e-9 * max(1, abs(wanted))
    return found == wanted


@dataclass
class Sheet:
    """A sheet of cases: arguments, a formula that reads them, and what it must show, by its range."""

    book: openpyxl.Workbook = field(default_factory=openpyxl.Workbook)
    row: int = 1
    wanted: dict = field(default_factory=dict)
    formulas: dict = field(default_factory=dict)
    names: dict = field(default_factory=dict)

    def add(self, name, formula, words, height):
        answer = expected(formula)
        left, right = get_column_letter(FIRST), get_column_letter(FIRST + len(answer[0]) - 1)
        area = f"{left}{self.row}:{right}{self.row + len(answer) - 1}"
        call = f"={name}({','.join(words)})"
        self.book.active[f"{left}{self.row}"] = ArrayFormula(area, call) if len(answer) * len(answer[0]) > 1 else call
        self.wanted[area], self.formulas[area], self.names[area] = answer, call, formula
        self.row += max(len(answer), height)

    def place(self, column, value):
        """Writes an argument's cells; answers their reference, and how many rows and columns they take."""
        rows = [row if isinstance(row, list) else [row] for row in value] if isinstance(value, list) else [[value]]
        for down, cells in enumerate(rows):
            for right, cell in enumerate(cells):
                self.book.active.cell(self.row + down, column + right, cell)
        first = f"{get_column_letter(column)}{self.row}"
        last = f"{get_column_letter(column + len(rows[0]) - 1)}{self.row + len(rows) - 1}"
        return (first if first == last else f"{first}:{last}"), len(rows), len(rows[0])


def by_literals():
    """Every example and every case as it is written, with literals."""
    sheet = Sheet()
    for entry in ENTRIES:
        name, _, inside = entry.example[1:].partition("(")
        sheet.add(name, entry.example, [inside[:-1]], 1)
    for _, case in CASES:
        if "function" in case and not any(isinstance(value, list) for value in case["given"].values()):
            formula = written(case)
            name, _, inside = formula[1:].partition("(")
            sheet.add(name, formula, [inside[:-1]], 1)
    return sheet


def by_references():
    """Every case with its arguments in cells: single ones, and columns as one array formula."""
    sheet = Sheet()
    for _, case in CASES:
        if "function" not in case:
            continue
        entry = find(case["function"])
        words, column, height = [], 1, 1
        for arg in entry.args:
            value = case["given"].get(arg.name)
            if arg.name not in case["given"]:
                words.append("")
                continue
            if not isinstance(value, (int, float, list, str, type(None))):
                value = str(value)
            word, rows, columns = sheet.place(column, value)
            words.append(word)
            column, height = column + columns, max(height, rows)
        while words and not words[-1] and len(words) > entry.least:
            words.pop()
        sheet.add(entry.name, written(case), words, height)
    return sheet


CALC_CANNOT_TELL = {'=SKU("HIFILUZ","车机",,0,"CA")', "=FREEUNTIL(True)"}
"""An argument left out between others is 0 to a macro function, and TRUE is 1 to Calc."""


def differences(sheet, found):
    return [
        f"{sheet.names[area]} as {sheet.formulas[area]}: {found[area]} instead of {answer}"
        for area, answer in sheet.wanted.items()
        if sheet.names[area] not in CALC_CANNOT_TELL
        and not all(
            same(cell, want)
            for row, wants in zip(found[area], answer, strict=True)
            for cell, want in zip(row, wants, strict=True)
        )
    ]


@pytest.mark.parametrize("make", [by_literals, by_references])
def test_bare_names_of_a_workbook_answer_as_the_evaluator_and_stay_in_it(program, tmp_path, make):
    sheet = make()
    sheet.book.save(tmp_path / "in.xlsx")
    done = program.run(
        DRIVER,
        action="recompute",
        path=str(tmp_path / "in.xlsx"),
        areas=list(sheet.wanted),
        out=str(tmp_path / "out.xlsx"),
    )
    assert differences(sheet, done["values"]) == []
    saved = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    cached = openpyxl.load_workbook(tmp_path / "out.xlsx", data_only=True).active
    for area, answer in sheet.wanted.items():
        first = area.split(":")[0]
        text = saved[first].value
        text = text.text if isinstance(text, ArrayFormula) else text
        assert without_gaps(text) == without_gaps(sheet.formulas[area])
        if sheet.names[area] not in CALC_CANNOT_TELL:
            assert same(as_calc(cached[first].value), answer[0][0]), (sheet.formulas[area], cached[first].value)
    again = program.run(DRIVER, action="recompute", path=str(tmp_path / "out.xlsx"), areas=list(sheet.wanted))
    assert again["values"] == done["values"]


def without_gaps(formula):
    """Calc writes TRUE as a call, numbers its own way, and gaps of RESTOCK as empty texts."""
    plain = formula.replace('""', "").replace(" ", "").replace("TRUE()", "True").replace("FALSE()", "False")
    return re.sub(r"\d+(\.\d+)?(e-?\d+)?", lambda number: repr(float(number[0])), plain)


def as_calc(cached):
    if isinstance(cached, str) and cached in CALC:
        return {"error": CALC[cached]}
    return "" if cached is None else float(cached) if isinstance(cached, (int, float)) else cached


def test_service_names_answer_the_same(program, tmp_path):
    sheet = by_references()
    sheet.book.save(tmp_path / "in.xlsx")
    formulas, skipped = {}, 0
    for area, formula in sheet.formulas.items():
        blank = reads_a_blank(sheet, formula)
        skipped += blank
        if not blank:
            formulas[area] = "=CN.QUANLIUCHENG.FUNCTIONS." + formula[1:].replace(",", ";")
    found = program.run(DRIVER, action="service names", path=str(tmp_path / "in.xlsx"), formulas=formulas)
    wrong = differences(
        Sheet(wanted={area: sheet.wanted[area] for area in formulas}, formulas=sheet.formulas, names=sheet.names), found
    )
    assert wrong == []
    assert len(formulas) > 5 * skipped


def reads_a_blank(sheet, formula):
    """A single blank cell reaches a service as 0, as 0 does; bare names, into which such formulas are changed, tell them apart."""
    words = formula[formula.index("(") + 1 : -1].split(",")
    return any(word and ":" not in word and sheet.book.active[word].value in (None, "", 0) for word in words)


def test_formulas_entered_in_a_window_are_kept_by_bare_names(program, tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"], book.active["B1"] = "车机", "快线"
    book.save(tmp_path / "in.xlsx")
    formulas = {
        "D1": "=LEADTIME.备货周期(A1;B1)",
        "D2": "=LEADTIME(A1;B1)+1",
        "D3": "=RESTOCK(10;300;200;94;;;24)",
        "D4": "=CN.QUANLIUCHENG.FUNCTIONS.COVERDAYS(A9;8)",
        "D5": '=IF(LEADTIME(A1;B1)>70;SKU("HIFILUZ";"球泡灯";"";"";"加拿大站");"short")',
    }
    found = program.run(
        DRIVER, action="typed", path=str(tmp_path / "in.xlsx"), formulas=formulas, out=str(tmp_path / "out.xlsx")
    )
    assert found["D1"] == ["=LEADTIME(A1;B1)", 71]
    assert found["D2"] == ["=LEADTIME(A1;B1)+1", 72]
    assert found["D3"] == ['=RESTOCK(10;300;200;94;"";"";24)', 672]
    assert found["D4"] == ["=COVERDAYS(A9;8)", ""]
    assert found["D5"][1] == evaluate('=SKU("HIFILUZ","球泡灯","","","加拿大站")', packaged().rules, today()).value
    saved = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert [saved[cell].value for cell in ("D1", "D2", "D4")] == [
        "=LEADTIME(A1,B1)",
        "=LEADTIME(A1,B1)+1",
        "=COVERDAYS(A9,8)",
    ]


def test_the_function_wizard_knows_every_function(program):
    found = program.run(DRIVER, action="wizard", names=[entry.name for entry in ENTRIES])
    assert len(found) == len(ENTRIES)
    for known in found:
        entry = find(known["name"].split(".")[0])
        assert known["name"] == f"{entry.name}.{entry.alias_zh}"
        assert [name for name, _ in known["args"]] == [arg.name for arg in entry.args]
        assert all(help for _, help in known["args"])


OTHER_HOSTS = (
    "=_xldudf_QUANLIUCHENG_LEADTIME(A1,B1)",
    "='C:\\add ins\\quanliucheng.xlam'!LEADTIME(A1,B1)",
    "=[1]!LEADTIME(A1,B1)",
    "=_xlfn.LEADTIME(A1,B1)",
    "=CN.QUANLIUCHENG.FUNCTIONS.LEADTIME(A1,B1)",
    "=备货周期(A1,B1)",
    "=leadtime(A1,B1)",
)


def test_workbooks_of_other_hosts_compute_and_are_saved_with_bare_names(program, tmp_path):
    book = openpyxl.Workbook()
    book.active["A1"], book.active["B1"] = "车机", "快线"
    for row, formula in enumerate(OTHER_HOSTS, 1):
        book.active.cell(row, 3, formula)
    book.active["D1"] = "=EXPLAIN(_xlfn.FORMULATEXT(C1))"
    book.active["D2"] = '=OVERSEASLEFT("2025-11-05")'
    book.save(tmp_path / "in.xlsx")
    areas = [f"C{row}" for row in range(1, len(OTHER_HOSTS) + 1)]
    done = program.run(
        DRIVER, action="recompute", path=str(tmp_path / "in.xlsx"), areas=[*areas, "D1"], out=str(tmp_path / "out.xlsx")
    )
    assert [done["values"][area] for area in areas] == [[[71]]] * len(areas)
    assert done["values"]["D1"][0][0].startswith('=LEADTIME("车机","快线") → 71')
    saved = openpyxl.load_workbook(tmp_path / "out.xlsx").active
    assert {saved[area].value for area in areas} == {"=LEADTIME(A1,B1)"}


def test_what_depends_on_today_is_computed_again_when_it_is_opened(program, tmp_path):
    """The cached value of another day does not stay; everything else keeps what the file says."""
    book = openpyxl.Workbook()
    arrived = today() - timedelta(days=5)
    book.active["A1"] = f'=OVERSEASLEFT("{arrived}")'
    book.save(tmp_path / "in.xlsx")
    done = program.run(
        DRIVER, action="recompute", path=str(tmp_path / "in.xlsx"), areas=["A1"], out=str(tmp_path / "out.xlsx")
    )
    assert done["values"]["A1"] == [[25.0]]
    stale = tmp_path / "stale.xlsx"
    with zipfile.ZipFile(tmp_path / "out.xlsx") as source, zipfile.ZipFile(stale, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            target.writestr(name, content.replace(b"<v>25</v>", b"<v>13</v>") if "sheet1" in name else content)
    again = program.run(DRIVER, action="recompute", path=str(stale), areas=["A1"])
    assert again["values"]["A1"] == [[25.0]]
