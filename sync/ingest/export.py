"""An export as it was read: a typed table in our field names, and everything that says what it proves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

import numpy as np

from rules.errors import CODES
from sheets_schema.blob import decode, encode, pack, unpack
from sheets_schema.exports import REPORTS
from sheets_schema.model import Report
from sheets_schema.problems import Problem
from sheets_schema.table import Array, Table

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
class Export:
    """A recognised file; two are equal only when they are the same object (`sha256` tells files apart).

    `table` holds fields by our names, only those the file has: a missing column is unknown, not blank.
    `lines` are the original line numbers of its rows; `usable` is False for rows that sum several MSKU
    or stores: they can be looked at, but feed nothing. `scope` is what the usable rows speak about.
    """

    report: str
    table: Table
    lines: Array
    usable: Array
    scope: frozenset[Scope]
    as_of: datetime
    as_of_source: str
    sha256: str
    path: str
    problems: tuple[Problem, ...]
    provenance: Provenance

    @property
    def schema(self) -> Report:
        """The report's schema."""
        return REPORTS[self.report]

    @property
    def as_of_text(self) -> str:
        """数据截至 as people read it: the day, with the time where it is known.

        A moment at midnight is a whole day.
        """
        whole = self.as_of.time() == time()
        return self.as_of.date().isoformat() if whole else self.as_of.isoformat(sep=" ", timespec="minutes")

    @property
    def titles(self) -> frozenset[str]:
        """The fields that the header held: what a drifted header lacks the next time."""
        return frozenset(self.provenance.columns.values())

    def pairs(self) -> list[Scope]:
        """The scope of each row; an absent pair field is ``""``."""
        if not self.schema.pair:
            return [()] * len(self.table)
        blank: list[Any] = [""] * len(self.table)
        columns = [self.table.values(name) if name in self.table.data else blank for name in self.schema.pair]
        return [tuple("" if part is None else str(part) for part in row) for row in zip(*columns, strict=True)]


def dump(export: Export) -> bytes:
    """The export as one compressed blob."""
    extra = {
        "report": export.report,
        "lines": np.asarray(export.lines).tolist(),
        "scope": sorted(map(list, export.scope)),
        "as_of": export.as_of.isoformat(),
        "as_of_source": export.as_of_source,
        "sha256": export.sha256,
        "path": export.path,
        "unusable": np.flatnonzero(~export.usable).tolist(),
        "problems": [_problem_json(problem) for problem in export.problems],
        "provenance": {
            "container": export.provenance.container,
            "encoding": export.provenance.encoding,
            "sheet": export.provenance.sheet,
            "header_row": export.provenance.header_row,
            "confidence": export.provenance.confidence,
            "columns": dict(export.provenance.columns),
            "unknown_columns": list(export.provenance.unknown_columns),
        },
    }
    return pack(export.table, extra)


def load(blob: bytes) -> Export:
    """The inverse of `dump`. Raises S-090 when the blob is damaged."""
    table, extra = unpack(blob)
    how = extra["provenance"]
    usable = np.ones(len(extra["lines"]), dtype=bool)
    usable[extra["unusable"]] = False
    return Export(
        extra["report"],
        table,
        np.array(extra["lines"], dtype=np.int64),
        usable,
        frozenset(map(tuple, extra["scope"])),
        datetime.fromisoformat(extra["as_of"]),
        extra["as_of_source"],
        extra["sha256"],
        extra["path"],
        tuple(_problem(item) for item in extra["problems"]),
        Provenance(**{**how, "unknown_columns": tuple(how["unknown_columns"])}),
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
        "facts": {name: fact.say("zh") if hasattr(fact, "say") else str(fact) for name, fact in problem.facts.items()},
    }


def _problem(item: dict[str, Any]) -> Problem:
    return Problem(**{**item, "code": CODES[item["code"]], "value": decode(item["value"])})
