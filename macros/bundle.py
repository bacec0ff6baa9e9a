"""One zip that IT puts on a shared folder: scripts for each user, a version file, the add-in, the wheels."""

from __future__ import annotations

from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from macros.package import package
from macros.wheels import H_INCOMPLETE, missing
from macros.xlam import FILE_NAME, xlam
from rules.errors import Error

_ASCII = ("install.cmd", "install-thin.cmd", "uninstall.cmd")
_TEXTS = ("install.ps1", "install-thin.ps1", "uninstall.ps1", "README.txt")
"""Windows reads these as UTF-8 by their mark of byte order only."""


def bundle_name() -> str:
    """The zip's file name, with the version that it installs."""
    return f"quanliucheng-{version('quanliucheng')}-windows.zip"


def bundle(wheels: Path | None = None) -> bytes:
    """The zip; with the wheels of a folder, if given. Raises H-023 for a folder that lacks some."""
    parts = {"VERSION": f"{version('quanliucheng')}\r\n".encode()}
    parts |= {name: _source(name).encode("ascii") for name in _ASCII}
    parts |= {name: _source(name).encode("utf-8-sig") for name in _TEXTS}
    parts[FILE_NAME] = xlam()
    parts["python/put the embeddable Python here.txt"] = b"python-3.11.x-embed-amd64.zip from python.org\r\n"
    if wheels is not None:
        if lacking := missing(wheels):
            raise Error(H_INCOMPLETE, file=wheels, found=", ".join(lacking))
        parts |= {f"wheels/{path.name}": path.read_bytes() for path in sorted(wheels.glob("*.whl"))}
    return package(parts)


def _source(name: str) -> str:
    """A script with the line ends of Windows."""
    return "\r\n".join(files("macros").joinpath("windows", name).read_text("utf-8").splitlines()) + "\r\n"
