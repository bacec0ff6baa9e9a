"""The day's reports and meetings (R34) as a message to the team."""

from __future__ import annotations

from datetime import date, datetime

from rules.answer import Answer
from rules.moments import Due, due_between
from rules.policy.loader import Config


def digest(config: Config, day: date) -> tuple[str, int]:
    """What is due on a day, a line each in order of time, and how many; says so where nothing is.

    Moments without a time come first: they are due the whole day. What the SOP leaves open keeps its mark (需确认).
    """
    answer: Answer = due_between(day, config.rules, day, day)
    found: tuple[Due, ...] = answer.value
    weekday = "一二三四五六日"[day.weekday()]
    head = f"全流程 {day:%m-%d} 周{weekday}:{'今天要交的报表和会议' if found else '今天没有要交的报表和会议'}"
    return "\n".join([head, *map(_line, found)]), len(found)


def _line(due: Due) -> str:
    when = f"{due.when:%H:%M}" if isinstance(due.when, datetime) else "当天"
    who = f"{due.by}→{due.to}" if due.to else due.by
    marks = f"({'、'.join(due.marks)})" if due.marks else ""
    return f"{when} {due.report}({who}):{due.what}{marks}"
