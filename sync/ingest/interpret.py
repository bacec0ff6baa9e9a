"""What a reading means in this installation: stores by their names, rows that feed something, derived fields.

Worked out each time a file is loaded: a store that is registered, an alias that is added, a warehouse that is placed
acts in the next round, without a new export.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath

import numpy as np

from rules.errors import Code
from rules.policy.site import Site
from sheets_schema.cells import Value
from sheets_schema.grid.address import cell_name
from sheets_schema.model import Report
from sheets_schema.problems import Problem
from sheets_schema.table import Array, Table, as_array
from sync.ingest.as_of import DataTime, Standing
from sync.ingest.codes import I_BLANK_KEY, I_SEVERAL, I_UNKNOWN_STORE
from sync.ingest.export import Export, Reading, Scope
from sync.ingest.meanings import meanings_of
from sync.ingest.stores import StoreNames, canonical, parts_of


def interpret(
    reading: Reading, site: Site | None, dated: DataTime, standing: Standing | None = None, *, whole: bool = False
) -> Export:
    """The export that a reading is.

    `site` knows the stores' names (without any, stores are taken as written) and what warehouses and states are. Rows of unknown stores (I-020)
    and of several MSKU or stores (I-024) stay to be looked at, and feed nothing.
    """
    report = reading.schema
    names = site.store_name if site is not None and site.stores else None
    table = reading.table
    named = _named(reading, report, names)
    data = dict(table.data)
    if named.stores is not None:
        data["store"] = as_array(named.stores)
    sums = named.several | _sums(reading)
    if report.sums_rows:
        sums |= named.blank
    usable = ~(sums | named.strange | named.blank | named.copies)
    problems = [*reading.problems, *named.problems]
    if sums.any():
        tab, facts = reading.provenance.sheet or None, {"found": int(sums.sum())}
        problems.append(Problem(I_SEVERAL, _file(reading), tab, column="msku / store", facts=facts))
    if report.derive is not None:
        derived = report.derive(_Cells(Table(tuple(data), data)), meanings_of(site), reading.window)
        data |= {name: as_array(column) for name, column in derived.items()}
    order = [item.name for item in report.fields if item.name in data]
    full = Table(tuple(order), {name: data[name] for name in order})
    return Export(
        reading,
        full,
        usable,
        (named.strange | named.blank) & ~sums,
        frozenset(_scope(report, full, usable)),
        tuple(problems),
        dated,
        standing or Standing(dated.rank),
        whole,
    )


class _Cells(Mapping[str, Sequence[Value]]):
    """A table's columns as lists, each made once, when asked for: they are asked row by row."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._lists: dict[str, list[Value]] = {}

    def __getitem__(self, name: str) -> Sequence[Value]:
        found = self._lists.get(name)
        if found is None:
            if name not in self._table.data:
                raise KeyError(name)
            found = self._lists[name] = self._table.values(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._table.columns)

    def __len__(self) -> int:
        return len(self._table.columns)


@dataclass
class _Named:
    """The store of each row (None where the report has none), and the rows that have no single known one."""

    stores: list[Value] | None
    several: Array
    strange: Array
    blank: Array
    copies: Array
    problems: list[Problem] = field(default_factory=list)


def _named(reading: Reading, report: Report, names: StoreNames | None) -> _Named:
    rows = len(reading.lines)
    several, strange, blank, copies = (np.zeros(rows, dtype=bool) for _ in range(4))
    answer = _Named(None, several, strange, blank, copies)
    scoped = "store" in report.pair
    folder = ((names(reading.store) if names else None) or reading.store) or None
    if "store" not in reading.table.data:
        answer.stores = [folder] * rows if scoped and folder else None
        return answer
    written = reading.table.values("store")
    countries = reading.table.values("country") if "country" in reading.table.data else [None] * rows
    known: dict[tuple[Value, Value], tuple[str | None, bool]] = {}
    unknown: dict[str, list[int]] = {}
    stores = answer.stores = list(written)
    for row, pair in enumerate(zip(written, countries, strict=True)):
        value, country = pair
        if value is None:
            stores[row] = folder
            answer.blank[row] = bool(scoped and folder is None)
            continue
        if pair not in known:
            known[pair] = _resolved(str(value), None if country is None else str(country), names)
        name, sums = known[pair]
        if sums:
            answer.several[row] = True
        elif name is not None:
            stores[row] = name
        elif scoped:
            answer.strange[row] = True
            stores[row] = canonical(str(value), None if country is None else str(country), None)
            unknown.setdefault(str(value), []).append(row)
    if not report.sums_rows:
        answer.problems += [_problem(reading, I_BLANK_KEY, row) for row in np.flatnonzero(answer.blank).tolist()]
    for value, found in unknown.items():
        answer.problems.append(_problem(reading, I_UNKNOWN_STORE, found[0], value, found=len(found)))
    single = [name for name, _ in known.values() if name is not None]
    if scoped and len(set(single)) < len(single) and not report.sums_rows:
        answer.copies = _copies(reading, stores)
    return answer


def _resolved(written: str, country: str | None, names: StoreNames | None) -> tuple[str | None, bool]:
    """The canonical store of a cell, and whether it holds several."""
    parts = parts_of(written)
    if len(parts) < 2:
        one_country = country if country is None or len(parts_of(country)) == 1 else None
        found = canonical(written, one_country, names)
        return found, found is None and country is not None and one_country is None
    whole = names(written) if names else None
    if whole is not None:
        return whole, False
    found_names = {canonical(part, None, names) for part in parts}
    return (found_names.pop(), False) if len(found_names) == 1 else (None, True)


def _copies(reading: Reading, stores: Sequence[Value]) -> Array:
    """Rows that repeat another one but for the spelling of the store."""
    others = [reading.table.values(name) for name in reading.table.columns if name not in ("store", "country")]
    seen: set[tuple[Value, ...]] = set()
    answer = np.zeros(len(stores), dtype=bool)
    for row, cells in enumerate(zip(stores, *others, strict=True)):
        answer[row] = cells in seen
        seen.add(cells)
    return answer


def _sums(reading: Reading) -> Array:
    """Rows that sum several MSKU."""
    if not reading.schema.sums_rows:
        return np.zeros(len(reading.lines), dtype=bool)
    if "msku" not in reading.table.data:
        return np.ones(len(reading.lines), dtype=bool)
    cells = reading.table.values("msku")
    return np.array([value is None or len(parts_of(str(value))) > 1 for value in cells], dtype=bool)


def _scope(report: Report, table: Table, usable: Array) -> set[Scope]:
    if "store" in report.pair and "store" not in table.data:
        return set()
    blank: list[Value] = [None] * len(usable)
    columns = [table.values(name) if name in table.data else blank for name in report.pair]
    pairs = zip(*columns, strict=True) if columns else (() for _ in blank)
    return {
        tuple("" if part is None else str(part) for part in pair)
        for pair, use in zip(pairs, usable.tolist(), strict=True)
        if use
    }


def _problem(reading: Reading, code: Code, row: int, value: Value = None, **facts: int) -> Problem:
    line = int(reading.lines[row])
    cell = None if reading.at is None else cell_name(line, reading.at)
    return Problem(code, _file(reading), reading.provenance.sheet or None, cell, line, "store", value, facts)


def _file(reading: Reading) -> str:
    return PurePath(reading.path).name
