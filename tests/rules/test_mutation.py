"""The cases bite: whichever number under `rules:` is changed, at least one case fails."""

import pytest

from tests.rules.mutation import survivors

pytestmark = pytest.mark.proof


def test_no_number_can_be_wrong_unnoticed():
    tried, left = survivors()
    assert tried > 100
    assert not left, "\n".join(map(str, left))
