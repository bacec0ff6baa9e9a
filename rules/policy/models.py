"""The `rules:` section of config.yaml, in the order of the rule book."""

from __future__ import annotations

from typing import Any, Self, cast

from pydantic import model_validator

from rules.policy.dated import Frozen, name_keys
from rules.policy.families.calendars import Calendars
from rules.policy.families.deadlines import Appointments, Instructions, Routes, StockingOrders, Storage
from rules.policy.families.lead_times import Arrivals, Channels, LeadTime, NewProducts
from rules.policy.families.moments import Moments
from rules.policy.families.naming import LetterNames, Remarks, ShipmentNotes, Sku
from rules.policy.families.people import Checklists, Directory
from rules.policy.families.replenishment import Discounts, Replenishment, StockingRows
from rules.policy.families.stock import Cover, Turnover
from rules.policy.families.targets import AdBudget, ProductTests, Targets


class Rules(Frozen):
    """Every number of the SOP that the business may change."""

    sku: Sku
    shipment_notes: ShipmentNotes
    letter_names: LetterNames
    remarks: Remarks
    channels: Channels
    lead_time: LeadTime
    arrivals: Arrivals
    new_products: NewProducts
    turnover: Turnover
    cover: Cover
    product_tests: ProductTests
    storage: Storage
    instructions: Instructions
    appointments: Appointments
    stocking_orders: StockingOrders
    moments: Moments
    routes: Routes
    targets: Targets
    ad_budget: AdBudget
    replenishment: Replenishment
    stocking_rows: StockingRows
    discounts: Discounts
    directory: Directory
    checklists: Checklists
    calendars: Calendars

    def model_post_init(self, _context: Any) -> None:
        """Tells every number its key."""
        name_keys(self, "rules")

    @classmethod
    def needed(cls, family: str) -> set[str]:
        """The keys that a family can't be without; those a file leaves out are the shipped file's."""
        model = cast(type[Frozen], cls.model_fields[family].annotation)
        return {key for key, item in model.model_fields.items() if item.is_required()}

    @model_validator(mode="after")
    def _known_lanes(self) -> Self:
        known = self.channels.spellings
        named = {
            "turnover.lanes": set(self.turnover.lanes),
            "lead_time.mix": {lane for mix in self.lead_time.mix.every for lane in mix},
            "lead_time.by_transit_norm": {lane for lanes in self.lead_time.by_transit_norm.every for lane in lanes},
            "replenishment.lanes": {lane for lanes in self.replenishment.lanes.every for lane in lanes},
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

    @model_validator(mode="after")
    def _known_duty(self) -> Self:
        if (duty := self.instructions.clash_duty) not in self.directory.duties:
            raise ValueError(f"instructions.clash_duty: directory.duties 里没有 {duty} / unknown duty")
        return self
