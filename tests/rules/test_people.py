"""The directory over time, and what checklists say beside their answers."""

from datetime import date, timedelta

import pytest
import yaml

from rules.answer import Fault
from rules.checklists import steps
from rules.people import buyer, card, responsible
from rules.policy.loader import packaged, packaged_path
from rules.policy.models import Rules

POLICY = packaged().rules
DAY = date(2025, 4, 3)
HANDOVER = date(2025, 6, 2)


def changed(change):
    rules = yaml.safe_load(packaged_path().read_text("utf-8"))["rules"]
    change(rules)
    return Rules.model_validate(rules)


def handed_over(rules):
    for place, name, follower in (("buyers", "摩托车灯", "Nina"), ("duties", "供应链统筹", "Leda")):
        post = rules["directory"][place][name]
        post["values"] = {date.min: post.pop("value"), HANDOVER: follower}


def test_an_older_day_keeps_the_person_it_had():
    policy = changed(handed_over)
    for day, light, lead in ((HANDOVER - timedelta(days=1), "Sini", "Hill"), (HANDOVER, "Nina", "Leda")):
        assert buyer(day, policy, "摩托车灯").value == light
        assert responsible(day, policy, "采购部").value == lead
        assert "摩托车灯" in card(day, policy, light).value.categories


def test_a_word_for_several_categories_is_answered_while_one_person_buys_them_all():
    policy = changed(handed_over)
    assert buyer(DAY, policy, "车灯").value == "Sini"
    with pytest.raises(Fault) as raised:
        buyer(HANDOVER, policy, "车灯")
    assert (raised.value.kind, raised.value.code.id) == ("#N/A", "F-582")
    assert "摩托车灯 Nina、汽车车灯 Sini" in raised.value.message()


def test_a_duty_held_for_the_time_being_says_so():
    told = responsible(DAY, POLICY, "采购部")
    assert [remark.zh for remark in told.remarks] == ["Hill 暂代供应链统筹"]
    assert {part.zh: part.value for part in told.parts}["部门"] == "采购部、物流部"
    assert not responsible(DAY, POLICY, "物流").remarks


def test_the_full_name_is_a_part():
    assert {part.zh: part.value for part in buyer(DAY, POLICY, "射灯").parts}["姓名"] == "王世英"


def stranger(rules):
    rules["directory"]["buyers"]["射灯"]["value"] = "Nobody"


def lost_duty(rules):
    rules["directory"]["acting"]["value"] = ["泡咖啡"]


def lost_column(rules):
    rules["checklists"]["sheets"]["广告数据"]["always"]["value"] = ["日期", "天气"]


def lost_state(rules):
    rules["checklists"]["sheets"]["账户风控"]["allowed"]["状态"]["value"] = ["正常", "异常"]


@pytest.mark.parametrize(
    ("change", "word"), [(stranger, "Nobody"), (lost_duty, "泡咖啡"), (lost_column, "天气"), (lost_state, "处理中")]
)
def test_names_that_nothing_knows_are_refused(change, word):
    with pytest.raises(ValueError, match=word):
        changed(change)


def test_relisting_warns_of_the_policy_and_nothing_else_does():
    for name in POLICY.checklists.procedures:
        remarks = steps(DAY, POLICY, name).remarks
        assert bool(remarks) == (name == "翻新链接"), name
        assert all("亚马逊政策" in remark.zh and "Amazon's policy" in remark.en for remark in remarks)


def test_columns_that_no_row_needs_are_there_too():
    optional = {
        name: [
            column
            for column in sheet.columns
            if column not in sheet.always.on(DAY)
            and not any(column in words.on(DAY) for needs in sheet.needs.values() for words in needs.values())
        ]
        for name, sheet in POLICY.checklists.sheets.items()
    }
    assert {name: columns for name, columns in optional.items() if columns} == {
        "关键词库": ["填入SearchTerm"],
        "延保卡需求": ["产品"],
        "广告数据": ["变化", "调整"],
    }
