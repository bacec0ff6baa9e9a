"""Columns that several tabs share, each written once."""

from __future__ import annotations

from sheets_schema.model import WIDTH, Column, Owner, Type
from sheets_schema.sop_titles import also
from sheets_schema.sources import Source

_OPERATORS = "运营"
STORES = "店铺"
"""The title over stores, on whatever tab."""


def store(owner: Owner) -> Column:
    """The store: with the MSKU the key of a listing."""
    return Column(STORES, Type.TEXT, owner, _role(owner), also(STORES), required=True, field="store")


def msku(owner: Owner) -> Column:
    """The seller's own id of a listing."""
    return Column("MSKU", Type.ID, owner, _role(owner), also("MSKU"), required=True, field="msku", width=26)


def fed(title: str, kind: Type, aliases: tuple[str, ...], *sources: Source, width: int = WIDTH) -> Column:
    """A column that the ERP fills from its sources, best first."""
    return Column(title, kind, Owner.ERP, aliases=aliases, sources=sources, width=width)


REMARK = Column("备注", Type.TEXT, Owner.PEOPLE, _OPERATORS, also("备注"), width=22)

STATUS = Column("同步状态", Type.TEXT, Owner.COMPUTED, fill="sync_status")
"""What a round says of the row."""


def _role(owner: Owner) -> str | None:
    return _OPERATORS if owner is Owner.PEOPLE else None
