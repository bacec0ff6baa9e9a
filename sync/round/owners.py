"""Who answers for a row: the person whom some tab names for its store and MSKU, wherever that tab is."""

from __future__ import annotations

from functools import cached_property

from rules.policy.loader import Config
from sheets_schema.model import Sheet
from sheets_schema.sheets import SHEETS
from sync.plan.keys import Key
from sync.round.books import Stores, look_up, sheets_of
from sync.tab.view import SheetView


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
        parts = dict(zip(sheet.key_fields, key, strict=False))
        people = self._people.get((parts.get("store"), parts.get("msku")), set())
        if len(people) == 1:
            return next(iter(people))
        known = sheet.by_title.get(column)
        return (known.role if known else None) or "ERP"

    @cached_property
    def _people(self) -> dict[tuple[object, object], set[str]]:
        answer: dict[tuple[object, object], set[str]] = {}
        named = [sheet for sheet in SHEETS.values() if sheet.person]
        for book in self._config.site.workbooks:
            for sheet in named:
                if sheet.name in sheets_of(book):
                    tab = look_up(self._config, book, sheet.name, self._stores)
                    for store, msku, person in _rows(sheet, tab):
                        for place in ((store, msku), (None, msku)):
                            answer.setdefault(place, set()).add(person)
        return answer


def _rows(sheet: Sheet, tab: SheetView | None) -> list[tuple[object, object, str]]:
    if tab is None or sheet.person not in tab.positions:
        return []
    titles = dict(zip(sheet.key_fields, sheet.key, strict=True))
    columns = zip(*(tab.table.values(title) for title in (titles["store"], titles["msku"], sheet.person)), strict=True)
    return [(store, msku, str(person)) for store, msku, person in columns if msku is not None and person is not None]
