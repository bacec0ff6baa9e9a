"""Which numbers of `rules:` changed from which round on, one copy of the last ones used, and the file they were in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from sync.state.chunks import chunks
from sync.state.journal import stored
from sync.state.tables import meta, rule_changes

_KEPT, _FILE = "rules", "config"


class Numbers:
    """The last numbers used, and every change since the first round."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def last(self) -> dict[str, dict[str, str]] | None:
        """The numbers that the last round used; None before the first."""
        text = self._meta(_KEPT)
        return None if text is None else stored(text, dict)

    def keep(self, now: Mapping[str, Mapping[str, str]]) -> None:
        """Makes these the last ones used."""
        self._keep(_KEPT, json.dumps(now, ensure_ascii=False))

    def file(self) -> str | None:
        """The hash of the configuration that the last round went by; None before the first."""
        return self._meta(_FILE)

    def keep_file(self, sha256: str) -> None:
        """Makes a configuration the last one."""
        self._keep(_FILE, sha256)

    def _meta(self, name: str) -> str | None:
        return self._connection.scalar(select(meta.c.value).where(meta.c.name == name))

    def _keep(self, name: str, value: str) -> None:
        self._connection.execute(delete(meta).where(meta.c.name == name))
        self._connection.execute(insert(meta).values(name=name, value=value))

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
