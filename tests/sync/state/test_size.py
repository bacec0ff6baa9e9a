"""A year of rounds: the room they take, and every cell's history answered all the same."""

import random

import numpy as np
import pytest

from sheets_schema.table import Table, as_objects
from sync.plan.change import Change
from sync.state.audit_check import check
from sync.state.database import DATABASE, State
from sync.state.memory import Base
from sync.state.space import give_back

ROUNDS, ROWS, CELLS = 2000, 400, 2000
COLUMNS = ("FBA可售", "FBA待调仓", "FBA调仓中", "FBA入库中", "FBA在途", "7日均", "14日均", "30日均")
BOOK, TAB = "全流程数据", "库存数据"
MB = 1 << 20


def a_year(state, rounds):
    """Rounds in each of which most numbers of the tab change, as in a week of the demo; answers what a cell was."""
    chance = random.Random(1)
    keys = [("LOMEESS-CA", f"HI-M{row:06}-CA") for row in range(ROWS)]
    now = np.zeros((len(COLUMNS), ROWS))
    history = []
    for week in range(rounds):
        cells = []
        source = f"FBA库存明细_{week:04}.xlsx(FBA库存明细,数据截至 2026-04-27)"
        for at in chance.sample(range(len(COLUMNS) * ROWS), CELLS):
            column, row = divmod(at, ROWS)
            before, after = float(now[column, row]), float(chance.randrange(900))
            now[column, row] = after
            place = (TAB, row + 2, column + 3)
            cells.append(
                Change(TAB, keys[row], COLUMNS[column], place, "cell", before, after, before, source=source,
                       source_sha=f"{week:064}", base=before, seen=True)
            )  # fmt: skip
            if (column, row) == (0, 7) and before != after:
                history.append(after)
        data = {"店铺": as_objects([key[0] for key in keys]), "MSKU": as_objects([key[1] for key in keys])}
        data |= dict(zip(COLUMNS, now.copy(), strict=True))
        with state.begin():
            number = state.journal.start("sync", f"2026-04-27T00:00:00.{week:06}+00:00")
            state.journal.plan(number, BOOK, "SENDING", "s" * 64, "p" * 16, cells)
            state.journal.verified(number, BOOK)
            state.journal.move(number, BOOK, "COMMITTED", sha_after="t" * 64)
            state.bases.put(BOOK, TAB, Base(Table(tuple(data), data), number, "{}"))
            state.journal.finish(number, "2026-04-27")
            state.journal.pack()
    return keys[7], history


def room(state):
    give_back(state.folder / DATABASE)
    with state.begin():
        pass
    state.refresh()
    return state.connection.exec_driver_sql("PRAGMA page_count").scalar() * 4096


@pytest.mark.parametrize("rounds", [10, pytest.param(ROUNDS, marks=pytest.mark.proof)])
def test_a_year_of_rounds(tmp_path, rounds):
    with State(tmp_path) as state:
        key, history = a_year(state, rounds)
        size, found = room(state), check(state)
        print(f"\n{rounds} rounds of {CELLS} cells: {size / MB:.1f} MB, {size / rounds / 1024:.0f} KB a round")
        assert (found.wrong, found.rounds, found.tabs) == ([], rounds, 1)
        assert size / rounds < 0.1 * MB
        said = [float(cell.after) for cell in reversed(state.journal.of_cell(BOOK, TAB, key, COLUMNS[0]))]
        assert [value for at, value in enumerate(said) if not at or value != said[at - 1]] == history
