"""Lossless patching: asked cells are spliced into their sheets, every other byte is copied as it lies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import MappingProxyType

from rules.errors import Error, Refused
from sheets_schema.grid.address import LAST_COLUMN, LAST_ROW
from sheets_schema.grid.codes import X_ADDRESS
from sheets_schema.grid.edits import CellEdit, CellRefusal, Formula, NewTab, Receipt, RowAppend
from sync.backends.workbook import archive_writer, parts
from sync.backends.workbook.archive import part_key
from sync.backends.workbook.codes import X_BROKEN_ROWS, X_SIGNED, X_TRACKED
from sync.backends.workbook.files import UNREACHABLE, understood
from sync.backends.workbook.growth import blocks, table_splices
from sync.backends.workbook.holders import Held, controls, live, pivots
from sync.backends.workbook.limits import check_arrays
from sync.backends.workbook.links import TYPES, relations_part
from sync.backends.workbook.markup import scan, splice_stream, spliced
from sync.backends.workbook.mentions import used_in
from sync.backends.workbook.new_tabs import added_tabs
from sync.backends.workbook.package import TabInfo, as_utf8_bytes
from sync.backends.workbook.reader import WorkbookFile, open_workbook
from sync.backends.workbook.sheet_patch import SharedParts as Shared
from sync.backends.workbook.sheet_patch import SheetPatch
from sync.backends.workbook.strings import some_strings
from sync.backends.workbook.stylesheet import StyleSheet
from sync.backends.workbook.survey import survey
from sync.backends.workbook.survey_parts import Survey
from sync.backends.workbook.tables import Renaming, renamed, texts_of
from sync.backends.workbook.verify import TabCheck, verify
from sync.backends.workbook.xml import as_utf8, recode, well_formed


def patch(
    source: Path,
    target: Path,
    *,
    edits: Iterable[CellEdit] = (),
    appends: Iterable[RowAppend] = (),
    new_tabs: Sequence[NewTab] = (),
    texts: Mapping[str, str] = MappingProxyType({}),
    allow_locked: bool = False,
    recalculate: bool = True,
    check: bool = True,
) -> Receipt:
    """Writes `source` with the asked changes to `target`, and reads it back to prove it.

    A cell that must not be touched is refused in the report, the others are written; of a cell named
    twice the last counts. When nothing can be written, no target is made. `check` re-reads the target.
    `texts` are kept under hidden defined names: beside what is written, or alone where nothing else is asked.
    Whoever opens a workbook with formulas next is asked to compute them, unless `recalculate` is False (for
    values of formulas that are right already).

    Raises:
        Refused: a file that must not be touched (X-001 … X-022: all that readers refuse too, in whatever tab),
            or X-201 when the target read back is not what was asked; no target is left behind.
    """
    with refusing(source), open_workbook(source) as book:
        job = _Job(book, allow_locked, recalculate)
        job.take(edits, appends)
        job.decide()
        job.parts()
        job.add_tabs(new_tabs)
        report = job.report()
        if texts and (report.changed or not job.asked):
            job.keep(texts)
            report = report if report.changed else Receipt(list(texts))
        if not report.changed:
            return report
        checks, touched = job.checks(), job.touched()
        try:
            with target.open("wb") as file:
                archive_writer.write(book.archive, file, job.replaced(), job.removed, job.added)
            job.forget()
            if check:
                verify(book, target, checks, touched, job.removed, job.added)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        return report


@contextmanager
def refusing(source: Path) -> Iterator[None]:
    """Turns what is wrong with a file that was to be written into a refusal."""
    try:
        with understood(source):
            yield
    except Error as error:
        if type(error) is not Error or error.code in UNREACHABLE:
            raise
        raise Refused(error.code, file=error.file or source, tab=error.tab, cell=error.cell, **error.facts) from None


class _Job:
    """One workbook being patched."""

    def __init__(self, book: WorkbookFile, allow_locked: bool, recalculate: bool) -> None:
        self.book = book
        self.allow_locked = allow_locked
        self.recalculate = recalculate
        self.removed: set[str] = set()
        self.added: dict[str, bytes] = {}
        self._edits: dict[str, dict[tuple[int, int], CellEdit]] = {}
        self._appends: dict[str, dict[int, RowAppend]] = {}
        self._tabs: dict[str, TabInfo] = {}
        self._done: dict[str, SheetPatch] = {}
        self._refused: list[CellRefusal] = []
        self._changed_tabs: list[str] = []
        self._texts: dict[str, tuple[str, bytes]] = {}
        self._asked: dict[str, dict[int, tuple[int, ...]]] = {}
        self._calculates = False
        self._refuse_file()
        part = book.related(book.workbook_part, "styles")
        self._styles_encoding, chunks = as_utf8((book.archive.read(part),), part) if part else ("utf-8", iter(()))
        self._styles_part = part
        self._styles = StyleSheet(b"".join(chunks) if part else None, book.styles.dates, part or "styles")

    def _refuse_file(self) -> None:
        keys = self.book.archive.by_key
        if any(key.startswith("_xmlsignatures/") for key in keys) or any(
            relation.kind == "origin" for relation in self.book.relations("")
        ):
            raise Refused(X_SIGNED, file=self.book.path)
        if any(key.startswith("xl/revisions/") for key in keys):
            raise Refused(X_TRACKED, file=self.book.path)

    def take(self, edits: Iterable[CellEdit], appends: Iterable[RowAppend]) -> None:
        """Sorts what is asked by tab; X-012 or X-013 when a tab can't be written."""
        for edit in edits:
            self._tab(edit.tab)
            if 1 <= edit.row <= LAST_ROW and 0 <= edit.col <= LAST_COLUMN:
                self._edits[edit.tab][edit.row, edit.col] = edit
            else:
                self._refused.append(edit.refused(X_ADDRESS, {"found": edit.name.rpartition("!")[2]}))
        for append in appends:
            self._tab(append.tab)
            if 1 <= append.row <= LAST_ROW and all(0 <= column <= LAST_COLUMN for column in append.values):
                self._appends[append.tab][append.row] = append
            else:
                self._refused.append(CellRefusal(append.tab, append.row, None, X_ADDRESS, {"found": append.row}))

    def _tab(self, name: str) -> None:
        if name not in self._tabs:
            self._tabs[name] = self.book.tab(name)
            self._edits[name] = {}
            self._appends[name] = {}

    def decide(self) -> None:
        """Finds every cell and decides about it, tab by tab; the other tabs are only checked."""
        book = self.book
        shared = Shared(
            book.styles, self._styles, book.date1904, self._strings, partial(used_in, book), self.allow_locked
        )
        strings = book.count_strings()
        surveys: dict[str, Survey] = {}
        linked: list[tuple[str, Held]] = []
        for tab in book.tabs:
            if tab.kind == "worksheet":
                with self._about(tab):
                    found = self._survey(tab, strings)
                    linked += controls(book, tab, found.tail_tree)
                    if tab.name in self._tabs:
                        surveys[tab.name] = found
        for name, tab in self._tabs.items():
            with self._about(tab):
                self._decide(tab, surveys.pop(name), [held for target, held in linked if target == name], shared)

    @contextmanager
    def _about(self, tab: TabInfo) -> Iterator[None]:
        """What goes wrong inside is about a tab; that it is not well-formed is said before anything else."""
        try:
            yield
        except Error as error:
            error.tab = error.tab or tab.name
            if error.code is X_BROKEN_ROWS:
                self.book.refuse_malformed(tab.part)
            raise

    def _survey(self, tab: TabInfo, strings: int) -> Survey:
        edits, appends = self._edits.get(tab.name, {}), self._appends.get(tab.name, {})
        asked = self._asked[tab.name] = dict[int, tuple[int, ...]]()
        for row, column in edits:
            asked[row] = (*asked.get(row, ()), column)
        for row, append in appends.items():
            asked[row] = tuple(dict.fromkeys((*asked.get(row, ()), *append.values, *append.formula_cols)))
        models = {edit.like[0] for edit in edits.values() if edit.like}
        models |= {append.like for append in appends.values() if append.like} | appends.keys()
        chunks = self.book.chunks(tab.part)[1]
        if not asked:  # what is written is parsed by the proof
            chunks = well_formed(chunks, tab.part)
        found = survey(chunks, asked, models, tab.part, strings)
        check_arrays(region.ref for region in found.regions if region.kind in ("array", "dataTable"))
        self._calculates |= found.has_formulas
        return found

    def _decide(self, tab: TabInfo, found: Survey, linked: list[Held], shared: Shared) -> None:
        book, name = self.book, tab.name
        held = (*pivots(book, tab), *live(book, tab), *linked)
        texts = (texts_of(book.tree(relation.target), relation.target) for relation in book.table_relations(tab))
        done = SheetPatch(
            name,
            self._asked[name],
            self._edits[name],
            self._appends[name],
            found,
            tuple(book.tables(tab)),
            tuple(item for item in texts if item),
            held,
            shared,
        )
        done.decide()
        self._done[name] = done
        self._refused += done.refused

    def _strings(self, wanted: set[int]) -> Mapping[int, str]:
        part = self.book.related(self.book.workbook_part, "sharedStrings") if wanted else None
        if part is None:
            return {}
        return some_strings(self.book.chunks(part)[1], self.book.slow_chunks(part), part, wanted)

    @property
    def asked(self) -> bool:
        """Whether any cell, row or tab was to be written."""
        return bool(self._edits or self._refused)

    def keep(self, texts: Mapping[str, str]) -> None:
        """Keeps texts under hidden defined names."""
        self._edit(self.book.workbook_part, lambda data, part: parts.texts_kept(data, part, texts))

    def parts(self) -> None:
        """Brings the parts around the sheets up to date."""
        book = self.book
        written = {name: done for name, done in self._done.items() if done.written}
        if not written:
            return
        self._drop_from_chain({self._tabs[name].sheet_id: done.unchained for name, done in written.items()})
        index = {tab.name: at for at, tab in enumerate(book.tabs)}
        appended = {index[name]: blocks(done.appended) for name, done in written.items() if done.appended}
        for name, done in written.items():
            for relation in book.table_relations(self._tabs[name]) if done.appended else ():
                self._edit(relation.target, partial(_table_grown, runs=blocks(done.appended)))
            for part, change in done.renamings.items():
                self._edit(part, partial(_table_renamed, change=change))
        if appended:
            self._edit(book.workbook_part, lambda data, part: parts.filters_grown(data, part, appended))
        if self.recalculate and self._has_formulas():
            self._edit(book.workbook_part, parts.recalculated)

    def _has_formulas(self) -> bool:
        written = (value for done in self._done.values() for value in done.written.values())
        return self._calculates or any(map(_is_formula, written)) or self._has_chain()

    def _has_chain(self) -> bool:
        return self.book.related(self.book.workbook_part, "calcChain") is not None

    def _drop_from_chain(self, dropped: dict[str, set[str]]) -> None:
        book = self.book
        chain = book.related(book.workbook_part, "calcChain")
        if chain is None or not any(dropped.values()):
            return
        left = parts.chain_without(as_utf8_bytes(book.archive.read(chain), chain), dropped)
        if left is not None:
            self._edit(chain, lambda data, _: parts.chain_without(data, dropped) or data)
            return
        key = part_key(chain)
        self.removed.add(key)
        ids = {item.id for item in book.relations(book.workbook_part) if part_key(item.target) == key}
        relations = relations_part(book.workbook_part)
        self._edit(relations, lambda data, part: parts.relations_without(data, part, ids))
        self._edit(TYPES, lambda data, part: parts.types_without(data, part, key))

    def _edit(self, part: str, change: Callable[[bytes, str], bytes]) -> None:
        """Changes a small part in UTF-8; it is written back in its own encoding."""
        key = part_key(part)
        if key in self._texts:
            name, data = self._texts[key]
        else:
            name, chunks = as_utf8((self.book.archive.read(key),), part)
            data = b"".join(chunks)
        new = change(data, part)
        if new != data:
            self._texts[key] = (name, new)

    def add_tabs(self, asked: Sequence[NewTab]) -> None:
        """Adds tabs behind the others; what is wrong with one is a refusal."""
        new = added_tabs(self.book, asked, self._styles, self.allow_locked)
        self._refused += new.refused
        self.added |= new.parts
        self._changed_tabs += [tab.name for tab in new.tabs.values()]
        if new.tabs:
            relations = relations_part(self.book.workbook_part)
            self._edit(
                self.book.workbook_part, lambda data, part: parts.workbook_with(data, part, new.tabs, new.strict)
            )
            self._edit(relations, lambda data, part: parts.relations_with(data, part, new.targets, new.strict))
            self._edit(TYPES, lambda data, part: parts.types_with(data, part, new.parts))

    def report(self) -> Receipt:
        """What is written and what is refused."""
        changed = []
        for name, done in self._done.items():
            changed += [edit.name for place, edit in self._edits[name].items() if place in done.written]
            for number in sorted(done.appended):
                columns = sorted(
                    column for row, column in done.written if row == number and done.written[row, column] is not None
                )
                changed += [CellEdit(name, number, column, None).name for column in columns]
        return Receipt(changed + self._changed_tabs, self._refused)

    def replaced(self) -> dict[str, Iterable[bytes]]:
        """The new contents of each touched member, made while they are written."""
        answer: dict[str, Iterable[bytes]] = {}
        for name, done in self._done.items():
            if done.splices:
                answer[part_key(self._tabs[name].part)] = self._sheet(name, done)
        for key, (encoding, data) in self._texts.items():
            answer[key] = recode((data,), encoding)
        if self._styles.changed and self._styles_part:
            answer[part_key(self._styles_part)] = recode((self._styles.result(),), self._styles_encoding)
        return answer

    def _sheet(self, name: str, done: SheetPatch) -> Iterator[bytes]:
        encoding, chunks = self.book.chunks(self._tabs[name].part)
        return recode(splice_stream(chunks, done.splices), encoding)

    def touched(self) -> set[str]:
        """The keys of all members that are not copied."""
        sheets = {part_key(self._tabs[name].part) for name, done in self._done.items() if done.splices}
        styles = {part_key(self._styles_part)} if self._styles.changed and self._styles_part else set()
        return sheets | styles | self._texts.keys() | self.removed

    def forget(self) -> None:
        """Frees what only the writing needed."""
        self._done.clear()
        self._edits.clear()

    def checks(self) -> list[TabCheck]:
        """What reading the target back must find in each touched sheet."""
        return [
            TabCheck(name, self._tabs[name].part, done.written, done.appended, done.created, done.renamings)
            for name, done in self._done.items()
            if done.splices
        ]


def _is_formula(value: object) -> bool:
    return isinstance(value, Formula)


def _table_renamed(data: bytes, part: str, change: Renaming) -> bytes:
    return spliced(data, renamed(data, part, change))


def _table_grown(data: bytes, part: str, runs: list[tuple[int, int]]) -> bytes:
    return spliced(data, table_splices(scan(data, part).children[0], runs))
