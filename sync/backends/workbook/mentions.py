"""Where a table's column is used by its title: formulas of any kind, slicers, queries, the data model.

Such a title is not changed here. To rewrite what refers to it would touch cells and parts that nobody
asked for; a spreadsheet program does it, and knows all of them.
"""

from __future__ import annotations

import re

from sync.backends.workbook import xml
from sync.backends.workbook.archive import Member, part_key
from sync.backends.workbook.reader import WorkbookFile
from sync.backends.workbook.tables import TableTexts

_FORMULA = re.compile(
    rb"<(?:[\w.-]+:)?(?:f|formula[12]?|definedName|calculatedColumnFormula|totalsRowFormula)(?:\s[^<>]*)?>([^<]*)</"
)
_LONGEST = 1 << 17
"""Bytes that a formula takes at most, with its tags."""
_QUOTED = re.compile("'(.)", re.S)
_DATA_ONLY = ("xl/sharedstrings", "xl/theme/", "xl/styles", "xl/pivotcache/", "xl/comments", "xl/media/")


def used_in(book: WorkbookFile, table: TableTexts, title: str) -> str | None:
    """Where a title of a table is used by name, as people find it; None where it is used nowhere."""
    if table.kind == "queryTable":
        return "queryTable"
    for member in book.archive.members:
        if not member.key.endswith(".xml"):
            continue
        if member.key.startswith("xl/slicercaches/") and _slicer(book, member, table, title):
            return member.name
        if member.key == "xl/connections.xml" and _is_modelled(book, member, table):
            return member.name
        if member.key.startswith("customxml/") and b"DataMashup" in b"".join(book.chunks(member.key)[1]):
            return "Power Query"
        if member.key.startswith("xl/") and not member.key.startswith(_DATA_ONLY):
            formula = _formula(book, member, title)
            if formula is not None:
                return f"{_tab(book, member)} ={formula[:60]}"
    return None


def _slicer(book: WorkbookFile, member: Member, table: TableTexts, title: str) -> bool:
    tree = book.tree(member.key)
    of_table = any(node.tag == "tableSlicerCache" and node.get("tableId") == table.id for node in tree.iter())
    return of_table and xml.unescape(tree.get("sourceName", "")).lower() == title.lower()


def _is_modelled(book: WorkbookFile, member: Member, table: TableTexts) -> bool:
    """Whether the data model, which keeps its own list of columns, is fed by the table."""
    has_model = any(key.startswith("xl/model/") for key in book.archive.by_key)
    return has_model and table.name.encode() in b"".join(book.chunks(member.key)[1])


def _formula(book: WorkbookFile, member: Member, title: str) -> str | None:
    """The first formula of a part that names the title in brackets."""
    wanted = tuple(f"{start}{title.lower()}]" for start in ("[", "[@"))
    rest = b""
    for chunk in book.chunks(member.key)[1]:
        block = rest + chunk
        for match in _FORMULA.finditer(block):
            if b"[" in match[1]:
                text = xml.unescape(xml.text(match[1].decode()))
                plain = _QUOTED.sub(r"\1", text).lower()
                if any(name in plain for name in wanted):
                    return text
        rest = block[-_LONGEST:]
    return None


def _tab(book: WorkbookFile, member: Member) -> str:
    return next((tab.name for tab in book.tabs if part_key(tab.part) == member.key), member.name)
