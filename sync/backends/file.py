"""A workbook file as a store."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rules.errors import Busy, Code, Error
from sheets_schema.grid.contents import Grid
from sheets_schema.grid.edits import CellEdit, NewTab, Receipt, RowAppend
from sync.backends.port import Arrival
from sync.backends.whole import broken
from sync.backends.workbook.files import UNREACHABLE, file_hash, reaching
from sync.backends.workbook.patcher import patch
from sync.backends.workbook.reader import Book, open_workbook
from sync.backends.workbook.replace import check_free, replace, tidy

X_MISSING = Code(
    "X-090",
    "工作簿不存在",
    "the workbook does not exist",
    "检查 config.yaml 的 site.workbooks:path 从 config.yaml 所在的文件夹算起",
    "check path in site.workbooks of config.yaml; it starts from the folder of config.yaml",
)


class FileStore:
    """A workbook on disk, patched in place; its version is its hash."""

    durable = True

    def __init__(self, path: Path, *, keep_backups: int = 10, backup_dir: Path | None = None) -> None:
        self.path = path
        self.keep_backups = keep_backups
        self.backup_dir = backup_dir
        self._book: Book | None = None
        self._refused: dict[str, Error] = {}
        """Why tabs of the file as it is can't be read: a large one is not looked through twice to say so again."""

    @property
    def where(self) -> str:
        """The file's name."""
        return self.path.name

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
        whole: Sequence[Sequence[CellEdit]] = (),
    ) -> Receipt:
        """Patches the file; see `patch` and `replace` for what is refused and what is busy."""

        def build(target: Path) -> Receipt:
            receipt = patch(self.path, target, edits=edits, appends=appends, new_tabs=new_tabs)
            left = {edit.place for edit in broken(whole, receipt)}
            if not left:
                return receipt
            rest = [edit for edit in edits if edit.place not in left]
            again = patch(self.path, target, edits=rest, appends=appends, new_tabs=new_tabs)
            return dataclasses.replace(again, refused=receipt.refused)

        return replace(
            self.path, build, expected_sha256=expected, keep_backups=self.keep_backups, backup_dir=self.backup_dir
        )

    def tidy(self) -> list[Error]:
        """Puts in order what a killed process left beside the file: the file decides. Raises X-090."""
        with reaching(self.path):
            left = tidy(self.path)
            try:
                self.path.lstat()
            except FileNotFoundError:
                raise Error(X_MISSING, file=self.path) from None
        return left

    def settle(self, sent: str) -> Arrival:
        """By the hash; a file that a program has open may be saved yet."""
        if self.version() != sent:
            return Arrival.UNKNOWN
        try:
            check_free(self.path)
        except (Busy, OSError):
            return Arrival.WAITING
        return Arrival.NOTHING

    def restore(self, backup: str, former: str, expected: str) -> Receipt | None:
        """The backup again, byte for byte."""
        kept = Path(backup)
        try:
            if file_hash(kept) != former:
                return None
        except Error:
            return None

        def build(target: Path) -> Receipt:
            shutil.copyfile(kept, target)
            return Receipt([kept.name])

        return replace(self.path, build, expected_sha256=expected, keep_backups=self.keep_backups)
