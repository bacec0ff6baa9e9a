"""R34: reports and moments."""

from __future__ import annotations

from rules.policy.dated import Frozen


class Moments(Frozen):
    """R34."""
