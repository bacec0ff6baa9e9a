"""Which state this is: a name that no other state has."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import Connection, insert, select

from sync.state.tables import meta

_NAME = "id"


class Identity:
    """The state's own name; it moves with its folder."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self) -> str:
        """The name; empty before the first round."""
        return self._connection.scalar(select(meta.c.value).where(meta.c.name == _NAME)) or ""

    def make(self) -> str:
        """The name, given now to a state that has none."""
        found = self.get()
        if not found:
            found = uuid4().hex
            self._connection.execute(insert(meta).values(name=_NAME, value=found))
        return found
