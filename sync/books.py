"""Opens a configured workbook and reads its tabs as the sheets they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from rules.errors import Code, Error, Refused
from rules.policy.loader import Config
from rules.policy.site import Workbook
from sheets_schema.model import Sheet
from sheets_schema.problems import Problem
from sheets_schema.sheets import SHEETS
from sync import guards
from sync.backends.workbook.reader import open_workbook
from sync.sheet import SheetView, view

X_MISSING = Code(
    "X-090",
    "工作簿不存在",
    "the workbook does not exist",
    "检查 config.yaml 的 site.workbooks",
    "check site.workbooks in config.yaml",
)
S_NO_TAB = Code(
    "S-012",
    "工作簿里没有表 {expected}",
    "the workbook has no tab {expected}",
    "恢复表名,或在 site.workbooks 的 tabs 里登记新表名",
    "restore the tab's name, or register the new one under tabs in site.workbooks",
)


@dataclass(frozen=True)
class Book:
    """A workbook as it was read: views by our sheet name, and the tabs that could not be read."""

    name: str
    path: Path
    sha256: str
    date1904: bool
    views: dict[str, SheetView] = field(default_factory=dict)
    refused: list[Error] = field(default_factory=list)
    missing: list[Problem] = field(default_factory=list)
    """Tabs that the workbook lacks and the configuration does not name: simply not synced."""


def sheets_of(book: Workbook) -> dict[str, Sheet]:
    """Our sheets that live in a configured workbook, by name.

    Those whose schema names the workbook, and those that its `tabs` names.
    """
    return {name: sheet for name, sheet in SHEETS.items() if sheet.workbook == book.name or name in book.tabs}


def read_book(config: Config, book: Workbook) -> Book:
    """Reads every tab of a configured workbook.

    A tab that can't be read (duplicate keys, missing key column …) is in `refused`; the others go on.

    Raises:
        Error: X-090 missing, or the reader's code when the file can't be read at all.
    """
    path = config.folder / book.path
    if not path.exists():
        raise Error(X_MISSING, file=path)
    refused: list[Error] = [
        Refused(guards.G_OWNER, file=book.path.name, tab=name, found=name) for name in book.tabs if name not in SHEETS
    ]
    missing: list[Problem] = []
    views: dict[str, SheetView] = {}
    with open_workbook(path) as opened:
        tabs = {tab.name for tab in opened.tabs}
        for name, sheet in sheets_of(book).items():
            tab = book.tabs.get(name, name)
            aliases = config.site.column_aliases.get(name, {})
            try:
                unknown = [title for title in aliases if title not in sheet.by_title]
                if unknown:
                    raise Refused(guards.G_OWNER, file=book.path.name, tab=tab, found=", ".join(unknown))
                if tab not in tabs and name in book.tabs:
                    raise Refused(S_NO_TAB, file=book.path.name, expected=tab)
                if tab not in tabs:
                    missing.append(Problem(S_NO_TAB, book.path.name, column=tab, facts={"expected": tab}))
                    continue
                views[name] = view(opened.read(tab), sheet, aliases, config.site.store_name, book.path.name)
            except Refused as error:
                refused.append(error)
        return Book(book.name, path, opened.sha256, opened.date1904, views, refused, missing)
