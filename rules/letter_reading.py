"""R03: an appointment letter's file name read back, and the name that its file should have.

People save letters in spellings of their own: without blanks, in lower case, in another order, with
``.``, ``_`` or ``：`` where ``:`` is not allowed. Whatever names boxes, brand, both times and the day is
understood; nothing is guessed.
"""

from __future__ import annotations

import re
import string
import unicodedata
from datetime import time

from rules.answer import Fault, Ledger, rule
from rules.errors import Code
from rules.letter_name import F_IMPOSSIBLE, MONTHS, NOON, PM, Letter, brand_named, day_of_year, name_of
from rules.plain_text import without_marks
from rules.policy.families.naming import LetterNames
from rules.policy.models import Rules

F_UNREAD = Code(
    "F-414",
    "认不出预约信名“{found}”,没找到:{expected}",
    "“{found}” is no name of an appointment letter; not found: {expected}",
    "例:18 Boxes-AMZ-HIMICAR Amazon schedule date 14:00 - 14:30 AM February 6",
    "for example: 18 Boxes-AMZ-HIMICAR Amazon schedule date 14:00 - 14:30 AM February 6",
)
F_TWELVE = Code(
    "F-416",
    "“{found}”旁边写了 PM,分不清是不是 24 小时制",
    "“{found}” stands beside PM and may be in 12 hours",
    "用 24 小时制写,如 14:00",
    "write it in 24 hours: 14:00",
)

F_TOO_LONG = Code(
    "F-624",
    "名字有 {found} 个字符,最多看 {expected} 个:这不是文件名",
    "the name has {found} characters, at most {expected} are looked at: no file is called so",
    "给文件名",
    "give the file's name",
)
LONGEST_NAME = 255
"""Characters that a file's name may have."""

_MONTH = (
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)(?![A-Za-z])\.?"
)
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?(?!\d)"
_HALF = r"[AP]\.?M"
_DASH = r" ?[-‐–—−~至到] ?"
_BETWEEN = "\n"
"""Stands where a detail was cut out."""


def _any(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _clock(name: str, numbers: LetterNames, colon: str) -> str:
    colons = _any((":", unicodedata.normalize("NFKC", colon), *numbers.read_as_colon))
    return rf"(?<!\d)(?P<{name}_hour>\d{{1,2}})(?:{colons})(?P<{name}_minute>[0-5]\d)(?!\d)"


def _pattern(template: str, numbers: LetterNames, colon: str) -> re.Pattern[str]:
    """The template as a pattern that is lenient about blanks and letter case."""
    fields = {
        "boxes": r"(?P<boxes>\d{1,6})",
        "brand": r"(?P<brand>\S.*?)",
        "start": _clock("start", numbers, colon),
        "end": _clock("end", numbers, colon),
        "half": rf"(?P<half>{_HALF})?\.?",
        "month": _MONTH,
        "day": _DAY,
    }
    pattern = ""
    for literal, name, _, _ in string.Formatter().parse(template):
        for piece in re.findall(r" *- *| +|[^ -]+", literal):
            blank = _DASH if "-" in piece else " ?"
            word = rf"(?:{_any(numbers.box_words)})" if piece in numbers.box_words else re.escape(piece)
            pattern += word if piece.strip(" -") else blank
        pattern += fields[name] if name else ""
    return re.compile(pattern, re.IGNORECASE)


def _cut_out(text: str, template: str, numbers: LetterNames, colon: str) -> dict[str, str]:
    """The details in any order, each cut out where it is found; the brand is what is left, if it is one piece."""
    box = _any(numbers.box_words)
    times = rf"{_clock('start', numbers, colon)} ?(?P<early>{_HALF}(?![a-z])\.?)?"
    times += rf"{_DASH}{_clock('end', numbers, colon)} ?(?P<half>{_HALF}(?![a-z])\.?)?"
    details: dict[str, str] = {}
    text = re.sub(r"(?<!\d)_|_(?!\d)", " ", text)
    for search in (
        (times,),
        (
            rf"(?<![a-z0-9])(?P<boxes>\d{{1,6}}) ?(?:{box})(?![a-z])",
            rf"(?<![a-z])(?:{box}) ?(?P<boxes>\d{{1,6}})(?!\d)",
        ),
        (rf"(?<![a-z]){_MONTH} ?{_DAY}(?:,? ?\d{{4}})?", rf"(?<!\d){_DAY} ?{_MONTH}(?:,? ?\d{{4}})?"),
    ):
        for pattern in search:
            if match := re.search(pattern, text, re.IGNORECASE):
                details |= {name: part for name, part in match.groupdict().items() if part}
                text = f"{text[: match.start()]}{_BETWEEN}{text[match.end() :]}"
                break
    words = tuple(
        word for literal, *_ in string.Formatter().parse(template) for word in re.findall(r"[^\W\d_]+", literal)
    )
    text = re.sub(
        rf"(?<![a-z0-9])(?:{_any((*words, *numbers.box_words))})(?![a-z0-9])", _BETWEEN, text, flags=re.IGNORECASE
    )
    left = [piece for piece in (piece.strip(" -–—,;.&+") for piece in text.split(_BETWEEN)) if piece]
    if len(left) == 1:
        details["brand"] = left[0]
    return details


def _time(hour: str, minute: str, half: str | None) -> time:
    written = f"{hour}:{minute}"
    try:
        moment = time(int(hour), int(minute))
    except ValueError:
        raise Fault("#NUM!", F_IMPOSSIBLE, found=written) from None
    if half and half.upper().startswith(PM[0]) and moment < NOON:
        raise Fault("#VALUE!", F_TWELVE, found=written)
    return moment


def _parts(name: str) -> tuple[str, str]:
    """A file's name without ``.pdf`` and without the number of a copy, and the ending."""
    stem, ending = re.fullmatch(r"(.*?)(\.pdf)?", name.strip(), re.IGNORECASE | re.DOTALL).groups()  # type: ignore[union-attr]
    text = " ".join(unicodedata.normalize("NFKC", without_marks(stem)).split())
    return re.sub(r" ?\(\d+\)$", "", text), ending or ".pdf"


def _read(book: Ledger, policy: Rules, name: str) -> Letter:
    if len(name) > LONGEST_NAME:
        raise Fault("#VALUE!", F_TOO_LONG, found=len(name), expected=LONGEST_NAME)
    numbers = policy.letter_names
    template, colon = book.take(numbers.template), book.take(numbers.colon)
    text, _ = _parts(name)
    whole = _pattern(template, numbers, colon).fullmatch(text)
    found = {key: part for key, part in whole.groupdict().items() if part} if whole else {}
    found = found or _cut_out(text, template, numbers, colon)
    brand = found.get("brand", "")
    if not whole and " " in brand and brand.casefold() not in (known.casefold() for known in policy.sku.brands):
        brand = ""
    sought = {
        "箱数 boxes": "boxes" in found,
        "品牌 brand": bool(brand),
        "时间 times": "end_hour" in found,
        "月和日 month and day": "month" in found,
    }
    if missing := [what for what, there in sought.items() if not there]:
        raise Fault("#VALUE!", F_UNREAD, found=name, expected="、".join(missing))
    early, late = found.get("early"), found.get("half")
    start = _time(found["start_hour"], found["start_minute"], early or late)
    end = _time(found["end_hour"], found["end_minute"], late or early)
    month = next(i for i, full in enumerate(MONTHS, 1) if full.casefold().startswith(found["month"].casefold()))
    return Letter(int(found["boxes"]), brand_named(policy, brand), start, end, *day_of_year(month, int(found["day"])))


@rule("R03")
def parse_letter_name(book: Ledger, policy: Rules, name: str) -> Letter:
    """What a letter's name says, in any spelling in use, with or without ``.pdf``.

    Raises F-624 (#VALUE!) for what is too long for a file's name, F-414 (#VALUE!) with what was not found, F-416 (#VALUE!) for an hour before noon beside
    PM, F-413 (#VALUE!) for an impossible brand, F-415 (#NUM!) for an impossible time or day.

    >>> from datetime import date
    >>> from rules.policy.loader import packaged
    >>> name = "18boxes-AMZ-himicar Amazon schedule date 14：00-14：30 february 6.pdf"
    >>> letter = parse_letter_name(date(2025, 4, 3), packaged().rules, name).value
    >>> letter.boxes, letter.brand, letter.start, letter.month, letter.day
    (18, 'HIMICAR', datetime.time(14, 0), 2, 6)
    """
    return _read(book, policy, name)


@rule("R03")
def letter_file_name(book: Ledger, policy: Rules, name: str) -> str:
    """The name that a letter's file should have, from the name it has: the substitute in place of ``:``.

    Raises what `parse_letter_name` and `letter_name` raise.

    >>> from datetime import date
    >>> from rules.policy.loader import packaged
    >>> name = "Feb 6 HIMICAR 18 boxes 14.00-14.30.pdf"
    >>> letter_file_name(date(2025, 4, 3), packaged().rules, name).value
    '18 Boxes-AMZ-HIMICAR Amazon schedule date 14：00 - 14：30 AM February 6.pdf'
    """
    written = name_of(book, policy, _read(book, policy, name))
    return written.replace(":", book.take(policy.letter_names.colon)) + _parts(name)[1]
