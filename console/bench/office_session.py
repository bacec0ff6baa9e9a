"""Drives a running LibreOffice, from the Python that has its bindings: reads JSON facts, prints a JSON answer.

Run as a module it only connects, which says that LibreOffice is ready.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any, NoReturn

XLSX = "Calc MS Excel 2007 XML"


def properties(**fields: Any) -> tuple[Any, ...]:
    """Named values, as most calls take their options."""
    import uno

    made = []
    for name, value in fields.items():
        item = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
        item.Name, item.Value = name, value
        made.append(item)
    return tuple(made)


def url(path: str) -> str:
    """A path, or an address that is one already, as LibreOffice opens it."""
    import uno

    return path if path.startswith("private:") else str(uno.systemPathToFileUrl(path))


class Session:
    """The running program: its context, its desktop, and what is asked."""

    def __init__(self) -> None:
        import uno

        self.facts: dict[str, Any] = json.load(sys.stdin)
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        self.context = resolver.resolve(f"uno:pipe,name={self.facts['pipe']};urp;StarOffice.ComponentContext")
        self.desktop = self.service("com.sun.star.frame.Desktop")

    def service(self, name: str) -> Any:
        """One of LibreOffice's services."""
        return self.context.ServiceManager.createInstanceWithContext(name, self.context)

    def open(self, path: str = "private:factory/scalc", *, hidden: bool = True) -> Any:
        """A document; a new one without a path."""
        return self.desktop.loadComponentFromURL(url(path), "_blank", 0, properties(Hidden=hidden))

    def save(self, document: Any, path: str) -> None:
        """Stores a copy as xlsx."""
        document.storeToURL(url(path), properties(FilterName=XLSX))


def answer(document: Any) -> NoReturn:
    """Prints the one document that the caller reads, and ends.

    At once: LibreOffice's bindings may crash when an interpreter takes them down while their threads still listen.
    """
    json.dump(document, sys.stdout, ensure_ascii=False)
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    Session()
    answer(True)
