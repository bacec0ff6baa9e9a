"""R22, R23, R40–R43: tests of products, targets and budgets."""

from __future__ import annotations

from rules.policy.dated import Frozen


class ProductTests(Frozen):
    """R22 and R23."""


class Targets(Frozen):
    """R40, R41 and R43."""


class AdBudget(Frozen):
    """R42."""
