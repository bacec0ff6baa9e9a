"""The calls that the ribbon's macros make, published by xlwings' COM server beside the functions."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

import xlwings as xw

from addin.commands.catalogue import COMMANDS
from addin.commands.command import Desk, Selection
from addin.hosts.excel.book import ExcelStore, selected
from addin.hosts.excel.dialogue import Dialogue, Reply
from addin.hosts.excel.functions import live_policy
from rules.errors import Error


@cache
def dialogue() -> Dialogue:
    """The one conversation of this process."""
    return Dialogue(COMMANDS)


def desk(book: Any) -> Desk:
    """What is open and selected. Raises what a missing configuration raises."""
    policy = live_policy()
    tab, area = selected(book)
    return Desk(
        ExcelStore(book),
        Selection(tab, area.top, area.left, area.bottom, area.right),
        policy.config(),
        policy.today(),
        book.fullname,
    )


@xw.func
@xw.arg("workbook", "raw")
@xw.arg("button", "raw")
def press(workbook: Any, button: Any) -> list[list[str]]:
    """A button, on the workbook that VBA hands over."""
    book = xw.Book(impl=import_module("xlwings._xlwindows").Book(xl=workbook))
    try:
        return dialogue().press(str(button), desk(book)).row()
    except Error as error:
        return Reply("tell", error.text()).row()


@xw.func
@xw.arg("step", "raw")
@xw.arg("written", "raw")
def go_on(step: Any, written: Any) -> list[list[str]]:
    """The next step: an answer that the person wrote, a yes (confirm), or Excel's undo (take_back)."""
    steps = {"confirm": dialogue().confirm, "take_back": dialogue().take_back}
    reply = dialogue().answer(str(written)) if step == "answer" else steps[str(step)]()
    return reply.row()


@xw.func
@xw.arg("reason", "raw")
def whole_list(reason: Any) -> list[list[str]]:  # noqa: ARG001 - a COM call has an argument
    """Every change and problem of the preview, a row each."""
    return dialogue().list_rows()
