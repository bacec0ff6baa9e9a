"""A workbook file as a store."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from rules.errors import Busy, Code, Error
from sheets_schema.grid.codes import X_SAME_FILE
from sheets_schema.grid.contents import Grid
from sheets_schema.grid.edits import CellEdit, NewTab, Receipt, RowAppend
from sync.backends.mark import mark
from sync.backends.port import Landing
from sync.backends.whole import broken
from sync.backends.workbook.files import UNREACHABLE, file_hash, reaching
from sync.backends.workbook.patcher import patch, refusing
from sync.backends.workbook.reader import WorkbookFile, open_workbook
from sync.backends.workbook.replace import check_free, replace, tidy, write_new
from sync.backends.workbook.second_look import Look

OWNER = "_qlc_owner"
"""The hidden defined name that says whose a workbook is."""

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

    def __init__(
        self, path: Path, *, keep_backups: int = 10, backup_dir: Path | None = None, rereads: bool = False
    ) -> None:
        """`rereads`: tabs are read again and again as the file changes, so that what a reading showed is kept."""
        self.path = path
        self.keep_backups = keep_backups
        self.backup_dir = backup_dir
        self._book: WorkbookFile | None = None
        self._looks: dict[str, Look] | None = {} if rereads else None
        self._hashed = "", ""
        """What the file was known by when it was hashed last, and its hash."""
        self._refused: dict[str, Error] = {}
        """Why tabs of the file as it is can't be read: a large one is not looked through twice to say so again."""

    @property
    def where(self) -> str:
        """The file's name."""
        return self.path.name

    @contextmanager
    def _open(self) -> Iterator[WorkbookFile]:
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
        """The hash of the file; of one that has not changed since, only its size and times are looked at."""
        with reaching(self.path):
            now = mark(self.path.stat())
        if not now or self._hashed[0] != now:
            self._hashed = now, file_hash(self.path)
        return self._hashed[1]

    def read(self, tab: str) -> Grid:
        """A tab's contents."""
        with self._open() as book:
            if tab in self._refused:
                raise self._refused[tab]
            try:
                return book.read(tab) if self._looks is None else book.read(tab, self._looks.setdefault(tab, Look()))
            except Error as error:
                if error.code not in UNREACHABLE:
                    self._refused[tab] = error
                raise

    @property
    def date1904(self) -> bool:
        """Whether its days are counted from 1904."""
        with self._open() as book:
            return book.date1904

    @property
    def defined_names(self) -> dict[str, str]:
        """Names and what they stand for; a tab's own as ``Tab!Name``."""
        with self._open() as book:
            return book.defined_names

    def cells_if_packed(self, tab: str) -> int:
        """The cells of a tab that unpacks to far more than people's tabs do, counted without reading it; else 0."""
        with self._open() as book:
            return book.cells_if_packed(tab)

    def to_write(self) -> AbstractContextManager[None]:
        """Inside, what is wrong with the file is a refusal (exit code 3): it was to be written."""
        return refusing(self.path)

    def check_free(self) -> None:
        """Raises `Busy` X-202 while a program has the file open."""
        check_free(self.path)

    def check_target(self, out: Path) -> None:
        """Whether a copy may be written to `out`. Raises X-205 for the file itself, X-202 while it is open."""
        with reaching(out):
            if out.exists():
                if self.path.exists() and out.samefile(self.path):
                    raise Error(X_SAME_FILE, file=out)
                check_free(out)

    def copy(
        self, out: Path, edits: Sequence[CellEdit], *, allow_locked: bool = False, recalculate: bool = True
    ) -> Receipt:
        """Writes a copy with edits, whole or, where nothing can be written, not at all; see `patch`."""

        def build(target: Path) -> Receipt:
            return patch(self.path, target, edits=edits, allow_locked=allow_locked, recalculate=recalculate)

        return write_new(out, build, like=self.path)

    def apply(
        self,
        *,
        edits: Sequence[CellEdit] = (),
        appends: Sequence[RowAppend] = (),
        new_tabs: Sequence[NewTab] = (),
        expected: str,
        whole: Sequence[Sequence[CellEdit]] = (),
        owner: str | None = None,
        recalculate: bool = True,
    ) -> Receipt:
        """Patches the file; see `patch` and `replace` for what is refused and what is busy."""

        def build(target: Path) -> Receipt:
            def written(some: Sequence[CellEdit]) -> Receipt:
                return patch(
                    self.path,
                    target,
                    edits=some,
                    appends=appends,
                    new_tabs=new_tabs,
                    texts={} if owner is None else {OWNER: owner},
                    recalculate=recalculate,
                )

            receipt = written(edits)
            left = {edit.place for edit in broken(whole, receipt)}
            if not left:
                return receipt
            again = written([edit for edit in edits if edit.place not in left])
            return dataclasses.replace(again, refused=receipt.refused)

        return replace(
            self.path, build, expected_sha256=expected, keep_backups=self.keep_backups, backup_dir=self.backup_dir
        )

    def owner(self) -> str:
        """A text under a hidden defined name."""
        text = self.defined_names.get(OWNER, "")
        quoted = len(text) > 1 and text[0] == text[-1] == '"'
        return text[1:-1].replace('""', '"') if quoted else ""

    def tidy(self) -> list[Error]:
        """Puts in order what a killed process left beside the file: the file decides. Raises X-090."""
        with reaching(self.path):
            left = tidy(self.path, self.backup_dir)
            try:
                self.path.lstat()
            except FileNotFoundError:
                raise Error(X_MISSING, file=self.path) from None
        return left

    def settle(self, sent: str) -> Landing:
        """By the hash; a file that a program has open may be saved yet."""
        if self.version() != sent:
            return Landing.UNKNOWN
        try:
            check_free(self.path)
        except (Busy, OSError):
            return Landing.WAITING
        return Landing.NOTHING

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

        return replace(
            self.path, build, expected_sha256=expected, keep_backups=self.keep_backups, backup_dir=self.backup_dir
        )
