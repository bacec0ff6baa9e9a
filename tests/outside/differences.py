"""Where other programs calculate otherwise than Excel, by class; what is in none of them is a fault of somebody."""

import re
from collections import namedtuple
from datetime import date, datetime, time, timedelta

Class = namedtuple("Class", "name engines why holds")

_NUMERAL = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_FRACTION = re.compile(r"\.(\d{9})\d*")
_REFERENCE = re.compile(r"(?:([^\s'!(),<>=&*+/^-]+)!)?\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?")
_FIRST_DAY = datetime(1899, 12, 30)


def plain(value):
    """A cell as the comparison takes it: a day its serial, the empty text none."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return (value - _FIRST_DAY) / timedelta(days=1)
    if isinstance(value, date):
        return float((value - _FIRST_DAY.date()).days)
    if isinstance(value, time):
        return (value.hour * 3600 + value.minute * 60 + value.second) / 86400
    if isinstance(value, timedelta):
        return value / timedelta(days=1)
    return str(value) if isinstance(value, str) else value if isinstance(value, bool) else float(value)


def same(one, other):
    """The same cell, decimals to nine digits."""
    one, other = plain(one), plain(other)
    if type(one) is float and type(other) is float:
        return one == other or abs(one - other) <= 1e-9 * max(1, abs(one), abs(other))
    return type(one) is type(other) and one == other


def _error(value):
    return isinstance(value, str) and value.startswith("#")


def _which_error(formula, one, other):
    return _error(one) and _error(other)


def _digits(formula, one, other):
    if type(one) is float and type(other) is float:
        return abs(one - other) <= 1e-9 * max(1, abs(one), abs(other)) or "1E+17" in formula
    if not isinstance(one, str) or not isinstance(other, str) or _error(one) or _error(other):
        return False
    if _FRACTION.sub(r".\1", one) == _FRACTION.sub(r".\1", other):
        return True
    numbers = [[f"{float(found):.9g}" for found in _NUMERAL.findall(text)] for text in (one, other)]
    return numbers[0] == numbers[1] and _NUMERAL.sub("", one) == _NUMERAL.sub("", other)


def _beyond(formula, one, other):
    return one == "#NUM!" and (
        (type(other) is float and abs(other) > 1.7e308) or (isinstance(other, str) and re.search(r"e\+\d{3,}$", other))
    )


def _of_ranges(formula, one, other):
    return "SUMPRODUCT(" in formula and bool(re.search(r"MID\(|ISNUMBER\([^()]*:", formula))


def _condition(formula, one, other):
    return one == "#VALUE!" and formula.startswith("=IF($")


CLASSES = [
    Class("which error", None, "an error either way; which of several is met first differs", _which_error),
    Class("digits", None, "a fraction's last digits, or a number as text beyond 9 of them", _digits),
    Class("truth looked up", None, "LibreOffice's LOOKUP gives 0 and 1 for truth values", lambda formula, one, other: "LOOKUP(" in formula and isinstance(other, bool) and one == float(other)),
    Class("before 1900", None, "DATE of a year below 1900 is another day in each", lambda formula, one, other: formula.startswith("=DATE(")),
    Class("0^0", None, "1 where Excel has an error", lambda formula, one, other: formula == "=0^0"),
    Class("a range in SUMPRODUCT", {"Gnumeric"}, "a function of one value, given a range, takes the range's cell of the same row", _of_ranges),
    Class("beyond 1.8E+308", {"Gnumeric"}, "its numbers go on where Excel's end", _beyond),
    Class("a text as a condition", {"Gnumeric"}, "a text that is no truth value counts as one", _condition),
    Class("2^3^2", {"Gnumeric"}, "powers are taken from the right", lambda formula, one, other: formula == "=2^3^2"),
    Class("TRUE as text", {"Gnumeric"}, "the text TRUE counts as 1", lambda formula, one, other: '"TRUE"' in formula and one == "#VALUE!"),
    Class("equal letters", {"Gnumeric"}, "full-width letters and ß equal their plain ones", lambda formula, one, other: one is False and other is True and re.search("[ａß]", formula)),
]  # fmt: skip
"""`engines` None: any of them."""
FOLLOWS, UNKNOWN = "follows another cell", "UNEXPLAINED"


def class_of(engine, formula, one, other):
    """The name of the first class that holds for a difference; UNKNOWN without one."""
    one, other = plain(one), plain(other)
    for item in CLASSES:
        if (item.engines is None or engine in item.engines) and item.holds(formula, one, other):
            return item.name
    return UNKNOWN


def read_by(formula, tab):
    """The cells that a formula names, as (tab, address)."""
    found = set()
    for other, column, row, last_column, last_row in _REFERENCE.findall(re.sub(r'"[^"]*"', "", formula)):
        columns = range(_number(column), _number(last_column or column) + 1)
        rows = range(int(row), int(last_row or row) + 1)
        if len(columns) * len(rows) <= 400:  # longer ones are tables of constants
            found |= {(other or tab, f"{_letters(at)}{line}") for at in columns for line in rows}
    return found


def _number(letters):
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _letters(number):
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def sorted_out(engine, formulas, ours, theirs):
    """{class: [(cell, formula, one, other)]} of the cells that differ; a cell that only reads such ones follows them."""
    differ = {cell for cell in formulas if not same(ours.get(cell), theirs.get(cell))}
    found = {}
    for cell in sorted(differ):
        one, other, formula = ours.get(cell), theirs.get(cell), formulas[cell]
        name = class_of(engine, formula, one, other)
        if name == UNKNOWN and read_by(formula, cell[0]) & (differ - {cell}):
            name = FOLLOWS
        found.setdefault(name, []).append((cell, formula[:200], one, other))
    return found
