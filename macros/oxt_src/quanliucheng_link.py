"""From LibreOffice's Python to the product: in this process where it can be imported, else through its service.

Only the standard library is used here: this file runs before anything of the product can be imported.
"""

from __future__ import annotations

import json
import os
import re
import struct
import sys
import urllib.request
from datetime import datetime
from pathlib import Path
from typing import Any

INSTALL = "请运行 qlc addin install --host libreoffice,再重新打开 LibreOffice / run it, then open LibreOffice again"
NOT_INSTALLED = "全流程还没有接到这台电脑的 LibreOffice。{todo}"
OTHER_PYTHON = (
    "LibreOffice 的 Python 是 {found},全流程装在 {expected} 上。用同一版本的 Python 装全流程,"
    "或在 libreoffice.json 里写上函数服务(qlc serve)的地址 / LibreOffice's Python is {found}, not {expected}"
)
BROKEN = "全流程没有加载:{found}。{todo}"
TIMEOUT = 20

_ERRORS = {"#NULL!": 521, "#DIV/0!": 532, "#VALUE!": 519, "#REF!": 524, "#NAME?": 525, "#NUM!": 503, "#N/A": 32767}
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2})?")
_EPOCH = datetime(1899, 12, 30)


def error(kind: str) -> float:
    """A cell's error as Calc takes it: a number that is none, with the error's code inside."""
    (number,) = struct.unpack("<d", struct.pack("<Q", 0x7FF8000000000000 | _ERRORS.get(kind, 519)))
    return float(number)


def settings_path() -> Path:
    """Where the installation left its settings; as `rules.policy.loader.user_folder`."""
    home = Path.home()
    if sys.platform == "win32":
        base = Path(os.environ.get("APPDATA") or home / "AppData" / "Roaming")
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    return base / "quanliucheng" / "libreoffice.json"


class Nothing:
    """Nothing can answer: cells show an error, buttons say what to install."""

    buttons: Any = None
    documents: Any = None

    def __init__(self, problem: str) -> None:
        self.problem = problem

    def answer(self, name: str, given: tuple[Any, ...], by_service: bool = False) -> Any:
        """An error; EXPLAIN says what is missing."""
        return self.problem if name == "EXPLAIN" else error("#NAME?")


class InProcess:
    """The product, imported."""

    problem = ""

    def __init__(self) -> None:
        from addin.hosts.libreoffice import documents
        from addin.hosts.libreoffice.functions import answer

        self.answer = answer
        self.documents = documents

    @property
    def buttons(self) -> Any:
        """Imported at the first press: cells need nothing of it."""
        from addin.hosts.libreoffice import buttons

        return buttons


class Service:
    """`qlc serve`: one request per call, a whole range in one call; equal calls are asked once a minute."""

    buttons: Any = None
    documents: Any = None
    problem = ""
    _KEEP = 60

    def __init__(self, url: str, token: str) -> None:
        self.url = url.rstrip("/") + "/v1/batch"
        self.token = token
        self._known: dict[Any, Any] = {}
        self._since = datetime.now()

    def answer(self, name: str, given: tuple[Any, ...], by_service: bool = False) -> Any:
        """What the service answers; an error where it does not."""
        if (datetime.now() - self._since).total_seconds() > self._KEEP:
            self._known, self._since = {}, datetime.now()
        key = (name, by_service, given)
        if key not in self._known:
            self._known[key] = self._asked(name, given, by_service)
        return self._known[key]

    def _asked(self, name: str, given: tuple[Any, ...], by_service: bool) -> Any:
        meant = [blank > (not by_service) for blank in _zero_is_blank()[name]]
        cells = [_given(value, blank) for value, blank in zip(given, meant)]  # noqa: B905 - Python 3.8
        while cells and cells[-1] is None:
            cells.pop()
        body = json.dumps({"calls": [{"function": name, "args": cells}]}).encode()
        request = urllib.request.Request(self.url, body, {"Content-Type": "application/json"})  # noqa: S310 - the user's own setting
        if self.token:
            request.add_header("Authorization", "Bearer " + self.token)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT) as reply:  # noqa: S310 - as above
                (outcome,) = json.load(reply)["results"]
        except (OSError, ValueError, KeyError) as broken:
            return BROKEN.format(found=broken, todo="qlc serve") if name == "EXPLAIN" else error("#NAME?")
        value = outcome["value"]
        return _cell(outcome["error"] if value is None and outcome["error"] else value)


def _given(value: Any, blank: bool) -> Any:
    """An argument as JSON; Calc gives 0 for a blank, so that 0 is one where it can mean nothing else."""
    if isinstance(value, tuple):
        return [[_given(cell, False) for cell in row] for row in value]
    if isinstance(value, str):
        return value or None
    return None if value is None or (blank and value == 0) else float(value)


_known_arguments: dict[str, list[int]] = {}


def _zero_is_blank() -> dict[str, list[int]]:
    """By function, when 0 is a blank for each argument (0 never, 1 by service name, 2 always); the extension carries it."""
    if not _known_arguments:
        _known_arguments.update(json.loads(Path(__file__).parents[1].joinpath("functions.json").read_text("utf-8")))
    return _known_arguments


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(tuple(_cell(cell) for cell in row) for row in value)
    if value is None:
        return ""
    if isinstance(value, str):
        if value in _ERRORS:
            return error(value)
        if _ISO.fullmatch(value):
            return (datetime.fromisoformat(value) - _EPOCH).total_seconds() / 86400
        return value
    return float(value)


def connect() -> Any:
    """Whatever answers on this computer."""
    running = f"{sys.version_info[0]}.{sys.version_info[1]}"
    try:
        settings = json.loads(settings_path().read_text("utf-8"))
    except (OSError, ValueError):
        return Nothing(NOT_INSTALLED.format(todo=INSTALL))
    service = settings.get("service") or {}
    if service.get("url") and (service.get("always") or settings.get("python") != running):
        return Service(service["url"], service.get("token") or _own_token())
    if settings.get("python") != running:
        return Nothing(OTHER_PYTHON.format(found=running, expected=settings.get("python")))
    paths = list(settings.get("paths", ()))
    sys.path[:0] = [path for path in paths[:1] if path not in sys.path]
    sys.path.extend(path for path in paths[1:] if path not in sys.path)
    try:
        return InProcess()
    except Exception as broken:  # whatever is wrong with the environment, the program must start
        return Nothing(BROKEN.format(found=f"{type(broken).__name__}: {broken}", todo=INSTALL))


def _own_token() -> str:
    """The token that the service of this computer made for its user."""
    try:
        return settings_path().with_name("service.token").read_text("utf-8").strip()
    except OSError:
        return ""


_link: Any = None


def link() -> Any:
    """The one connection of this process."""
    global _link
    if _link is None:
        _link = connect()
    return _link
