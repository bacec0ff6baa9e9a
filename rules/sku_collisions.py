"""R01: different products under one SKU (玩具 and 文具 are both WJ), with a proposal (L282).

The same SKU on several MSKUs of one product is right; two products with one SKU is not. The work grows
with the rows, however many share a SKU; messages name the first few.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from rules.errors import Text
from rules.pinyin_library import syllables
from rules.plain_text import shortened, simplified
from rules.policy.models import Rules
from rules.sku_check import LONGEST_SKU
from rules.sku_words import PCS, runs, without_er

NAMED = 5
"""Names in one message."""


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
    """Rows of different products that share a SKU; the first one keeps it.

    `renamed` says of every row of the SKU what its product is to be called instead; None for the one
    that keeps it.
    """

    sku: str
    rows: tuple[Listed, ...]
    why: Text
    proposals: tuple[Proposal, ...]
    renamed: Mapping[Listed, Proposal | None] = field(compare=False)


@dataclass(frozen=True)
class _Identity:
    brand: str
    product: str
    feature: str


@dataclass
class _Known:
    """The rows that stand for one product name, by brand and feature; what a row leaves out may be anything."""

    pairs: dict[tuple[str, str], Listed] = field(default_factory=dict)
    brands: dict[str, Listed] = field(default_factory=dict)
    features: dict[str, Listed] = field(default_factory=dict)

    def same(self, brand: str, feature: str) -> Listed | None:
        """The row that a further one may be the same product as: whatever both state is equal."""
        likely: list[Listed | None]
        if brand and feature:
            likely = [self.pairs.get(pair) for pair in ((brand, feature), (brand, ""), ("", feature), ("", ""))]
        elif brand:
            likely = [self.brands.get(brand), self.brands.get("")]
        elif feature:
            likely = [self.features.get(feature), self.features.get("")]
        else:
            likely = [next(iter(self.pairs.values()), None)]
        return next(filter(None, likely), None)

    def add(self, brand: str, feature: str, row: Listed) -> None:
        """One more row that is none of those seen."""
        self.pairs[brand, feature] = row
        self.brands.setdefault(brand, row)
        self.features.setdefault(feature, row)


def collisions(rows: Iterable[Listed], policy: Rules) -> list[Collision]:
    """Every SKU that stands for different products; rows without SKU or product say nothing.

    SKUs that differ only in letter case count as one.

    >>> from rules.policy.loader import packaged
    >>> rows = [Listed("第2行", "HI-WJ-CA", "玩具"), Listed("第3行", "HI-WJ-CA", "文具")]
    >>> found = collisions(rows, packaged().rules)[0]
    >>> [row.place for row in found.rows], found.proposals[0].sku
    (['第2行', '第3行'], 'HI-WENJ-CA')
    """
    groups: dict[str, list[Listed]] = {}
    for row in rows:
        if row.sku.strip() and row.product.strip():
            groups.setdefault(row.sku.strip().casefold(), []).append(row)
    free = _Free(set(groups))
    found = []
    for group in groups.values():
        kin = _kin(group, policy)
        different = list(dict.fromkeys(kin.values()))
        if len(different) > 1:
            proposals = tuple(_propose(different[0], row, policy, free) for row in different[1:])
            by_first = {proposal.row: proposal for proposal in proposals}
            renamed = {row: by_first.get(first) for row, first in kin.items()}
            found.append(Collision(group[0].sku.strip(), tuple(different), _why(different, policy), proposals, renamed))
    return found


def _identity(row: Listed, policy: Rules) -> _Identity:
    feature = _folded(row.feature)
    for ending in policy.sku.feature_endings:
        feature = feature.removesuffix(ending)
    return _Identity(_folded(row.brand), without_er(_folded(row.product), policy.sku), feature)


def _folded(text: str) -> str:
    return "".join(simplified(text).split()).casefold()


def _kin(group: Sequence[Listed], policy: Rules) -> dict[Listed, Listed]:
    """For each row of a group the first one that may be the same product."""
    known: dict[str, _Known] = {}
    kin = {}
    for row in group:
        identity = _identity(row, policy)
        seen = known.setdefault(identity.product, _Known())
        first = seen.same(identity.brand, identity.feature)
        if first is None:
            seen.add(identity.brand, identity.feature, row)
        kin[row] = first or row
    return kin


@dataclass
class _Free:
    """Finds SKUs that no row has."""

    taken: set[str]
    numbers: dict[str, Iterator[int]] = field(default_factory=dict)

    def first(
        self, candidates: Iterable[str], before: Sequence[str], stem: str, after: Sequence[str]
    ) -> tuple[str, str]:
        """A free SKU and its code: the first candidate, else the stem with the next number."""

        def whole(code: str) -> str:
            return "-".join((*before, code, *after))

        numbers = self.numbers.setdefault(whole(stem).casefold(), count(2))
        for code in candidates:
            if code.isascii() and whole(code).casefold() not in self.taken:
                break
        else:
            code = next(
                code for code in (f"{stem}{number}" for number in numbers) if whole(code).casefold() not in self.taken
            )
        self.taken.add(whole(code).casefold())
        return whole(code), code


def _why(rows: Sequence[Listed], policy: Rules) -> Text:
    identities = [_identity(row, policy) for row in rows]
    if len({item.product for item in identities}) > 1:
        names = first_few(row.product for row in rows)
        return Text(f"品名不同:{names.zh}", f"different products: {names.en}")
    if len({item.brand for item in identities if item.brand}) > 1:
        names = first_few(row.brand for row in rows)
        return Text(f"品牌前两位相同:{names.zh}", f"brands that share their letters: {names.en}")
    names = first_few(row.feature for row in rows)
    return Text(f"特性缩写相同:{names.zh}", f"features with the same initials: {names.en}")


def first_few(names: Iterable[str]) -> Text:
    """The first different names, and how many more there are.

    >>> first_few(["玩具", "文具", "玩具"]).zh, first_few(map(str, range(7))).zh
    ('玩具、文具', '0、1、2、3、4 等 7 个')
    """
    every = list(dict.fromkeys(map(shortened, names)))
    named = "、".join(every[:NAMED])
    if len(every) <= NAMED:
        return Text(named, named)
    return Text(f"{named} 等 {len(every)} 个", f"{named} and {len(every) - NAMED} more")


def _propose(first: Listed, row: Listed, policy: Rules, free: _Free) -> Proposal:
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
            brand = two.brand.upper()[:LONGEST_SKU]
            candidates = (brand[:length] + segments[place] for length in range(3, len(brand) + 1))
        else:
            candidates = _spelled_out(one.feature, two.feature, segments[place])
    sku, code = free.first(candidates, segments[:place], segments[place], segments[place + 1 :])
    if place == 1:
        return Proposal(
            row, sku, Text(f"词表 rules.sku.glossary 加 {word}: {code}", f"add {word}: {code} to rules.sku.glossary")
        )
    return Proposal(row, sku, Text(f"特性写 {code}", f"give {code} as feature"))


def _spelled_out(first: str, second: str, code: str) -> Iterator[str]:
    """The code with a syllable spelled out, the first one that differs between both words before others."""
    ours = "".join(word for han, word in runs(second) if han)
    other = "".join(word for han, word in runs(first) if han)
    if not ours or len(ours) != len(code) or len(code) > LONGEST_SKU:
        return
    spoken, heard = syllables(ours), syllables(other) if other else []
    differing = [i for i, sound in enumerate(spoken) if i >= len(heard) or heard[i] != sound]
    for i in (*differing, *(i for i in range(len(spoken)) if i not in differing)):
        yield code[:i].upper() + spoken[i] + code[i + 1 :].upper()
    yield "".join(spoken)
