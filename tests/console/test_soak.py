"""The service for an hour: killed every half minute, people typing, exports coming; nobody has to do anything."""

import os
import sys

import pytest

from tests.console.soak import soak

MINUTES = "QLC_SOAK_MINUTES"
KILL_EVERY = 30.0
SOON = 15.0
"""Seconds after a start in which a round has ended."""


@pytest.mark.proof
@pytest.mark.skipif(sys.platform == "win32", reason="no kill -9, and no /proc")
def test_an_hour_of_it(tmp_path):
    minutes = float(os.environ.get(MINUTES, "60"))
    seen = soak(tmp_path, minutes, KILL_EVERY, print)
    lives = [one for one in seen["lives"] if one is not None]
    told = [event["event"] for event in seen["events"]]
    held = sorted(
        {code for event in seen["events"] for book in event.get("books", {}).values() for code in book["held"]}
    )
    young = [use for use in seen["uses"] if use[0] >= 60 * minutes * 0.2]
    first, last = young[: len(young) // 4], young[-(len(young) // 4) :]
    memory, handles = [[max(use[at] for use in some) for some in (first, last)] for at in (1, 2)]
    print(f"{minutes:g} minutes, {len(seen['lives']) - 1} kills, {told.count('ended')} rounds ended")
    print(
        f"start to first round's end: middle {sorted(lives)[len(lives) // 2]:.1f} s, longest {max(lives):.1f} s, {SOON:g} wanted"
    )
    print(f"the lasting service: {memory[0]:.1f} → {memory[1]:.1f} MB, {handles[0]} → {handles[1]} handles")
    print(
        f"alerts {told.count('alert')}, recovered {told.count('recovered')}, codes {held}, state (bytes, exports) {seen['state']}"
    )
    assert seen["wrong"] == {"killed": [], "lasting": []}, "nobody had to do anything"
    assert not {"G-040", "G-009", "T-003"} & set(held)
    assert len(lives) == len(seen["lives"]), "a life without a round"
    assert memory[1] <= memory[0] * 1.1 + 2
    assert handles[1] <= handles[0] + 2
