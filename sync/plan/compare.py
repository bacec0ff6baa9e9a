"""Whole columns compared by meaning, as `cells.equal` compares two cells."""

from __future__ import annotations

from collections.abc import Set

import numpy as np
import numpy.typing as npt

from sheets_schema.cells import CellError
from sheets_schema.table import Array, as_list, as_objects

BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.intp]

_TWINS = (bool, CellError)
"""Types whose values are ``==`` to something of another meaning: TRUE to 1, an error to its text."""


def differ(one: Array, other: Array, types: Set[type] | None = None) -> BoolArray:
    """Where two typed columns of equal length mean different things.

    `types` are the Python types that may occur, where the caller knows them (else the cells are asked).
    Blank equals blank only; TRUE is not 1, an error value is not its text. One side may hold plain
    numbers (``float64``) where the other holds text among them.

    >>> from sheets_schema.table import as_array
    >>> differ(as_array([1.0, None, 2.0]), as_array([1.0, None, "约2"])).tolist()
    [False, False, True]
    >>> differ(as_array([True, "a"]), as_array([1.0, "a"])).tolist()
    [True, False]
    """
    if one.dtype != object and other.dtype != object:
        answer: BoolArray = (one != other) & ((one == one) | (other == other))
        return answer
    left, right = objects(one), objects(other)
    unequal: BoolArray = np.asarray(left != right, dtype=bool)
    if types is None:
        types = set(map(type, left.tolist())) | set(map(type, right.tolist()))
    for twin in _TWINS:
        if twin in types:
            unequal |= _is(left, twin) != _is(right, twin)
    return unequal


def is_blank(array: Array) -> BoolArray:
    """Where a typed column is blank."""
    if array.dtype != object:
        return np.isnan(array)
    answer: BoolArray = np.asarray(array == None, dtype=bool)  # noqa: E711 - element by element
    return answer


def gather(array: Array | None, rows: IntArray) -> Array:
    """The cells of `rows`; a negative row, or no column at all, is blank."""
    if array is None or not len(array):
        return np.full(len(rows), None, dtype=object)
    taken: Array = array[rows]
    outside = rows < 0
    if outside.any():
        taken[outside] = np.nan if array.dtype != object else None
    return taken


def objects(array: Array) -> Array:
    """The column as an object array; the same array where it is one already."""
    return array if array.dtype == object else as_objects(as_list(array))


def _is(array: Array, kind: type) -> BoolArray:
    return np.fromiter((type(cell) is kind for cell in array.tolist()), dtype=bool, count=len(array))
