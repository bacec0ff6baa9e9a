"""偏离SOP: an answer with another number than the SOP's says so, with both numbers."""

from datetime import date, datetime, time, timedelta

import pytest
import yaml

from addin.functions.evaluate import evaluate
from addin.functions.explain import explanation, rule_explanation
from addin.functions.explain_text import as_text, rule_as_text
from rules.answer import Word
from rules.policy import original
from rules.policy.dated import Dated, Frozen, dated_below
from rules.policy.loader import packaged, packaged_path
from rules.policy.models import Rules
from tests.rules.cases import CASES, answered
from tests.rules.mutation import cases_by_family, mutants, mutated

POLICY = packaged().rules
NUMBERS = dict(dated_below(POLICY, "rules"))
DAY = date(2025, 4, 3)
NO_SOP = {key for key, number in NUMBERS.items() if not number.sop}
"""The SOP names no number in these places: another one departs from nothing."""


def changed(change):
    rules = yaml.safe_load(packaged_path().read_text("utf-8"))["rules"]
    change(rules)
    return Rules.model_validate(rules)


def another(value):
    """A value of the same kind that is not this one."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value + 1
    if isinstance(value, date):
        return value + timedelta(days=1)
    if isinstance(value, time):
        return (datetime.combine(DAY, value) + timedelta(minutes=1)).time()
    if isinstance(value, str):
        return value + "别的"
    if isinstance(value, dict):
        return {key: another(item) for key, item in value.items()}
    if isinstance(value, Frozen) or not value:
        return ("别的",)
    return tuple(map(another, value))


def cases_using():
    """Key -> the cases whose answers rest on it; none of them departs from the SOP."""
    found = {}
    for _, case in CASES:
        answer = answered(case, POLICY)
        assert Word.DEPARTURE not in answer["marks"], case["name"]
        for key in answer.get("since", ()):
            found.setdefault(f"rules.{key}", []).append(case)
    return found


def test_every_number_that_is_not_the_sops_marks_the_answers_that_use_it(monkeypatch):
    using, families = cases_using(), cases_by_family()
    own = dict(NUMBERS)
    monkeypatch.setattr(original, "_numbers", lambda: own)
    for key, number in NUMBERS.items():
        other = {name: another(value) for name, value in number.values.items()}
        value = None if number.value is None else another(number.value)
        own[key] = Dated.model_construct(**{**dict(number), "value": value, "values": other})
        marked = any(
            Word.DEPARTURE in answered(case, POLICY)["marks"] for case in using.get(key, families[key.split(".")[1]])
        )
        assert marked == (key not in NO_SOP), key
        own[key] = number


@pytest.mark.proof
def test_every_changed_number_marks_an_answer():
    """The walk of the mutation harness: what leaves no mark is no number of the SOP, or changes no answer."""
    rules = yaml.safe_load(packaged_path().read_text("utf-8"))["rules"]
    cases = cases_by_family()
    unmarked = set()
    for family in Rules.model_fields:
        for mutant in mutants(rules[family], (family,)):
            policy = mutated(rules, mutant)
            if policy is not None and not any(marks(case, policy) for case in cases[family]):
                unmarked.add(str(mutant).partition(":")[0].partition(".value")[0])
    # In January 2025, the first month, it is the high season's number that counts; before it the whole rule is silent.
    assert unmarked <= NO_SOP | {"rules.turnover.platform_low_days", "rules.turnover.platform_high_days"}


def marks(case, policy):
    try:
        return Word.DEPARTURE in answered(case, policy)["marks"]
    except Exception:
        return False


def test_both_numbers_are_told():
    def quicker(rules):
        rules["lead_time"]["purchase_days"]["value"] = 20

    policy = changed(quicker)
    result = evaluate('=LEADTIME("车灯","快线")', policy, DAY)
    assert result.value == 84
    for lang, mark, both in (
        ("zh", "偏离SOP: rules.lead_time.purchase_days 现在是 20 天,SOP 是 30 天", "[SOP:30 天]"),
        ("en", "偏离SOP: rules.lead_time.purchase_days is 20 天, the SOP's own is 30 天", "[SOP: 30 天]"),
    ):
        text = as_text(explanation(result, lang), lang)
        assert mark in text
        assert both in text
    numbers = {number["key"]: number for number in explanation(result)["calls"][0]["numbers"]}
    told = numbers["rules.lead_time.purchase_days"]
    assert (told["value"], told["departs"], told["own_shown"]) == (20, True, "30 天")
    assert numbers["rules.lead_time.domestic_days"]["own_shown"] is None
    assert "[SOP:30 天]" in rule_as_text(rule_explanation("R10", policy, DAY))
    assert "[SOP:" not in rule_as_text(rule_explanation("R10", POLICY, DAY))


def test_a_number_that_the_sop_does_not_have_is_another_default():
    def weekly(rules):
        rules["replenishment"]["review_days"]["value"] = 10

    result = evaluate("=RESTOCK(10,300,200,94)", changed(weekly), DAY)
    assert Word.DEPARTURE not in {mark.word for mark in result.marks}
    assert "[默认:7 天]" in as_text(explanation(result))


def test_a_date_before_and_after_a_change():
    def faster(rules):
        rules["lead_time"]["purchase_days"]["values"] = {date(2026, 11, 1): 25}

    policy = changed(faster)
    for today, days, departs in ((date(2026, 10, 31), 94, False), (date(2026, 11, 1), 89, True)):
        result = evaluate('=LEADTIME("车灯","快线")', policy, today)
        assert result.value == days
        assert (Word.DEPARTURE in {mark.word for mark in result.marks}) == departs


def test_silence_in_the_sops_place_is_a_departure_too():
    def later(rules):
        rules["turnover"]["overseas_max_days"]["values"] = {date(2025, 6, 1): 30}

    policy = changed(later)
    for arrived, value, departs in (("2025-05-31", "SOP未规定", True), ("2025-06-01", 10, False)):
        result = evaluate(
            f'=OVERSEASLEFT("{arrived}","{date.fromisoformat(arrived) + timedelta(days=20)}")', policy, DAY
        )
        assert result.value == value
        assert (Word.DEPARTURE in {mark.word for mark in result.marks}) == departs


def dropped(*path):
    def drop(rules):
        for step in path[:-1]:
            rules = rules[step]
        del rules[path[-1]]

    return drop


@pytest.mark.parametrize(
    ("path", "formula"),
    [
        (("lead_time", "purchase_days_by_category", "车机"), '=LEADTIME("车机","快线")'),
        (("appointments", "large_hours", 4), '=NEXTSLOT("2025-04-09",31)'),
        (("directory", "buyers", "抛光机"), '=BUYER("抛光机")'),
    ],
)
def test_an_entry_that_config_lacks_is_a_departure(path, formula):
    assert Word.DEPARTURE not in {mark.word for mark in evaluate(formula, POLICY, DAY).marks}
    assert Word.DEPARTURE in {mark.word for mark in evaluate(formula, changed(dropped(*path)), DAY).marks}


def test_an_entry_of_the_teams_own_is_a_departure():
    def own_buyer(rules):
        rules["directory"]["buyers"]["球泡灯"] = {"value": "Sini", "sop": [], "why": "团队定的"}

    result = evaluate('=BUYER("球泡灯")', changed(own_buyer), DAY)
    assert result.value == "Sini"
    assert "rules.directory.buyers.球泡灯 现在是 Sini,SOP 是 没有规定" in {mark.reason.zh for mark in result.marks}


def test_a_warehouse_that_the_team_adds_is_known_and_mex7_a_departure():
    def added(rules):
        rules["shipment_notes"]["warehouses"]["value"] += ["YVR3", "MEX7"]

    policy = changed(added)
    for warehouse, departs in (("MEX6", False), ("YVR3", False), ("MEX7", True)):
        result = evaluate(f'=SHIPNOTE("FBA18SHTRFPP","{warehouse}","5YDIA35G")', policy, DAY)
        assert result.value == f"FBA18SHTRFPP-{warehouse}-5YDIA35G"
        assert (Word.DEPARTURE in {mark.word for mark in result.marks}) == departs
        assert not any("按亚马逊仓库号" in mark.reason.zh and "L428" in mark.reason.zh for mark in result.marks)


def test_a_code_with_the_letters_of_any_known_warehouse_is_none_of_elsewhere():
    """YVR4 may be a slip for YVR3, as MEX9 for MEX6; of LGB nobody knows any."""
    policy = changed(lambda rules: rules["shipment_notes"]["warehouses"]["value"].append("YVR3"))
    for warehouse, is_taken in (("LGB8", True), ("YVR4", False), ("MEX9", False)):
        result = evaluate(f'=SHIPNOTE("FBA18SHTRFPP","{warehouse}","5YDIA35G")', policy, DAY)
        assert (result.as_json()["error"] is None) == is_taken


def test_a_shorter_shipment_id_of_the_teams_own():
    def older(rules):
        rules["shipment_notes"]["shipment_lengths"]["value"] = [9, 8]

    policy = changed(older)
    for shipment, departs in (("FBA18SHTRFPP", False), ("FBA18SHTRFP", True)):
        result = evaluate(f'=SHIPNOTE("{shipment}","MEX6","5YDIA35G")', policy, DAY)
        assert result.value == f"{shipment}-MEX6-5YDIA35G"
        assert (Word.DEPARTURE in {mark.word for mark in result.marks}) == departs
