"""The answer to "what does the ERP say of this tab?", with where each cell is from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import PurePath

import numpy as np

from sheets_schema.cells import Value
from sheets_schema.table import Table
from sync.files.index import Bools, Held, Ints
from sync.ingest.export import Export
from sync.ingest.join import Overlap
from sync.ingest.one_file import printable
from sync.plan.outcome import Theirs


@dataclass(frozen=True)
class FileRef:
    """A file that a value comes from."""

    report: str
    path: str
    as_of: datetime
    as_of_text: str
    sha256: str

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return PurePath(self.path).name


def file_ref(export: Export) -> FileRef:
    """The file that an export was read from."""
    path = printable(export.path)
    return FileRef(export.report, path, export.as_of, export.as_of_text, export.sha256)


@dataclass(frozen=True)
class Seller:
    """An MSKU of a SKU (the sheet's key), and its average daily sales over 7, 14 and 30 days; None where unknown."""

    key: tuple[str, ...]
    averages: tuple[float | None, ...]


@dataclass(frozen=True)
class TheirsOfTab:
    """What the ERP says of a tab.

    `table` has the sheet's key columns and the ERP columns of which some file says something; `known`
    masks, per column, the rows of which it does. `gone` are keys that the ERP no longer lists, `listed` those
    that it does; of a key in neither nothing is known. `held` are the pairs where absence can't be judged. `shared` masks values that stand for a whole SKU (共享), `overlaps`
    are pieces that stood in two documents and are counted once.
    """

    table: Table
    known: Mapping[str, Bools]
    gone: frozenset[tuple[Value, ...]]
    listed: frozenset[tuple[Value, ...]]
    held: tuple[Held, ...]
    shared: Mapping[str, Bools]
    source: Mapping[str, Ints]
    files: tuple[FileRef, ...]
    overlaps: tuple[Overlap, ...] = ()
    unplaced: Mapping[str, Bools] = field(default_factory=dict)
    skus: tuple[str | None, ...] = ()
    sellers: Mapping[str, tuple[Seller, ...]] = field(default_factory=dict)

    @property
    def side(self) -> Theirs:
        """The same for the three-way plan."""
        return Theirs(self.table, self.known)

    def source_of(self, row: int, column: str) -> FileRef | None:
        """The file that a cell's value comes from; of a sum, the newest of its files."""
        if column not in self.source:
            return None
        at = int(self.source[column][row])
        return self.files[at] if at >= 0 else None

    @cached_property
    def row_as_of(self) -> list[datetime | None]:
        """数据截至 of each row: the newest file that any of its cells comes from."""
        moments = np.array([np.datetime64("NaT"), *(np.datetime64(item.as_of) for item in self.files)], dtype="M8[s]")
        latest = np.full(len(self.table), np.datetime64("NaT"), dtype="M8[s]")
        for column in self.source.values():
            latest = np.fmax(latest, moments[column + 1])
        listed: list[datetime | None] = latest.tolist()
        return listed

    @cached_property
    def as_of(self) -> dict[str, str]:
        """数据截至 per report: the newest of its files that some cell comes from."""
        used = {int(at) for column in self.source.values() for at in np.unique(column) if at >= 0}
        newest: dict[str, FileRef] = {}
        for item in (self.files[at] for at in used):
            if item.report not in newest or item.as_of > newest[item.report].as_of:
                newest[item.report] = item
        return {report: item.as_of_text for report, item in sorted(newest.items())}
