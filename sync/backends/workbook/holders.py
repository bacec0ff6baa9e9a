"""Cells that something else in the workbook shows or holds: pivot tables, controls, real-time formulas."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rules.errors import Code
from sheets_schema.grid.address import Range, parse_cell, parse_range
from sync.backends.workbook.codes import X_CONTROL, X_LIVE, X_PIVOT
from sync.backends.workbook.markup import Node
from sync.backends.workbook.package import TabInfo
from sync.backends.workbook.reader import WorkbookFile

Held = tuple[Range, Code, str]
"""An area that must not be written, why, and what holds it."""

_LINK = re.compile(r"(?:(?:'((?:[^']|'')+)'|([^'!]+))!)?(\$?[A-Za-z]{1,3}\$?\d+)")
_VML_LINK = re.compile(rb"<x:FmlaLink>([^<]*)</x:FmlaLink>", re.I)


def pivots(book: WorkbookFile, tab: TabInfo) -> Iterator[Held]:
    """The areas of a tab's pivot tables, the filters above them included."""
    for relation in book.relations(tab.part):
        if relation.kind != "pivotTable" or not relation.target:
            continue
        tree = book.tree(relation.target)
        location = tree.find("location")
        area = parse_range(location.get("ref", "")) if location is not None else None
        if area is None or location is None:
            continue
        name = tree.get("name", "")
        yield area, X_PIVOT, name
        rows, columns = (_count(location.get(word)) for word in ("rowPageCount", "colPageCount"))
        if rows and columns and area.top > rows + 1:
            yield Range(area.top - 1 - rows, area.left, area.top - 2, area.left + 3 * columns - 2), X_PIVOT, name


def live(book: WorkbookFile, tab: TabInfo) -> Iterator[Held]:
    """The cells of a tab whose formulas the workbook records as taking data from outside."""
    part = book.related(book.workbook_part, "volatileDependencies")
    for node in book.tree(part).iter("tr") if part else ():
        place = parse_cell(node.get("r", ""))
        if place and node.get("s", "1") == tab.sheet_id:
            yield Range(*place, *place), X_LIVE, ""


def controls(book: WorkbookFile, tab: TabInfo, tail: Node) -> Iterator[tuple[str, Held]]:
    """The cells, with their tabs, that the controls on a tab are linked to; `tail` is what stands behind its rows."""
    links = [(node.get("linkedCell"), node.get("name")) for node in tail.walk() if node.name == "controlPr"]
    for relation in book.relations(tab.part):
        if relation.kind == "ctrlProp" and relation.target:
            tree = book.tree(relation.target)
            links.append((tree.get("fmlaLink", ""), tree.get("objectType", "")))
        elif relation.kind == "vmlDrawing" and relation.target:
            drawing = b"".join(book.chunks(relation.target)[1])
            links += [(found.decode("utf-8", "replace"), "") for found in _VML_LINK.findall(drawing)]
    for link, name in links:
        match = _LINK.fullmatch(book.defined_names.get(link, link))
        place = parse_cell(match[3]) if match else None
        if match and place:
            target = match[1].replace("''", "'") if match[1] else match[2] or tab.name
            yield target, (Range(*place, *place), X_CONTROL, name or tab.name)


def _count(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else 0
