"""A workbook file as a store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rules.errors import Error
from sheets_schema.grid.contents import Grid
from sheets_schema.grid.edits import CellEdit, NewTab, PatchReport, RowAppend
from sync.backends.workbook.files import UNREACHABLE, file_hash
from sync.backends.workbook.patcher import patch
from sync.backends.workbook.reader import Book, open_workbook
from sync.backends.workbook.replace import replace


class FileStore:
    """A workbook on disk, patched in place; its version is its hash."""

    def __init__(self, path: Path, *, keep_backups: int = 10, backup_dir: Path | None = None) -> None:
        self.path = path
        self.keep_backups = keep_backups
        self.backup_dir = backup_dir
        self._book: Book | None = None
        self._refused: dict[str, Error] = {}
        """Why tabs of the file as it is can't be read: a large one is not looked through twice to say so again."""

    @contextmanager
    def _open(self) -> Iterator[Book]:
        """The workbook, opened for a moment; what was read of it once is kept while the file stays the same."""
        if self._book is None or not self._book.archive.reopen():
            self._book = open_workbook(self.path)
            self._refused = {}
        with self._book as book:
            yield book

    def tabs(self) -> list[str]:
        """The names of the worksheets, in order; a sheet of a chart holds no cells."""
        with self._open() as book:
            return [tab.name for tab in book.tabs if tab.kind == "worksheet"]

    def version(self) -> str:
        """The hash of the file."""
        return file_hash(self.path)

    def read(self, tab: str) -> Grid:
        """A tab's contents."""
        with self._open() as book:
            if tab in self._refused:
                raise self._refused[tab]
            try:
                return book.read(tab)
            except Error as error:
                if error.code not in UNREACHABLE:
                    self._refused[tab] = error
                raise

    def apply(
        self,
        *,
        edits: Sequence[CellEdit] = (),
        appends: Sequence[RowAppend] = (),
        new_tabs: Sequence[NewTab] = (),
        expected: str,
    ) -> PatchReport:
        """Patches the file; see `patch` and `replace` for what is refused and what is busy."""

        def build(target: Path) -> PatchReport:
            return patch(self.path, target, edits=edits, appends=appends, new_tabs=new_tabs)

        return replace(
            self.path,
            build,
            expected_sha256=expected,
            keep_backups=self.keep_backups,
            backup_dir=self.backup_dir,
        ).report
