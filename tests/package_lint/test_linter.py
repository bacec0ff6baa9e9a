"""Every rule sees what it is for, and nothing in a sound workbook."""

from types import SimpleNamespace

import pytest

from sheets_schema.grid.edits import CellEdit
from sync.backends.workbook.patcher import patch
from tests.package_lint.corruption import KINDS, damaged
from tests.package_lint.formulas import fault
from tests.package_lint.linter import RULES, lint, new_findings
from tests.package_lint.patches import Patches
from tests.package_lint.sound import parts, write


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    return write(tmp_path_factory.mktemp("sound") / "sound.xlsm", parts())


def test_a_sound_workbook_has_no_finding(sound):
    assert lint(sound) == []


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.rule], ids=lambda kind: kind.name)
def test_every_damage_is_found_by_its_rule(kind, tmp_path):
    assert kind.rule in {finding.rule for finding in lint(damaged(kind, tmp_path / "damaged.xlsm"))}


def test_every_rule_has_its_damage():
    assert {rule.__name__ for rule in RULES} == {kind.rule for kind in KINDS} - {""}
    assert all(rule.__doc__ for rule in RULES)
    assert len({kind.name for kind in KINDS}) == len(KINDS)


def test_what_the_original_had_is_not_the_patch_s_fault(tmp_path):
    before, after = (damaged(KINDS[at], tmp_path / f"{at}.xlsm") for at in (3, 3))
    assert lint(before)
    assert new_findings(before, after) == []


def test_a_patch_that_damages_is_told(sound, tmp_path, monkeypatch):
    """Any patch in the tests' process passes here; the second one stands for a patch that turned rows round."""
    patches = Patches()
    patches.watch(monkeypatch)
    edit = CellEdit("第二", 1, 0, 5)
    patch(sound, tmp_path / "good.xlsm", edits=[edit])
    assert patches.take() == []
    patches._verify(lambda *_: None, SimpleNamespace(path=sound), damaged(KINDS[0], tmp_path / "bad.xlsm"))
    assert any("row 2 behind 3" in told for told in patches.take())
    assert patches.take() == []


@pytest.mark.parametrize(
    "text",
    [
        "1", "-A1", "+A1%", "A1:B2 C1:D2", "SUM(A1,,2)", "IF(A1,1,)", "TODAY()", "{1,2;3,4}", "'a''b'!A1&\"x\"\"y\"",
        "库存表[[#This Row],[可售]]", "T[a]:T[b]", "[1]!LEADTIME(A1)", "(A1,B1)", "1E+5-2", "#REF!+1", "A1=-1",
        "SUM( A1 , B1 )", "$A:$A", "_xlfn.XLOOKUP(1,A:A,B:B)", "A1\n+B1", "--A1", "1<>2", "A1:INDEX(B:B,3)",
    ],
)  # fmt: skip
def test_formulas_that_can_be_read(text):
    assert fault(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "", "1+", "*2", "SUM(1", "SUM(1))", '"a', "'a!A1", "1 +* 2", "()", "SUM(1+)", "A1 B1 +", "1,", ",1", '"a""b"c',
        "{1,2", "T[a", "(1+2", "A1&&B1", "+", "1" * 8193,
    ],
)  # fmt: skip
def test_texts_that_are_no_formula(text):
    assert fault(text)
