"""Which columns of a tab that nobody knows can be judged."""

from types import SimpleNamespace

import pytest

from addin.commands.columns import Columns
from rules.policy.loader import packaged
from sheets_schema.model import Column, Owner, Type
from tests.addin.commands.desk import TODAY

PLACES = {"A": 0}


def judged(**facts):
    column = Column("备注", facts.pop("type", Type.TEXT), Owner.PEOPLE, **facts)
    table = SimpleNamespace(
        known=SimpleNamespace(columns=(column,), name="", outline=None),
        place=PLACES.get,
        lines=[SimpleNamespace(at=lambda _: "1")],
    )
    return Columns(table, packaged().rules, TODAY).checked_titles == {"备注"}


@pytest.mark.parametrize(
    ("facts", "can"),
    [
        ({}, False),
        ({"type": Type.NUMBER}, True),
        ({"choices": ("是", "否")}, True),
        ({"needed": "A=1"}, True),
        ({"needed": "B=1"}, False),
        ({"never": "A=1"}, True),
        ({"needed": "A=1", "never": "B=1"}, True),
        ({"needed": "B=1", "never": "A=1"}, True),
        ({"needed": "B=1", "never": "C=1"}, False),
    ],
)
def test_a_text_can_be_judged_by_a_condition_whose_columns_are_there(facts, can):
    assert judged(**facts) is can
