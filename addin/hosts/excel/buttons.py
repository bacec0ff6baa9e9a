"""The calls that the ribbon's macros make, published by xlwings' COM server beside the functions."""

from __future__ import annotations

import os
from functools import cache
from importlib import import_module
from typing import Any

import xlwings as xw

from addin.commands.catalogue import COMMANDS
from addin.commands.command import Desk, Selection
from addin.hosts.excel.book import ExcelStore, full_name, selected
from addin.hosts.excel.dialogue import Dialogue, Reply
from addin.hosts.excel.functions import live_policy
from rules.errors import Code, Error

H_NOT_OPENED = Code("H-006", "打不开:{found}", "cannot open it: {found}", "从文件夹里打开它", "open it from its folder")


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
        full_name(book),
    )


def shown(reply: Reply) -> list[list[str]]:
    """A reply for VBA; a page or file to open is opened here, by the program that the person uses for it."""
    if reply.kind != "open":
        return reply.row()
    try:
        os.startfile(reply.default)  # type: ignore[attr-defined] # noqa: S606 - a page or folder of ours; on Windows
    except OSError as error:
        return Reply(
            "tell", f"{reply.text}\n{Error(H_NOT_OPENED, file=reply.default, found=error.strerror).text()}"
        ).row()
    return Reply("tell", reply.text).row()


@xw.func
@xw.arg("workbook", "raw")
@xw.arg("button", "raw")
def press(workbook: Any, button: Any) -> list[list[str]]:
    """A button, on the workbook that VBA hands over."""
    book = xw.Book(impl=import_module("xlwings._xlwindows").Book(xl=workbook))
    try:
        return shown(dialogue().press(str(button), desk(book)))
    except Error as error:
        return Reply("tell", error.text()).row()


@xw.func
@xw.arg("step", "raw")
@xw.arg("written", "raw")
def go_on(step: Any, written: Any) -> list[list[str]]:
    """The next step: an answer that the person wrote, a yes (confirm), or Excel's undo (take_back)."""
    steps = {"confirm": dialogue().confirm, "take_back": dialogue().take_back}
    reply = dialogue().answer(str(written)) if step == "answer" else steps[str(step)]()
    return shown(reply)


@xw.func
@xw.arg("reason", "raw")
def whole_list(reason: Any) -> list[list[str]]:  # noqa: ARG001 - a COM call has an argument
    """Every change and problem of the preview, a row each."""
    return dialogue().list_rows()
