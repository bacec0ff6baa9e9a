"""`qlc serve`: the function service, on this computer or, with TLS and tokens, for the LAN."""

from __future__ import annotations

import argparse
import ipaddress
import logging
import os
import socket
import ssl
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from addin.hosts.live_policy import LivePolicy
from addin.service import workers
from addin.service.codes import V_CERTIFICATE, V_OPEN_NET, V_PORT, V_USER_TOKEN
from addin.service.security import LOOPBACK, SHORTEST, own_token
from console.listening import serve
from console.output import Output, printable
from rules.errors import Busy, Error
from rules.policy import site
from rules.policy.loader import find_config, user_folder

TOKEN_FILE = "service.token"  # noqa: S105 - the name of a file


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `qlc serve`."""
    parser.epilog = "例 / examples:\n  qlc serve\n  qlc serve --port 0 --json\n\n说明 / guide: docs/service.zh-CN.md, docs/service.md"
    parser.add_argument("--port", type=int, metavar="N", help="端口,0 为任意空闲 / the port, 0 for any free one")


def run(args: argparse.Namespace, out: Output) -> int:
    """Serves until it is told to stop (Ctrl+C, SIGTERM); 0 then. 4 when the address is taken."""
    policy = LivePolicy(find_config(args.config))
    config = policy.config()
    settings, folder = config.site.service, config.folder
    open_net = not _is_loopback(settings.host)
    if open_net:
        _check_open_net(settings)
        tokens, token_file = _users_tokens(settings), None
    else:
        token_file = user_folder() / TOKEN_FILE
        tokens = {"": own_token(token_file)}
    names = LOOPBACK | {name.lower() for name in settings.names} | _own_name(settings.host)
    certificate = _pair(settings, folder)
    listener = _listen(settings.host, settings.port if args.port is None else args.port)
    scheme = "https" if certificate else "http"
    url = f"{scheme}://{_in_url(settings.host)}:{listener.getsockname()[1]}"
    workers.prepare()
    from addin.service.app import Service, make_app  # loaded beside what its children load

    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Printable("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    with closing(Service(policy)) as service:
        app = make_app(service, names=names, origins=settings.origins, tokens=tokens)
        serve(app, listener, certificate, lambda: _say(url, token_file, policy, out), service.close)
    return 0


class _Printable(logging.Formatter):
    """Lines of a log that steer no terminal: an address that was asked for may hold anything."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        """The message as one line."""
        return printable(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's own name
        """The traceback, line by line."""
        return "\n".join(map(printable, super().formatException(ei).split("\n")))


def _say(url: str, token_file: Path | None, policy: LivePolicy, out: Output) -> None:
    """The address and where the token is; never the token."""
    shown = str(token_file) if token_file else None
    out.json({"url": url, "token_file": shown, "config": str(policy.path), "pid": os.getpid()})
    out.say(f"服务地址 {url}", f"serving at {url}")
    if shown:
        out.say(f"令牌在 {shown}", f"the token is in {shown}")
    out.say("按 Ctrl+C 停止", "Ctrl+C stops it")
    if policy.problem:
        out.remark(policy.problem.text(out.lang))
    sys.stdout.flush()


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _own_name(host: str) -> set[str]:
    """The host as clients write it; nothing for one that stands for every address."""
    return set() if host in ("0.0.0.0", "::", "") else {_in_url(host).lower()}  # noqa: S104 - not listened to here


def _check_open_net(settings: site.Service) -> None:
    """Raises V-014 unless all that makes the LAN safe is configured."""
    needed = {
        "certificate": settings.certificate,
        "key": settings.key,
        "names": settings.names,
        "users": settings.users,
    }
    if missing := [name for name, value in needed.items() if not value]:
        raise Error(V_OPEN_NET, found=", ".join(missing))


def _users_tokens(settings: site.Service) -> Mapping[str, str]:
    """Each user's token from the environment. Raises V-016."""
    tokens = {user.name: os.environ.get(user.token_env, "") for user in settings.users}
    for user in settings.users:
        if len(tokens[user.name]) < SHORTEST or not tokens[user.name].isascii():
            raise Error(V_USER_TOKEN, found=user.name, expected=user.token_env)
    return tokens


def _pair(settings: site.Service, folder: Path) -> tuple[str, str] | None:
    """Certificate and key, tried out. Raises V-017."""
    if settings.certificate is None or settings.key is None:
        return None
    pair = str(folder / settings.certificate), str(folder / settings.key)
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(*pair)
    except (OSError, ssl.SSLError) as error:
        raise Error(V_CERTIFICATE, file=pair[0], found=error) from None
    return pair


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket, so that the address is known before anybody asks. Raises V-013 (`Busy`)."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # named, or answers are held back 40 ms
    if sys.platform != "win32":  # there it would let a second service take the same port
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(128)
    except OverflowError:
        listener.close()
        raise Error(V_PORT, found=f"{host}:{port}") from None
    except OSError as error:
        listener.close()
        raise Busy(V_PORT, found=f"{host}:{port} ({error})") from None
    return listener


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
