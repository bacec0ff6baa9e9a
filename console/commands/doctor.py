"""`qlc doctor`: what works on this machine, what does not, and what to do about it.

Looks only: it leaves nothing behind, runs no round and shows no secret. A broken configuration is
one of its findings; what depends on it is then left out.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from console.health import NOTHING, Check, State, calendars, clock, excel, libreoffice, same, versions
from console.output import Output
from rules.answer import Text
from rules.errors import Busy, Error
from rules.policy.loader import Config, find_config, kept_copy, load, packaged_path
from rules.policy.site import Workbook
from sync.backends.workbook.replace import check_free
from sync.books import X_MISSING
from sync.state.database import lease_holder
from sync.state.examine import examine

EXAMPLES = """
例 / examples:
  qlc doctor
  qlc doctor --json --config 全流程/config.yaml
"""

SHOWN = {State.OK: Text("好", "ok"), State.WARN: Text("注意", "warn"), State.FAIL: Text("不行", "fail")}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Only the common arguments."""
    parser.epilog = EXAMPLES


def run(args: argparse.Namespace, out: Output) -> int:
    """0 when nothing fails, 1 otherwise."""
    checks = list(_checks(args))
    out.json(
        [
            {
                "name": check.name,
                "state": str(check.state),
                "found": check.found.say(out.lang),
                "todo": check.todo.say(out.lang),
            }
            for check in checks
        ]
    )
    for check in checks:
        out.line(f"[{SHOWN[check.state].say(out.lang)}] {check.title.say(out.lang)}: {check.found.say(out.lang)}")
        if todo := check.todo.say(out.lang):
            out.line(f"      → {todo}")
    return 1 if any(check.state is State.FAIL for check in checks) else 0


def _checks(args: argparse.Namespace) -> Iterator[Check]:
    yield from versions()
    check, config = _configuration(args.config)
    yield check
    here = clock(config) if config else None
    if here:
        yield here
    yield Check(
        "credentials",
        Text("凭据", "credentials"),
        State.OK,
        Text("现有功能都不需要账号,不读任何凭据", "nothing here needs an account; no credential is read"),
    )
    yield libreoffice()
    yield excel()
    zone = config.site.zone if config and here and here.state is State.OK else None
    yield calendars(datetime.now(zone).date())
    if config and config.path.resolve() != packaged_path().resolve():
        yield from _places(config)


def _configuration(explicit: str | None) -> tuple[Check, Config | None]:
    """The configuration that commands would use: the file as it is, else its last good copy."""
    path = find_config(explicit)
    title = Text("配置", "configuration")
    try:
        config = load(path)
    except Error as error:
        wrong = Text(error.text("zh"), error.text("en"))
        kept = _kept(path)
        if kept is None:
            todo = Text("照上面改好配置", "correct the configuration")
            return Check("config", title, State.FAIL, wrong, todo), None
        todo = Text(
            "改好之前继续用上次好的一份;照上面改好就生效",
            "the last good copy stays in force; corrected, the file counts again",
        )
        return Check("config", title, State.WARN, wrong, todo), kept
    shipped = path.resolve() == packaged_path().resolve()
    note = ("(随产品发布的)", " (as shipped)") if shipped else ("", "")
    mark = f"{path} sha256 {config.sha256[:12]}"
    return Check("config", title, State.OK, Text(mark + note[0], mark + note[1])), config


def _kept(path: Path) -> Config | None:
    try:
        return replace(load(kept_copy(path)), path=path)
    except Error:
        return None


def _places(config: Config) -> Iterator[Check]:
    state = config.folder / config.site.state
    existing = next(folder for folder in (state, *state.parents) if folder.exists())
    yield _writable("state", Text("状态目录", "state folder"), state, existing)
    yield from _state(state)
    yield _round(state)
    for inbox in config.site.inbox:
        folder = config.folder / inbox.path
        there = folder.is_dir()
        yield Check(
            f"inbox {inbox.path}",
            Text(f"导出目录 {inbox.path}", f"inbox {inbox.path}"),
            State.OK if there else State.WARN,
            same(folder) if there else Text(f"没有这个目录:{folder}", f"no such folder: {folder}"),
            NOTHING if there else Text("建好目录,或改 site.inbox", "make it, or correct site.inbox"),
        )
    for book in config.site.workbooks:
        yield _workbook(config.folder / book.path, book)


def _state(folder: Path) -> Iterator[Check]:
    """The database of the state, and the newest number of `rules:` that changed."""
    found, title = examine(folder), Text("状态库", "state database")
    for error in found.wrong:
        state = State.WARN if isinstance(error, Busy) else State.FAIL
        yield Check("state database", title, state, Text(error.text("zh"), error.text("en")))
    for error in found.warnings:
        yield Check("state database", title, State.WARN, Text(error.text("zh"), error.text("en")))
    if not found.wrong and not found.warnings:
        none = Text("还没有,第一轮时建立", "none yet; the first round makes it")
        there = Text(
            f"完好,版本 {found.version},{found.size >> 10} KB", f"sound, version {found.version}, {found.size >> 10} KB"
        )
        yield Check("state database", title, State.OK, there if found.version else none)
    if found.change:
        number, key, before, after = found.change
        change = f"{key} {before or '∅'}→{after or '∅'}"
        said = Text(f"第 {number} 轮起 {change}(最近一次)", f"from round {number} on {change} (the newest)")
        yield Check("rules", Text("规则数字", "numbers of the rules"), State.OK, said)


def _round(state: Path) -> Check:
    title = Text("同步", "sync")
    try:
        holder = lease_holder(state)
    except OSError as error:
        todo = Text("检查目录和权限", "check the folder and its permissions")
        return Check("round", title, State.FAIL, same(f"{state}: {error.strerror}"), todo)
    if not holder:
        return Check("round", title, State.OK, Text("没有正在进行的一轮", "no round is running"))
    found = Text(f"有一轮正在进行({holder})", f"a round is running ({holder})")
    return Check("round", title, State.WARN, found, Text("等它结束再同步", "let it end before the next one"))


def _writable(name: str, title: Text, wanted: Path, folder: Path) -> Check:
    """Whether files can be made in a folder: one without a name is made and vanishes at once."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return Check(name, title, State.OK, same(wanted))
    except OSError as error:
        return Check(
            name,
            title,
            State.FAIL,
            Text(f"{folder} 写不进:{error.strerror}", f"cannot write to {folder}: {error.strerror}"),
            Text("检查目录和权限", "check the folder and its permissions"),
        )


def _workbook(path: Path, book: Workbook) -> Check:
    name, title = f"workbook {book.name}", Text(f"工作簿《{book.name}》", f"workbook {book.name}")
    if not path.exists():
        missing = Error(X_MISSING, file=path)
        return Check(name, title, State.FAIL, Text(missing.text("zh"), missing.text("en")))
    try:
        check_free(path)
    except Busy as busy:
        todo = Text("关掉它再同步", "close it before the next round")
        return Check(name, title, State.WARN, Text(busy.text("zh"), busy.text("en")), todo)
    except OSError as error:
        todo = Text("检查文件、权限和 site.workbooks", "check the file, its permissions and site.workbooks")
        return Check(name, title, State.FAIL, same(f"{path}: {error.strerror}"), todo)
    return _writable(name, title, path, path.resolve().parent)
