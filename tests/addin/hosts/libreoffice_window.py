"""What the tests ask of a LibreOffice that a person looks at; run by its own Python, one action of `facts` at a time."""

import time
from contextlib import suppress

import uno
from com.sun.star.uno import RuntimeException

from console.bench.office_session import Session, answer, properties, url

TITLE = "全流程"
"""Of every dialog of ours."""
PATIENCE = 60
"""Seconds until a thing must be there, on a busy machine too."""
SHOWING = uno.getConstantByName("com.sun.star.accessibility.AccessibleStateType.SHOWING")


def main():
    session = Session()
    answer(ACTIONS[session.facts["action"]](session))


def document_of(session):
    """The spreadsheet that is looked at, once one is."""

    def look():
        component = session.desktop.getCurrentComponent()
        return component if hasattr(component, "Sheets") else None

    found = once_there(look)
    if found is None:
        raise LookupError("no spreadsheet is looked at")
    return found


def windows(session):
    """Every window of the program, the newest last."""
    toolkit = session.service("com.sun.star.awt.Toolkit")
    found = [toolkit.getTopWindow(place) for place in range(toolkit.TopWindowCount)]
    return [window for window in found if window is not None]


def on_top(session):
    """The window that takes the clicks: a dialog of ours while there is one, else the spreadsheet's."""
    dialogs = [window for window in windows(session) if window.getAccessibleContext().getAccessibleName() == TITLE]
    return dialogs[-1] if dialogs else document_of(session).CurrentController.Frame.ContainerWindow


def showing(accessible, depth=0):
    """An accessible thing and everything in it, as far as it shows; long lists are left out."""
    context = accessible.getAccessibleContext()
    if not context.getAccessibleStateSet().contains(SHOWING):
        return
    yield context
    count = context.getAccessibleChildCount()
    if depth < 12 and count < 200:
        for place in range(count):
            child = context.getAccessibleChild(place)
            if child is not None:
                yield from showing(child, depth + 1)


def once_there(look):
    """What `look` answers once it finds something; what goes away while it looks is looked for again."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with suppress(RuntimeException):
            if found := look():
                return found
        time.sleep(0.3)
    return None


def centre(context):
    at, size = context.getLocationOnScreen(), context.getSize()
    return [at.X + size.Width // 2, at.Y + size.Height // 2]


def open_in_window(session):
    """Opens a document, shows a sheet, selects an area; answers when it is drawn."""
    document = session.desktop.loadComponentFromURL(url(session.facts["path"]), "_blank", 0, ())
    frame = document.CurrentController.Frame
    frame.ContainerWindow.setPosSize(0, 0, 1270, 770, 15)
    frame.activate()
    return True


def select(session):
    """Goes to a sheet and selects an area."""
    document = document_of(session)
    sheet = document.Sheets.getByName(session.facts["tab"])
    document.CurrentController.setActiveSheet(sheet)
    document.CurrentController.select(sheet.getCellRangeByName(session.facts["area"]))
    return True


def locate(session):
    """Where a thing with that name is in the window on top, once it is there and shows."""
    name = session.facts["name"]

    def look():
        for context in showing(on_top(session)):
            if context.getAccessibleName() == name and context.getSize().Width > 0:
                return centre(context)
        return None

    return once_there(look)


def dialog_texts(session):
    """What the dialog on top says; waits for one whose text has the word."""
    word = session.facts["word"]
    said = []

    def look():
        said[:] = [text for context in showing(on_top(session)) if (text := text_of(context))]
        return any(word in text for text in said)

    return said if once_there(look) else [f"no dialog with {word!r}", *said]


def text_of(context):
    return context.getText() if hasattr(context, "getText") else context.getAccessibleName()


def cells(session):
    """What a sheet's cells show."""
    document = document_of(session)
    if not document.Sheets.hasByName(session.facts["tab"]):
        return None
    area = document.Sheets.getByName(session.facts["tab"]).getCellRangeByName(session.facts["area"])
    return [list(row) for row in area.getDataArray()]


def tabs(session):
    return list(document_of(session).Sheets.ElementNames)


def undo_titles(session):
    return list(document_of(session).UndoManager.getAllUndoActionTitles())


def names(session):
    """Every name that is on the screen, for finding one's way."""

    def look():
        return {context.getAccessibleName() for window in windows(session) for context in showing(window)}

    return sorted(once_there(look))


def dispatch(session):
    """A command of the program itself, as its menus give it."""
    frame = document_of(session).CurrentController.Frame
    session.service("com.sun.star.frame.DispatchHelper").executeDispatch(
        frame, session.facts["command"], "", 0, properties(**session.facts.get("given", {}))
    )
    return True


ACTIONS = {
    "open": open_in_window,
    "select": select,
    "locate": locate,
    "dialog": dialog_texts,
    "cells": cells,
    "tabs": tabs,
    "undo titles": undo_titles,
    "names": names,
    "dispatch": dispatch,
}

if __name__ == "__main__":
    main()
