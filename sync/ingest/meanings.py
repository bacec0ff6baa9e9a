"""What names of warehouses and states of documents mean in an installation, the usual ones included."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from rules.policy.loader import packaged
from rules.policy.meanings import Meanings, Warehouse
from rules.policy.site import Site

_Frozen = tuple[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]], ...]


def meanings_of(site: Site | None) -> Meanings:
    """The installation's own words, then those that ship with the product; without `site` only these."""
    if site is None:
        return _made((), ())
    return _made(site.warehouses, _frozen(site.statuses))


def _frozen(statuses: Mapping[str, Mapping[str, tuple[str, ...]]]) -> _Frozen:
    return tuple((report, tuple(words.items())) for report, words in statuses.items())


@lru_cache(maxsize=8)
def _made(own: tuple[Warehouse, ...], statuses: _Frozen) -> Meanings:
    usual = packaged().site
    mine: dict[str, Any] = {report: dict(words) for report, words in statuses}
    return Meanings(own, usual.warehouses, mine, usual.statuses)
