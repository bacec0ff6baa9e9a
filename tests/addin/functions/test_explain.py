"""Explanations: every rule with its checks and its own numbers, faults and blanks with their reason."""

import json
from datetime import date, time
from importlib import import_module

import pytest
import yaml

from addin.functions.evaluate import evaluate
from addin.functions.explain import explanation, rule_explanation
from addin.functions.explain_text import as_text, rule_as_text
from rules.index import RULES
from rules.policy import sop
from rules.policy.loader import packaged, packaged_path
from rules.policy.models import Rules
from rules.policy.shown import FIELDS_ZH, shown

POLICY = packaged().rules
DAY = date(2025, 4, 3)


def told(formula, lang="zh"):
    document = explanation(evaluate(formula, POLICY, DAY), lang)
    return document, as_text(document, lang)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("rule", RULES)
def test_every_rule_tells_what_answers_its_numbers_and_lines(rule, lang):
    document = rule_explanation(rule.swapcase(), POLICY, DAY, lang)
    assert document["functions"] or document["checks"], "nothing answers for this rule"
    for check in document["checks"]:
        module, name = check["name"].rsplit(".", 1)
        assert callable(getattr(import_module(module), name))
        assert check["help"]
    assert json.loads(json.dumps(document, ensure_ascii=False)) == document
    text = rule_as_text(document, lang)
    assert text.startswith(f"{rule} {RULES[rule].title.say(lang)}")
    for number in document["numbers"]:
        assert number["key"] in text
    for line in document["lines"]:
        assert f"L{line['line']} {sop.line(line['line'])}" in text


def test_a_rule_of_two_families_tells_both_but_not_what_is_another_rules():
    keys = {number["key"] for number in rule_explanation("R10", POLICY, DAY)["numbers"]}
    assert {"rules.lead_time.purchase_days", "rules.appointments.weekdays"} <= keys
    assert "rules.appointments.large_limit" not in keys


def test_steps_are_numbered_lines_in_the_asked_language():
    text = rule_as_text(rule_explanation("R62", POLICY, DAY))
    assert "\n    1. 记录旧的SKU和ASIN L192\n    2. " in text
    text = rule_as_text(rule_explanation("R62", POLICY, DAY, "en"), "en")
    assert "\n    1. note the old SKU and ASIN L192\n" in text
    assert "rules.checklists.steps: The steps of a procedure" in text


def test_the_first_day_of_a_number_is_told():
    text = rule_as_text(rule_explanation("R20", POLICY, DAY))
    assert "rules.turnover.domestic_days = 7 天 2025-01-01 起 (国内仓7天内发出, L122, L132)" in text
    assert "rules.turnover.domestic_days = - 天 (" in rule_as_text(rule_explanation("R20", POLICY, date(2024, 12, 31)))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_fault_is_told_with_code_signature_and_lines(lang):
    document, text = told('=LEADTIME("车机","火箭")', lang)
    assert (document["error"], document["code"]) == ("#N/A", "F-205")
    lines = text.splitlines()
    assert lines[0].endswith("→ #N/A")
    assert lines[1].startswith("F-205 ")
    assert lines[3] == "  LEADTIME(category, [channel], [which])"
    assert "  L306 1. 采购交期:一般30天" in lines


def test_a_blank_answer_says_why():
    document, text = told('=LEADTIME("","快线")')
    assert (document["value"], document["error"]) == (None, None)
    assert text.endswith("必填的格子是空的,所以答案是空")
    assert told('=LEADTIME("","快线")', "en")[1].endswith("so the answer is blank")


def test_a_silent_sop_says_since_when_it_speaks():
    _, text = told('=WHO("生成SPU")')
    assert "2025-03-19 起" in text
    silent = as_text(explanation(evaluate('=WHO("生成SPU")', POLICY, date(2025, 3, 18))))
    assert "SOP未规定" in silent
    assert "rules.directory.duties.生成SPU 从 2025-03-19 起才有规定" in silent


def test_marks_are_told_with_their_reason():
    document, text = told('=WHO("财务")')
    assert document["marks"] == [{"mark": "解读", "reason": "SOP 只在销毁流程里写了财务nana", "lines": []}]
    assert "解读: SOP 只在销毁流程里写了财务nana" in text


def test_only_the_lines_of_the_numbers_used_are_quoted():
    document, _ = told('=BUYER("车机")')
    assert [line["line"] for line in document["calls"][0]["lines"]] == [232, 233]
    document, text = told('=BUYER("球泡灯")')
    assert [line["line"] for line in document["calls"][0]["lines"]] == [228, 229, 230, 231, 232, 233]
    assert "rules.directory.buyers" in text


@pytest.mark.parametrize(
    ("value", "zh", "en"),
    [
        ((35.0, 45.0), "35–45", "35–45"),
        ((1.0, 1.0), "1", "1"),
        ((4, 7), "4、7", "4, 7"),
        ((time(13), time(15, 0, 1)), "13:00–15:00:01", "13:00–15:00:01"),
        (True, "是", "yes"),
        (False, "否", "no"),
        (None, "-", "-"),
        ((), "无", "none"),
        ({"整柜": 0.85, "快线": 0.15}, "整柜 0.85, 快线 0.15", "整柜 0.85, 快线 0.15"),
        (({"zh": "甲", "en": "A", "sop": (7,), "who": "Hill"},), "\n    1. 甲 谁 Hill L7", "\n    1. A who Hill L7"),
        (date(2025, 4, 3), "2025-04-03", "2025-04-03"),
    ],
)
def test_values_as_people_read_them(value, zh, en):
    assert (shown(value), shown(value, "en")) == (zh, en)


def test_a_reading_about_other_lanes_is_not_told():
    for lane, is_told in (("快线", False), ("混合", False), ("空运", True), ("直航", True)):
        document, _ = told(f'=LEADTIME("车灯","{lane}")')
        keys = {number["key"] for number in document["calls"][0]["numbers"]}
        assert ("rules.lead_time.by_transit_norm" in keys) is is_told


def test_records_are_told_in_chinese_with_their_older_values():
    text = rule_as_text(rule_explanation("R42", POLICY, DAY))
    now = "rules.ad_budget.caps = 到 2025-06-30, 已售超过几个月 6, 占比 0.3, 基数 净毛利额, 范围 单个产品 2025-01-01 起"
    assert now in text
    assert "\n    2024-11-01 起: 到 2024-12-31, 已售超过几个月 3, 占比 0.05, 基数 销售额, 范围 全部老品\n" in text
    english = rule_as_text(rule_explanation("R42", POLICY, DAY, "en"), "en")
    assert "\n    2024-11-01 on: through 2024-12-31, over_months 3, share 0.05" in english


def test_every_field_of_a_record_has_a_chinese_name():
    for rule in RULES:
        for number in rule_explanation(rule, POLICY, DAY)["numbers"]:
            for value in (number["value"], *number["history"].values()):
                records = [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict)]
                fields = {field for record in records for field in record} - {"zh", "en", "sop"}
                assert {field for field in fields if field.isascii() and field.isalpha()} <= FIELDS_ZH.keys()


def test_no_numbers_where_none_belong():
    assert rule_explanation("R52", POLICY, DAY)["numbers"] == []
    assert "rules.replenishment.events = 无 倍" in rule_as_text(rule_explanation("R50", POLICY, DAY))


@pytest.mark.parametrize(("lang", "reason"), [("zh", "公式没有写完"), ("en", "it ends too early")])
def test_an_unfinished_formula_is_told_in_one_language(lang, reason):
    document, _ = told("=LEADTIME(", lang)
    assert document["code"] == "F-001"
    assert document["message"].split("。")[0].split(". ")[0].endswith(reason)


def test_a_cell_is_quoted_as_its_sheet_shows_it():
    assert "写的是“-1”" in told("=FREEUNTIL(-1)")[1]
    assert "写的是“TRUE”" in told("=COVERDAYS(TRUE,8)")[1]


def test_a_plain_value_beside_dated_ones_is_told():
    rules = yaml.safe_load(packaged_path().read_text("utf-8"))["rules"]
    rules["lead_time"]["purchase_days"]["values"] = {date(2026, 11, 1): 25}
    policy = Rules.model_validate(rules)
    for today, line, other in (
        (date(2026, 10, 31), "rules.lead_time.purchase_days = 30 天 (采购交期一般30天, L306)", "    2026-11-01 起: 25"),
        (date(2026, 11, 1), "rules.lead_time.purchase_days = 25 天 2026-11-01 起", "    更早: 30"),
    ):
        text = rule_as_text(rule_explanation("R10", policy, today))
        assert line in text
        assert other in text
