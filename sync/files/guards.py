"""Guards on files: which of those that may be taken are, and which are held, with the words that lift it.

In this order: no rows (G-001), a drifted header (G-004), two that disagree at one moment (G-023), old numbers again
(G-020), older than what was applied (G-003), a list too short to prove absence (G-002). What is taken and matches
almost nothing that is known is told (G-027).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from rules.errors import Code, Error, Refused
from sync.files.comparing import disagree, going_back
from sync.files.index import Id
from sync.files.library import Library
from sync.files.news import Candidate
from sync.ingest.as_of import Standing
from sync.ingest.export import Export
from sync.plan import guards
from sync.plan.force import Force, force_words

LASTING = frozenset({"store", "msku", "sku", "fnsku", "asin", "warehouse", "country"})
"""Parts of a key that stay from week to week; orders and shipments come and go."""
MANY = 20
"""Rows from which on a file without known keys is worth a word."""

Words = Callable[[str], Sequence[Export]]
"""The superseded files of a report whose rows are kept."""


@dataclass
class Sifted:
    """Files that are taken, and what is said of the others; `refused` were not taken, `stale` are too old."""

    fresh: list[Export] = field(default_factory=list)
    held: list[Error] = field(default_factory=list)
    refused: list[Export] = field(default_factory=list)
    stale: list[Candidate] = field(default_factory=list)


def sift(
    candidates: Sequence[Candidate],
    used: Sequence[Export],
    words: Words,
    force: Force,
    *,
    label: Callable[[str], str],
    arrived: str,
    missing_percent: float,
) -> Sifted:
    """Sorts candidates by the guards; `used` are the files in force.

    Raises:
        Error: G-021, G-022 `force` does not say which file, or names none that is held.
    """
    sieve = _Sieve(list(candidates), used, force, label)
    sieve.hold(guards.G_EMPTY, sieve.empty())
    sieve.hold(guards.G_DRIFT, sieve.drifted(missing_percent))
    sieve.hold(guards.G_TIE, sieve.tied(), arrived)
    sieve.hold(guards.G_BACK, sieve.back(words))
    sieve.hold_stale(arrived)
    return sieve.answer


def questions(library: Library, force: Force, label: Callable[[str], str]) -> tuple[list[Refused], frozenset[Id]]:
    """筛选导出?: pairs whose newest file lists too few of the known rows (G-002); and the files that are called whole."""
    items = [item for report in library.reports for item in library.index(report).held]
    lifted = force.lifted(guards.G_SHRUNK, {item.file: label(item.file) for item in items})
    held = [
        Refused(
            guards.G_SHRUNK,
            file=label(item.file),
            report=item.report,
            pair=" ".join(item.pair),
            found=item.found,
            expected=item.known,
            lift=force_words(guards.G_SHRUNK, label(item.file)),
        )
        for item in items
        if item.file not in lifted
    ]
    return held, frozenset(item.id for item in items if item.file in lifted)


def unmet(library: Library, fresh: Iterable[Export], label: Callable[[str], str]) -> list[Refused]:
    """New files whose keys are almost all unknown (G-027), of reports that list the same goods each time."""
    told = []
    for export in fresh:
        if not set(export.schema.key) <= LASTING:
            continue
        found, rows = library.index(export.report).met(export)
        if rows >= MANY and found * 10 < rows:
            facts: dict[str, Any] = {"report": export.report, "found": found, "total": rows}
            told.append(Refused(guards.G_UNMET, file=label(export.path), **facts))
    return told


class _Sieve:
    def __init__(
        self, pool: list[Candidate], used: Sequence[Export], force: Force, label: Callable[[str], str]
    ) -> None:
        self._pool, self._used, self._force, self._label = pool, used, force, label
        self.answer = Sifted()

    @property
    def _new(self) -> list[Candidate]:
        return [item for item in self._pool if not item.again]

    def _before(self, report: str) -> list[Export]:
        return [export for export in self._used if export.report == report]

    def hold(self, code: Code, found: Iterable[tuple[Candidate, dict[str, Any]]], arrived: str | None = None) -> None:
        """Holds the files that a guard found, but for those that are lifted; with `arrived` these count from now."""
        facts = {item.place: said for item, said in found}
        lifted = self._force.lifted(code, {place: self._label(place) for place in facts})
        for item in [item for item in self._pool if item.place in facts]:
            if item.place not in lifted:
                self._pool.remove(item)
                self.answer.refused.append(item.export)
                self.answer.held.append(self._refusal(code, item, facts[item.place]))
            elif arrived is not None:
                item.export = replace(item.export, standing=replace(item.export.standing, arrived=arrived))

    def _refusal(self, code: Code, item: Candidate, facts: Mapping[str, Any]) -> Refused:
        label = self._label(item.place)
        return Refused(code, file=label, **facts, lift=force_words(code, label))

    def empty(self) -> Iterator[tuple[Candidate, dict[str, Any]]]:
        """Files without rows."""
        return ((item, {"report": item.export.report}) for item in self._new if not len(item.export.table))

    def drifted(self, percent: float) -> Iterator[tuple[Candidate, dict[str, Any]]]:
        """Files that lack columns which the newest file of their report had; older ones never had them."""
        for item in self._new:
            before = max(self._before(item.export.report), key=_order, default=None)
            if before is None or _order(item.export) < _order(before):
                continue
            lost = [name for name in before.schema.by_name if name in before.titles - item.export.titles]
            if len(lost) * 100 > len(before.titles) * percent:
                yield item, {"found": "、".join(before.schema.by_name[name].titles[0] for name in lost)}

    def tied(self) -> Iterator[tuple[Candidate, dict[str, Any]]]:
        """Files that nothing tells apart in time from another one, and that say something else."""
        others = [*self._used, *(item.export for item in self._new)]
        for item in self._new:
            own = item.export
            twin = next(
                (
                    other
                    for other in others
                    if other.report == own.report
                    and other.id != own.id
                    and _order(other) == _order(own)
                    and disagree(own, other)
                ),
                None,
            )
            if twin is not None:
                yield item, {"other": self._label(twin.path), "found": own.as_of_text}

    def back(self, words: Words) -> Iterator[tuple[Candidate, dict[str, Any]]]:
        """Files that bring an older file's numbers again."""
        for item in self._new:
            report = item.export.report
            found = going_back(item.export, [*words(report), *self._before(report)])
            if found is not None:
                yield (
                    item,
                    {
                        "found": found.found,
                        "changed": found.changed,
                        "older": self._label(found.older.path),
                        "expected": found.older.as_of_text,
                    },
                )

    def hold_stale(self, arrived: str) -> None:
        """Holds what is older than what was applied; a file that is let through counts as the newest."""
        taken = [item.export for item in self._pool if not item.used]
        library = Library([*self._used, *taken])
        stale = [item for item in self._pool if item.again or library.stale(item.export)]
        lifted = self._force.lifted(guards.G_STALE, {item.place: self._label(item.place) for item in stale})
        self.answer.fresh = [item.export for item in self._pool if item not in stale]
        for item in stale:
            index = library.index(item.export.report)
            if item.place in lifted:
                rank = max(export.standing.rank for export in index.exports)
                standing = Standing(rank, arrived, item.export.standing.modified)
                self.answer.fresh.append(replace(item.export, standing=standing))
                continue
            self.answer.stale.append(item)
            newer = index.newer(item.export)
            if not item.quiet and (item.again or _replaced(item.export, newer)):
                facts = {
                    "found": item.export.as_of_text,
                    "newer": self._label(newer.path),
                    "expected": newer.as_of_text,
                }
                self.answer.held.append(self._refusal(guards.G_STALE, item, facts))


def _replaced(export: Export, newer: Export) -> bool:
    """Whether another file is of a later time, or says something else: of the same time and values it is the same."""
    return newer.standing.rank > export.standing.rank or disagree(export, newer)


def _order(export: Export) -> tuple[datetime, str, float]:
    return export.standing.order
