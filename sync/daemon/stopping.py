"""Asking the service of a state to end, on any system: by a file beside its lock.

A signal would do on Unix; on Windows there is none that ends a program well.
"""

from __future__ import annotations

from pathlib import Path

from sync.state.private import make_private

STOP = "daemon.stop"


def ask_to_stop(folder: Path) -> None:
    """The service of this state folder is to end; it looks every few seconds."""
    make_private(folder / STOP)


def withdraw(folder: Path) -> None:
    """Nobody is asked any more: the service that was has ended."""
    (folder / STOP).unlink(missing_ok=True)


def is_asked(folder: Path) -> bool:
    """Whether the service is to end. A folder that can't be looked into asks nothing."""
    try:
        return (folder / STOP).exists()
    except OSError:
        return False
