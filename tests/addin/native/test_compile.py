"""What is compiled, of which spreadsheet functions it is made, and what 规则表 holds."""

import re
from datetime import date

import pytest
import yaml
from holidays import country_holidays
from openpyxl import load_workbook

from addin.native.compiler import LONGEST, compile_functions, rows_of
from addin.native.examples import example_rows
from addin.native.rulebook import DAYS_TAB, FIRST_DAY, LAST_DAY, PINYIN_TAB, RULES_TAB
from addin.native.workbook import BLANK_ROWS, write_workbook
from addin.registry.catalogue import ENTRIES, find
from rules.policy.dated import dated_below
from rules.policy.loader import load, packaged, packaged_path

POLICY = packaged().rules
BOOK, FUNCTIONS = compile_functions(ENTRIES, POLICY)
COMPILED = [function for function in FUNCTIONS if function.tab]
NAMES = [function.entry.name for function in COMPILED]
FORMULAS = [
    (function.entry.name, column.title, column.formula.text)
    for function in COMPILED
    for column in function.tab.columns
    if column.formula
]

# Excel 2010, WPS, WeCom's sheets and LibreOffice 7.4 know them all; none is volatile, none needs Ctrl+Shift+Enter.
KNOWN = {
    "ABS",
    "AND",
    "CHOOSE",
    "COUNT",
    "DATE",
    "DAY",
    "EDATE",
    "EOMONTH",
    "EXACT",
    "FIND",
    "IF",
    "IFERROR",
    "INDEX",
    "INT",
    "ISERROR",
    "ISLOGICAL",
    "ISNUMBER",
    "ISTEXT",
    "LEFT",
    "LEN",
    "LOG10",
    "LOOKUP",
    "LOWER",
    "MATCH",
    "MAX",
    "MID",
    "MIN",
    "MOD",
    "MONTH",
    "NA",
    "NOT",
    "OR",
    "REPT",
    "RIGHT",
    "ROUND",
    "ROUNDUP",
    "ROWS",
    "SMALL",
    "SUBSTITUTE",
    "SUM",
    "SUMPRODUCT",
    "TIMEVALUE",
    "TRIM",
    "UPPER",
    "VALUE",
    "VLOOKUP",
    "WEEKDAY",
    "YEAR",
}


def test_every_function_is_compiled_or_says_why_not():
    assert [function.entry.name for function in FUNCTIONS] == [entry.name for entry in ENTRIES]
    for function in FUNCTIONS:
        told = function.as_json("zh")
        assert set(told) == {"function", "rule", "compiled", "why_not", "formula", "tab"}
        assert told["compiled"] == (told["why_not"] is None) == (told["formula"] is not None)
    assert {entry.name for entry in ENTRIES} - set(NAMES) == {"SKUFROM", "EXPLAIN"}


def depth(formula):
    deepest = level = 0
    for mark in re.sub(r'"[^"]*"', "", formula):
        level += (mark == "(") - (mark == ")")
        deepest = max(deepest, level)
    return deepest


@pytest.mark.parametrize("name", NAMES)
def test_formulas_are_plain_and_short(name):
    for function, title, formula in FORMULAS:
        if function != name:
            continue
        bare = re.sub(r'"[^"]*"', "", formula)
        assert set(re.findall(r"([A-Z][A-Z0-9.]*)\(", bare)) <= KNOWN, title
        assert len(formula) < LONGEST
        assert depth(formula) < 64
        assert "{" not in bare


def test_only_the_cell_of_today_is_volatile():
    volatile = [row for row in BOOK.rows for cell in row if isinstance(cell, str) and cell.startswith("=TODAY")]
    assert [row[0] for row in volatile] == ["今天"]
    fixed, _ = compile_functions(ENTRIES[:1], POLICY, date(2025, 4, 3))
    assert fixed.rows[0][3] == date(2025, 4, 3)


def test_the_table_names_key_unit_and_lines_of_every_number():
    numbers = {key.removeprefix("rules."): number for key, number in dated_below(POLICY, "rules")}
    told = {row[0]: row for row in BOOK.rows if len(row) > 4}
    assert {"lead_time.purchase_days", "turnover.lanes.快线.norm_days", "lead_time.customs_days.上限"} <= set(told)
    for key, row in told.items():
        if key.startswith("directory.people."):  # put together from several numbers
            continue
        number = numbers[key] if key in numbers else numbers[key.rpartition(".")[0]]
        assert row[1] == number.why
        assert row[4:] == (number.unit, ", ".join(f"L{line}" for line in number.sop), number.reading)


def test_a_dated_number_is_a_block_from_silence_on():
    rows = [row for row in BOOK.rows if row[0] == "turnover.lanes.快线.norm_days"]
    assert [row[2:4] for row in rows] == [(0, "SOP未规定"), (date(2025, 1, 1), 45)]


def test_words_stand_as_tables():
    rows = {row[2]: row[3] for row in BOOK.rows if row[0] == "channels.spellings"}
    assert rows["海派"] == "整柜"
    assert len(rows) == sum(1 + len(words) for words in POLICY.channels.spellings.values())


def test_lists_reach_over_the_calendar():
    lists = {column.title: column.items for column in BOOK.lists[DAYS_TAB]}
    cn, warehouse = lists["CN 工作日"], lists["WAREHOUSE 工作日"]
    assert date(2025, 1, 26) in cn  # a Sunday that was worked
    assert date(2025, 1, 28) not in cn
    assert date(2025, 4, 12) in warehouse
    assert date(2025, 4, 17) not in warehouse
    for days in (cn, warehouse, lists["送仓日"]):
        assert days == sorted(days)
        assert FIRST_DAY <= days[0] < days[-1] <= LAST_DAY
    assert date(2025, 4, 20) in lists["送仓日"]
    assert date(2025, 4, 17) not in lists["送仓日"]


def changed(tmp_path, change):
    document = yaml.safe_load(packaged_path().read_text("utf-8"))
    change(document["rules"])
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
    return load(path).rules


def test_lists_follow_the_schedules_and_days_that_config_states(tmp_path):
    law = sorted(country_holidays("CN", years=2027, observed=False))

    def stated(rules):
        rules["calendars"]["official"] = {2027: {"source": "演练", "rest": {"假日": law}, "work": [date(2027, 2, 20)]}}
        rules["calendars"]["company"] = {"rest": {date(2026, 12, 31): "盘点"}}

    book, _ = compile_functions([find("ADDWORKDAYS")], changed(tmp_path, stated))
    days = next(column.items for column in book.lists[DAYS_TAB] if column.title == "CN 工作日")
    assert date(2027, 2, 20) in days
    assert not {date(2026, 12, 31), date(2027, 10, 1)} & set(days)
    about = {row[0]: row[1] for row in book.rows}
    assert "2027-12-31 以后是估算" in about["日历到"]


def test_a_plain_value_stands_before_the_dated_ones(tmp_path):
    def later(rules):
        rules["lead_time"]["purchase_days"]["values"] = {date(2026, 11, 1): 25}

    book, _ = compile_functions([find("LEADTIME")], changed(tmp_path, later))
    rows = [row[2:4] for row in book.rows if row[0] == "lead_time.purchase_days"]
    assert rows == [(0, 30), (date(2026, 11, 1), 25)]


def test_a_dated_calendar_has_no_list(tmp_path):
    def dated(rules):
        number = rules["calendars"]["mx_workdays"]
        number["values"] = {date(2025, 1, 1): number.pop("value")}

    _, (function,) = compile_functions([find("ADDWORKDAYS")], changed(tmp_path, dated))
    assert function.tab is None
    assert "mx_workdays" in function.why_not.zh


def test_the_workbook(tmp_path):
    path = tmp_path / "all.xlsx"
    write_workbook(path, BOOK, FUNCTIONS, {name: example_rows(find(name)) for name in NAMES})
    book = load_workbook(path)
    assert book.sheetnames == [RULES_TAB, *NAMES, DAYS_TAB, PINYIN_TAB]
    sheet = book["ETA"]
    assert [cell.value for cell in sheet[1]][:4] == ["ship_date", "lane", "confirmed_days", "标准到仓日 ETA"]
    assert sheet["A1"].comment.text.startswith("发货日")
    assert sheet["A2"].value == "2025-03-01"
    assert sheet["D2"].value.startswith("=IF(")
    assert sheet["D2"].number_format == "yyyy-mm-dd"
    assert sheet.max_row == 1 + len(example_rows(find("ETA"))) + BLANK_ROWS
    assert "规则表!" in "".join(cell.value or "" for cell in sheet[2])


@pytest.mark.parametrize("function", COMPILED, ids=NAMES)
def test_every_tab_has_example_rows(function):
    given = example_rows(function.entry)
    inputs = sum(column.formula is None for column in function.tab.columns)
    assert given
    assert all(len(row) == inputs for row in given)
    assert len(rows_of(function, given, 3)) == len(given) + 3
