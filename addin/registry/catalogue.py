"""Every function of the product, in the order of the guide, found by name or Chinese alias."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from addin.registry import (
    arrivals,
    days,
    lead_times,
    moments,
    names,
    notes,
    people,
    replenishment,
    slots,
    stock,
    targets,
)
from addin.registry.entry import Arg, Entry, Kind, Shape

EXPLAIN = Entry(
    "EXPLAIN",
    "解释",
    "",
    Shape.MAP,
    (Arg("formula", Kind.FORMULA, "公式的文字,或直接写公式", "a formula as text, or a call"),),
    "公式用了哪条规则、哪些数字、SOP 哪一行",
    "the rule, numbers and SOP lines behind a formula",
    '=EXPLAIN("=LEADTIME(""车机"",""快线"")")',
    lambda here, formula: here.explain(here, formula),
)

ENTRIES: tuple[Entry, ...] = (
    *names.ENTRIES,
    *notes.ENTRIES,
    *lead_times.ENTRIES,
    *arrivals.ENTRIES,
    *stock.ENTRIES,
    *slots.ENTRIES,
    *moments.ENTRIES,
    *targets.ENTRIES,
    *replenishment.ENTRIES,
    *people.ENTRIES,
    *days.ENTRIES,
    EXPLAIN,
)

SPELLINGS: Mapping[str, str] = {word: entry.name for entry in ENTRIES for word in (entry.name, entry.alias_zh.upper())}
"""The name of each function by its spellings in upper case, as `sheets_schema.formulas` wants them."""


@cache
def _known() -> dict[str, Entry]:
    return {word: entry for entry in ENTRIES for word in (entry.name, entry.alias_zh.upper())}


def find(name: str) -> Entry | None:
    """The function of a name or alias, in any letter case.

    >>> find("备货周期").name, find("leadtime").name, find("SUM")
    ('LEADTIME', 'LEADTIME', None)
    """
    return _known().get(name.upper())
