"""`qlc serve`: the function service, on this computer or, with TLS and tokens, for the LAN."""

from __future__ import annotations

import argparse
import ipaddress
import json
import logging
import os
import socket
import ssl
import sys
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from addin.hosts.live_policy import LivePolicy
from addin.service import workers
from addin.service.codes import V_CERTIFICATE, V_ENDED, V_OPEN_NET, V_PORT, V_USER_TOKEN
from addin.service.security import LOOPBACK, SHORTEST, User, hashed, new_token, own_token
from console.listening import serve
from console.output import Output, printable
from console.rounds_here import check_own_file, check_rounds_here
from rules.errors import Busy, Error
from rules.policy import site
from rules.policy.loader import find_config, user_folder

EXAMPLES = """
例 / examples:
  qlc serve
  qlc serve --port 0 --json
  qlc serve --sync                 一台电脑给全队同步 / one computer syncs for the team
  qlc serve --new-token 小王       造令牌 / makes a token

说明 / guide: docs/service.zh-CN.md, docs/service.md
"""
TOKEN_FILE = "service.token"  # noqa: S105 - the name of a file


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of `qlc serve`."""
    parser.epilog = EXAMPLES
    parser.add_argument("--port", type=int, metavar="N", help="端口,0 为任意空闲 / the port, 0 for any free one")
    parser.add_argument(
        "--sync",
        action="store_true",
        help="也自动同步,并给各台电脑的同步按钮用 / runs rounds by itself too, and for the buttons of other computers",
    )
    parser.add_argument(
        "--metrics", metavar="127.0.0.1:PORT", help="健康和数字,配 --sync / health and figures, with --sync"
    )
    parser.add_argument(
        "--new-token",
        metavar="NAME",
        help="给一个用户造令牌,并显示配置里要写的一行 / makes a user's token, and its line",
    )


def run(args: argparse.Namespace, out: Output) -> int:
    """Serves until it is told to stop (Ctrl+C, SIGTERM); 0 then. 4 when the address, or with `--sync` the state, is taken."""
    if args.new_token is not None:
        return _make_token(args.new_token, out)
    path = find_config(args.config)
    if args.sync:
        check_own_file(path)
    policy = LivePolicy(path)
    config = policy.config()
    if args.sync:
        check_rounds_here(config)
    settings, folder = config.site.service, config.folder
    if not _is_loopback(settings.host):
        _check_open_net(settings)
    token_file = None if settings.users else user_folder() / TOKEN_FILE
    users = _users(settings) if token_file is None else [User("", "it", hashed(own_token(token_file)))]
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
    with closing(Service(policy, syncs=args.sync)) as service:
        app = make_app(service, names=names, origins=settings.origins, users=users)
        say = partial(_say, url, token_file, policy, out)
        if args.sync:
            serving = partial(serve, app, listener, certificate)
            _serve_and_watch(serving, service.close, say, policy, out, args.metrics)
        else:
            serve(app, listener, certificate, lambda _: say(), service.close)
    return 0


def _serve_and_watch(
    serving: Callable[..., None],
    close: Callable[[], None],
    say: Callable[[], None],
    policy: LivePolicy,
    out: Output,
    metrics: str | None = None,
) -> None:
    """Both halves in this process: whichever ends takes the other with it. Raises D-001, D-007, V-023."""
    from console.daemon_start import obey_reload, service
    from console.watching import Beside
    from sync.state.database import State

    config = policy.config()
    running: list[Beside] = []
    with State.of(config) as state, service(policy, state, out, metrics) as made:
        obey_reload(made)

        def ready(stop: Callable[[], None]) -> None:
            half = Beside(made, stop)
            running.append(half)
            half.start()
            say()

        try:
            serving(ready, close, made.daemon.stop)
        except Error:
            raise
        except Exception as error:
            raise Error(V_ENDED, found=f"{type(error).__name__}: {error}") from error
        finally:
            for half in running:
                half.stop()


def _make_token(name: str, out: Output) -> int:
    """Shows a new token once, and what the configuration holds of it."""
    token = new_token()
    out.json({"name": name, "token": token, "token_sha256": hashed(token)})
    out.say(
        f"{name} 的令牌(只显示这一次,交给本人放进环境变量):{token}",
        f"the token of {name} (shown once; for their environment variable): {token}",
    )
    out.say(
        "服务器的 site.service.users 里写(role:operator 运营、lead 主管、it 技术):",
        "the line for site.service.users of the server (role: operator, lead, it):",
    )
    out.line(f"  - {{name: {json.dumps(name, ensure_ascii=False)}, role: operator, token_sha256: {hashed(token)}}}")
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


def _users(settings: site.Service) -> list[User]:
    """The users with the hashes of their tokens, from the environment where it is not written. Raises V-016."""
    found = []
    for user in settings.users:
        token = os.environ.get(user.token_env, "") if user.token_env else ""
        if user.token_env and (len(token) < SHORTEST or not token.isascii()):
            raise Error(V_USER_TOKEN, found=user.name, expected=user.token_env)
        found.append(User(user.name, user.role, user.token_sha256 or hashed(token)))
    return found


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
