"""The service's rounds where workers run them: it asks, and looks whether somebody answered."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rules.errors import Busy, Code
from sync.daemon.world import RoundEnd
from sync.state.database import State, now

if TYPE_CHECKING:  # which is installed where workers are wanted
    from sync.workers.queue import Queue

D_NOBODY = Code(
    "D-010",
    "{found} 秒没有 worker 来做",
    "no worker came for {found} seconds",
    "在一台能打开这些工作簿的电脑上运行 qlc sync worker",
    "run qlc sync worker on a machine that can open these workbooks",
)

WAITS = 900.0
"""Seconds after which what nobody took is said to wait for a worker."""


class RoundsByWorkers:
    """Asks workers for rounds, a workbook each; errors speak `lang`."""

    def __init__(
        self, state: State, queue: Queue, lang: str = "zh", steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._state, self._queue, self._lang, self._steady = state, queue, lang, steady
        with state.begin():  # one at a time makes the tables
            queue.make()

    def start(self, workbooks: Sequence[str]) -> RoundByWorker:
        """Asks for a round of one workbook. Raises Busy T-051."""
        (workbook,) = workbooks
        number = self._state.asks.ask(workbook, now())
        self._queue.put(number, workbook)
        return RoundByWorker(self._state, number, self._lang, self._steady)


class RoundByWorker:
    """A round that somebody runs, or will."""

    def __init__(self, state: State, number: int, lang: str, steady: Callable[[], float]) -> None:
        self._state, self._number, self._lang, self._steady = state, number, lang, steady
        self._since = steady()

    def ended(self) -> RoundEnd | None:
        """What became of it; None as long as it waits or runs, D-010 where nobody takes it."""
        taken, said = self._state.asks.answered(self._number)
        waited = self._steady() - self._since
        if said is None and (taken or waited < WAITS):
            return None
        self._state.asks.drop(self._number)
        if said is None:
            return RoundEnd(error=Busy(D_NOBODY, found=round(waited)).as_json(self._lang), busy=True)
        return RoundEnd.of(said)

    def stop(self) -> None:
        """Nobody waits for it any more; where it runs it goes on to its end."""
        self._state.asks.drop(self._number)
