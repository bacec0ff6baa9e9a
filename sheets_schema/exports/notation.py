"""A compact notation for the many fields of an export: one line each."""

from __future__ import annotations

from sheets_schema.headers import cost_title
from sheets_schema.model import Field, Type

ERP_BLANKS = ("None", "N/A", "--", "-", "—", "null", "NaN")
"""What the ERP writes into an empty cell."""
AMAZON_BLANKS = ("N/A", "--", "null")


def fields(text: str) -> tuple[Field, ...]:
    """Fields from lines ``name type title|title…``.

    ``!`` after the type: the export is not recognised without it. ``?``: no source confirms the title. ``-``: a
    count that may be below zero (more is promised than there is).
    A type ``pair`` is a quantity and its cost under one label (`headers.two_rows`): two fields. A line
    without titles is a field that reading derives.

    >>> [(item.name, item.titles) for item in fields("sellable pair FBA可售")]
    [('sellable', ('FBA可售',)), ('sellable_cost', ('FBA可售(成本)',))]
    """
    answer: list[Field] = []
    for line in text.strip().splitlines():
        name, kind, *rest = line.split(maxsplit=2)
        titles = tuple(rest[0].split("|")) if rest else ()
        word = kind.rstrip("!?-")
        required, assumed, signed = "!" in kind, "?" in kind, "-" in kind
        if word == "pair":
            costs = tuple(cost_title(title) for title in titles)
            answer.append(Field(name, Type.INTEGER, titles, required, assumed, signed))
            answer.append(Field(f"{name}_cost", Type.MONEY, costs, False, assumed))
        else:
            answer.append(Field(name, Type(word), titles, required, assumed, signed))
    return tuple(answer)
