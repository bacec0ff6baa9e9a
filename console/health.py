"""What `qlc doctor` looks at: the machine, its programs, its clock, and how far the calendars reach."""

from __future__ import annotations

import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from importlib import metadata
from zoneinfo import ZoneInfoNotFoundError

from packaging.requirements import Requirement

from rules.china_days import horizon, schedule_gaps
from rules.errors import Text
from rules.policy.loader import Config
from rules.policy.models import Rules

PRODUCT = "quanliucheng"
LEAST_PYTHON = (3, 11)
DECEMBER = 12
FEW_DAYS = 90
"""Published working days left that call for an update."""
OFFICES = (
    "soffice",
    "libreoffice",
    "C:/Program Files/LibreOffice/program/soffice.com",
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
)
NOTHING = Text("", "")


class State(StrEnum):
    """How a check ended; only a failure makes the exit code 1. What was skipped was not looked at, and says why."""

    OK = "ok"
    SKIP = "skip"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: what was found, and what to do unless all is well."""

    name: str
    title: Text
    state: State
    found: Text
    todo: Text = NOTHING


def same(text: object) -> Text:
    """The same words in both languages: versions, paths, numbers."""
    return Text(str(text), str(text))


def versions() -> Iterator[Check]:
    """Python, this product, and the packages that it needs."""
    python = platform.python_version()
    new_enough = sys.version_info >= LEAST_PYTHON
    yield Check(
        "python",
        Text("Python", "Python"),
        State.OK if new_enough else State.FAIL,
        same(f"{python} ({sys.platform})"),
        NOTHING if new_enough else Text("安装 Python 3.11 或更新的版本", "install Python 3.11 or newer"),
    )
    title = Text("程序和依赖", "product and packages")
    try:
        own, wanted = metadata.version(PRODUCT), metadata.requires(PRODUCT) or []
    except metadata.PackageNotFoundError:
        found = Text("程序没有安装,直接从源码运行", "not installed: run from its sources")
        yield Check("packages", title, State.WARN, found, Text("运行 pip install .", "run pip install ."))
        return
    listed, bad = [f"{PRODUCT} {own}"], []
    for needed in _needed(wanted):
        version = _installed(needed.name)
        listed.append(f"{needed.name} {version or '-'}")
        if not version or not needed.specifier.contains(version, prereleases=True):
            bad.append(f"{needed.name}{needed.specifier}")
    todo = NOTHING
    if bad:
        names = " ".join(f'"{item}"' for item in bad)
        todo = Text(f"缺少或太旧,运行 pip install {names}", f"missing or too old: pip install {names}")
    yield Check("packages", title, State.FAIL if bad else State.OK, same(", ".join(listed)), todo)


def _needed(requirements: list[str]) -> Iterator[Requirement]:
    """Every package that this platform needs, without those of extras."""
    for requirement in map(Requirement, requirements):
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield requirement


def _installed(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def clock(config: Config) -> Check:
    """The configured time zone, and its time now."""
    title = Text("时区", "time zone")
    try:
        moment = datetime.now(config.site.zone)
    except ZoneInfoNotFoundError:
        todo = Text("运行 pip install tzdata", "run pip install tzdata")
        return Check("clock", title, State.FAIL, same(config.site.timezone), todo)
    return Check("clock", title, State.OK, same(f"{config.site.timezone} {moment:%Y-%m-%d %H:%M}"))


def libreoffice() -> Check:
    """Whether LibreOffice starts, and its version."""
    title = Text("LibreOffice", "LibreOffice")
    program = next((found for name in OFFICES if (found := shutil.which(name))), None)
    if program is None:
        return Check(
            "libreoffice",
            title,
            State.WARN,
            Text("没有找到", "not found"),
            Text(
                "要在 LibreOffice 里用函数就安装它;命令行不需要",
                "install it to use the functions there; qlc itself does not need it",
            ),
        )
    try:
        done = subprocess.run(  # noqa: S603 - a program found by its fixed name
            [program, "--version"], capture_output=True, text=True, timeout=30, check=True, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.SubprocessError) as error:
        todo = Text("打不开,重新安装 LibreOffice", "it does not start: install LibreOffice again")
        return Check("libreoffice", title, State.WARN, same(f"{program}: {error}"), todo)
    return Check("libreoffice", title, State.OK, same(f"{done.stdout.strip()} ({program})"))


def excel() -> Check:
    """Whether Excel is there; only Windows has it."""
    title = Text("Excel", "Excel")
    if sys.platform != "win32":
        found = Text("Excel 插件只在 Windows 上能用,这台不是", "the Excel add-in works on Windows only; this is none")
        return Check("excel", title, State.SKIP, found)
    import winreg

    try:
        version = winreg.QueryValue(winreg.HKEY_CLASSES_ROOT, r"Excel.Application\CurVer")
    except OSError:
        todo = Text("要用 Excel 插件就安装 Excel", "install Excel to use the add-in")
        return Check("excel", title, State.WARN, Text("没有找到", "not found"), todo)
    return Check("excel", title, State.OK, same(version))


def calendars(day: date, policy: Rules) -> Check:
    """How far the published Chinese working days reach beyond a day; from December on, whether next year is there.

    A schedule in config that lacks a holiday of the law is no schedule yet.
    """
    title = Text("工作日历", "calendars")
    for year in policy.calendars.official:
        if gaps := schedule_gaps(policy, year):
            days = "、".join(map(str, gaps))
            lacking = Text(f"配置里 {year} 年的放假安排缺 {days}", f"the schedule of {year} in config lacks {days}")
            todo = Text(
                "照国务院的通知补全 rules.calendars.official", "complete rules.calendars.official by the notice"
            )
            return Check("calendar", title, State.WARN, lacking, todo)
    last = horizon(policy)
    left = (last - day).days
    zh = f"中国放假安排到 {last},还有 {left} 天" if left >= 0 else f"中国放假安排只到 {last},已过 {-left} 天"
    en = f"China's working days are known until {last}: "
    en += f"{left} days left" if left >= 0 else f"{-left} days ago; answers are estimates (估算)"
    if day.month == DECEMBER and last.year == day.year:
        zh, en = f"{zh};还没有 {day.year + 1} 年的", f"{en}; {day.year + 1} is missing"
    todo = Text(
        "国务院公布新一年的安排后写进 rules.calendars.official;在那之前更晚的日子按估算",
        "when the next year is published, write it into rules.calendars.official; later days are estimates until then",
    )
    few = left < FEW_DAYS
    return Check("calendar", title, State.WARN if few else State.OK, Text(zh, en), todo if few else NOTHING)
