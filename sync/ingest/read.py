"""`read`: a file becomes an `Export`; `inspect`: what it was taken for, as JSON."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

import numpy as np

from rules.errors import Error, Refused, Text
from rules.policy.site import Site
from sheets_schema.cells import Value
from sheets_schema.exports import REPORTS
from sheets_schema.model import Companion, Report
from sheets_schema.problems import Problem
from sheets_schema.table import Table, as_array
from sync.ingest.as_of import DataTime, data_time, stamp_in
from sync.ingest.cleaning import Rows, data_rows
from sync.ingest.codes import (
    I_AMBIGUOUS,
    I_LONG_ROW,
    I_NO_STORE,
    I_NOT_READ,
    I_OWN_SHEET,
    I_RIVAL,
    I_SHORT_ROW,
    I_SWALLOWED,
    I_UNKNOWN,
)
from sync.ingest.container import bytes_of, open_file
from sync.ingest.export import Export, Provenance, Reading
from sync.ingest.findings import Findings
from sync.ingest.inside import time_inside
from sync.ingest.interpret import interpret
from sync.ingest.one_file import measured, one_file, unchanged
from sync.ingest.raw import RawFile, RawTab
from sync.ingest.recognise import (
    Aliases,
    Guess,
    Recognised,
    Vocabulary,
    columns_of,
    header_score,
    recognise,
    vocabulary,
)
from sync.ingest.rows import check_rows

READER = "2"
"""Raised when files are read otherwise than before: what is kept of those that still lie in the inbox is read anew."""

_TEAM = Site().zone
_COMPANIONS = frozenset(report.companion.report for report in REPORTS.values() if report.companion is not None)
"""Reports that another one of the same file takes a field from."""


@dataclass(frozen=True)
class Opened:
    """A file whose report is not decided yet."""

    path: Path
    sha256: str
    saved: float
    made: datetime | None
    raw: RawFile
    found: list[Recognised]
    words: Vocabulary
    aliases: Aliases
    zone: tzinfo

    @property
    def best(self) -> Recognised | None:
        """The tab that fits best: visible before hidden, the report's own tab title before others."""

        def rank(item: Recognised) -> tuple[bool, bool, bool, float]:
            report = REPORTS[item.best.report]
            titled = report.sheet_title is not None and item.tab.name == report.sheet_title
            companion = item.best.report in _COMPANIONS
            return item.best.fits, not item.tab.hidden, titled or not companion, item.best.weight

        return max(self.found, key=rank, default=None)


def read(
    path: Path | str,
    *,
    aliases: Aliases | None = None,
    store: str | None = None,
    site: Site | None = None,
    scoped: bool = True,
    arrived: datetime | None = None,
    dated: DataTime | None = None,
) -> Export:
    """Reads an export; what it is, its header says, not its name.

    `aliases` adds the installation's titles (report -> field -> titles); `store` is given to a file that
    names none (from its inbox folder); `site` knows the stores' names and the time zone; without one any
    store is taken as written. With `scoped` off a file without a store is read all the same, to be looked at.
    `arrived` is when the file was first seen, as the site's wall clock (now): its data are not of later; `dated`
    is what was decided for its bytes before.

    Raises:
        Error: I-001 … I-011 unreadable or unknown (X-… for a broken workbook); I-051, I-052, I-054, I-055.
        Refused: I-012 another ERP's export, I-013 the team's own sheet, I-014 nobody knows whose data it is.
    """
    path = Path(path)
    with one_file(path):
        opened = _open(path, aliases, site)
        return _export(opened, _decided(opened), store, site, scoped, arrived, dated)


def read_by(aliases: Aliases, report: str, zone: tzinfo) -> str:
    """What reads the files of a report: this reader, the team's clock, the titles that the configuration adds."""
    added = {name: sorted(titles) for name, titles in aliases.get(report, {}).items()}
    words = (READER, str(zone), json.dumps(added, ensure_ascii=False, sort_keys=True) if added else "")
    return " ".join(filter(None, words))


def inspect(
    path: Path | str, *, aliases: Aliases | None = None, site: Site | None = None, lang: str = "zh"
) -> dict[str, Any]:
    """What a file was taken for (design: cli, `qlc erp inspect`).

    `report` is None when it was not recognised; `nearest` then names up to three reports that it may be, with
    what is missing for each, and is empty where none fits. Every finding about the file, its rows and cells is in
    `problems`.
    """
    answer: dict[str, Any] = {
        "file": str(path),
        "report": None,
        "confidence": 0.0,
        "encoding": None,
        "container": None,
        "sheet": None,
        "header_row": None,
        "rows": 0,
        "columns": {},
        "unknown_columns": [],
        "problems": [],
    }
    near: list[dict[str, Any]] = []
    try:
        with one_file(Path(path)):
            opened = _open(Path(path), aliases, site)
            answer |= {"encoding": opened.raw.encoding, "container": opened.raw.container}
            best = opened.best
            if best is not None:
                answer |= {"sheet": best.tab.name or None, "header_row": best.tab.numbers[best.best.header.index]}
                if not best.best.fits:
                    near = [_near(guess) for guess in best.nearest]
                    answer["unknown_columns"] = [title for title in best.best.header.titles if title]
            export = _export(opened, _decided(opened), None, site, False)
    except Error as error:
        return answer | {"nearest": near, "problems": [error.as_json(lang)]}
    how = export.provenance
    answer |= {
        "report": export.report,
        "confidence": how.confidence,
        "rows": len(export.taken),
        "columns": dict(how.columns),
        "unknown_columns": list(how.unknown_columns),
        "problems": [problem.as_json(lang) for problem in export.problems],
    }
    return answer


def _near(guess: Guess) -> dict[str, Any]:
    return {"report": guess.report, "confidence": round(guess.share, 2), "missing": list(guess.missing)}


def _open(path: Path, aliases: Aliases | None, site: Site | None) -> Opened:
    before = measured(path)
    data = bytes_of(path)
    words = vocabulary(aliases)
    raw = open_file(path, data, header_score(words))
    found = [answer for tab in raw.tabs if (answer := recognise(tab, words)) is not None]
    unchanged(path, before)
    made = time_inside(data, raw.container, site.zone if site else None)
    sha256, zone = hashlib.sha256(data).hexdigest(), site.zone if site else _TEAM
    return Opened(path, sha256, before.st_mtime, made, raw, found, words, aliases or {}, zone)


def _decided(opened: Opened) -> Recognised:
    best = opened.best
    file = str(opened.path)
    if best is not None and best.own_sheet is not None:
        raise Refused(I_OWN_SHEET, file=file, tab=best.tab.name or None, found=best.own_sheet)
    if best is None or not best.best.fits:
        tab = (best.tab.name or None) if best else None
        if unread := next((item.unread for item in opened.found if item.unread is not None), None):
            raise Error(I_NOT_READ, file=file, tab=tab, found=unread.name)
        raise Error(I_UNKNOWN, file=file, tab=tab, nearest=_hint(best.nearest if best is not None else ()))
    if len(best.equals) > 1:
        telling = [_telling(name, best.equals) for name in best.equals]
        raise Error(
            I_AMBIGUOUS, file=file, tab=best.tab.name or None, found="、".join(best.equals), expected="、".join(telling)
        )
    if REPORTS[best.best.report].rival:
        raise Refused(I_RIVAL, file=file, tab=best.tab.name or None, found=REPORTS[best.best.report].rival)
    return best


def _hint(near: Sequence[Guess]) -> Text:
    zh = [f"{guess.report}(缺 {'、'.join(guess.missing) or '更多列'})" for guess in near]
    en = [f"{guess.report} (lacks {', '.join(guess.missing) or 'more columns'})" for guess in near]
    return Text("最接近的:" + ";".join(zh), "nearest: " + "; ".join(en)) if near else Text("没有接近的", "none is near")


def _telling(name: str, others: tuple[str, ...]) -> str:
    """A title that only this one of the reports has."""
    foreign = {title for other in others if other != name for item in REPORTS[other].fields for title in item.titles}
    own = (title for item in REPORTS[name].fields if not item.assumed for title in item.titles if title not in foreign)
    return next(own, name)


def _export(
    opened: Opened,
    found: Recognised,
    store: str | None,
    site: Site | None,
    scoped: bool,
    arrived: datetime | None = None,
    dated: DataTime | None = None,
) -> Export:
    zone = site.zone if site else None
    arrived = arrived or datetime.now(zone).replace(tzinfo=None)
    report = REPORTS[found.best.report]
    stamp = stamp_in(opened.path.name, report, arrived)
    reading = _reading(opened, found, report, store, scoped)
    column = reading.table.values(report.as_of) if report.as_of and report.as_of in reading.table.data else ()
    dated = dated or data_time(column, stamp, opened.made, opened.saved, arrived=arrived, zone=zone)
    if stamp is not None and stamp.first is not None:
        reading = replace(reading, window=(stamp.first, min(stamp.day, dated.moment.date())))
    return interpret(reading, site, dated)


def _reading(opened: Opened, found: Recognised, report: Report, store: str | None, scoped: bool) -> Reading:
    header, file = found.best.header, opened.path.name
    columns, titles, unknown = columns_of(header, report, opened.words)
    rows = data_rows(found.tab, header, columns, report, str(opened.path))
    found.tab.rows = []  # the columns have them now: large files fit into memory once
    place = _Place(file, found.tab.name or None, {name: at for at, name in columns.items()}, opened.zone)
    checked = check_rows(rows, report, place)
    if "store" not in report.pair or None not in checked.cells.get("store", [None]):
        store = None  # the file itself says it of every row
    elif store is None and scoped and "store" not in checked.cells:
        raise Refused(I_NO_STORE, file=str(opened.path), report=report.name)
    fields = dict(checked.cells)
    if report.companion is not None:
        fields |= _beside(opened, report, report.companion, checked.cells)
    return Reading(
        report=report.name,
        table=Table(tuple(fields), {name: as_array(column) for name, column in fields.items()}),
        lines=np.array(checked.lines, dtype=np.int64),
        sha256=opened.sha256,
        path=str(opened.path),
        problems=(*Findings(_damage(found, rows, place)).told(), *checked.problems.told()),
        provenance=Provenance(
            opened.raw.container,
            opened.raw.encoding,
            found.tab.name,
            found.tab.numbers[header.index],
            round(found.best.share, 2),
            {titles[at]: name for at, name in columns.items()},
            tuple(unknown),
        ),
        store=store or "",
        at=place.columns.get("store"),
        by=read_by(opened.aliases, report.name, opened.zone),
    )


@dataclass(frozen=True)
class _Place:
    """Where a row's cells stand: file, tab, column of each field."""

    file: str
    tab: str | None
    columns: Mapping[str, int]
    zone: tzinfo


def _damage(found: Recognised, rows: Rows, place: _Place) -> Iterator[Problem]:
    """Lines of a text file that are no rows, and cells beyond the header."""
    width = len(found.best.header.titles)
    begins = found.tab.numbers[found.best.header.index]
    for line in found.tab.swallowed:
        if line > begins:
            yield Problem(I_SWALLOWED, place.file, place.tab, row=line)
    for line, cells in rows.shorter:
        yield Problem(I_SHORT_ROW, place.file, place.tab, row=line, facts={"found": cells, "expected": width})
    for line, extra in rows.longer:
        yield Problem(I_LONG_ROW, place.file, place.tab, row=line, facts={"found": extra})


def _beside(
    opened: Opened, report: Report, companion: Companion, cells: Mapping[str, list[Value]]
) -> dict[str, list[Value]]:
    """The field of each row that another tab of the file tells; its own word for groups that the tab has not."""
    for other in opened.found:
        if other.best.report == companion.report and other.best.fits:
            rows = _rows_of(other.tab, other, opened.words)
            names = {name: [*column] for name, column in rows.cells.items()}
            place = _Place(opened.path.name, other.tab.name, {}, opened.zone)
            typed = check_rows(Rows(names, rows.lines, []), REPORTS[companion.report], place).cells
            keys = list(zip(*(cells[name] for name in report.key), strict=True))
            counted, told = companion.count(typed, keys), set(typed[report.key[0]])
            stated = cells.get(companion.field) or [None] * len(counted)
            each = zip(keys, counted, stated, strict=True)
            return {companion.field: [count if key[0] in told else own for key, count, own in each]}
    return {}


def _rows_of(tab: RawTab, found: Recognised, words: Vocabulary) -> Rows:
    report = REPORTS[found.best.report]
    return data_rows(tab, found.best.header, columns_of(found.best.header, report, words)[0], report)
