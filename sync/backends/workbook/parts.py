"""The small parts around the sheets: workbook, content types, relationships, calculation chain, new tabs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sheets_schema.grid.address import cell_name
from sheets_schema.grid.edits import NewTab
from sync.backends.workbook.archive import part_key
from sync.backends.workbook.cellxml import content
from sync.backends.workbook.growth import Block, grown_name
from sync.backends.workbook.markup import Node, Splice, attributes, quoted, scan, spliced, with_attribute
from sync.backends.workbook.stylesheet import StyleSheet

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_HIDDEN = ' state="hidden"'
_BEFORE_NAMES = ("sheets", "functionGroups", "externalReferences")
_CHAINED = re.compile(rb"<(?:\w+:)?c(?=\s)[^<>]*?(?:/>|>\s*</(?:\w+:)?c\s*>)")


def recalculated(data: bytes, part: str) -> bytes:
    """The workbook part, asking for a full calculation when it is opened."""
    tree = scan(data, part).children[0]
    node = tree.find("calcPr")
    if node:
        return spliced(data, [(node.start, node.opened, with_attribute(node.tag, "fullCalcOnLoad", "1"))])
    at = max(child.end for child in tree.children if child.name in (*_BEFORE_NAMES, "definedNames"))
    return spliced(data, [(at, at, b"<" + tree.prefix + b'calcPr fullCalcOnLoad="1"/>')])


def filters_grown(data: bytes, part: str, appended: Mapping[int, list[Block]]) -> bytes:
    """The workbook part with the hidden name of each tab's filter following it (by tab index)."""
    splices: list[Splice] = []
    for node in scan(data, part).walk():
        if node.name == "definedName" and node.get("name") == "_xlnm._FilterDatabase":
            runs = appended.get(int(node.get("localSheetId", "-1")))
            if runs:
                old = data[node.opened : node.closing].decode()
                splices.append((node.opened, node.closing, grown_name(old, runs).encode()))
    return spliced(data, splices)


def chain_without(data: bytes, dropped: Mapping[str, set[str]]) -> bytes | None:
    """The calculation chain without some cells (by sheet id); None when none is left.

    An entry without a sheet id has that of the entry before it, so the first one kept after a dropped
    one is given its id.
    """
    out: list[bytes] = []
    at, left = 0, 0
    sheet = shown = ""
    for match in _CHAINED.finditer(data):
        tag = match[0]
        found = attributes(tag)
        sheet = found.get("i", sheet)
        out.append(data[at : match.start()])
        at = match.end()
        if found.get("r") in dropped.get(sheet, ()):
            continue
        left += 1
        out.append(tag if "i" in found or shown == sheet else with_attribute(tag, "i", sheet))
        shown = sheet
    out.append(data[at:])
    return b"".join(out) if left else None


def relations_without(data: bytes, part: str, ids: set[str]) -> bytes:
    """A relationships part without some ids."""
    nodes = [node for node in scan(data, part).walk() if node.name == "Relationship" and node.get("Id") in ids]
    return spliced(data, [(node.start, node.end, b"") for node in nodes])


def types_without(data: bytes, part: str, key: str) -> bytes:
    """The content types without the override of one part (`key` as packages compare names)."""
    nodes = [
        node for node in scan(data, part).walk() if node.name == "Override" and part_key(node.get("PartName")) == key
    ]
    return spliced(data, [(node.start, node.end, b"") for node in nodes])


def types_with(data: bytes, part: str, names: Iterable[str]) -> bytes:
    """The content types with an override for each new sheet part."""
    root = scan(data, part).children[0]
    text = "".join(
        f'<{root.prefix.decode()}Override PartName="/{name}" ContentType="{_SHEET_TYPE}"/>' for name in names
    )
    return spliced(data, [root.inside(text.encode())])


def relations_with(data: bytes, part: str, targets: Mapping[str, str], strict: bool) -> bytes:
    """The workbook's relationships with one for each new sheet part (id to absolute target)."""
    root = scan(data, part).children[0]
    kind = f"{_STRICT_RELATIONS if strict else _RELATIONS}/worksheet"
    text = "".join(
        f'<{root.prefix.decode()}Relationship Id="{id_}" Type="{kind}" Target="/{target}"/>'
        for id_, target in targets.items()
    )
    return spliced(data, [root.inside(text.encode())])


def is_strict(data: bytes) -> bool:
    """Whether a workbook part is in the strict namespace."""
    return STRICT_MAIN.encode() in data


def workbook_with(data: bytes, part: str, tabs: Mapping[str, NewTab], strict: bool) -> bytes:
    """The workbook part with new tabs (by relationship id) behind the others, and their hidden names."""
    tree = scan(data, part).children[0]
    sheets = tree.find("sheets") or Node("sheets", b"", 0, 0)
    prefix = tree.prefix.decode()
    following = max((int(node.get("sheetId", "0")) for node in sheets.all("sheet")), default=0) + 1
    space = _STRICT_RELATIONS if strict else _RELATIONS
    entries = "".join(
        f'<{prefix}sheet xmlns:r="{space}" name="{quoted(tab.name)}" sheetId="{following + index}"'
        f'{_HIDDEN if tab.hidden else ""} r:id="{id_}"/>'
        for index, (id_, tab) in enumerate(tabs.items())
    )
    hidden = {tab.hidden_name: _first_cell(tab.name) for tab in tabs.values() if tab.hidden_name}
    return spliced(data, [sheets.inside(entries.encode()), *_hidden(tree, hidden)])


def texts_kept(data: bytes, part: str, texts: Mapping[str, str]) -> bytes:
    """The workbook part with texts under hidden names."""
    wanted = {name: '"' + text.replace('"', '""') + '"' for name, text in texts.items()}
    return spliced(data, _hidden(scan(data, part).children[0], wanted))


def _hidden(tree: Node, wanted: Mapping[str, str]) -> list[Splice]:
    """What gives a workbook hidden names, in place of those that are called so; each with what it stands for."""
    prefix, holder = tree.prefix.decode(), tree.find("definedNames")
    names = "".join(
        f'<{prefix}definedName name="{quoted(name)}" hidden="1">{quoted(meant)}</{prefix}definedName>'
        for name, meant in wanted.items()
    )
    taken = {name.lower() for name in wanted}
    splices: list[Splice] = [
        (node.start, node.end, b"")
        for node in (holder.all("definedName") if holder else ())
        if node.get("name").lower() in taken and not node.get("localSheetId")
    ]
    if names and holder:
        splices.append(holder.inside(names.encode()))
    elif names:
        at = max(child.end for child in tree.children if child.name in _BEFORE_NAMES)
        splices.append((at, at, f"<{prefix}definedNames>{names}</{prefix}definedNames>".encode()))
    return splices


def _first_cell(tab: str) -> str:
    return "'" + tab.replace("'", "''") + "'!$A$1"


def new_sheet(tab: NewTab, styles: StyleSheet, date1904: bool, strict: bool) -> bytes:
    """The part of a new tab; raises `Unwritable` when a value can't be written."""
    cols = "".join(
        f'<col min="{index}" max="{index}" width="{width:g}" customWidth="1"/>'
        for index, width in enumerate(tab.widths, 1)
    )
    rows = []
    for number, row in enumerate(tab.rows, 1):
        cells = "".join(_new_cell(number, column, value, styles, date1904) for column, value in enumerate(row))
        rows.append(f'<row r="{number}">{cells}</row>')
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' if tab.rows else ""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<worksheet xmlns="{STRICT_MAIN if strict else MAIN}">'
        f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>'
        f"{f'<cols>{cols}</cols>' if cols else ''}<sheetData>{''.join(rows)}</sheetData></worksheet>"
    ).encode()


def _new_cell(row: int, column: int, value: Any, styles: StyleSheet, date1904: bool) -> str:
    found = content(value, date1904)
    if not found.inner:
        return ""
    style = styles.bold() if row == 1 else ""
    if found.dated and isinstance(value, date) and styles.usable:
        style = styles.dated(style, found.dated)
    tag = (
        f'c r="{cell_name(row, column)}"'
        + (f' s="{style}"' if style else "")
        + (f' t="{found.kind}"' if found.kind else "")
    )
    return f"<{tag}>{found.inner.decode()}</c>"
