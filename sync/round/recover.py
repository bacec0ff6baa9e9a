"""Finishes what has no known end: cells that hold what was planned are taken as written.

So it is after a crash, and after a round that wrote into an open document, whose end is the saving.
Resume re-reads by key (sync.md): equal to `after` takes `after` as agreed, equal to `before` keeps what
was agreed, any other value is a person's edit. Then the round plans again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Row

from rules.errors import Error
from rules.policy.loader import Config
from sheets_schema.cells import Value, equal, meaning
from sync.backends.port import Landing
from sync.plan.keys import Key
from sync.round.books import SeenBook, Stores, home_of, read_book
from sync.state.database import State, now
from sync.state.journal import key_of, row_of, value_of
from sync.state.leases import Lease
from sync.state.packed import WrittenCell
from sync.state.pins import Pin
from sync.tab.adopt import Choice
from sync.tab.agreed import set_cells, without_rows
from sync.tab.choices import pin_of

Agreed = dict[str, dict[tuple[Key, str], Value]]
"""Agreed values by tab, key and column."""


@dataclass(frozen=True)
class Unsettled:
    """What rounds without a known end did to a workbook, as far as it holds it.

    `carried` are the conflicts whose choice they carried out: open until the end is known.
    """

    agreed: Agreed = field(default_factory=dict)
    pins: dict[str, list[Pin]] = field(default_factory=dict)
    carried: frozenset[str] = frozenset()


def recover(config: Config, state: State, stores: Stores, lease: Lease) -> None:
    """Settles what rounds left without a known end in the workbook whose lease is held.

    What counts is where it stays: the file. A workbook that can't be read now waits until a later round can; so does
    one of which a document is open (in `stores`, or elsewhere) and not saved since.
    """
    configured = next((book for book in config.site.workbooks if book.name == lease.workbook), None)
    if configured is None:
        return
    waiting = [item for item in state.journal.unfinished() if item.workbook == lease.workbook]
    for at, item in enumerate(waiting):
        home = home_of(config, configured, stores)
        try:
            arrival = home.settle(item.sha_before)
            book = read_book(config, configured, {item.workbook: home})
        except Error:
            continue
        if book.version != item.sha_before:
            arrival = Landing.UNKNOWN
        shown = stores.get(item.workbook, home)
        waits = arrival is Landing.WAITING or (arrival is Landing.NOTHING and not shown.durable)
        if item.state == "SENT" and waits:
            continue
        with state.begin(lease):
            _settle(state, item, book, arrival, waiting[at + 1 :])


def _settle(state: State, item: Row[Any], book: SeenBook, arrival: Landing, later: Sequence[Row[Any]]) -> None:
    """`later` are rounds that have no known end either: what one of them found as it was before, this one did not write."""
    again = {
        (row.tab, row.key, row.column, row.before)
        for one in later
        for row in state.journal.written(one.round, one.workbook, verified_only=False)
    }
    rows = state.journal.written(item.round, item.workbook, verified_only=False)
    there = _arrived(book, rows) if arrival is Landing.UNKNOWN else []
    there = [row for row in there if (row.tab, row.key, row.column, row.before) not in again]
    state.journal.verified(item.round, item.workbook, [row.id for row in there])
    state.journal.forget_unverified(item.round, item.workbook)
    gone: dict[str, set[Key]] = {}
    for row in there:
        if row.kind == "restore" and row.column == "" and row.base is None:
            gone.setdefault(row.tab, set()).add(key_of(row.key))
    agreed = _agreed(book, there)
    for tab in agreed.keys() | gone.keys():
        base = state.bases.get(item.workbook, tab)
        if base is not None:
            key = book.views[tab].sheet.key
            table = without_rows(set_cells(base.table, key, agreed.get(tab, {})), key, gone.get(tab, set()))
            state.bases.put(item.workbook, tab, replace(base, table=table, round=item.round))
    pins = _carried_out(state, there)
    for tab, new in pins.items():
        state.pins.put(item.workbook, tab, new, now())
    state.conflicts.close(list(_waiting(state, there)), now())
    done = "COMMITTED" if len(there) == len(rows) else "PARTIAL" if there else "STALE"
    state.journal.move(item.round, item.workbook, done, sha_after=book.version if there else None)


def unsettled(state: State, book: SeenBook) -> Unsettled:
    """What rounds without a known end agreed on and carried out, as far as the workbook holds it.

    In an open document every choice that they carried out waits for the saving, whatever was typed since.
    """
    rows = [
        row
        for item in state.journal.unfinished()
        if item.workbook == book.name
        for row in state.journal.written(item.round, item.workbook, verified_only=False)
    ]
    there = _arrived(book, rows)
    carried = frozenset(row.conflict for row in (there if book.store.durable else rows) if row.conflict)
    return Unsettled(_agreed(book, there), _carried_out(state, there), carried)


def _waiting(state: State, there: Sequence[WrittenCell]) -> dict[str, Row[Any]]:
    """The conflicts whose choice these cells carried out, and nobody noted yet."""
    found = state.conflicts.named([row.conflict for row in there if row.conflict])
    return {one: row for one, row in found.items() if row.closed is None and row.choice is not None}


def _carried_out(state: State, there: Sequence[WrittenCell]) -> dict[str, list[Pin]]:
    """By tab the pins of those choices."""
    rounds = {row.conflict: row.round for row in there if row.conflict}
    pins: dict[str, list[Pin]] = {}
    for one, row in _waiting(state, there).items():
        pin = pin_of(key_of(row.key), row.column, value_of(row.theirs), Choice(row.choice), rounds[one])
        if pin is not None:
            pins.setdefault(row.tab, []).append(pin)
    return pins


def _arrived(book: SeenBook, rows: Iterable[WrittenCell]) -> list[WrittenCell]:
    """Those planned cells and rows that a workbook holds as planned; of a tab that can't be read, none."""
    places = {name: {key: row for row, key in enumerate(view.keys)} for name, view in book.views.items()}
    return [row for row in rows if row.tab in places and _holds(book, row, places[row.tab])]


def _holds(book: SeenBook, row: WrittenCell, places: dict[Key, int]) -> bool:
    at = places.get(key_of(row.key))
    if row.column == "":
        return (at is None) == bool(row.kind == "restore")
    if at is None:
        return False
    view = book.views[row.tab]
    if row.column not in view.positions:
        return False
    wanted = meaning(value_of(row.after), view.sheet.by_title[row.column].type)
    return equal(view.table.value(row.column, at), wanted)


def _agreed(book: SeenBook, written: Sequence[WrittenCell]) -> Agreed:
    """What written cells agree on with the ERP; of a restored one, what was agreed before it was written."""
    cells: Agreed = {}
    for row in written:
        tab, key = cells.setdefault(row.tab, {}), key_of(row.key)
        sheet = book.views[row.tab].sheet
        if row.column:
            if row.kind == "cell":
                tab[key, row.column] = value_of(row.after)
            elif row.kind == "restore" and sheet.is_filled(row.column):
                tab[key, row.column] = value_of(row.base)
        elif row.kind == "append":
            tab |= {(key, title): value for title, value in row_of(row.after).items() if sheet.is_filled(title)}
        elif row.base is not None:
            tab |= {(key, title): value for title, value in row_of(row.base).items()}
    return cells
