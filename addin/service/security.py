"""Who may ask: the gate before every request, and the tokens.

A request passes when it is addressed to a name of ours (a foreign page that made a name of its own point
here does not know one), comes from no page or an allowed one, and carries a user's token.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from addin.commands.server_codes import V_ROLE
from addin.service.answers import failure, language, preflight, with_origin
from addin.service.codes import V_HOST, V_ORIGIN, V_TOKEN, V_TOKEN_FILE
from rules.errors import Error, Refused
from rules.policy.site import Role

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})
SHORTEST = 32
USER = "qlc.user"
"""Where a request says whose it is."""
ROLES: dict[Role, str] = {"operator": "operator 运营", "lead": "lead 主管", "it": "it 技术"}
"""The roles, each may do what those before it may, as messages call them."""


@dataclass(frozen=True)
class User:
    """Somebody who may ask: the name that is remembered with what they do, their role, and the hash of their token."""

    name: str
    role: Role
    sha256: str

    def need(self, role: Role) -> None:
        """Raises V-018 where this is the word of a higher role."""
        known = list(ROLES)
        if known.index(self.role) < known.index(role):
            raise Refused(V_ROLE, found=f"{self.name} ({ROLES[self.role]})", expected=ROLES[role])


def hashed(token: str) -> str:
    """What the configuration may hold of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


class Gate:
    """Lets a request through, with its user in `USER` of its scope, or answers why not."""

    def __init__(
        self, app: ASGIApp, *, names: Collection[str], origins: Collection[str], users: Collection[User]
    ) -> None:
        self.app = app
        self.names = {name.lower() for name in names}
        self.origins = frozenset(origins)
        self.users = tuple(users)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes one request on, or answers it."""
        if scope["type"] != "http":
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        allowed = origin if origin in self.origins else None
        try:
            self._check_address(headers)
        except Error as error:
            await failure(error, language(headers))(scope, receive, send)
            return
        if allowed and scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await preflight(allowed)(scope, receive, send)
            return
        if allowed:
            send = with_origin(send, allowed)
        user = self._known(headers.getlist("authorization"))
        if user is None:
            answer = failure(Error(V_TOKEN), language(headers))
            answer.headers["www-authenticate"] = "Bearer"
            await answer(scope, receive, send)
            return
        await self.app({**scope, USER: user}, receive, send)

    def _check_address(self, headers: Headers) -> None:
        """Host and Origin. Raises V-002 or V-003."""
        hosts = headers.getlist("host")
        if len(hosts) != 1 or _without_port(hosts[0]) not in self.names:
            raise Error(V_HOST, found=", ".join(hosts)[:80])
        foreign = [origin for origin in headers.getlist("origin") if origin not in self.origins]
        if foreign:
            raise Error(V_ORIGIN, found=foreign[0][:80])

    def _known(self, written: list[str]) -> User | None:
        """Whose token it is; every one is compared, in constant time."""
        if len(written) != 1:
            return None
        scheme, _, token = written[0].partition(" ")
        given = hashed(token.strip())
        same = [user for user in self.users if hmac.compare_digest(given, user.sha256)]
        return same[0] if same and scheme.lower() == "bearer" else None


def _without_port(host: str) -> str:
    name, colon, port = host.lower().rpartition(":")
    return name if colon and port.isdigit() and (name.startswith("[") or ":" not in name) else host.lower()


def new_token() -> str:
    """A token that nobody guesses."""
    return secrets.token_urlsafe(SHORTEST)


def own_token(path: Path) -> str:
    """The token of this computer's user: made at the first start, readable by the user only.

    Raises V-015 when the file is readable by others, a link, or no token.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _kept(path)
    except OSError as error:
        raise Error(V_TOKEN_FILE, file=path, found=error.strerror or error) from None
    with os.fdopen(handle, "w", encoding="ascii") as file:
        token = new_token()
        file.write(token + "\n")
    return token


def _kept(path: Path) -> str:
    if path.is_symlink() or not path.is_file():
        raise Error(V_TOKEN_FILE, file=path, found="link")
    if sys.platform != "win32" and (path.stat().st_mode & 0o077 or path.stat().st_uid != os.getuid()):
        raise Error(V_TOKEN_FILE, file=path, found=f"{path.stat().st_mode & 0o777:o}")
    try:
        token = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Error(V_TOKEN_FILE, file=path, found=error) from None
    if len(token) < SHORTEST:
        raise Error(V_TOKEN_FILE, file=path, found=f"{len(token)} < {SHORTEST}")
    return token
