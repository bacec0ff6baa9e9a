"""R60–R67: the directory and the checklists."""

from __future__ import annotations

from rules.policy.dated import Frozen


class Directory(Frozen):
    """R60."""


class Checklists(Frozen):
    """R61–R67."""
