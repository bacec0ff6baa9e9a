"""在途: what a computed cell's explanation tells."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rules.policy.loader import packaged
from rules.policy.meanings import Meanings
from sheets_schema.sheets.transit import unknown_state, why_days
from sync.ingest.meanings import meanings_of

DISPATCHED, TODAY = date(2026, 4, 1), date(2026, 4, 27)


@dataclass
class Today:
    as_of: date = TODAY
    rules: Any = field(default_factory=lambda: packaged().rules)
    meanings: Meanings = field(default_factory=lambda: meanings_of(None))


class Row(dict):
    def day(self, title, _row):
        return self.get(title)

    number = text = day


def test_the_days_in_transit_are_told_with_both_days():
    answer = why_days(Row({"发货日": DISPATCHED, "状态": "运输中", "货件状态": "运输中"}), 0, Today())
    assert answer.value == 26
    assert [(part.zh, part.value) for part in answer.parts] == [("从发货日", DISPATCHED), ("到数据截至", TODAY)]
    assert why_days(Row({"状态": "运输中"}), 0, Today()) is None


def test_a_state_that_nobody_knows_is_named_once_the_shipment_left():
    assert unknown_state(Row({"发货日": DISPATCHED, "状态": "外星"}), 0, Today()) == "外星"
    assert unknown_state(Row({"发货日": DISPATCHED}), 0, Today()) == "∅"
    assert unknown_state(Row({"状态": "外星"}), 0, Today()) is None
