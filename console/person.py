"""Who runs a command: what records name."""

from __future__ import annotations

import getpass
import platform


def who() -> str:
    """The user and the computer, as ``name@computer``; what the system does not know is left out."""
    try:
        user = getpass.getuser()
    except (KeyError, ImportError, OSError):  # a user without a name
        user = ""
    return f"{user}@{platform.node()}"
