"""R03: the file name of an Amazon appointment letter (L435–437, L468–470).

``18 Boxes-AMZ-HIMICAR Amazon schedule date 14:00 - 14:30 AM February 6``. The name as such holds ``:``,
which no Windows file name may: only a file's name holds the substitute.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, time

from rules.answer import Fault, Ledger, rule
from rules.errors import Code
from rules.plain_text import without_marks
from rules.policy.models import Rules

F_BOXES = Code("F-411", "箱数 {found} 不是正整数", "{found} boxes: not a positive whole number")
F_END = Code(
    "F-412",
    "结束时间 {found} 要晚于开始时间 {expected}",
    "the end {found} must be later than the start {expected}",
    "检查两个时间",
    "check the two times",
)
F_BRAND = Code(
    "F-413",
    "品牌“{found}”不能用在文件名里",
    "brand “{found}” can't stand in a file name",
    '写品牌名,不要 \\ / : * ? " < > |',
    'give the brand without \\ / : * ? " < > |',
)
F_IMPOSSIBLE = Code("F-415", "没有这样的时间或日子:{found}", "no such time or day: {found}", "改正", "correct it")

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
NOON = time(12)
AM, PM = "AM", "PM"
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f]')


@dataclass(frozen=True)
class Letter:
    """What the name of a letter says; it names no year."""

    boxes: int
    brand: str
    start: time
    end: time
    month: int
    day: int


def brand_named(policy: Rules, brand: str) -> str:
    """A brand in half width and single blanks; a known one (R01) in its own spelling. Raises F-413 (#VALUE!)."""
    text = " ".join(unicodedata.normalize("NFKC", without_marks(brand)).split())
    if not text or _FORBIDDEN.search(text):
        raise Fault("#VALUE!", F_BRAND, found=brand)
    return next((known for known in policy.sku.brands if known.casefold() == text.casefold()), text)


def day_of_year(month: int, day: int) -> tuple[int, int]:
    """A day of some year, 29 February included. Raises F-415 (#NUM!)."""
    _, last = calendar.monthrange(0, month)  # year 0 is a leap year
    if not 1 <= day <= last:
        raise Fault("#NUM!", F_IMPOSSIBLE, found=f"{MONTHS[month - 1]} {day}")
    return month, day


def _half(book: Ledger, policy: Rules, start: time) -> str:
    mode = book.take(policy.letter_names.half_day)
    if mode == "none":
        return ""
    by_clock = AM if start < NOON else PM
    if mode == "clock":
        return by_clock
    if by_clock != AM:
        book.remark(
            f"{start:%H:%M} 是下午,AM 照 SOP 的例子写", f"{start:%H:%M} is past noon; AM as the SOP's example has it"
        )
    return AM


def name_of(book: Ledger, policy: Rules, letter: Letter) -> str:
    """The name of a letter. Raises F-411 and F-412 (#NUM!)."""
    if letter.boxes < 1:
        raise Fault("#NUM!", F_BOXES, found=letter.boxes)
    if letter.end <= letter.start:
        raise Fault("#NUM!", F_END, found=f"{letter.end:%H:%M}", expected=f"{letter.start:%H:%M}")
    written = book.take(policy.letter_names.template).format(
        boxes=letter.boxes,
        brand=letter.brand,
        start=f"{letter.start:%H:%M}",
        end=f"{letter.end:%H:%M}",
        half=_half(book, policy, letter.start),
        month=MONTHS[letter.month - 1],
        day=letter.day,
    )
    return " ".join(written.split())


@rule("R03")
def letter_name(book: Ledger, policy: Rules, boxes: int, brand: str, start: time, end: time, on: date) -> str:
    """The name of an appointment's letter, with ``:`` as the SOP writes it; times in 24 hours.

    AM stands beside any time, as in the SOP's example (config: by the clock, or not at all). Raises
    F-411 for less than one box and F-412 for an end that is not after the start (#NUM!), F-413
    (#VALUE!) for a brand that no file name can hold.

    >>> from rules.policy.loader import packaged
    >>> letter_name(date(2025, 2, 6), packaged().rules, 18, "HIMICAR", time(14), time(14, 30), date(2025, 2, 6)).value
    '18 Boxes-AMZ-HIMICAR Amazon schedule date 14:00 - 14:30 AM February 6'
    """
    return name_of(book, policy, Letter(boxes, brand_named(policy, brand), start, end, on.month, on.day))
