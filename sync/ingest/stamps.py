"""Days, times and windows in the name of an export.

Eight digits are a day only where they are one (20261399 is an order number), and none before 2015 counts.
Of several days the latest that is not in the future counts: the others are serial numbers that look like
days. A window outranks single days, for an old window that is exported today still holds old sales.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import pairwise

EARLIEST = date(2015, 1, 1)
"""No export is older: an earlier day is a serial number, or the constant that a program writes (1980, 2006)."""

_DAY = re.compile(
    r"""(?<!\d)(?:
        (?P<y1>\d{4})(?P<m1>\d\d)(?P<d1>\d\d)(?=(?:\d{4}|\d{6})?(?!\d))
      | (?P<y2>\d{4})(?P<s2>[-./_])(?P<m2>\d{1,2})(?P=s2)(?P<d2>\d{1,2})(?!\d)
      | (?P<y3>\d{4})年(?P<m3>\d{1,2})月(?P<d3>\d{1,2})日?(?!\d)
      | (?P<m4>\d{1,2})(?P<s4>[-_])(?P<d4>\d{1,2})(?P=s4)(?P<y4>\d{4})(?!\d)
    )""",
    re.VERBOSE,
)
_AMERICAN = "4"
"""The form MM-DD-YYYY, which only Amazon writes."""
_CLOCK = re.compile(
    r"""(?:
        (?<=\d)(?P<glued>\d{6}|\d{4})(?!\d)
      | [ _T-]+(?P<six>\d{6})(?!\d)
      | [ _T]+(?P<h>\d{1,2})[:.\-_点时](?P<m>\d\d)[:.\-_分](?P<s>\d\d)(?!\d)
      | [ _T]+(?P<hh>\d{1,2})[:点时](?P<mm>\d\d)(?!\d)
      | [ _T-]+(?P<four>\d{4})(?!\d|[-./_]\d|[^\W\d_])
    )""",
    re.VERBOSE,
)
_SIGNS = (frozenset({"~", "-", "--", "—", "–", "至", "到", "to"}), frozenset({""}))
"""What stands between the days of a window, blanks and `_` left out: a sign, or else nothing."""
_SHORT_END = re.compile(r"\s*[~—–至到-]\s*(\d{1,2})([-./月])(\d{1,2})(?!\d)")
_LONGEST = (date.max.toordinal(), 366)
"""Days of a window with a sign, and of one without: two days a year apart have nothing to do with each other."""
_LONGEST_SHORT = 100
"""Days of a window whose end has no year."""


@dataclass(frozen=True)
class Stamp:
    """A day in a name, with the time where the name has one; `first` where it ends a window."""

    day: date
    clock: time | None = None
    first: date | None = None

    @property
    def moment(self) -> datetime:
        """The day's time, midnight where the name gives none."""
        return datetime.combine(self.day, self.clock or time())

    @property
    def window(self) -> tuple[date, date] | None:
        """First and last day of a window."""
        return None if self.first is None else (self.first, self.day)


def stamp_of(name: str, arrived: datetime, *, american: bool = False) -> Stamp | None:
    """What a file's name says of its data, the end of a window included; None when it says nothing.

    `american` reads MM-DD-YYYY too. A day after `arrived` is answered only where there is no other. A
    window that was exported before its end, as a later day in the name shows, ends with that day.

    >>> stamp_of("产品表现父ASIN（2026-03-30～2026-04-19，全部广告）.xlsx", datetime(2026, 5, 1)).window
    (datetime.date(2026, 3, 30), datetime.date(2026, 4, 19))
    >>> stamp_of("订单20261399_库存_20260427 085510.xlsx", datetime(2026, 5, 1)).moment
    datetime.datetime(2026, 4, 27, 8, 55, 10)
    """
    windows, days = _sorted_out(list(_stamps(name, american)))
    if not windows:
        return _latest(days, arrived)
    window, day = _latest(windows, arrived), _latest(days, arrived)
    if window and day and window.first and window.first <= day.day < window.day:
        return Stamp(day.day, day.clock, window.first)
    return window


def _latest(stamps: list[Stamp], arrived: datetime) -> Stamp | None:
    past = [stamp for stamp in stamps if stamp.moment <= arrived]
    return max(past or stamps, key=lambda stamp: stamp.moment, default=None)


@dataclass(frozen=True)
class _Found:
    """A day in a name; `between` is the text from it to the next one, `short` a window's end without year."""

    stamp: Stamp
    between: str
    short: date | None


def _stamps(name: str, american: bool) -> Iterator[_Found]:
    text = unicodedata.normalize("NFKC", name).replace("〜", "~")
    found = [(match, day) for match in _DAY.finditer(text) if (day := _day(match, american)) is not None]
    for at, (match, day) in enumerate(found):
        clock, end = _clock(text, match.end(), glued=match["y1"] is not None)
        stop = found[at + 1][0].start() if at + 1 < len(found) else len(text)
        short = _short_end(text, end, day, match["s2"] or ("月" if match["y3"] else None))
        yield _Found(Stamp(day, clock), text[end:stop].strip(" _").lower(), short)


def _day(match: re.Match[str], american: bool) -> date | None:
    form = next(form for form in "1234" if match[f"y{form}"])
    if form == _AMERICAN and not american:
        return None
    try:
        day = date(*(int(match[f"{part}{form}"]) for part in "ymd"))
    except ValueError:
        return None
    return day if day >= EARLIEST else None


def _clock(text: str, at: int, *, glued: bool) -> tuple[time | None, int]:
    """The time behind a day, and where the text goes on."""
    match = _CLOCK.match(text, at)
    if match is None or (match["glued"] and not glued):
        return None, at
    digits = match["glued"] or match["six"] or match["four"]
    parts = (
        [digits[n : n + 2] for n in range(0, len(digits), 2)]
        if digits
        else [match[part] for part in ("h", "m", "s", "hh", "mm") if match[part]]
    )
    try:
        hour, minute, second = map(int, (*parts, "0")[:3])
        return time(hour, minute, second), match.end()
    except ValueError:
        return None, at


def _short_end(text: str, at: int, first: date, separator: str | None) -> date | None:
    """The end of ``2026.4.6~4.26``: in the next year where it would lie before the beginning."""
    match = _SHORT_END.match(text, at)
    if match is None or match[2] != separator:
        return None
    month, day = int(match[1]), int(match[3])
    try:
        last = date(first.year + ((month, day) < (first.month, first.day)), month, day)
    except ValueError:
        return None
    return last if (last - first).days < _LONGEST_SHORT else None


def _sorted_out(found: list[_Found]) -> tuple[list[Stamp], list[Stamp]]:
    """Windows, and the days that belong to none."""
    windows = [Stamp(item.short, None, item.stamp.day) for item in found if item.short]
    used = {at for at, item in enumerate(found) if item.short}
    for signs, longest in zip(_SIGNS, _LONGEST, strict=True):
        for at, (one, other) in enumerate(pairwise(found)):
            days = (other.stamp.day - one.stamp.day).days
            if one.between in signs and 0 <= days < longest and not used & {at, at + 1}:
                windows.append(Stamp(other.stamp.day, other.stamp.clock, one.stamp.day))
                used |= {at, at + 1}
    return windows, [item.stamp for at, item in enumerate(found) if at not in used]
