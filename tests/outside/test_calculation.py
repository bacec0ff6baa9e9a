"""Formulas that we write and formulas that we answer, computed by programs that share no line with LibreOffice."""

from datetime import date

import pytest
from openpyxl import load_workbook

from addin.native.compiler import compile_functions
from addin.native.workbook import write_workbook
from addin.registry.catalogue import ENTRIES
from rules.policy.loader import packaged
from tests.addin.functions.operator_cases import LEFT, cases, in_workbook, ours, theirs
from tests.addin.functions.operator_cases import same as exactly
from tests.addin.hosts.test_operators_in_libreoffice import MADE, Maker
from tests.addin.native.rows import rows
from tests.office import need_office
from tests.outside.differences import CLASSES, FOLLOWS, UNKNOWN, class_of, read_by, same, sorted_out
from tests.outside.engines import by_gnumeric, by_onlyoffice, libreoffice, values
from tests.outside.tools import gnumeric, need, onlyoffice, tell, timed

ENGINES = {
    "Gnumeric": (gnumeric, by_gnumeric),
    "ONLYOFFICE": (onlyoffice, by_onlyoffice),
}
POLICY, TODAY, ROWS, SEED = packaged().rules, date(2025, 4, 3), 12, 11


@pytest.fixture(scope="module")
def compiled(tmp_path_factory):
    """The functions as native formulas on random rows, what LibreOffice makes of them, and which cells are answers."""
    need_office()
    folder = tmp_path_factory.mktemp("compiled")
    book, functions = compile_functions(ENTRIES, POLICY, TODAY)
    functions = [function for function in functions if function.tab]
    path = folder / "rules.xlsx"
    write_workbook(path, book, functions, {item.entry.name: [row.cells for row in rows(item.entry, POLICY, ROWS, SEED)] for item in functions}, 0)  # fmt: skip
    formulas, answers = {}, set()
    places = {item.entry.name: [column.is_answer for column in item.tab.columns] for item in functions}
    for tab in load_workbook(path):
        for line in tab.iter_rows():
            for cell in line:
                if cell.data_type == "f":
                    formulas[tab.title, cell.coordinate] = cell.value
                    if tab.title in places and places[tab.title][cell.column - 1]:
                        answers.add((tab.title, cell.coordinate))
    with timed(f"LibreOffice, {len(formulas)} formulas"):
        computed = values(libreoffice(path, folder))
    return path, formulas, answers, computed


def listed(engine, found):
    """The lines of a table of classes, with an example of each."""
    whys = {item.name: item.why for item in CLASSES} | {FOLLOWS: "reads only cells that differ for another reason"}
    for name, differences in sorted(found.items(), key=lambda item: -len(item[1])):
        yield f"  {len(differences):5} {name}: {whys.get(name, '')}; {str(differences[0][:1] + differences[0][2:])[:150]}"


@pytest.mark.proof
@pytest.mark.parametrize("engine", ENGINES)
def test_compiled_functions_in_another_engine(engine, compiled, tmp_path):
    """Every cell, helpers too, is LibreOffice's (which another proof compares with the rules), or of a class named here."""
    have, compute = ENGINES[engine]
    need(have(), engine)
    path, formulas, answers, computed = compiled
    with timed(f"{engine}, compiled functions"):
        found = sorted_out(engine, formulas, computed, values(compute(path, tmp_path)))
    differ = {difference[0] for differences in found.values() for difference in differences}
    equal = len(formulas) - len(differ), len(answers - differ)
    head = f"qlc compile, {engine}: {equal[0]} of {len(formulas)} cells as LibreOffice, {equal[1]} of {len(answers)} answers"
    tell(head, *listed(engine, found))
    assert found.get(UNKNOWN, []) == []
    assert equal[1] >= len(answers) * (0.5 if engine == "Gnumeric" else 0.99), "hardly anything was computed"


@pytest.mark.proof
@pytest.mark.parametrize("engine", ENGINES)
def test_operators_in_another_engine(engine, tmp_path):
    """What `qlc compute` answers for operators, of the table and made at random, is what another program computes."""
    have, compute = ENGINES[engine]
    need(have(), engine)
    maker = Maker(SEED)
    asked = [*cases(), *(maker.case() for _ in range(MADE))]
    path = in_workbook(tmp_path / "asked.xlsx", asked)
    found, compared = {}, 0
    with timed(f"{engine}, operators"):
        answered = theirs(compute(path, tmp_path), len(asked))
    for case, mine, other in zip(asked, ours(path), answered, strict=True):
        if mine == LEFT:
            continue
        compared += 1
        if not exactly(mine, other):
            mine, other = (str(value) if str(value).startswith("#") else value for value in (mine, other))
            name = class_of(engine, case.formula, mine, other)
            found.setdefault(name, []).append((case.formula, case.cells, mine, other))
    tell(
        f"qlc compute, {engine}: {compared - sum(map(len, found.values()))} of {compared} alike", *listed(engine, found)
    )
    assert compared >= 400
    assert found.get(UNKNOWN, []) == []


def test_what_differs_is_told_from_what_follows():
    formulas = {("T", "B1"): "=A1*2", ("T", "C1"): "=B1+1", ("T", "D1"): "=A1+1", ("T", "E1"): '="x"&$A$1'}
    one = {("T", "B1"): 4, ("T", "C1"): 5, ("T", "D1"): 3, ("T", "E1"): "x"}
    assert sorted_out("Gnumeric", formulas, one, dict(one)) == {}
    other = one | {("T", "B1"): 6, ("T", "C1"): 7}
    found = sorted_out("Gnumeric", formulas, one, other)
    assert {name: [item[0][1] for item in items] for name, items in found.items()} == {UNKNOWN: ["B1"], FOLLOWS: ["C1"]}
    assert read_by('=SUM(规则表!$A$1:$B$2,"Z9")&C3', "T") == {
        *(("规则表", f"{c}{r}") for c in "AB" for r in (1, 2)),
        ("T", "C3"),
    }


@pytest.mark.parametrize(
    ("engine", "formula", "one", "other", "expected"),
    [
        ("ONLYOFFICE", "=A1", "#NUM!", "#VALUE!", "which error"),
        ("ONLYOFFICE", "=A1", 3.0, "#VALUE!", UNKNOWN),
        ("ONLYOFFICE", "=A1", "#VALUE!", 3.0, UNKNOWN),
        ("ONLYOFFICE", "=A1", 3.0, 3.1, UNKNOWN),
        ("ONLYOFFICE", '=A1&""', "45676.0006944445", "45676.0006944444", "digits"),
        ("ONLYOFFICE", '=A1&""', "45676.01", "45676.02", UNKNOWN),
        ("ONLYOFFICE", '=A1&""', "x", "y", UNKNOWN),
        ("ONLYOFFICE", "=A1&0.5", "0.3333333333333330.5", "0.33333333333333330.5", "digits"),
        ("ONLYOFFICE", "=A1&0.5", "0.3333333333333330.5", "0.33333333333333330.6", UNKNOWN),
        ("Gnumeric", "=9^999", "#NUM!", "1.94207916858072401073e+953", "beyond 1.8E+308"),
        ("ONLYOFFICE", "=2^3^2", 64.0, 512.0, UNKNOWN),
        ("Gnumeric", "=2^3^2", 64.0, 512.0, "2^3^2"),
        ("Gnumeric", "=A1", True, 1.0, UNKNOWN),
        ("Gnumeric", "=A1", None, 0.0, UNKNOWN),
    ],
)
def test_classes_excuse_no_more_than_they_say(engine, formula, one, other, expected):
    assert class_of(engine, formula, one, other) == expected
    assert not same(one, other)
