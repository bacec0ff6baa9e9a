"""回到旧数: from how many cells on, counted beside a plain loop; and when two files disagree."""

from hypothesis import given, settings
from hypothesis import strategies as st

from sync.files.comparing import disagree, going_back
from tests.sync.ingest.made import export, stock

MSKUS = [f"M{number:02}" for number in range(60)]


def week(values, hours, **more):
    """Sellable pieces of M00, M01, …"""
    return stock([("LO-CA", msku, value) for msku, value in zip(MSKUS, values, strict=False)], hours, **more)


def back(first, second, third):
    return going_back(week(third, 48), [week(first, 0), week(second, 24)])


def test_from_twenty_cells_and_more_than_half_on():
    old, new = [10] * 60, [20] * 60
    assert back(old, new, [10] * 19 + [20] * 41) is None
    found = back(old, new, [10] * 20 + [20] * 40)
    assert (found.found, found.changed, found.older.as_of_text) == (20, 20, "2026-04-20 08:00")
    assert back(old, new, [10] * 20 + [30] * 20 + [20] * 20) is None, "exactly half is not more than half"
    assert back(old, new, [10] * 21 + [30] * 20 + [20] * 19).found == 21


def test_stock_that_is_sold_out_again_is_no_return():
    assert back([0] * 60, [5] * 60, [0] * 60) is None
    assert back([None] * 60, [5] * 60, [None] * 60) is None


def test_the_last_word_again_changes_nothing():
    assert back([10] * 60, [20] * 60, [20] * 60) is None


def test_rows_that_nobody_knew_are_no_changes():
    assert back([10] * 30, [20] * 30, [10] * 15 + [20] * 15 + [10] * 30) is None


def test_one_file_alone_must_hold_the_numbers():
    """15 cells of each of two old weeks: neither has twenty."""
    weeks = [week([10] * 60, 0), week([15] * 60, 24), week([20] * 60, 48)]
    assert going_back(week([10] * 15 + [15] * 15 + [20] * 30, 72), weeks) is None
    assert going_back(week([10] * 30 + [20] * 30, 72), weeks).older is weeks[0]


def test_cells_of_all_columns_count_but_not_the_day_of_the_data():
    def rows(count, word, day):
        return [
            {"store": "LO-CA", "msku": msku, "fba_sellable": count, "name": word, "updated_on": day}
            for msku in MSKUS[:11]
        ]

    before = [export("FBA库存明细", rows(1, "灯", None), 0), export("FBA库存明细", rows(2, "灯泡", None), 24)]
    found = going_back(export("FBA库存明细", rows(1, "灯", None), 48), before)
    assert (found.found, found.changed) == (22, 22)


def test_what_a_newer_file_lists_is_not_changed():
    """A file whose rows are all listed later changes nothing: it is stale, not a return."""
    assert going_back(week([10] * 60, -24), [week([10] * 60, 0), week([20] * 60, 24)]) is None


VALUES = st.lists(st.sampled_from([None, 0, 1, 2]), min_size=60, max_size=60)


@given(first=VALUES, second=VALUES, third=VALUES)
@settings(deadline=None, max_examples=40)
def test_counted_as_a_plain_loop_counts(first, second, third):
    changed = [(a, b, c) for a, b, c in zip(first, second, third, strict=True) if c and c != b]
    same = sum(a == c for a, _, c in changed)
    found = back(first, second, third)
    wanted = same >= 20 and same * 2 > len(changed)
    assert (found is not None) == wanted
    if found:
        assert (found.found, found.changed) == (same, len(changed))


def test_files_disagree_only_where_both_speak():
    one = stock([("LO-CA", "A", 1), ("LO-CA", "B", 2)])
    assert not disagree(one, stock([("LO-CA", "A", 1), ("LO-CA", "C", 9)]))
    assert disagree(one, stock([("LO-CA", "A", 3)]))
    assert disagree(one, stock([("LO-CA", "A", None)])), "a blank is not 1"
    assert not disagree(one, export("FBA库存明细", [{"store": "LO-CA", "msku": "A", "fba_receiving": 7}]))
    assert not disagree(stock([("LO-CA", "A", None)]), stock([("LO-CA", "A", None)], 1)), "two blanks are equal"
