"""The numbers of `rules:` that rounds used: a change is recorded with the round that first used it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from rules.policy.dated import Dated
from rules.policy.loader import Config
from rules.policy.models import Rules
from sync.state.database import State

Values = dict[str, str]
"""One number: its values by first day, ``""`` for one that has always counted."""


def record(state: State, number: int, config: Config) -> None:
    """Notes what round `number` uses; no number is a change in the first round ever."""
    now, known = numbers_of(config.rules), state.numbers.last()
    changed = changes(known, now) if known not in (None, now) else {}
    if known != now:
        state.numbers.keep(now)
        state.numbers.add(number, changed)
    before = state.numbers.file()
    if before != config.sha256:
        state.numbers.keep_file(config.sha256)
        state.audit.add("config", {"before": before, "after": config.sha256, "numbers": changed}, round=number)


def changes(then: Mapping[str, Values], now: Mapping[str, Values]) -> dict[str, tuple[str | None, str | None]]:
    """What changed, by key: before and after as people read them; None where there was or is no such number.

    >>> changes({"a": {"": "7"}, "b": {"2025-01-01": "1"}}, {"a": {"": "6"}, "b": {"2025-01-01": "1", "2026-11-01": "2"}})
    {'a': ('7', '6'), 'b': ('1', '2 (2026-11-01)')}
    """
    answer = {}
    for key in sorted(then.keys() | now.keys()):
        old, new = then.get(key, {}), now.get(key, {})
        if old != new:
            days = [day for day in sorted(old.keys() | new.keys()) if old.get(day) != new.get(day)]
            before = {day: old[day] for day in days if day in old} or _until(old, days[0])
            after = {day: new[day] for day in days if day in new} or _until(new, days[0])
            same = len(before) == len(after) == 1 and before.keys() == after.keys()
            answer[key] = _said(before, bare=same or len(old) == 1), _said(after, bare=same)
    return answer


def _until(values: Values, day: str) -> Values:
    """The value that counts just before `day`, as the only one."""
    earlier = [first for first in values if first < day]
    return {max(earlier): values[max(earlier)]} if earlier else {}


def _said(values: Values, *, bare: bool) -> str | None:
    said = [value if bare or not day else f"{value} ({day})" for day, value in values.items()]
    return "; ".join(said) or None


def numbers_of(rules: Rules) -> dict[str, Values]:
    """Every value of the rule book by its place in config.yaml; why, unit and lines of the SOP are none.

    >>> from rules.policy.loader import packaged
    >>> numbers = numbers_of(packaged().rules)
    >>> numbers["rules.turnover.total_limit_days"], numbers["rules.turnover.lanes.快线.norm_days"]
    ({'2025-01-01': '120'}, {'2025-01-01': '45'})
    """
    return dict(_below(rules, "rules"))


def _below(node: Any, key: str) -> Iterator[tuple[str, Values]]:
    if isinstance(node, Dated):
        always = {} if node.value is None else {"": _text(node.value)}
        yield key, always | {day.isoformat(): _text(value) for day, value in sorted(node.values.items())}
    elif isinstance(node, BaseModel):
        for name in type(node).model_fields:
            yield from _below(getattr(node, name), f"{key}.{name}")
    elif isinstance(node, dict):
        for name, item in node.items():
            yield from _below(item, f"{key}.{name}")
    else:
        yield key, {"": _text(node)}


def _text(value: Any) -> str:
    plain = _plain(value)
    return plain if isinstance(plain, str) else json.dumps(plain, ensure_ascii=False)


def _plain(value: Any) -> Any:
    """As JSON has it; whole numbers without a fraction."""
    if isinstance(value, BaseModel):
        return _plain(value.model_dump(mode="json"))
    if isinstance(value, dict):
        return {str(name): _plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    return value if isinstance(value, (int, str, type(None))) else str(value)
