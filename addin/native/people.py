"""R60 as formulas: BUYER, WHO."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from addin.native.definition import Native
from addin.native.expression import E, call, every, failed, length, same_text, when
from addin.native.lanes import pick
from addin.native.tab import Tab
from addin.native.texts import without_blanks
from rules.answer import SILENT
from rules.people import folded_word
from rules.policy.dated import Dated

_PASSES = 3
"""How many endings may follow each other."""
_AND = "、"


def _folded(tab: Tab, written: E, endings: Collection[str]) -> E:
    """A word without blanks, letter case and endings."""
    word = tab.step("词", call("LOWER", without_blanks(written)))
    for turn in range(1, _PASSES + 1):
        shorter = [
            (
                every(call("RIGHT", word, len(ending)).is_(ending), length(word) > len(ending)),
                call("LEFT", word, length(word) - len(ending)),
            )
            for ending in endings
        ]
        word = tab.step(f"去尾 {turn}", when(*shorter, otherwise=word))
    return word


def _named(
    tab: Tab,
    written: E,
    key: str,
    posts: Mapping[str, Dated[str]],
    spellings: Mapping[str, Collection[str]],
    endings: Collection[str],
) -> tuple[E, dict[str, E]]:
    """What a word means (several names joined), and who has it; #N/A for nobody or several people."""
    book = tab.book
    meant: dict[str, list[str]] = {}
    for name in posts:
        for word in dict.fromkeys(folded_word(item, endings) for item in (name, *spellings.get(name, ()))):
            meant.setdefault(word, []).append(name)
    table = {word: _AND.join(names) for word, names in meant.items()}
    post = tab.step("归到", book.meaning(_folded(tab, written, endings), key, table, "写法"))
    people: dict[str, E] = {}
    for joined in dict.fromkeys(table.values()):
        first, *others = (book.number(posts[name], book.day) for name in joined.split(_AND))
        alike = [same_text(first, other) for other in others]
        people[joined] = when((every(*alike), first), otherwise=book.named("#N/A")) if alike else first
    return post, people


def _buyer(tab: Tab, category: E) -> E:
    directory = tab.book.policy.directory
    post, people = _named(
        tab,
        category,
        "directory.category_spellings",
        directory.buyers,
        directory.category_spellings,
        directory.category_endings,
    )
    return when((failed(post), post), otherwise=pick(post, people, SILENT))


def _who(tab: Tab, duty: E) -> E:
    directory = tab.book.policy.directory
    post, people = _named(
        tab, duty, "directory.duty_spellings", directory.duties, directory.duty_spellings, directory.duty_endings
    )
    return when((failed(post), post), otherwise=pick(post, people, SILENT))


NATIVE = (Native("BUYER", _buyer), Native("WHO", _who))
