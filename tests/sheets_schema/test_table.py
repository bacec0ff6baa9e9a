"""The typed table: what it remembers of its columns."""

from datetime import date

import numpy as np

from sheets_schema.blob import pack, unpack
from sheets_schema.cells import CellError
from sheets_schema.model import Type
from sheets_schema.table import Table, as_array

TYPES = {"数量": Type.NUMBER, "到货": Type.DATE, "换标": Type.BOOL}
CELLS = {
    "SKU": ["A", "Ｂ ", None],
    "数量": ["1,200", 3, None],
    "到货": ["2025/4/3", "下周", None],
    "换标": [True, "#N/A", CellError("#N/A")],
}


def test_types_cover_every_value_however_the_table_was_made():
    built = Table.build(CELLS, TYPES)
    bare = Table(built.columns, built.data)
    restored, _ = unpack(pack(built))
    for title in built.columns:
        present = {type(value) for value in built.values(title)}
        for table in (built, bare, restored):
            assert table.types(title) >= present
    assert built.types("到货") == {date, str, type(None)}
    assert CellError in restored.types("换标")


def test_originals_are_kept_only_where_the_spelling_differs():
    table = Table.build(CELLS, TYPES)
    assert [table.original("SKU", row) for row in range(3)] == CELLS["SKU"]
    assert table.raw["SKU"] == {1: "Ｂ "}
    assert table.original("数量", 0) == "1,200"
    assert "换标" not in table.raw


def test_blank_and_numbers_share_a_packed_column():
    table = Table.build({"数量": [1, None, ""]}, TYPES)
    assert table.data["数量"].dtype == np.float64
    assert table.values("数量") == [1.0, None, None]
    assert as_array([None, None]).dtype == object
