"""`qlc doctor`: what works on this machine, what does not, and what to do about it.

Looks only: it leaves nothing behind, runs no round and shows no secret. A broken configuration is
one of its findings; what depends on it is then left out.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from console.health import Check, State, calendars, clock, excel, libreoffice, same, versions
from console.output import Output
from console.site_health import configuration, followed, in_time, inbox, names
from rules.errors import Busy, Error, Text
from rules.policy.kept import is_shipped
from rules.policy.loader import Config, find_config, packaged
from rules.policy.site import AnyWorkbook
from sync.backends.file import X_MISSING, FileStore
from sync.state.examine import examine
from sync.state.locks import LEASE, holder

EXAMPLES = """
例 / examples:
  qlc doctor
  qlc doctor --json --config 全流程/config.yaml
"""

SHOWN = {
    State.OK: Text("好", "ok"),
    State.SKIP: Text("没查", "not checked"),
    State.WARN: Text("注意", "warn"),
    State.FAIL: Text("不行", "fail"),
}


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
    check, config = configuration(find_config(args.config))
    yield check
    yield from followed()
    here = clock(config) if config else None
    if here:
        yield here
    yield Check(
        "credentials",
        Text("凭据", "credentials"),
        State.SKIP,
        Text("现有功能都不需要账号,不读任何凭据", "nothing here needs an account; no credential is read"),
    )
    yield libreoffice()
    yield excel()
    zone = config.site.zone if config and here and here.state is State.OK else None
    yield calendars(datetime.now(zone).date(), (config or packaged()).rules)
    if config and not is_shipped(config.path):
        yield names(config)
        yield from _places(config)
    else:
        yield _no_places(config)


def _no_places(config: Config | None) -> Check:
    """Why state, inboxes and workbooks were not looked at."""
    why = Text("配置读不了", "the configuration can't be read")
    if config is not None:
        why = Text("这是随产品发布的配置,没有写它们在哪里", "the shipped configuration names none")
    found = Text(
        f"没有检查状态目录、导出目录和工作簿:{why.zh}", f"state, inboxes and workbooks were not looked at: {why.en}"
    )
    todo = Text("用 --config 指定公司的配置", "name the company's configuration with --config")
    return Check("places", Text("目录和工作簿", "places"), State.SKIP, found, todo)


def _places(config: Config) -> Iterator[Check]:
    if not config.site.inbox:
        found = Text("配置里没有导出目录(site.inbox)", "no inbox is configured (site.inbox)")
        yield Check("inbox", Text("导出目录", "inbox"), State.SKIP, found, Text("填 site.inbox", "fill site.inbox"))
    if not config.site.workbooks:
        found = Text("配置里没有工作簿(site.workbooks)", "no workbook is configured (site.workbooks)")
        todo = Text("填 site.workbooks", "fill site.workbooks")
        yield Check("workbook", Text("工作簿", "workbook"), State.SKIP, found, todo)
    state, server = config.folder / config.site.state_folder, config.site.state_server
    existing = next(folder for folder in (state, *state.parents) if folder.exists())
    yield _writable("state", Text("状态目录", "state folder"), state, existing)
    yield from _state(state, server)
    if not server:
        yield _round(state)
    for box in config.site.inbox:
        yield inbox(config, box)
    for book in config.site.workbooks:
        yield _workbook(config.folder / book.path, book)


def _state(folder: Path, server: str) -> Iterator[Check]:
    """The database of the state, and the newest number of `rules:` that changed."""
    found, title = examine(folder, datetime.now(UTC), server), Text("状态库", "state database")
    for error in found.wrong:
        state = State.WARN if isinstance(error, Busy) else State.FAIL
        yield Check("state database", title, state, Text(error.text("zh"), error.text("en")))
    for error in found.warnings:
        yield Check("state database", title, State.WARN, Text(error.text("zh"), error.text("en")))
    if not found.wrong and not found.warnings:
        none = Text("还没有,第一轮时建立", "none yet; the first round makes it")
        there = Text(
            f"完好,版本 {found.version},{found.size >> 10} KB,记录 {found.lines} 条,备份 {found.backup or '还没有'}",
            f"sound, version {found.version}, {found.size >> 10} KB, {found.lines} lines of the record, "
            f"backup {found.backup or 'none yet'}",
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
        found_by = holder(state / LEASE)
    except OSError as error:
        todo = Text("检查目录和权限", "check the folder and its permissions")
        return Check("round", title, State.FAIL, same(f"{state}: {error.strerror}"), todo)
    if not found_by:
        return Check("round", title, State.OK, Text("没有正在进行的一轮", "no round is running"))
    found = Text(f"有一轮正在进行({found_by})", f"a round is running ({found_by})")
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


def _workbook(path: Path, book: AnyWorkbook) -> Check:
    name, title = f"workbook {book.name}", Text(f"工作簿《{book.name}》", f"workbook {book.name}")
    return in_time(lambda: _file(path, name, title), name, title)


def _file(path: Path, name: str, title: Text) -> Check:
    correct = Text("检查文件、权限和 site.workbooks", "check the file, its permissions and site.workbooks")
    if not path.exists():
        missing = Error(X_MISSING, file=path)
        return Check(name, title, State.FAIL, Text(missing.text("zh"), missing.text("en")))
    if not path.is_file():
        return Check(name, title, State.FAIL, Text(f"不是文件:{path}", f"not a file: {path}"), correct)
    try:
        store = FileStore(path)
        store.check_free()
        tabs = store.tabs()
    except Busy as busy:
        todo = Text("关掉它再同步", "close it before the next round")
        return Check(name, title, State.WARN, Text(busy.text("zh"), busy.text("en")), todo)
    except OSError as error:
        return Check(name, title, State.FAIL, same(f"{path}: {error.strerror}"), correct)
    except Error as error:
        todo = Text("恢复一份好的工作簿", "restore a good copy of the workbook")
        return Check(name, title, State.FAIL, Text(error.text("zh"), error.text("en")), todo)
    found = Text(
        f"{path},{len(tabs)} 张表(内容用 qlc check 查)", f"{path}, {len(tabs)} tabs (qlc check looks at what they hold)"
    )
    writable = _writable(name, title, path, path.resolve().parent)
    return replace(writable, found=found) if writable.state is State.OK else writable
