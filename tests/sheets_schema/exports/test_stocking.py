"""Stocking orders: what their remarks name."""

from sheets_schema.exports.stocking import notes_in


def test_notes_in_remarks():
    found = notes_in("FBA18SHTRFPP-MEX6-5YDIA35G;FBA19ABCDEFG / FBA中转")
    assert [(note.shipment, note.warehouse, note.reference) for note in found] == [
        ("FBA18SHTRFPP", "MEX6", "5YDIA35G"),
        ("FBA19ABCDEFG", None, None),
    ]
