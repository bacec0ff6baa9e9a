"""What a cell means, as formulas: the same spellings as `addin.registry.convert`, or an error.

Understood: dates as serial, ``2025-04-03``, ``2025/4/3``, ``2025.4.3``, ``2025年4月3日``, each with or without
``14:00``; numbers as number or text, with a sign, a decimal point and ``%``; full-width digits. Text with
thousands separators, currency signs or an exponent, and days before 1900-03-01, are errors here.
"""

from __future__ import annotations

from addin.native.expression import (
    E,
    blank,
    call,
    every,
    found,
    if_failed,
    is_number,
    length,
    lift,
    no,
    part,
    replaced,
    rounded,
    some,
    when,
    whole,
)
from addin.native.rulebook import RuleBook

_WIDE = (
    ("\u00a0", " "),
    ("\u3000", " "),
    *((chr(ord("０") + digit), str(digit)) for digit in range(10)),
    ("．", "."),
    ("％", "%"),
    ("－", "-"),
    ("／", "/"),
    ("：", ":"),
)
_DATE_MARKS = (("年", "-"), ("月", "-"), ("/", "-"), (".", "-"), ("日", " "), ("T", " "))
"""One character for another, so that places stay the same."""
_FIRST, _LAST = 61, 2958465
"""1900-03-01, before which spreadsheets disagree, and 9999-12-31."""
_DAY = 86400
TRUE_WORDS = ("true", "yes", "y", "是", "换", "1")
FALSE_WORDS = ("false", "no", "n", "否", "不换", "0")


def cleaned(raw: E) -> E:
    """A cell's text without outer blanks, digits in half width; empty for a blank one."""
    as_text = replaced(when((is_number(raw), raw & ""), otherwise=raw), *_WIDE)
    named = when((raw, "TRUE"), otherwise="FALSE")
    return when((call("ISLOGICAL", raw), named), otherwise=call("TRIM", as_text))


def date_marks(clean: E) -> E:
    """A date's text with its marks made equal: ``2025-4-3 14:00``."""
    return replaced(clean, *_DATE_MARKS)


def only(text: E, allowed: str, book: RuleBook) -> E:
    """Whether every character of a text (up to 60) is one of the allowed; letter case counts."""
    padded = text & call("REPT", allowed[0], 60)
    letters = part(padded, places(book, 60), 1)
    count = call("SUMPRODUCT", E(f"--ISNUMBER({found(letters, lift(allowed))})"))
    return every(length(text) <= 60, count.is_(60))


def places(book: RuleBook, count: int) -> E:
    """The numbers 1, 2, 3 … as a range."""
    return book.list_of("日历", f"1–{count}", list(range(1, count + 1)))


def without_sign(clean: E) -> E:
    """A number's text without its sign in front and ``%`` behind."""
    sign = some(call("LEFT", clean).is_("-"), call("LEFT", clean).is_("+"))
    unsigned = when((sign, part(clean, 2, 60)), otherwise=clean)
    shorter = call("TRIM", call("LEFT", unsigned, length(unsigned) - 1))
    return when((call("RIGHT", clean).is_("%"), shorter), otherwise=unsigned)


def a_number(raw: E, clean: E, body: E, book: RuleBook) -> E:
    """A number argument; ``""`` for a blank, #VALUE! for what is none. `body` is the text `without_sign`."""
    wrong = book.named("#VALUE!")
    digits = call("SUBSTITUTE", body, ".", "", 1)
    written = every(length(digits) > 0, length(digits) < 16, only(digits, "0123456789", book))
    point = length(body) - if_failed(found(".", body), length(body))
    value = digits / E(f"10^({point})") / when((call("RIGHT", clean).is_("%"), 100), otherwise=1)
    signed = value * when((call("LEFT", clean).is_("-"), -1), otherwise=1)
    return when(
        (blank(clean), ""),
        (call("ISLOGICAL", raw), wrong),
        (is_number(raw), raw),
        (written, signed),
        otherwise=wrong,
    )


def an_integer(number: E, book: RuleBook) -> E:
    """A whole number; #NUM! for another one."""
    return when((blank(number), ""), (number.is_(whole(number)), number), otherwise=book.named("#NUM!"))


def clock_text(clean: E, marks: E) -> E:
    """What follows the day in a date's text; ``?`` where a ``T`` stands without a time."""
    end = found(" ", marks & " ")
    rest = call("TRIM", part(clean, end + 1, 20))
    bare = when((call("LEFT", rest).is_("T"), part(rest, 2, 20)), otherwise=rest)
    waits = some(part(clean, end, 1).is_("T"), call("LEFT", rest).is_("T"))
    return when((every(waits, blank(bare)), "?"), otherwise=bare)


def written_date(marks: E) -> E:
    """The day that a text names, an error for none."""
    second, end = found("-", marks, 6), found(" ", marks & " ")
    return call("DATE", call("LEFT", marks, 4), part(marks, 6, second - 6), part(marks, second + 1, end - second - 1))


def a_moment(raw: E, clean: E, marks: E, day: E, time: E, book: RuleBook) -> E:
    """A day with its time as a serial; ``""`` for a blank, #VALUE! for what is none.

    `marks` is the text with `date_marks`, `day` its `written_date`, `time` its `clock_text`. 30
    February is no day: the text must say what the day says.
    """
    wrong = book.named("#VALUE!")
    second, end = found("-", marks, 6), found(" ", marks & " ")
    spelled = replaced(call("LEFT", marks, end - 1), ("-0", "-"))
    again = call("YEAR", day) & "-" & call("MONTH", day) & "-" & call("DAY", day)
    in_order = every(part(clean, 5, 1).isnt("月"), part(clean, second, 1).isnt("年"))
    short = every(second <= 8, end - second <= 3)
    clock = when((blank(time), 0), otherwise=_clock(time, book))
    on_paper = when((every(spelled.is_(again), in_order, short), day + clock), otherwise=wrong)
    return when(
        (blank(clean), ""),
        (call("ISLOGICAL", raw), wrong),
        (is_number(raw), raw),
        (only(clean, "0123456789", book), call("VALUE", clean)),
        otherwise=if_failed(on_paper, wrong),
    )


def _with_colons(text: E) -> E:
    """``14:30`` for 14时30分."""
    minutes = every(call("RIGHT", text).is_("分"), length(text) < 7)
    return call("SUBSTITUTE", when((minutes, call("LEFT", text, length(text) - 1)), otherwise=text), "时", ":", 1)


def _clock(text: E, book: RuleBook) -> E:
    """``14:00`` or ``14:00:30`` as a fraction of a day; an error for anything else."""
    text = _with_colons(text)
    value = call("TIMEVALUE", text)
    colons = length(text) - length(replaced(text, (":", "")))
    minutes_end = part(text, length(text) - 2, 1).is_(":")
    seconds_end = when((length(text) > 6, part(text, length(text) - 5, 1).is_(":")), otherwise=E("FALSE"))
    two_digits = every(minutes_end, some(colons.is_(1), every(colons.is_(2), seconds_end)))
    hour = call("LEFT", text, found(":", text) - 1)
    fits = every(two_digits, only(text, "0123456789:", book), call("VALUE", hour) < 24, length(hour) < 3)
    minutes = call("VALUE", part(text, found(":", text) + 1, 2)) < 60
    return when((every(fits, minutes, call("VALUE", call("RIGHT", text, 2)) < 60), value), otherwise=E("NA()"))


def in_calendar(serial: E, book: RuleBook, *, whole_day: bool) -> E:
    """A serial checked to be a day, its time to the second or dropped."""
    seconds = rounded(serial * _DAY, 0)
    value = whole(seconds / _DAY) if whole_day else seconds / _DAY
    return when(
        (blank(serial), ""),
        (some(serial < _FIRST, serial >= _LAST + 1), book.named("#NUM!")),
        otherwise=value,
    )


def a_day_answer(serial: E, book: RuleBook) -> E:
    """A day as an answer; #NUM! beyond the calendar."""
    return when((some(serial < _FIRST, serial >= _LAST + 1), book.named("#NUM!")), otherwise=serial)


def a_yes_no(raw: E, clean: E, book: RuleBook) -> E:
    """TRUE or FALSE for every spelling; ``""`` for a blank, #VALUE! for anything else."""
    low = call("LOWER", clean)
    yes = some(*(low.is_(word) for word in TRUE_WORDS))
    nope = some(*(low.is_(word) for word in FALSE_WORDS))
    return when(
        (blank(clean), ""),
        (call("ISLOGICAL", raw), raw),
        (yes, E("TRUE")),
        (nope, E("FALSE")),
        otherwise=book.named("#VALUE!"),
    )


def a_time(raw: E, clean: E, book: RuleBook) -> E:
    """A time of day as a fraction of a day, to the minute where it is a fraction or a text."""
    wrong = book.named("#VALUE!")
    minute = rounded(raw * 1440, 0)
    fraction = (minute - 1440 * whole(minute / 1440)) / 1440
    of_moment = rounded(raw * _DAY, 0) / _DAY
    text = _with_colons(clean)
    to_the_minute = call("TIMEVALUE", call("LEFT", text, found(":", text) + 2))
    return when(
        (blank(clean), ""),
        (call("ISLOGICAL", raw), wrong),
        (no(is_number(raw)), if_failed(when((_clock(clean, book) >= 0, to_the_minute), otherwise=wrong), wrong)),
        (raw < 0, wrong),
        (raw < 1, fraction),
        (of_moment.is_(whole(of_moment)), wrong),
        otherwise=of_moment - whole(of_moment),
    )
