"""`--force`: which guards, which files, and the words that a message tells people to type."""

import shlex

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.errors import Error
from sync.plan import guards
from sync.plan.force import OF_FILES, OF_TABS, Force, force_words, parse_force

HELD = {"inbox/a/x.csv": "x.csv", "inbox/b/y.csv": "y.csv"}


def lifted(*words, held=HELD, code=guards.G_STALE):
    return parse_force(words).lifted(code, held)


def test_every_guard_that_says_how_it_is_lifted_can_be():
    said = {code.id for code in vars(guards).values() if "{lift}" in getattr(code, "todo_zh", "")}
    assert said == OF_FILES
    assert not OF_FILES & OF_TABS


def test_the_code_alone_serves_one_file():
    assert lifted("G-003", held={"inbox/a/x.csv": "x.csv"}) == {"inbox/a/x.csv"}
    assert lifted("G-003", held={}) == frozenset()
    with pytest.raises(Error, match="G-021") as caught:
        lifted("G-003")
    for label in HELD.values():
        assert f"--force G-003={label}" in caught.value.text()


def test_a_name_serves_that_file_alone():
    assert lifted("G-003=x.csv") == {"inbox/a/x.csv"}
    assert lifted("G-003=x.csv", "G-003=b/y.csv") == set(HELD)
    assert lifted("G-003=x.csv", "G-003") == set(HELD), "one is left for the code alone"
    assert lifted("G-001=x.csv") == frozenset(), "another guard's"
    with pytest.raises(Error, match="G-022") as caught:
        lifted("G-003=z.csv")
    assert "--force G-003=x.csv" in caught.value.text()


@pytest.mark.parametrize(
    "name", ["inbox/a/x.csv", "a/x.csv", "./a/x.csv", "a\\x.csv", "/home/me/inbox/a/x.csv", "x.csv"]
)
def test_a_file_is_named_by_any_end_of_its_path(name):
    assert lifted(f"G-003={name}") == {"inbox/a/x.csv"}


def test_a_name_that_fits_two_files_is_asked_back():
    twins = {"inbox/a/x.csv": "inbox/a/x.csv", "inbox/b/x.csv": "inbox/b/x.csv"}
    with pytest.raises(Error, match="G-021"):
        lifted("G-003=x.csv", held=twins)
    assert lifted("G-003=b/x.csv", held=twins) == {"inbox/b/x.csv"}


@pytest.mark.parametrize("word", ["G-005", "G-012", "G-006=库存数据", "X-001", "", "=x.csv"])
def test_what_can_not_be_lifted(word):
    with pytest.raises(Error, match="C-010"):
        parse_force([word])


def test_codes_of_tabs_stand_alone():
    assert parse_force(["G-006", "G-003"]) == Force(frozenset({"G-006", "G-003"}))


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("仓库库存明细-20260427.csv", "--force G-003=仓库库存明细-20260427.csv"),
        ("FBA库存明细 筛选 20260427.xlsx", '--force "G-003=FBA库存明细 筛选 20260427.xlsx"'),
        ("产品表现（2026-03-30~2026-04-19）.xlsx", '--force "G-003=产品表现（2026-03-30~2026-04-19）.xlsx"'),
        ("a $HOME.csv", "--force 'G-003=a $HOME.csv'"),
    ],
)
def test_the_words_to_type(label, words):
    assert force_words(guards.G_STALE, label) == words


@given(label=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20))
@settings(deadline=None)
def test_a_shell_hands_the_words_over_as_they_are(label):
    assert shlex.split(force_words(guards.G_STALE, label)) == ["--force", f"G-003={label}"]
