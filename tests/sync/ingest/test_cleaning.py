"""A column is cleaned as each of its texts is, however plain all of them look."""

import random
from dataclasses import replace

import pytest

from sheets_schema.exports import REPORTS
from sheets_schema.model import Type
from sync.ingest.cleaning import _cleaned

REPORT = replace(REPORTS["Listing"], blanks=("NaN", "none", "--"))
TEXTS = ["HI-1", "0012", "NaN", "None", "nan", "--", "'0012", "ＨＩ", " a ", "#N/A", "12", "", None, 3.0]


@pytest.mark.parametrize("kind", Type)
def test_a_column_of_any_texts_is_cleaned_text_by_text(kind):
    chance = random.Random(str(kind))
    for _ in range(200):
        column = chance.choices(chance.sample(TEXTS, 3), k=5)
        assert _cleaned(column, REPORT, kind) == [
            cell for text in column for cell in _cleaned([text, "?"], REPORT, kind)[:1]
        ]


def test_a_word_for_blank_is_blank_among_plain_texts():
    assert _cleaned(["HI-1", "none"], REPORT, Type.TEXT) == ["HI-1", None]
    assert _cleaned(["1", "NaN"], REPORT, Type.INTEGER) == ["1", "NaN"]
