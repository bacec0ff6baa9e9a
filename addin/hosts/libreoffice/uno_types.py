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


def typed(kind: str, values: Any) -> Any:
    """A value whose type has to be said, for places that take any."""
    import uno

    return uno.Any(kind, values)


def path_of(url: str) -> str:
    """The path of a ``file:`` address."""
    import uno

    return str(uno.fileUrlToSystemPath(url))


def url_of(path: str) -> str:
    """The address of a path."""
    import uno

    return str(uno.systemPathToFileUrl(path))


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


def on_press(pressed: Callable[[], None]) -> Any:
    """Hears a button of a dialog."""
    import unohelper
    from com.sun.star.awt import XActionListener

    class Listener(unohelper.Base, XActionListener):  # type: ignore[misc]
        def actionPerformed(self, _: Any) -> None:  # noqa: N802 - the interface's name
            pressed()

        def disposing(self, _: Any) -> None:
            pass

    return Listener()


def to_clipboard(context: Any, mime: str, content: bytes) -> None:
    """Puts bytes of one kind on the system's clipboard."""
    import uno
    import unohelper
    from com.sun.star.datatransfer import XTransferable

    flavor = struct("datatransfer.DataFlavor", MimeType=mime, HumanPresentableName=mime)
    flavor.DataType = uno.getTypeByName("[]byte")

    class Content(unohelper.Base, XTransferable):  # type: ignore[misc]
        def getTransferData(self, _: Any) -> Any:  # noqa: N802 - the interface's name
            return uno.ByteSequence(content)

        def getTransferDataFlavors(self) -> tuple[Any, ...]:  # noqa: N802
            return (flavor,)

        def isDataFlavorSupported(self, asked: Any) -> bool:  # noqa: N802
            return bool(asked.MimeType == mime)

    clipboard = context.ServiceManager.createInstanceWithContext(
        "com.sun.star.datatransfer.clipboard.SystemClipboard", context
    )
    clipboard.setContents(Content(), None)
