"""How a tab was read: which of its columns and stores the configuration maps to what, and whether that changed.

Remembered with the agreed values of each tab. A changed configuration is a question (G-010) only where
it changes the source of a column that the tab has, or one of its keys: more words for the same are none.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from rules.errors import Error
from rules.policy.loader import Config
from rules.policy.site import AnyWorkbook, Site, Store
from sheets_schema.exports import REPORTS
from sheets_schema.grid.address import letters
from sheets_schema.headers import normal_title, titles_of_report
from sheets_schema.sheets import SHEETS
from sync.files.library import Library
from sync.state.journal import stored
from sync.tab.view import SheetView, view

_OLD = re.compile(r"[0-9a-f]{64}")


def mapping_of(config: Config, book: AnyWorkbook, tab: str) -> str:
    """What decides how a tab's titles, stores and exports are read, as text to remember."""
    site = config.site
    parts = {
        "tab": book.tabs.get(tab, tab),
        "columns": {title: list(words) for title, words in site.column_aliases.get(tab, {}).items()},
        "exports": {
            name: {title: list(words) for title, words in fields.items()}
            for name, fields in site.export_aliases.items()
            if name in SHEETS[tab].reports
        },
        "stores": {store.name: list(store.aliases) for store in site.stores},
    }
    return json.dumps(parts, ensure_ascii=False, sort_keys=True)


def changes(
    known: str, config: Config, book: AnyWorkbook, now: SheetView, library: Library, tabs: Iterable[str]
) -> list[str]:
    """What the configuration maps differently for this tab than when its values were agreed on.

    `known` is what was remembered then, `tabs` are the workbook's tabs. A state of 0.2.0 remembers a hash:
    with it only "nothing" or "something" can be told.
    """
    name, current = now.sheet.name, mapping_of(config, book, now.sheet.name)
    if known == current:
        return []
    if _OLD.fullmatch(known):
        return [] if known == _hash_of_0_2_0(config, book, name) else ["config.yaml"]
    then = stored(known, dict)
    found = []
    if then["tab"] != now.tab and then["tab"] in tabs:
        found.append(f"{then['tab']} → {now.tab}")
    stores = Site(stores=tuple(Store(name=store, aliases=tuple(words)) for store, words in then["stores"].items()))
    found += _moved_columns(then["columns"], stores.store_name, now)
    found += _moved_stores(then["stores"], config, now)
    for report in sorted(now.sheet.reports):
        if report in library:
            titles = _titles(library, report)
            old, new = (
                titles_of_report(REPORTS[report], aliases.get(report))
                for aliases in (then["exports"], config.site.export_aliases)
            )
            found += [f"《{report}》{line}" for line in _moved_fields(_used(now, report), titles, old, new)]
    return found


def _moved_columns(
    aliases: Mapping[str, list[str]], store_name: Callable[[str], str | None], now: SheetView
) -> Iterator[str]:
    """Columns and keys of a tab that the mapping of then reads from elsewhere, on the tab as it is now."""
    try:
        then = view(now.grid, now.sheet, aliases, store_name, "")
    except Error:  # it could not be read so: nothing was mapped
        return
    for title, at in then.positions.items():
        if now.positions.get(title) != at:
            there = letters(now.positions[title]) if title in now.positions else "—"
            yield f"{title}: {letters(at)} → {there}"
    if then.numbers == now.numbers:
        moved = [(one, other) for one, other in zip(then.keys, now.keys, strict=True) if one != other]
        yield from (f"{'/'.join(map(str, one))} → {'/'.join(map(str, other))}" for one, other in moved[:3])


def _moved_stores(then: Mapping[str, list[str]], config: Config, now: SheetView) -> Iterator[str]:
    """Names of this tab's stores that mean another store now: the exports' rows go elsewhere."""
    stores = now.sheet.store
    here = set(now.table.values(stores)) if stores and stores in now.table.data else None
    for store, words in then.items():
        for word in (store, *words):
            means = config.site.store_name(word)
            if means not in (None, store) and (here is None or here & {means, store}):
                yield f"{word}: {store} → {means}"


def _moved_fields(
    used: set[str] | None, titles: Iterable[str], old: Mapping[str, str], new: Mapping[str, str]
) -> Iterator[str]:
    """Fields that files in force fill from other titles than they did; `used` None stands for every field."""
    then: dict[str, set[str]] = {}
    since: dict[str, set[str]] = {}
    for title in titles:
        word = normal_title(title)
        for mapped, into in ((old, then), (new, since)):
            if word in mapped:
                into.setdefault(mapped[word], set()).add(title)
    for field, before in then.items():
        after = since.get(field, set())
        if before != after and (used is None or field in used):
            yield f"{field}: {'、'.join(sorted(before))} → {'、'.join(sorted(after)) or '—'}"


def _titles(library: Library, report: str) -> set[str]:
    known = [export.provenance for export in library.index(report).exports]
    return {title for how in known for title in (*how.columns, *how.unknown_columns)}


def _used(now: SheetView, report: str) -> set[str] | None:
    """The fields of a report that the tab's columns and keys take; None where some are derived from others."""
    bound = now.sheet.bound
    fields = {source.field for title in now.positions for source in bound.get(title, ()) if source.report == report}
    if any(field not in REPORTS[report].by_name or not REPORTS[report].by_name[field].titles for field in fields):
        return None
    return fields.union(now.sheet.key_fields, {"sku"})


def _hash_of_0_2_0(config: Config, book: AnyWorkbook, tab: str) -> str:
    """What 0.2.0 remembered: one hash over the whole mapping."""
    site = config.site
    parts: dict[str, Any] = {
        "tab": book.tabs.get(tab, tab),
        "columns": {title: sorted(words) for title, words in site.column_aliases.get(tab, {}).items()},
        "exports": {name: {f: sorted(w) for f, w in words.items()} for name, words in site.export_aliases.items()},
        "stores": sorted([store.name, *sorted(store.aliases)] for store in site.stores),
    }
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
