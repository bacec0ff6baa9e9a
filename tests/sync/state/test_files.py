"""What is kept of superseded files, and where files lay."""

from datetime import datetime, timedelta

import pytest

from sync.ingest.as_of import DataTime, Source, Standing
from sync.state.files import FileState, KnownFile, Place

DAY = datetime(2026, 4, 20)


def known(name, days, *pairs, state=FileState.SUPERSEDED):
    moment = DAY + timedelta(days=days)
    scope = tuple((pair,) for pair in pairs)
    return KnownFile(
        name, "", "FBA库存明细", f"{name}.csv", scope, DataTime(moment, Source.NAME), Standing(moment), 1, state
    )


@pytest.fixture
def state(place):
    with place.open() as opened, opened.begin():
        yield opened


def test_the_newest_words_of_each_pair_are_kept(state):
    for file in (known("old", 0, "CA"), known("both", 1, "CA", "MX"), known("new", 2, "CA"), known("none", 3)):
        state.files.put(file, b"rows")
    state.files.put(known("used", -9, "CA", state=FileState.USED), b"rows")
    state.files.keep_superseded(1)
    assert {file.sha for file in state.files.all() if file.kept} == {"new", "both", "used"}, "both is MX's newest"


def test_a_file_is_put_in_place_of_what_was_known(state):
    state.files.put(known("a", 0, "CA", state=FileState.USED), b"rows")
    state.files.put(known("a", 7, "CA", "MX"))
    (file,) = state.files.all()
    assert (file.state, file.scope, file.kept) == (FileState.SUPERSEDED, (("CA",), ("MX",)), True)
    assert file.standing.rank == DAY + timedelta(days=7)
    assert state.files.blob(file) == b"rows"


def test_places_follow_the_files(state):
    one, other = Place("inbox/a.csv", "1", 1.0, mark="1 2 3"), Place("inbox/b.csv", "2", 2.0, stale=True)
    state.places.replace([one, other])
    assert state.places.all() == {"inbox/a.csv": one, "inbox/b.csv": other}
    moved = Place("inbox/a.csv", "1", 3.0)
    state.places.replace([moved])
    assert state.places.all() == {"inbox/a.csv": moved}
