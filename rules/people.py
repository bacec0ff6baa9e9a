"""R60: who is asked (L225–245, and the names elsewhere in the SOP).

Purchasers by category, people by duty, and what a person does. The names stand in config with their
first day, so that an older day keeps the person it had.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from rules.answer import Fault, Ledger, Silent, rule
from rules.errors import Code
from rules.plain_text import bare, shortened
from rules.policy.dated import Dated
from rules.policy.models import Rules
from rules.policy.original import own_of

F_WRITTEN_TWICE = Code(
    "F-625",
    "“{found}”不止写了一个品类",
    "“{found}” names more than one category",
    "一格只写一个品类",
    "write one category in a cell",
)
F_SEVERAL = Code(
    "F-582",
    "“{found}”包括几个品类,采购员不同:{expected}",
    "“{found}” means several categories with different purchasers: {expected}",
    "写具体品类",
    "name one of them",
)
F_DUTY = Code(
    "F-583",
    "不知道“{found}”归谁",
    "nobody is known for “{found}”",
    "已有职责:{expected}",
    "duties: {expected}",
)
F_PERSON = Code(
    "F-584",
    "通讯录里没有“{found}”",
    "nobody is called “{found}”",
    "已有:{expected}",
    "there are: {expected}",
)


LIST_MARKS = "、,，/;；"
"""Between several things in one cell."""


def folded_word(written: str, endings: Collection[str]) -> str:
    """Without blanks, letter case and endings; what would leave nothing is kept."""
    word = bare(written).casefold()
    while ending := next((ending for ending in endings if word.endswith(ending) and word != ending), ""):
        word = word.removesuffix(ending)
    return word


def _meant(
    written: str, names: Iterable[str], spellings: Mapping[str, Iterable[str]], endings: Collection[str]
) -> list[str]:
    wanted = folded_word(written, endings)
    return [
        name for name in names if wanted in {folded_word(word, endings) for word in (name, *spellings.get(name, ()))}
    ]


def _described(book: Ledger, policy: Rules, name: str) -> str:
    person = policy.directory.people[name]
    if person.full_name:
        book.part("姓名", "full name", person.full_name)
    if person.departments:
        book.part("部门", "department", "、".join(person.departments))
    return name


@rule("R60")
def buyer(book: Ledger, policy: Rules, category: str) -> str:
    """Who buys a category (L228–233).

    类 at the end, blanks and letter case don't matter. A word for several categories (车灯) is
    answered while one person buys them all. A category that no line of the SOP names (球泡灯) answers
    ``SOP未规定``. Raises F-582 or, for a list of categories, F-625 (#N/A).

    >>> from datetime import date
    >>> from rules.policy.loader import packaged
    >>> [buyer(date(2025, 4, 3), packaged().rules, word).value for word in ("射灯", "车罩", "车机类", "车灯")]
    ['Sini', 'Zoey', 'Nina', 'Sini']
    """
    known = policy.directory.buyers
    meant = _meant(category, known, policy.directory.category_spellings, policy.directory.category_endings)
    if not meant and any(mark in category for mark in LIST_MARKS):
        raise Fault("#N/A", F_WRITTEN_TWICE, found=category)
    if not meant:
        book.missing(f"rules.directory.buyers.{category.strip()}")
        book.lines += {line for number in known.values() for line in number.sop}
        raise Silent(
            f"SOP 没写“{shortened(category)}”由谁采购(L228–233);已有品类:{'、'.join(known)};新品类写进 rules.directory.buyers",
            f"the SOP names no purchaser of “{shortened(category)}” (L228–233); add one to rules.directory.buyers",
        )
    names = {name: book.take(known[name]) for name in meant}
    if len(set(names.values())) > 1:
        told = "、".join(f"{name} {person}" for name, person in names.items())
        raise Fault("#N/A", F_SEVERAL, found=category, expected=told)
    book.part("品类", "category", "、".join(names))
    return _described(book, policy, names[meant[0]])


def _person(policy: Rules, written: str) -> str | None:
    """The person of a name or full name; letter case and blanks don't matter."""
    wanted = folded_word(written, ())
    return next(
        (
            name
            for name, person in policy.directory.people.items()
            if wanted in {folded_word(word, ()) for word in (name, person.full_name) if word}
        ),
        None,
    )


@rule("R60")
def responsible(book: Ledger, policy: Rules, duty: str) -> str:
    """Who has a duty (L227, L234–245, and L115, L266, L288, L297, L336, L475, L510, L522); or who a person is.

    负责人, 部门 and the like at the end don't matter. A duty held for the time being says so in a
    remark. A person's name answers what the directory says of them (`who_is`). A department or post that
    the SOP names without a person (设计部, HR, 主管), and a duty that is younger than the day, answer
    ``SOP未规定``. Raises F-583 (#N/A) for what the directory does not know.

    >>> from datetime import date
    >>> from rules.policy.loader import packaged
    >>> [responsible(date(2025, 4, 3), packaged().rules, word).value for word in ("物流", "海外仓发货", "采购部")]
    ['Hill', 'EVA', 'Hill']
    """
    known = policy.directory.duties
    meant = _meant(duty, known, policy.directory.duty_spellings, policy.directory.duty_endings)
    if not meant:
        return _unnamed_or_person(book, policy, duty)
    name = book.take(known[meant[0]])
    book.part("职责", "duty", meant[0])
    if meant[0] in book.take(policy.directory.acting):
        book.remark(f"{name} 暂代{meant[0]}", f"{name} has {meant[0]} for the time being")
    return _described(book, policy, name)


def _unnamed_or_person(book: Ledger, policy: Rules, written: str) -> str:
    directory = policy.directory
    for name in _meant(written, directory.unnamed, directory.duty_spellings, directory.duty_endings):
        does = book.take(directory.unnamed[name])
        raise Silent(
            f"SOP 写了{name}({does}),没写是谁;知道的话写进 rules.directory.duties",
            f"the SOP names {name} without a person; add one to rules.directory.duties",
        )
    person = _person(policy, written)
    if person is None:
        raise Fault("#N/A", F_DUTY, found=written, expected="、".join((*directory.duties, *directory.unnamed)))
    return who_is(book, policy, person)


def who_is(book: Ledger, policy: Rules, name: str) -> str:
    """What the directory says of a person on the ledger's day, in one line; raises `Silent` for nothing.

    >>> from datetime import date
    >>> from rules.policy.loader import packaged
    >>> who_is(Ledger("R60", date(2025, 4, 3)), packaged().rules, "Hill")
    '部门 采购部、物流部；职责 供应链统筹（暂代）、物流'
    """
    told = _card(book, policy, name)
    pieces = {"姓名": (told.full_name,), "部门": told.departments, "采购": told.categories, "职责": told.duties}
    line = "；".join(f"{title} {'、'.join(words)}" for title, words in pieces.items() if any(words))
    if not line:
        raise Silent(f"SOP 这一天还没写 {name} 做什么", f"the SOP says nothing of {name} yet")
    return line


@dataclass(frozen=True)
class Card:
    """What the directory says of one person; （暂代） stands behind a duty held for the time being."""

    name: str
    full_name: str
    departments: tuple[str, ...]
    categories: tuple[str, ...]
    duties: tuple[str, ...]


@rule("R60")
def card(book: Ledger, policy: Rules, name: str) -> Card:
    """Everything the directory says of one person, by name or full name. Raises F-584 (#N/A).

    Categories and duties are those of the ledger's day.

    >>> from datetime import date
    >>> from rules.policy.loader import packaged
    >>> card(date(2025, 4, 3), packaged().rules, "hill").value.duties
    ('供应链统筹（暂代）', '物流')
    """
    found = _person(policy, name)
    if found is None:
        raise Fault("#N/A", F_PERSON, found=name, expected="、".join(policy.directory.people))
    return _card(book, policy, found)


def _card(book: Ledger, policy: Rules, name: str) -> Card:
    person = policy.directory.people[name]
    acting = book.take(policy.directory.acting)
    return Card(
        name,
        person.full_name,
        person.departments,
        _held(book, policy.directory.buyers, name),
        tuple(f"{duty}（暂代）" if duty in acting else duty for duty in _held(book, policy.directory.duties, name)),
    )


def _held(book: Ledger, posts: Mapping[str, Dated[str]], person: str) -> tuple[str, ...]:
    """The posts that a person holds on the ledger's day, and those that the SOP gives them but config does not."""
    held = []
    for post, holder in posts.items():
        own = own_of(holder, book.day)
        if holder.on(book.day) == person:
            held.append(post)
            book.take(holder)
        elif own.departs and own.value == person:
            book.depart(holder)
    return tuple(held)
