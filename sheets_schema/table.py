"""A typed table in columns: what reading makes, and what the plan compares.

A column is a numpy array: ``float64`` with NaN for blank when it holds numbers only, else ``object``
holding typed values (see `cells`) with None for blank. Values are *meanings*, normalised once when
the table is built; what the side really wrote is kept beside them only where it differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from operator import ne
from typing import Any

import numpy as np
import numpy.typing as npt

from sheets_schema.cells import Value, meanings
from sheets_schema.model import Type

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Table:
    """Columns of equal length, in order.

    `raw` maps a column to ``{row index: original cell}`` for cells whose spelling differs from their
    meaning (full-width text, a number as text): what is shown to people and written to sheets. `kinds`
    remembers the Python types of a column where the maker knew them; `types` answers for every column.
    """

    columns: tuple[str, ...]
    data: Mapping[str, Array]
    raw: Mapping[str, Mapping[int, Any]] = field(default_factory=dict)
    kinds: Mapping[str, frozenset[type]] = field(default_factory=dict, compare=False)

    @classmethod
    def build(cls, cells: Mapping[str, Sequence[Any]], types: Mapping[str, Type]) -> Table:
        """A table from raw cells; a column without a type is text.

        >>> table = Table.build({"SKU": ["Ａ-1", None], "数量": ["1,200", 3]}, {"数量": Type.NUMBER})
        >>> table.value("SKU", 0), table.original("SKU", 0), table.data["数量"].tolist()
        ('A-1', 'Ａ-1', [1200.0, 3.0])
        """
        data: dict[str, Array] = {}
        raw: dict[str, dict[int, Any]] = {}
        kinds: dict[str, frozenset[type]] = {}
        for title, column in cells.items():
            typed = meanings(column, types.get(title, Type.TEXT))
            found = kinds[title] = frozenset(map(type, typed))
            data[title] = _array(typed, found)
            if typed is not column and any(map(ne, column, typed)):
                spelled = {
                    row: cell
                    for row, (cell, value) in enumerate(zip(column, typed, strict=True))
                    if cell is not value and type(cell) is str and cell != value and value is not None
                }
                if spelled:
                    raw[title] = spelled
        return cls(tuple(cells), data, raw, kinds)

    def __len__(self) -> int:
        return len(self.data[self.columns[0]]) if self.columns else 0

    def value(self, column: str, row: int) -> Value:
        """The typed value of one cell."""
        cell = self.data[column][row]
        if isinstance(cell, np.floating):
            return None if np.isnan(cell) else float(cell)
        answer: Value = cell
        return answer

    def types(self, column: str) -> frozenset[type]:
        """The Python types of a column's typed values (at least those; rows may have been left out)."""
        known = self.kinds.get(column)
        if known is not None:
            return known
        array = self.data[column]
        return frozenset(map(type, array.tolist())) if array.dtype == object else frozenset((float, type(None)))

    def original(self, column: str, row: int) -> Any:
        """The cell as its side wrote it."""
        return self.raw.get(column, {}).get(row, self.value(column, row))

    def values(self, column: str) -> list[Value]:
        """One column as a list of typed values."""
        return as_list(self.data[column])


def as_array(values: Iterable[Value]) -> Array:
    """Typed values as a column array.

    >>> as_array([1.0, None]).dtype, as_array(["a", None]).dtype
    (dtype('float64'), dtype('O'))
    """
    listed = list(values)
    return _array(listed, set(map(type, listed)))


def _array(cells: Sequence[Value], kinds: Set[type]) -> Array:
    """Typed values of these types as a column array."""
    if float in kinds and kinds <= {float, type(None)}:
        return np.array(cells, dtype=np.float64)  # None becomes NaN
    return as_objects(cells)


def as_objects(cells: Sequence[Any]) -> Array:
    """Any cells as an ``object`` array."""
    array = np.empty(len(cells), dtype=object)
    array[:] = cells
    return array


def at_precision(numbers: Array) -> Array:
    """Numbers (``float64``, NaN for blank) at a spreadsheet's 15 digits, as `meaning` rounds one.

    >>> at_precision(np.array([0.1 + 0.2, 7.0, 1 / 3, np.nan])).tolist()
    [0.3, 7.0, 0.333333333333333, nan]
    """
    rough = np.flatnonzero((np.rint(numbers) != numbers) & ~np.isnan(numbers))
    for scale in (1e2, 1e4, 1e8):  # a whole number below 1e15 over a power of ten has no more than 15 digits
        whole = np.rint(numbers[rough] * scale)
        rough = rough[(whole / scale != numbers[rough]) | (np.abs(whole) >= 1e15)]
    answer = numbers.copy()
    answer[rough] = [float(f"{number:.15g}") for number in numbers[rough].tolist()]
    return answer


def as_list(array: Array) -> list[Value]:
    """The inverse of `as_array`."""
    if array.dtype != object:
        return [None if value != value else value for value in array.tolist()]
    listed: list[Value] = array.tolist()
    return listed
