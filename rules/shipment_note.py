"""R02: the note of an overseas stocking order, made, taken apart and checked (L351, L357–365).

``货件号-FBA仓库号-货件追踪编号``, ``FBA18SHTRFPP-MEX6-5YDIA35G``: the logistics department finds the shipment by it.
The lengths are those of the SOP's one example, so every answer is a reading. A warehouse that the table
does not list is taken by the form of Amazon's codes, marked, unless the table uses its letters: MEX7 is a
mistake, YVR3 another country's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rules.answer import Fault, Ledger, Word, rule
from rules.errors import Code
from rules.findings import Finding, told
from rules.plain_text import plain_text, visible
from rules.policy.models import Rules
from rules.policy.original import own_of

F_SHIPMENT = Code(
    "F-401",
    "货件号“{found}”应为 {prefix} 加 {count} 位字母或数字",
    "shipment id “{found}” is not {prefix} and {count} letters or digits",
)
F_WAREHOUSE = Code("F-402", "没有FBA仓库“{found}”,可用:{expected}", "no FBA warehouse “{found}”; there are {expected}")
F_REFERENCE = Code(
    "F-403",
    "货件追踪编号“{found}”应为 {count} 位字母或数字",
    "Amazon reference id “{found}” is not {count} letters or digits",
)
F_PARSE = Code(
    "F-404",
    "拆不开货件备注“{found}”:{expected}",
    "can't take note “{found}” apart: {expected}",
    "写成 货件号-FBA仓库号-货件追踪编号",
    "write shipment-warehouse-reference",
)
F_BLANKS = Code("F-405", "含有空白", "contains blanks")
F_LOWER = Code("F-406", "小写字母 {found} 应大写", "lower-case letters: {found}")
F_NOT_ASCII = Code("F-407", "含有全角或其他字符 {found}", "contains characters that are not ASCII: {found}")
F_COUNT = Code(
    "F-408",
    "有 {found} 段,应为 3 段:货件号-FBA仓库号-货件追踪编号",
    "has {found} parts, not 3: shipment-warehouse-reference",
)
F_MISSING = Code("F-409", "缺少{found}", "{found} is missing")
F_ORDER = Code("F-410", "顺序应为 {expected}", "the order is {expected}")

F_TOO_LONG = Code(
    "F-623",
    "有 {found} 个字符,最多看 {expected} 个:这不是货件备注",
    "has {found} characters, at most {expected} are looked at: this is no note of a shipment",
)

SHIPMENT, WAREHOUSE, REFERENCE = _ROLES = ("货件号", "FBA仓库号", "货件追踪编号")
LONGEST_NOTE = 200
"""Characters of a note with a whole sentence beside it."""
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-"))


@dataclass(frozen=True)
class Note:
    """The three parts of a note."""

    shipment: str
    fc: str
    reference: str

    def __str__(self) -> str:
        return "-".join((self.shipment, self.fc, self.reference))


def _upright(written: str) -> str:
    """Upper case, half width, no blank, one kind of hyphen."""
    return "".join(plain_text(written).split()).translate(_DASHES).upper()


def _wrong_part(book: Ledger, policy: Rules, role: str, part: str) -> Finding | None:
    """What is wrong with one part, or None."""
    numbers = policy.shipment_notes
    if role == SHIPMENT:
        prefix = book.take(numbers.shipment_prefix)
        body = part.removeprefix(prefix)
        if body != part and book.holds(numbers.shipment_lengths, len(body)) and re.fullmatch(r"[A-Z0-9]+", body):
            return None
        count = "/".join(str(length) for length in book.take(numbers.shipment_lengths))
        return Finding(F_SHIPMENT, {"found": part, "prefix": prefix, "count": count}, role)
    if role == WAREHOUSE:
        known, form = book.require(numbers.warehouses), book.require(numbers.other_warehouses)
        taken = part in known or _is_elsewhere(part, form, known)
        own_known = own_of(numbers.warehouses, book.day).value or known
        own_form = own_of(numbers.other_warehouses, book.day).value or form
        if taken != (part in own_known or _is_elsewhere(part, own_form, own_known)):
            book.depart(numbers.warehouses)
            book.depart(numbers.other_warehouses)
        return None if taken else Finding(F_WAREHOUSE, {"found": part, "expected": ", ".join(known)}, role)
    length = book.take(numbers.reference_length)
    if len(part) == length and re.fullmatch(r"[A-Z0-9]+", part):
        return None
    return Finding(F_REFERENCE, {"found": part, "count": length}, role)


def _is_elsewhere(part: str, form: tuple[int, int], known: tuple[str, ...]) -> bool:
    """Whether a code has the form of Amazon's warehouses and letters that no warehouse of the table has."""
    letters, digits = form
    code = re.fullmatch(rf"([A-Z]{{{letters}}})[0-9]{{{digits}}}", part)
    return code is not None and not any(other.startswith(code[1]) for other in known)


def _tell_reading(book: Ledger, policy: Rules, note: Note) -> None:
    """What a good note rests on: the update of 20 February, and Amazon's form for a warehouse of elsewhere."""
    numbers = policy.shipment_notes
    book.asks(numbers.updated)
    if note.fc in book.require(numbers.warehouses):
        return
    book.take(numbers.other_warehouses)
    book.mark(
        Word.READING,
        f"{note.fc} 不在 SOP 的仓库里(L428),按亚马逊仓库号的写法收下;写进 rules.shipment_notes.warehouses 就算已知",
        f"{note.fc} is no warehouse of the SOP's (L428), taken by the form of Amazon's codes; "
        "add it to rules.shipment_notes.warehouses to make it known",
    )


def _wrong_in_place(book: Ledger, policy: Rules, role: str, segment: str) -> Finding | None:
    return _wrong_part(book, policy, role, segment) if segment else Finding(F_MISSING, {"found": role}, role)


def _in_order(book: Ledger, policy: Rules, segments: list[str]) -> dict[str, str]:
    """Which segment is which part, whatever their order; parts that no segment fits are left out."""
    aside = Ledger(book.rule, book.day)
    return {
        role: segment
        for role in _ROLES
        for segment in segments
        if segment and _wrong_part(aside, policy, role, segment) is None
    }


def examine(book: Ledger, policy: Rules, written: str) -> tuple[Note | None, list[Finding]]:
    """A note's parts (None when they can't be told) and everything that is wrong with it."""
    if len(written) > LONGEST_NOTE:
        return None, [Finding(F_TOO_LONG, {"found": len(written), "expected": LONGEST_NOTE})]
    found = []
    if written != "".join(written.split()):
        found.append(Finding(F_BLANKS))
    if strange := [char for char in dict.fromkeys(written) if not char.isascii() and not char.isspace()]:
        found.append(Finding(F_NOT_ASCII, {"found": "".join(map(visible, strange))}))
    if lower := "".join(dict.fromkeys(re.findall(r"[a-z]", plain_text(written)))):
        found.append(Finding(F_LOWER, {"found": lower}))
    segments = _upright(written).split("-")
    told_apart = _in_order(book, policy, segments)
    if len(segments) != len(_ROLES):
        found.append(Finding(F_COUNT, {"found": len(segments)}))
        found += [Finding(F_MISSING, {"found": role}, role) for role in _ROLES if role not in told_apart]
        return None, found
    wrong = [_wrong_in_place(book, policy, role, segment) for role, segment in zip(_ROLES, segments, strict=True)]
    if any(wrong) and len(told_apart) == len(_ROLES):
        note = Note(*told_apart.values())
        _tell_reading(book, policy, note)
        return note, [*found, Finding(F_ORDER, {"expected": note})]
    found += filter(None, wrong)
    if any(wrong):
        return None, found
    note = Note(*segments)
    _tell_reading(book, policy, note)
    return note, found


@rule("R02")
def shipment_note(book: Ledger, policy: Rules, shipment: str, fc: str, reference: str) -> str:
    """The note of a shipment; letter case, width and blanks of its parts don't matter.

    Raises F-401 and F-403 (#VALUE!) for a shipment or reference id of the wrong form, F-402 (#N/A)
    for an unknown warehouse; the first wrong part is named.

    >>> from datetime import date
    >>> from rules.policy.loader import packaged
    >>> shipment_note(date(2025, 4, 3), packaged().rules, "fba18shtrfpp", "MEX 6", "5YDIA35G").value  # L361
    'FBA18SHTRFPP-MEX6-5YDIA35G'
    """
    note = Note(_upright(shipment), _upright(fc), _upright(reference))
    for role, part in zip(_ROLES, (note.shipment, note.fc, note.reference), strict=True):
        if wrong := _wrong_part(book, policy, role, part):
            raise Fault("#N/A" if role == WAREHOUSE else "#VALUE!", wrong.code, **wrong.facts)
    _tell_reading(book, policy, note)
    book.part(SHIPMENT, "shipment id", note.shipment)
    book.part(WAREHOUSE, "FBA warehouse", note.fc)
    book.part(REFERENCE, "Amazon reference id", note.reference)
    return str(note)


@rule("R02")
def parse_note(book: Ledger, policy: Rules, note: str) -> Note:
    """The parts of a note as it was typed.

    Letter case, width, blanks and the order of the parts don't hinder, and are remarked on. A note
    whose parts can't be told raises F-404 (#VALUE!), which lists every problem.

    >>> from datetime import date
    >>> from rules.policy.loader import packaged
    >>> parse_note(date(2025, 4, 3), packaged().rules, "FBA18SHTRFPP-MEX6-5YDIA35G").value
    Note(shipment='FBA18SHTRFPP', fc='MEX6', reference='5YDIA35G')
    """
    parts, findings = examine(book, policy, note)
    if parts is None:
        raise Fault("#VALUE!", F_PARSE, found=note, expected="；".join(item.message() for item in findings))
    told(book, findings)
    return parts


@rule("R02")
def check_note(book: Ledger, policy: Rules, note: str) -> str:
    """Every problem of a note, the wrong part named, joined by ``；``; empty text when it is good.

    >>> from datetime import date
    >>> from rules.policy.loader import packaged
    >>> check_note(date(2025, 4, 3), packaged().rules, "FBA18SHTRFPP-MEX7-5ydia35g").value
    '小写字母 ydiag 应大写；没有FBA仓库“MEX7”,可用:MEX1, MEX2, MEX3, MEX4, MEX5, MEX6'
    """
    _, findings = examine(book, policy, note)
    return told(book, findings)
