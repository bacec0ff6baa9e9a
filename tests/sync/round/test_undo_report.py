"""What an undo's exit code says."""

import pytest

from rules.errors import Busy, Error, Refused
from sync.plan.guards import G_PREVIEW
from sync.round.undo import UndoReport

ERROR, REFUSED, BUSY = Error(G_PREVIEW, file="a"), Refused(G_PREVIEW, file="b"), Busy(G_PREVIEW, file="c")
KEPT = [{"cell": "A1"}]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"restored": 3}, 0),
        ({"removed": 1}, 0),
        ({"kept": KEPT}, 1),
        ({"restored": 1, "kept": KEPT}, 1),
        ({"restored": 1, "refused": [BUSY]}, 1),
        ({"removed": 1, "refused": [REFUSED]}, 1),
        ({"refused": [REFUSED]}, 3),
        ({"refused": [ERROR]}, 2),
        ({"refused": [ERROR, BUSY, REFUSED]}, 4),
        ({"refused": [REFUSED, ERROR], "kept": KEPT}, 3),
    ],
)
def test_the_worst_counts_where_nothing_was_written(facts, code):
    assert UndoReport(0, 1, **facts).exit_code == code
