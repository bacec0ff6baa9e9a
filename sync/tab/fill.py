"""The rest of a tab once the ERP's cells are planned: computed columns, 同步状态, and whole new rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from rules.errors import Code, Text
from rules.policy import models as policy
from rules.policy.meanings import Meanings
from rules.turnover import Segment
from sheets_schema.cells import Value, equal
from sheets_schema.grid.edits import RowAppend
from sheets_schema.model import Column, Owner
from sheets_schema.problems import Problem
from sync.files.told import FileRef
from sync.plan.change import Change
from sync.plan.keys import Key
from sync.plan.outcome import Append
from sync.state.pins import UNDO
from sync.tab import status
from sync.tab.computed import FILLERS
from sync.tab.cover import DayRows, Reasons
from sync.tab.facts import DayContext, TabFacts, days_of, facts_of, their_rows
from sync.tab.tab_plan import TabPlan, change_of, said_by, spelled

STATUS = "sync_status"
"""The `fill` name of 同步状态."""

S_UNKNOWN = Code(
    "S-060",
    "{found} 行的可售天数没有算:缺 {column}({why})",
    "days of cover of {found} rows were not computed: {column} is missing ({why})",
    "哪些行:同步状态里有“缺:{column}”;一个格子为什么缺:qlc sync explain",
    "the rows say 缺:{column} in 同步状态; qlc sync explain tells of a cell why",
)

NAMED = 3
"""Reasons and words that a finding names; the others are counted."""


def mark_and_fill(answer: TabPlan, rules: policy.Rules, meanings: Meanings) -> None:
    """Fills computed columns of all rows, marks 同步状态, and completes the new rows."""
    view, size = answer.view, len(answer.view.table)
    columns = _after(answer)
    at = their_rows(view, answer.theirs, [(item.key, item.theirs_row) for item in answer.appended])
    facts = facts_of(view, answer.theirs, columns, at, [item.key for item in answer.appended])
    days = _by_day(days_of(view.sheet.anchor, answer.theirs, at), facts, rules, meanings)
    undone, quiet = _undone(answer)
    filled = [column for column in view.sheet.columns if column.owner is Owner.COMPUTED and column.title in columns]
    lacking = _lacking(answer, facts, days, _rests(filled))
    for column in filled:
        title = column.title
        current, formulas = columns[title], view.formulas.get(title)
        if column.fill == STATUS:
            wanted, kind = _status(answer, facts, at, lacking, filled), "mark"
        else:
            wanted, kind = _by_row(current, days, FILLERS[column.fill or ""]), "computed"
        for row in _moved(view.table.values(title), wanted):
            key = view.keys[row]
            again = any(equal(wanted[row], value) for value in undone.get((key, title), ()))
            if again or (formulas is not None and formulas[row]) or (kind == "computed" and key in quiet):
                wanted[row] = current[row]
            else:
                answer.changes.append(change_of(answer, row, title, wanted[row], kind))
                answer.pins_moved += [(key, title)] * ((key, title) in undone)
        columns[title] = wanted
    _tell(answer, facts, days, lacking, filled)
    _new_rows(answer, columns, size)


T = TypeVar("T")


def _by_row(current: Sequence[T], days: Sequence[DayRows], answers: Callable[[DayRows], Sequence[T]]) -> list[T]:
    """One answer per row, of its day; `current` where a row has none."""
    if len(days) == 1 and len(days[0].rows) == len(current):
        return list(answers(days[0]))
    found = list(current)
    for of_day in days:
        for row, value in zip(of_day.rows.tolist(), answers(of_day), strict=True):
            found[row] = value
    return found


def _moved(now: Sequence[Value], wanted: Sequence[Value]) -> list[int]:
    """The rows whose cell is to mean another thing."""
    pairs = enumerate(zip(now, wanted, strict=False))
    return [row for row, (one, other) in pairs if one is not other and (one != other or type(one) is not type(other))]


def _by_day(days: Sequence[date | None], facts: TabFacts, rules: policy.Rules, meanings: Meanings) -> list[DayRows]:
    """The rows that have data, by their day."""
    rows: dict[date, list[int]] = {}
    for row, day in enumerate(days):
        if day is not None:
            rows.setdefault(day, []).append(row)
    return [DayRows(facts, of_day, DayContext(rules, day, meanings)) for day, of_day in rows.items()]


def _undone(answer: TabPlan) -> tuple[dict[tuple[Key, str], tuple[Value, ...]], set[Key]]:
    """Computed cells and marks that were taken back, and rows whose ERP cells still are.

    A cell is not filled again with what was taken back; a row that shows taken-back stock is not
    computed anew until the ERP moves one of its cells.
    """
    pins = [pin for pin in answer.memory.pins if pin.reason == UNDO and pin.column]
    owners, moved = answer.plan.rules.owners, set(answer.plan.void_pins)
    written = {change.key for change in answer.changes}
    cells = {(pin.key, pin.column): pin.values for pin in pins if pin.column not in owners}
    held = {pin.key for pin in pins if pin.column in owners and (pin.key, pin.column) not in moved}
    return cells, held - written


def _after(answer: TabPlan) -> dict[str, list[Value]]:
    """The tab's columns as they will be, new rows included."""
    view = answer.view
    columns = {title: view.table.values(title) for title in view.table.columns}
    row_at = {number: row for row, number in enumerate(view.numbers)}
    for change in answer.changes:
        columns[change.column][row_at[change.place[1]]] = change.after
    for item in answer.appended:
        for title, values in columns.items():
            values.append(item.values.get(title))
    return columns


def _status(
    answer: TabPlan,
    facts: TabFacts,
    at: list[int | None],
    lacking: list[Reasons],
    filled: list[Column],
) -> list[Value]:
    """同步状态 of each row. ERP已无 is cleared only where the ERP lists the row again; nothing else is said of such a row."""
    theirs = answer.theirs
    title = next(column.title for column in filled if column.fill == STATUS)
    wanted = _rests(filled)
    held = [theirs.unplaced[name] for name in theirs.unplaced if name in answer.view.positions or wanted]
    unplaced = [bool(held) and there is not None and any(bool(rows[there]) for rows in held) for there in at]
    answers: list[Value] = []
    for key, typed, bad, missing in zip(facts.keys, facts.columns[title], unplaced, lacking, strict=True):
        current = typed if isinstance(typed, str) else None
        if typed is not current:
            answers.append(typed)
            continue
        gone = key in theirs.gone or (status.is_gone(current) and key not in theirs.listed)
        lacks = () if gone else tuple(missing)
        answers.append(status.status(current, gone=gone, unplaced=bad and not gone, missing=lacks))
    return answers


def _lacking(answer: TabPlan, facts: TabFacts, days: Sequence[DayRows], wanted: Sequence[Segment]) -> list[Reasons]:
    """What of the wanted segments is unknown in each row; of one without data, or that is no longer listed, nothing.

    Rows that lack the same share one answer.
    """
    none: Reasons = {}
    found = _by_row([none] * len(facts.keys), days, lambda of_day: of_day.missing(wanted))
    gone = answer.theirs.gone
    return [none if key in gone else reasons for key, reasons in zip(facts.keys, found, strict=True)] if gone else found


def _rests(filled: list[Column]) -> list[Segment]:
    """The segments that the tab's columns show, in order."""
    used = {segment for column in filled for segment in column.rests}
    return [segment for segment in Segment if segment in used]


def _tell(
    answer: TabPlan, facts: TabFacts, days: Sequence[DayRows], lacking: Sequence[Reasons], filled: Sequence[Column]
) -> None:
    """What was not computed and why, once per thing that is missing."""
    rows: Counter[str] = Counter()
    why: dict[str, Counter[Text]] = {}
    distinct = {id(reasons): reasons for reasons in lacking}
    for same, found in Counter(map(id, lacking)).items():
        for word, reasons in distinct[same].items():
            rows[word] += found
            why.setdefault(word, Counter()).update(dict.fromkeys(reasons, found))
    fillings = [answer.view.sheet.fillings.get(column.fill or "") for column in filled]
    unknown = [(filling.unknown, Counter[str]()) for filling in fillings if filling is not None and filling.unknown]
    contexts = {row: of_day.context for of_day in days for row in of_day.rows.tolist()} if unknown else {}
    for row in sorted(row for row in contexts if facts.keys[row] not in answer.theirs.gone):
        for kind, words in unknown:
            if (said := kind.word(facts, row, contexts[row])) is not None:
                words[said] += 1
    for word, found in rows.items():
        _say(answer, S_UNKNOWN, word, found=found, why=_counted(why[word]))
    for kind, words in unknown:
        if words:
            most = "、".join(f"{word} ×{count}" for word, count in words.most_common(NAMED))
            _say(answer, kind.code, "、".join(sorted(words)), found=words.total(), words=most)


def _say(answer: TabPlan, code: Code, column: str, **facts: Any) -> None:
    answer.untold.append(Problem(code, answer.workbook, answer.view.tab, column=column, facts=facts))


def _counted(reasons: Counter[Text]) -> Text:
    """Reasons with the number of rows, the most frequent first."""
    most = reasons.most_common(NAMED)
    more = len(reasons) - len(most)
    zh = [*(f"{reason.zh} ×{count}" for reason, count in most), *([f"另有 {more} 种"] if more else [])]
    en = [*(f"{reason.en} ×{count}" for reason, count in most), *([f"{more} more"] if more else [])]
    return Text(";".join(zh), "; ".join(en))


def _new_rows(answer: TabPlan, columns: Mapping[str, list[Value]], size: int) -> None:
    """Appended rows: what the ERP says, computed cells, formulas of the row above; people's cells blank."""
    view = answer.view
    like = view.last_row if view.numbers else None
    filled_down = {
        title
        for title in view.positions
        if view.sheet.by_title[title].owner is Owner.COMPUTED and size and view.has_formula(size - 1, title)
    }
    formulas = sorted(view.positions[title] for title in filled_down)
    for offset, item in enumerate(answer.appended):
        number = view.last_row + 1 + offset
        values = {title: columns[title][size + offset] for title in view.positions if title not in filled_down}
        values = {title: value for title, value in values.items() if value is not None}
        source = _row_source(answer, item)
        base, seen = answer.agreed_before(item.key, "")
        cells = {
            view.positions[title]: spelled(answer, title, _row(item, title), value) for title, value in values.items()
        }
        answer.changes.append(
            Change(
                answer.name,
                item.key,
                "",
                (view.tab, number, view.positions[view.sheet.key[0]]),
                "append",
                None,
                values,
                source=said_by(source) if source else None,
                source_sha=source.sha256 if source else None,
                row=RowAppend(view.tab, number, cells, like, formulas),
                base=base,
                seen=seen,
            )
        )


def _row(item: Append, title: str) -> int | None:
    return item.theirs_row if title in item.values else None


def _row_source(answer: TabPlan, item: Append) -> FileRef | None:
    found = (answer.theirs.source_of(item.theirs_row, title) for title in item.values)
    return next((file for file in found if file is not None), None)
