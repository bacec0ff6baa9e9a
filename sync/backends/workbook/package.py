"""A workbook package: which tabs it has, in which parts, and what is declared once for all of them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import TracebackType
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from rules.errors import Error
from sync.backends.workbook.archive import Archive, Member, part_key
from sync.backends.workbook.codes import X_BROKEN_PART, X_DOCTYPE, X_NO_TAB, X_NOT_A_SHEET, X_NOT_A_WORKBOOK
from sync.backends.workbook.styles import Styles
from sync.backends.workbook.xml import as_utf8, has_doctype, parse

_KINDS = {
    "worksheet": "worksheet",
    "chartsheet": "chartsheet",
    "dialogsheet": "dialogsheet",
    "xlMacrosheet": "macrosheet",
    "xlIntlMacrosheet": "macrosheet",
}
_MAIN = (".sheet.main+xml", ".template.main+xml", ".sheet.macroEnabled.main+xml", ".template.macroEnabled.main+xml")


@dataclass(frozen=True)
class TabInfo:
    """One tab: `state` is visible, hidden or veryHidden; `kind` worksheet, chartsheet, dialogsheet, macrosheet."""

    name: str
    state: str
    kind: str
    part: str = field(default="", repr=False)
    sheet_id: str = field(default="", repr=False)


@dataclass(frozen=True)
class Relation:
    """One relationship: the last word of its type, and the part it leads to ("" for an outside target)."""

    id: str
    kind: str
    target: str


class Package:
    """An open workbook file, its contents read on demand."""

    def __init__(self, path: Path) -> None:
        """Opens `path`; raises `Error` X-001 … X-010 when it can't be read or is hostile."""
        self.path = Path(path)
        self.archive = Archive(self.path)
        try:
            self._refuse_doctypes()
            self.workbook_part = self._find_workbook()
            self.workbook = self.tree(self.workbook_part)
            if self.workbook.tag != "workbook":
                raise Error(X_NOT_A_WORKBOOK, file=self.path, found=f"<{self.workbook.tag}>")
            self.tabs = tuple(self._tabs())
        except Error as error:
            self.archive.close()
            error.file = error.file or str(self.path)
            raise
        except BaseException:
            self.archive.close()
            raise

    def __enter__(self) -> Package:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, Error) and error.file is None:
            error.file = str(self.path)
        self.archive.close()

    @cached_property
    def date1904(self) -> bool:
        """Whether day 0 is 1 January 1904."""
        found = self.workbook.find("workbookPr")
        return found is not None and found.get("date1904") in ("1", "true")

    @cached_property
    def styles(self) -> Styles:
        """The cell formats; none at all when the part is missing."""
        part = self.related(self.workbook_part, "styles")
        return Styles(self.tree(part) if part else Element("styleSheet"))

    def tab(self, name: str) -> TabInfo:
        """A worksheet by its exact name; X-012 when there is none, X-013 when it is no worksheet."""
        for tab in self.tabs:
            if tab.name == name:
                if tab.kind != "worksheet":
                    raise Error(X_NOT_A_SHEET, file=self.path, tab=name, found=name, kind=tab.kind)
                if part_key(tab.part) not in self.archive.by_key:
                    raise Error(X_BROKEN_PART, file=self.path, tab=name, found=tab.part or name)
                return tab
        raise Error(X_NO_TAB, file=self.path, found=name, expected="、".join(tab.name for tab in self.tabs))

    def tree(self, part: str) -> Element:
        """A small part as a tree of local names."""
        return parse(as_utf8_bytes(self.archive.read(part), part), part)

    def chunks(self, part: str) -> tuple[str, Iterator[bytes]]:
        """The encoding of a part and its contents in UTF-8."""
        member = self.archive.by_key.get(part_key(part))
        if member is None:
            raise Error(X_BROKEN_PART, file=self.path, found=part)
        return as_utf8(self.archive.chunks(member), part)

    def relations(self, part: str) -> list[Relation]:
        """The relationships of a part ("" for the package), in order; none when it has no such file."""
        key = relations_part(part)
        if part_key(key) not in self.archive.by_key:
            return []
        return [
            Relation(item.get("Id", ""), item.get("Type", "").rpartition("/")[2], _target(part, item))
            for item in self.tree(key)
            if item.tag == "Relationship"
        ]

    def related(self, part: str, kind: str) -> str | None:
        """The first existing part that `part` is related to by `kind`."""
        for relation in self.relations(part):
            if relation.kind == kind and part_key(relation.target) in self.archive.by_key:
                return relation.target
        return None

    def _refuse_doctypes(self) -> None:
        for member in self.archive.members:
            if member.key.endswith((".xml", ".rels")) and self._doctype(member):
                raise Error(X_DOCTYPE, file=self.path, found=member.name)

    def _doctype(self, member: Member) -> bool | None:
        return next(
            (
                answer
                for size in (2048, 1 << 20)
                if (answer := has_doctype(self.archive.head(member, size))) is not None
            ),
            None,
        )

    def _find_workbook(self) -> str:
        for relation in self.relations(""):
            if relation.kind == "officeDocument" and part_key(relation.target) in self.archive.by_key:
                if relation.target.lower().endswith(".bin"):
                    raise Error(X_NOT_A_WORKBOOK, file=self.path, found=".xlsb")
                return relation.target
        if "[content_types].xml" in self.archive.by_key:
            for item in self.tree("[Content_Types].xml"):
                if (
                    item.get("ContentType", "").endswith(_MAIN)
                    and part_key(item.get("PartName", "")) in self.archive.by_key
                ):
                    return item.get("PartName", "").lstrip("/")
        raise Error(X_NOT_A_WORKBOOK, file=self.path, found="zip")

    def _tabs(self) -> Iterator[TabInfo]:
        related = {relation.id: relation for relation in self.relations(self.workbook_part)}
        for sheet in self.workbook.iterfind("sheets/sheet"):
            relation = related.get(sheet.get("id", ""), Relation("", "", ""))
            yield TabInfo(
                sheet.get("name", ""),
                sheet.get("state", "visible"),
                _KINDS.get(relation.kind, relation.kind or "missing"),
                relation.target,
                sheet.get("sheetId", ""),
            )


def relations_part(part: str) -> str:
    """Where the relationships of a part are kept.

    >>> relations_part("xl/workbook.xml"), relations_part("")
    ('xl/_rels/workbook.xml.rels', '_rels/.rels')
    """
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def as_utf8_bytes(data: bytes, part: str) -> bytes:
    """A part in UTF-8 whatever its encoding; a declaration that says otherwise is dropped."""
    name, chunks = as_utf8((data,), part)
    if name == "utf-8":
        return data
    whole = b"".join(chunks).removeprefix(b"\xef\xbb\xbf")
    return whole.partition(b"?>")[2] if whole.startswith(b"<?xml") else whole


def _target(part: str, item: Element) -> str:
    target = item.get("Target", "").replace("\\", "/")
    if item.get("TargetMode") == "External" or not target:
        return ""
    if target.startswith("/"):
        return unquote(target.lstrip("/"))
    return unquote(posixpath.normpath(posixpath.join(posixpath.dirname(part), target)))
