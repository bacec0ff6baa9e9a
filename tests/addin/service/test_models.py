"""Whatever JSON arrives is understood or refused with a place."""

import json
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from addin.functions.batch import evaluate_batch
from addin.service import models
from rules.errors import Error
from rules.policy.loader import packaged
from sheets_schema.cells import CellError
from sheets_schema.grid.edits import ArrayFormula, Formula

words = st.sampled_from(
    ["calls", "function", "args", "today", "tabs", "selection", "tab", "cells", "answers", "file", "date", "error",
     "formula", "value", "array", "LEADTIME", "SKU", "A1:B2", "2025-04-03", "S"]
)  # fmt: skip
scalar = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), words, st.text(max_size=5))
anything = st.recursive(
    scalar,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(words, inner, max_size=4)),
    max_leaves=20,
)
call = st.fixed_dictionaries({"function": words}, optional={"args": st.lists(anything, max_size=4)})


def understood(read, document):
    """What was read; None where it was refused in good form."""
    refused = None
    try:
        return read(json.dumps(document).encode())
    except Error as error:
        refused = error
    assert refused.code.id in ("V-010", "V-004")
    assert refused.message("zh")
    return None


@given(st.one_of(anything, st.fixed_dictionaries({"calls": st.lists(call, max_size=4)})))
def test_a_batch_is_answered_or_refused(document):
    asked = understood(models.batch, document)
    if asked is None:
        return
    calls = [call for call in asked.calls if not any(isinstance(cell, (CellError, Formula)) for cell in call[1])]
    evaluate_batch(calls, packaged().rules, date(2025, 4, 3))


@given(
    st.one_of(
        anything,
        st.fixed_dictionaries({"tabs": st.dictionaries(words, st.lists(st.lists(anything, max_size=3), max_size=3))}),
    )
)
def test_a_document_is_understood_or_refused(document):
    asked = understood(models.work, document)
    for tab in asked.store.tabs() if asked else ():
        asked.store.read(tab)


def test_every_kind_of_cell():
    cells = {
        '{"date":"2025-04-03T14:00"}': datetime(2025, 4, 3, 14),
        '{"date":"2025年4月3日"}': date(2025, 4, 3),
        '{"error":"#N/A"}': CellError("#N/A"),
        '{"formula":"=A1*2"}': Formula("A1*2"),
        '{"formula":"A1","value":3}': Formula("A1"),
        '{"formula":"A1","array":"B2:B4"}': ArrayFormula("A1", "B2:B4"),
        "12345678901234567890": 12345678901234567890.0,
    }
    for written, meant in cells.items():
        found = models.cell(json.loads(written))
        assert found == meant
        assert isinstance(found, type(meant))
    for wrong in ('{"formula":1}', '{"formula":"A","value":[]}', '{"formula":"A","array":"?"}', '{"a":"b"}', "[]"):
        with pytest.raises(Error):
            models.cell(json.loads(wrong))
