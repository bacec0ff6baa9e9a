"""What is due: one job of `schedule` per workbook, whose times are ours, in UTC, and kept in the state.

`schedule` is asked nothing else: it would forget what is due when it ends, drift, and lose an hour when clocks change.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import schedule


class _Job(schedule.Job):
    def __init__(self, name: str, due: datetime, jobs: schedule.Scheduler, now: Callable[[], datetime]) -> None:
        super().__init__(1, jobs)
        self.name = name
        self.days.tag(name).do(lambda: None)
        self.next_run = self.moment = due
        self._now = now

    @property
    def should_run(self) -> bool:
        return self._now() >= self.moment


class Timetable:
    """Names and the moments at which they are due, by a clock that is handed over."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._scheduler = schedule.Scheduler()

    @property
    def _jobs(self) -> list[_Job]:
        return [job for job in self._scheduler.jobs if isinstance(job, _Job)]

    def put(self, name: str, due: datetime) -> None:
        """Something is due at a moment (UTC), and not at the one before."""
        self.drop(name)
        _Job(name, due, self._scheduler, self._now)

    def drop(self, name: str) -> None:
        """It is never due."""
        self._scheduler.clear(name)

    def due(self) -> list[str]:
        """What is due now, the longest waiting first; what is due several times over is due once."""
        return [job.name for job in sorted(self._jobs) if job.should_run]

    def next(self) -> datetime | None:
        """When something is due next; None where nothing ever is."""
        return min((job.moment for job in self._jobs), default=None)
