"""The service's paths: health, functions, batches of calls, and commands as preview and apply."""

from __future__ import annotations

import asyncio
import importlib.metadata
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from addin.batch import BatchCall, Outcome, evaluate_batch
from addin.commands.catalogue import COMMANDS
from addin.hosts.live_policy import LivePolicy
from addin.recalculation import H_ERROR_CELL
from addin.registry.catalogue import ENTRIES
from addin.service.answers import answer, failure, language
from addin.service.codes import V_BODY, V_BROKEN, V_COMMAND, V_LARGE, V_METHOD, V_PATH, V_SLOW, V_TYPE, V_WAITED
from addin.service.models import Batch, Work, batch, work
from addin.service.previews import OFFERED, applied, previewed
from addin.service.security import Gate
from rules.answer import Fault
from rules.errors import Error
from rules.policy.loader import Config
from sheets_schema.cells import CellError

MOST_BYTES = 16 * 1024 * 1024
DRAINED = 4 * MOST_BYTES
"""Of a request that is too large this much is read and dropped, so that its sender gets to read why."""
ARRIVES_WITHIN = 15.0
ANSWERED_WITHIN = 30.0
"""Seconds."""
WORKERS = 4

T = TypeVar("T")
Endpoint = Callable[[Request], Awaitable[Response]]

log = logging.getLogger("quanliucheng.service")


class Service:
    """Answers requests with the configuration in force; what takes long runs beside the others."""

    def __init__(self, policy: LivePolicy) -> None:
        self.policy = policy
        self._workers = ThreadPoolExecutor(WORKERS, "service")

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
        body, lang = await _body(request), language(request.headers)
        config, today = self.policy.config(), self.policy.today()

        def answers() -> list[dict[str, Any]]:
            asked: Batch = batch(body)
            outcomes = evaluated(asked.calls, config, asked.today or today, time.monotonic() + ANSWERED_WITHIN)
            return [outcome.as_json(lang) for outcome in outcomes]

        return answer({"results": await self._beside(answers)})

    async def preview(self, request: Request) -> Response:
        """What a command would do to the document that is sent."""
        return await self._command(request, previewed)

    async def apply(self, request: Request) -> Response:
        """The same, decided cell by cell, with what each cell must still hold when it is written."""
        return await self._command(request, applied)

    async def _command(self, request: Request, way: Callable[..., dict[str, Any]]) -> Response:
        name = str(request.path_params["id"])
        if name not in _offered():
            raise Error(V_COMMAND, found=name[:60], expected=", ".join(_offered()))
        body, lang = await _body(request), language(request.headers)
        config, today = self.policy.config(), self.policy.today()

        def done() -> dict[str, Any]:
            asked: Work = work(body)
            return way(COMMANDS[name], asked, config, asked.today or today, lang)

        return answer(await self._beside(done))

    async def _beside(self, job: Callable[[], T]) -> T:
        """Runs a job without holding up other requests. Raises V-005 when it takes too long."""
        future = asyncio.get_running_loop().run_in_executor(self._workers, job)
        try:
            return await asyncio.wait_for(future, ANSWERED_WITHIN + 1)
        except TimeoutError:
            raise Error(V_SLOW, expected=int(ANSWERED_WITHIN)) from None


def _offered() -> Sequence[str]:
    return [name for name in COMMANDS if name in OFFERED]


def evaluated(calls: Sequence[BatchCall], config: Config, today: date, until: float) -> list[Outcome]:
    """The outcomes of calls; an error among the arguments is the answer. Raises V-005 at the time `until`."""
    wrong = {at: fault for at, (_, cells) in enumerate(calls) if (fault := _error_in(cells))}

    def watched() -> Iterator[BatchCall]:
        for at, (name, cells) in enumerate(calls):
            if time.monotonic() > until:
                raise Error(V_SLOW, expected=int(ANSWERED_WITHIN))
            if at not in wrong:
                yield name, [_with_faults(value) for value in cells]

    answered = iter(evaluate_batch(watched(), config.rules, today))
    return [Outcome(None, wrong[at]) if at in wrong else next(answered) for at in range(len(calls))]


def _error_in(cells: Sequence[Any]) -> Fault | None:
    return next((_fault(value) for value in cells if isinstance(value, CellError)), None)


def _with_faults(value: Any) -> Any:
    """A range with its error cells as faults."""
    if not isinstance(value, list):
        return value
    return [[_fault(cell) if isinstance(cell, CellError) else cell for cell in row] for row in value]


def _fault(error: CellError) -> Fault:
    return Fault(str(error), H_ERROR_CELL, found=str(error))  # type: ignore[arg-type] # any error that a sheet knows


async def _body(request: Request) -> bytes:
    """The body, checked. Raises V-007, V-004, V-006."""
    kind, _, more = request.headers.get("content-type", "").partition(";")
    charset = more.strip().lower().removeprefix("charset=").strip('"')
    if kind.strip().lower() != "application/json" or charset not in ("", "utf-8"):
        raise Error(V_TYPE, found=request.headers.get("content-type", "")[:60])
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Error(V_TYPE, found=request.headers["content-encoding"][:60])
    told = request.headers.get("content-length", "")
    if told.isdigit() and int(told) > DRAINED:
        raise Error(V_LARGE, found=f"{int(told):,} B", expected=f"{MOST_BYTES:,} B")
    found, size = bytearray(), 0
    try:
        async with asyncio.timeout(ARRIVES_WITHIN):
            async for piece in request.stream():
                size += len(piece)
                if size <= MOST_BYTES:
                    found += piece
                elif size > DRAINED:
                    break
    except TimeoutError:
        raise Error(V_WAITED, expected=int(ARRIVES_WITHIN)) from None
    if size > MOST_BYTES:
        raise Error(V_LARGE, found=f"{size:,} B", expected=f"{MOST_BYTES:,} B")
    return bytes(found)


def _told(endpoint: Endpoint) -> Endpoint:
    """Every error of an endpoint as JSON; an unforeseen one is logged."""

    async def run(request: Request) -> Response:
        try:
            return await endpoint(request)
        except Error as error:
            return failure(error, language(request.headers))
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


def make_app(
    policy: LivePolicy, *, names: Collection[str], origins: Collection[str], tokens: Mapping[str, str]
) -> Starlette:
    """The service as an ASGI application.

    `names` are the host names it answers to, `origins` the pages that may ask, `tokens` those of its users.
    """
    service = Service(policy)

    def route(path: str, endpoint: Endpoint, method: str) -> Route:
        return Route(path, _told(endpoint), methods=[method])

    return Starlette(
        routes=[
            route("/v1/health", service.health, "GET"),
            route("/v1/functions", service.functions, "GET"),
            route("/v1/batch", service.batch, "POST"),
            route("/v1/commands/{id}/preview", service.preview, "POST"),
            route("/v1/commands/{id}/apply", service.apply, "POST"),
        ],
        middleware=[Middleware(Gate, names=names, origins=origins, tokens=tokens)],
        exception_handlers={HTTPException: _not_here},
    )
