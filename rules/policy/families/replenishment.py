"""R50–R53: restocking, stocking rows and stacked discounts."""

from __future__ import annotations

from rules.policy.dated import Frozen


class Replenishment(Frozen):
    """R50 and R52."""


class StockingRows(Frozen):
    """R51."""


class Discounts(Frozen):
    """R53."""
