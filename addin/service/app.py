"""The service's paths: health, functions, batches of calls, and commands as preview and apply."""

from __future__ import annotations

import asyncio
import importlib.metadata
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from addin.commands.catalogue import COMMANDS
from addin.hosts.live_policy import LivePolicy
from addin.registry.catalogue import ENTRIES
from addin.service import sync_paths
from addin.service.answers import answer, failure, language, sent
from addin.service.codes import V_BODY, V_BROKEN, V_COMMAND, V_LARGE, V_METHOD, V_PATH, V_TYPE, V_WAITED
from addin.service.jobs import APPLY, PREVIEW, Done, Job, compute
from addin.service.previews import OFFERED
from addin.service.security import Gate, User
from addin.service.sync_paths import Syncing
from addin.service.workers import Workers
from rules.errors import Error

JSON, BYTES = "application/json", "application/octet-stream"
MOST_BYTES = 16 * 1024 * 1024
DRAINED = 4 * MOST_BYTES
"""Of a request that is too large this much is read and dropped, so that its sender gets to read why."""
ARRIVES_WITHIN = 15.0
ANSWERED_WITHIN = 30.0
"""Seconds; what may be larger has longer to arrive."""
QUICK, HEAVY = 2, 4
"""Processes at most, for small batches of calls and for all else."""
QUICK_BYTES = 16 * 1024

Endpoint = Callable[[Request], Awaitable[Response]]

log = logging.getLogger("quanliucheng.service")


class Service:
    """Answers requests with the configuration in force; what is large never takes the place of what is small."""

    def __init__(self, policy: LivePolicy, *, syncs: bool = False) -> None:
        """With `syncs` it also answers the buttons of computers whose rounds are run here."""
        self.policy = policy
        self.syncing = Syncing(policy) if syncs else None
        self._quick = Workers(compute, QUICK, ANSWERED_WITHIN)
        self._heavy = Workers(compute, HEAVY, ANSWERED_WITHIN)
        self._quick.warm()

    def close(self) -> None:
        """Ends all work at once."""
        self._quick.close()
        self._heavy.close()
        if self.syncing is not None:
            self.syncing.close()

    async def health(self, request: Request) -> Response:
        """Version, state of the configuration, today, and what is offered."""
        config, problem = self.policy.config(), self.policy.problem
        return answer(
            {
                "product": "quanliucheng",
                "version": importlib.metadata.version("quanliucheng"),
                "config": {
                    "state": "last good" if problem else "good",
                    "sha256": config.sha256,
                    "problem": problem.as_json(language(request.headers)) if problem else None,
                },
                "today": self.policy.today().isoformat(),
                "functions": len(ENTRIES),
                "commands": list(_offered()),
            }
        )

    async def functions(self, _: Request) -> Response:
        """The catalogue, as `qlc functions --json`, with alias and shape."""
        return answer([{**entry.as_json(), "alias": entry.alias_zh, "shape": str(entry.shape)} for entry in ENTRIES])

    async def batch(self, request: Request) -> Response:
        """Many calls, answered in their order."""
        body = await _body(request)
        return await self._computed(Job(body, self.policy.today(), language(request.headers)))

    async def preview(self, request: Request) -> Response:
        """What a command would do to the document that is sent."""
        return await self._command(request, PREVIEW)

    async def apply(self, request: Request) -> Response:
        """The same, decided cell by cell, with what each cell must still hold when it is written."""
        return await self._command(request, APPLY)

    async def _command(self, request: Request, way: str) -> Response:
        name = str(request.path_params["id"])
        if name not in _offered():
            raise Error(V_COMMAND, found=name[:60], expected=", ".join(_offered()))
        body = await _body(request)
        return await self._computed(Job(body, self.policy.today(), language(request.headers), name, way))

    async def _computed(self, job: Job) -> Response:
        """The answer of a child. Raises V-005, V-012, V-030."""
        small = not job.command and len(job.body) <= QUICK_BYTES
        return _sent(
            await (self._quick if small else self._heavy).run(job, self.policy.config()), job.command or "batch"
        )


def _sent(done: Done, what: str) -> Response:
    """A child's answer; what went wrong with us is logged."""
    if done.trace:
        log.error("%s\n%s", what, done.trace)
    return sent(done.body, done.status)


def _offered() -> Sequence[str]:
    return [name for name in COMMANDS if name in OFFERED]


async def _body(request: Request, most: int = MOST_BYTES, wanted: str = JSON) -> bytes:
    """The body, checked. Raises V-007, V-004, V-006."""
    kind, _, more = request.headers.get("content-type", "").partition(";")
    charset = more.strip().lower().removeprefix("charset=").strip('"')
    if kind.strip().lower() != wanted or charset not in ("", "utf-8"):
        raise Error(V_TYPE, found=request.headers.get("content-type", "")[:60])
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Error(V_TYPE, found=request.headers["content-encoding"][:60])
    told = request.headers.get("content-length", "")
    if told.isdigit() and int(told) > max(DRAINED, most):
        raise Error(V_LARGE, found=f"{int(told):,} B", expected=f"{most:,} B")
    found, size, within = bytearray(), 0, ARRIVES_WITHIN * (most // MOST_BYTES)
    try:
        async with asyncio.timeout(within):
            async for piece in request.stream():
                size += len(piece)
                if size <= most:
                    found += piece
                elif size > max(DRAINED, most):
                    break
    except TimeoutError:
        raise Error(V_WAITED, expected=int(within)) from None
    if size > most:
        raise Error(V_LARGE, found=f"{size:,} B", expected=f"{most:,} B")
    return bytes(found)


def _told(endpoint: Endpoint) -> Endpoint:
    """Every error of an endpoint as JSON; an unforeseen one is logged."""

    async def run(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Error as error:
            return failure(error, language(request.headers))
        except ClientDisconnect:  # nobody is there to be answered
            return Response(status_code=400)
        except Exception as error:
            log.exception("%s %s", request.method, request.url.path)
            return failure(Error(V_BROKEN, found=type(error).__name__), language(request.headers))

    return run


async def _not_here(request: Request, wrong: Exception) -> Response:
    """Unknown paths and methods."""
    lang = language(request.headers)
    if not isinstance(wrong, HTTPException):
        raise wrong
    if wrong.status_code == 405:
        allowed = (wrong.headers or {}).get("Allow", "")
        response = failure(Error(V_METHOD, found=request.method[:20], expected=allowed), lang)
        response.headers["allow"] = allowed
        return response
    if wrong.status_code == 404:
        return failure(Error(V_PATH, found=request.url.path[:80]), lang)
    return failure(Error(V_BODY, found=wrong.detail), lang)


def _sync_routes(syncing: Syncing, route: Callable[[str, Endpoint, str], Route]) -> list[Route]:
    """The paths of `sync_paths`."""

    async def preview(request: Request) -> Response:
        return _sent(await syncing.press(request, await _body(request, sync_paths.MOST_BYTES), PREVIEW), "preview")

    async def apply(request: Request) -> Response:
        return _sent(await syncing.press(request, await _body(request, sync_paths.MOST_BYTES), APPLY), "apply")

    async def arrived(request: Request) -> Response:
        return _sent(await syncing.arrived(request, await _body(request)), "arrived")

    async def workbook(request: Request) -> Response:
        return _sent(await syncing.workbook(request), "workbook")

    async def inbox(request: Request) -> Response:
        if request.method == "GET":
            return _sent(await syncing.inbox(request), "inbox")
        body = await _body(request, sync_paths.MOST_BYTES, BYTES)
        return _sent(await syncing.upload(request, body), "upload")

    return [
        route("/v1/sync/arrived", arrived, "POST"),
        route("/v1/sync/workbook", workbook, "GET"),
        route("/v1/sync/inbox", inbox, "GET"),
        route("/v1/sync/inbox", inbox, "POST"),
        route("/v1/sync/{button}/preview", preview, "POST"),
        route("/v1/sync/{button}/apply", apply, "POST"),
    ]


def make_app(
    service: Service, *, names: Collection[str], origins: Collection[str], users: Collection[User]
) -> Starlette:
    """The service as an ASGI application.

    `names` are the host names it answers to, `origins` the pages that may ask, `users` those that may.
    """

    def route(path: str, endpoint: Endpoint, method: str) -> Route:
        return Route(path, _told(endpoint), methods=[method])

    app = Starlette(
        routes=[
            route("/v1/health", service.health, "GET"),
            route("/v1/functions", service.functions, "GET"),
            route("/v1/batch", service.batch, "POST"),
            route("/v1/commands/{id}/preview", service.preview, "POST"),
            route("/v1/commands/{id}/apply", service.apply, "POST"),
            *([] if service.syncing is None else _sync_routes(service.syncing, route)),
        ],
        middleware=[Middleware(Gate, names=names, origins=origins, users=users)],
        exception_handlers={HTTPException: _not_here},
    )
    app.router.redirect_slashes = False
    return app
