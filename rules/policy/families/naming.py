"""R01–R05: names of SKUs, shipments and letters, remarks and texts."""

from __future__ import annotations

import re
import string
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from rules.plain_text import simplified
from rules.policy.dated import Dated, Frozen
from rules.policy.kinds import Letter, Letters, Number, Spelled, Words


class Sku(Frozen):
    """R01."""

    naming_since: Dated[bool]
    restock_since: Dated[bool]
    length_warning: Number
    brand_letters: Dated[Annotated[int, Field(ge=1, le=100)]]
    brands: tuple[str, ...]
    sites: dict[Letters, tuple[str, ...]]
    features: tuple[Spelled, ...]
    """The one spelling of each Latin feature; letter case and hyphens of the input don't matter."""
    feature_words: tuple[str, ...]
    """Chinese words that are a feature when they end a product's text (free text only)."""
    feature_endings: tuple[str, ...]
    glossary: dict[str, Letters]
    """Word -> initials; wins over the reading of the dictionary."""
    glossary_characters: dict[Letter, str]
    """Letter -> the characters of several initials that are read with it in a product's name, outside the words.

    A character of several initials on no list follows the dictionary and is marked.
    """
    keep_er: tuple[str, ...]
    """Words whose 儿 at the end of a product's name is no ending and stays."""
    pack_units: str
    """Measure words of a pack: 8个装, 8件套."""

    @cached_property
    def lexicon(self) -> dict[str, str]:
        """Feature in any letter case -> the one spelling."""
        return {word.casefold(): word for word in self.features}

    @model_validator(mode="after")
    def _settled_once(self) -> Self:
        seen: dict[str, str] = {}
        for letter, chars in self.glossary_characters.items():
            for char in chars:
                if seen.setdefault(char, letter) != letter:
                    raise ValueError(
                        f"glossary_characters: {char} 又是 {seen[char]} 又是 {letter} / one character, two letters"
                    )
        return self

    @cached_property
    def settled(self) -> dict[str, str]:
        """Character -> its letter, of those that the glossary settles."""
        return {char: letter for letter, chars in self.glossary_characters.items() for char in chars}

    @cached_property
    def glossary_pattern(self) -> re.Pattern[str]:
        """Finds the glossary's words, the longest first; nothing when there are none."""
        words = sorted(self.glossary, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, words)) or r"(?!)")

    @cached_property
    def pack_pattern(self) -> re.Pattern[str]:
        """A pack as people write it, its number in the first group: 8, 8个装, 八件套, 8pcs."""
        return re.compile(rf"(\d+(?:\.\d+)?|[零一二三四五六七八九两〇十百]+)\s*(?:[{self.pack_units}]*装?|pcs?|入)")

    @cached_property
    def site_by_word(self) -> dict[str, str]:
        """Every way of writing a site, in lower case without accents -> its code."""
        return {simplified(word).casefold(): code for code, words in self.sites.items() for word in (code, *words)}


class ShipmentNotes(Frozen):
    """R02."""

    shipment_prefix: Dated[Letters]
    shipment_lengths: Dated[Annotated[tuple[Annotated[int, Field(ge=1, le=100)], ...], Field(min_length=1)]]
    """How many letters and digits may follow the prefix."""
    updated: Dated[bool]
    """Since when the note is written in this form (2.20)."""
    warehouses: Dated[tuple[Letters, ...]]
    other_warehouses: Dated[tuple[Annotated[int, Field(ge=1, le=100)], Annotated[int, Field(ge=1, le=100)]]]
    """How many letters, then digits, the code of a warehouse elsewhere has."""
    reference_length: Dated[Annotated[int, Field(ge=1, le=100)]]


def _with_fields(*names: str) -> AfterValidator:
    """A template that names each of the fields exactly once."""

    def check(template: str) -> str:
        found = [name for _, name, _, _ in string.Formatter().parse(template) if name is not None]
        if sorted(found) != sorted(names):
            raise ValueError(f"要有且只有 {', '.join(names)},每个写一次 / each of these once, and no other")
        return template

    return AfterValidator(check)


class LetterNames(Frozen):
    """R03."""

    template: Dated[Annotated[str, _with_fields("boxes", "brand", "start", "end", "half", "month", "day")]]
    half_day: Dated[Literal["literal", "clock", "none"]]
    """AM as the SOP's example writes it beside any time, AM or PM by the clock, or neither."""
    colon: Dated[Annotated[str, Field(min_length=1, max_length=1)]]
    """What a file's name holds in place of ``:``."""
    read_as_colon: tuple[str, ...]
    """What else people write between hours and minutes where ``:`` is not allowed."""
    box_words: tuple[str, ...]


class Remarks(Frozen):
    """R04 and R05."""

    purchase_parts: Dated[tuple[str, str, str]]
    """What a purchase plan's remark names: label code, packaging, customization."""
    purchase_needed: Words
    """Those of the parts that can't be left out."""
    warranty_note: Dated[str]
    warranty_sheet: Dated[str]
    adjustment_prefix: Dated[str]
    relabel_attachments: Words
    fnsku_prefix: Dated[Letters]
    fnsku_length: Dated[Annotated[int, Field(ge=1, le=100)]]
    """Letters and digits after the prefix."""
    asin_prefix: Dated[Letters]
    asin_length: Dated[Annotated[int, Field(ge=1, le=100)]]
    """Letters and digits after the prefix."""
    placeholders: tuple[str, ...]
    """The SOP's stand-ins for an FNSKU and an ASIN."""
    case_texts: dict[str, Dated[Annotated[str, _with_fields("fnsku", "asin")]]]
    case_languages: dict[str, tuple[str, ...]]
    """Every other way of naming a language of `case_texts`; the first one is the usual one."""

    @model_validator(mode="after")
    def _one_text_per_language(self) -> Self:
        if self.case_texts.keys() != self.case_languages.keys():
            raise ValueError("case_texts 和 case_languages 的语言要一样 / the languages of both must be the same")
        return self
