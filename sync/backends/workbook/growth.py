"""Ranges that grow when rows are appended under them: filters, tables, validations, conditional formats."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sheets_schema.grid.address import Range, parse_range
from sync.backends.workbook.markup import Node, Splice, with_attribute

Block = tuple[int, int]
"""First and last row of rows appended without a gap."""

_ABSOLUTE = re.compile(r"\$?([A-Z]{1,3})\$?(\d+):\$?([A-Z]{1,3})\$?(\d+)")


def blocks(rows: Iterable[int]) -> list[Block]:
    """Rows as runs without gaps.

    >>> blocks([5, 6, 9])
    [(5, 6), (9, 9)]
    """
    answer: list[Block] = []
    for row in sorted(rows):
        if answer and answer[-1][1] == row - 1:
            answer[-1] = (answer[-1][0], row)
        else:
            answer.append((row, row))
    return answer


def grown(area: Range, appended: list[Block]) -> Range:
    """The range, longer by the rows appended right under it.

    >>> str(grown(Range(2, 0, 4, 1), [(5, 6)])), str(grown(Range(2, 0, 3, 1), [(5, 6)]))
    ('A2:B6', 'A2:B3')
    """
    return next((area._replace(bottom=last) for first, last in appended if area.bottom == first - 1), area)


def grown_list(text: str, appended: list[Block]) -> str:
    """A list of ranges as in ``sqref``, each grown; ranges that stay are not respelled.

    >>> grown_list("A2:A4 $C$4 D1", [(5, 6)])
    'A2:A6 C4:C6 D1'
    """
    words = []
    for word in text.split():
        area = parse_range(word)
        longer = grown(area, appended) if area else None
        words.append(word if longer is None or longer == area else str(longer))
    return " ".join(words)


def sheet_splices(tail: Node, data: bytes, at: int, appended: list[Block]) -> Iterator[Splice]:
    """The changes behind the rows: the tab's own filter, validations, conditional formats, x14 ones too.

    `tail` holds offsets in the part, `data` the bytes from offset `at` on.
    """
    for node in tail.children:
        if node.name == "autoFilter":
            yield from _attribute(node, "ref", appended)
        elif node.name == "conditionalFormatting":
            yield from _attribute(node, "sqref", appended)
        elif node.name == "dataValidations":
            for child in node.walk():
                if child.name == "dataValidation":
                    yield from _attribute(child, "sqref", appended)
        elif node.name == "extLst":
            yield from _extended(node, data, at, appended)
        elif node.name == "AlternateContent":
            yield from sheet_splices(_flat(node), data, at, appended)


def _flat(node: Node) -> Node:
    branches = [inner for child in node.children if child.name in ("Choice", "Fallback") for inner in child.children]
    return Node(node.name, node.tag, node.start, node.opened, node.closing, node.end, branches)


def _extended(node: Node, data: bytes, at: int, appended: list[Block]) -> Iterator[Splice]:
    for holder in node.walk():
        if holder.name not in ("conditionalFormatting", "dataValidation"):
            continue
        for child in holder.all("sqref"):
            old = data[child.opened - at : child.closing - at].decode()
            new = grown_list(old, appended)
            if new.split() != old.split():
                yield child.opened, child.closing, new.encode()


def _attribute(node: Node, name: str, appended: list[Block]) -> Iterator[Splice]:
    old = node.get(name)
    new = grown_list(old, appended)
    if new.split() != old.split():
        yield node.start, node.opened, with_attribute(node.tag, name, new)


def table_splices(table: Node, appended: list[Block]) -> list[Splice]:
    """The changes of a table part: its range and its filter. A table with a totals row stays."""
    if table.get("totalsRowCount", "0") not in ("", "0"):
        return []
    answer = list(_attribute(table, "ref", appended))
    for child in table.all("autoFilter"):
        answer += _attribute(child, "ref", appended)
    return answer


def grown_name(text: str, appended: list[Block]) -> str:
    """A defined name's absolute range, grown.

    >>> grown_name("'库存 数据'!$A$1:$D$4", [(5, 6)])
    "'库存 数据'!$A$1:$D$6"
    """
    tab, mark, area = text.rpartition("!")
    match = _ABSOLUTE.fullmatch(area)
    if not match:
        return text
    last = next((last for first, last in appended if int(match[4]) == first - 1), None)
    return text if last is None else f"{tab}{mark}{area[: area.rindex(match[4])]}{last}"
