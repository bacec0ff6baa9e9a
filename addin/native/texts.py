"""Texts that formulas put together: days, times, shares, messages, templates."""

from __future__ import annotations

from string import Formatter

from addin.native.expression import E, Value, call, lift, replaced, rounded, when, whole
from rules.errors import Code
from rules.plain_text import plain_text

DAY = 86400
_ACCENTED = "áàâäãåéèêëíìîïóòôöõúùûüñç"


def seconds(moment: E) -> E:
    """A moment in whole seconds, so that equal ones are equal."""
    return rounded(moment * DAY, 0)


def two_digits(number: E) -> E:
    """``07``."""
    return call("RIGHT", lift("0") & number, 2)


def iso(day: E) -> E:
    """``2025-04-03``, whatever the spreadsheet's language."""
    return call("YEAR", day) & "-" & two_digits(call("MONTH", day)) & "-" & two_digits(call("DAY", day))


def clock(second: E) -> E:
    """``14:00`` of seconds since midnight."""
    hour = whole(second / 3600)
    return two_digits(hour) & ":" & two_digits(whole((second - hour * 3600) / 60))


def half_even(number: E, digits: int) -> E:
    """A number of at least 0 rounded to so many decimals, halves to the even digit."""
    size = 10**digits
    scaled = number * size
    below = whole(scaled + 0.0000001)
    is_half = call("ABS", scaled - below - 0.5) < 0.0000001
    even = below + call("MOD", below, 2)
    return when((is_half, even / size), otherwise=rounded(number, digits))


def percent(share: E) -> E:
    """``12.35%``."""
    return half_even(share * 100, 2) & "%"


def message(code: Code, **facts: E) -> E:
    """A code's text in Chinese with its facts filled in, advice included."""
    template = f"{code.zh}。{code.todo_zh}" if code.todo_zh else code.zh
    pieces: list[Value] = []
    for text, name, _, _ in Formatter().parse(template):
        if text:
            pieces.append(text)
        if name is not None:
            pieces.append(facts[name])
    answer = lift(pieces[0])
    for piece in pieces[1:]:
        answer = answer & piece
    return answer


def filled(template: E, **facts: Value) -> E:
    """A template of 规则表 with its ``{fields}`` filled in."""
    for name, value in facts.items():
        template = call("SUBSTITUTE", template, f"{{{name}}}", value)
    return template


def joined(*texts: E) -> E:
    """Texts that are not empty, with ``；`` between them."""
    answer = lift("")
    for text in texts:
        answer = answer & when((text.is_(""), ""), otherwise=lift("；") & text)
    return call("MID", answer, 2, 9999)


def without_blanks(text: E) -> E:
    """A text without any blank."""
    return call("SUBSTITUTE", text, " ", "")


def unaccented(text: E) -> E:
    """A text in lower case without the accents of Western languages.

    Spreadsheets differ in whether a search heeds accents.
    """
    return replaced(text, *((char, plain_text(char)) for char in _ACCENTED))
