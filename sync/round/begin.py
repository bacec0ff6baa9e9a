"""How a round begins: what the inbox holds is worked out, and remembered with the round's number."""

from __future__ import annotations

from datetime import datetime

from rules.policy.loader import Config
from sync.files.inbox import Arrivals, arrivals, remember
from sync.plan.force import Force
from sync.round.used_numbers import record
from sync.state.database import State, now
from sync.tab.adopt import Adoption


def begin(
    config: Config,
    state: State,
    force: Force,
    moment: datetime,
    *,
    adopt: Adoption | None = None,
    who: str | None = None,
    dry_run: bool = False,
) -> tuple[Arrivals, int | None]:
    """What the inbox holds, and the number of the new round; of one that is only planned nothing is kept.

    Where another round remembered files meanwhile it is worked out anew, on what that one found.

    Raises:
        Error: G-021, G-022 `force` does not say which file, or names none that is held.
    """
    while True:
        inbox = arrivals(config, state, force, moment)
        if dry_run:
            return inbox, None
        with state.begin():
            if state.is_shared and state.files.all() != inbox.known:
                continue
            remember(state, inbox)
            state.identity.make()
            kind = "adopt" if adopt else "sync"
            number = state.journal.start(kind, now(), who=who, runner=state.leases.runner)
            state.journal.close_killed(number, now(), state.leases.alive())
            record(state, number, config)
            if adopt is not None:
                state.audit.add("adopt", adopt.as_json(), round=number)
            return inbox, number
