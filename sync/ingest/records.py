"""Lines of a text file become records; a quote that would swallow lines loses its own line only.

A quote that opens a field and is not closed on its line runs on to the next quote, rows or the whole file
below. Cells of several lines do the same on purpose: they are told apart by the separators, of which a
swallowed line has a row's full number.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator

from rules.errors import Error
from sync.ingest.codes import I_BROKEN, I_CUT

_END = "\x00\n"
"""Stands behind the last line: an open quote takes it in."""
_WIDE = 5
"""Cells from which two lines full of separators are never by chance the lines of one cell."""


class Records:
    """The records of some lines, each with the number of its first line (from 1).

    `typical` is the usual number of cells of a row. With `whole` off the lines are only the beginning of a file:
    the last record may be incomplete. After reading, `swallowed` are the lines that were left out.
    """

    def __init__(self, lines: Iterator[str], separator: str, file: str, *, typical: int, whole: bool = True) -> None:
        self.swallowed: list[int] = []
        self._lines, self._separator, self._file = lines, separator, file
        self._full, self._whole = max(typical - 1, 1), whole
        self._again: list[str] = []
        self._taken: list[str] = []

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        """Raises I-007 for a cell without end, I-031 where the file ends inside a quoted cell."""
        number = 1
        while True:
            reader = csv.reader(self._feed(), delimiter=self._separator)
            try:
                for row in reader:
                    taken = self._taken
                    if len(taken) == 1:
                        if taken[0] is _END:
                            return
                        yield number, row
                    elif self._swallows():
                        break
                    elif taken[-1] is _END:
                        self._cut_off(number)
                        return
                    else:
                        yield number, row
                    number += len(taken)
                    taken.clear()
                else:
                    return
            except csv.Error as error:
                if not self._swallows():
                    raise Error(I_BROKEN, file=self._file, found=f"{error} ({number})") from error
            self.swallowed.append(number)
            first, *rest = self._taken
            number += 1
            if first.count(self._separator) + 1 < _WIDE:  # nobody knows where its rows begin
                number += len(rest)
                rest = [line for line in rest if line is _END]
            self._again += reversed(rest)
            self._taken.clear()

    def _feed(self) -> Iterator[str]:
        while True:
            line = self._again.pop() if self._again else next(self._lines, _END)
            self._taken.append(line)
            yield line
            if line is _END:
                return

    def _swallows(self) -> bool:
        """Whether the record's first line has all the separators of a row, and so has one that it took in.

        A record that ends nowhere need not have taken in another row.
        """
        first, *others = self._taken
        if not others or first.count(self._separator) < self._full:
            return False
        if others[-1] is _END:
            return self._whole
        return any(line.count(self._separator) >= self._full for line in others)

    def _cut_off(self, number: int) -> None:
        if self._whole:
            raise Error(I_CUT, file=self._file, found=number)
