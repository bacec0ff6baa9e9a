"""A cell holds up to 32,767 characters: no function searches them again and again, none repeats them in a message."""

import time
from datetime import date

import pytest

from addin.functions.batch import evaluate_batch
from addin.functions.evaluate import evaluate
from addin.functions.explain import explanation
from addin.registry.catalogue import ENTRIES
from addin.registry.entry import Kind
from rules.policy.loader import packaged

POLICY = packaged().rules
DAY = date(2025, 4, 3)
LONGEST = 32_767
GOOD = {
    Kind.DATE: "2025-04-03",
    Kind.MOMENT: "2025-04-03",
    Kind.NUMBER: 3,
    Kind.INTEGER: 3,
    Kind.TIME: "14:00",
    Kind.YES_NO: "YES",
    Kind.RANGE: [[1]],
}
TEXTS = {
    "site": "CA", "brand": "HIFILUZ", "product": "车机", "lane": "快线", "channel": "快线", "segment": "平台仓",
    "mode": "海运", "calendar": "CN", "month_or_day": "2025-03", "label_state": "已贴", "report": "日报", "fc": "MEX6",
    "shipment": "FBA18SHTRFPP", "reference": "5YDIA35G", "category": "车机", "which": "max", "language": "en",
    "old_fnsku": "X001ABC2DE", "new_asin": "B0ABCDE123",
}  # fmt: skip
PIECES = ["1", "长", "a-", " ", "的店", "1年"]


def cells(entry, place, piece):
    """A good call with one cell that is full of a piece."""
    good = [GOOD.get(arg.kind, TEXTS.get(arg.name, "x")) for arg in entry.args]
    good[place] = (piece * LONGEST)[:LONGEST]
    return good


FULL = [
    (entry, place)
    for entry in ENTRIES
    for place, arg in enumerate(entry.args)
    if entry.rule and arg.kind is not Kind.RANGE
]


@pytest.mark.parametrize("entry", dict.fromkeys(entry for entry, _ in FULL), ids=lambda entry: entry.name)
def test_a_full_cell_takes_no_time(entry):
    for place in [place for one, place in FULL if one is entry]:
        arg = entry.args[place]
        for piece in PIECES:
            begun = time.process_time()
            (outcome,) = evaluate_batch([(entry.name, cells(entry, place, piece))], POLICY, DAY)
            assert time.process_time() - begun < 2, (arg.name, piece)
            if outcome.fault:
                assert len(outcome.fault.message()) < 1000, (arg.name, piece)


def test_an_explanation_quotes_the_beginning_of_a_full_cell():
    result = evaluate(f'=SKU("HIFILUZ","{"长" * 5000}","{"粘" * 5000}款",,"CA")', POLICY, DAY)
    told = explanation(result)
    for mark in told["marks"]:
        assert len(mark["reason"]) < 400
    for part in told["calls"][0]["parts"]:
        assert len(part["name"]) < 120
