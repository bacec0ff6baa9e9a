"""Reports that are known and not read: each by enough words of its own."""

import pytest

from sheets_schema.exports.unread import UNREAD


@pytest.mark.parametrize("item", UNREAD, ids=lambda item: item.name.en)
def test_its_words_are_the_titles_as_written_none_of_them_blank(item):
    assert len(item.words) >= item.needs
    assert "" not in item.words
    written = [title.strip() for title in item.titles.replace("\n", "|").split("|")]
    assert len(item.words) == len({title.casefold() for title in written if title})
