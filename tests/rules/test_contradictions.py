"""A contradiction names the lines that it stands in, the same in both languages."""

import re

import pytest

from rules import contradictions
from rules.contradictions import Contradiction
from rules.policy import sop

ALL = {name: item for name, item in vars(contradictions).items() if isinstance(item, Contradiction)}


def named(text):
    """The lines that a text names; of a range the first and the last."""
    return {int(number) for found in re.findall(r"L(\d+)(?:–(\d+))?", text) for number in found if number}


@pytest.mark.parametrize("item", ALL.values(), ids=ALL)
def test_what_is_said_names_the_lines(item):
    assert named(item.zh) == named(item.en)
    assert named(item.zh)
    assert named(item.zh) <= set(item.lines)
    assert list(item.lines) == sorted(set(item.lines))
    assert len({sop.line(line) for line in item.lines}) == len(item.lines), "the same words twice"
