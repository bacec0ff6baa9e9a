"""Lanes, categories and their numbers as formulas (R10, R20)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from addin.native.expression import E, Value, call, every, length, listed, replaced, same_text, when
from addin.native.rulebook import DAYS_TAB
from addin.native.tab import Tab
from rules.answer import SILENT
from rules.plain_text import simplified
from rules.policy.dated import Dated


def lane(tab: Tab, written: E) -> E:
    """The lane that a text means; #N/A for none."""
    words = {
        word: name for name, spellings in tab.book.policy.channels.spellings.items() for word in (name, *spellings)
    }
    return tab.book.meaning(replaced(written, (" ", "")), "channels.spellings", words, "渠道的写法")


def category(tab: Tab, written: E) -> E:
    """A category without blanks and without 类 at its end; #VALUE! for one that the add-in would read otherwise."""
    folded = replaced(written, (" ", ""))
    ends = every(call("RIGHT", folded).is_("类"), length(folded) > 1)
    word = when((ends, call("LEFT", folded, length(folded) - 1)), otherwise=folded)
    special = (*tab.book.policy.lead_time.purchase_days_by_category, "类")
    strange = tab.step("别的写法", written_otherwise(tab, "备货品类的别的写法", written, special))
    return when((strange, tab.book.named("#VALUE!")), otherwise=word)


def written_otherwise(tab: Tab, title: str, text: E, words: Iterable[str]) -> E:
    """Whether a text holds a traditional, full-width or other form of a letter that the words are made of.

    The add-in reads it; here it must not pass for a word that nobody knows.
    """
    letters = {char for word in words for char in word.casefold()}
    forms = [
        form
        for form in map(chr, range(0x20, 0x10000))
        if (plain := simplified(form).casefold()) != form.casefold() and set(plain) <= letters and not form.isspace()
    ]
    listed_forms = tab.book.list_of(DAYS_TAB, title, forms or ["\ufffe"])
    return call("SUMPRODUCT", E(f"--ISNUMBER(FIND({listed_forms},{text}))")) > 0


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
