"""What the names of warehouses and the states of documents mean: the ERP's words, as its users set them up.

The list of an installation (`site.warehouses`, `site.statuses`) goes before the one that ships with the product.
A word that nobody placed, or that two entries place differently, means nothing: never a default.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from rules.policy.words import Entry, Words, folded


class Place(StrEnum):
    """What a warehouse is; forwarder's and overseas warehouses stand in one column (L127)."""

    DOMESTIC = "国内"
    FORWARDER = "货代"
    OVERSEAS = "海外"
    PLATFORM = "平台"
    """The platform's own: its stock is known per MSKU from the platform, and counted there."""
    IGNORED = "忽略"
    """Its goods count nowhere."""


_SEGMENT = {Place.FORWARDER: Place.OVERSEAS}


class Stage(StrEnum):
    """What the state of a document says of its goods."""

    OPEN = "未完"
    OVER = "完结"
    WAITING = "未发"
    MOVING = "在途"
    ARRIVED = "到仓"
    VOID = "作废"


_GOODS = (Stage.WAITING, Stage.MOVING, Stage.ARRIVED, Stage.VOID)
STAGES: Mapping[str, tuple[Stage, ...]] = {
    "采购单": (Stage.OPEN, Stage.OVER),
    "海外仓备货单": _GOODS,
    "FBA货件": _GOODS,
}
"""Report -> what its states can mean."""

NAMELESS = "未写仓库"
"""What a warehouse is called that a file does not name; it can be placed by this name."""


class Warehouse(BaseModel):
    """One entry of `site.warehouses`: a name, or a pattern with ``*``, and what such a warehouse is."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True, populate_by_name=True)

    name: str | None = None
    pattern: str | None = None
    place: Place = Field(alias="is")

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.name is None) == (self.pattern is None):
            raise ValueError("写 name 或 pattern,只写一个 / give name or pattern, one of the two")
        if not folded(self.written).strip("*") and self.pattern is None:
            raise ValueError("仓库名是空的 / the name is blank")
        return self

    @property
    def written(self) -> str:
        """The name or pattern."""
        return self.name if self.name is not None else self.pattern or ""

    @property
    def entry(self) -> Entry:
        """The same as an entry of a list of words."""
        return Entry(self.written, str(self.place), self.pattern is not None)


class Meant(NamedTuple):
    """What a word means (None: nobody knows, or entries differ), and the entries that fit it."""

    kind: str | None
    by: tuple[Entry, ...]


class Meanings:
    """Warehouses and states as one installation has them."""

    def __init__(
        self,
        own: Iterable[Warehouse] = (),
        usual: Iterable[Warehouse] = (),
        own_statuses: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
        usual_statuses: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
    ) -> None:
        self._own = Words([item.entry for item in own])
        self._usual = Words([item.entry for item in usual])
        lists = (own_statuses or {}, usual_statuses or {})
        self._states = {report: Words(*(entries(words.get(report, {})) for words in lists)) for report in STAGES}

    def warehouse(self, name: str | None, kind: str | None = None) -> Meant:
        """What a warehouse is: by the installation's list, else by the usual names.

        The type that the ERP itself gives it (仓库类型) is read by the usual names too, and must not say
        something else than its name does.
        """
        called = name or NAMELESS
        found = self._own.find(called) or (*self._usual.find(called), *(self._usual.find(kind) if kind else ()))
        segments = {_SEGMENT.get(Place(entry.kind), Place(entry.kind)) for entry in found}
        return Meant(str(segments.pop()) if len(segments) == 1 else None, found)

    def stage(self, report: str, state: str | None) -> Stage | None:
        """What a state of a report's document says of its goods; None for a blank and for a word nobody knows."""
        found = self._states[report].find(state) if state else ()
        kinds = {entry.kind for entry in found}
        return Stage(kinds.pop()) if len(kinds) == 1 else None


def entries(words: Mapping[str, Iterable[str]]) -> list[Entry]:
    """Words by what they mean as entries; one with ``*`` is a pattern."""
    return [Entry(word, kind, "*" in word) for kind, listed in words.items() for word in listed]


def differing(listed: Iterable[Entry]) -> tuple[Entry, Entry] | None:
    """Two entries that say different things of one word or pattern."""
    seen: dict[tuple[str, bool], Entry] = {}
    for entry in listed:
        first = seen.setdefault((folded(entry.written), entry.is_pattern), entry)
        if first.kind != entry.kind:
            return first, entry
    return None
