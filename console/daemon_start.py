"""Puts the service together: its configuration, rounds, eyes, jobs, events, and the page of its figures."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from threading import Event
from typing import Any

from addin.hosts.live_policy import LivePolicy
from console.daemon_view import Events
from console.figures_page import figures_page
from console.jobs_beside import JobsBeside
from console.output import Output
from console.rounds_apart import RoundsApart
from console.worker import rounds_by_workers, stopped_by_signals
from sync.daemon.daemon import Daemon
from sync.daemon.eyes import FolderEyes
from sync.daemon.places import SETTLED
from sync.daemon.turns import Say
from sync.daemon.world import Rounds, SystemClock
from sync.state.database import State


@dataclass(frozen=True)
class Service:
    """A service that is ready to `daemon.run()`, with the configuration that it follows."""

    daemon: Daemon
    policy: LivePolicy
    begun: Event
    """Set as soon as it runs."""

    def reload(self) -> None:
        """Reads the configuration again at once and says which one is in force; a signal's handler may call it."""
        self.policy.look_again()
        self.daemon.reload()


@contextmanager
def service(policy: LivePolicy, state: State, out: Output, metrics: str | None = None) -> Iterator[Service]:
    """The service of a configuration on its state; `metrics` is where its figures are shown (`127.0.0.1:PORT`).

    Raises:
        Error: D-024 the address of `metrics` is none of this computer's own.
        Busy: D-025 it is taken.
    """
    events, begun = Events(state.folder, out, lambda: policy.config().site.alerts), Event()

    def say(event: str, facts: dict[str, Any]) -> None:
        events(event, facts)
        if event == "started":
            begun.set()

    with closing(events), _rounds(policy, state, out) as rounds:
        daemon = daemon_of(policy, state, out, say, rounds)
        with figures_page(metrics, lambda: daemon.snapshot, time.monotonic, events):
            yield Service(daemon, policy, begun)


@contextmanager
def _rounds(policy: LivePolicy, state: State, out: Output) -> Iterator[Rounds]:
    """Rounds in a process beside the service, or by workers where the configuration says so."""
    config = policy.config()
    if config.site.schedule.rounds == "workers":
        with rounds_by_workers(config, state, out.lang) as asked:
            yield asked
        return
    with closing(RoundsApart(policy.path, out.lang)) as apart:
        yield apart


def daemon_of(policy: LivePolicy, state: State, out: Output, say: Say, rounds: Rounds) -> Daemon:
    """The daemon with all that it is given: the computer's clock, rounds and jobs apart, eyes on folders."""
    clock = SystemClock()
    return Daemon(
        policy.config,
        state,
        clock,
        rounds,
        say,
        random.Random(),  # noqa: S311 - spreads looks in time
        out.lang,
        eyes=FolderEyes(clock, SETTLED),
        jobs=JobsBeside(policy.config, out.lang),
        beside=policy.config().site.schedule.rounds == "workers",
    )


def obey_signals(made: Service) -> None:
    """SIGTERM and Ctrl+C end the service, SIGHUP makes it read its configuration."""
    stopped_by_signals(made.daemon.stop)
    obey_reload(made)


def obey_reload(made: Service) -> None:
    """SIGHUP makes the service read its configuration."""
    if hasattr(signal, "SIGHUP"):  # Windows has none
        signal.signal(signal.SIGHUP, lambda *_: made.reload())
