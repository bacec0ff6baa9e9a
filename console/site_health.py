"""What `qlc doctor` says of a configuration and its `site:` section: what counts, and whether its names lead anywhere."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from addin.hosts.excel import settings as excel
from addin.hosts.libreoffice import settings as libreoffice
from console.health import Check, State
from rules.errors import Error, Text
from rules.policy.kept import Beside, in_force, is_shipped
from rules.policy.loader import Config
from rules.policy.site import Inbox
from sheets_schema.exports import REPORTS
from sheets_schema.sheets import SHEETS

PATIENCE = 5.0
"""Seconds that a folder may take to answer: one on a share that is gone would not for minutes."""
CONFIGURATION = Text("配置", "configuration")
LISTED = 12
"""Names that one line mentions."""


def configuration(path: Path, name: str = "config", title: Text = CONFIGURATION) -> tuple[Check, Config | None]:
    """The configuration that commands would use: the file as it is, else its last good copy; nothing is kept here."""
    try:
        config = in_force(path, keep_it=False)
    except Error as error:
        wrong, todo = Text(error.text("zh"), error.text("en")), Text("照上面改好配置", "correct the configuration")
        return Check(name, title, State.FAIL, wrong, todo), None
    if config.problem:
        wrong = Text(config.problem.text("zh"), config.problem.text("en"))
        todo = Text(
            "改好之前继续用上次好的一份;照上面改好就生效",
            "the last good copy stays in force; corrected, the file counts again",
        )
        return Check(name, title, State.WARN, wrong, todo), config
    note = ("(随产品发布的)", " (as shipped)") if is_shipped(path) else ("", "")
    mark = f"{path} sha256 {config.sha256[:12]}"
    return Check(name, title, State.OK, Text(mark + note[0], mark + note[1])), config


def followed() -> Iterator[Check]:
    """The configurations that the add-ins of this user follow, where an installation named one."""
    for host, path in (
        ("Excel", excel.read_settings().get(excel.CONFIG)),
        ("LibreOffice", libreoffice.read_settings().get("config")),
    ):
        if path:
            title = Text(f"{host} 插件跟着的配置", f"configuration that {host}'s add-in follows")
            yield configuration(Path(path), f"config {host}", title)[0]


def in_time(check: Callable[[], Check], name: str, title: Text) -> Check:
    """A check of a folder that may hang: a failure when it takes too long."""
    look = Beside(check)
    if look.is_done(PATIENCE):
        return look.answer()
    found = Text(f"{PATIENCE:.0f} 秒内没有回答", f"no answer within {PATIENCE:.0f} seconds")
    todo = Text("检查网络和共享文件夹", "check the network and the shared folder")
    return Check(name, title, State.FAIL, found, todo)


def inbox(config: Config, asked: Inbox) -> Check:
    """Whether a folder of exports is there, can be listed, and belongs to a store that is known."""
    name, title = f"inbox {asked.path}", Text(f"导出目录 {asked.path}", f"inbox {asked.path}")
    return in_time(lambda: _inbox(config, asked, name, title), name, title)


def _inbox(config: Config, asked: Inbox, name: str, title: Text) -> Check:
    folder, site = config.folder / asked.path, config.site
    correct = Text("建好目录,或改 site.inbox", "make it, or correct site.inbox")
    if not folder.exists():
        return Check(name, title, State.WARN, Text(f"没有这个目录:{folder}", f"no such folder: {folder}"), correct)
    if not folder.is_dir():
        return Check(name, title, State.FAIL, Text(f"不是目录:{folder}", f"not a folder: {folder}"), correct)
    try:
        with os.scandir(folder) as entries:
            count = sum(not entry.name.startswith(".") for entry in entries)
    except OSError as error:
        found = Text(f"读不了 {folder}:{error.strerror}", f"cannot read {folder}: {error.strerror}")
        return Check(name, title, State.FAIL, found, Text("检查目录的权限", "check the folder's permissions"))
    if asked.store and site.stores and site.store_name(asked.store) is None:
        found = Text(f"{folder}:不认识店铺 {asked.store}", f"{folder}: unknown store {asked.store}")
        todo = Text(
            "在 site.stores 登记它,或改 site.inbox 的 store", "add it to site.stores, or correct store in site.inbox"
        )
        return Check(name, title, State.WARN, found, todo)
    counted = Text(f"{folder},{count} 个文件(没有逐个读)", f"{folder}, {count} files (not read one by one)")
    return Check(name, title, State.OK, counted)


def names(config: Config) -> Check:
    """Names of `site:` that lead nowhere, or to two places."""
    title = Text("site 里的名字", "names in site")
    found = [*_unknown(config), *_twice(config)]
    if not found:
        return Check("names", title, State.OK, Text("都认得,没有重名", "all known, none used twice"))
    said = Text(*("; ".join(item.say(lang) for item in found[:LISTED]) for lang in ("zh", "en")))
    if len(found) > LISTED:
        said = Text(f"{said.zh}; 还有 {len(found) - LISTED} 处", f"{said.en}; {len(found) - LISTED} more")
    todo = Text("照着改 config.yaml 的 site(docs/site.zh-CN.md)", "correct site in config.yaml (docs/site.md)")
    return Check("names", title, State.WARN, said, todo)


def _unknown(config: Config) -> Iterator[Text]:
    site = config.site
    titles = {name: list(sheet.by_title) for name, sheet in SHEETS.items()}
    fields = {name: [field.name for field in report.fields] for name, report in REPORTS.items()}
    yield from _not_among("site.column_aliases", site.column_aliases, titles)
    yield from _not_among("site.export_aliases", site.export_aliases, fields)
    for report in site.max_age_days:
        if report not in REPORTS:
            yield _nowhere("site.max_age_days", report)
    for book in site.workbooks:
        for tab in book.tabs:
            if tab not in SHEETS:
                yield _nowhere(f"site.workbooks {book.name} tabs", tab)


def _not_among(
    key: str, written: Mapping[str, Mapping[str, object]], known: Mapping[str, Iterable[str]]
) -> Iterator[Text]:
    for name, aliases in written.items():
        if name not in known:
            yield _nowhere(key, name)
            continue
        for title in aliases:
            if title not in known[name]:
                yield _nowhere(f"{key}.{name}", title)


def _nowhere(key: str, name: str) -> Text:
    return Text(f"{key}:不认识 {name}", f"{key}: unknown {name}")


def _twice(config: Config) -> Iterator[Text]:
    site, folder = config.site, config.folder
    for alias, stores in site.shared_aliases.items():
        yield Text(
            f"site.stores:{alias} 是 {'、'.join(stores)} 共用的别名,按它认不出店铺",
            f"site.stores: {alias} is an alias of {', '.join(stores)}, so it names none of them",
        )
    for key, found in (
        ("site.stores", [store.name for store in site.stores]),
        ("site.workbooks", [os.path.abspath(folder / book.path) for book in site.workbooks]),  # noqa: PTH100 - asks no disk
        ("site.inbox", [os.path.abspath(folder / box.path) for box in site.inbox]),  # noqa: PTH100 - asks no disk
        *((f"site.workbooks {book.name} tabs", list(book.tabs.values())) for book in site.workbooks),
    ):
        for name, count in Counter(found).items():
            if count > 1:
                yield Text(f"{key}:{name} 写了 {count} 次", f"{key}: {name} stands {count} times")
    for key, aliases in (("site.column_aliases", site.column_aliases), ("site.export_aliases", site.export_aliases)):
        for name, words in aliases.items():
            owners = Counter(word for others in words.values() for word in {*others})
            for word in sorted(word for word, count in owners.items() if count > 1):
                yield Text(f"{key}.{name}:{word} 对应几列", f"{key}.{name}: {word} stands for several columns")
