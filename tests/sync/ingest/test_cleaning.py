"""A column is cleaned as each of its texts is, however plain all of them look."""

import random
from dataclasses import replace

import pytest

from sheets_schema.exports import REPORTS
from sheets_schema.model import Type
from sync.ingest.cleaning import _cleaned, _unmerged
from sync.ingest.raw import RawTab

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


def test_a_text_that_is_merged_downwards_stands_in_each_row_and_a_number_once():
    report = REPORTS["采购单"]
    text = next(field.name for field in report.fields if field.type is Type.TEXT)
    number = next(field.name for field in report.fields if field.type in (Type.INTEGER, Type.NUMBER))
    rows = [["PO1", 7.0, "a"], [None, None, "b"], ["PO2", 8.0, "c"], [None, None, "d"]]
    tab = RawTab("S", merged=[(2, 0, 3, 0), (2, 1, 3, 1), (4, 0, 4, 2), (4, 0, 1048576, 0)])
    found = _unmerged(tab, rows, [2, 3, 4, 5], {0: text, 1: number, 2: text}, report)
    assert found == [["PO1", 7.0, "a"], ["PO1", None, "b"], ["PO2", 8.0, "c"], ["PO2", None, "d"]]
    assert rows[1][0] is None, "what was read stays as it is"
