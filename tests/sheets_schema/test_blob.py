from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.errors import Error
from sheets_schema.blob import pack, unpack
from sheets_schema.cells import CellError
from sheets_schema.table import Table, as_array

values = st.one_of(
    st.none(),
    st.text(max_size=8),
    st.booleans(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.datetimes().map(lambda moment: moment.replace(microsecond=0)),
    st.sampled_from([CellError("#N/A"), CellError("#DIV/0!")]),
)


@given(st.lists(st.tuples(values, values), max_size=30))
def test_a_table_comes_back_with_every_type(rows):
    columns = {"a": as_array(row[0] for row in rows), "乙": as_array(row[1] for row in rows)}
    table = Table(("a", "乙"), columns, {"a": {0: "ＡＢ"}} if rows else {})
    back, extra = unpack(pack(table, {"as_of": "2025-04-03"}))
    assert extra == {"as_of": "2025-04-03"}
    assert back.columns == table.columns
    assert back.raw == table.raw
    for title in table.columns:
        assert [(type(v), v) for v in back.values(title)] == [(type(v), v) for v in table.values(title)]


def test_types_that_compare_equal_stay_apart():
    table = Table(
        ("a",), {"a": as_array([True, 1.0, "#N/A", CellError("#N/A"), date(2025, 1, 1), datetime(2025, 1, 1)])}
    )
    back, _ = unpack(pack(table))
    assert [type(value) for value in back.values("a")] == [bool, float, str, CellError, date, datetime]


def test_a_damaged_blob_is_refused():
    blob = bytearray(pack(Table(("a",), {"a": as_array(["x"])})))
    blob[-1] ^= 1
    with pytest.raises(Error) as caught:
        unpack(bytes(blob))
    assert caught.value.code.id == "S-090"
