"""The rounds of the demo: the very ones that `qlc sync` runs."""

from __future__ import annotations

from pathlib import Path

from rules.policy.kept import in_force
from sync.tab.adopt import Adoption
from sync.round.report import RoundReport
from sync.round.round import run_round as sync_round
from sync.state.database import State


def run_round(config_path: Path, adopt: Adoption | None = None) -> RoundReport:
    """One round of a configuration; with `adopt`, the first contact with its workbooks."""
    config = in_force(config_path)
    with State.of(config) as state:
        return sync_round(config, state, adopt=adopt)
