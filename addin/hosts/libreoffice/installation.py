"""Hands the extension to LibreOffice for this user, and tells it where the product is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from addin.hosts.excel.installation import InstallStep
from addin.hosts.libreoffice.settings import environment, read_settings, settings_path, write_settings
from rules.errors import Busy, Code, Error, Text
from rules.policy.kept import keep, kept_own
from rules.policy.loader import load

IDENTIFIER = "cn.quanliucheng"
TIMEOUT = 300

H_NO_OFFICE = Code(
    "H-040",
    "没有找到 LibreOffice(unopkg)",
    "LibreOffice (unopkg) was not found",
    "装上 LibreOffice 7.2 以上,或把它的 program 文件夹加进 PATH",
    "install LibreOffice 7.2 or later, or put its program folder on PATH",
)
H_ROOT = Code(
    "H-041",
    "LibreOffice 不让 root 装扩展",
    "LibreOffice installs no extension for root",
    "用平时登录的用户运行",
    "run it as the user who works with LibreOffice",
)
H_UNOPKG = Code(
    "H-042",
    "LibreOffice 没有装上扩展:{found}",
    "LibreOffice did not take the extension: {found}",
    "看看这句话说的原因,再试一次",
    "see what it says and try again",
)
H_OFFICE_OPEN = Code(
    "H-043",
    "LibreOffice 开着,装不了",
    "LibreOffice is open",
    "关掉 LibreOffice 再试",
    "close LibreOffice and try again",
)

_PLACES = {
    "win32": ("LibreOffice/program/unopkg.com",),
    "darwin": ("/Applications/LibreOffice.app/Contents/MacOS/unopkg",),
    "linux": ("/usr/lib/libreoffice/program/unopkg", "/opt/libreoffice/program/unopkg"),
}


def unopkg() -> Path:
    """LibreOffice's own installer of extensions. Raises H-040."""
    found = shutil.which("unopkg")
    if found:
        return Path(found)
    folders = [Path(os.environ.get(name, "")) for name in ("ProgramFiles", "ProgramFiles(x86)")]
    for place in _PLACES.get(sys.platform, ()):
        for path in [folder / place for folder in folders] if sys.platform == "win32" else [Path(place)]:
            if path.is_file():
                return path
    raise Error(H_NO_OFFICE)


def install(name: str, content: bytes, config: Path | None) -> list[InstallStep]:
    """Writes the settings, then adds the extension; done again it replaces what it did before.

    A function service that the settings name stays. Raises H-040, H-041, H-042 or H-043 (4), and what `load`
    raises of a broken configuration; then the settings are those of before.
    """
    program = _ready()
    settings: dict[str, Any] = {**read_settings(), **environment(), **(_following(config) if config else {})}
    with tempfile.TemporaryDirectory(prefix="qlc-oxt-") as folder:
        file = Path(folder) / name
        file.write_bytes(content)
        _run(program, "add", "-f", "-s", str(file))
    path = write_settings(settings)
    return [
        InstallStep(Text("装好了扩展", "extension added"), Path(name)),
        InstallStep(Text("写好了设置", "settings written"), path),
    ]


def follow(config: Path) -> list[InstallStep]:
    """Names the configuration that the extension follows from its next start on; LibreOffice may be open.

    It may lie in a shared folder: each start takes what stands there, and a copy is kept on this computer.
    Raises what `load` raises.
    """
    path = write_settings({**read_settings(), **_following(config)})
    return [InstallStep(Text("写好了跟着哪份配置", "wrote which configuration is followed"), path)]


def _following(config: Path) -> dict[str, str]:
    path = config.absolute()
    keep(load(path).content, kept_own(path))
    return {"config": str(path)}


def uninstall() -> list[InstallStep]:
    """Removes the extension and the settings; what was not there is no step. Raises as `install`.

    The Basic functions stay in the program's library; without the extension they answer an error.
    """
    steps = []
    program = _ready()
    if IDENTIFIER in _run(program, "list"):
        _run(program, "remove", IDENTIFIER)
        steps.append(InstallStep(Text("卸掉了扩展", "extension removed"), Path(IDENTIFIER)))
    path = settings_path()
    if path.is_file():
        path.unlink()
        steps.append(InstallStep(Text("删掉了设置", "settings removed"), path))
    return steps


def _ready() -> Path:
    program = unopkg()
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        raise Error(H_ROOT)
    return program


def _run(program: Path, *words: str) -> str:
    done = subprocess.run(  # noqa: S603 - LibreOffice's own program
        [str(program), *words], capture_output=True, text=True, timeout=TIMEOUT, check=False, stdin=subprocess.DEVNULL
    )
    said = f"{done.stdout}\n{done.stderr}".strip()
    if done.returncode:
        if "lock" in said.lower() or "running" in said.lower():
            raise Busy(H_OFFICE_OPEN)
        raise Error(H_UNOPKG, found=said.splitlines()[-1] if said else done.returncode)
    return said
