"""What is wrong with one file, without end to a report that is wrong in every row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

from sheets_schema.problems import Problem
from sync.ingest.codes import I_CONTROL, I_LONG_ROW, I_LOST_DIGITS, I_LOST_TEXT, I_MORE, I_SHORT_ROW, I_SWALLOWED

MOST = 100
"""Problems of one kind in one column that are told one by one."""


class Findings(list[Problem]):
    """Problems in the order found; of more than `MOST` of one code and column the rest are counted (I-035)."""

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        super().__init__()
        self._seen: Counter[tuple[str, str | None]] = Counter()
        for problem in problems:
            self.append(problem)

    def append(self, problem: Problem) -> None:
        """Adds a problem, or counts it."""
        kind = problem.code.id, problem.column
        self._seen[kind] += 1
        if self._seen[kind] <= MOST:
            super().append(problem)

    def told(self) -> list[Problem]:
        """The problems, and how many more there are of each kind."""
        first = self[0] if self else None
        more = [
            Problem(
                I_MORE,
                first.file if first else None,
                first.tab if first else None,
                column=column,
                facts={"found": count - MOST, "expected": code, "column": column or "-"},
            )
            for (code, column), count in self._seen.items()
            if count > MOST
        ]
        return [*self, *more]


_LINES = {I_SWALLOWED.id, I_SHORT_ROW.id}
_CELLS = {I_LOST_TEXT.id, I_CONTROL.id, I_LOST_DIGITS.id}


def hides_rows(problems: Iterable[Problem], key: Collection[str]) -> bool:
    """Whether a file lists rows that nobody can name (damaged lines, unreadable keys): it does not prove absence."""
    return any(
        problem.code.id in _LINES
        or (problem.code.id in _CELLS and problem.column in key)
        or (problem.code.id == I_LONG_ROW.id and problem.tab is None)  # in a text file such a row is left out
        for problem in problems
    )
