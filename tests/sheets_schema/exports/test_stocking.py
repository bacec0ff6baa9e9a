"""Stocking orders: what their remarks name."""

import pytest

from sheets_schema.exports.stocking import notes_in, where
from sync.ingest.meanings import meanings_of


def test_notes_in_remarks():
    found = notes_in("FBA18SHTRFPP-MEX6-5YDIA35G;FBA19ABCDEFG / FBA中转")
    assert [(note.shipment, note.warehouse, note.reference) for note in found] == [
        ("FBA18SHTRFPP", "MEX6", "5YDIA35G"),
        ("FBA19ABCDEFG", None, None),
    ]


@pytest.mark.parametrize(
    ("line", "there", "back"),
    [
        ({"quantity": 10}, None, None),
        ({"quantity": 10, "received": 4}, None, None),
        ({"quantity": 10, "shipped": 8}, None, None),
        ({"quantity": 10, "shipped": 8, "received": 3}, 5.0, 3.0),
        ({"quantity": 10, "shipped": 8, "received": 9}, 0.0, 9.0),
    ],
)
def test_without_a_state_the_pieces_say_it_if_both_are_there(line, there, back):
    cells = {
        name: [None if line.get(name) is None else float(line[name])] for name in ("quantity", "shipped", "received")
    }
    found = where({**cells, "remark": [None]}, meanings_of(None))
    assert (found["overseas_transit"], found["overseas_arrived"]) == ([there], [back])
