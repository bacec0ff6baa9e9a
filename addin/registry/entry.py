"""One function of the catalogue: its names, arguments, shape and help, and the rule that answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, tzinfo
from enum import StrEnum
from functools import cache, cached_property
from typing import Any

from rules.answer import Answer
from rules.policy.models import Rules
from rules.policy.site import Site


class Kind(StrEnum):
    """What an argument means; cells are converted to it before the rule sees them."""

    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"
    DATE = "date"
    MOMENT = "moment"
    """A day, with its time where one is written: `datetime`, else `date`."""
    TIME = "time"
    """A time of day: ``14:00``, or a fraction of a day."""
    YES_NO = "yes/no"
    RANGE = "range"
    """Cells read as a whole, never one by one."""
    FORMULA = "formula"
    """A formula as text, or a call written in place, which is then explained instead of its value."""


class Shape(StrEnum):
    """How a function treats ranges."""

    MAP = "map"
    AGGREGATE = "aggregate"
    SPILL = "spill"


@dataclass(frozen=True)
class Arg:
    """One argument.

    A required one that is blank makes the answer blank, unless `blank_counts`: then the rule decides.
    """

    name: str
    kind: Kind
    zh: str
    en: str
    optional: bool = False
    blank_counts: bool = False

    @cached_property
    def is_range(self) -> bool:
        """Whether its cells are read as a whole."""
        return self.kind is Kind.RANGE

    @cached_property
    def is_needed(self) -> bool:
        """Whether a blank makes the answer blank."""
        return not self.optional and not self.blank_counts


@cache
def default_zone() -> tzinfo:
    """The team's clock where no configuration names another."""
    return Site().zone


@dataclass(frozen=True)
class Context:
    """What every call knows beside its arguments: the policy, the day the host calls today, and the team's clock.

    `explain` answers what a formula rests on: whoever evaluates formulas hands it over.
    """

    policy: Rules
    today: date
    zone: tzinfo
    explain: Callable[[Context, str], Answer]


@dataclass(frozen=True)
class Entry:
    """One function. `call` takes the context and one converted value per argument, None for blank.

    `rule` is empty for the one function that serves all. `width` is the number of columns of a spill that answers one row; None when it answers a table.
    """

    name: str
    alias_zh: str
    rule: str
    shape: Shape
    args: tuple[Arg, ...]
    zh: str
    en: str
    example: str
    call: Callable[..., Answer]
    width: int | None = None

    @cached_property
    def reads_ranges(self) -> bool:
        """Whether an argument is a range read as a whole."""
        return any(arg.is_range for arg in self.args)

    @cached_property
    def least(self) -> int:
        """How many arguments must be written."""
        return max((place for place, arg in enumerate(self.args, 1) if not arg.optional), default=0)

    @property
    def signature(self) -> str:
        """The call as help shows it, optional arguments in square brackets."""
        names = (f"[{arg.name}]" if arg.optional else arg.name for arg in self.args)
        return f"{self.name}({', '.join(names)})"

    def as_json(self) -> dict[str, Any]:
        """One entry of `qlc functions --json`."""
        return {
            "name": self.name,
            "rule": self.rule or "all",
            "args": [
                {"name": arg.name, "type": str(arg.kind), "optional": arg.optional, "help": f"{arg.zh} / {arg.en}"}
                for arg in self.args
            ],
            "help_zh": self.zh,
            "help_en": self.en,
            "example": self.example,
        }


def text(name: str, zh: str, en: str, **options: bool) -> Arg:
    """A text argument."""
    return Arg(name, Kind.TEXT, zh, en, **options)


def number(name: str, zh: str, en: str, **options: bool) -> Arg:
    """A number argument."""
    return Arg(name, Kind.NUMBER, zh, en, **options)


def day(name: str, zh: str, en: str, **options: bool) -> Arg:
    """A date argument; a time of day is dropped."""
    return Arg(name, Kind.DATE, zh, en, **options)


def moment(name: str, zh: str, en: str, **options: bool) -> Arg:
    """A date argument whose time of day counts."""
    return Arg(name, Kind.MOMENT, zh, en, **options)


def yes_no(name: str, zh: str, en: str, **options: bool) -> Arg:
    """A yes/no argument: TRUE/FALSE, YES/NO, 是/否, 换/不换, 1/0."""
    return Arg(name, Kind.YES_NO, zh, en, **options)


def cells(name: str, zh: str, en: str, **options: bool) -> Arg:
    """A range argument."""
    return Arg(name, Kind.RANGE, zh, en, **options)
