"""R20 and R21 together: how long the stock in the five segments lasts, and whether that is too long (L120–131).

These are days of cover (stock ÷ daily sales), not turnover days of a lot. Stock that several MSKUs share is
divided by the sales of all of them. Unknown is not 0: what is unknown in a segment leaves its days, the total and the
verdict open, unless what is known exceeds the limit by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rules.answer import Ledger, rule
from rules.cover import NO_SALES, lasting_days
from rules.policy.models import Rules
from rules.stockout import tidy
from rules.turnover import ENGLISH, Segment

Days = float | str | None
"""Days of cover, ``无销量``, or None for unknown."""

OVER, WITHIN = "是", "否"


class Portion(NamedTuple):
    """Pieces, and the daily sales of all that are sold from them; None where unknown."""

    pieces: float | None
    daily: float | None
    what: str = ""


def segment_days(portions: Sequence[Portion]) -> Days:
    """How long the portions of a segment last together; a portion of nothing adds nothing to others.

    >>> segment_days([Portion(100, 20), Portion(30, 10)]), segment_days([Portion(100, 20), Portion(0, 0)])
    (8.0, 5.0)
    >>> segment_days([Portion(100, 20), Portion(None, 10)]), segment_days([Portion(0, 0)])
    (None, '无销量')
    """
    if any(portion.pieces is None for portion in portions):
        return None
    total = 0.0
    for portion in [portion for portion in portions if portion.pieces] or portions[:1]:
        if portion.daily is None or portion.pieces is None:
            return None
        days = lasting_days(portion.pieces, portion.daily)
        if isinstance(days, str):
            return days
        total += days
    return tidy(total)


def total_days(days: Sequence[Days]) -> Days:
    """The segments together; unknown where one is, ``无销量`` where one has stock and no sales.

    >>> total_days([1.5, 2.0]), total_days([1.5, None]), total_days([1.5, "无销量"])
    (3.5, None, '无销量')
    """
    if any(count is None for count in days):
        return None
    if any(isinstance(count, str) for count in days):
        return NO_SALES
    return tidy(sum(count for count in days if isinstance(count, float)))


def verdict(days: Sequence[Days], limit: float) -> str | None:
    """是 where the known segments alone exceed the limit, 否 where all are known and don't, else unknown.

    >>> verdict([60.0, 60.0], 120), verdict([60.0, 60.5, None], 120), verdict([60.0, None], 120)
    ('否', '是', None)
    """
    known = [count for count in days if isinstance(count, float)]
    if tidy(sum(known)) > limit:
        return OVER
    return WITHIN if len(known) == len(days) else None


LINES: Mapping[Segment, int] = {
    Segment.PURCHASED: 121,
    Segment.DOMESTIC: 122,
    Segment.TRANSIT: 123,
    Segment.OVERSEAS: 127,
    Segment.PLATFORM: 130,
}
"""The line of the SOP that names a segment."""
_TOGETHER = 131


@rule("R20")
def segment_cover(book: Ledger, policy: Rules, segment: Segment, portions: Sequence[Portion]) -> Days:
    """Days of cover of one segment; unknown (None) where a portion is. Raises F-201 (#NUM!) for negative numbers.

    >>> from datetime import date
    >>> from rules.policy.loader import packaged
    >>> segment_cover(date(2026, 4, 27), packaged().rules, Segment.DOMESTIC, [Portion(478, 4.3)]).value
    111.162790698
    """
    book.take(policy.cover.sheet_total)
    book.lines.append(LINES[segment])
    _tell(book, segment, portions)
    return segment_days(portions)


@rule("R20")
def total_cover(book: Ledger, policy: Rules, segments: Mapping[Segment, Sequence[Portion]]) -> Days:
    """Days of cover of the five segments together; unknown where one is."""
    book.take(policy.cover.sheet_total)
    return total_days(_every(book, segments))


@rule("R20")
def cover_above(book: Ledger, policy: Rules, segments: Mapping[Segment, Sequence[Portion]]) -> str | None:
    """Whether the five segments together exceed the limit (120, L131): 是, 否, or None where nobody can tell."""
    book.take(policy.cover.sheet_total)
    limit = book.take(policy.turnover.total_limit_days)
    days = _every(book, segments)
    book.part("已知各段合计", "known segments", tidy(sum(count for count in days if isinstance(count, float))))
    return verdict(days, limit)


def _every(book: Ledger, segments: Mapping[Segment, Sequence[Portion]]) -> list[Days]:
    answer = []
    book.lines += [*(LINES[segment] for segment in segments), _TOGETHER]
    for segment, portions in segments.items():
        _tell(book, segment, portions)
        days = segment_days(portions)
        answer.append(days)
        shown = round(days, 1) if isinstance(days, float) else "?" if days is None else days
        book.part(f"  {segment}可售天数", f"  {ENGLISH[segment]}, days of cover", shown)
    return answer


def _tell(book: Ledger, segment: Segment, portions: Sequence[Portion]) -> None:
    for portion in portions:
        pieces, daily = ("?" if number is None else f"{number:g}" for number in (portion.pieces, portion.daily))
        name = portion.what or segment
        book.part(f"{name}(件 ÷ 日均)", f"{name} (pieces ÷ daily sales)", f"{pieces} ÷ {daily}")
