"""Addresses as people and programs write them; what is none."""

import pytest

from sheets_schema.grid.address import parse_range


@pytest.mark.parametrize("text", ["A:B2", "A2:B", "#REF!", "A1:#REF!", "1:B", ":", ""])
def test_half_a_range_is_none(text):
    assert parse_range(text) is None
