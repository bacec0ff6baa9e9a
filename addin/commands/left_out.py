"""What a check of a tab left out, and why; each reason has a code, so that it is told as problems are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from addin.commands.columns import Gaps
from addin.commands.schema_check import rows_without_key
from addin.commands.tables import TabTable, is_blank
from rules.errors import Code, Text
from rules.policy.loader import Config
from sheets_schema.grid.address import cell_name, letters
from sheets_schema.problems import Problem

NAMED = 3
"""Places that a sentence names; the others are counted."""

_REGISTER = "在 config.yaml 的 site.workbooks 的 tabs 里登记表名,在 site.column_aliases 里登记表头"
_REGISTER_EN = "register the tab's name (tabs in site.workbooks) or its titles (site.column_aliases) in config.yaml"

K_UNKNOWN = Code(
    "K-080",
    "前 {found} 行里没有认得的表头:{count} 行内容没有检查",
    "no known header in the first {found} rows: {count} rows of content not checked",
    f"不是数据表就不用管;是的话,{_REGISTER}",
    f"leave it if it holds no data; if it does, {_REGISTER_EN}",
)
K_PARTLY = Code(
    "K-081",
    "{tab_known}没有完整的规则,只按列名查了:{checked}{left}",
    "{tab_known}without full rules, checked by titles only: {checked}{left}",
    "其余请自己核对",
    "check the rest yourself",
)
K_GAP = Code("K-082", "缺列 {expected}:没有查 {what}", "column {expected} is missing: not checked: {what}")
K_NO_RESULT = Code(
    "K-083",
    "{count} 格公式还没有结果,没有检查:{cells}",
    "{count} formulas without a result were not checked: {cells}",
    "在表格软件里打开、重算、保存,再检查",
    "open, recalculate and save it in a spreadsheet program, then check again",
)
K_NO_KEY = Code(
    "K-084",
    "{count} 行没有填全键,没有查重复:第 {rows} 行",
    "{count} rows without a complete key were not compared: rows {rows}",
)
K_STRANGE = Code("K-085", "不认识的列,没有查:{columns}", "columns that nobody registered were not checked: {columns}")
K_EMPTY = Code("K-086", "空表,没有内容可查", "the tab is empty")
K_NO_ROWS = Code("K-087", "没有数据行可查,只有表头或合计", "no rows to check but a header or sums")
K_OURS = Code("K-088", "本程序写的表,不检查", "written by this program; not checked")
K_NO_STORES = Code(
    "K-099",
    "没有登记店铺(site.stores):没有查店名",
    "no stores are registered (site.stores): their names were not checked",
)

S_UNREAD = Code(
    "S-040",
    "读不了,没有检查:{found}",
    "cannot be read, not checked: {found}",
    "在表格软件里打开、另存,再检查",
    "open it in a spreadsheet program, save it, and check again",
)

MATTERS = frozenset({K_UNKNOWN.id, K_PARTLY.id, K_NO_RESULT.id, S_UNREAD.id})
"""What leaves content unchecked; the others say what there was nothing of."""


def unchecked(table: TabTable, config: Config, read: set[int], rules: Sequence[Text]) -> Iterator[Problem]:
    """What of a table no check looked at: its schema, columns, formulas without a result, keys, stores.

    `read` are the columns that a check read, `rules` what was checked.
    """
    strange = [at for at in _filled(table) if at not in read]
    names = "、".join(table.titles.get(at, letters(at)) for at in strange)
    if table.sheet is None:
        zh, en = "、".join(rule.zh for rule in rules), ", ".join(rule.en for rule in rules)
        name = table.known.name
        which = Text(f"《{name}》", f"{name} ") if name else Text("不认识这张表:", "an unknown tab ")
        left = Text(f";没有查的列:{names}", f"; columns not checked: {names}") if names else Text("", "")
        facts = {"checked": Text(zh, en), "left": left, "tab_known": which}
        yield table.problem(K_PARTLY, table.header_row, None, None, **facts)
    elif strange:
        yield table.problem(K_STRANGE, table.header_row, None, None, columns=names)
    if silent := _without_result(table):
        yield table.problem(K_NO_RESULT, table.header_row, None, None, count=len(silent), cells=some(silent))
    if drafts := [str(line.number) for line in rows_without_key(table)]:
        yield table.problem(K_NO_KEY, table.header_row, None, None, count=len(drafts), rows=some(drafts))
    if table.stores is not None and not config.site.stores:
        yield table.problem(K_NO_STORES, table.header_row, None, None)


def gaps_of(table: TabTable, gaps: Gaps) -> Iterator[Problem]:
    """Each missing column with the checks that lack it."""
    for title, left_out in gaps.missing.items():
        what = Text("、".join(left_out), ", ".join(text.en for text in left_out.values()))
        yield table.problem(K_GAP, table.header_row, None, None, expected=title, what=what)


def _filled(table: TabTable) -> list[int]:
    """The columns that hold anything below the header."""
    found: set[int] = set()
    for line in table.lines:
        found.update(at for at, value in enumerate(line.cells) if at not in found and not is_blank(value))
    return sorted(found)


def _without_result(table: TabTable) -> list[str]:
    """The cells whose formula shows nothing yet."""
    rows = {line.number: line for line in table.lines}
    places = [place for place in table.grid.formulas if place[0] in rows and rows[place[0]].at(place[1]) is None]
    return [cell_name(*place) for place in sorted(places)]


def some(places: Sequence[str]) -> str:
    """The first places by name, and how many there are."""
    more = f" ……({len(places)})" if len(places) > NAMED else ""
    return "、".join(places[:NAMED]) + more
