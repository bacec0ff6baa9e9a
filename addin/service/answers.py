"""What goes back: JSON in UTF-8, errors with their codes, in the language that was asked for."""

from __future__ import annotations

import json
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import Message, Send

from addin.service.codes import status
from rules.errors import Error


def language(headers: Headers) -> str:
    """``en`` when the first language of Accept-Language is English, else ``zh``."""
    first = headers.get("accept-language", "").partition(",")[0].partition(";")[0]
    return "en" if first.strip().lower().partition("-")[0] == "en" else "zh"


def encoded(document: Any) -> bytes:
    """JSON in UTF-8. What that can't hold (half a surrogate pair) is written as its escape."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


def answer(document: Any, code: int = 200) -> Response:
    """A JSON document."""
    return sent(encoded(document), code)


def sent(body: bytes, code: int) -> Response:
    """A JSON document that is written already."""
    headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    return Response(body, code, headers, "application/json")


def failure(error: Error, lang: str) -> Response:
    """An error as `qlc --json` shows it, with its status."""
    return answer({"error": error.as_json(lang)}, status(error))


def preflight(origin: str) -> Response:
    """What a browser wants to know before it lets an allowed page ask."""
    headers = {
        "access-control-allow-origin": origin,
        "access-control-allow-methods": "GET, POST",
        "access-control-allow-headers": "authorization, content-type, accept-language",
        "access-control-max-age": "600",
        "vary": "origin",
    }
    return Response(status_code=204, headers=headers)


def with_origin(send: Send, origin: str) -> Send:
    """Sends answers that the page may read."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["access-control-allow-origin"] = origin
            headers["vary"] = "origin"
        await send(message)

    return sent
