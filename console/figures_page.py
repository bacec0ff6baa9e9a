"""Shows the service's figures on this computer, and to no other: a thread that only reads what it is handed."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

from console.figures import JSON, Page, page
from rules.errors import Busy, Code, Error
from sync.daemon.snapshot import Snapshot

D_NOT_HERE = Code(
    "D-024",
    "{found} 不是本机的地址和端口",
    "{found} is no address and port of this computer itself",
    "写成 127.0.0.1:9187;别的电脑要看,就在本机装收集程序",
    "write 127.0.0.1:9187; for other computers run a collector on this one",
)
D_TAKEN = Code(
    "D-025",
    "{found} 用不了({why})",
    "{found} can't be used ({why})",
    "换一个端口,或停掉占用它的程序",
    "choose another port, or stop the program that holds it",
)

NAMES = frozenset({"127.0.0.1", "localhost", "[::1]"})
"""What a request may call this computer: another name may be a foreign page's that leads here."""
PATIENCE = 10.0
"""Seconds that a client may take over its request."""

Say = Callable[[str, dict[str, Any]], None]


@contextmanager
def figures_page(
    where: str | None, snapshot: Callable[[], Snapshot], steady: Callable[[], float], say: Say
) -> Iterator[None]:
    """Answers /health and /metrics at `where` (`127.0.0.1:9187`) as long as it lasts; None shows them nowhere.

    Raises:
        Error: D-024 not an address of this computer itself.
        Busy: D-025 it is taken.
    """
    if where is None:
        yield
        return
    host, port = _address(where)

    class Handler(_Handler):
        def page(self) -> Page | None:
            return page(self.path.partition("?")[0], snapshot(), steady())

    class Server(ThreadingHTTPServer):
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        daemon_threads = True
        block_on_close = False

    try:
        server = Server((host, port), Handler)
    except OSError as error:
        raise Busy(D_TAKEN, found=where, why=error.strerror or str(error)) from None
    shown = f"[{host}]" if ":" in host else host
    say("figures", {"url": f"http://{shown}:{server.server_address[1]}/metrics"})
    Thread(target=server.serve_forever, daemon=True, name="figures").start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    timeout = PATIENCE
    server_version, sys_version = "qlc", ""

    def page(self) -> Page | None:
        """The page of the path that was asked for."""
        raise NotImplementedError

    def do_GET(self) -> None:
        """Answers one request."""
        hosts, origins = self.headers.get_all("Host", []), self.headers.get_all("Origin", [])
        if len(hosts) != 1 or _without_port(hosts[0]) not in NAMES or origins:
            answer = Page(403, JSON, b'{"healthy": null}')
        else:
            answer = self.page() or Page(404, JSON, b'{"paths": ["/health", "/metrics"]}')
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, format: str, *args: Any) -> None:
        """Requests are no news."""


def _without_port(host: str) -> str:
    name, colon, port = host.lower().rpartition(":")
    return name if colon and port.isdigit() and (name.startswith("[") or ":" not in name) else host.lower()


def _address(where: str) -> tuple[str, int]:
    host, colon, port = where.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    try:
        here = host == "localhost" or ipaddress.ip_address(host).is_loopback
        number = int(port)
    except ValueError:
        here, number = False, -1
    if not (here and colon and 0 <= number <= 65_535):
        raise Error(D_NOT_HERE, found=where)
    return host, number
