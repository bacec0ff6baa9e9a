"""R01–R05: names of SKUs, shipments and letters, remarks and texts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from rules.policy.dated import Dated, Frozen
from rules.policy.kinds import Letters, Number, Spelled


class Sku(Frozen):
    """R01."""

    naming_since: Dated[bool]
    restock_since: Dated[bool]
    length_warning: Number
    brand_letters: Dated[Annotated[int, Field(ge=1)]]
    brands: tuple[str, ...]
    sites: dict[Letters, tuple[str, ...]]
    features: tuple[Spelled, ...]
    """The one spelling of each Latin feature; letter case and hyphens of the input don't matter."""
    feature_words: tuple[str, ...]
    """Chinese words that are a feature when they end a product's text (free text only)."""
    feature_endings: tuple[str, ...]
    glossary: dict[str, Letters]
    """Word -> initials; wins over the reading of the dictionary."""
    polyphones: str
    keep_er: tuple[str, ...]
    """Words whose 儿 at the end of a product's name is no ending and stays."""
    pack_units: str
    """Measure words of a pack: 8个装, 8件套."""


class ShipmentNotes(Frozen):
    """R02."""


class LetterNames(Frozen):
    """R03."""


class Remarks(Frozen):
    """R04 and R05."""
