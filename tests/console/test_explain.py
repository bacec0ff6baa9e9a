"""`qlc explain` from outside."""

import json

import pytest

from console.cli import main
from rules.policy import sop
from rules.policy.loader import packaged_path


@pytest.fixture(autouse=True)
def _default_configuration(monkeypatch):
    monkeypatch.delenv("QLC_LANG", raising=False)
    monkeypatch.setenv("QLC_CONFIG", str(packaged_path()))


def explain(capsys, *words):
    code = main(["explain", *words])
    return code, capsys.readouterr()


def test_a_total_with_its_parts_numbers_and_lines(capsys):
    code, shown = explain(capsys, "--json", '=TURNOVERTOTAL(30,"快线","2025-06-15")')
    told = json.loads(shown.out)
    (call,) = told["calls"]
    assert code == 0
    assert (told["value"], call["rule"]) == (131, "R20")
    parts = {part["name"]: part["value"] for part in call["parts"]}
    segments = ("已采购未交货", "国内仓", "海外在途", "货代仓/海外仓", "平台仓")
    assert [parts[name] for name in segments] == [30, 7, 45, 14, 35]
    assert all(number["since"] == "2025-01-01" for number in call["numbers"])
    assert {line["line"]: line["text"] for line in call["lines"]}[124] == sop.line(124)
    assert {mark["mark"] for mark in told["marks"]} == {"未确认", "SOP自相矛盾"}


def test_the_same_before_the_first_day(capsys):
    code, shown = explain(capsys, '=TURNOVERTOTAL(30,"快线","2024-12-31")')
    assert code == 0
    assert "SOP未规定" in shown.out
    assert "2025-01-01" in shown.out


def test_a_reading_is_told_with_its_reason(capsys):
    _, shown = explain(capsys, '=LEADTIME("车机","空运")')
    assert "解读" in shown.out
    assert "rules.lead_time.by_transit_norm" in shown.out


def test_holidays_on_the_way_are_told(capsys):
    _, shown = explain(capsys, '=ADDWORKDAYS("2025-04-30",1,"CN")')
    assert "2025-05-01" in shown.out


def test_a_formula_with_an_error_is_a_finding(capsys):
    code, shown = explain(capsys, '=LEADTIME("车机","火箭")')
    assert code == 1
    assert "F-205" in shown.out


@pytest.mark.parametrize("name", ["R01", "r10", "R20", "R21", "calendars"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_rules(capsys, name, lang):
    code, shown = explain(capsys, "--lang", lang, name)
    assert code == 0
    assert shown.out.lower().startswith(name.lower())
    assert "rules." in shown.out


def test_an_unknown_rule_is_a_coded_line(capsys):
    code, shown = explain(capsys, "R99")
    assert code == 2
    assert shown.err.startswith("F-007 ")


def test_the_numbers_of_another_day(capsys):
    _, shown = explain(capsys, "--json", "--today", "2024-12-31", "R20")
    told = json.loads(shown.out)
    dated = [number for number in told["numbers"] if number["history"]]
    assert dated
    assert all(number["value"] is None for number in dated)
