"""数据截至: the moment that an export's data is of, and how it was found out.

In this order: a date column, the stamp or window in the name, the time inside the file, and for bytes
never seen before the modification time, which is an estimate (估算). Moments have no zone: they are the wall
clock of the site.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from rules.answer import Word
from sheets_schema.cells import Value
from sheets_schema.model import Report
from sync.ingest.stamps import EARLIEST, Stamp, stamp_of


class Source(StrEnum):
    """Where a moment was found."""

    COLUMN = "column"
    NAME = "filename"
    INSIDE = "inside"
    MODIFIED = "mtime"


@dataclass(frozen=True)
class DataTime:
    """The moment of the data. A whole day is its midnight, so that any hour known of that day is newer: a file
    of which only the day is known never replaces one that is known to be of that day's morning. The last day
    of a window that had ended is in it to its end (`complete`), and newer than any hour of that day.
    """

    moment: datetime
    source: Source
    estimated: bool = False
    complete: bool = False

    @property
    def rank(self) -> datetime:
        """Where the data stand in time: the moment, for a complete day its end."""
        return self.moment + timedelta(days=self.complete)

    @property
    def text(self) -> str:
        """As people read it: the day, with the time where it is known, and the mark of an estimate.

        >>> DataTime(datetime(2026, 4, 27, 8, 10), Source.MODIFIED, estimated=True).text
        '2026-04-27 08:10 估算'
        """
        whole = self.moment.time() == time()
        shown = self.moment.date().isoformat() if whole else self.moment.isoformat(sep=" ", timespec="minutes")
        return f"{shown} {Word.ESTIMATE}" if self.estimated else shown


@dataclass(frozen=True)
class Standing:
    """Where a file stands among the others of its report: the later counts.

    `rank` is that of the data (`DataTime.rank`), or that of the newest file where a person put an older one above it;
    `arrived` (UTC, ISO text) when it was first seen, `modified` its modification time.
    """

    rank: datetime
    arrived: str = ""
    modified: float = 0.0

    @property
    def order(self) -> tuple[datetime, str, float]:
        """Equal data times: the later arrival; of two that arrived together the later modification time."""
        return self.rank, self.arrived, self.modified


_AMERICAN = "Amazon"
"""The source whose file names hold days as MM-DD-YYYY."""


def stamp_in(name: str, report: Report, arrived: datetime) -> Stamp | None:
    """What the name of a file of this report says of its data."""
    return stamp_of(name, arrived, american=report.source == _AMERICAN)


def data_time(
    column: Iterable[Value],
    stamp: Stamp | None,
    inside: datetime | None,
    modified: float,
    *,
    arrived: datetime,
    zone: tzinfo | None,
) -> DataTime:
    """The moment that the data of bytes never seen before is of.

    `column` are the cells of the date column; the latest that is not after `arrived` counts. A day without
    time takes that of the modification time where this lies on the day. What would lie after `arrived` (a window
    that ends in the future, a year 2100) is cut there and an estimate; so is a modification time that no
    clock would have set. A time inside the file that lies in the future, or before 2015, is none.
    """
    saved = _saved(modified, zone)
    days = [value for value in column if isinstance(value, date) and _day(value) >= EARLIEST]
    if days:
        past = [day for day in days if _day(day) <= arrived.date()]
        latest = _with_hour(max(map(_moment, past or days)), saved)
        return _cut(latest, Source.COLUMN, arrived, estimated=len(past) < len(days))
    if stamp is not None:
        moment = stamp.moment if stamp.clock else _with_hour(stamp.moment, saved)
        dated = _cut(moment, Source.NAME, arrived)
        ended = stamp.first is not None and moment == datetime.combine(stamp.day, time()) and stamp.day < arrived.date()
        return replace(dated, complete=ended)
    if inside is not None and inside.date() >= EARLIEST and inside <= arrived:
        return DataTime(inside, Source.INSIDE)
    return _cut(saved or arrived, Source.MODIFIED, arrived, estimated=True)


def _saved(modified: float, zone: tzinfo | None) -> datetime | None:
    try:
        moment = datetime.fromtimestamp(modified, zone).replace(tzinfo=None, microsecond=0)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment.date() >= EARLIEST else None


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _moment(value: date) -> datetime:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else datetime.combine(value, time())


def _with_hour(moment: datetime, saved: datetime | None) -> datetime:
    whole = moment.time() == time()
    return saved if whole and saved is not None and saved.date() == moment.date() else moment


def _cut(moment: datetime, source: Source, arrived: datetime, *, estimated: bool = False) -> DataTime:
    if moment <= arrived:
        return DataTime(moment, source, estimated)
    return DataTime(arrived, source, estimated=True)
