"""Tabs that are added: which may be, and the parts they become."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from rules.errors import Code
from sheets_schema.grid.codes import X_TAB_NAME
from sheets_schema.grid.edits import CellRefusal, NewTab
from sheets_schema.grid.writable import Unwritable
from sync.backends.workbook import parts
from sync.backends.workbook.archive import part_key
from sync.backends.workbook.codes import X_STRUCTURE
from sync.backends.workbook.package import as_utf8_bytes
from sync.backends.workbook.reader import WorkbookFile
from sync.backends.workbook.stylesheet import StyleSheet

_BAD_NAME = re.compile(r"[:\\/?*\[\]\x00-\x1f]|^'|'$")


@dataclass
class AddedTabs:
    """Tabs and their parts by relationship id, the parts' contents by name, and what was refused."""

    strict: bool
    tabs: dict[str, NewTab] = field(default_factory=dict)
    targets: dict[str, str] = field(default_factory=dict)
    parts: dict[str, bytes] = field(default_factory=dict)
    refused: list[CellRefusal] = field(default_factory=list)


def added_tabs(book: WorkbookFile, asked: Sequence[NewTab], styles: StyleSheet, allow_locked: bool) -> AddedTabs:
    """The parts of new tabs; a name that is taken or not allowed is refused (X-114), as is all of a locked book (X-115)."""
    taken = {tab.name.lower() for tab in book.tabs}
    protection = book.workbook.find("workbookProtection")
    locked = protection is not None and protection.get("lockStructure") in ("1", "true") and not allow_locked
    ids = {relation.id for relation in book.relations(book.workbook_part)}
    answer = AddedTabs(parts.is_strict(as_utf8_bytes(book.archive.read(book.workbook_part), book.workbook_part)))
    for tab in asked:
        code: Code | None = None
        if not 1 <= len(tab.name) <= 31 or _BAD_NAME.search(tab.name) or tab.name.lower() in taken:
            code = X_TAB_NAME
        elif locked:
            code = X_STRUCTURE
        if code:
            answer.refused.append(CellRefusal(tab.name, None, None, code, {"found": tab.name}))
            continue
        try:
            data = parts.new_sheet(tab, styles, book.date1904, answer.strict)
        except Unwritable as no:
            answer.refused.append(CellRefusal(tab.name, None, None, no.code, no.facts))
            continue
        taken.add(tab.name.lower())
        id_ = next(name for name in _names("rId", "") if name not in ids)
        ids.add(id_)
        target = next(
            name
            for name in _names("xl/worksheets/sheet", ".xml")
            if part_key(name) not in book.archive.by_key and name not in answer.parts
        )
        answer.tabs[id_], answer.targets[id_], answer.parts[target] = tab, target, data
    return answer


def _names(stem: str, ending: str) -> Iterator[str]:
    number = 0
    while True:
        number += 1
        yield f"{stem}{number}{ending}"
