"""R10–R13: time before stock can be sold."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from rules.policy.dated import Dated, Frozen
from rules.policy.kinds import Channel, Count, Number, Shares, Span, Words


class Channels(Frozen):
    """R10: the lanes by their own name, with every spelling in use."""

    spellings: dict[Channel, tuple[str, ...]]
    ambiguous: dict[str, str]
    """A spelling that may mean several lanes -> why it is read as it is."""

    @model_validator(mode="after")
    def _spelled_once(self) -> Self:
        seen: dict[str, str] = {}
        for channel, words in self.spellings.items():
            for word in (channel, *words):
                if seen.setdefault(word, channel) != channel:
                    raise ValueError(f"{word} 同时是 {seen[word]} 和 {channel} / one spelling, two lanes")
        return self


class LeadTime(Frozen):
    """R10."""

    purchase_days: Number
    purchase_days_by_category: dict[str, Number]
    domestic_days: Number
    transport_days: Span
    full_container_extra_days: Number
    mix: Shares
    customs_days: Span
    appointment_days: Span
    by_transit_norm: Words
    """Lanes without a planning figure: R20's norm stands in for logistics and customs."""


class Mode(Frozen):
    """R11: one way of transport."""

    spellings: tuple[str, ...]
    lanes: tuple[Channel, ...]
    """Lanes and channels that go this way; each of their spellings names it too."""
    days: Number
    same_as: Channel | None = None
    """The lane whose norm in R20 means the same way: another number there contradicts this one."""


class Arrivals(Frozen):
    """R11."""

    modes: dict[str, Mode]

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        seen: dict[str, str] = {}
        for name, mode in self.modes.items():
            for word in (name, *mode.spellings, *mode.lanes):
                if seen.setdefault(word, name) != name:
                    raise ValueError(f"{word} 同时是 {seen[word]} 和 {name} / one spelling, two modes")
        return self


class ListingStep(Frozen):
    """R12: one step of listing a new product."""

    step: str
    who: str
    without_spu: bool = False
    """Only for a product that has no SPU yet."""


class NewProducts(Frozen):
    """R12 and R13. Stages in their order, in working days; the SOP gives listing itself no days."""

    before_listing: dict[str, Span]
    after_listing: dict[str, Span]
    listing_steps: Dated[tuple[ListingStep, ...]]
    design_months: Count
