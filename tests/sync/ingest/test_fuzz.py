"""Damaged files never end in anything but a coded error or an export."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.errors import Error
from sync.ingest.read import read
from tests.sync.ingest.files import csv_file, html_file, xlsx_file, xml_file

ROWS = [
    ["店铺", "MSKU", "SKU", "FBA可售", "FBA入库中", "FBA实际在途"],
    ["LOMEESS-CA", "00123", "HI-QPD", "1,200", 5, 3],
    ["合计", None, None, 1200, 5, 3],
]
MAKERS = {
    "csv": csv_file,
    "gbk": lambda folder, rows: csv_file(folder, rows, encoding="gbk"),
    "html": html_file,
    "xml": xml_file,
    "xlsx": lambda folder, rows: xlsx_file(folder, {"S": rows}),
}
EDITS = st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 3), st.binary(min_size=1, max_size=4)), max_size=6)


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
@given(edits=EDITS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_damaged_files(make, edits, tmp_path):
    path = make(tmp_path, ROWS)
    data = bytearray(path.read_bytes())
    for at, dropped, added in edits:
        at %= len(data) + 1
        data[at : at + dropped] = added
    path.write_bytes(data)
    code = None
    try:
        export = read(path)
    except Error as error:
        code = error.code.id
    else:
        assert len(export.lines) == len(export.table) == len(export.usable)
    assert code != "I-055", "a fault that nobody foresaw"
