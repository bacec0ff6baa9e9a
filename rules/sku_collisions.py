"""R01: different products under one SKU (玩具 and 文具 are both WJ), with a proposal (L282).

The same SKU on several MSKUs of one product is right; two products with one SKU is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rules.answer import Text
from rules.pinyin_library import syllables
from rules.plain_text import plain_text
from rules.policy.models import Rules
from rules.sku_words import PCS, runs, without_er


@dataclass(frozen=True)
class Listed:
    """One row of a list: where it stands, its SKU, and what it is said to be."""

    place: str
    sku: str
    product: str
    brand: str = ""
    feature: str = ""


@dataclass(frozen=True)
class Proposal:
    """A free SKU for a row, and what to put into the glossary so that it stays."""

    row: Listed
    sku: str
    how: Text


@dataclass(frozen=True)
class Collision:
    """Rows of different products that share a SKU; the first one keeps it."""

    sku: str
    rows: tuple[Listed, ...]
    why: Text
    proposals: tuple[Proposal, ...]


@dataclass(frozen=True)
class _Identity:
    brand: str
    product: str
    feature: str

    def could_be(self, other: _Identity) -> bool:
        """Whether both may be one product: whatever both state is equal."""
        pairs = ((self.brand, other.brand), (self.product, other.product), (self.feature, other.feature))
        return all(not one or not two or one == two for one, two in pairs)


def collisions(rows: Iterable[Listed], policy: Rules) -> list[Collision]:
    """Every SKU that stands for different products; rows without SKU or product say nothing.

    SKUs that differ only in letter case count as one.

    >>> from rules.policy.loader import packaged
    >>> rows = [Listed("第2行", "HI-WJ-CA", "玩具"), Listed("第3行", "HI-WJ-CA", "文具")]
    >>> found = collisions(rows, packaged().rules)[0]
    >>> [row.place for row in found.rows], found.proposals[0].sku
    (['第2行', '第3行'], 'HI-WENJ-CA')
    """
    listed = [row for row in rows if row.sku.strip() and row.product.strip()]
    groups: dict[str, list[Listed]] = {}
    for row in listed:
        groups.setdefault(row.sku.strip().casefold(), []).append(row)
    taken = set(groups)
    found = []
    for group in groups.values():
        different = _different(group, policy)
        if len(different) > 1:
            proposals = tuple(_propose(different[0], row, policy, taken) for row in different[1:])
            found.append(Collision(group[0].sku.strip(), tuple(different), _why(different, policy), proposals))
    return found


def _identity(row: Listed, policy: Rules) -> _Identity:
    feature = _folded(row.feature)
    for ending in policy.sku.feature_endings:
        feature = feature.removesuffix(ending)
    return _Identity(_folded(row.brand), without_er(_folded(row.product), policy.sku), feature)


def _folded(text: str) -> str:
    return "".join(plain_text(text).split()).casefold()


def _different(group: Sequence[Listed], policy: Rules) -> list[Listed]:
    """The first row of each product in a group."""
    known: list[tuple[_Identity, Listed]] = []
    for row in group:
        identity = _identity(row, policy)
        if not any(identity.could_be(other) for other, _ in known):
            known.append((identity, row))
    return [row for _, row in known]


def _why(rows: Sequence[Listed], policy: Rules) -> Text:
    identities = [_identity(row, policy) for row in rows]
    if len({item.product for item in identities}) > 1:
        names = "、".join(dict.fromkeys(row.product for row in rows))
        return Text(f"品名不同:{names}", f"different products: {names}")
    if len({item.brand for item in identities if item.brand}) > 1:
        names = "、".join(dict.fromkeys(row.brand for row in rows))
        return Text(f"品牌前两位相同:{names}", f"brands that share their letters: {names}")
    names = "、".join(dict.fromkeys(row.feature for row in rows))
    return Text(f"特性缩写相同:{names}", f"features with the same initials: {names}")


def _propose(first: Listed, row: Listed, policy: Rules, taken: set[str]) -> Proposal:
    """A SKU for `row` that no row has: one syllable of the differing word is spelled out."""
    one, two = _identity(first, policy), _identity(row, policy)
    segments = row.sku.strip().split("-")
    plain = len(segments) < 4 or PCS.fullmatch(segments[2]) is not None
    if one.product != two.product and len(segments) > 1:
        word, place = row.product, 1
        candidates = _spelled_out(first.product, row.product, segments[1])
    else:
        word, place = row.feature, min(2, len(segments) - 1)
        if plain:
            segments.insert(place, "")
        if one.brand and two.brand and one.brand != two.brand:
            candidates = (two.brand.upper()[:length] + segments[place] for length in range(3, len(two.brand) + 1))
        else:
            candidates = _spelled_out(one.feature, two.feature, segments[place])
    stem = segments[place]
    for code in (*candidates, *(f"{stem}{number}" for number in range(2, 1000))):
        sku = "-".join((*segments[:place], code, *segments[place + 1 :]))
        if sku.casefold() not in taken and code.isascii():
            break
    taken.add(sku.casefold())
    if place == 1:
        return Proposal(
            row, sku, Text(f"词表 rules.sku.glossary 加 {word}: {code}", f"add {word}: {code} to rules.sku.glossary")
        )
    return Proposal(row, sku, Text(f"特性写 {code}", f"give {code} as feature"))


def _spelled_out(first: str, second: str, code: str) -> Iterator[str]:
    """The code with a syllable spelled out, the first one that differs between both words before others."""
    ours = "".join(word for han, word in runs(second) if han)
    other = "".join(word for han, word in runs(first) if han)
    if not ours or len(ours) != len(code):
        return
    spoken, heard = syllables(ours), syllables(other) if other else []
    differing = [i for i, sound in enumerate(spoken) if i >= len(heard) or heard[i] != sound]
    for i in (*differing, *(i for i in range(len(spoken)) if i not in differing)):
        yield code[:i].upper() + spoken[i] + code[i + 1 :].upper()
    yield "".join(spoken)
