"""Typed columns take nothing that can't be."""

from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sheets_schema.cells import CellError
from sheets_schema.model import Field, Type
from sync.ingest.columns import LATEST, readable, typed_column
from sync.ingest.read import read
from tests.sync.ingest.files import csv_file, xlsx_file

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOTATIONS = yaml.safe_load((Path(__file__).parents[2] / "cases" / "number_notation.yaml").read_text("utf-8"))


def typed(values, kind, signed=False, zone=SHANGHAI):
    column, wrong = typed_column(values, Field("x", kind, ("X",), signed=signed), zone)
    return column, {finding.row: finding.code.id for finding in wrong}


@pytest.mark.parametrize("case", NOTATIONS, ids=lambda case: case["name"])
def test_points_and_commas(case):
    counts = "counts" in case
    cells = case["counts" if counts else "money"]
    column, wrong = typed(cells, Type.INTEGER if counts else Type.MONEY)
    taken = [value if isinstance(value, float) else None for value in column]
    assert taken == [None if value is None else float(value) for value in case["means"]]
    assert set(wrong) == {row for row, value in enumerate(case["means"]) if value is None}
    assert all(column[row] == cells[row] for row in wrong), "its text stays to be looked at"


@pytest.mark.parametrize("case", NOTATIONS, ids=lambda case: case["name"])
def test_the_order_of_the_rows_does_not_matter(case):
    counts = "counts" in case
    cells = case["counts" if counts else "money"]
    kind = Type.INTEGER if counts else Type.MONEY
    assert typed(cells[::-1], kind)[0] == typed(cells, kind)[0][::-1]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-04-20T22:30:00Z", datetime(2026, 4, 21, 6, 30)),
        ("2026-04-20 22:30:00 UTC", datetime(2026, 4, 21, 6, 30)),
        ("2026-04-20T16:00:00Z", date(2026, 4, 21)),
        ("2026-04-20T22:30:00+08:00", datetime(2026, 4, 20, 22, 30)),
        ("2026-04-20T22:30:00.250-0700", datetime(2026, 4, 21, 13, 30)),
        ("2026/4/20 22:30 GMT-7", datetime(2026, 4, 21, 13, 30)),
        ("2026-04-20 22:30 UTC+9", datetime(2026, 4, 20, 21, 30)),
        ("2026-04-20 22:30", datetime(2026, 4, 20, 22, 30)),
        ("2026-04-20", date(2026, 4, 20)),
    ],
)
def test_moments_that_name_their_zone_are_on_the_teams_clock(text, moment):
    for kind in (Type.DATETIME, Type.DATE):
        assert typed([text], kind) == ([moment], {})


def test_the_teams_clock_is_the_configured_one(tmp_path):
    from rules.policy.site import Site

    head = ["店铺", "MSKU", "SKU", "FBA可售", "FBA实际在途", "更新时间"]
    path = csv_file(tmp_path, [head, ["LO-CA", "A", "S", 1, 2, "2026-04-20T22:30:00Z"]])
    assert read(path).as_of_text == "2026-04-21 06:30"
    assert read(path, site=Site(timezone="America/Mexico_City")).as_of_text == "2026-04-20 16:30"


@given(st.floats(allow_nan=True, allow_infinity=True) | st.integers(-(10**12), 10**12).map(float), st.booleans())
def test_a_count_is_a_whole_number_of_pieces(value, signed):
    (taken,), wrong = typed([value], Type.INTEGER, signed)
    good = value.is_integer() and abs(value) < 1e9 and (signed or value >= 0) if value - value == 0 else False
    assert (taken == value) if good else (isinstance(taken, str) and wrong == {0: "I-022"})


@given(st.lists(st.none() | st.text(max_size=12) | st.floats() | st.dates() | st.booleans()), st.sampled_from(Type))
def test_every_value_is_of_its_type_or_named(values, kind):
    column, wrong = typed([readable(value) if isinstance(value, str) else value for value in values], kind)
    assert len(column) == len(values)
    for row, value in enumerate(column):
        if value is None:
            assert (
                row in wrong
                or values[row] is None
                or all(char.isspace() or char in "\u200b\ufeff" for char in str(values[row]))
            )
        elif row in wrong:
            assert isinstance(value, str)
        elif kind in (Type.INTEGER, Type.NUMBER, Type.MONEY, Type.PERCENT):
            assert isinstance(value, float)
            assert abs(value) <= 1e12
        elif kind in (Type.DATE, Type.DATETIME):
            assert 2000 <= value.year <= LATEST
        elif kind is Type.BOOL:
            assert isinstance(value, bool)
        else:
            value.encode()
            assert not set(map(chr, range(9))) & set(value)


@pytest.mark.parametrize("value", ["TRUE", "true", "Yes", "是", "1", 1.0, True])
def test_truth_values(value):
    assert typed([value], Type.BOOL) == ([True], {})


def test_a_cell_error_says_nothing_and_is_named():
    for kind in Type:
        column, wrong = typed([CellError("#N/A"), None], kind)
        assert (column[1], wrong) == (None, {0: "I-022"})
        assert column[0] == (None if kind in (Type.TEXT, Type.ID) else "#N/A")


def test_a_count_that_is_formatted_as_a_date_stays_a_count(tmp_path):
    head = ["店铺", "MSKU", "SKU", "FBA可售", "FBA入库中", "FBA实际在途"]
    rows = [head, ["LO-CA", "A", "S", date(1900, 2, 19), 5, 6], ["LO-CA", "B", "S", date(2026, 4, 20), 5, 6]]
    export = read(xlsx_file(tmp_path, {"S": rows}))
    assert export.table.values("fba_sellable") == [50.0, "2026-04-20"]
    assert [(problem.code.id, problem.cell) for problem in export.problems] == [("I-022", "D3")]


def test_what_is_promised_beyond_the_stock_may_be_negative(tmp_path):
    export = read(csv_file(tmp_path, [["SKU", "可用量", "待到货量"], ["A", -3, 5], ["B", 4, -5]]))
    assert export.table.values("available") == [-3.0, 4.0]
    assert [(problem.code.id, problem.column, problem.row) for problem in export.problems] == [("I-022", "expected", 3)]
    assert "0" in export.problems[0].message()
    assert "0 or more" in export.problems[0].message("en")


def test_a_thousand_wrong_cells_are_counted(tmp_path):
    rows = [["SKU", "可用量", "待到货量"], *([f"S{at}", "约30", 5] for at in range(1000))]
    export = read(csv_file(tmp_path, rows))
    assert len(export.problems) == 101
    more = export.problems[-1]
    assert (more.code.id, more.facts["found"], more.facts["expected"]) == ("I-035", 900, "I-022")
