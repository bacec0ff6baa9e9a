"""The whole engine in a world of its own, by seeds: daemon, rounds, state and workbook files are the real ones.

People edit, sort, insert, double and delete rows, move columns, type formulas and old values, save (another file
that takes the place of the first), keep the workbook open, save while a round runs, settle conflicts, undo. Exports
come whole, in part, late, twice, of old numbers, growing. The service and rounds die at any moment, with the disk
as it stood or as it was before the rename; a whole folder or only the workbook is put back from a copy; a write is
done and reported failed, reported done and lost, or fails; drives go, the state is locked, clocks jump, the
configuration changes and breaks. `model.py` works out a second time what a round has to make of it. What holds:

 1. The workbook is at every moment what it was, or what the round was to make of it: never half of it.
 2. No row is doubled.
 3. What was to be written is written: a round that went well leaves exactly the planned sheet.
 4. What is agreed on is what both sides showed, cell by cell; after every kind of end.
 5. What a round remembers is remembered whole or not at all.
 6. Conflicts are exactly the cells where sheet and ERP both left what was agreed on (and nobody settled it).
 7. People's columns, people's rows and blank cells there are never written; neither is a formula.
 8. Rows stay where people put them; nothing is written to a row by its former place.
 9. Whatever comes into an ERP column is what the ERP's newest data say of that very cell.
10. A round with nothing new writes nothing, not one byte; neither does a second look right after a round.
11. Nothing unfinished stays: no journal without an end, no file beside the workbook.
12. Undo is exact: the sheet as it stood (the very rows, where nobody touched it), what was agreed on before, and
    what people changed since is kept and counted; what was undone does not come back until the ERP says something else.
13. The journal of a round holds each written cell with what stood there and what came, and nothing else.
14. The backup of a round is byte for byte the workbook that it found; at most ten are kept, and what rounds that died
    left over until the next one writes.
15. Of every cell that rounds wrote the history knows the last one.
16. An older copy is asked about, and nothing else is called one; a missing workbook is a coded state.
17. A report says what was verified, no more and no less.
18. The database is whole at the end.
19. Every workbook is looked at in time, whatever happened.
20. A broken configuration leaves the last good one in force; all faults over, the next rounds need nobody.
21. The same seed tells the same story.

One thing nobody can know: a person who types a cell back to what stood there, after a round died and before the
next one, changed nothing that could be seen; the ERP's value is written once more, and history shows it.

``python -m tests.sync.simulation --seed N`` tells a story again; `seeds.csv` has those that were lived through.
"""

import os

import pytest

from tests.sync.simulation.runs import carry_on, days_lived, live

MORE_DAYS = "QLC_SIMULATED_DAYS"


@pytest.mark.parametrize("seed", [1, 24])
def test_a_few_days(seed):
    world = live(seed, days=2)
    assert world.counts["rounds"] > 6


def test_the_same_seed_tells_the_same_story():
    one, other = live(5, days=1), live(5, days=1)
    assert one.trace == other.trace
    assert one.digest() != live(6, days=1).digest()


@pytest.mark.proof
def test_many_days():
    """So many days as ``QLC_SIMULATED_DAYS`` says (300), with seeds that were not lived through; they are written down."""
    before = days_lived()
    days = int(os.environ.get(MORE_DAYS, "300"))
    assert carry_on(days, print) == []
    assert days_lived() >= before + days
