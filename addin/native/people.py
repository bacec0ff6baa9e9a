"""R60 as formulas: BUYER, WHO."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from addin.native.definition import Native
from addin.native.expression import E, call, every, failed, found, is_number, length, same_text, some, when
from addin.native.lanes import pick, written_otherwise
from addin.native.tab import Tab
from addin.native.texts import without_blanks
from rules.answer import SILENT, Ledger, Silent
from rules.people import LIST_MARKS, folded_word, who_is
from rules.policy.dated import Dated

_PASSES = 3
"""How many endings may follow each other."""
_AND = "、"


def _folded(tab: Tab, written: E, endings: Collection[str]) -> E:
    """A word without blanks, letter case and endings; #N/A for one with still more endings."""
    word = tab.step("词", call("LOWER", without_blanks(written)))

    def ends(word: E, ending: str) -> E:
        return every(call("RIGHT", word, len(ending)).is_(ending), length(word) > len(ending))

    for turn in range(1, _PASSES + 1):
        shorter = [(ends(word, ending), call("LEFT", word, length(word) - len(ending))) for ending in endings]
        word = tab.step(f"去尾 {turn}", when(*shorter, otherwise=word))
    left = some(*(ends(word, ending) for ending in endings))
    return tab.step("去尾后", when((left, tab.book.named("#N/A")), otherwise=word))


def _named(
    tab: Tab,
    folded: E,
    key: str,
    posts: Mapping[str, Dated[str]],
    spellings: Mapping[str, Collection[str]],
    endings: Collection[str],
    unnamed: Collection[str] = (),
) -> tuple[E, dict[str, E]]:
    """What a folded word means (several names joined), and who has it; #N/A for nobody or several people.

    A post that is `unnamed` is understood and has nobody.
    """
    book = tab.book

    def words(name: str) -> dict[str, None]:
        return dict.fromkeys(folded_word(item, endings) for item in (name, *spellings.get(name, ())))

    meant: dict[str, list[str]] = {}
    for name in posts:
        for word in words(name):
            meant.setdefault(word, []).append(name)
    table = {word: name for name in unnamed for word in words(name)}
    table |= {word: _AND.join(names) for word, names in meant.items()}
    post = tab.step("归到", book.meaning(folded, key, table, "写法"))
    people: dict[str, E] = {}
    for joined in dict.fromkeys(_AND.join(names) for names in meant.values()):
        first, *others = (book.number(posts[name], book.day) for name in joined.split(_AND))
        alike = [same_text(first, other) for other in others]
        people[joined] = when((every(*alike), first), otherwise=book.named("#N/A")) if alike else first
    return post, people


def _told(tab: Tab, name: str) -> E:
    """What the directory says of a person on the workbook's day; ``SOP未规定`` where it says nothing."""
    directory = tab.book.policy.directory
    posts: tuple[Dated[Any], ...] = (*directory.buyers.values(), *directory.duties.values(), directory.acting)
    history = {first: _line(tab, name, first) for post in posts for first in post.values}
    number = Dated[str](value=_line(tab, name, date.min), values=history, why="这个人做什么")
    vars(number)["key"] = f"directory.people.{name}"
    return tab.book.number(number, tab.book.day)


def _line(tab: Tab, name: str, day: date) -> str:
    try:
        return who_is(Ledger("R60", day), tab.book.policy, name)
    except Silent:
        return SILENT


def _buyer(tab: Tab, category: E) -> E:
    directory = tab.book.policy.directory
    word = _folded(tab, category, directory.category_endings)
    post, people = _named(
        tab,
        word,
        "directory.category_spellings",
        directory.buyers,
        directory.category_spellings,
        directory.category_endings,
    )
    several = some(*(is_number(found(mark, category)) for mark in LIST_MARKS))
    known = (*directory.buyers, *(other for others in directory.category_spellings.values() for other in others))
    strange = tab.step("别的写法", written_otherwise(tab, "采购品类的别的写法", category, known))
    unknown = when((some(several, failed(word), strange), tab.book.named("#N/A")), otherwise=SILENT)
    return when((failed(post), unknown), otherwise=pick(post, people, SILENT))


def _who(tab: Tab, duty: E) -> E:
    book, directory = tab.book, tab.book.policy.directory
    post, people = _named(
        tab,
        _folded(tab, duty, directory.duty_endings),
        "directory.duty_spellings",
        directory.duties,
        directory.duty_spellings,
        directory.duty_endings,
        directory.unnamed,
    )
    names = {
        folded_word(word, ()): name
        for name, person in reversed(directory.people.items())
        for word in (name, person.full_name)
        if word
    }
    bare = call("LOWER", without_blanks(duty))
    person = tab.step("人", book.meaning(bare, "directory.people", names, "人名"))
    told = {name: _told(tab, name) for name in directory.people}
    reverse = when((failed(person), book.named("#N/A")), otherwise=pick(person, told, SILENT))
    return when((failed(post), reverse), otherwise=pick(post, people, SILENT))


NATIVE = (Native("BUYER", _buyer), Native("WHO", _who))
