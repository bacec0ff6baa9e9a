"""One cell that a round writes (or one row that it appends): the same record from the plan to the journal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sheets_schema.cells import Value, plain
from sheets_schema.grid.address import cell_name
from sheets_schema.grid.edits import CellEdit, RowAppend
from sync.plan.keys import Key

KEPT = "kept"
"""The kind of a cell that was left as it stood, by a choice."""


@dataclass(frozen=True, slots=True)
class Change:
    """A cell of tab `tab` (our name), known by key and column; `place` is its tab as the workbook calls it, row, column.

    `kind`: cell, append, computed, mark, manual, again, restore, or kept (settled for the sheet: nothing is written).
    `before` is what the cell meant, `raw` what stood in it: what undo puts back. `after` is what it will mean,
    `spelled` how that is written. A row has no column, and its cells by title in `after`; an appended one comes
    with `row`. `source` is the ERP's file as people read it, `source_sha` its hash, `conflict` the one that is settled.

    `base` is the agreed value from before the round (of a restored cell: the one that is put back), `seen` whether
    there was one: the journal needs them.
    """

    tab: str
    key: Key
    column: str
    place: tuple[str, int, int]
    kind: str
    before: Value
    after: Any
    raw: Any = None
    spelled: Any = None
    source: str | None = None
    source_sha: str | None = None
    conflict: str | None = None
    row: RowAppend | None = None
    base: Any = None
    seen: bool = False

    @property
    def cell(self) -> str:
        """The address; of a row, that of its first key cell."""
        return cell_name(*self.place[1:])

    @property
    def edit(self) -> CellEdit | None:
        """What is written into an existing row; None where nothing is, or a whole row."""
        if not self.column or self.kind == KEPT:
            return None
        return CellEdit(*self.place, self.spelled, self.raw)

    def as_json(self) -> dict[str, Any]:
        """What `--json` shows of it; an appended row has no column, and its cells in `after`."""
        whole_row = isinstance(self.after, dict)
        return {
            "tab": self.tab,
            "key": [plain(part) for part in self.key],
            "column": None if whole_row else self.column,
            "cell": self.cell,
            "kind": self.kind,
            "before": plain(self.before),
            "after": {title: plain(value) for title, value in self.after.items()} if whole_row else plain(self.after),
            "source": self.source,
        }
