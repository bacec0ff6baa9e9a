"""What makes `qlc serve --sync` a service of the operating system: a systemd unit, or a task of Windows' scheduler.

Pure texts; `qlc service` writes them. Secrets stand in an environment file that only its owner reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from xml.sax.saxutils import escape

from rules.policy.site import Site

NAME = "qlc"
"""What the service is called."""
AGAIN_AFTER = 10
"""Seconds until a service that ended by a fault starts again."""
_MARK = "config: "


@dataclass(frozen=True)
class Wanted:
    """A service that is to be: `words` start it with the variables of `environment_file`; it writes in `folder`, that of
    `config`. It never starts there: Python would take a folder `rules` of the company's for ours.
    """

    config: PurePath
    folder: PurePath
    words: Sequence[str]
    environment_file: Path
    user: str = ""
    """Who it runs as, where that is not whoever installs it."""


def unit(wanted: Wanted, *, system: bool) -> str:
    """A systemd unit, of the whole system or of one user.

    It starts again after a fault (a fault is not: a stop, which ends with 0), and may write where it works.
    """
    lines = [
        f"# {_MARK}{wanted.config}",
        "[Unit]",
        "Description=全流程 qlc: syncs sheets and answers functions",
        *(["Wants=network-online.target", "After=network-online.target"] if system else []),
        "StartLimitIntervalSec=0",
        "",
        "[Service]",
        "Type=exec",
        *([f"User={wanted.user}"] if system and wanted.user else []),
        "WorkingDirectory=/",
        f"EnvironmentFile=-{_plain(wanted.environment_file)}",
        f"ExecStart={' '.join(map(_word, wanted.words))}",
        "ExecReload=/bin/kill -HUP $MAINPID",
        "Restart=on-failure",
        f"RestartSec={AGAIN_AFTER}",
        "KillMode=mixed",
        "TimeoutStopSec=25",
        "NoNewPrivileges=yes",
        "LockPersonality=yes",
        "RestrictRealtime=yes",
        "RestrictSUIDSGID=yes",
        "SystemCallArchitectures=native",
        *(_SYSTEM_ONLY if system else []),
        *(["PrivateTmp=yes"] if system and not _is_temporary(wanted.folder) else []),
        *([f"ReadWritePaths=-{_path_word(wanted.folder)}"] if system else []),
        "",
        "[Install]",
        f"WantedBy={'multi-user.target' if system else 'default.target'}",
    ]
    return "\n".join(lines) + "\n"


_SYSTEM_ONLY = (
    "ProtectSystem=full",
    "PrivateDevices=yes",
    "ProtectKernelTunables=yes",
    "ProtectKernelModules=yes",
    "ProtectControlGroups=yes",
    "RestrictNamespaces=yes",
)
"""Of no use to, or not to be had by, a user's own service."""


def _is_temporary(folder: PurePath) -> bool:
    """Whether a folder would vanish behind a `/tmp` of the service's own."""
    return any(folder.is_relative_to(place) for place in ("/tmp", "/var/tmp"))  # noqa: S108 - only looked at


def _plain(path: PurePath) -> str:
    """A path as the whole value of a setting, in which `%` would begin a specifier."""
    return str(path).replace("%", "%%")


def _path_word(path: PurePath) -> str:
    return f'"{_escaped(_plain(path))}"' if " " in str(path) else _plain(path)


def _word(word: str) -> str:
    """One word of a command line of systemd."""
    text = _escaped(word.replace("%", "%%").replace("$", "$$"))
    return f'"{text}"' if not text or set(text) & set(" \t;'") or text != word else text


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def task(wanted: Wanted, wrapper: PurePath) -> str:
    """A task of Windows' scheduler, as XML: at every start of the computer, also while nobody has logged on.

    `wrapper` is the script that it runs. With the user's password in Windows' keeping, network drives are within
    reach; without (`S4U`) they would not be.
    """
    arguments = f'-NoProfile -NonInteractive -ExecutionPolicy Bypass -File "{wrapper}"'
    return _TASK.format(
        mark=escape(f"{_MARK}{wanted.config}"),
        user=escape(wanted.user),
        arguments=escape(arguments),
        folder=escape(str(wrapper.parent)),
    )


_TASK = """<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>全流程 qlc: syncs sheets and answers functions. {mark}</Description>
  </RegistrationInfo>
  <Triggers>
    <BootTrigger>
      <Enabled>true</Enabled>
      <Delay>PT30S</Delay>
    </BootTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>{user}</UserId>
      <LogonType>Password</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <AllowHardTerminate>true</AllowHardTerminate>
    <StartWhenAvailable>true</StartWhenAvailable>
    <RunOnlyIfNetworkAvailable>false</RunOnlyIfNetworkAvailable>
    <AllowStartOnDemand>true</AllowStartOnDemand>
    <Enabled>true</Enabled>
    <Hidden>false</Hidden>
    <RunOnlyIfIdle>false</RunOnlyIfIdle>
    <WakeToRun>false</WakeToRun>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Priority>7</Priority>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>255</Count>
    </RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>powershell.exe</Command>
      <Arguments>{arguments}</Arguments>
      <WorkingDirectory>{folder}</WorkingDirectory>
    </Exec>
  </Actions>
</Task>
"""


def wrapper(wanted: Wanted) -> str:
    """The script that the task runs: sets the variables, starts the service, starts it again after a fault.

    The scheduler restarts only what could not be started at all, so the script does it.
    """
    words = " ".join(_quoted(word) for word in wanted.words)
    return _WRAPPER.format(environment=_quoted(str(wanted.environment_file)), words=words, again=AGAIN_AFTER)


_WRAPPER = """$ErrorActionPreference = 'Stop'
$file = {environment}
if (Test-Path -LiteralPath $file) {{
    foreach ($line in Get-Content -LiteralPath $file -Encoding UTF8) {{
        if ($line -match '^\\s*([A-Za-z_][A-Za-z0-9_]*)=(.*)$') {{
            [Environment]::SetEnvironmentVariable($Matches[1], $Matches[2].Trim(), 'Process')
        }}
    }}
}}
$env:PYTHONUTF8 = '1'
while ($true) {{
    & {words}
    if ($LASTEXITCODE -eq 0) {{ exit 0 }}
    Start-Sleep -Seconds {again}
}}
"""


def _quoted(word: str) -> str:
    """A word of PowerShell in which nothing is special."""
    return "'" + word.replace("'", "''") + "'"


def environment(site: Site) -> str:
    """The environment file as `install` makes it: the variables that the configuration names, each commented out."""
    lines = [
        "# 全流程 qlc 的密钥,一行一个:去掉 # 并填在 = 后面;只有本用户读得到,不要发给别人。",
        "# Secrets of 全流程 qlc, one a line: take # away and write them after =. Only its owner may read this file.",
    ]
    for name, words in dict(_variables(site)).items():
        lines += ["", f"# {words}", f"# {name}="]
    return "\n".join(lines) + "\n"


def _variables(site: Site) -> Iterable[tuple[str, str]]:
    if site.alerts is not None:
        yield site.alerts.webhook_env, "群机器人的地址 / the address of the group's bot (site.alerts)"
        if site.alerts.secret_env:
            yield site.alerts.secret_env, "群机器人的加签密钥 / the secret that its messages are signed with"
    for user in site.service.users:
        yield user.token_env, f"{user.name} 的令牌,至少 32 个字符 / the token of {user.name}, at least 32 characters"


def is_of(text: str, config: PurePath) -> bool:
    """Whether a unit or task was written for a configuration."""
    return f"{_MARK}{config}\n" in text or f"{_MARK}{escape(str(config))}<" in text


def data(path: Path | PurePath, text: str) -> bytes:
    """A file's bytes: the scheduler wants UTF-16, PowerShell 5 knows UTF-8 by its mark only."""
    if path.suffix == ".xml":
        return b"\xff\xfe" + text.replace("\n", "\r\n").encode("utf-16-le")
    if path.suffix == ".ps1":
        return b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
    return text.encode()
