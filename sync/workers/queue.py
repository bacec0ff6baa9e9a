"""The queue of rounds, by procrastinate: a job is a workbook, whose name is its lock.

So one workbook's rounds run one after the other, whoever runs them. No `queueing_lock`: with a lock beside it a job
whose worker died can never be run again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import psycopg
from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy, SyncPsycopgConnector
from procrastinate.exceptions import ConnectorException

from rules.errors import Busy, Error
from sync.state.postgres import T_AWAY

QUEUE, ROUND = "qlc", "qlc.round"

AGAIN = 2
"""Seconds until what a server that was away kept from ending is run again."""

Run = Callable[[JobContext, int, str], Awaitable[None]]
"""Runs what was asked for: its job, its number and its workbook."""


def _driver(address: str) -> str:
    """An address as libpq reads it."""
    return address.replace("postgresql+psycopg://", "postgresql://", 1)


def app_for_worker(address: str, run: Run) -> App:
    """The queue as one who works reads it."""
    app = App(connector=PsycopgConnector(conninfo=_driver(address), min_size=1, max_size=4, timeout=5.0))
    again = RetryStrategy(wait=AGAIN, retry_exceptions={Error})
    app.task(name=ROUND, queue=QUEUE, pass_context=True, retry=again)(run)
    return app


class Queue:
    """The queue as the service fills it; a context manager."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._app = App(connector=SyncPsycopgConnector(conninfo=_driver(address), min_size=1, max_size=1, timeout=5.0))

    def __enter__(self) -> Queue:
        with away(self._address):
            self._app.open()
        return self

    def __exit__(self, *_: object) -> None:
        self._app.close()

    def make(self) -> None:
        """Its tables, where they are not there yet. Who calls holds the right to write."""
        with away(self._address):
            if not self._app.check_connection():
                self._app.schema_manager.apply_schema()

    def put(self, number: int, workbook: str) -> None:
        """Has a round run once its workbook's others have ended. Raises Busy T-051."""
        with away(self._address):
            self._app.configure_task(ROUND, queue=QUEUE, lock=workbook).defer(number=number, workbook=workbook)


@contextmanager
def away(address: str) -> Iterator[None]:
    """Raises a server that does not answer as Busy T-051."""
    try:
        yield
    except (ConnectorException, psycopg.Error) as error:
        raise Busy(T_AWAY, file=address, found=str(error.__cause__ or error)) from error
