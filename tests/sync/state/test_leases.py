"""Leases: one runner per workbook, and who lost it writes nothing more. On SQLite and on PostgreSQL."""

import pytest
from sqlalchemy import select, update

from rules.errors import Busy
from sync.state.database import now
from sync.state.leases import LIVES, Heartbeat, Lease
from sync.state.tables import leases, round_books, runners

BOOK, OTHER = "全流程数据", "备货"


def plan(state, lease, number=1):
    with state.begin(lease):
        state.journal.plan(number, lease.workbook, "SENDING", "", "", [], lease.epoch)


def test_taking_it_raises_the_epoch(place):
    with place.open() as state:
        for epoch in (1, 2, 3):
            with state.lease(), state.leases.of(BOOK) as lease:
                assert lease == Lease(BOOK, epoch)
                plan(state, lease, epoch)
        with state.lease(), state.leases.of(OTHER) as lease:
            assert lease.epoch == 1
        assert [row.epoch for row in state.connection.execute(select(round_books.c.epoch))] == [1, 2, 3]
        assert state.running() == ""


def test_who_lost_it_writes_nothing_more(place):
    with place.open() as state, state.lease(), state.leases.of(BOOK) as lease:
        plan(state, lease)
        with state.begin():
            state.connection.execute(update(leases).values(epoch=lease.epoch + 1, runner="another"))
        with pytest.raises(Busy, match="T-056"), state.begin(lease):
            pytest.fail("nothing of it is reached")
        with pytest.raises(Busy, match=f"{lease.epoch} → {lease.epoch + 1}"):
            plan(state, lease, 2)
        assert len(list(state.connection.execute(select(round_books)))) == 1


def test_letting_go_late_leaves_the_new_holder_alone(at_server):
    with at_server.open() as state, state.lease():
        with state.leases.of(BOOK) as lease, state.begin():
            state.connection.execute(update(leases).values(epoch=lease.epoch + 1, runner="another"))
        (row,) = state.connection.execute(select(leases))
        assert (row.epoch, row.runner) == (lease.epoch + 1, "another")


def test_two_runners_work_on_two_workbooks_and_not_on_one(at_server):
    with at_server.open() as one, at_server.open() as two, one.lease(), two.lease(), one.leases.of(BOOK) as first:
        with pytest.raises(Busy, match=r"G-012.*pid"), two.leases.of(BOOK):
            pytest.fail("it is held")
        with two.leases.of(OTHER) as second, one.begin(first), two.begin(second):
            one.journal.plan(1, BOOK, "SENDING", "", "", [], first.epoch)
            two.journal.plan(2, OTHER, "SENDING", "", "", [], second.epoch)
        assert len(one.leases.alive()) == 2
        assert one.running().count("pid") == 2


def test_what_concerns_all_waits_for_those_that_write_beside_each_other(at_server):
    with at_server.open() as one, at_server.open() as two, one.lease(), one.leases.of(BOOK) as lease:
        two.connection.exec_driver_sql("SET lock_timeout = 50")
        with one.begin(lease), pytest.raises(Busy, match="T-002"), two.begin():
            pytest.fail("nobody is alone")
        with one.begin():
            assert two.journal.rounds() == [], "to look is possible"
            with pytest.raises(Busy, match="T-002"), two.begin():
                pytest.fail("one at a time")


def test_a_dead_runners_lease_is_anybodys_when_its_time_is_over(at_server):
    with at_server.open() as dead, at_server.open() as state, state.lease(), dead.lease():
        late = dead.leases.of(BOOK)
        lost = late.__enter__()
        with pytest.raises(Busy, match="G-012"), state.leases.of(BOOK):
            pytest.fail("it lives")
        with state.begin():
            state.connection.execute(update(runners).where(runners.c.id == dead.leases.runner).values(until=1.0))
        with state.leases.of(BOOK) as taken:
            assert taken.epoch == lost.epoch + 1
            with pytest.raises(Busy, match="T-056"):
                plan(dead, lost)
            plan(state, taken)
        late.__exit__(None, None, None)
        assert [row.epoch for row in state.connection.execute(select(round_books))] == [taken.epoch]


def test_a_runner_says_that_it_lives_by_the_databases_clock(at_server):
    with at_server.open() as state:
        with Heartbeat(state._engine, "me"):
            (row,) = state.connection.execute(select(runners))
            ahead = row.until - state.connection.exec_driver_sql("SELECT extract(epoch FROM now())::float").scalar()
            assert 0 < ahead <= LIVES
            with state.begin():
                state.connection.execute(update(runners).values(until=row.until - 90_000))
            with Heartbeat(state._engine, "other"):
                assert [row.id for row in state.connection.execute(select(runners))] == ["other"], "long dead"
        assert list(state.connection.execute(select(runners))) == []


def test_rounds_of_runners_that_live_are_not_closed(place):
    with place.open() as state:
        with state.begin():
            killed, alive, newest = (state.journal.start("sync", now(), runner=who) for who in ("a", "b", "c"))
            state.journal.close_killed(newest, now(), {"b": "host pid 1"})
        ends = {row.id: row.closed_by for row in state.journal.rounds()}
        assert ends == {killed: newest, alive: None, newest: None}
