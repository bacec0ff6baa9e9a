"""FBA货件: how many boxes a packing list names."""

import pytest

from sheets_schema.exports.shipments import boxes

A, B, C = ("F1", "M1"), ("F1", "M2"), ("F2", "M1")


def counted(rows, **columns):
    packing = {"shipment": [key[0] for key in rows], "msku": [key[1] for key in rows], **columns}
    return boxes(packing, [A, B, C])


@pytest.mark.parametrize(
    ("rows", "columns", "found"),
    [
        ([A, A, B], {"box": ["1", "2", "2"]}, [2.0, 1.0, None]),
        ([A, A, A], {"box": ["1", "1", None]}, [1.0, None, None]),
        ([A, B], {}, [None, None, None]),
        ([A, A, C], {"box_count": [2.0, 3.0, 0.0]}, [5.0, None, 0.0]),
        ([A, B], {"box_count": [2.0, None], "box": ["1", "1"]}, [2.0, None, None]),
        ([A, A], {"box": [None, None]}, [None, None, None]),
    ],
)
def test_boxes_are_stated_or_counted_by_their_ids(rows, columns, found):
    assert counted(rows, **columns) == found
