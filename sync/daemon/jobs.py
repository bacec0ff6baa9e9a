"""What the service does beside rounds, at set times: digests, warnings, copies of the state.

Due times are kept in the state like those of workbooks: what was missed is done once. A job runs apart (`Runner`), so
that a chat that hangs delays no round; the control thread starts it and takes up how it ended.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from typing import Any, Protocol

from rules.errors import Code, Error
from rules.policy.loader import Config
from sync.daemon.hours import next_time, wait_after
from sync.daemon.timetable import Timetable
from sync.daemon.world import Clock
from sync.state.database import State
from sync.state.due import Due

D_LONG_JOB = Code(
    "D-021",
    "任务 {found} 过了 {expected} 秒还没有做完,不等它了",
    "the job {found} was not done after {expected} seconds and is waited for no more",
    "同步照常;检查网络、备份要写到的磁盘,日志里有经过",
    "rounds go on; check the network and the disk that backups go to; the log tells what happened",
)

LONGEST_JOB = 600.0
"""Seconds after which a job counts as hung."""
ALERT = 2
"""Failures in a row that somebody is told of."""


@dataclass(frozen=True)
class JobEnd:
    """How a job ended: what it did (`told`, for the log), or why not (`error`, as JSON)."""

    told: Mapping[str, Any] = field(default_factory=dict)
    error: Mapping[str, Any] | None = None


class Job(Protocol):
    """A job that runs."""

    def ended(self) -> JobEnd | None:
        """How it ended; None as long as it runs."""

    def stop(self) -> None:
        """Ends it, or lets go of it, at once."""


class Runner(Protocol):
    """Starts jobs, apart from the service."""

    def start(self, name: str) -> Job:
        """Begins a job by its name in `site.jobs`."""


class Beside:
    """The jobs of a service; none where nobody runs them. The control thread alone calls it."""

    def __init__(
        self, runner: Runner | None, state: State, clock: Clock, say: Callable[[str, dict[str, Any]], None], lang: str
    ) -> None:
        self._runner, self._state, self._clock, self._say, self._lang = runner, state, clock, say, lang
        self._timetable = Timetable(clock.now)
        self._running: dict[str, tuple[Job, float]] = {}
        self._known: dict[str, Due] = {}
        self._times: dict[str, tuple[str, ...]] = {}
        self._zone: tzinfo = UTC

    def plan(self, config: Config) -> None:
        """Works out when each job is due: at the start, and where configuration or clock changed.

        What was missed is due now, once; a failure waits no longer than until its next regular time.
        """
        self._zone = config.site.zone
        self._times = config.site.jobs.times() if self._runner else {}
        now, kept = self._clock.now(), self._state.agenda.jobs
        before = kept.all() | self._known
        self._known = {name: self._planned(name, before.get(name), now) for name in self._times}
        gone = before.keys() - self._known.keys()
        for name in gone:
            self._timetable.drop(name)
        for name, item in self._known.items():
            self._timetable.put(name, item.next)
        changed = [item for name, item in self._known.items() if item != before.get(name)]
        if gone or changed:
            with self._state.begin():
                for name in gone:
                    kept.drop(name)
                for item in changed:
                    kept.put(item)

    def _planned(self, name: str, before: Due | None, now: datetime) -> Due:
        regular = next_time(now, self._times[name], self._zone)
        if before is None:
            return Due(name, regular)
        missed_or_failed = before.next <= now or before.failures
        return replace(before, next=min(before.next, regular) if missed_or_failed else regular)

    def step(self) -> None:
        """Takes up what ended, and starts what is due; never waits."""
        for name, (job, since) in [*self._running.items()]:
            end, took = job.ended(), self._clock.steady() - since
            if end is None and took > LONGEST_JOB:
                job.stop()
                end = JobEnd(error=Error(D_LONG_JOB, found=name, expected=round(LONGEST_JOB)).as_json(self._lang))
            if end is not None:
                del self._running[name]
                self._ended(name, end, took)
        for name in self._timetable.due():
            if self._runner is not None and name not in self._running:
                self._running[name] = self._runner.start(name), self._clock.steady()

    def _ended(self, name: str, end: JobEnd, took: float) -> None:
        now, before = self._clock.now(), self._known.get(name)
        failures = 0 if end.error is None or before is None else before.failures + 1
        facts = {"job": name, "seconds": round(took, 1), "failures": failures}
        self._say("job", {**facts, **end.told, "error": dict(end.error) if end.error is not None else None})
        if before is None:  # configured no more
            return
        alerted = bool(failures) and (before.alerted or failures >= ALERT)
        due = next_time(now, self._times[name], self._zone)
        if failures:
            due = min(due, now + wait_after(failures))
        said = dict(end.told) if end.error is None else {"error": dict(end.error)}
        since = (before.since or now) if failures else None
        self._known[name] = item = Due(name, due, now, failures, said, since, alerted=alerted)
        self._timetable.put(name, due)  # first: where the state can't be written it is not done again at once
        if alerted and not before.alerted:
            self._say("job_alert", {**facts, "error": dict(end.error or {})})
        elif before.alerted and not failures:
            self._say("job_recovered", facts)
        with self._state.begin():
            self._state.agenda.jobs.put(item)

    def end(self) -> None:
        """Lets go of what runs."""
        for job, _ in self._running.values():
            job.stop()
        self._running.clear()

    def all(self) -> dict[str, Due]:
        """Each job with its times."""
        return dict(self._known)

    def next(self) -> datetime | None:
        """When a job is due next."""
        return self._timetable.next()

    @property
    def is_idle(self) -> bool:
        """Whether nothing runs and nothing is due."""
        return not self._running and not self._timetable.due()
