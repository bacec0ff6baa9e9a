"""周转测算: the five segments of each row, their total, whether it is above the limit; the share above it (R20)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from addin.commands.command import Ask, ButtonReport, Command, Desk, Plan, Preview, Question
from addin.commands.filling import Target, changes, fill, target
from addin.commands.rows import RowFunction
from addin.commands.tables import Line, TabTable, read_table
from addin.registry.entry import Context
from rules.answer import Answer, Fault
from rules.errors import Text
from rules.turnover import Segment, share_over
from sheets_schema.cells import meaning
from sheets_schema.grid.address import cell_name
from sheets_schema.grid.edits import Formula
from sheets_schema.headers import normal_title, titles_of_sheet
from sheets_schema.model import Type
from sheets_schema.problems import Problem

FORMULAS, VALUES = "formulas", "values"
QUESTION = Question(
    "how",
    Text("怎么填", "how"),
    Ask.CHOICE,
    (
        (FORMULAS, Text("公式(改了数会重算)", "formulas (they follow changes)")),
        (VALUES, Text("数值(以后不再变)", "values (they stay as they are)")),
    ),
    FORMULAS,
)

SEGMENTS = ("五段周转", "周转天数", "五段周转天数", "周转")
TOTAL = ("合计", "周转天数合计", "周转合计", "合计天数", "五段合计")
OVER = ("超120", "周转天数超120", "超过120", "超120天", ">120", ">120天", "是否超120")
"""The titles of the three columns, the one of a new column first; those that the tab's sheet calls days of cover
(库存数据) are passed over: turnover days are something else."""

_WORDS = {
    Segment.PURCHASED: "采购",
    Segment.DOMESTIC: "国内",
    Segment.TRANSIT: "在途",
    Segment.OVERSEAS: "海外",
    Segment.PLATFORM: "平台",
}


@dataclass(frozen=True)
class Row:
    """One row's turnover: its total in days, None where it is no number."""

    line: Line
    answer: Answer

    @property
    def total(self) -> float | None:
        """The five segments together."""
        return self.answer.value if isinstance(self.answer.value, float) else None

    @property
    def segments(self) -> str:
        """The five parts as 库存数据 shows them: ``采购 30 / 国内 7 / 在途 45 / 海外 14 / 平台 35``."""
        days = {part.zh: part.value for part in self.answer.parts}
        return " / ".join(f"{word} {days[segment]:g}" for segment, word in _WORDS.items() if segment in days)


def run(desk: Desk) -> Preview:
    """Fills the empty cells of the three columns, adding those that are missing.

    Raises K-011 without 渠道, 采购天数 or 日期.
    """
    table = read_table(desk)
    function = RowFunction.of("TURNOVERTOTAL", table)
    goals = _goals(table)
    if desk.answers.get("how") not in (FORMULAS, VALUES):
        title = Text("周转测算:填公式还是数值?", "turnover: formulas or values?")
        return Preview(ButtonReport(title), questions=(QUESTION,))
    here = desk.here
    rows: list[Row] = []
    problems: list[Problem] = []
    for line in table.lines:
        answer = function.answer(line, here)
        if isinstance(answer, Fault):
            problems.append(function.problem(table, line, answer))
        elif isinstance(answer, Answer):
            rows.append(Row(line, answer))
    limit = desk.config.rules.turnover.total_limit_days.on(desk.today)
    by_formulas = desk.answers["how"] == FORMULAS
    made = _formulas(table, function, goals, limit) if by_formulas else _values(rows, limit)
    edits = []
    for goal, values in zip(goals, made, strict=True):
        free = {row: value for row, value in values.items() if goal.is_new or table.is_empty(row, goal.column)}
        edits += fill(table, goal, free)
    over = sum(row.total is not None and limit is not None and row.total > limit for row in rows)
    shown = f"{limit:g}" if limit is not None else "—"
    unknown = len(table.lines) - sum(row.total is not None for row in rows)
    title = Text(
        f"{len(table.lines)} 行,{over} 行超过 {shown} 天", f"{len(table.lines)} rows, {over} above {shown} days"
    )
    if unknown:
        title = Text(f"{title.zh},{unknown} 行算不出来", f"{title.en}, {unknown} unknown")
    report = ButtonReport(title, changes(edits), tuple(problems), tuple(_summary(table, rows, here, shown)))
    return Preview(report, Plan(desk.store.version(), tuple(edits)))


def _goals(table: TabTable) -> list[Target]:
    goals: list[Target] = []
    taken = titles_of_sheet(table.sheet) if table.sheet else {}
    for words in (SEGMENTS, TOTAL, OVER):
        free = tuple(word for word in words if normal_title(word) not in taken)
        goals.append(target(table, free, sum(goal.is_new for goal in goals)))
    return goals


def _values(rows: list[Row], limit: float | None) -> list[dict[int, Any]]:
    segments = {row.line.number: row.segments for row in rows if row.total is not None}
    totals = {row.line.number: row.answer.value for row in rows}
    over = {
        row.line.number: "是" if row.total > limit else "否"
        for row in rows
        if row.total is not None and limit is not None
    }
    return [segments, totals, over]


def _formulas(table: TabTable, function: RowFunction, goals: list[Target], limit: float | None) -> list[dict[int, Any]]:
    """The formulas of the rows; a row that lacks what is needed shows blanks."""
    segments: dict[int, Any] = {}
    totals: dict[int, Any] = {}
    over: dict[int, Any] = {}
    days_at, lane_at, day_at = (column or 0 for column in function.columns)
    for line in table.lines:
        row = line.number
        days, lane, day = (cell_name(row, at) for at in (days_at, lane_at, day_at))
        pieces = [f'"{_WORDS[Segment.PURCHASED]} "&{days}']
        for segment in (Segment.DOMESTIC, Segment.TRANSIT, Segment.OVERSEAS, Segment.PLATFORM):
            given = lane if segment is Segment.TRANSIT else ""
            pieces.append(f'" / {_WORDS[segment]} "&TURNOVERNORM("{segment}",{given},{day})')
        segments[row] = Formula(f'IF(OR({days}="",{lane}="",{day}=""),"",{"&".join(pieces)})')
        totals[row] = Formula(function.formula(row))
        total = cell_name(row, goals[1].column)
        if limit is not None:
            over[row] = Formula(f'IF(ISNUMBER({total}),IF({total}>{limit:g},"是","否"),"")')
    return [segments, totals, over]


def _summary(table: TabTable, rows: list[Row], here: Context, limit: str) -> list[Text]:
    """The share above the limit, by quantity where the table has one; the longest; rows without a rule."""
    totals = [row.total for row in rows]
    known = [total for total in totals if total is not None]
    details = []
    at = table.column("quantity")
    if at is not None and known:
        details += _share(totals, [_number(row.line.at(at)) for row in rows], here, limit)
    if known:
        details.append(
            Text(f"最长 {max(known):g} 天,最短 {min(known):g} 天", f"from {min(known):g} to {max(known):g} days")
        )
    silent = len(totals) - len(known)
    if silent:
        details.append(Text(f"{silent} 行 SOP未规定", f"{silent} rows: the SOP says nothing"))
    lacking = len(table.lines) - len(rows)
    if lacking:
        details.append(Text(f"{lacking} 行缺数据或有错,没有算", f"{lacking} rows lack data or are wrong"))
    return details


def _share(totals: list[float | None], quantities: list[float | None], here: Context, limit: str) -> list[Text]:
    try:
        share = share_over(here.today, here.policy, totals, quantities).value
    except Fault as fault:
        return [Text(fault.message("zh"), fault.message("en"))]
    if not isinstance(share, float):
        return []
    return [Text(f"超过 {limit} 天的数量占 {share:.1%}", f"{share:.1%} of the quantity is above {limit} days")]


def _number(value: Any) -> float | None:
    typed = meaning(value, Type.NUMBER)
    return typed if isinstance(typed, float) else None


COMMAND = Command("turnover", run)
