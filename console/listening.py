"""Runs an ASGI application on a listening socket until it is told to stop; quiet where a client is at fault."""

from __future__ import annotations

import asyncio
import errno
import logging
import signal
import socket
import time
from collections.abc import Callable
from typing import Any

import uvicorn

from addin.service.codes import V_FILES
from console.patience import Patient
from rules.errors import Error

STOPS_WITHIN = 5
"""Seconds that requests under way have when the service is told to stop; what is left then is ended."""
WAITING = 128
"""Connections that may wait to be taken."""
SAID_EVERY = 60.0
"""Seconds between two lines about being out of file descriptors."""

_SCARCE = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)

log = logging.getLogger("quanliucheng.service")


class Scarcity:
    """Handles what a loop can't: connections that find no file descriptor are one line a minute.

    The loop itself tries again a second later.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._said = clock() - SAID_EVERY
        self._since = 0

    def __call__(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """What `loop.set_exception_handler` wants."""
        error = context.get("exception")
        if not isinstance(error, OSError) or error.errno not in _SCARCE:
            loop.default_exception_handler(context)
            return
        self._since += 1
        now = self._clock()
        if now - self._said >= SAID_EVERY:
            log.warning(Error(V_FILES, found=self._since).text())
            self._said, self._since = now, 0


def _is_news(record: logging.LogRecord) -> bool:
    """Whether something went wrong: a request that was cut off because the service stops did not."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


class _Server(uvicorn.Server):
    """Says that it is about to stop."""

    def __init__(self, leaving: Callable[[], None], config: uvicorn.Config) -> None:
        super().__init__(config)
        self._leaving = leaving

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Ends what is under way."""
        self._leaving()
        await super().shutdown(sockets)


def serve(
    app: Any,
    listener: socket.socket,
    certificate: tuple[str, str] | None,
    ready: Callable[[Callable[[], None]], None],
    close: Callable[[], None],
    leaving: Callable[[], None] = lambda: None,
) -> None:
    """Serves until SIGINT or SIGTERM; `ready` is called once these end it well, with what ends it otherwise.

    Whatever is at work then is answered within `STOPS_WITHIN`, or ended by `close`; `leaving` hears of it first.
    """
    theirs = logging.getLogger("uvicorn.error")
    theirs.setLevel(logging.ERROR)  # a client's mistakes are no news
    theirs.addFilter(_is_news)
    server = _Server(
        leaving,
        uvicorn.Config(
            app,
            http=Patient,
            backlog=WAITING,
            ssl_certfile=certificate[0] if certificate else None,
            ssl_keyfile=certificate[1] if certificate else None,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=STOPS_WITHIN,
        ),
    )

    def stop(*_: Any) -> None:
        server.should_exit = True

    async def run() -> None:
        asyncio.get_running_loop().set_exception_handler(Scarcity())
        try:
            await server.serve(sockets=[listener])
        finally:
            close()

    for number in (signal.SIGINT, signal.SIGTERM):  # before it runs, and when it hands them on at its end
        signal.signal(number, stop)
    ready(stop)
    asyncio.run(run())
