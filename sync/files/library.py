"""Every accepted file, by report: what rounds join the ERP's word from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from rules.policy.meanings import Meanings
from sheets_schema.sheets import SHEETS
from sync.files.index import Id, Index
from sync.ingest.export import Export
from sync.ingest.meanings import meanings_of


class Library:
    """Every accepted file, by report.

    `share` is the part of a pair's known rows that a file must list to prove absence. `now` and
    `max_age_days` (report -> days) bound the age of what is taken; without `now` nothing is too old. `meanings`
    are those of the ERP's words, by default the usual ones.
    """

    def __init__(
        self,
        exports: Iterable[Export],
        *,
        share: float = 0.8,
        max_age_days: Mapping[str, int] | None = None,
        now: datetime | None = None,
        meanings: Meanings | None = None,
    ) -> None:
        self._by_report: dict[str, list[Export]] = {}
        for export in exports:
            self._by_report.setdefault(export.report, []).append(export)
        self._share = share
        self._ages = max_age_days or {}
        self._now = now.replace(tzinfo=None) if now is not None else None
        self.meanings = meanings or meanings_of(None)
        self._made: dict[str, Index] = {}

    def __contains__(self, report: str) -> bool:
        return report in self._by_report

    @property
    def reports(self) -> list[str]:
        """The reports of which there are files, by name."""
        return sorted(self._by_report)

    def index(self, report: str) -> Index:
        """The files of one report; an empty index when there is none."""
        if report not in self._made:
            self._made[report] = Index(self._by_report.get(report, ()), self._share)
        return self._made[report]

    def oldest(self, report: str, days: int | None) -> datetime | None:
        """The earliest moment that is young enough; `days` is the source's own bound."""
        days = self._ages.get(report, days)
        return None if days is None or self._now is None else self._now - timedelta(days=days)

    def stale(self, export: Export, *, again: bool = False) -> bool:
        """Whether nothing of a file can be applied; of one that is dropped `again`, rows that are gone included."""
        index = self.index(export.report)
        return index.stale(export, keep_gone=not again and export.report in _MAKERS)

    def superseded(self) -> list[Id]:
        """Files that need not be remembered.

        Rows of sheets that are gone stay known, so that their mark stays; finished orders are forgotten. Rows
        of unknown stores stay until a later file lists them: the store may be registered.
        """
        answer: list[Id] = []
        for name, exports in sorted(self._by_report.items()):
            done = self.index(name).superseded(keep_gone=name in _MAKERS)
            if any(export.strange.any() for export in exports):
                strangers = set(Index(exports, self._share, strange=True).superseded(keep_gone=True))
                done = [item for item in done if item in strangers]
            answer += done
        return answer


_MAKERS = frozenset(name for sheet in SHEETS.values() for name in sheet.makers)
"""Reports that make rows of sheets."""
