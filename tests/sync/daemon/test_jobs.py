"""Jobs beside rounds: when they are due, what a failure does, and that none delays a round."""

from datetime import timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from rules.policy.site import Jobs
from sync.daemon import jobs
from sync.daemon.hours import next_time
from sync.daemon.jobs import JobEnd
from sync.state.due import Due
from tests.sync.daemon.test_hours import at
from tests.sync.daemon.world import START, Company

MINUTE, HOUR = 60.0, 3600.0
SITE = ', jobs: {warnings: ["09:30"], backup: ["02:00", "14:00"]}'


class FakeRunner:
    """Notes every job with its moment; each `takes` seconds and ends as `ends` says."""

    def __init__(self, clock):
        self.clock, self.takes, self.ends, self.made = clock, 1.0, {}, []

    def start(self, name):
        made = FakeJob(self, name)
        self.made.append((self.clock.wall - START, name, made))
        return made

    @property
    def seen(self):
        return [(round(since / timedelta(minutes=1)), name) for since, name, _ in self.made]


class FakeJob:
    def __init__(self, runner, name):
        self.runner, self.name, self.begun, self.stopped = runner, name, runner.clock.ticks, False

    def ended(self):
        if self.runner.clock.ticks - self.begun < self.runner.takes:
            return None
        return self.runner.ends.get(self.name, JobEnd({"made": 1}))

    def stop(self):
        self.stopped = True


@pytest.fixture
def company(tmp_path):
    made = Company(tmp_path, SITE)
    made.jobs = FakeRunner(made.clock)
    made.daemon = made.service(jobs=made.jobs)
    yield made
    made.state.close()


def test_jobs_run_at_their_times_in_the_teams_zone(company):
    company.begin()  # 09:00 in Shanghai
    company.run(26 * HOUR, step=1800.0)
    assert company.jobs.seen == [(30, "warnings"), (300, "backup"), (1020, "backup"), (1470, "warnings")]
    kept = company.state.agenda.jobs.all()
    assert kept["backup"].next == START + timedelta(hours=29)
    assert kept["backup"].said == {"made": 1}
    assert [facts["failures"] for facts in company.told("job")] == [0, 0, 0, 0]
    assert company.daemon.snapshot_now().jobs["backup"].next == START + timedelta(hours=29)


def test_without_times_and_without_a_runner_nothing_is_due(tmp_path):
    company = Company(tmp_path, SITE)
    company.begin()
    company.run(MINUTE)
    assert company.state.agenda.jobs.all() == {}
    company.state.close()


def test_what_was_missed_is_done_once(company):
    with company.state.begin():
        company.state.agenda.jobs.put(Due("backup", START - timedelta(days=9), START - timedelta(days=10)))
        company.state.agenda.jobs.put(Due("of last year", START))
    company.begin()
    company.run(HOUR, step=1800.0)
    assert company.jobs.seen == [(0, "backup"), (30, "warnings")]
    assert company.state.agenda.jobs.all().keys() == {"backup", "warnings"}


def test_the_second_failure_alerts_and_the_end_of_it_is_told(company):
    company.jobs.ends["warnings"] = JobEnd(error={"code": "D-005", "message": "500"})
    company.begin()
    company.run(29 * MINUTE, step=60.0)
    company.run(MINUTE + 5)
    assert not company.told("job_alert")
    company.run(20)
    assert [(facts["job"], facts["failures"]) for facts in company.told("job_alert")] == [("warnings", 2)]
    company.daemon = company.service(jobs=company.jobs)  # started anew
    company.begin()
    company.run(20 * MINUTE, step=15.0)
    assert len(company.told("job_alert")) == 1
    tries = [since.total_seconds() for since, _, _ in company.jobs.made]
    assert all(15 <= later - one <= 15 * MINUTE + 30 for one, later in pairwise(tries))
    company.jobs.ends.clear()
    company.run(20 * MINUTE, step=15.0)
    assert [facts["job"] for facts in company.told("job_recovered")] == ["warnings"]
    item = company.state.agenda.jobs.all()["warnings"]
    assert (item.failures, item.alerted, item.next) == (0, False, START + timedelta(minutes=30, days=1))


def test_a_job_that_hangs_is_given_up_and_delays_no_round(company):
    company.begin()
    company.run(29 * MINUTE, step=60.0)
    company.jobs.takes = float("inf")
    company.run(MINUTE + 5)
    company.drop("new.xlsx")
    before = len(company.rounds.made)
    company.run(10)
    assert company.rounds.seen[before][1] == ("a", "b")
    company.run(jobs.LONGEST_JOB + 60, step=60.0)
    assert company.jobs.made[0][2].stopped
    assert company.told("job")[0]["error"]["code"] == "D-021"
    company.daemon._end()
    assert company.jobs.made[-1][2].stopped


@pytest.mark.parametrize("hours", [-30, 30])
def test_a_clock_that_jumps_skips_no_job_and_repeats_none_for_ever(company, hours):
    company.begin()
    company.run(HOUR, step=1800.0)
    company.run(10)
    assert len(company.jobs.made) == 1
    company.clock.wall += timedelta(hours=hours)
    company.run(24 * HOUR, step=1800.0)
    names = [name for _, name in company.jobs.seen[1:]]
    assert names.count("warnings") in (1, 2)
    assert names.count("backup") in (2, 3)
    kept = company.state.agenda.jobs.all()
    assert all(timedelta(0) < item.next - company.clock.wall <= timedelta(days=1) for item in kept.values())


def test_other_times_count_at_once(company):
    company.begin()
    company.run(10)
    company.configure(', jobs: {warnings: ["10:15"]}')
    company.run(2 * HOUR, step=60.0)
    assert company.jobs.seen == [(75, "warnings")]
    assert company.state.agenda.jobs.all().keys() == {"warnings"}


def test_a_state_that_can_not_be_written_makes_no_job_run_twice(company, monkeypatch):
    company.begin()
    company.run(30 * MINUTE, step=60.0)
    real = company.state.begin

    def locked():
        raise OSError("locked")

    monkeypatch.setattr(company.state, "begin", locked)
    for _ in range(10):
        company.daemon._live()
        company.clock.pass_(30)
    monkeypatch.setattr(company.state, "begin", real)
    company.run(20 * MINUTE, step=15.0)
    assert [name for _, name in company.jobs.seen] == ["warnings"]


NEW_YORK = ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("now", "times", "then"),
    [
        ("2026-04-27T09:00", ["09:00"], "2026-04-28T09:00"),
        ("2026-04-27T08:59", ["09:00", "17:00"], "2026-04-27T09:00"),
        ("2026-04-27T16:59", ["09:00", "17:00"], "2026-04-27T17:00"),
        ("2026-03-08T00:00", ["02:30"], "2026-03-08T03:30"),  # left out on that day
        ("2026-03-08T04:00", ["02:30"], "2026-03-09T02:30"),
        ("2026-11-01T00:00", ["01:30"], "2026-11-01T01:30"),  # shown twice: the first
        ("2026-11-01T03:00", ["01:30"], "2026-11-02T01:30"),
    ],
)
def test_the_next_time(now, times, then):
    assert next_time(at(now, NEW_YORK), times, NEW_YORK) == at(then, NEW_YORK)


def test_an_hour_that_is_shown_twice_has_one_job():
    first = at("2026-11-01T01:30", NEW_YORK)
    assert next_time(first, ["01:30"], NEW_YORK) == at("2026-11-02T01:30", NEW_YORK)


@pytest.mark.parametrize("text", ["9:00", "24:00", "09:60", "morning"])
def test_what_is_no_time_of_day(text):
    with pytest.raises(ValueError, match="09:00"):
        Jobs(backup=(text,))
