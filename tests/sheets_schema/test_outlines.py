"""The outlines say what the team's description of its tabs says; their notation can be read; aliases are the SOP's."""

import re
from pathlib import Path

import pytest

from rules.policy.loader import packaged
from sheets_schema.cells import parse_date
from sheets_schema.conditions import TODAY, holds, limit, meets, number_of, terms
from sheets_schema.model import Outline, Type
from sheets_schema.outlines import ANYWHERE, OUTLINES, records
from sheets_schema.sheets import SHEETS
from sheets_schema.sop_titles import SOP_TITLES, also

DESIGN = next(
    (page for up in Path(__file__).parents if (page := up / "shared/design/sheets.md").exists()), Path("absent")
)
LINE = re.compile(r"^- (.+?)\s*\|\s*(\w+)\s*\|\s*(\S+)\s*\|\s*(.*?)\s*\|\s*(.*?)\s*\|\s*(.*)$")
TYPES = {"choice": Type.TEXT, "link": Type.TEXT}


def described():
    """Tab -> column -> (type, allowed, required, SOP), as the description of the tabs has them."""
    if not DESIGN.exists():
        pytest.skip("the description of the tabs is not beside this checkout")
    tabs, name = {}, ""
    for line in DESIGN.read_text("utf-8").splitlines():
        if line.startswith("## "):
            name = re.split(r"[(:]", line.split("→")[-1])[0].strip()
            name = "库存调整" if line.startswith("## 12") else re.sub(r"^\d+ ", "", name)
            tabs[name] = {}
        elif (match := LINE.match(line)) and name:
            title, kind, _, allowed, required, sop = match.groups()
            tabs[name][title] = (kind, allowed, required, sop)
    return {tab: columns for tab, columns in tabs.items() if columns}


def named(tabs, outline):
    for name in (outline.name, *outline.aliases):
        if name in tabs:
            return tabs[name]
    raise AssertionError(f"{outline.name} is no tab of the description")


FURTHER = {"FBA仓": {428}, "产品标签": {424}}
"""Lines of the SOP that an outline names beside the description's: the list of warehouses, how a label is changed."""


def lines_of(written):
    """Numbers of lines: ``L417, L505``, ``L471–475``."""
    spans = re.findall(r"(?:L|, ?)(\d+)(?:[–-]L?(\d+))?", written)
    return {line for first, last in spans for line in range(int(first), int(last or first) + 1)}


@pytest.mark.parametrize("name", OUTLINES)
def test_an_outlines_lines_of_the_sop_are_the_descriptions(name):
    outline = OUTLINES[name]
    written = named(described(), outline)
    for column in outline.columns:
        assert set(column.sop) <= lines_of(written[column.title][3]) | FURTHER.get(column.title, set()), column.title


@pytest.mark.parametrize("name", OUTLINES)
def test_an_outlines_columns_are_the_descriptions(name):
    outline = OUTLINES[name]
    written = named(described(), outline)
    for column in outline.columns:
        kind, allowed, required, _ = written[column.title]
        assert TYPES.get(kind) or Type(kind) is column.type or (kind, column.type) == ("id", Type.TEXT), column.title
        words = re.split(r"[ (]", allowed)[0].split("/") if kind == "choice" else []
        if column.choices and "(" not in allowed.split("/")[0]:
            loose = set(re.split(r"[/,;() ]+", allowed))
            assert set(column.choices) <= loose, (column.title, allowed)
            assert len(column.choices) >= len(words), (column.title, allowed)
        if required == "always" and column.required:
            continue
        for term in terms(column.needed):
            if term.words:
                assert re.search("|".join(map(re.escape, (*term.words, term.title, "second order"))), required), (
                    column.title,
                    required,
                )


SPEAKING = [
    (outline.name, column.title)
    for outline in OUTLINES.values()
    for column in outline.columns
    if column.needed or column.never or column.limits
]


@pytest.mark.parametrize(("tab", "title"), SPEAKING)
def test_conditions_and_limits_speak_of_columns_of_the_tab(tab, title):
    outline = OUTLINES[tab]
    column = outline.by_title[title]
    listed = packaged().rules.checklists.sheets.get(tab)
    written = named(described(), outline)
    for condition in (column.needed, column.never, *(limit(text).when for text in column.limits)):
        for term in terms(condition):
            assert term.title in written, condition
            allowed = (outline.by_title[term.title].choices if term.title in outline.by_title else ()) or (
                listed.allowed[term.title].value if listed and term.title in listed.allowed else ()
            )
            if allowed:
                assert {*term.words, *filter(None, [term.until])} <= set(allowed), condition
    for text in column.limits:
        rule = limit(text)
        if rule.sign not in ("含", "数字", "=", "月") and rule.than != TODAY and number_of(rule.than) is None:
            assert rule.than in written, text


def test_a_checklist_and_an_outline_do_not_say_the_same_twice():
    for name, listed in packaged().rules.checklists.sheets.items():
        outline = OUTLINES[name]
        for column in outline.columns:
            assert not (column.choices and column.title in listed.allowed), f"{name}: {column.title}"
            needed = {
                title for by_value in listed.needs.values() for words in by_value.values() for title in words.value
            }
            assert not (column.needed and column.title in needed), f"{name}: {column.title}"


def test_what_is_checked_on_any_tab_means_one_thing_and_is_the_operators():
    """数量 is one thing here and another there; 站点 stands in the lists that the team only keeps."""
    checked = {title: [] for outline in OUTLINES.values() for title in outline.by_title}
    for outline in OUTLINES.values():
        for column in outline.columns:
            says = (column.choices, column.words, column.limits, column.needed, column.never)
            if any(says) or column.type is not Type.TEXT:
                checked[column.title].append((column.type, *says))
    kept = {column.title for tab in vars(records).values() if isinstance(tab, Outline) for column in tab.columns}
    for column in ANYWHERE.columns:
        assert len(set(checked[column.title])) == 1, column.title
        assert (column.role, bool(column.sop), column.title in kept) == ("运营", True, False), column.title
    several = {title for title, meanings in checked.items() if len(set(meanings)) > 1}
    assert several
    assert {"更换标签", "毛利率", "售完日期"} <= ANYWHERE.by_title.keys()
    assert not {"备注", "店铺", "预约时间", *several} & ANYWHERE.by_title.keys()


def test_a_tab_has_one_name():
    names = [name for tab in (*OUTLINES.values(), *SHEETS.values()) for name in (tab.name, *tab.aliases)]
    doubled = {name for name in names if names.count(name) > 1}
    assert doubled <= set(OUTLINES) & set(SHEETS)


@pytest.mark.parametrize("title", SOP_TITLES)
def test_other_spellings_are_others(title):
    others = also(title, SOP_TITLES[title][0], "更多")
    assert others[: len(SOP_TITLES[title])] == SOP_TITLES[title]
    assert others[-1] == "更多"
    assert title not in others
    assert len(set(others)) == len(others)


def test_the_sops_titles_are_aliases():
    if not DESIGN.exists():
        pytest.skip("the description of the tabs is not beside this checkout")
    table = DESIGN.read_text("utf-8").partition("## Aliases")[2]
    rows = [line.split("|")[1:3] for line in table.splitlines() if line.startswith("| ") and "---" not in line]
    written = "\n".join(" ".join(cells) for cells in rows)
    for title, words in SOP_TITLES.items():
        assert any(part in written for part in (title, title.removesuffix("日均"))), title
        for word in words:
            assert word in written, word
    tabs = dict(re.findall(r"(\S+?) = (\S+?) \(", written))
    known = {word: tab.name for tab in (*SHEETS.values(), *OUTLINES.values()) for word in (tab.name, *tab.aliases)}
    assert len(tabs) >= 5
    assert all(known[alias] == known[name] for alias, name in tabs.items())


@pytest.mark.parametrize(
    ("condition", "row", "answer"),
    [
        ("类型=换标/调货", {"类型": "调货"}, True),
        ("类型=换标/调货", {"类型": "销毁"}, False),
        ("类型=换标", {"类型": ""}, False),
        ("审批", {"审批": "通过"}, True),
        ("审批", {"审批": ""}, False),
        ("状态=二~三", {"状态": "二"}, True),
        ("状态=二~三", {"状态": "三"}, True),
        ("状态=二~三", {"状态": "四"}, False),
        ("状态=二~三", {"状态": "一"}, False),
        ("状态=二~三", {"状态": "瞎写"}, False),
        ("类型=换标 & 审批", {"类型": "换标", "审批": ""}, False),
        ("类型=换标 & 审批", {"类型": "换标", "审批": "是"}, True),
    ],
)
def test_conditions(condition, row, answer):
    assert holds(condition, row.__getitem__, {"状态": ("一", "二", "三", "四")}) is answer


@pytest.mark.parametrize(
    ("value", "rule", "other", "answer"),
    [
        (0.0, ">0", 0.0, False),
        (0.01, ">0", 0.0, True),
        (1.0, "<=100%", 1.0, True),
        (1.01, "<=100%", 1.0, False),
        ("abc", ">0", 0.0, True),
        ("X1", "!=原", "x1", False),
        ("X1", "!=原", "X2", True),
        ("X1", "!=原", None, True),
        ("2025-04-02", ">=开始", "2025-04-02", True),
        ("2025-04-01", ">=开始", "2025-04-02", False),
        ("2025-04-02 13:00", ">开始", "2025-04-02 13:30", False),
        ("2025-04-02 13:30", ">开始", "2025-04-02 13:30", False),
        ("2025-04-02", ">开始", "2025-04-02 13:30", True),
        ("2025-04-01", ">开始", "2025-04-02 13:30", False),
        ("2025-04-02 13:30", "同日 开始", "2025-04-02 23:59", True),
        ("2025-04-03 00:00", "同日 开始", "2025-04-02 23:59", False),
        ("2025-04", "月", "月", True),
        ("2025年4月", "月", "月", True),
        ("2025/4/30", "月", "月", True),
        ("2025-00", "月", "月", False),
        ("2025-13", "月", "月", False),
        ("4月", "月", "月", False),
        ("2025-04", "月起 申请日期", "2025-04-30", True),
        ("2025-03", "月起 申请日期", "2025-04-01", False),
        ("2026-01", "月起 申请日期", "2025-12-31", True),
        ("4月", "月起 申请日期", "2025-04-01", True),
        ("12345", "数字", "数字", True),
        ("12-45", "数字", "数字", False),
        ("外箱标.pdf", "含 外箱标", "外箱标", True),
        ("标.pdf", "含 外箱标", "外箱标", False),
        (True, "=YES", True, True),
        (False, "=YES", True, False),
    ],
)
def test_limits(value, rule, other, answer):
    def typed(cell):
        return parse_date(cell) or cell if isinstance(cell, str) else cell

    assert meets(typed(value), limit(rule), typed(other)) is answer


@pytest.mark.parametrize("text", ["", "大于 0", "=> 3", "YES"])
def test_what_is_no_limit(text):
    with pytest.raises(ValueError, match="no limit"):
        limit(text)
