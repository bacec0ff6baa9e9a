"""Who answers for a row: 运营负责人 of its store and MSKU in 子-2链接负责人, wherever that tab is."""

from __future__ import annotations

from functools import cached_property

from rules.policy.loader import Config
from sheets_schema.sheets import SHEETS
from sheets_schema.sheets.links import LINKS
from sync.plan.keys import Key
from sync.round.books import Stores, look_up, sheets_of
from sync.tab.view import SheetView

STORE, MSKU, PERSON = "店铺", "MSKU", "运营负责人"


class Owners:
    """Looks people up; the tab is read when somebody asks first, doubled rows and drafts included.

    `stores` are of workbooks that are open in a spreadsheet program.
    """

    def __init__(self, config: Config, stores: Stores) -> None:
        self._config, self._stores = config, stores

    def of(self, tab: str, key: Key, column: str) -> str:
        """The person of a row; else the column's role, ``ERP`` where it has none.

        A row that names no store has the person of its MSKU, if every store of it has the same one.
        """
        sheet = SHEETS.get(tab)
        if sheet is None:  # known to an older version
            return "ERP"
        parts = dict(zip(sheet.key, key, strict=False))
        msku, store = parts.get(MSKU), parts.get(STORE)
        people = self._people.get((store, msku) if STORE in parts else (None, msku), set())
        if len(people) == 1:
            return next(iter(people))
        known = sheet.by_title.get(column)
        return (known.role if known else None) or "ERP"

    @cached_property
    def _people(self) -> dict[tuple[object, object], set[str]]:
        answer: dict[tuple[object, object], set[str]] = {}
        for book in self._config.site.workbooks:
            if LINKS.name in sheets_of(book):
                tab = look_up(self._config, book, LINKS.name, self._stores)
                for store, msku, person in _rows(tab):
                    for place in ((store, msku), (None, msku)):
                        answer.setdefault(place, set()).add(person)
        return answer


def _rows(tab: SheetView | None) -> list[tuple[object, object, str]]:
    if tab is None or PERSON not in tab.positions:
        return []
    columns = zip(*(tab.table.values(title) for title in (STORE, MSKU, PERSON)), strict=True)
    return [(store, msku, str(person)) for store, msku, person in columns if msku is not None and person is not None]
