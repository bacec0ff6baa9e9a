"""Which numbers of `rules:` changed from which round on, and one copy of the last ones used."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from sync.state.chunks import chunks
from sync.state.journal import stored
from sync.state.tables import meta, rule_changes

_KEPT = "rules"


class Numbers:
    """The last numbers used, and every change since the first round."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def last(self) -> dict[str, dict[str, str]] | None:
        """The numbers that the last round used; None before the first."""
        text = self._connection.scalar(select(meta.c.value).where(meta.c.name == _KEPT))
        return None if text is None else stored(text, dict)

    def keep(self, now: Mapping[str, Mapping[str, str]]) -> None:
        """Makes these the last ones used."""
        self._connection.execute(delete(meta).where(meta.c.name == _KEPT))
        self._connection.execute(insert(meta).values(name=_KEPT, value=json.dumps(now, ensure_ascii=False)))

    def add(self, number: int, changed: Mapping[str, tuple[str | None, str | None]]) -> None:
        """Records before and after of each changed number with the round that first used it."""
        rows = [
            {"round": number, "key": key, "before": before, "after": after} for key, (before, after) in changed.items()
        ]
        for some in chunks(rows):
            self._connection.execute(insert(rule_changes), list(some))

    def changes(self) -> list[Row[Any]]:
        """Every change, newest round first."""
        order = (rule_changes.c.round.desc(), rule_changes.c.key)
        return list(self._connection.execute(select(rule_changes).order_by(*order)))
