"""设置: which configuration counts, whether it is good, what is installed; opens config.yaml."""

from __future__ import annotations

from addin.commands.command import ButtonReport, Command, Desk, Preview, ShownChange
from addin.commands.machine import config_state, versions
from addin.commands.syncing import workbook_of
from addin.commands.user_files import keep
from rules.errors import Text
from rules.policy.kept import is_shipped
from rules.policy.loader import NAME, Config, user_folder


def run(desk: Desk) -> Preview:
    """Shows the configuration in force and opens it; of the shipped one offers to make a copy of one's own."""
    config = desk.config
    state, error = config_state(config)
    wrong = [] if error is None else [Text(error.text("zh"), error.text("en"))]
    details = [state, *wrong, *_places(config), _document(desk), *_versions()]
    title = Text(f"配置:{config.path}", f"configuration: {config.path}")
    if not is_shipped(config.path):
        return Preview(ButtonReport(title, details=tuple(details)), open=str(config.path))
    own = user_folder() / NAME
    if own.is_file():
        details.insert(1, Text(f"自己的配置在 {own},打开的是它", f"your own configuration is opened: {own}"))
        return Preview(ButtonReport(title, details=tuple(details)), open=str(own))

    def finish() -> ButtonReport:
        if own.exists():
            return ButtonReport(Text(f"自己的配置已经有了:{own}", f"your own configuration is there already: {own}"))
        path = keep(config.path.read_bytes(), NAME)
        return ButtonReport(
            Text(f"建好了自己的配置,打开它修改:{path}", f"your own configuration, to be opened and changed: {path}")
        )

    change = ShownChange(NAME, None, str(own), Text("复制随产品发布的配置", "a copy of the shipped one"))
    return Preview(ButtonReport(title, (change,), details=tuple(details)), finish=finish)


def _places(config: Config) -> list[Text]:
    site = config.site
    lines = [
        Text(
            f"时区 {site.timezone};内容 sha256 {config.sha256[:12]}",
            f"zone {site.timezone}; sha256 {config.sha256[:12]}",
        )
    ]
    for book in site.workbooks:
        path = config.folder / book.path
        there = ("", "") if path.exists() else ("(没有这个文件)", " (no such file)")
        lines.append(Text(f"工作簿《{book.name}》:{path}{there[0]}", f"workbook {book.name}: {path}{there[1]}"))
    for inbox in site.inbox:
        path = config.folder / inbox.path
        store = f"({inbox.store})" if inbox.store else ""
        lines.append(Text(f"导出收件文件夹:{path}{store}", f"inbox: {path}{store}"))
    return lines


def _document(desk: Desk) -> Text:
    book = workbook_of(desk)
    if book is None:
        return Text("打开着的文档不在要同步的工作簿里", "the open document is no workbook to be synced")
    return Text(f"打开着的文档是工作簿《{book.name}》", f"the open document is the workbook {book.name}")


def _versions() -> list[Text]:
    return [Text(f"{name} {version}", f"{name} {version}") for name, version in versions().items()]


COMMAND = Command("settings", run)
