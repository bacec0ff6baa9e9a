"""From formula to cell: blanks, ranges, faults, operators, marks."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addin.functions.evaluate import evaluate
from rules.policy.loader import packaged

POLICY = packaged().rules
DAY = date(2025, 4, 3)


def answer(formula, today=DAY):
    return evaluate(formula, POLICY, today).as_json()


def value(formula, today=DAY):
    told = answer(formula, today)
    assert told["error"] is None, told
    return told["value"]


@given(st.text(max_size=60))
def test_nothing_that_a_person_writes_raises(text):
    told = answer(text)
    assert set(told) == {"formula", "value", "error", "code", "message", "marks"}
    assert told["formula"] == text
    assert (told["error"] is None) == (told["code"] is None) == (told["message"] is None)


def test_aliases_and_letter_case():
    assert value('=备货周期("车机","快线")') == value('=leadtime("车机","快线")') == value('LEADTIME("车机","快线")')


def test_a_needed_blank_gives_a_blank():
    for formula in ('=LEADTIME("")', "=LEADTIME(,)", '=COVERDAYS("  ",1)', '=SKU("A","","","","CA")', '=SKUFROM("")'):
        assert value(formula) is None


def test_a_column_answers_a_column_and_a_row_a_row():
    assert value('=LEADTIME({"车机";"车灯"},"快线")') == [[71], [94]]
    assert value('=LEADTIME({"车机","车灯"},"快线")') == [[71, 94]]
    assert value('=LEADTIME({"车机";"车灯"},{"快线","空运"})') == [[71, 32], [94, 55]]
    assert value('=LEADTIME({"车机"},"快线")') == [[71]]


def test_ranges_of_unequal_size():
    assert answer('=LEADTIME({"车机";"车灯"},{"快线";"空运";"直航"})')["code"] == "F-005"


def test_a_faulty_cell_leaves_the_others():
    told = answer('=LEADTIME({"车机";"车机"},{"火箭";"快线"})')
    assert told["value"] == [["#N/A"], [71]]
    assert (told["error"], told["code"]) == ("#N/A", "F-205")
    assert "火箭" in told["message"]


def test_a_fault_passes_through_calls_and_operators():
    for formula in ('=COVERDAYS(LEADTIME("车机","火箭"),2)', '=LEADTIME("车机","火箭")+1', '=-LEADTIME("车机","火箭")'):
        assert (answer(formula)["error"], answer(formula)["code"]) == ("#N/A", "F-205")
    assert answer('=COVERDAYS(LEADTIME("车机",{"火箭";"快线"}),2)')["value"] == [["#N/A"], [35.5]]


def test_nested_calls():
    assert value('=COVERDAYS(LEADTIME("车机","快线"),2)') == 35.5
    assert value('=ORDERBY(ETA("2025-03-01","快线"),"车机","快线")') == "2025-01-24"
    assert value('=SKUCHECK(SKUFROM("车衣 HIMICAR品牌 墨西哥站"))') == ""


@pytest.mark.parametrize(
    ("formula", "error", "code"),
    [
        ("=NOPE(1)", "#NAME?", "F-003"),
        ("=A1+1", "#NAME?", "F-002"),
        ("=LEADTIME()", "#VALUE!", "F-004"),
        ('=LEADTIME("a","b","c","d")', "#VALUE!", "F-004"),
        ('=SKU("a","b","CA")', "#VALUE!", "F-004"),
        ('=COVERDAYS("x",1)', "#VALUE!", "F-011"),
        ("=COVERDAYS(TRUE,1)", "#VALUE!", "F-011"),
        ('=ETA("soon","快线")', "#VALUE!", "F-012"),
        ('=1+"x"', "#VALUE!", "F-021"),
        ("=1/0", "#DIV/0!", "F-022"),
        ("=(-8)^0.5", "#NUM!", "F-022"),
        ("=9^999", "#NUM!", "F-022"),
        ('="5月"+1', "#VALUE!", "F-602"),
        ("={1,2}+{1,2,3}", "#VALUE!", "F-602"),
        ('=COVERDAYS("",3)+1', "#VALUE!", "F-021"),
        ("=EXPLAIN(5)", "#VALUE!", "F-604"),
        ("=EXPLAIN(TRUE)", "#VALUE!", "F-604"),
        ("=EXPLAIN(1+1)", "#VALUE!", "F-604"),
        ('=ETA("2025-03-01","快线",9999999)', "#NUM!", "F-441"),
        ('=ORDERBY("1900-01-05","车机","快线")-99999999', "#VALUE!", "F-602"),
    ],
)
def test_faults_have_a_kind_and_a_code(formula, error, code):
    told = answer(formula)
    assert (told["value"], told["error"], told["code"]) == (None, error, code)


def test_dates_in_every_spelling():
    for day in ('"2025-03-01"', '"2025/3/1"', '"2025年3月1日"', '"2025.3.1"', "45717", "45717.6", '"2025-03-01 14:00"'):
        assert value(f'=ETA({day},"快线")') == "2025-04-15"


def test_numbers_in_every_spelling():
    for number in ("1200", '"1,200"', '"１２００"', '" 1200.0 "'):
        assert value(f"=COVERDAYS({number},12)") == 100


def test_operators():
    assert value('=ETA("2025-03-01","快线")-"2025-03-01"') == 45
    assert value('=ETA("2025-03-01","快线")+7') == "2025-04-22"
    assert value('="HI-"&PINYIN("车机")&"-"&8') == "HI-CJ-8"
    assert value("=50%*8") == 4
    assert value('=LEADTIME("车机","快线")<=71') is True
    assert value('="ab"="AB"') is True
    assert value('=ETA("2025-03-01","快线")="2025-04-15"') is False
    assert value('=ETA("2025-03-01","快线")=45762') is True
    assert value('=ETA("2025-03-01","快线")&""') == "45762"
    assert value('="2025-04-13 14:00"-"2025-04-13"') == pytest.approx(14 / 24)
    assert value('=COVERDAYS("",3)=""') is True
    assert value('=COVERDAYS("",3)&"天"') == "天"
    assert value('=1<"a"') is True
    assert value("={1,2;3,4}*10") == [[10, 20], [30, 40]]


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6))
def test_arithmetic_is_arithmetic(one, two):
    told = value(f"=({one!r})+({two!r})*2")
    assert told == pytest.approx(one + two * 2)


def test_today_counts_only_where_nothing_else_is_given():
    low, high = date(2025, 7, 1), date(2025, 12, 1)
    assert value('=TURNOVERNORM("平台仓")', low) != value('=TURNOVERNORM("平台仓")', high)
    dated = '=TURNOVERNORM("平台仓",,"2025-07-01")'
    assert value(dated, low) == value(dated, high)
    shipped = '=TRANSITSTATE("2025-03-01","快线")'
    assert value(shipped, date(2025, 3, 1) + timedelta(days=51)).startswith("异常")


@pytest.mark.parametrize("count", [600, 10_000])
@pytest.mark.parametrize("way", ["evaluate", "explain"])
def test_a_formula_of_hundreds_of_operators_or_brackets_is_a_coded_fault(count, way):
    for text in (f"=1{'+1' * count}", f"={'(' * count}1{')' * count}", f"={'-' * count}1", f"={'F(' * count}"):
        if way == "evaluate":
            assert answer(text)["code"] == "F-601"
        else:
            assert "F-601" in value(f'=EXPLAIN("{text}")')


def test_what_a_formula_shows_has_fifteen_digits():
    assert value("=0.1+0.2") == 0.3
    assert value("=1/3") == 0.333333333333333


def test_a_moment_with_a_zone_is_told_by_the_teams_clock():
    shanghai = [["2025-04-04T14:00:00", "2025-04-09"]]
    for moment in (
        "2025-04-02T06:30:00Z",
        "2025-04-02 14:30:00+08:00",
        "2025-04-02T06:30:00.999Z",
        "2025-04-02 08:30 +02",
    ):
        assert value(f'=SHIPCUTOFF("{moment}")') == shanghai
    told = evaluate('=SHIPCUTOFF("2025-04-02T06:30:00Z")', POLICY, DAY, ZoneInfo("America/Mexico_City")).as_json()
    assert told["value"] == value('=SHIPCUTOFF("2025-04-02 00:30")')
    assert value('=ETA("2025-04-02T22:30:00Z","快线")') == value('=ETA("2025-04-03","快线")')
    assert value('=STOCKOUT(10,100,{"2025-04-09T20:00:00Z",50},"2025-04-03")') == value(
        '=STOCKOUT(10,100,{"2025-04-10",50},"2025-04-03")'
    )
    for wrong in (
        "2025-02-30T06:30:00Z",
        "2025-04-02T06:30:00+99:00",
        "9999-12-31T23:30:00Z",
        "2025-04-02T06:30:00 CST",
    ):
        assert answer(f'=SHIPCUTOFF("{wrong}")')["code"] == "F-012"


def test_marks_are_collected_once():
    told = answer('=LEADTIME({"车机";"车灯"},"海卡")')
    assert sorted(told["marks"]) == ["SOP自相矛盾", "解读"]


def test_the_same_cells_are_answered_once():
    result = evaluate('=PINYIN({"车机";"车机";"车机"})', POLICY, DAY)
    assert result.value == [["CJ"]] * 3
    assert len(result.steps[-1].answers) == 1


def test_a_column_of_ten_thousand_is_quick():
    rows = ";".join(f'"{name}{i % 500}"' for i in range(5000) for name in ("球泡灯", "车机"))
    assert len(value(f'=SKU("HIFILUZ",{{{rows}}},,,"CA")')) == 10_000


def test_spills_of_ranges():
    assert value('=SKUPARSE({"HI-CY-MX","HI-QPD-WiFi-CA"})') == [
        ["HI", "CY", None, 1, "MX"],
        ["HI", "QPD", "WiFi", 1, "CA"],
    ]
    told = answer('=SKUPARSE({"HI-CY-MX";"x";""})')
    assert told["value"][1:] == [["#VALUE!", None, None, None, None], [None] * 5]
    assert told["code"] == "F-106"
    assert answer('=LEADTIMEPLAN({"2025-04-03";"2025-04-04"},"车机")')["code"] == "F-006"


def test_explain_tells_of_a_text_and_of_a_call_in_place():
    text = value('=EXPLAIN("=TURNOVERTOTAL(30,""快线"",""2025-06-15"")")')
    assert text == value('=EXPLAIN(TURNOVERTOTAL(30,"快线","2025-06-15"))')
    for piece in ("R20", "131", "rules.turnover.lanes.快线.norm_days", "L124", "未确认"):
        assert piece in text
    assert "F-205" in value('=EXPLAIN(LEADTIME("车机","火箭"))')
    assert "F-003" in value('=EXPLAIN("=NOPE(1)")')
