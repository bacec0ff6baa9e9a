"""Which tab of the team's a tab is: by its name or a registered one, else by its titles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from rules.policy.loader import Config
from rules.policy.models import Rules
from sheets_schema.cells import clean
from sheets_schema.headers import normal_title, titles_of_sheet
from sheets_schema.model import Column, Outline, Sheet
from sheets_schema.outlines import ANYWHERE, OUTLINES
from sheets_schema.sheets import SHEETS
from sheets_schema.sop_titles import SOP_TITLES

MOST_SHARE = 0.5
"""A tab whose titles are at least this share of a sheet's, its key among them, is that sheet."""
SIGNS = 3
"""So many titles that no other tab has tell a tab without a full schema; one of the SOP's own counts twice."""


@dataclass(frozen=True)
class Known:
    """What is known of a tab: its full schema, and the columns that are checked by title beside it."""

    sheet: Sheet | None = None
    outline: Outline | None = None

    @property
    def name(self) -> str:
        """The team's name of the tab; empty for one that nobody registered."""
        return self.sheet.name if self.sheet else self.outline.name if self.outline else ""

    @property
    def columns(self) -> tuple[Column, ...]:
        """Every column that is checked, the full schema's first."""
        return (*(self.sheet.columns if self.sheet else ()), *(self.outline.columns if self.outline else ()))

    def titles(self, config: Config) -> dict[str, str]:
        """Normal title -> our title; the registered titles of any tab where none is known."""
        more = dict(config.site.column_aliases.get(self.name, {}))
        known = _aliases(self.outline, more) if self.outline else {}
        if self.sheet:
            return known | titles_of_sheet(self.sheet, more)
        return registered_titles(config) | known


def known_tab(tab: str, header: Sequence[Any], config: Config) -> Known:
    """What a tab is. Of several tabs that its titles fit, the one that they fit best."""
    name = _named(tab, config)
    if name is None:
        words = {normal_title(cell) for cell in header if isinstance(cell, str)}
        sheet = _by_share(words, config)
        name = sheet.name if sheet else _by_signs(words, config.rules)
    return Known(SHEETS.get(name), OUTLINES.get(name)) if name else Known(None, ANYWHERE)


def tab_called(name: str, tabs: Sequence[str], config: Config) -> str | None:
    """The tab of a workbook that bears the name of one of ours, or another name of it."""
    return next((tab for tab in tabs if tab == name), next((tab for tab in tabs if _named(tab, config) == name), None))


def _named(tab: str, config: Config) -> str | None:
    renamed = {new: ours for book in config.site.workbooks for ours, new in book.tabs.items()}
    return _names().get(_folded(renamed.get(tab, tab)))


def every_title(policy: Rules) -> frozenset[str]:
    """The normal form of every title of every tab: sheets, outlines and the rule book's checklists."""
    words = {word for own in _spellings(policy).values() for word in own}
    return frozenset(words.union(*(titles_of_sheet(sheet) for sheet in SHEETS.values())))


def registered_titles(config: Config) -> dict[str, str]:
    """The titles that the configuration registers, for any tab."""
    return {
        normal_title(word): title
        for aliases in config.site.column_aliases.values()
        for title, words in aliases.items()
        for word in words
    }


def _by_share(words: set[str], config: Config) -> Sheet | None:
    best, answer = MOST_SHARE, None
    for sheet in SHEETS.values():
        known = titles_of_sheet(sheet, config.site.column_aliases.get(sheet.name))
        found = {known[word] for word in words if word in known}
        share = len(found) / len([column for column in sheet.offered if not column.since])
        if share >= best and found.issuperset(sheet.key):
            best, answer = share, sheet
    return answer


def _by_signs(words: set[str], policy: Rules) -> str | None:
    own_words = {normal_title(title) for title in SOP_TITLES}
    counts = Counter({name: len(words & own) + len(words & own & own_words) for name, own in _signs(policy).items()})
    best = counts.most_common(2)
    if not best or best[0][1] < SIGNS or (len(best) > 1 and best[1][1] == best[0][1]):
        return None
    return best[0][0]


@cache
def _names() -> dict[str, str]:
    """Every name of a tab, folded, and ours for it."""
    tabs: list[Sheet | Outline] = [*OUTLINES.values(), *SHEETS.values()]
    return {_folded(word): tab.name for tab in tabs for word in (*tab.aliases, tab.name)}


def _signs(policy: Rules) -> dict[str, set[str]]:
    """Of each tab with an outline, the titles that stand in no other tab."""
    spellings = {name: own for name, own in _spellings(policy).items() if name not in SHEETS}
    count = Counter(word for own in spellings.values() for word in own)
    count.update(word for sheet in SHEETS.values() for word in titles_of_sheet(sheet))
    return {name: {word for word in own if count[word] == 1} for name, own in spellings.items()}


def _spellings(policy: Rules) -> dict[str, set[str]]:
    """Of each outline all titles, aliases and the rule book's columns, in normal form."""
    listed = policy.checklists.sheets
    answer = {}
    for name, outline in OUTLINES.items():
        rows = listed[name].columns if name in listed else ()
        answer[name] = set(_aliases(outline)) | {normal_title(title) for title in rows}
    return answer


def _aliases(outline: Outline, more: Mapping[str, Sequence[str]] | None = None) -> dict[str, str]:
    known = {
        normal_title(word): column.title
        for column in outline.columns
        for word in (*column.aliases, *(more or {}).get(column.title, ()))
    }
    return known | {normal_title(column.title): column.title for column in outline.columns}


def _folded(name: str) -> str:
    return "".join(clean(name).split()).casefold()
