"""Lanes, categories and their numbers as formulas (R10, R20)."""

from __future__ import annotations

from collections.abc import Mapping

from addin.native.expression import E, Value, call, every, length, listed, replaced, same_text, when
from addin.native.tab import Tab
from rules.answer import SILENT
from rules.policy.dated import Dated


def lane(tab: Tab, written: E) -> E:
    """The lane that a text means; #N/A for none."""
    words = {
        word: name for name, spellings in tab.book.policy.channels.spellings.items() for word in (name, *spellings)
    }
    return tab.book.meaning(replaced(written, (" ", "")), "channels.spellings", words, "渠道的写法")


def category(written: E) -> E:
    """A category without blanks and without 类 at its end."""
    folded = replaced(written, (" ", ""))
    ends = every(call("RIGHT", folded).is_("类"), length(folded) > 1)
    return when((ends, call("LEFT", folded, length(folded) - 1)), otherwise=folded)


def pick(key: E, choices: Mapping[str, Value], otherwise: Value) -> E:
    """The value of the choice that a text names, letter by letter."""
    return when(*((same_text(key, name), value) for name, value in choices.items()), otherwise=otherwise)


def transit_norm(tab: Tab, channel: E, day: E) -> E:
    """R20's norm of a lane in days; ``SOP未规定`` for a lane without one."""
    lanes = tab.book.policy.turnover.lanes
    return pick(channel, {name: tab.book.number(item.norm_days, day) for name, item in lanes.items()}, SILENT)


def tolerance(tab: Tab, channel: E, day: E) -> E:
    """R20's tolerance of a lane in days; ``SOP未规定`` before its first day, "" for a lane without one."""
    lanes = tab.book.policy.turnover.lanes
    return pick(channel, {name: tab.book.number(item.tolerance_days, day) for name, item in lanes.items()}, "")


def in_list(tab: Tab, item: E, names: Dated[tuple[str, ...]], day: E) -> E:
    """Whether an item stands in a list of the policy."""
    return listed(item, tab.book.number(names, day))
