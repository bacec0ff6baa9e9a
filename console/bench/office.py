"""A LibreOffice of its own for measuring and testing: fresh profile, our extension inside, driven from outside.

Modules built on `console.bench.office_session` run in the Python that has LibreOffice's bindings.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from addin.hosts.libreoffice.settings import FILE_NAME as SETTINGS
from addin.hosts.libreoffice.settings import environment
from macros.oxt import FILE_NAME, oxt
from rules.errors import Code, Error

C_NO_OFFICE = Code(
    "C-024",
    "没有 LibreOffice,或缺它的 Python 支持",
    "LibreOffice or its Python support is missing",
    "Debian:apt-get install libreoffice-calc libreoffice-script-provider-python python3-uno",
    "Debian: apt-get install libreoffice-calc libreoffice-script-provider-python python3-uno",
)
_NOBODY = 65534
_CHINESE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Linguistic/General"><prop oor:name="UILocale" oor:op="fuse"><value>zh-CN</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooLocale" oor:op="fuse"><value>zh-CN</value></prop></item>
<item oor:path="/org.openoffice.Setup/L10N"><prop oor:name="ooSetupSystemLocale" oor:op="fuse"><value>zh-CN</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="ShowTipOfTheDay" oor:op="fuse"><value>false</value></prop></item>
</oor:items>
"""
"""What the profile says before anybody has used it: menus in Chinese where they are installed, no tip of the day."""
_FIRST_START = 81
_TIMEOUT = 300


@cache
def soffice() -> str | None:
    """The program; None where LibreOffice is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


@cache
def office_python() -> str | None:
    """A Python that can import LibreOffice's bindings; None where there is none."""
    program = soffice()
    beside = [str(Path(program).resolve().parent / name) for name in ("python", "python.exe")] if program else []
    for candidate in (*beside, "/usr/bin/python3"):
        if Path(candidate).is_file():
            tried = subprocess.run([candidate, "-c", "import uno"], capture_output=True, check=False)  # noqa: S603 - LibreOffice's own
            if tried.returncode == 0:
                return candidate
    return None


def is_there() -> bool:
    """Whether LibreOffice, its installer of extensions and its Python are all here."""
    return bool(soffice() and shutil.which("unopkg") and office_python())


@dataclass(frozen=True)
class Office:
    """A running LibreOffice; `folder` is its own, with profile, home and settings inside."""

    folder: Path
    pipe: str
    process: subprocess.Popen[bytes]

    def run(self, module: str, timeout: float = _TIMEOUT, **facts: Any) -> Any:
        """Runs a module with `facts` on its stdin, as JSON; answers the JSON document that it prints.

        Raises RuntimeError with its last words.
        """
        done = subprocess.run(  # noqa: S603 - our own module
            [str(office_python()), "-X", "faulthandler", "-m", module],
            input=json.dumps({"pipe": self.pipe, **facts}),
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "PYTHONDONTWRITEBYTECODE": "1"},
        )
        if done.returncode:
            raise RuntimeError(f"{module} ended with {done.returncode}: {done.stderr[-3000:]}")
        return json.loads(done.stdout)


_CRASHED = (139, -11)
"""What `unopkg` ends with now and then in a fresh profile; the second time it goes on."""


def environ(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a LibreOffice that sees nothing of the user's own."""
    home = str(folder / "home")
    names = {name: text for name, text in os.environ.items() if not name.startswith("QLC_")}
    return {**names, "LC_ALL": "C.UTF-8", "HOME": home, "XDG_CONFIG_HOME": f"{home}/.config", **more}


def prepared(folder: Path, settings: dict[str, Any] | None = None) -> None:
    """Installs the extension into a fresh profile in `folder`; `settings` instead of this environment's."""
    config = folder / "home" / ".config" / "quanliucheng"
    config.mkdir(parents=True)
    (config / SETTINGS).write_text(json.dumps(environment() if settings is None else settings), "utf-8")
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_CHINESE, "utf-8")
    (folder / FILE_NAME).write_bytes(oxt())
    other: dict[str, Any] = {}
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        # LibreOffice takes no extension from root: somebody without rights adds it to the profile.
        for path in (folder, *folder.rglob("*")):
            os.chown(path, _NOBODY, _NOBODY)
        other = {"user": _NOBODY, "group": _NOBODY, "extra_groups": []}
    command = ["unopkg", "add", "-f", "-s", f"-env:UserInstallation={profile.as_uri()}", str(folder / FILE_NAME)]
    for _ in range(2):
        done = subprocess.run(  # noqa: S603 - LibreOffice's own
            command,
            capture_output=True,
            text=True,
            timeout=_TIMEOUT,
            check=False,
            cwd=folder,
            env=environ(folder),
            **other,
        )
        if done.returncode not in _CRASHED:
            break
    if done.returncode:
        raise RuntimeError(f"unopkg answered {done.returncode}: {done.stdout}{done.stderr}")


@contextmanager
def office(*, display: str | None = None, settings: dict[str, Any] | None = None, **more: str) -> Iterator[Office]:
    """A running LibreOffice with our extension, without a window unless there is a `display`.

    Raises C-024 where LibreOffice is missing.
    """
    if not is_there():
        raise Error(C_NO_OFFICE)
    folder = Path(tempfile.mkdtemp(prefix="qlc-office-"))
    try:
        prepared(folder, settings)
        running = _started(folder, display, more)
        try:
            yield running
        finally:
            running.process.terminate()
            try:
                running.process.wait(20)
            except subprocess.TimeoutExpired:
                running.process.kill()
                running.process.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _started(folder: Path, display: str | None, more: dict[str, str]) -> Office:
    pipe = f"qlc{uuid.uuid4().hex[:12]}"
    command = [
        str(soffice()),
        f"-env:UserInstallation={(folder / 'profile').as_uri()}",
        *(() if display else ("--headless",)),
        "--norestore",
        "--nologo",
        "--nofirststartwizard",
        f"--accept=pipe,name={pipe};urp;",
    ]
    env = environ(folder, **({"DISPLAY": display, "SAL_USE_VCLPLUGIN": "gen"} if display else {}), **more)
    for _ in range(2):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder, env=env)  # noqa: S603 - LibreOffice's own
        running = Office(folder, pipe, process)
        until = time.monotonic() + _TIMEOUT
        while time.monotonic() < until and process.poll() is None:
            try:
                running.run("console.bench.office_session", 60)
            except (RuntimeError, subprocess.TimeoutExpired):
                time.sleep(0.2)
            else:
                return running
        if process.poll() != _FIRST_START:
            break
    process.kill()
    raise RuntimeError(f"LibreOffice did not start: {process.poll()}")
