"""`qlc sync worker`, and the service's rounds where workers run them."""

from __future__ import annotations

import argparse
import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager

from console.daemon_view import Events
from console.output import Output
from console.rounds_apart import RoundsApart
from rules.errors import Code, Error
from rules.policy.loader import Config
from sync.daemon.world import Rounds
from sync.state.database import EXAMPLE, State
from sync.state.postgres import T_DRIVER

LOG = "worker.log"

C_NO_SERVER = Code(
    "C-016",
    "worker 只用于放在 PostgreSQL 上的状态(site.state)",
    "workers are for a state on PostgreSQL (site.state)",
    "把 site.state 写成 {expected}(docs/postgres.zh-CN.md);一台电脑用 qlc sync daemon 就够",
    "make site.state {expected} (docs/postgres.md); for one computer qlc sync daemon will do",
)


def work(_args: argparse.Namespace, out: Output, config: Config, state: State) -> int:
    """Works until a signal ends it."""
    if not state.is_shared:
        raise Error(C_NO_SERVER, file=config.path, expected=EXAMPLE)
    with _driver(config):
        from sync.workers.worker import Worker
    address, lang = config.site.state_server, out.lang
    with ExitStack() as opened:
        events = opened.enter_context(closing(Events(state.folder, out, lambda: config.site.alerts, LOG)))
        rounds = opened.enter_context(closing(RoundsApart(config.path, lang)))
        worker = Worker(address, state, rounds, events, lang)
        stopped_by_signals(worker.stop)
        worker.run()
    return 0


@contextmanager
def rounds_by_workers(config: Config, state: State, lang: str) -> Iterator[Rounds]:
    """The rounds that workers run. Raises Busy T-051, T-054 without procrastinate."""
    with _driver(config):
        from sync.workers.queue import Queue
        from sync.workers.rounds import RoundsByWorkers
    with Queue(config.site.state_server) as queue:
        yield RoundsByWorkers(state, queue, lang)


def stopped_by_signals(stop: Callable[[], None]) -> None:
    """Has SIGTERM and Ctrl+C end something well."""
    for name in ("SIGTERM", "SIGINT"):
        signal.signal(getattr(signal, name), lambda *_: stop())


@contextmanager
def _driver(config: Config) -> Iterator[None]:
    """Raises T-054 where the queue is not installed; what it has to say goes nowhere: its errors are ours."""
    for name in ("procrastinate", "psycopg.pool"):
        logging.getLogger(name).disabled = True
    try:
        yield
    except ImportError as error:
        raise Error(T_DRIVER, file=config.path, found=str(error)) from error
