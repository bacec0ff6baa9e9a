"""A configuration that an edit broke: every command says so in one line and goes on with the last good one."""

import json

import openpyxl
import pytest

from console.cli import COMMANDS, main
from rules.policy.loader import packaged_path

COMPUTES = {
    "eval": ['=LEADTIME("车机","快线")'],
    "compute": ["book.xlsx"],
    "explain": ['=LEADTIME("车机","快线")'],
    "compile": ["LEADTIME", "--out", "native.xlsx"],
    "letters": ["letters"],
    "sku": ["make", "--brand", "HIFILUZ", "--product", "前排灯", "--site", "MX"],
    "erp": ["inspect", "export.csv"],
    "check": ["book.xlsx"],
    "button": ["formulas_to_values", "book.xlsx"],
    "sync": ["status"],
    "doctor": [],
    "state": ["backup"],
}
NEEDS_NONE = {"demo", "sop", "functions", "merge", "patch", "codes", "bench"}
ELSEWHERE = {"serve", "service", "addin"}
"""A service that runs on: tests/addin/service. Installing: refuses a broken one, tests/console/test_addin.py, test_service.py."""

GOOD = packaged_path().read_text("utf-8").replace("domestic_days: {value: 7", "domestic_days: {value: 8", 1)


@pytest.fixture
def company(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    book = openpyxl.Workbook()
    book.active.append(["SKU", "品类"])
    book.active.append(["A-1", "车机"])
    book.save("book.xlsx")
    (tmp_path / "letters").mkdir()
    (tmp_path / "export.csv").write_text("甲,乙\n1,2\n", "utf-8")
    (tmp_path / "config.yaml").write_text(GOOD, "utf-8")
    return tmp_path


def run(capsys, *words):
    code = main([*words])
    out, err = capsys.readouterr()
    return code, out, err


def test_every_command_is_looked_at():
    assert COMPUTES.keys() | NEEDS_NONE | ELSEWHERE == COMMANDS.keys()


BROKEN = ["rules: [", "site: {backups: 2026-13-01}", "", None]


@pytest.mark.parametrize(
    ("name", "broken"), [(name, BROKEN[1]) for name in COMPUTES] + [("eval", text) for text in BROKEN]
)
def test_it_goes_on_as_before(company, capsys, name, broken):
    words = ["--config", "config.yaml", name, *COMPUTES[name], "--json"]
    before = run(capsys, *words)
    if name == "doctor":
        run(capsys, "--config", "config.yaml", "eval", "=TODAY()")  # doctor leaves nothing behind, no copy either
    if broken is None:
        (company / "config.yaml").unlink()
    else:
        (company / "config.yaml").write_text(broken, "utf-8")
    code, out, err = run(capsys, *words)
    if name == "doctor":
        (found,) = (check for check in json.loads(out) if check["name"] == "config")
        assert found["state"] == "warn"
        assert "P-004" in found["found"]
        return
    assert (code, json.loads(out)) == (before[0], json.loads(before[1]))
    said = [line for line in err.splitlines() if line not in before[2].splitlines()]
    assert len(said) == 1
    assert said[0].startswith("P-004 config.yaml")


def test_the_numbers_are_those_of_the_last_good_one(company, capsys):
    words = ["--config", "config.yaml", "eval", '=LEADTIME("车机","快线")', "--json"]
    good = json.loads(run(capsys, *words)[1])
    (company / "config.yaml").write_text("rules: [", "utf-8")
    assert json.loads(run(capsys, *words)[1]) == good
    assert json.loads(run(capsys, *words, "--lang", "en")[1]) == good
    (company / "config.yaml").write_bytes(packaged_path().read_bytes())
    assert json.loads(run(capsys, *words)[1]) != good


def test_a_round_says_it_in_its_report(company, capsys):
    (company / "config.yaml").write_text("site: {workbooks: [{name: 备货, path: book.xlsx}]}", "utf-8")
    words = ["--config", "config.yaml", "sync", "plan", "--json"]
    before = json.loads(run(capsys, *words)[1])
    (company / "config.yaml").write_text("site: {workbooks: 3}", "utf-8")
    code, out, _ = run(capsys, *words)
    assert code == 1
    problems = json.loads(out)["problems"]
    assert [item["code"] for item in problems if item not in before["problems"]] == ["P-004"]
    assert "site.workbooks" in problems[0]["message"]


def test_a_first_broken_one_is_refused_by_every_command(company, capsys):
    (company / "config.yaml").write_text("rules: [", "utf-8")
    for name in COMPUTES.keys() - {"doctor"}:
        code, out, err = run(capsys, "--config", "config.yaml", name, *COMPUTES[name], "--json")
        assert code == 2
        assert json.loads(out)["error"]["code"] == "P-002"
        assert len(err.splitlines()) == 1
