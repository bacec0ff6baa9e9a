"""R03 on the rows of a table: the names of appointment letters, as such and against what their row says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from addin.commands.columns import Columns
from addin.commands.row_checks import At, moment_of, texts, too_long
from rules.answer import Fault
from rules.errors import Code
from rules.letter_name import Letter
from rules.letter_reading import letter_file_name, parse_letter_name
from sheets_schema.cells import meaning
from sheets_schema.model import Type
from sheets_schema.problems import Problem

K_OTHER_NAME = Code(
    "K-096",
    "预约信名应写成 {expected}",
    "the letter's name is written {expected}",
    "改正,或点“预约信命名”",
    "correct it, or press “Letter names”",
)
K_OTHER_ROW = Code(
    "K-097",
    "预约信名写的是 {found},本行的{what}是 {expected}",
    "the letter's name says {found}; the row's {what} is {expected}",
    "核对后改正其中一个",
    "check, and correct one of them",
)
_COLONS = str.maketrans(dict.fromkeys("：꞉∶", ":"))


def letter_problems(columns: Columns, at: At) -> Iterator[Problem]:
    """Names that can't be read, that are not written as the SOP writes them, or that speak of another row."""
    table = columns.table
    for line, name in texts(table, at["letter"]):
        if problem := too_long(table, line, at["letter"], name):
            yield problem
            continue
        try:
            letter: Letter = parse_letter_name(columns.today, columns.policy, name).value
            right = str(letter_file_name(columns.today, columns.policy, name).value)
        except Fault as fault:
            yield table.problem(fault.code, line.number, at["letter"], line.at(at["letter"]), **fault.facts)
            continue
        if not name.lower().endswith(".pdf"):
            right = right.removesuffix(".pdf")
        if name.translate(_COLONS) != right.translate(_COLONS):
            yield table.problem(K_OTHER_NAME, line.number, at["letter"], line.at(at["letter"]), expected=right)
        for what, found, expected in _differences(letter, line.at(at["boxes"]), line.at(at["slot"])):
            facts = {"what": what, "found": found, "expected": expected}
            yield table.problem(K_OTHER_ROW, line.number, at["letter"], line.at(at["letter"]), **facts)


def _differences(letter: Letter, boxes: Any, slot: Any) -> Iterator[tuple[str, object, object]]:
    """What a letter's name and its row both state, and state differently."""
    count = meaning(boxes, Type.INTEGER)
    if isinstance(count, float) and count != letter.boxes:
        yield "箱数", letter.boxes, f"{count:g}"
    moment = moment_of(slot)
    if moment is None:
        return
    if (moment.month, moment.day) != (letter.month, letter.day):
        yield "预约日期", f"{letter.month}-{letter.day}", f"{moment.month}-{moment.day}"
    elif isinstance(moment, datetime) and moment.time() != letter.start:
        yield "预约时间", f"{letter.start:%H:%M}", f"{moment:%H:%M}"
