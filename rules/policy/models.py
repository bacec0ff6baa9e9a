"""The `rules:` section of config.yaml: one model per family of rules."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from rules.policy.dated import Dated, Frozen, name_keys


def _rising(span: tuple[float, float]) -> tuple[float, float]:
    if span[0] > span[1]:
        raise ValueError("下限大于上限 / the lower end is above the upper end")
    return span


def _whole(shares: dict[str, float]) -> dict[str, float]:
    if abs(sum(shares.values()) - 1) > 1e-9:
        raise ValueError("各份之和必须是 1 / the shares must add up to 1")
    return shares


NotNegative = Annotated[float, Field(ge=0)]
Number = Dated[NotNegative]
Span = Dated[Annotated[tuple[NotNegative, NotNegative], AfterValidator(_rising)]]
Months = Dated[tuple[Annotated[int, Field(ge=1, le=12)], ...]]
Weekdays = Dated[Annotated[tuple[Annotated[int, Field(ge=1, le=7)], ...], Field(min_length=1)]]
Shares = Dated[Annotated[dict[str, NotNegative], AfterValidator(_whole)]]
Words = Dated[tuple[str, ...]]
Letters = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]+$")]
Spelled = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9.]+$")]
Channel = str


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


class Lane(Frozen):
    """R20: what is normal on one lane, counted from dispatch."""

    norm_days: Number
    tolerance_days: Number


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


class Appointments(Frozen):
    """R32 as far as lead times need it: days on which the warehouse is delivered to."""

    weekdays: Weekdays
    """ISO weekdays, Monday = 1."""
    skip_holidays: Dated[bool]


class Turnover(Frozen):
    """R20."""

    domestic_days: Number
    lanes: dict[Channel, Lane]
    overseas_days: Number
    overseas_max_days: Number
    platform_low_days: Number
    platform_high_days: Number
    low_months: Months
    total_limit_days: Number


class Cover(Frozen):
    """R21."""

    weights: Dated[Annotated[dict[int, NotNegative], AfterValidator(_whole)]]
    """Window in days (7, 14, 30) -> weight."""
    burst_factor: Number
    drop_factor: Number

    @model_validator(mode="after")
    def _windows(self) -> Self:
        for weights in (self.weights.value, *self.weights.values.values()):
            if weights is not None and set(weights) != {7, 14, 30}:
                raise ValueError("weights 要有 7、14、30 三个窗口 / weights need the windows 7, 14 and 30")
        return self


class Calendars(Frozen):
    """The working calendars CN, MX and WAREHOUSE."""

    spellings: dict[str, tuple[str, ...]]
    mx_workdays: Weekdays
    warehouse_easter_offsets: Dated[tuple[int, ...]]
    """Days from Easter Sunday on which the warehouse rests."""
    warehouse_dates: Dated[tuple[Annotated[str, StringConstraints(pattern=r"^\d\d-\d\d$")], ...]]
    """MM-DD on which the warehouse rests."""


class Rules(Frozen):
    """Every number of the SOP that the business may change."""

    sku: Sku
    channels: Channels
    lead_time: LeadTime
    appointments: Appointments
    turnover: Turnover
    cover: Cover
    calendars: Calendars

    def model_post_init(self, _context: Any) -> None:
        """Tells every number its key."""
        name_keys(self, "rules")

    @model_validator(mode="after")
    def _known_lanes(self) -> Self:
        known = self.channels.spellings
        named = {
            "turnover.lanes": set(self.turnover.lanes),
            "lead_time.mix": {lane for mix in _every(self.lead_time.mix) for lane in mix},
            "lead_time.by_transit_norm": {lane for lanes in _every(self.lead_time.by_transit_norm) for lane in lanes},
        }
        planned = known.keys() - named["lead_time.by_transit_norm"] - {"混合"}
        if strange := named["lead_time.mix"] - planned:
            raise ValueError(f"lead_time.mix: {sorted(strange)} 没有备货天数 / no planning days")
        if strange := named["lead_time.by_transit_norm"] - set(self.turnover.lanes):
            raise ValueError(f"lead_time.by_transit_norm: turnover.lanes 里没有 {sorted(strange)} / no norm")
        for place, lanes in named.items():
            if strange := lanes - set(known):
                raise ValueError(f"{place}: channels.spellings 里没有 {sorted(strange)} / unknown lane")
        return self


def _every(number: Dated[Any]) -> list[Any]:
    return [number.value] if number.value is not None else list(number.values.values())
