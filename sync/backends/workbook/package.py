"""A workbook package: which tabs it has, in which parts, and what is declared once for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import TracebackType
from xml.etree.ElementTree import Element

from rules.errors import Error, Text
from sheets_schema.grid.codes import X_NO_TAB
from sync.backends.workbook.archive import Archive, Member, part_key
from sync.backends.workbook.codes import (
    X_BROKEN_PART,
    X_DOCTYPE,
    X_LARGE,
    X_NOT_A_SHEET,
    X_NOT_A_WORKBOOK,
    X_RELATION,
    X_SAME_TAB,
    X_TYPES,
)
from sync.backends.workbook.files import understood
from sync.backends.workbook.links import TYPES, Relation, Types, is_workbook, relations_of, relations_part
from sync.backends.workbook.styles import Styles
from sync.backends.workbook.xml import as_utf8, has_doctype, parse

MOST_TABS = 1_000
_KINDS = {
    "worksheet": "worksheet",
    "chartsheet": "chartsheet",
    "dialogsheet": "dialogsheet",
    "xlMacrosheet": "macrosheet",
    "xlIntlMacrosheet": "macrosheet",
}
_ONE_EACH = ("sharedStrings", "styles")


@dataclass(frozen=True)
class TabInfo:
    """One tab: `state` is visible, hidden or veryHidden; `kind` worksheet, chartsheet, dialogsheet, macrosheet.

    Of a tab that is left over without any part, it is missing.
    """

    name: str
    state: str
    kind: str
    part: str = field(default="", repr=False)
    sheet_id: str = field(default="", repr=False)


class Package:
    """An open workbook file, its contents read on demand."""

    def __init__(self, path: Path) -> None:
        """Opens `path`; raises `Error` X-001 … X-010, X-014 … X-022 when it can't be read or is hostile."""
        self.path = Path(path)
        with understood(self.path):
            self.archive = Archive(self.path)
            try:
                self._refuse_doctypes()
                self.types = self._types()
                self.workbook_part = self._find_workbook()
                self.workbook = self.tree(self.workbook_part)
                if self.workbook.tag != "workbook":
                    raise Error(X_NOT_A_WORKBOOK, found=f"<{self.workbook.tag}>")
                if not is_workbook(self.types.of(self.workbook_part)):
                    declared = self.types.of(self.workbook_part) or "-"
                    raise Error(X_TYPES, found=f"{self.workbook_part}: {declared}")
                self._links = self.relations(self.workbook_part)
                self._check_links()
                self.tabs = tuple(self._tabs())
                self._check_tabs()
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
        """The relationships of a part ("" for the package), in order; none when it has no such file; X-016."""
        key = relations_part(part)
        if part_key(key) not in self.archive.by_key:
            return []
        return relations_of(self.tree(key), part)

    def related(self, part: str, kind: str) -> str | None:
        """The first existing part that `part` is related to by `kind`."""
        for relation in self._links if part == self.workbook_part else self.relations(part):
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

    def _types(self) -> Types:
        if part_key(TYPES) not in self.archive.by_key:
            if not self.relations(""):
                raise Error(X_NOT_A_WORKBOOK, found=self._other())
            raise Error(X_TYPES, found=Text("没有这个部件", "no such part"))
        try:
            return Types(self.tree(TYPES))
        except Error as error:
            if error.code is X_BROKEN_PART:
                raise Error(X_TYPES, found=error.facts["found"]) from None
            raise

    def _other(self) -> Text:
        """What an archive is that holds no workbook."""
        if "mimetype" in self.archive.by_key or part_key(TYPES) in self.archive.by_key:
            return Text("别的程序的文件", "a file of another program")
        name = next((member.name for member in self.archive.members if not member.name.endswith("/")), None)
        if name is None:
            return Text("空的压缩包", "an empty archive")
        return Text(f"压缩包,里面有 {name},请先解压", f"an archive that holds {name}: unpack it first")

    def _find_workbook(self) -> str:
        """The main part: where the package's relationship leads, else what is declared to be a workbook."""
        related = {
            part_key(relation.target): relation.target
            for relation in self.relations("")
            if relation.kind == "officeDocument"
        }
        found = [target for key, target in related.items() if key in self.archive.by_key]
        found = found or [key for key in self.types.workbooks() if key in self.archive.by_key]
        if not found:
            raise Error(X_NOT_A_WORKBOOK, found=self._other())
        if len(found) > 1:
            raise Error(X_RELATION, found="、".join(found))
        if found[0].lower().endswith(".bin") or ".sheet.binary." in self.types.of(found[0]):
            raise Error(X_NOT_A_WORKBOOK, found=".xlsb")
        return found[0]

    def _check_links(self) -> None:
        """Shared strings and styles: at most one part each, and it exists; else cells would be misread."""
        for kind in _ONE_EACH:
            targets = {part_key(relation.target): relation.target for relation in self._links if relation.kind == kind}
            if len(targets) > 1:
                raise Error(X_RELATION, found=f"{kind} → {', '.join(targets.values())}")
            for key, target in targets.items():
                if key not in self.archive.by_key:
                    raise Error(X_RELATION, found=f"{kind} → {target or '-'}")

    def _tabs(self) -> Iterator[TabInfo]:
        related = {relation.id: relation for relation in self._links}
        for sheet in self.workbook.iterfind("sheets/sheet"):
            name, id_ = sheet.get("name", ""), sheet.get("id", "")
            relation = related.get(id_, Relation("", "", "")) if id_ else Relation("", "missing", "")
            if id_ and (relation.kind not in _KINDS or part_key(relation.target) not in self.archive.by_key):
                link = f"{relation.kind} → {relation.target or '-'}" if relation.id else "-"
                raise Error(X_RELATION, tab=name, found=f"{name}: {id_} → {link}")
            kind = _KINDS.get(relation.kind, relation.kind)
            yield TabInfo(name, sheet.get("state", "visible"), kind, relation.target, sheet.get("sheetId", ""))

    def _check_tabs(self) -> None:
        """Every tab has a name, a number and a part of its own; X-015, X-016, X-017."""
        if not self.tabs:
            raise Error(X_RELATION, found="<sheets/>")
        if len(self.tabs) > MOST_TABS:
            found = Text(f"{len(self.tabs):,} 张工作表", f"{len(self.tabs):,} tabs")
            raise Error(X_LARGE, found=found, expected=f"{MOST_TABS:,}")
        names, ids, parts = set[str](), set[str](), set[str]()
        for tab in self.tabs:
            if not tab.name or tab.name.lower() in names:
                raise Error(X_SAME_TAB, found=tab.name or '""')
            if not (tab.sheet_id.isascii() and tab.sheet_id.isdigit()) or tab.sheet_id in ids:
                raise Error(X_RELATION, tab=tab.name, found=f"{tab.name}: sheetId {tab.sheet_id or '-'}")
            if tab.part and part_key(tab.part) in parts:
                raise Error(X_RELATION, tab=tab.name, found=f"{tab.name} → {tab.part} × 2")
            names.add(tab.name.lower())
            ids.add(tab.sheet_id)
            parts.add(part_key(tab.part))


def as_utf8_bytes(data: bytes, part: str) -> bytes:
    """A part in UTF-8 whatever its encoding."""
    return b"".join(as_utf8((data,), part)[1])
