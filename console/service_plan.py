"""What installing the service does on this system: the files it writes, the commands it runs, where the logs are."""

from __future__ import annotations

import getpass
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from console import service_units as units
from console.daemon_view import LOG
from rules.errors import Code, Error
from rules.policy.loader import Config, user_folder

D_SYSTEM_UNKNOWN = Code(
    "D-031",
    "这个系统上没有现成的服务安装({found})",
    "there is no ready way to install a service on this system ({found})",
    "用系统自己的办法在开机时运行 qlc --config … serve --sync",
    "let the system itself run qlc --config … serve --sync at its start",
)


@dataclass(frozen=True)
class ToWrite:
    """A file of the service; a `secret` one is its owner's alone, and what stands in it already is kept."""

    path: Path
    text: str
    secret: bool = False

    def data(self) -> bytes:
        """Its bytes."""
        return units.data(self.path, self.text)


@dataclass(frozen=True)
class Plan:
    """All that makes the service, and all that removes it."""

    files: tuple[ToWrite, ...]
    enable: tuple[Sequence[str], ...]
    """Commands after the files are written."""
    disable: tuple[Sequence[str], ...]
    """Commands before they are removed."""
    cleanup: tuple[Sequence[str], ...]
    """… and after."""
    logs: tuple[str, ...]
    notes: tuple[tuple[str, str], ...] = ()
    """What to know, in Chinese and English."""


def plan_for(config: Config, platform: str = sys.platform) -> Plan:
    """The plan for a configuration on a system. Raises D-031 where there is none."""
    path = config.path.absolute()
    words = [sys.executable, "-m", "console.cli", "--config", str(path), "serve", "--sync"]
    log = str(config.folder.absolute() / config.site.state_folder / LOG)
    if platform == "win32":
        return _windows(config, path, words, log)
    if platform.startswith("linux"):
        return _systemd(config, path, words, log, system=os.geteuid() == 0)
    raise Error(D_SYSTEM_UNKNOWN, found=platform)


def _systemd(config: Config, path: Path, words: Sequence[str], log: str, *, system: bool) -> Plan:
    home = Path("/etc/systemd/system") if system else _user_units()
    secrets = Path("/etc/qlc.env") if system else user_folder() / "service.env"
    user = path.parent.owner() if system else ""
    wanted = units.Wanted(path, path.parent, words, secrets, user)
    of = ["systemctl"] if system else ["systemctl", "--user"]
    name = f"{units.NAME}.service"
    notes = [_as_root()] if user == "root" else []
    if not system:
        notes.append(_lingering())
    return Plan(
        (
            ToWrite(home / name, units.unit(wanted, system=system)),
            ToWrite(secrets, units.environment(config.site), secret=True),
        ),
        ([*of, "daemon-reload"], [*of, "enable", "--now", name]),
        ([*of, "disable", "--now", name],),
        ([*of, "daemon-reload"],),
        (log, f"journalctl {'' if system else '--user '}-u {units.NAME}"),
        tuple(notes),
    )


def _user_units() -> Path:
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "systemd" / "user"


def _as_root() -> tuple[str, str]:
    return (
        "配置文件夹属于 root,服务会以 root 运行;最好把它交给一个普通用户(chown)再安装",
        "the configuration's folder belongs to root, and so the service runs as root; better give it to a user first (chown)",
    )


def _lingering() -> tuple[str, str]:
    user = getpass.getuser()
    return (
        f"没有人登录时也要跑,就运行一次:loginctl enable-linger {user}",
        f"to run while nobody is logged on, run once: loginctl enable-linger {user}",
    )


def _windows(config: Config, path: Path, words: Sequence[str], log: str) -> Plan:
    home = user_folder()
    user = "\\".join(filter(None, (os.environ.get("USERDOMAIN", ""), getpass.getuser())))
    wanted = units.Wanted(path, path.parent, words, home / "service.env", user)
    script, task = home / "qlc-service.ps1", home / "qlc-service.xml"
    schtasks = shutil.which("schtasks") or "schtasks"
    return Plan(
        (
            ToWrite(script, units.wrapper(wanted)),
            ToWrite(task, units.task(wanted, script)),
            ToWrite(wanted.environment_file, units.environment(config.site), secret=True),
        ),
        (
            [schtasks, "/Create", "/TN", units.NAME, "/XML", str(task), "/RU", user, "/RP", "*", "/F"],
            [schtasks, "/Run", "/TN", units.NAME],
        ),
        ([schtasks, "/End", "/TN", units.NAME], [schtasks, "/Delete", "/TN", units.NAME, "/F"]),
        (),
        (log,),
        (
            (
                "Windows 会问这个用户的密码,自己保管(没有它,开机后够不到网络盘);我们看不到,也不存",
                "Windows asks for this user's password and keeps it (without it network drives are out of reach); we never see it",
            ),
        ),
    )
