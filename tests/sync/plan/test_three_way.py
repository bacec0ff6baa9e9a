"""The plan of a tab, case by case: the sentences of `sync.md`, one test each."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.errors import Error, Refused
from sheets_schema.model import Column, Owner, Rows, Type
from sheets_schema.table import Table
from sync.plan.advance import advance
from sync.plan.outcome import Kind, Rules, Theirs
from sync.plan.three_way import plan

COLUMNS = {
    column.title: column
    for column in (
        Column("库存", Type.NUMBER, Owner.ERP),
        Column("到货", Type.DATE, Owner.ERP, put_back=True),
        Column("单价", Type.MONEY, Owner.PEOPLE, prefill=True),
        Column("备注", Type.TEXT, Owner.PEOPLE, role="运营"),
    )
}
TYPES = {column.title: column.type for column in COLUMNS.values()}
RULES = Rules(("SKU",), Rows.ERP, COLUMNS)


def tab(titles, *rows):
    names = titles.split()
    return Table.build({name: [row[at] for row in rows] for at, name in enumerate(names)}, TYPES)


def written(done):
    return [(*item.key, item.column, item.before, item.after) for item in done.writes]


def asked(done):
    return [(*item.key, item.column, item.base, item.ours, item.theirs, item.kind) for item in done.conflicts]


def test_rows_are_found_by_key_wherever_they_stand():
    base = tab("SKU 库存", ["A", 1], ["B", 2])
    done = plan(base, tab("SKU 库存", ["B", 2], ["A", 1]), Theirs(tab("库存 SKU", [9, "A"], [2, "B"])), RULES)
    assert written(done) == [("A", "库存", 1.0, 9.0)]
    assert (done.writes[0].ours_row, done.writes[0].theirs_row) == (1, 0)


def test_why_a_cell_is_a_conflict():
    base = tab("SKU 库存", ["A", 1], ["B", 1])
    ours = tab("SKU 库存", ["A", 5], ["B", 5], ["C", 5])
    done = plan(base, ours, Theirs(tab("SKU 库存", ["A", 1], ["B", 7], ["C", 7])), RULES)
    assert asked(done) == [
        ("A", "库存", 1.0, 5.0, 1.0, Kind.TYPED_OVER),
        ("B", "库存", 1.0, 5.0, 7.0, Kind.BOTH_CHANGED),
        ("C", "库存", None, 5.0, 7.0, Kind.NEVER_AGREED),
    ]


def test_first_contact_fills_blanks_and_asks_about_the_rest():
    ours = tab("SKU 库存 单价", ["A", None, None], ["B", 3, 4], ["C", 5, ""])
    theirs = Theirs(tab("SKU 库存 单价", ["A", 1, 2], ["B", 4, 9], ["C", 5, None]))
    done = plan(None, ours, theirs, RULES)
    assert written(done) == [("A", "库存", None, 1.0), ("A", "单价", None, 2.0)]
    assert asked(done) == [("B", "库存", None, 3.0, 4.0, Kind.NEVER_AGREED)]


def test_put_back_writes_the_erps_value_over_a_persons():
    base = tab("SKU 到货", ["A", "2025-04-01"])
    ours, theirs = tab("SKU 到货", ["A", "问货代"]), Theirs(tab("SKU 到货", ["A", "2025/4/1"]))
    assert [(w.before, str(w.after)) for w in plan(base, ours, theirs, RULES).writes] == [("问货代", "2025-04-01")]


def test_put_back_asks_at_first_contact_and_goes_on_asking():
    ours, theirs = tab("SKU 到货", ["A", "问货代"]), Theirs(tab("SKU 到货", ["A", "2025/4/1"]))
    first = plan(None, ours, theirs, RULES)
    second = plan(advance(first), ours, theirs, RULES)
    assert (written(first), written(second)) == ([], [])
    assert asked(first) == asked(second)
    assert len(asked(first)) == 1


def test_a_prefilled_cell_follows_the_erp_until_a_person_writes_or_clears_it():
    base = tab("SKU 单价", ["A", 1], ["B", 1], ["C", 1])
    ours = tab("SKU 单价", ["A", 1], ["B", ""], ["C", 3])
    done = plan(base, ours, Theirs(tab("SKU 单价", ["A", 2], ["B", 2], ["C", 2])), RULES)
    assert (written(done), asked(done)) == ([("A", "单价", 1.0, 2.0)], [])
    assert advance(done).values("单价") == [2.0, 1.0, 1.0]


def test_a_formula_is_one_finding_and_never_written_whatever_its_cached_value():
    base = tab("SKU 库存 单价", ["A", 1, 1], ["B", 1, 1])
    ours = tab("SKU 库存 单价", ["A", 1, 1], ["B", 2, 1])
    formulas = {"库存": np.array([True, True]), "单价": np.array([True, False])}
    done = plan(base, ours, Theirs(tab("SKU 库存 单价", ["A", 2, 7], ["B", 2, 7])), RULES, formulas=formulas)
    assert [(item.key, item.column, item.theirs) for item in done.formulas] == [
        (("A",), "库存", 2.0),
        (("B",), "库存", 2.0),
    ]
    assert (written(done), asked(done)) == ([("B", "单价", 1.0, 7.0)], [])
    assert advance(done).values("库存") == [1.0, 1.0]


def test_unknown_is_not_blank():
    base = tab("SKU 库存 备注", ["A", 1, "x"], ["B", 1, "x"])
    theirs = Theirs(tab("SKU 库存", ["A", None], ["B", None]), {"库存": np.array([False, True])})
    done = plan(base, tab("SKU 库存 备注", ["A", 1, "x"], ["B", 1, "y"]), theirs, RULES)
    assert written(done) == [("B", "库存", 1.0, None)]
    assert advance(done).values("库存") == [1.0, None]


def test_a_pin_holds_while_the_erp_says_the_same_and_then_asks_again():
    base, ours = tab("SKU 库存", ["A", 1], ["B", 1]), tab("SKU 库存", ["A", 5], ["B", 1])
    pins = {(("A",), "库存"): [5.0, 7.0], (("B",), "库存"): [7.0]}
    held = plan(base, ours, Theirs(tab("SKU 库存", ["A", 7], ["B", 7])), RULES, pins=pins)
    assert (written(held), asked(held), held.held, held.void_pins) == ([], [], 2, [])
    assert advance(held).values("库存") == [1.0, 1.0]
    moved = plan(base, ours, Theirs(tab("SKU 库存", ["A", 8], ["B", 8])), RULES, pins=pins)
    assert written(moved) == [("B", "库存", 1.0, 8.0)]
    assert asked(moved) == [("A", "库存", 1.0, 5.0, 8.0, Kind.BOTH_CHANGED)]
    assert set(moved.void_pins) == set(pins)


def test_a_pin_ends_when_the_cell_says_what_the_erp_says():
    done = plan(
        tab("SKU 库存", ["A", 1]), tab("SKU 库存", ["A", 7]), Theirs(tab("SKU 库存", ["A", 7])), RULES,
        pins={(("A",), "库存"): [7.0]},
    )  # fmt: skip
    assert done.void_pins == [(("A",), "库存")]
    assert advance(done).values("库存") == [7.0]


def test_a_pin_for_always_outlives_whatever_the_erp_says():
    base, ours = tab("SKU 库存", ["A", 1]), tab("SKU 库存", ["A", 7])
    for erp in (1, 7, 8):
        held = plan(base, ours, Theirs(tab("SKU 库存", ["A", erp])), RULES, pins={(("A",), "库存"): None})
        assert (written(held), asked(held), held.void_pins) == ([], [], [])


def test_a_pinned_row_is_not_appended_until_the_erps_row_changes():
    ours, said = tab("SKU 库存 备注", ["A", 1, None]), {"SKU": ["B"], "库存": [9.0, 2.0], "备注": ["x"]}
    same = Theirs(tab("SKU 库存", ["A", 1], ["B", "2.0"]))
    held = plan(None, ours, same, RULES, pinned_rows={("B",): said})
    assert (held.appends, held.void_pins) == ([], [])
    moved = plan(None, ours, Theirs(tab("SKU 库存", ["A", 1], ["B", 3])), RULES, pinned_rows={("B",): said})
    assert [item.key for item in moved.appends] == [("B",)]
    assert moved.void_pins == [(("B",), "")]
    there = plan(None, tab("SKU 库存", ["B", 2]), Theirs(tab("SKU 库存", ["B", 2])), RULES, pinned_rows={("B",): said})
    assert there.void_pins == [(("B",), "")], "a row that the sheet has is not kept out"


def test_new_rows_take_what_the_erp_knows_and_leave_peoples_cells_blank():
    theirs = Theirs(tab("SKU 库存 单价 备注 到货", ["B", 2, 3, "x", "2025-04-03"]), {"到货": np.array([False])})
    done = plan(None, tab("SKU 库存 单价 备注 到货", ["A", 1, 1, "", ""]), theirs, RULES)
    assert [(item.key, item.values) for item in done.appends] == [(("B",), {"SKU": "B", "库存": 2.0, "单价": 3.0})]


def test_peoples_tabs_are_only_filled():
    rules = Rules(("SKU",), Rows.PEOPLE, COLUMNS)
    done = plan(None, tab("SKU 库存", ["A", ""]), Theirs(tab("SKU 库存", ["A", 1], ["B", 2])), rules)
    assert (written(done), done.appends) == ([("A", "库存", None, 1.0)], [])


def test_a_row_the_erp_no_longer_lists_stays_and_keeps_what_was_agreed():
    base = tab("SKU 库存", ["A", 1], ["B", 2])
    done = plan(base, tab("SKU 库存", ["A", 1], ["B", 2]), Theirs(tab("SKU 库存", ["A", 1])), RULES)
    assert (written(done), asked(done), done.appends) == ([], [], [])
    assert advance(done).values("库存") == [1.0, 2.0]


def test_lost_base_asks_about_every_difference_and_is_still_lost_next_time():
    ours = tab("SKU 库存 单价", ["A", None, None], ["B", 3, 4], ["C", 5, 5], ["D", None, None])
    theirs = Theirs(tab("SKU 库存 单价", ["A", 1, 2], ["B", 4, 9], ["C", 5, 5]))
    lost = plan(tab("SKU 库存", ["A", None]), ours, theirs, RULES, lost=True)
    expected = [
        ("A", "库存", None, None, 1.0, Kind.NEVER_AGREED),
        ("B", "库存", None, 3.0, 4.0, Kind.NEVER_AGREED),
    ]
    assert (written(lost), asked(lost)) == ([], expected)
    listed = Theirs(tab("SKU 库存 单价", ["A", 1, 2], ["B", 4, 9], ["C", 6, 6], ["D", 1, 1]))
    after = plan(advance(lost), ours, listed, RULES)
    assert asked(after) == [*expected, ("D", "库存", None, None, 1.0, Kind.NEVER_AGREED)]
    assert written(after) == [("C", "库存", 5.0, 6.0), ("C", "单价", 5.0, 6.0)]


def planned_with(side, rows):
    sides = {"ours": [["A", 1]], "theirs": [["A", 1]], side: rows}
    return plan(None, tab("SKU 库存", *sides["ours"]), Theirs(tab("SKU 库存", *sides["theirs"])), RULES)


@pytest.mark.parametrize("side", ["ours", "theirs"])
@pytest.mark.parametrize(
    ("rows", "code", "named"),
    [
        ([["A", 1], ["B", 2], ["A ", 3]], "M-001", "1, 3"),
        ([["A", 1], ["B", 2], ["Ａ", 3]], "M-001", "1, 3"),
        ([["A", 1], [None, 2], ["B", 3], [" ", 4], ["C", 5]], "M-002", "2, 4"),
    ],
)
def test_doubled_and_incomplete_keys_are_refused_and_named(side, rows, code, named):
    with pytest.raises(Refused, match=named) as caught:
        planned_with(side, rows)
    assert caught.value.code.id == code


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_all_blank_rows_are_skipped(side):
    done = planned_with(side, [["A", 1], [None, ""], ["B", 3]])
    assert written(done) == asked(done) == []
    assert len(done.pairs[0]) == 1


def test_a_missing_key_column_is_an_error():
    with pytest.raises(Error, match="M-003"):
        plan(None, tab("库存", [1]), Theirs(tab("SKU 库存", ["A", 1])), RULES)


def test_what_stands_under_the_last_key_is_no_data():
    ours = tab("SKU 库存", ["A", 1], ["", 99], ["", None])
    done = plan(tab("SKU 库存", ["A", 1]), ours, Theirs(tab("SKU 库存", ["A", 1], ["", 100])), RULES)
    assert (written(done), asked(done), done.appends) == ([], [], [])


def test_two_keys_with_one_hash_are_still_two_keys():
    rules = Rules(("号",), Rows.ERP, {"库存": COLUMNS["库存"]})
    types = {"号": Type.NUMBER, "库存": Type.NUMBER}
    assert hash(-1.0) == hash(-2.0)
    ours = Table.build({"号": [-1, -2, 3], "库存": [1, 2, 3]}, types)
    theirs = Theirs(Table.build({"号": [-2, 3, -1], "库存": [20, 3, 10]}, types))
    done = plan(ours, ours, theirs, rules)
    assert sorted(written(done)) == [(-2.0, "库存", 2.0, 20.0), (-1.0, "库存", 1.0, 10.0)]


def test_unverified_cells_and_missing_rows_do_not_advance():
    base = tab("SKU 库存", ["A", 1], ["B", 1])
    ours, theirs = tab("SKU 库存", ["A", 1], ["B", 1]), Theirs(tab("SKU 库存", ["A", 2], ["B", 2], ["C", 3], ["D", 4]))
    done = plan(base, ours, theirs, RULES)
    after = advance(done, unverified=[(("B",), "库存")], missing=[("D",)])
    assert (after.values("SKU"), after.values("库存")) == (["A", "B", "C"], [2.0, 1.0, 3.0])


def test_dropped_columns_and_rows_keep_what_was_agreed():
    base = tab("SKU 库存 到货", ["A", 1, "2025-04-03"], ["B", 2, "2025-04-04"])
    rules = Rules(("SKU",), Rows.PEOPLE, COLUMNS)
    done = plan(base, tab("SKU 库存", ["A", 1]), Theirs(tab("SKU 库存 到货", ["A", 5, "2025-05-05"])), rules)
    after = advance(done)
    assert after.values("库存") == [5.0, 2.0]
    assert after.values("到货") == base.values("到货")


def test_a_row_that_comes_back_starts_afresh():
    base = tab("SKU 库存 单价", ["A", 1, 1], ["B", 2, 2])
    theirs = Theirs(tab("SKU 库存 单价", ["A", 1, 1], ["B", 3, 9]), {"单价": np.array([True, False])})
    done = plan(base, tab("SKU 库存 单价", ["A", 1, 1]), theirs, RULES)
    after = advance(done)
    assert (after.values("库存"), after.values("单价")) == ([1.0, 3.0], [1.0, None])


SPELLINGS = {
    "库存": (1200.0, ["1200", "1,200", "1200.0", " １２００ ", 1200]),
    "到货": ("2025-04-03", ["2025/4/3", "2025年4月3日", 45750, "2025-04-03 00:00:00"]),
    "单价": (0.5, ["50%", "0.50", "$0.5", 0.5]),
}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_normalisation_never_writes(data):
    """Any accepted spelling of one meaning, on either side, in keys too: nothing to write or ask."""

    def side(blank):
        row = [data.draw(st.sampled_from(["A-1", "Ａ-1", "\u3000A-1\u00a0"]))]
        for title, (_, spellings) in SPELLINGS.items():
            row.append(data.draw(st.sampled_from([None, "", " "] if title == blank else spellings)))
        return tab("SKU 库存 到货 单价", row)

    blank = data.draw(st.sampled_from([None, *SPELLINGS]))
    base, ours, theirs = (side(blank) for _ in range(3))
    done = plan(base, ours, Theirs(theirs), RULES)
    assert (written(done), asked(done), done.appends) == ([], [], [])
