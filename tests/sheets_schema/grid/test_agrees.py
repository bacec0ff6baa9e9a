"""Whether a cell still means what somebody expected of it."""

from datetime import date, datetime

import pytest

from sheets_schema.cells import CellError
from sheets_schema.grid.agrees import agrees


@pytest.mark.parametrize(
    ("found", "expected", "same"),
    [
        (None, None, True),
        ("", None, True),
        ("\u3000", "", True),
        (0, None, False),
        (None, 0, False),
        ("1,200", 1200, True),
        (1200.0, "1200", True),
        (1, "1", True),
        ("是", True, True),
        (1, True, True),
        (2, True, False),
        (45750, date(2025, 4, 3), True),
        ("2025年4月3日", date(2025, 4, 3), True),
        (45750.5, datetime(2025, 4, 3, 12), True),
        (45750, date(2025, 4, 4), False),
        ("Ａ", "A", True),
        ("A", "a", False),
        (CellError("#N/A"), CellError("#N/A"), True),
        (CellError("#N/A"), CellError("#REF!"), False),
        (CellError("#N/A"), "#N/A", False),
        ("#N/A", CellError("#N/A"), False),
        (CellError("#N/A"), 5, False),
        (5, CellError("#N/A"), False),
        (CellError("#N/A"), date(2025, 4, 3), False),
        (CellError("#N/A"), True, False),
    ],
)
def test_agrees(found, expected, same):
    assert agrees(found, expected) is same
