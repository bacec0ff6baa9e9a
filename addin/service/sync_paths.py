"""The service's paths for the computers whose rounds it runs: the buttons of 同步, and the inbox."""

from __future__ import annotations

import asyncio
from typing import cast

from starlette.requests import Request

from addin.hosts.live_policy import LivePolicy
from addin.service.answers import language
from addin.service.jobs import Done
from addin.service.security import USER, User
from addin.service.sync_jobs import ARRIVED, INBOX, PRESS, UPLOAD, WORKBOOK, SyncJob, compute
from addin.service.workers import Workers

MOST_BYTES = 64 * 1024 * 1024
"""Of a document or a file."""
AT_ONCE, WITHIN = 2, 150.0
"""Processes, and seconds that a request has: a round over a large workbook takes its time."""


class Syncing:
    """Answers the buttons of other computers."""

    def __init__(self, policy: LivePolicy) -> None:
        self._policy = policy
        self._workers = Workers(compute, AT_ONCE, WITHIN)
        self._uploads = asyncio.Lock()

    def close(self) -> None:
        """Ends all work at once; a round that is cut off is settled by the next one."""
        self._workers.close()

    async def press(self, request: Request, body: bytes, way: str) -> Done:
        """A button, to be shown or carried out. Raises what `Workers.run` raises."""
        return await self._run(request, PRESS, body, str(request.path_params["button"]), way)

    async def arrived(self, request: Request, body: bytes) -> Done:
        """What a computer did not write of what it was told to."""
        return await self._run(request, ARRIVED, body)

    async def workbook(self, request: Request) -> Done:
        """Which tabs of a workbook are to be sent."""
        return await self._run(request, WORKBOOK)

    async def inbox(self, request: Request) -> Done:
        """What lies in the inbox."""
        return await self._run(request, INBOX)

    async def upload(self, request: Request, body: bytes) -> Done:
        """A file for the inbox, one after the other: the same bytes from two computers are kept once."""
        async with self._uploads:
            return await self._run(request, UPLOAD, body)

    async def _run(self, request: Request, kind: str, body: bytes = b"", button: str = "", way: str = "") -> Done:
        today, lang = self._policy.today(), language(request.headers)
        job = SyncJob(kind, _user(request), today, lang, body, button, way, dict(request.query_params))
        return cast(Done, await self._workers.run(job, self._policy.config()))


def _user(request: Request) -> User:
    return cast(User, request.scope[USER])
