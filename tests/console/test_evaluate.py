"""`qlc eval` from outside: the JSON of design/cli.md, exit codes, the day called today, broken configurations."""

import json
from pathlib import Path

import pytest

from console.bench import startup
from console.cli import main
from rules.policy.kept import kept_beside
from rules.policy.loader import packaged_path

KEYS = ["formula", "value", "error", "code", "message", "marks"]


@pytest.fixture(autouse=True)
def _default_configuration(monkeypatch):
    monkeypatch.delenv("QLC_LANG", raising=False)
    monkeypatch.setenv("QLC_CONFIG", str(packaged_path()))


@pytest.fixture
def ask(capsys):
    def run(*words):
        code = main(["eval", "--json", *words])
        shown = capsys.readouterr()
        return code, json.loads(shown.out), shown.err

    return run


def test_the_examples_of_the_sop(ask):
    code, told, errors = ask(
        '=SKUFROM("球泡灯WIFI款8个装发到 HIFILUZ品牌下的LOMEESS店铺 加拿大站")',
        '=LEADTIME("车机","快线")',
        '=TURNOVERTOTAL(30,"快线","2025-06-15")',
        '=TURNOVERTOTAL(30,"快线","2024-12-31")',
    )
    assert code == 0
    assert errors == ""
    assert [list(item) for item in told] == [KEYS] * 4
    assert [item["value"] for item in told] == ["HI-QPD-WiFi-8PCS-CA", 71, 131, "SOP未规定"]
    assert isinstance(told[1]["value"], int)


def test_one_error_makes_the_exit_code_and_keeps_the_order(ask):
    formulas = ['=LEADTIME("车机","快线")', "=LEADTIME(", "=NOPE()", '=COVERDAYS("",2)']
    code, told, _ = ask(*formulas)
    assert code == 1
    assert [item["formula"] for item in told] == formulas
    assert [item["error"] for item in told] == [None, "#NAME?", "#NAME?", None]
    assert told[3]["value"] is None


def test_values_as_json(ask):
    _, told, _ = ask('=ETA("2025-03-01","快线")', '=SKUPARSE("HI-CY-MX")', "=1=1", "=1/4", '="2025-04-09 14:00"+0')
    assert [item["value"] for item in told] == [
        "2025-04-15",
        [["HI", "CY", None, 1, "MX"]],
        True,
        0.25,
        "2025-04-09T14:00:00",
    ]


def test_today(ask):
    low, high = (ask("--today", day, '=TURNOVERNORM("平台仓")')[1][0]["value"] for day in ("2025/7/1", "2025-12-01"))
    assert (low, high) == (21, 35)


def test_a_wrong_today_is_a_coded_line(capsys):
    assert main(["eval", "--today", "soon", "=1"]) == 2
    assert capsys.readouterr().err.startswith("C-031 ")


def test_no_formula_is_wrong_usage(capsys):
    assert main(["eval"]) == 2
    assert capsys.readouterr().err.startswith("C-001 ")


def test_for_people_in_both_languages(capsys):
    assert main(["eval", '=LEADTIME("车机","火箭")', '=LEADTIME({"车机","车灯"},"快线")']) == 1
    chinese = capsys.readouterr().out.splitlines()
    assert chinese[0].startswith("#N/A F-205 没有运输方式")
    assert chinese[1] == "71\t94"
    assert main(["--lang", "en", "eval", '=LEADTIME("车机","火箭")']) == 1
    assert "no lane or channel" in capsys.readouterr().out


def test_a_broken_configuration_is_one_coded_line(tmp_path, capsys):
    path = tmp_path / "config.yaml"
    path.write_text("rulez: {}\n", "utf-8")
    assert main(["--config", str(path), "eval", "=1"]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err.startswith("P-003 ")
    assert len(shown.err.splitlines()) == 1


def test_the_last_good_configuration_stays_in_force_and_says_so(tmp_path, capsys):
    path = tmp_path / "config.yaml"
    keep = kept_beside(path)
    keep.parent.mkdir()
    text = packaged_path().read_text("utf-8")
    keep.write_text(text.replace("domestic_days: {value: 7", "domestic_days: {value: 9"), "utf-8")
    path.write_text(text.replace("rules:", "rulez:"), "utf-8")
    assert main(["--config", str(path), "eval", "--json", '=LEADTIME("车机","快线")']) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)[0]["value"] == 73
    assert "P-003" in shown.err
    assert "P-004" in shown.err


def test_evaluating_leaves_no_files_behind(tmp_path, capsys):
    path = tmp_path / "config.yaml"
    path.write_text("site: {}\n", "utf-8")
    assert main(["--config", str(path), "eval", "=1"]) == 0
    assert [item.name for item in Path(tmp_path).iterdir()] == ["config.yaml"]
    assert capsys.readouterr().out == "1\n"


@pytest.mark.proof
def test_startup_is_within_its_limits():
    for row in startup.run():
        line = (
            f"{row['name']}: {row['value']:.3f} s, {row['ratio']:.1f} × pydantic's import, limit {row['limit']:.0f} ×"
        )
        print(line)
        assert row["ok"], row
