"""The few places where an object of ours must be of LibreOffice's own making.

Its module is imported when it is needed: it exists only inside LibreOffice's Python.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any


def struct(name: str, **fields: Any) -> Any:
    """A structure by its name behind ``com.sun.star.``, with its fields."""
    import uno

    made = uno.createUnoStruct(f"com.sun.star.{name}")
    for field, value in fields.items():
        setattr(made, field, value)
    return made


def properties(**fields: Any) -> tuple[Any, ...]:
    """Named values, as most of its calls take their options."""
    return tuple(struct("beans.PropertyValue", Name=name, Value=value) for name, value in fields.items())


def enum(kind: str, name: str) -> Any:
    """A member of an enumeration behind ``com.sun.star.``."""
    import uno

    return uno.Enum(f"com.sun.star.{kind}", name)


def rows(values: Any) -> Any:
    """Rows of cells as one typed value, for calls whose parameter takes any type."""
    import uno

    return uno.Any("[][]any", values)


@contextmanager
def without_undo(document: Any) -> Iterator[None]:
    """What is done inside leaves no trace in the document's steps of undo."""
    manager = document.UndoManager
    manager.lock()
    try:
        yield
    finally:
        manager.unlock()


@contextmanager
def one_step(document: Any, title: str) -> Iterator[None]:
    """What is done inside is one step of undo."""
    manager = document.UndoManager
    manager.enterUndoContext(title)
    try:
        yield
    finally:
        manager.leaveUndoContext()


def changes_listener(changed: Callable[[Any, list[Any]], None], closed: Callable[[Any], None]) -> Any:
    """Hears which cells of a document were written, and when it is closed."""
    import unohelper
    from com.sun.star.util import XChangesListener

    class Listener(unohelper.Base, XChangesListener):  # type: ignore[misc]
        def changesOccurred(self, event: Any) -> None:  # noqa: N802 - the interface's name
            ranges = [change.ReplacedElement for change in event.Changes if change.Accessor == "cell-change"]
            if ranges:
                changed(event.Source, ranges)

        def disposing(self, source: Any) -> None:
            closed(source.Source)

    return Listener()
