"""Single cells of a base: what undo restores and a settled conflict advances."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np

from sheets_schema.cells import Value
from sheets_schema.table import Table, as_array, as_list


def set_cells(
    table: Table, key_columns: tuple[str, ...], cells: Mapping[tuple[tuple[Value, ...], str], Value]
) -> Table:
    """The base with some cells replaced, by (key, column); keys and columns it lacks are added.

    >>> base = Table.build({"MSKU": ["A"], "库存": ["1"]}, {})
    >>> set_cells(base, ("MSKU",), {(("A",), "库存"): 2.0, (("B",), "库存"): None}).values("库存")
    [2.0, None]
    """
    if not cells:
        return table
    columns = {title: as_list(table.data[title]) for title in table.columns}
    for title in (*key_columns, *(column for _, column in cells)):
        columns.setdefault(title, [None] * len(table))
    keys = zip(*(columns[title] for title in key_columns), strict=True)
    rows = {key: row for row, key in enumerate(keys)}
    for (key, column), value in cells.items():
        row = rows.get(key)
        if row is None:
            row = rows[key] = len(rows)
            for values in columns.values():
                values.append(None)
            for title, part in zip(key_columns, key, strict=True):
                columns[title][row] = part
        columns[column][row] = value
    return Table(tuple(columns), {title: as_array(values) for title, values in columns.items()})


def same_tables(one: Table, other: Table) -> bool:
    """Whether two bases say the same, cell by cell and in the same order."""
    return one.columns == other.columns and all(
        one.data[title].dtype == other.data[title].dtype and as_list(one.data[title]) == as_list(other.data[title])
        for title in one.columns
    )


def without_rows(table: Table, key_columns: tuple[str, ...], keys: Collection[tuple[Value, ...]]) -> Table:
    """The base without some rows.

    >>> base = Table.build({"MSKU": ["A", "B"], "库存": ["1", "2"]}, {})
    >>> without_rows(base, ("MSKU",), {("A",)}).values("库存")
    ['2']
    """
    if not keys or any(title not in table.data for title in key_columns):
        return table
    found = zip(*(table.values(title) for title in key_columns), strict=True)
    stay = np.array([key not in keys for key in found], dtype=bool)
    return Table(table.columns, {title: table.data[title][stay] for title in table.columns})
