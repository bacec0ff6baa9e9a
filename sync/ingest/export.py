"""An export: what stands in a file, and what that means with the stores of this installation.

Of a file its `Reading` is kept: typed rows in our field names, stores as the file writes them. What it means
(`interpret`) is worked out anew each time it is loaded, so that a change of the configuration acts at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np

from rules.errors import CODES, Text
from sheets_schema.blob import decode, encode, pack, unpack
from sheets_schema.exports import REPORTS
from sheets_schema.model import Report
from sheets_schema.problems import Problem
from sheets_schema.table import Array, Table
from sync.ingest.as_of import DataTime, Standing

Scope = tuple[str, ...]
"""One store (with its country) or one warehouse: the values of a report's `pair` fields."""


@dataclass(frozen=True)
class Provenance:
    """How a file was understood: container, encoding, tab, header, titles."""

    container: str
    encoding: str | None
    sheet: str
    header_row: int
    confidence: float
    columns: Mapping[str, str]
    """Distinct title -> our field."""
    unknown_columns: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Reading:
    """What stands in a file, whatever the configuration says.

    `table` holds fields by our names, only those the file has: a missing column is unknown, not blank.
    `lines` are the original line numbers of its rows; `at` the column of the store, for its problems. `store`
    is that of the inbox folder where the file leaves it open, else "". `window` are the days that a report
    of sales covers, as far as they had passed. `by` says what read it: another reader may find more in it.
    """

    report: str
    table: Table
    lines: Array
    sha256: str
    path: str
    problems: tuple[Problem, ...]
    provenance: Provenance
    store: str = ""
    window: tuple[date, date] | None = None
    at: int | None = None
    by: str = ""

    @property
    def id(self) -> tuple[str, str]:
        """What tells files apart: the bytes, and the store where only their folder names it."""
        return self.sha256, self.store

    @property
    def schema(self) -> Report:
        """The report's schema."""
        return REPORTS[self.report]


@dataclass(frozen=True, eq=False)
class Export:
    """A file that rounds may use; two are equal only when they are the same object (`id` tells files apart).

    `table` has the reading's fields, stores by their canonical names, and the derived ones. `usable` is False
    for rows that feed nothing: they sum several MSKU or stores, or were `left_out`, as nobody knows their store.
    `scope` is what the usable rows speak about. `whole`: a person said that what it lacks is no longer listed.
    """

    reading: Reading
    table: Table
    usable: Array
    left_out: Array
    scope: frozenset[Scope]
    problems: tuple[Problem, ...]
    dated: DataTime
    standing: Standing
    whole: bool = False

    @property
    def id(self) -> tuple[str, str]:
        """What tells files apart."""
        return self.reading.id

    @property
    def strange(self) -> Array:
        """Rows of stores that nobody registered yet."""
        named = np.array([store is not None for store in self.table.data.get("store", ())], dtype=bool)
        return self.left_out & named if self.left_out.any() else self.left_out

    @property
    def taken(self) -> Table:
        """The table without the rows that were left out."""
        if not self.left_out.any():
            return self.table
        return Table(self.table.columns, {name: column[~self.left_out] for name, column in self.table.data.items()})

    @property
    def report(self) -> str:
        """The report's name."""
        return self.reading.report

    @property
    def schema(self) -> Report:
        """The report's schema."""
        return self.reading.schema

    @property
    def lines(self) -> Array:
        """The original line numbers of the rows."""
        return self.reading.lines

    @property
    def sha256(self) -> str:
        """The hash of the file's bytes."""
        return self.reading.sha256

    @property
    def path(self) -> str:
        """Where the file was read."""
        return self.reading.path

    @property
    def provenance(self) -> Provenance:
        """How the file was understood."""
        return self.reading.provenance

    @property
    def as_of(self) -> datetime:
        """数据截至."""
        return self.dated.moment

    @property
    def as_of_source(self) -> str:
        """Where 数据截至 was found: ``column``, ``filename``, ``inside`` or ``mtime``."""
        return self.dated.source

    @property
    def as_of_text(self) -> str:
        """数据截至 as people read it."""
        return self.dated.text

    @property
    def titles(self) -> frozenset[str]:
        """The fields that the header held: what a drifted header lacks the next time."""
        return frozenset(self.provenance.columns.values())


def dump(reading: Reading) -> bytes:
    """What stands in a file as one compressed blob."""
    how = reading.provenance
    extra = {
        "report": reading.report,
        "lines": np.asarray(reading.lines).tolist(),
        "sha256": reading.sha256,
        "path": reading.path,
        "store": reading.store,
        "window": [day.isoformat() for day in reading.window or ()],
        "at": reading.at,
        "by": reading.by,
        "problems": [_problem_json(problem) for problem in reading.problems],
        "provenance": {
            "container": how.container,
            "encoding": how.encoding,
            "sheet": how.sheet,
            "header_row": how.header_row,
            "confidence": how.confidence,
            "columns": dict(how.columns),
            "unknown_columns": list(how.unknown_columns),
        },
    }
    return pack(reading.table, extra)


def load(blob: bytes) -> Reading:
    """The inverse of `dump`. Raises S-090 when the blob is damaged."""
    table, extra = unpack(blob)
    how = extra["provenance"]
    days = [date.fromisoformat(day) for day in extra["window"]]
    return Reading(
        extra["report"],
        table,
        np.array(extra["lines"], dtype=np.int64),
        extra["sha256"],
        extra["path"],
        tuple(_problem(item) for item in extra["problems"]),
        Provenance(**{**how, "unknown_columns": tuple(how["unknown_columns"])}),
        extra["store"],
        (days[0], days[1]) if days else None,
        extra["at"],
        extra["by"],
    )


def _problem_json(problem: Problem) -> dict[str, Any]:
    return {
        "code": problem.code.id,
        "file": problem.file,
        "tab": problem.tab,
        "cell": problem.cell,
        "row": problem.row,
        "column": problem.column,
        "value": encode(problem.value),
        "facts": {name: [*fact] if isinstance(fact, Text) else str(fact) for name, fact in problem.facts.items()},
    }


def _problem(item: dict[str, Any]) -> Problem:
    facts = {name: Text(*fact) if isinstance(fact, list) else fact for name, fact in item["facts"].items()}
    return Problem(**{**item, "code": CODES[item["code"]], "value": decode(item["value"]), "facts": facts})
