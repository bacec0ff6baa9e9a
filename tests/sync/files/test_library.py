"""Newest per key within its pair, what one file proves, and that order shows nowhere."""

import time
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.policy.site import Site, Store
from sheets_schema.exports import REPORTS
from sheets_schema.sheets import SHEETS
from sync.files.library import Library
from sync.files.theirs import theirs
from sync.ingest.export import dump, load
from sync.ingest.interpret import interpret
from tests.sync.ingest.made import MONDAY, export, stock

STOCK = SHEETS["库存数据"]
TEN = [("LO-CA", f"M{number}", number) for number in range(10)]


def told(exports, ours=(), sheet=STOCK, **options):
    return theirs(sheet, Library(exports, **options), list(ours))


def reloaded(export):
    """The same, as it is kept and loaded again."""
    return interpret(load(dump(export.reading)), None, export.dated, export.standing)


def cells(answer, column="FBA可售"):
    """Key -> value, where something is known."""
    keys = list(zip(*(answer.table.values(title) for title in STOCK.key), strict=True))
    known = answer.known[column]
    return {key: answer.table.value(column, row) for row, key in enumerate(keys) if known[row]}


def test_the_newest_value_of_each_key_counts():
    old, new = stock([("LO-CA", "A", 1), ("LO-CA", "B", 2)]), stock([("LO-CA", "A", 10)], 1)
    assert cells(told([new, old])) == {("LO-CA", "A"): 10.0, ("LO-CA", "B"): 2.0}


def test_a_row_is_gone_only_by_a_file_of_its_own_pair():
    first = stock([*TEN, ("HI-MX", "X", 1)])
    later = stock(TEN[:9], 1)
    answer = told([first, later])
    assert answer.gone == {("LO-CA", "M9")}
    assert ("HI-MX", "X") in answer.listed
    assert not answer.held
    assert ("LO-CA", "M9") not in cells(answer), "what is gone is not appended"


@pytest.mark.parametrize(("listed", "gone"), [(8, 2), (7, 0)])
def test_eighty_percent_of_the_known_rows_prove_absence(listed, gone):
    answer = told([stock(TEN), stock(TEN[:listed], 1)])
    assert len(answer.gone) == gone
    assert len(answer.held) == (0 if gone else 1)
    if not gone:
        (held,) = answer.held
        assert (held.pair, held.found, held.known) == (("LO-CA",), 7, 10)
        assert len(cells(answer)) == 10, "the rest keeps its last value"


def test_the_share_is_a_setting():
    assert len(told([stock(TEN), stock(TEN[:5], 1)], share=0.5).gone) == 5


def test_rows_known_from_any_file_count():
    """9 of 18 known rows: the second file alone would have been complete."""
    others = [("LO-CA", f"N{number}", 1) for number in range(8)]
    answer = told([stock(TEN), stock(others, 1), stock(TEN[:9], 2)])
    assert not answer.gone
    assert answer.held[0].known == 18


def test_a_row_that_comes_back_is_listed_again():
    answer = told([stock(TEN), stock(TEN[:9], 1), stock(TEN, 2, name="again")])
    assert not answer.gone
    assert ("LO-CA", "M9") in cells(answer)


def test_files_of_one_moment_prove_nothing_against_each_other():
    answer = told([stock(TEN), stock(TEN[:9], name="other")])
    assert not answer.gone
    assert not answer.held


def test_a_missing_column_is_unknown_and_an_older_file_may_know():
    old = export("FBA库存明细", [{"store": "LO-CA", "msku": "A", "fba_sellable": 1, "fba_receiving": 7}])
    new = stock([("LO-CA", "A", 5)], 1)
    answer = told([old, new])
    assert cells(answer) == {("LO-CA", "A"): 5.0}
    assert cells(answer, "FBA入库中") == {("LO-CA", "A"): 7.0}
    assert answer.source_of(0, "FBA入库中").path == old.path
    assert "FBA待调仓" not in answer.table.data


def test_a_blank_cell_says_nothing():
    answer = told([stock([("LO-CA", "A", None), ("LO-CA", "B", 1)])])
    assert cells(answer) == {("LO-CA", "B"): 1.0}


def test_a_blank_cell_says_nothing_is_left_where_the_report_speaks_in_blanks(monkeypatch):
    schema = REPORTS["FBA库存明细"]
    monkeypatch.setitem(REPORTS, schema.name, replace(schema, blank_means=("fba_sellable",)))
    answer = told([stock([("LO-CA", "A", None), ("LO-CA", "B", 1)])])
    assert cells(answer) == {("LO-CA", "A"): None, ("LO-CA", "B"): 1.0}


def test_text_among_numbers_is_unknown():
    answer = told([stock([("LO-CA", "A", "约30"), ("LO-CA", "B", 3)])])
    assert cells(answer) == {("LO-CA", "B"): 3.0}


def test_rows_of_one_key_are_added():
    assert cells(told([stock([("LO-CA", "A", 3), ("LO-CA", "B", 1), ("LO-CA", "A", 4)])])) == {
        ("LO-CA", "A"): 7.0,
        ("LO-CA", "B"): 1.0,
    }


def test_a_stale_file_is_one_of_which_nothing_is_newest():
    old, partly, new = stock(TEN[:2]), stock([("LO-CA", "Z", 1)], 1), stock(TEN, 2)
    library = Library([old, partly, new])
    assert [library.stale(item) for item in (old, partly, new)] == [True, False, False]


def test_files_that_say_nothing_any_more_can_be_forgotten():
    old, partly, new = stock(TEN), stock([("HI-MX", "Z", 1)], 1), stock(TEN, 2, name="again")
    library = Library([old, partly, new])
    assert library.superseded() == [old.id]
    assert cells(told([partly, new])) == cells(told([old, partly, new]))


def test_what_is_gone_stays_known_when_files_are_forgotten():
    files = [stock(TEN), stock(TEN[:9], 1), stock(TEN[:9], 2, name="again")]
    forgotten = Library(files).superseded()
    assert forgotten == [files[1].id]
    assert told([item for item in files if item.id not in forgotten]).gone == {("LO-CA", "M9")}


def test_old_files_say_nothing_past_their_age():
    listing = export("Listing", [{"store": "LO-CA", "msku": "A", "sold_7": 70}], hours=-24 * 10)
    exports = [stock([("LO-CA", "A", 1)]), listing]
    assert cells(told(exports, now=MONDAY), "7日均") == {("LO-CA", "A"): 10.0}
    young = told(exports, now=MONDAY, max_age_days={"Listing": 9})
    assert not young.known["7日均"].any()
    assert told(exports, now=MONDAY + timedelta(days=1), max_age_days={"Listing": 11}).known["7日均"].all()


ROW = st.tuples(st.sampled_from(["LO-CA", "HI-MX"]), st.sampled_from([f"M{n}" for n in range(12)]), st.integers(0, 9))


@given(
    rows=st.lists(ROW, min_size=1, max_size=20, unique_by=lambda row: row[:2]),
    parts=st.lists(st.integers(0, 4), min_size=20, max_size=20),
    order=st.permutations(range(5)),
    before=st.lists(ROW, max_size=8, unique_by=lambda row: row[:2]),
)
@settings(max_examples=80, deadline=None)
def test_five_peoples_partial_files_in_any_order_give_what_one_full_file_gives(rows, parts, order, before):
    """All that reaches the sheet: rows, values, what is known, what is listed."""
    earlier = [stock(before, -24)] if before else []
    people = [[row for row, part in zip(rows, parts, strict=False) if part == one] for one in range(5)]
    partial = [reloaded(stock(people[one], name=f"part {one}")) for one in order if people[one]]
    ours = [("LO-CA", "M1"), ("HI-MX", "typed by hand")]
    some, full = told([*partial, *earlier], ours), told([*earlier, stock(rows, name="full")], ours)
    assert cells(some) == cells(full) | {
        key: value for key, value in cells(some).items() if key in {row[:2] for row in before}
    }
    assert {key: value for key, value in cells(some).items() if key in {row[:2] for row in rows}} == {
        row[:2]: float(row[2]) for row in rows
    }
    assert full.listed <= some.listed
    assert not some.gone & {row[:2] for row in rows}
    keys = [tuple(some.table.value(title, row) for title in STOCK.key) for row in range(len(some.table))]
    assert keys == sorted(keys), "appended rows come in one order"


@given(order=st.permutations(range(6)), gaps=st.lists(st.integers(0, 3), min_size=6, max_size=6))
@settings(max_examples=60, deadline=None)
def test_the_order_of_arrival_shows_nowhere(order, gaps):
    files = [
        stock(
            [(store, f"M{number % 7}", number * 10 + one) for number in range(one, one + 6)], gaps[one], name=f"{one}"
        )
        for one, store in enumerate(["LO-CA", "HI-MX"] * 3)
    ]
    straight, shuffled = told(files), told([files[one] for one in order])
    assert cells(straight) == cells(shuffled)
    assert (straight.gone, straight.listed, straight.held) == (shuffled.gone, shuffled.listed, shuffled.held)
    assert straight.as_of == shuffled.as_of


def test_equal_moments_go_by_arrival_then_by_modification():
    early = stock([("LO-CA", "A", 1)], name="early", arrived="2026-04-20T01", modified=9.0)
    late = stock([("LO-CA", "A", 2)], name="late", arrived="2026-04-20T02", modified=1.0)
    assert cells(told([late, early])) == {("LO-CA", "A"): 2.0}
    saved = stock([("LO-CA", "A", 3)], name="saved", arrived="2026-04-20T02", modified=2.0)
    assert cells(told([saved, late, early])) == {("LO-CA", "A"): 3.0}


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the zone of a process can't be set here")
def test_moments_are_compared_as_clocks_show_them(monkeypatch):
    """02:30 does not exist on that night in New York: as UTC seconds it would lie after 03:15."""
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    night = (datetime(2026, 3, 8, 2, 30) - MONDAY).total_seconds() / 3600
    try:
        answer = told([stock(TEN, night), stock(TEN[:9], night + 0.75)])
    finally:
        monkeypatch.undo()
        time.tzset()
    assert answer.gone == {("LO-CA", "M9")}


def test_a_file_that_a_person_called_whole_proves_absence():
    assert len(told([stock(TEN), replace(stock(TEN[:2], 1), whole=True)]).gone) == 8


def test_rows_of_unknown_stores_keep_their_file_until_a_later_one_lists_them():
    site = Site(stores=(Store(name="LO-CA"),))
    old = stock([("LO-CA", "A", 1), ("HI-MX", "X", 5)], site=site)
    mine = stock([("LO-CA", "A", 2)], 1, site=site)
    assert Library([old, mine]).superseded() == [], "HI-MX may be registered"
    theirs_too = stock([("HI-MX", "X", 6), ("LO-CA", "A", 3)], 2, site=site)
    assert Library([old, mine, theirs_too]).superseded() == [old.id, mine.id]


def test_the_same_bytes_of_two_stores_are_two_files():
    made = export("FBA库存明细", [{"msku": "A", "fba_sellable": 5}])
    one, other = (interpret(replace(made.reading, store=store), None, made.dated) for store in ("LO-CA", "HI-MX"))
    assert cells(told([one, other])) == {("HI-MX", "A"): 5.0, ("LO-CA", "A"): 5.0}
