"""A worker: runs the rounds that are asked for, one after the other, until it is stopped.

Each round runs in a process of its own, which has its own lease: a worker that is killed takes no round with it, and
the round that was killed is run again by whoever notices. The watchdog is a coroutine beside the jobs and none of
them: nothing that hangs in the queue can hold it up.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from procrastinate import App, JobContext
from procrastinate.exceptions import ConnectorException

from rules.errors import Error
from sync.daemon.codes import D_HUNG
from sync.daemon.daemon import ENDING
from sync.daemon.turns import LONGEST_ROUND, Say
from sync.daemon.world import Round, RoundEnd, Rounds
from sync.state.database import State, now
from sync.state.leases import BEAT, LIVES
from sync.workers.queue import AGAIN, QUEUE, Queue, app_for_worker, away

LOOK_EVERY = 0.1
"""Seconds between two looks at a round that runs."""


class Worker:
    """Takes what is asked for of a state on a server; `say` is told what it does, in `lang`."""

    def __init__(self, address: str, state: State, rounds: Rounds, say: Say, lang: str = "zh") -> None:
        self._address, self._state, self._rounds, self._say, self._lang = address, state, rounds, say, lang
        self._stop: Callable[[], None] = lambda: None
        self._stopping = False
        self._over: dict[tuple[int | None, int | None], int] = {}
        """Jobs, and as whom they were run, that are over here; how often the queue was seen to think otherwise."""

    def stop(self) -> None:
        """Ends `run` soon; a signal's handler may call it."""
        self._stopping = True
        self._stop()

    def run(self) -> None:
        """Until `stop`. A server that goes away is said once, and asked again until it is back."""
        with self._state.begin(), Queue(self._address) as queue:
            queue.make()
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:  # Windows' own knows no such database
            runner.run(self._run())
        self._say("stopped", {})

    async def _run(self) -> None:
        loop, ends = asyncio.get_running_loop(), asyncio.Event()
        self._stop = lambda: loop.call_soon_threadsafe(ends.set)  # type: ignore[assignment]
        loop.set_exception_handler(_unheard)
        if self._stopping:
            return
        self._say("working", {"pid": os.getpid()})
        trouble: dict[str, Any] | None = None
        while not ends.is_set():
            try:
                with away(self._address):
                    app = app_for_worker(self._address, self._round)
                    async with app.open_async():
                        if trouble is not None:
                            self._say("healed", {})
                        trouble = None
                        await self._work(app, ends)
            except Error as error:
                found = error.as_json(self._lang)
                if found["code"] != (trouble or {}).get("code"):
                    self._say("trouble", {"error": found})
                trouble = found
                with suppress(TimeoutError):
                    await asyncio.wait_for(ends.wait(), AGAIN)

    async def _work(self, app: App, ends: asyncio.Event) -> None:
        """Until one of three ends: the work, the watchdog (both only by an error), or the wish to end."""
        work = asyncio.create_task(
            app.run_worker_async(
                queues=[QUEUE],
                concurrency=1,
                delete_jobs="always",
                fetch_job_polling_interval=AGAIN,
                update_heartbeat_interval=BEAT,
                shutdown_graceful_timeout=ENDING,
                install_signal_handlers=False,
            )
        )
        others = [asyncio.create_task(self._watch(app)), asyncio.create_task(ends.wait())]
        done, _ = await asyncio.wait([work, *others], return_when=asyncio.FIRST_COMPLETED)
        for task in (work, *others):
            task.cancel()
        await asyncio.gather(work, *others, return_exceptions=True)
        for task in done:
            task.result()

    async def _watch(self, app: App) -> None:
        """Puts back into the queue what a dead worker left, and what it did not learn is over: it would wait for ever."""
        while True:
            for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=LIVES):
                with suppress(ConnectorException):  # another worker was quicker
                    await app.job_manager.retry_job(job)
                    self._say("taken over", {"workbook": job.lock})
            if self._over:
                await self._tell_again(app)
            await asyncio.sleep(BEAT)

    async def _tell_again(self, app: App) -> None:
        jobs = await app.job_manager.list_jobs_async(queue=QUEUE, status="doing")
        doing = {(job.id, job.worker_id): job for job in jobs}
        self._over = {one: seen + 1 for one, seen in self._over.items() if one in doing}
        for one in [one for one, seen in self._over.items() if seen > 1]:
            del self._over[one]
            with suppress(ConnectorException):
                await app.job_manager.retry_job(doing[one])

    async def _round(self, context: JobContext, number: int, workbook: str) -> None:
        """Runs one round and says what became of it; one that is cut off is asked for again by the service."""
        job = context.job.id, context.job.worker_id
        self._over.pop(job, None)
        try:
            if self._state.asks.take(number, now()):
                await self._run_one(number, workbook)
        finally:
            self._over[job] = 0

    async def _run_one(self, number: int, workbook: str) -> None:
        self._say("round", {"workbooks": [workbook]})
        began = asyncio.get_running_loop().time()
        running = self._rounds.start([workbook])
        try:
            end = await self._ended(running, began)
        except asyncio.CancelledError:
            running.stop()
            self._state.asks.answer(number, RoundEnd(busy=True).as_json())
            raise
        self._state.asks.answer(number, end.as_json())
        took = asyncio.get_running_loop().time() - began
        facts = {name: vars(book) for name, book in end.books.items()}
        self._say("ended", {"round": end.number, "seconds": round(took, 1), "books": facts, "held": list(end.held)})
        if end.error is not None:
            self._say("failed", {"error": dict(end.error), "busy": end.busy})

    async def _ended(self, running: Round, began: float) -> RoundEnd:
        while (end := running.ended()) is None:
            took = asyncio.get_running_loop().time() - began
            if took > LONGEST_ROUND:
                running.stop()
                return RoundEnd(error=Error(D_HUNG, found=round(took)).as_json(self._lang))
            await asyncio.sleep(LOOK_EVERY)
        return end


def _unheard(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What a server that went away kept a job from telling is told by the watchdog."""
    if not isinstance(context.get("exception"), ConnectorException):
        loop.default_exception_handler(context)
