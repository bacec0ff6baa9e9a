"""`qlc letters` from outside: preview, rename, clashes, what is no letter."""

import json

import pytest

from addin.commands.letter_folder import plan
from console.cli import main
from rules.policy.loader import packaged, packaged_path

GOOD = "18 Boxes-AMZ-HIMICAR Amazon schedule date 14：00 - 14：30 AM February 6.pdf"
LOOSE = "18boxes-amz-himicar amazon schedule date 14.00-14.30 february 6.pdf"
OTHER = "5 Boxes-AMZ-HIFILUZ Amazon schedule date 08：00 - 08：30 AM April 10.pdf"


@pytest.fixture(autouse=True)
def _default_configuration(monkeypatch):
    monkeypatch.delenv("QLC_LANG", raising=False)
    monkeypatch.setenv("QLC_CONFIG", str(packaged_path()))


@pytest.fixture
def letters(capsys, tmp_path):
    def run(*words):
        code = main(["letters", str(tmp_path), *words])
        shown = capsys.readouterr()
        return code, shown.out, shown.err

    return run


@pytest.fixture
def folder(tmp_path):
    def fill(*names):
        for name in names:
            (tmp_path / name).write_text(f"%PDF-1.4 {name}", "utf-8")
        return tmp_path

    return fill


def contents(folder):
    return {path.name: path.read_text("utf-8").removeprefix("%PDF-1.4 ") for path in folder.iterdir() if path.is_file()}


def states(text):
    return {item["file"]: item["state"] for item in json.loads(text)["files"]}


def test_a_preview_touches_nothing(letters, folder):
    here = folder(LOOSE, OTHER, "装箱单.pdf", "说明.txt", "._" + GOOD)
    before = contents(here)
    code, text, _ = letters("--json")
    told = json.loads(text)
    assert code == 1
    assert states(text) == {LOOSE: "rename", OTHER: "ok", "装箱单.pdf": "unknown"}
    assert told["applied"] is False
    assert told["others"] == 1
    assert told["counts"] == {"ok": 1, "rename": 1, "renamed": 0, "clash": 0, "unknown": 1, "failed": 0}
    loose, _, unknown = sorted(told["files"], key=lambda item: item["file"])
    assert (loose["target"], loose["code"]) == (GOOD, None)
    assert (unknown["target"], unknown["code"]) == (None, "F-414")
    assert contents(here) == before


def test_apply_renames_and_the_next_look_is_good(letters, folder):
    here = folder(LOOSE, OTHER)
    code, text, _ = letters("--apply", "--json")
    assert code == 0
    assert states(text) == {LOOSE: "renamed", OTHER: "ok"}
    assert contents(here) == {GOOD: LOOSE, OTHER: OTHER}
    code, text, _ = letters()
    assert code == 0
    assert "共 2 个 PDF(只查文件名)、好 2" in text


@pytest.mark.parametrize("standing", [GOOD, GOOD.upper()])
def test_a_file_is_never_written_over(letters, folder, standing):
    here = folder(LOOSE, standing)
    before = contents(here)
    code, text, _ = letters("--apply", "--json")
    assert code == 1
    assert states(text)[LOOSE] == "clash"
    assert {item["code"] for item in json.loads(text)["files"] if item["state"] == "clash"} == {"C-065"}
    assert sorted(contents(here).values()) == sorted(before.values())


def test_two_files_for_one_name_both_stay(letters, folder):
    second = GOOD.replace(".pdf", " (1).pdf")
    here = folder(LOOSE, second)
    code, text, _ = letters("--apply", "--json")
    assert code == 1
    assert states(text) == {LOOSE: "clash", second: "clash"}
    assert set(contents(here)) == {LOOSE, second}


def test_a_folder_of_that_name_is_a_clash_too(letters, folder):
    here = folder(LOOSE)
    (here / GOOD).mkdir()
    assert states(letters("--apply", "--json")[1]) == {LOOSE: "clash"}


def test_only_letter_case_differs(letters, folder):
    lower = GOOD.replace("February", "february")
    here = folder(lower)
    assert letters("--apply")[0] == 0
    assert list(contents(here)) == [GOOD]


def test_a_name_taken_after_the_look_is_left_alone(folder):
    from addin.commands.letter_folder import rename

    here = folder(LOOSE)
    (step,) = plan([LOOSE], packaged().rules, packaged().rules.sku.naming_since.first_day)
    folder(GOOD)
    assert rename(here, step).state == "clash"
    assert contents(here) == {LOOSE: LOOSE, GOOD: GOOD}


def test_a_file_that_is_gone_is_a_failure_of_its_own(folder):
    from addin.commands.letter_folder import rename

    here = folder()
    (step,) = plan([LOOSE], packaged().rules, packaged().rules.sku.naming_since.first_day)
    done = rename(here, step)
    assert (done.state, done.error.code.id) == ("failed", "C-066")


def test_in_words(letters, folder):
    folder(LOOSE, "装箱单.pdf")
    _, text, _ = letters()
    assert f"要改名  {LOOSE} → {GOOD}" in text
    assert "认不出  装箱单.pdf  F-414 " in text
    assert "--apply" in text
    _, text, _ = letters("--lang", "en")
    assert f"to rename  {LOOSE} → {GOOD}" in text
    assert "2 PDFs (names only), 1 to rename, 1 not recognised" in text


def test_a_folder_without_a_letter_is_no_good_folder(letters, tmp_path):
    code, text, _ = letters()
    assert (code, text) == (1, "文件夹里没有 PDF,什么都没有检查\n")
    (tmp_path / "旧的").mkdir()
    (tmp_path / "清单.xlsx").write_text("x")
    code, text, _ = letters()
    assert (code, text) == (1, "文件夹里没有 PDF,什么都没有检查(另有 2 个别的文件或文件夹)\n")


def test_a_good_name_does_not_make_a_letter(letters, folder):
    here = folder(OTHER)
    for name, content in ((GOOD, b""), (LOOSE.replace("18", "19"), b"<html>login</html>")):
        (here / name).write_bytes(content)
    code, text, _ = letters("--json")
    told = {item["file"]: (item["state"], item["code"]) for item in json.loads(text)["files"]}
    assert code == 1
    assert told == {
        OTHER: ("ok", None),
        GOOD: ("ok", "C-080"),
        LOOSE.replace("18", "19"): ("rename", "C-080"),
    }
    code, text, _ = letters("--apply")
    assert code == 1, "renamed all the same, and still no PDF"
    assert "打不开或不是 PDF 2" in text


def test_a_folder_that_is_none(capsys, tmp_path):
    (tmp_path / "a.pdf").write_text("x", "utf-8")
    for place in (tmp_path / "missing", tmp_path / "a.pdf"):
        assert main(["letters", str(place)]) == 2
        shown = capsys.readouterr()
        assert shown.out == ""
        assert shown.err.startswith("C-002 ")
