"""采购单: what is still to come, from the columns that a file has."""

from rules.policy.loader import packaged
from rules.policy.meanings import Meanings
from sheets_schema.exports.purchase import outstanding

MEANINGS = Meanings(usual_statuses=packaged().site.statuses)


def test_two_columns_are_enough_and_one_is_not():
    assert outstanding({"ordered": [5.0], "received": [2.0]}, MEANINGS) == {"outstanding": [3.0]}
    assert outstanding({"undelivered": [4.0]}, MEANINGS) == {"outstanding": [4.0]}
    assert outstanding({"ordered": [5.0]}, MEANINGS) == {}
