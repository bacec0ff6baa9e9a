"""What a function of the catalogue can say beside its value: found in the code that it can reach."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from types import CodeType, FunctionType, ModuleType
from typing import Any

from rules.answer import Ledger, Word
from rules.errors import Code

_FOLLOWED = ("rules.", "addin.registry.")
_MARKED_BY = {"contradict": Word.CONTRADICTION, "take": Word.DEPARTURE, "holds": Word.DEPARTURE}
"""Methods of the ledger -> the mark that they can set; the ledger itself is not followed."""
_NOT_FOLLOWED = (
    "rules.errors.",
    "rules.policy.dated.",
    "addin.registry.entry.",
    "addin.registry.convert.",
)


@dataclass
class Reach:
    """The marks and codes in reach of a function, and every name that the code there uses."""

    marks: set[Word] = field(default_factory=set)
    codes: dict[str, Code] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


def reach(start: Callable[..., Any]) -> Reach:
    """Follows a function through the rule book: functions it calls, classes it uses, tables of either.

    >>> from addin.registry.catalogue import find
    >>> sorted(reach(find("COVERDAYS").call).codes)
    ['F-201']
    """
    answer, seen, queue = Reach(), set[int](), list[Any]([start])
    while queue:
        item = queue.pop()
        if id(item) in seen or item is Ledger:
            continue
        seen.add(id(item))
        if isinstance(item, Code):
            answer.codes[item.id] = item
        elif isinstance(item, (tuple, list, frozenset)):
            queue += [part for part in item if callable(part) or isinstance(part, Code)]
        elif isinstance(item, dict):
            queue += [part for part in item.values() if callable(part) or isinstance(part, (tuple, Code))]
        elif inspect.isclass(item):
            queue += _methods(item) if _is_ours(item) else []
        elif isinstance(item, FunctionType):
            function = inspect.unwrap(item)
            if _is_ours(function):
                queue += _used(function, answer)
    return answer


def _is_ours(item: Any) -> bool:
    home = f"{item.__module__}."
    return home.startswith(_FOLLOWED) and not home.startswith(_NOT_FOLLOWED)


def _methods(item: type) -> list[Any]:
    found: list[Any] = []
    for part in vars(item).values():
        if isinstance(part, (classmethod, staticmethod)):
            part = part.__func__
        elif isinstance(part, property):
            part = part.fget
        elif isinstance(part, cached_property):
            part = part.func
        found.append(part)
    return [part for part in found if isinstance(part, FunctionType)]


def _used(function: Any, answer: Reach) -> Iterator[Any]:
    known = function.__globals__
    for code in _codes(function.__code__):
        names = set(code.co_names)
        answer.names |= names
        answer.marks |= {mark for method, mark in _MARKED_BY.items() if method in names}
        if known.get("Word") is Word and "Word" in names:
            answer.marks |= {Word[name] for name in names if name in Word.__members__}
        modules = [import_module(name) for name in names if name.startswith("rules.")]  # imported on first use
        for name in names & known.keys():
            if isinstance(known[name], ModuleType):
                modules.append(known[name])
            else:
                yield known[name]
        yield from (getattr(module, name, None) for module in modules for name in names)
    yield from (cell.cell_contents for cell in function.__closure__ or ())


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for part in code.co_consts:
        if isinstance(part, CodeType):
            yield from _codes(part)
