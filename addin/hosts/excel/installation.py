"""Puts the add-in where Excel loads it at every start, for one user and without an administrator's rights.

Excel opens what lies in the user's XLSTART, and trusts that folder by itself; no registry key is needed.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from addin.hosts.excel.settings import CONFIG, INTERPRETER, read_settings, settings_path, write_settings
from rules.errors import Busy, Code, Error, Text
from rules.policy.kept import keep, kept_own
from rules.policy.loader import load

H_NOT_WINDOWS = Code(
    "H-010",
    "这台电脑是 {found},Excel 插件只装在 Windows 上",
    "this computer runs {found}; the Excel add-in is installed on Windows only",
    "在装了 Excel 的 Windows 电脑上运行,或用 qlc addin bundle --windows 做安装包",
    "run it on a Windows computer with Excel, or make a package with qlc addin bundle --windows",
)
H_NO_LIBRARY = Code(
    "H-011",
    "Python 旁边没有 {found},Excel 连不上 Python",
    "{found} is not beside Python, so Excel can't reach it",
    "用同一个 Python 运行 pip install xlwings",
    "run pip install xlwings with this Python",
)
H_EXCEL_OPEN = Code(
    "H-012",
    "Excel 开着,插件文件正在用",
    "Excel is open and uses the add-in's file",
    "关掉 Excel 再试",
    "close Excel and try again",
)
H_FOLDER = Code(
    "H-013",
    "不知道 Excel 的启动文件夹:没有环境变量 APPDATA",
    "Excel's start-up folder is unknown: APPDATA is not set",
    "用普通用户登录后再试",
    "log in as an ordinary user and try again",
)
H_CODE_PAGE = Code(
    "H-014",
    "路径 {found} 里有这台电脑的代码页写不出的字",
    "the path {found} has characters that this computer's code page lacks",
    "装到另一个路径",
    "install to another path",
)


@dataclass(frozen=True)
class InstallStep:
    """One thing that was done, and where."""

    did: Text
    path: Path


def need_windows() -> None:
    """Raises H-010 elsewhere, and H-011 when xlwings' library is not where its VBA looks for it."""
    if sys.platform != "win32":
        raise Error(H_NOT_WINDOWS, found=sys.platform)
    need_library(Path(sys.executable))


def need_library(python: Path) -> None:
    """Raises H-011 unless the library lies beside Python, or one folder up as in a virtual environment."""
    bits = 64 if sys.maxsize > 2**32 else 32
    name = f"xlwings{bits}-{version('xlwings')}.dll"
    if not any((folder / name).is_file() for folder in (python.parent, python.parent.parent)):
        raise Error(H_NO_LIBRARY, found=name)


def startup_folder() -> Path:
    """The folder whose files Excel opens at every start. Raises H-013."""
    roaming = os.environ.get("APPDATA")
    if not roaming:
        raise Error(H_FOLDER)
    return Path(roaming) / "Microsoft" / "Excel" / "XLSTART"


def install(name: str, content: bytes, python: Path, config: Path | None) -> list[InstallStep]:
    """Copies the add-in, names the interpreter and, if given, the configuration.

    Done again it replaces what it did before. Raises H-012 (4) while Excel is open, H-013, H-014, and what
    `load` raises of a broken configuration, before anything is done.
    """
    following = {} if config is None else _following(config)
    target = startup_folder() / name
    replaced = target.exists()
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(name + ".new")
    try:
        fresh.write_bytes(content)
        fresh.replace(target)
    except PermissionError:
        fresh.unlink(missing_ok=True)
        raise Busy(H_EXCEL_OPEN, file=target) from None
    _change_settings({INTERPRETER: str(_windowless(python)), **following})
    copied = Text("更新了插件", "replaced the add-in") if replaced else Text("放好了插件", "copied the add-in")
    return [
        InstallStep(copied, target),
        InstallStep(
            Text("写好了设置(用哪个 Python、哪份配置)", "wrote the settings (Python, configuration)"), settings_path()
        ),
    ]


def follow(config: Path) -> list[InstallStep]:
    """Names the configuration that the add-in follows from its next start on; Excel may be open.

    It may lie in a shared folder: each start takes what stands there, and a copy is kept on this computer.
    Raises what `load` raises, and H-014.
    """
    _change_settings(_following(config))
    return [InstallStep(Text("写好了跟着哪份配置", "wrote which configuration is followed"), settings_path())]


def _following(config: Path) -> dict[str, str]:
    path = config.resolve()
    keep(load(path).content, kept_own(path))
    return {CONFIG: str(path)}


def _change_settings(changes: dict[str, str]) -> None:
    try:
        write_settings({**read_settings(), **changes})
    except UnicodeEncodeError:
        raise Error(H_CODE_PAGE, found=", ".join(changes.values())) from None


def uninstall(name: str) -> list[InstallStep]:
    """Takes both away again; what is not there is not mentioned. Raises H-012 (4), H-013."""
    places = (
        (startup_folder() / name, Text("拿走了插件", "removed the add-in")),
        (settings_path(), Text("删掉了设置", "removed the settings")),
    )
    steps = []
    for path, did in places:
        try:
            path.unlink()
        except FileNotFoundError:
            continue
        except PermissionError:
            raise Busy(H_EXCEL_OPEN, file=path) from None
        steps.append(InstallStep(did, path))
    return steps


def _windowless(python: Path) -> Path:
    """The Python that opens no console window, where there is one."""
    quiet = python.with_name("pythonw.exe")
    return quiet if quiet.is_file() else python
