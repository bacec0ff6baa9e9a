"""Folders that hang, folders that come back, conflict copies: with eyes that a test opens and shuts."""

from datetime import timedelta
from hashlib import sha256

import pytest

from sync.daemon import places, silence
from sync.daemon.turns import CUT_OFF
from sync.daemon.world import BookEnd, EyesHere
from tests.sync.daemon.world import Company


class Lids:
    """Eyes that see what lies there until a test shuts one: then its folder answers no more."""

    def __init__(self, clock):
        self.here, self.clock, self.shut = EyesHere(clock), clock, {}

    def open(self, folder, look, *, deep):
        return Lid(self, folder, self.here.open(folder, look, deep=deep))


class Lid:
    def __init__(self, lids, folder, eye):
        self.lids, self.folder, self.eye, self.last = lids, folder, eye, None

    def seen(self):
        if self.folder not in self.lids.shut:
            self.last = self.eye.seen()
        return self.last

    def waits(self):
        return self.lids.clock.ticks - self.lids.shut.get(self.folder, self.lids.clock.ticks)

    def close(self):
        pass


@pytest.fixture
def company(tmp_path):
    (tmp_path / "far").mkdir()
    (tmp_path / "far" / "b.xlsx").write_bytes(b"one")
    made = Company(tmp_path, paths={"b": "far/b.xlsx"})
    made.eyes = Lids(made.clock)
    made.daemon = made.service(eyes=made.eyes)
    yield made
    made.state.close()


def test_a_folder_that_hangs_holds_up_no_other_and_is_said_in_words(company):
    far = company.folder / "far"
    company.begin()
    company.run(10)
    company.eyes.shut[far] = company.clock.ticks
    company.run(places.SILENT + 5)
    assert [facts["folders"] for facts in company.told("silent")] == [[str(far)]]
    beat = company.state.agenda.last_beat()
    assert beat.sees["silent"] == [str(far)]
    assert company.clock.wall - beat.heartbeat <= timedelta(seconds=16)
    assert company.daemon.snapshot_now().silent == (str(far),)
    company.drop("new.xlsx")
    before = len(company.rounds.made)
    company.run(10)
    assert [books for _, books in company.rounds.seen[before:]] == [("a",)], "b waits for its folder"
    assert not company.told("silent_alert")
    company.run(silence.TOLD_AFTER)
    assert len(company.told("silent_alert")) == 1
    del company.eyes.shut[far]
    before = len(company.rounds.made)
    company.run(5)
    assert ("b",) in [books for _, books in company.rounds.seen[before:]], "what waited runs at once"
    assert [facts["folders"] for facts in company.told("answers")] == [[str(far)]]
    assert company.state.agenda.last_beat().sees["silent"] == []


def test_a_round_that_a_folder_holds_up_is_cut_off_and_the_others_run_again(company):
    company.rounds.takes = float("inf")
    company.begin()
    company.run(2)
    company.eyes.shut[company.folder / "far"] = company.clock.ticks
    company.run(CUT_OFF - 5)
    assert not company.rounds.made[0][2].stopped
    company.run(7)
    assert company.rounds.made[0][2].stopped
    assert company.told("failed")[0]["error"]["code"] == "D-020"
    assert [books for _, books in company.rounds.seen][1:] == [("a",)]
    company.rounds.takes = 1.0
    company.run(10)
    agenda = company.state.agenda.all()
    assert (agenda["a"].failures, agenda["b"].failures) == (0, 1)
    assert agenda["b"].said["held"] == ["D-020"]


def test_an_inbox_that_hangs_is_nobodys_news_and_the_other_inbox_goes_on(tmp_path):
    (tmp_path / "other").mkdir()
    company = Company(tmp_path, inbox="[{path: inbox}, {path: other}]")
    company.eyes = Lids(company.clock)
    company.daemon = company.service(eyes=company.eyes)
    company.begin()
    company.run(10)
    company.eyes.shut[tmp_path / "inbox"] = company.clock.ticks
    company.drop("unseen.xlsx")
    (tmp_path / "other" / "seen.xlsx").write_bytes(b"1")
    company.run(30)
    assert [facts["files"] for facts in company.told("noticed")] == [[str(tmp_path / "other" / "seen.xlsx")]]
    del company.eyes.shut[tmp_path / "inbox"]
    company.run(10)
    assert company.told("noticed")[1]["files"] == [str(tmp_path / "inbox" / "unseen.xlsx")]
    company.state.close()


def test_conflict_copies_are_named_once_and_make_no_round(company):
    company.begin()
    company.run(10)
    before = len(company.rounds.made)
    copy = company.folder / "books" / "a-DESKTOP-7A3K2LM.xlsx"
    copy.write_bytes(b"theirs")
    (company.folder / "books" / "elsewhere.xlsx").write_bytes(b"no copy of anything")
    company.run(30)
    assert [facts["files"] for facts in company.told("copies")] == [{str(copy): "a.xlsx"}]
    assert len(company.rounds.made) == before
    assert company.state.agenda.last_beat().sees["copies"] == {str(copy): "a.xlsx"}
    copy.unlink()
    company.run(5)
    assert company.state.agenda.last_beat().sees["copies"] == {}


def test_a_save_between_a_rounds_write_and_its_end_makes_another_round(company):
    company.begin()
    company.run(10)
    company.rounds.takes = 5.0
    ours = sha256(b"written by the round").hexdigest()
    company.rounds.ends["a"] = BookEnd("COMMITTED", writes=1, left=ours)
    company.save("a", b"typed")
    company.run(5)
    company.save("a", b"written by the round")
    company.run(30)
    assert [books for _, books in company.rounds.seen] == [("a", "b"), ("a",)]
    company.save("a", b"typed more")
    company.run(5)
    company.save("a", b"written by the round")
    company.run(1)
    company.save("a", b"a person's save over it")
    company.run(3)
    assert len(company.told("ended")) == 3
    company.rounds.ends["a"] = BookEnd("COMMITTED", left=sha256(b"a person's save over it").hexdigest())
    company.run(60)
    assert [books for _, books in company.rounds.seen][2:] == [("a",), ("a",)]
