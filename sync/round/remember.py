"""What is remembered of a tab once a round has carried its plan out."""

from __future__ import annotations

from collections.abc import Collection

from sync.state.database import State, now
from sync.state.memory import Base
from sync.state.pins import Cell
from sync.state.settlements import OpenConflict
from sync.tab.agreed import same_tables
from sync.tab.choices import pin_of
from sync.tab.tab_plan import Memory, TabPlan


def remember_base(state: State, plan: TabPlan, number: int, unwritten: set[Cell], mapping: str) -> None:
    """Stores the agreed values of a tab if they, or what maps it, changed; `unwritten` cells keep theirs."""
    base, old = plan.next_base(unwritten), plan.memory.base
    if old is None or old.doubtful or old.mapping != mapping or not same_tables(old.table, base):
        state.bases.put(plan.workbook, plan.name, Base(base, number, mapping))


def remember_choices(
    state: State, plan: TabPlan, number: int, unwritten: Collection[Cell], carried: Collection[str]
) -> list[OpenConflict]:
    """Stores open conflicts, settled ones and their pins; answers those whose choice could not be written.

    They stay open with their choice, and without a pin. `carried` are conflicts whose end is not known yet.
    """
    name, tab = plan.workbook, plan.name
    done = plan.carried_out(unwritten)
    waiting = [conflict for cell, (conflict, _) in plan.settled.items() if cell in unwritten]
    state.conflicts.replace(name, tab, [*plan.conflicts, *waiting], now(), carried)
    state.conflicts.carried_out([(conflict, str(choice)) for conflict, choice in done], now())
    state.pins.drop(name, tab, [*plan.plan.void_pins, *plan.pins_moved])
    pins = (pin_of(item.key, item.column, item.theirs, choice, number) for item, choice in done)
    state.pins.put(name, tab, [pin for pin in pins if pin is not None], now())
    return waiting


def went_back(state: State, workbook: str, tab: str, then: Memory, since: Memory) -> None:
    """Stores what counts once an older copy is agreed on; `then` is what was remembered before."""
    stay = {(pin.key, pin.column): pin for pin in since.pins}
    ended = [(pin.key, pin.column) for pin in then.pins if stay.get((pin.key, pin.column)) is not pin]
    state.pins.drop(workbook, tab, ended)
    state.pins.put(workbook, tab, [pin for pin in since.pins if pin not in then.pins], now())
    if since.base is not None and since.base is not then.base:
        state.bases.put(workbook, tab, since.base)
