"""The server that a PC's buttons ask (`site.server`): one request at a time, every failure with its code."""

from __future__ import annotations

import http.client
import json
import os
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from addin.commands.wire import BAD, error_of
from rules.errors import Code, Error, Remote
from rules.policy.site import Server as Settings

K_GONE = Code(
    "K-101",
    "连不上服务器 {found}",
    "the server can't be reached: {found}",
    "检查网络,请管服务器的人看 qlc serve --sync 是否在跑;这里什么都没有写,好了再点一次",
    "check the network and that qlc serve --sync runs there; nothing was written here: press again when it is back",
)
K_TOKEN = Code(
    "K-102",
    "没有可用的令牌:{found}",
    "no usable token: {found}",
    "向管服务器的人要令牌,设成环境变量 {expected},再重新打开表格软件",
    "ask whoever runs the server for one, set it as the environment variable {expected}, and restart the spreadsheet program",
)
K_STRANGE = Code(
    "K-103",
    "服务器 {found} 的回答看不懂",
    "the answer of the server {found} can't be understood",
    "检查 site.server 的地址;两边的版本要差不多,服务器要用 qlc serve --sync 启动",
    "check the address in site.server; the versions must be close, and the server must be started with qlc serve --sync",
)
K_NO_TLS = Code(
    "K-104",
    "服务器 {found} 的证书不可信:{expected}",
    "the certificate of the server {found} is not trusted: {expected}",
    "自己签的证书写在 site.server.certificate",
    "name the certificate of an authority of your own in site.server.certificate",
)
CONNECTS_WITHIN, ANSWERS_WITHIN = 5.0, 180.0
"""Seconds."""
LARGEST = 64 * 1024 * 1024
"""Bytes of an answer that are read."""
UNKNOWN_TOKEN, NO_PATH = 401, 404
JSON, BYTES = "application/json", "application/octet-stream"


class Server:
    """Asks the configured server; `folder` is that of config.yaml."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.url = settings.url
        self._settings, self._folder = settings, folder
        self._token = os.environ.get(settings.token_env, "").strip()

    def get(self, path: str, **query: str) -> dict[str, Any]:
        """An answer. Raises what `_ask` raises."""
        return self._ask("GET", _with(path, query), None, "")

    def post(self, path: str, document: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a document. Raises what `_ask` raises."""
        body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")
        return self._ask("POST", path, body, JSON)

    def upload(self, path: str, content: bytes, **query: str) -> dict[str, Any]:
        """The answer to a file. Raises what `_ask` raises."""
        return self._ask("POST", _with(path, query), content, BYTES)

    def _ask(self, method: str, path: str, body: bytes | None, kind: str) -> dict[str, Any]:
        """One request.

        Raises:
            Error: K-102 there is no token, or the server does not know it, K-104; what the server refused, by its code.
            Remote: K-101 it can't be reached, or ended meanwhile; K-103 it answers something else.
        """
        env = self._settings.token_env
        if not self._token.isascii() or not self._token:
            raise Error(K_TOKEN, found=env, expected=env)
        headers = {"Authorization": f"Bearer {self._token}", "Accept-Language": "zh"}
        if body is not None:
            headers["Content-Type"] = kind
        connection = self._connection()
        try:
            connection.connect()
            connection.sock.settimeout(ANSWERS_WITHIN)
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            status, text = response.status, response.read(LARGEST + 1)
        except ssl.SSLError as error:
            raise Remote(K_NO_TLS, found=self.url, expected=error) from None
        except (OSError, http.client.HTTPException) as error:
            raise Remote(K_GONE, found=f"{self.url} ({error or type(error).__name__})") from None
        finally:
            connection.close()
        return self._told(status, text)

    def _connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.url)
        host, port = parts.hostname or "", parts.port
        if parts.scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=CONNECTS_WITHIN)
        own = self._settings.certificate
        try:
            trust = ssl.create_default_context(cafile=None if own is None else str(self._folder / own))
        except OSError as error:
            raise Error(K_NO_TLS, file=own, found=self.url, expected=error) from None
        return http.client.HTTPSConnection(host, port, timeout=CONNECTS_WITHIN, context=trust)

    def _told(self, status: int, text: bytes) -> dict[str, Any]:
        try:
            if len(text) > LARGEST:
                raise ValueError(f"> {LARGEST} B")
            document = json.loads(text)
            if status == http.client.OK:
                return dict(document)
            error = error_of(document["error"])
        except BAD as wrong:
            raise Remote(K_STRANGE, found=f"{self.url} (HTTP {status}, {wrong})") from None
        if status == UNKNOWN_TOKEN:
            raise Error(K_TOKEN, found=f"{self.url}: {status}", expected=self._settings.token_env)
        raise error


def _with(path: str, query: Mapping[str, str]) -> str:
    told = "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())
    return f"{path}?{told}" if told else path
