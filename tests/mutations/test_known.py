"""What is known to survive is there still, and says why."""

from tests.mutations.__main__ import known_reasons, sample, summary
from tests.mutations.changes import changes
from tests.mutations.kept import keep, kept, key_of, today
from tests.mutations.tree import ROOT
from tests.mutations.trial import Fate, Verdict


def test_every_known_survivor_is_a_change_with_a_reason():
    reasons = known_reasons()
    places = {place for place, *_ in reasons}
    there = {key_of(change) for place in places for change in changes(place, (ROOT / place).read_text("utf-8"))}
    assert reasons.keys() <= there
    assert all(reasons.values())


def test_a_seed_makes_one_sample_spread_over_rooms_and_kinds():
    rooms = ("sheets_schema/outlines", "sheets_schema")
    first = sample(20, 1, rooms)
    assert first == sample(20, 1, rooms) != sample(20, 2, rooms)
    assert sum(change.place.startswith("sheets_schema/outlines/") for change in first[:10]) == 10
    assert len({change.kind for change in first[10:]}) == 9


def test_verdicts_are_kept_and_their_changes_found_where_lines_have_moved(tmp_path):
    old = "def is_late(day, limit):\n    return day > limit\n"
    verdicts = [Verdict(change, Fate.SURVIVED, "", 3) for change in changes("late.py", old)]
    for verdict in verdicts:
        keep(tmp_path, verdict)
    assert kept(tmp_path) == verdicts
    (tmp_path / "late.py").write_text(f"X = 7\n\n\n{old}")
    moved = [today(verdict.change, tmp_path) for verdict in verdicts]
    assert [(key_of(now), now.line) for now in moved] == [
        (key_of(item.change), item.change.line + 3) for item in verdicts
    ]
    (tmp_path / "late.py").write_text(old.replace(">", "<"))
    assert [today(verdict.change, tmp_path) for verdict in verdicts] == [None] * len(verdicts)
    (tmp_path / "late.py").unlink()
    assert [today(verdict.change, tmp_path) for verdict in verdicts] == [None] * len(verdicts)


def test_what_is_known_to_make_no_difference_counts_for_nothing(capsys):
    place, where, before, after = next(iter(known_reasons()))
    known = next(
        change
        for change in changes(place, (ROOT / place).read_text("utf-8"))
        if key_of(change) == (place, where, before, after)
    )
    other = changes("late.py", "A = 5\n")
    killed, survived = (Verdict(other[0], fate, "", 1) for fate in (Fate.KILLED, Fate.SURVIVED))
    gone = Verdict(other[0], Fate.GONE, "", 0)
    assert summary([Verdict(known, Fate.SURVIVED, "", 1), killed, gone]) == 0
    assert "| all | 1 | 1 | 100.0 |" in capsys.readouterr().out
    assert summary([killed] * 5 + [survived]) == 1
    assert "NOT EXPLAINED" in capsys.readouterr().out
