"""R60: who is asked (L225–245, and the names elsewhere in the SOP).

Purchasers by category, people by duty. The names stand in config with their first day, so that an
older day keeps the person it had.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from unicodedata import normalize

from rules.answer import Fault, Ledger, rule
from rules.errors import Code
from rules.policy.dated import Dated
from rules.policy.models import Rules

F_CATEGORY = Code(
    "F-581",
    "不知道“{found}”是谁采购",
    "no purchaser is known for “{found}”",
    "已有品类:{expected};新品类写进 config.yaml 的 rules.directory.buyers",
    "categories: {expected}; add a new one to rules.directory.buyers in config.yaml",
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


def folded_word(written: str, endings: Collection[str]) -> str:
    """Without blanks, letter case and endings; what would leave nothing is kept."""
    word = "".join(normalize("NFKC", written).split()).casefold()
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
    answered while one person buys them all. Raises F-581 or F-582 (#N/A).

    >>> from datetime import date
    >>> from rules.policy.loader import packaged
    >>> [buyer(date(2025, 4, 3), packaged().rules, word).value for word in ("射灯", "车罩", "车机类", "车灯")]
    ['Sini', 'Zoey', 'Nina', 'Sini']
    """
    known = policy.directory.buyers
    meant = _meant(category, known, policy.directory.category_spellings, policy.directory.category_endings)
    if not meant:
        raise Fault("#N/A", F_CATEGORY, found=category, expected="、".join(known))
    names = {name: book.take(known[name]) for name in meant}
    if len(set(names.values())) > 1:
        told = "、".join(f"{name} {person}" for name, person in names.items())
        raise Fault("#N/A", F_SEVERAL, found=category, expected=told)
    book.part("品类", "category", "、".join(names))
    return _described(book, policy, names[meant[0]])


@rule("R60")
def responsible(book: Ledger, policy: Rules, duty: str) -> str:
    """Who has a duty (L227, L234–245, and L115, L266, L288, L297, L336, L475, L510, L522).

    负责人, 部门 and the like at the end don't matter. A duty held for the time being says so in a
    remark. Raises F-583 (#N/A); a duty that is younger than the day answers ``SOP未规定``.

    >>> from datetime import date
    >>> from rules.policy.loader import packaged
    >>> [responsible(date(2025, 4, 3), packaged().rules, word).value for word in ("物流", "海外仓发货", "采购部")]
    ['Hill', 'EVA', 'Hill']
    """
    known = policy.directory.duties
    meant = _meant(duty, known, policy.directory.duty_spellings, policy.directory.duty_endings)
    if not meant:
        raise Fault("#N/A", F_DUTY, found=duty, expected="、".join(known))
    name = book.take(known[meant[0]])
    book.part("职责", "duty", meant[0])
    if meant[0] in book.take(policy.directory.acting):
        book.remark(f"{name} 暂代{meant[0]}", f"{name} has {meant[0]} for the time being")
    return _described(book, policy, name)


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
    people = policy.directory.people
    wanted = folded_word(name, ())
    found = next(
        (key for key, person in people.items() if wanted in {folded_word(key, ()), person.full_name} - {""}), None
    )
    if found is None:
        raise Fault("#N/A", F_PERSON, found=name, expected="、".join(people))
    acting = book.take(policy.directory.acting)
    duties = _held(book, policy.directory.duties, found)
    return Card(
        found,
        people[found].full_name,
        people[found].departments,
        _held(book, policy.directory.buyers, found),
        tuple(f"{duty}（暂代）" if duty in acting else duty for duty in duties),
    )


def _held(book: Ledger, posts: Mapping[str, Dated[str]], person: str) -> tuple[str, ...]:
    return tuple(post for post, holder in posts.items() if holder.on(book.day) == person)
