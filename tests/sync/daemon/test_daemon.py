"""The service's decisions, with a clock that a test moves: what makes a round, when, and what follows it."""

from datetime import timedelta
from itertools import pairwise

import pytest

from rules.errors import Busy, Refused
from sync.daemon import daemon as service
from sync.daemon import turns
from sync.daemon.stopping import ask_to_stop, is_asked
from sync.daemon.world import BookEnd
from sync.plan.guards import G_CHANGES
from sync.state.database import State
from sync.state.due import Due
from sync.state.faults import T_LOCKED
from tests.sync.daemon.world import START, Company

MINUTE = 60.0


@pytest.fixture
def company(tmp_path):
    made = Company(tmp_path)
    yield made
    made.state.close()


def minutes(company):
    return [(round(since / timedelta(minutes=1)), books) for since, books in company.rounds.seen]


def test_every_workbook_is_looked_at_once_at_the_start_and_then_by_its_interval(company):
    company.begin()
    company.run(40 * MINUTE)
    first, *later = company.rounds.seen
    assert first == (timedelta(0), ("a", "b"))
    for name in "ab":
        moments = [since for since, books in later if name in books]
        assert len(moments) == 2
        assert timedelta(minutes=15) <= moments[0] <= timedelta(minutes=16.6)
        assert timedelta(minutes=15) <= moments[1] - moments[0] <= timedelta(minutes=16.6)


def test_a_new_export_makes_a_round_within_seconds_once_it_stopped_growing(company):
    company.begin()
    company.run(10)
    for size in range(1, 6):  # still being copied
        company.drop("new.xlsx", b"x" * size)
        company.run(1)
    assert len(company.rounds.made) == 1
    grown = company.clock.wall
    company.run(10)
    assert len(company.rounds.made) == 2
    moment, books, _ = company.rounds.made[1]
    assert (books, moment - grown <= timedelta(seconds=3)) == (("a", "b"), True)
    assert company.told("noticed")[0]["files"] == [str(company.folder / "inbox" / "new.xlsx")]
    company.drop("~$new.xlsx")
    company.drop(".partial")
    company.run(10)
    assert len(company.rounds.made) == 2, "office programs' owner files and hidden ones are none"


def test_a_persons_save_makes_a_round_of_that_workbook_only_and_our_own_write_makes_none(company):
    company.begin()
    company.run(10)
    company.save("b", b"typed")
    company.run(10)
    assert [books for _, books in company.rounds.seen] == [("a", "b"), ("b",)]
    company.rounds.takes = 3.0
    company.rounds.ends["a"] = BookEnd("COMMITTED", writes=1)
    company.save("a", b"typed, too")
    company.run(5)
    company.save("a", b"written by the round")
    company.run(30)
    assert [books for _, books in company.rounds.seen] == [("a", "b"), ("b",), ("a",)]


def test_what_somebody_saves_while_a_round_runs_is_seen(company):
    company.begin()
    company.run(10)
    company.rounds.takes = 5.0
    company.save("a", b"typed")
    company.run(5)
    company.save("a", b"typed again")
    company.run(30)
    assert [books for _, books in company.rounds.seen] == [("a", "b"), ("a",), ("a",)]


def test_what_comes_while_a_round_runs_makes_another(company):
    company.rounds.takes = 10.0
    company.begin()
    company.run(3)
    company.drop("new.xlsx")
    company.run(4)
    assert company.told("noticed")
    company.run(10)
    assert [books for _, books in company.rounds.seen] == [("a", "b"), ("a", "b")]
    company.run(60)
    assert len(company.rounds.made) == 2


def test_a_workbook_that_moved_is_watched_where_it_is(company):
    company.begin()
    company.run(10)
    moved = company.folder / "books" / "elsewhere.xlsx"
    (company.folder / "books" / "a.xlsx").rename(moved)
    company.configure(paths={"a": "books/elsewhere.xlsx"})
    company.run(10)
    moved.write_bytes(b"typed there")
    before = len(company.rounds.made)
    company.run(10)
    assert [books for _, books in company.rounds.seen[before:]] == [("a",)]


def test_what_is_open_elsewhere_is_tried_again_ever_later_and_delays_nobody(company):
    company.rounds.ends["a"] = BookEnd("HELD", held=("X-202",), busy=True)
    company.begin()
    company.run(200)
    tries = [round(since.total_seconds()) for since, books in company.rounds.seen if "a" in books]
    gaps = [after - before for before, after in pairwise(tries)]
    assert [round(gap / 15) for gap in gaps] == [1, 2, 4]
    assert sum("b" in books for _, books in company.rounds.seen) == 1
    assert not company.told("alert"), "somebody works in it"
    company.run(70 * MINUTE)
    (alert,) = company.told("alert")
    assert (alert["workbook"], alert["busy"]) == ("a", True)
    company.rounds.ends.clear()
    company.run(20 * MINUTE)
    assert company.state.agenda.all()["a"].failures == 0
    assert [facts["workbook"] for facts in company.told("recovered")] == ["a"]


def test_the_second_failure_alerts_once_and_the_end_of_it_is_told(company):
    company.rounds.ends["a"] = BookEnd("HELD", held=("X-090",), failed=True)
    company.begin()
    company.run(10)
    assert not company.told("alert")
    company.run(10)
    company.daemon = company.service()  # started anew
    company.begin()
    company.run(40 * MINUTE)
    assert [(facts["workbook"], facts["held"]) for facts in company.told("alert")] == [("a", ["X-090"])]
    company.rounds.ends.clear()
    company.run(20 * MINUTE)
    assert [facts["workbook"] for facts in company.told("recovered")] == ["a"]
    company.rounds.ends["a"] = BookEnd("HELD", held=("X-090",), failed=True)
    company.run(40 * MINUTE)
    assert len(company.told("alert")) == 2


@pytest.mark.parametrize("owner", ["~$a.xlsx", ".~lock.a.xlsx#"])
def test_a_workbook_that_is_closed_is_looked_at_at_once(company, owner):
    company.begin()
    company.run(10)
    company.rounds.ends["a"] = BookEnd("HELD", held=("X-202",), busy=True)
    lock = company.folder / "books" / owner
    lock.write_bytes(b"somebody")
    company.run(20)
    assert len(company.rounds.made) == 1, "opening it is no news"
    company.drop("new.xlsx")
    company.run(10 * MINUTE)
    company.rounds.ends.clear()
    lock.unlink()
    before = len(company.rounds.made)
    company.run(5)
    assert [books for _, books in company.rounds.seen[before:]] == [("a",)]
    assert company.state.agenda.all()["a"].failures == 0


def test_a_failure_never_waits_longer_than_a_quarter_of_an_hour(company):
    company.rounds.error = {"code": "X-090", "message": "gone"}
    company.begin()
    company.run(3 * 60 * MINUTE, step=2.0)
    moments = [since for since, books in company.rounds.seen if "a" in books]
    assert moments[-1] - moments[-2] <= timedelta(minutes=15.1)
    assert company.told("failed")[0]["error"]["code"] == "X-090"


def test_another_round_that_runs_is_waited_for(company):
    company.rounds.error, company.rounds.busy = {"code": "G-012", "message": "busy"}, True
    company.begin()
    company.run(5)
    company.rounds.error = None
    company.run(20)
    assert minutes(company)[1][1] == ("a", "b")
    assert company.rounds.seen[1][0] < timedelta(seconds=20)


def test_a_round_that_hangs_is_ended(company):
    company.rounds.takes = float("inf")
    company.begin()
    company.run(turns.LONGEST_ROUND + 5)
    (_, _, hung), *later = company.rounds.made
    assert hung.stopped
    assert company.told("failed")[0]["error"]["code"] == "D-002"
    assert not later
    company.rounds.takes = 1.0
    company.run(30)
    assert len(company.rounds.made) == 2


def test_quiet_hours(tmp_path):
    company = Company(tmp_path, ', schedule: {quiet: ["09:00-12:00"], workbooks: {b: {every_minutes: 60}}}')
    company.begin()
    company.drop("new.xlsx")
    company.run(4 * 60 * MINUTE, step=10.0)
    assert all(since >= timedelta(hours=3) for since, books in company.rounds.seen if "a" in books)
    assert company.rounds.seen[0] == (timedelta(0), ("b",)), "a workbook's own cadence has no quiet hours here"
    assert sum("a" in books for _, books in company.rounds.seen) == 4, "three hours' looks are one"
    company.state.close()


def test_what_was_due_while_nothing_ran_is_due_once(company):
    late, soon = START - timedelta(days=3), START + timedelta(minutes=5)
    with company.state.begin():
        company.state.agenda.put(Due("a", late))
        company.state.agenda.put(Due("b", soon))
        company.state.agenda.put(Due("of last year", late))
    company.begin()
    assert company.state.agenda.all().keys() == {"a", "b"}
    company.run(8 * MINUTE)
    assert minutes(company) == [(0, ("a",)), (5, ("b",))]
    assert company.state.agenda.all()["a"].last == START + timedelta(seconds=1)


@pytest.mark.parametrize("hours", [-5, 5])
def test_a_clock_that_jumps_makes_one_look_and_loses_none(company, hours):
    company.begin()
    company.run(MINUTE)
    company.clock.wall += timedelta(hours=hours)
    company.run(5)
    assert [facts["moved_seconds"] for facts in company.told("clock")] == [hours * 3600]
    assert len(company.rounds.made) == 2
    company.run(17 * MINUTE)
    assert len(company.rounds.made) >= 3
    assert len(company.told("clock")) == 1


def test_a_changed_configuration_counts_at_once(company):
    company.begin()
    company.run(10)
    company.configure(workbooks="a")
    company.run(10)
    assert [books for _, books in company.rounds.seen] == [("a", "b"), ("a",)]
    company.run(40 * MINUTE)
    assert all(books == ("a",) for _, books in company.rounds.seen[1:])
    assert company.told("config")[0]["problem"] is None


def test_the_heartbeat(company):
    assert company.state.agenda.last_beat() is None
    company.begin()
    company.run(MINUTE)
    beat = company.state.agenda.last_beat()
    assert (beat.since, company.clock.wall - beat.heartbeat <= timedelta(seconds=16)) == (START, True)


def test_until_idle_waits_for_what_is_under_way_and_a_second_service_is_refused(company):
    company.rounds.takes = 4.0
    with company.state.service(), pytest.raises(Busy, match="D-001"):
        company.daemon.run()
    company.drop("new.xlsx")
    company.daemon.run(until_idle=True)
    assert [books for _, books in company.rounds.seen] == [("a", "b")]
    assert [name for name, _ in company.events][-2:] == ["ended", "stopped"]


def test_an_end_gives_the_running_round_a_moment(company):
    company.rounds.takes = 8.0
    company.begin()
    company.run(2)
    company.daemon.stop()
    company.daemon._end()
    assert company.told("ended")
    assert not company.rounds.made[0][2].stopped
    company.rounds.takes = float("inf")
    company.drop("new.xlsx")
    company.run(6)
    before = company.clock.ticks
    company.daemon._end()
    assert company.rounds.made[1][2].stopped
    assert company.clock.ticks - before <= 16


def test_what_stands_in_the_way_is_said_once_and_tried_again(company, monkeypatch):
    wrong = {"is": None}
    real = company.state.begin

    def begin():
        if wrong["is"] is not None:
            raise wrong["is"]
        return real()

    monkeypatch.setattr(company.state, "begin", begin)
    company.begin()
    company.run(10)
    wrong["is"] = Busy(T_LOCKED, file="qlc.sqlite")
    for _ in range(40):
        company.daemon._live()
        company.clock.pass_(2)
    wrong["is"] = OSError("no such drive")
    for _ in range(40):
        company.daemon._live()
        company.clock.pass_(2)
    wrong["is"] = None
    for _ in range(10):
        company.daemon._live()
        company.clock.pass_(2)
    assert [facts["error"]["code"] for facts in company.told("trouble")] == ["T-002", "D-006"]
    assert len(company.told("healed")) == 1
    company.drop("new.xlsx")
    company.run(10)
    assert company.rounds.seen[-1][1] == ("a", "b")


def test_what_a_person_lets_through_is_not_kept_waiting_and_asked_once(company):
    company.begin()
    company.run(MINUTE)
    before = len(company.rounds.made)
    with State(company.folder / "state") as other, other.begin():
        error = Refused(G_CHANGES, tab="库存数据", owner="erp", found=9, total=10, expected=8)
        other.holds.replace("b", 1, "2026-04-27", [(error, "plan")])
        other.holds.approve(other.holds.of("b"), "someone", "2026-04-27T01:02")
    company.run(5)
    assert [books for _, books, _ in company.rounds.made[before:]] == [("b",)]
    assert company.told("approved") == [{"workbook": "b"}]
    company.run(5 * MINUTE)
    assert len(company.rounds.made) == before + 1, "as long as it waits it is no news"
    with State(company.folder / "state") as other, other.begin():
        other.holds.approve(other.holds.of("b"), "someone", "2026-04-27T01:09")
    company.run(5)
    assert len(company.rounds.made) == before + 2


def test_until_idle_ends_with_what_stands_in_the_way_for_long(company, monkeypatch):
    def locked():
        raise Busy(T_LOCKED, file="qlc.sqlite")

    monkeypatch.setattr(company.state, "begin", locked)
    with pytest.raises(Busy, match="T-002"):
        company.daemon.run(until_idle=True)
    assert company.clock.ticks <= service.GIVES_UP + 10
    assert company.rounds.made == []


def test_until_idle_waits_for_what_stands_in_the_way_for_a_moment(company, monkeypatch):
    real = company.state.begin

    def locked():
        if company.clock.ticks < service.GIVES_UP / 2:
            raise Busy(T_LOCKED, file="qlc.sqlite")
        return real()

    monkeypatch.setattr(company.state, "begin", locked)
    company.daemon.run(until_idle=True)
    assert [books for _, books in company.rounds.seen] == [("a", "b")]


def test_how_a_round_ended_is_kept_until_the_state_can_be_written(company, monkeypatch):
    company.rounds.ends["a"] = BookEnd("HELD", held=("X-090",), failed=True)
    company.begin()
    company.run(1)
    real = company.state.begin

    def locked():
        raise Busy(T_LOCKED, file="qlc.sqlite")

    monkeypatch.setattr(company.state, "begin", locked)
    for _ in range(6):
        company.daemon._live()
        company.clock.pass_(1)
    assert len(company.rounds.made) == 1, "it ended, and is not due again at once"
    assert company.daemon.snapshot.trouble == "T-002"
    monkeypatch.setattr(company.state, "begin", real)
    company.daemon._live()
    assert (company.state.agenda.all()["a"].failures, company.daemon.snapshot.trouble) == (1, None)


def test_a_file_beside_the_lock_asks_it_to_end(company):
    ask_to_stop(company.state.folder)  # somebody asked one that ended since
    waited = []

    def wait(seconds):
        company.clock.pass_(seconds)
        waited.append(seconds)
        if len(waited) == 5:
            ask_to_stop(company.state.folder)

    company.clock.wait = wait
    company.daemon.run()
    assert len(waited) >= 5
    assert [name for name, _ in company.events][-1] == "stopped"
    assert not is_asked(company.state.folder)


def test_asked_to_it_says_which_configuration_is_in_force(company):
    company.begin()
    company.run(10)
    company.daemon.reload()
    assert company.clock.woken
    company.run(5)
    assert [(facts["changed"], facts["problem"]) for facts in company.told("config")] == [(False, None)]
    assert len(company.rounds.made) == 1, "nothing changed, so nothing is looked at"


def test_the_figures(company):
    company.rounds.ends["a"] = BookEnd("HELD", held=("X-090",), failed=True)
    company.begin()
    company.run(3)
    seen = company.daemon.snapshot_now()
    assert (seen.rounds, seen.broken(), seen.is_healthy(company.clock.ticks)) == (1, [], True)
    assert seen.last_seconds == seen.seconds == 1.0
    company.run(30)
    seen = company.daemon.snapshot_now()
    assert (seen.broken(), seen.books["a"].failures, seen.books["b"].failures) == (["a"], seen.books["a"].failed, 0)
    assert not seen.is_healthy(company.clock.ticks)
    assert seen.books["a"].next == company.state.agenda.all()["a"].next
    company.rounds.takes = float("inf")
    company.drop("new.xlsx")
    company.run(10)
    seen = company.daemon.snapshot_now()
    assert (seen.running, seen.due) == (2, 2)
    company.configure(workbooks="b")
    company.run(3)
    assert company.daemon.snapshot_now().books.keys() == {"b"}


def test_with_workers_each_workbook_has_a_round_of_its_own(company):
    company.daemon = company.service(beside=True)
    company.rounds.takes = 30.0
    company.begin()
    company.run(5)
    assert [books for _, books in company.rounds.seen] == [("a",), ("b",)], "at once, and not again while they run"
    company.rounds.takes = 1.0
    company.run(2)
    company.rounds.takes = 5000.0
    company.save("a", b"two")
    company.run(10)
    assert [books for _, books in company.rounds.seen][2:] == [("a",)]
    company.save("b", b"two")
    company.run(1000)
    assert ("b",) in [books for _, books in company.rounds.seen][3:], "whatever becomes of the other"
    assert not [one for _, books, one in company.rounds.made if one.stopped], "their limits are the workers'"
