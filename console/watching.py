"""The daemon with all that it is given: alone (`qlc sync daemon`), or beside the service (`qlc serve --sync`)."""

from __future__ import annotations

import random
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

from addin.hosts.live_policy import LivePolicy
from console.daemon_view import Events
from console.output import Output
from console.rounds_apart import RoundsApart
from rules.errors import Code, Error
from sync.daemon.daemon import Daemon
from sync.daemon.world import SystemClock
from sync.state.database import State

D_BESIDE = Code(
    "D-007",
    "自动同步停了,服务也跟着停:{found}",
    "the rounds by itself ended, and the service with it: {found}",
    "看 state 文件夹里的 daemon.log,解决后再启动;已经写的不会丢",
    "see daemon.log in the state folder and start it again once that is solved; nothing that was written is lost",
)
ENDS_WITHIN = 18.0
"""Seconds that the daemon has to end: a round that runs is given most of them."""


class Watching:
    """A daemon over a state, its events told on the screen and in its log."""

    def __init__(self, policy: LivePolicy, state: State, out: Output) -> None:
        self._events = Events(state.folder, out, lambda: policy.config().site.alerts)
        self._begun = Event()
        self.daemon = Daemon(
            policy.config,
            state,
            SystemClock(),
            RoundsApart(policy.path, out.lang),
            self._say,
            random.Random(),  # noqa: S311 - spreads looks in time
            out.lang,
        )

    def close(self) -> None:
        """Closes the log."""
        self._events.close()

    def _say(self, event: str, facts: dict[str, Any]) -> None:
        self._events(event, facts)
        if event == "started":
            self._begun.set()

    def beside(self, ended: Callable[[], None]) -> Beside:
        """Runs the daemon in a thread of its own; `ended` is called there when it has, whatever ended it.

        Raises what keeps it from starting: Busy D-001 where a service runs on this state already.
        """
        running = Beside(self.daemon, self._begun, ended)
        running.start()
        return running


class Beside:
    """A daemon that runs in a thread."""

    def __init__(self, daemon: Daemon, begun: Event, ended: Callable[[], None]) -> None:
        self._daemon, self._begun, self._ended = daemon, begun, ended
        self._thread = Thread(target=self._run, name="daemon", daemon=True)
        self._refusal: BaseException | None = None
        """What kept it from starting."""
        self._failure: BaseException | None = None
        """What ended it later."""

    def start(self) -> None:
        """Waits until it runs. Raises what keeps it from that."""
        self._thread.start()
        self._begun.wait()
        if self._refusal is not None:
            raise self._refusal

    def _run(self) -> None:
        try:
            self._daemon.run()
        except BaseException as error:  # whatever it is, the other half must hear of it
            if not self._begun.is_set():
                self._refusal = error
                self._begun.set()
                return
            self._failure = error
        self._ended()

    def stop(self) -> None:
        """Ends it, and waits for that. Raises D-007 where it had ended by itself, or does not end in time."""
        self._daemon.stop()
        self._thread.join(ENDS_WITHIN)
        if self._thread.is_alive():
            raise Error(D_BESIDE, found=f"> {ENDS_WITHIN:.0f} s")
        if self._failure is not None:
            found = self._failure.text() if isinstance(self._failure, Error) else repr(self._failure)
            raise Error(D_BESIDE, found=found) from self._failure
