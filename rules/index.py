"""The rules that this version holds: title, lines of the SOP, and where their numbers stand."""

from __future__ import annotations

from dataclasses import dataclass

from rules.answer import Text


@dataclass(frozen=True)
class Rule:
    """One rule of the rule book. `families` are the sections of `rules:` with its numbers."""

    id: str
    title: Text
    lines: tuple[int, ...]
    families: tuple[str, ...]


RULES = {
    rule.id: rule
    for rule in (
        Rule("R01", Text("SKU 命名", "SKU names"), (*range(276, 283), 286), ("sku",)),
        Rule(
            "R10",
            Text("备货周期:采购开始到可售", "lead time: from purchasing until sellable"),
            (*range(302, 320), *range(352, 357)),
            ("channels", "lead_time", "appointments"),
        ),
        Rule("R20", Text("五段周转", "turnover in five segments"), tuple(range(120, 133)), ("turnover",)),
        Rule("R21", Text("可售天数和加权日均", "days of cover and daily sales"), (322,), ("cover",)),
        Rule("calendars", Text("工作日历", "working calendars"), (422, 425), ("calendars",)),
    )
}
