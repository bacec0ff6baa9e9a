"""The dialogs behind the buttons: a message, a preview to confirm, questions to answer."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from addin.commands.command import Ask, Question
from addin.hosts.libreoffice import uno_types
from addin.hosts.libreoffice.texts import language, say

_OK, _CANCEL = 1, 2
"""What a push button does, as LibreOffice counts it."""
_PLACE = 3
"""Only the place of a window is set, not its size."""
_MARGIN, _LINE, _ROW, _WIDTH = 6, 14, 9, 320
_ACROSS, _MOST_ROWS = 44, 12
"""Han characters in a line of text, and lines that are shown without scrolling."""
TITLE = "全流程"


class Dialog:
    """One dialog under construction, from top to bottom; sizes are in the program's own dialog units."""

    def __init__(self, context: Any, title: str = TITLE) -> None:
        self._context = context
        self._manager = context.ServiceManager
        self._model = self._service("com.sun.star.awt.UnoControlDialogModel")
        self._model.Title = title
        self._model.Width = _WIDTH
        self._top = _MARGIN
        self.control: Any = None

    def label(self, text: str, rows: int = 1) -> None:
        """Text to read, without the letter to press that a label gets."""
        self._add("FixedText", f"label{self._top}", rows * _ROW + 4, Label=text, MultiLine=True, NoLabel=True)

    def pages(self, name: str, text: str, rows: int) -> None:
        """Text of any length to scroll and to copy."""
        self._add("Edit", name, rows * _LINE, Text=text, MultiLine=True, VScroll=True, ReadOnly=True)

    def field(self, name: str, text: str, room: int = 0) -> None:
        """A line to write; `room` is left free at its right."""
        self._add("Edit", name, _LINE, room, Text=text)

    def choice(self, name: str, labels: Sequence[str], chosen: Sequence[int], *, many: bool) -> None:
        """One of several as a drop-down, or some of them as a list."""
        rows = min(8, max(3, len(labels))) if many else 1
        self._add(
            "ListBox",
            name,
            rows * _LINE,
            StringItemList=tuple(labels),
            SelectedItems=_shorts(chosen),
            Dropdown=not many,
            MultiSelection=many,
        )

    def beside(self, name: str, label: str) -> None:
        """A small button at the right of the last line."""
        self._place("Button", name, _WIDTH - _MARGIN - 40, self._top - _LINE - 3, 40, _LINE, Label=label)

    def buttons(self, yes: str, no: str = "") -> None:
        """The row at the bottom; Return presses the first, Escape the second."""
        left = _WIDTH - _MARGIN - 60
        if no:
            self._place("Button", "no", left, self._top, 60, _LINE + 2, Label=no, PushButtonType=_CANCEL)
            left -= 66
        self._place("Button", "yes", left, self._top, 60, _LINE + 2, Label=yes, PushButtonType=_OK, DefaultButton=True)
        self._model.Height = self._top + _LINE + 2 + _MARGIN

    def show(self, window: Any) -> Any:
        """Makes the control, so that it can be read and listened to."""
        self.control = self._service("com.sun.star.awt.UnoControlDialog")
        self.control.setModel(self._model)
        self.control.createPeer(self._service("com.sun.star.awt.Toolkit"), window)
        own, around = self.control.getPosSize(), window.getPosSize()
        left, top = (around.Width - own.Width) // 2, (around.Height - own.Height) // 3
        self.control.setPosSize(max(0, left), max(0, top), 0, 0, _PLACE)
        return self.control

    def run(self, window: Any) -> bool:
        """Shows the dialog until somebody answers; whether it was confirmed."""
        if self.control is None:
            self.show(window)
        return bool(self.control.execute() == 1)

    def close(self) -> None:
        """Gives the dialog back."""
        if self.control is not None:
            self.control.dispose()

    def _add(self, kind: str, name: str, height: int, room: int = 0, **fields: Any) -> None:
        self._place(kind, name, _MARGIN, self._top, _WIDTH - 2 * _MARGIN - room, height, **fields)
        self._top += height + 3

    def _place(self, kind: str, name: str, left: int, top: int, width: int, height: int, **fields: Any) -> None:
        model = self._model.createInstance(f"com.sun.star.awt.UnoControl{kind}Model")
        model.PositionX, model.PositionY, model.Width, model.Height = left, top, width, height
        for field, value in fields.items():
            setattr(model, field, value)
        self._model.insertByName(name, model)

    def _service(self, name: str) -> Any:
        return self._manager.createInstanceWithContext(name, self._context)


def _shorts(places: Sequence[int]) -> Any:
    return uno_types.typed("[]short", tuple(places))


def tell(context: Any, window: Any, text: str) -> None:
    """A message of any length."""
    confirm(context, window, text, (), asks=False)


def confirm(context: Any, window: Any, head: str, lines: Sequence[str], *, asks: bool = True) -> bool:
    """A sentence and a list; with `asks` it is a question: whether to go on."""
    dialog = Dialog(context)
    rows = sum(1 + len(line) // _ACROSS for line in head.split("\n"))
    if rows <= _MOST_ROWS:
        dialog.label(head, rows)
    else:
        dialog.pages("head", head, 12)
    if lines:
        dialog.pages("list", "\n".join(lines), min(10, 2 + len(lines)))
    if asks:
        dialog.buttons(say("确认", "OK"), say("取消", "Cancel"))
    else:
        dialog.buttons(say("知道了", "Close"))
    try:
        return dialog.run(window)
    finally:
        dialog.close()


def ask(context: Any, window: Any, questions: Sequence[Question], head: str) -> dict[str, Any] | None:
    """The answers by the questions' names; None when the person leaves."""
    dialog = Dialog(context)
    if head:
        dialog.label(head, head.count("\n") + 1)
    for question in questions:
        _asked(dialog, question)
    dialog.buttons(say("确认", "OK"), say("取消", "Cancel"))
    control = dialog.show(window)
    for question in questions:
        if question.kind is Ask.FOLDER:
            button = control.getControl(f"{question.name}_pick")
            button.addActionListener(uno_types.on_press(partial(_picked, context, control, question.name)))
    try:
        if not dialog.run(window):
            return None
        return {question.name: _answer(control, question) for question in questions}
    finally:
        dialog.close()


def _asked(dialog: Dialog, question: Question) -> None:
    dialog.label(question.label.say(language()))
    if question.kind is Ask.TEXT:
        dialog.field(question.name, str(question.default or ""))
    elif question.kind is Ask.FOLDER:
        dialog.field(question.name, str(question.default or ""), 46)
        dialog.beside(f"{question.name}_pick", say("选…", "…"))
    else:
        many = question.kind is Ask.MANY
        values = [value for value, _ in question.choices]
        wanted = question.default if many else (question.default,)
        chosen = [values.index(value) for value in wanted or () if value in values]
        labels = [label.say(language()) for _, label in question.choices]
        dialog.choice(question.name, labels, chosen if many or chosen else [0], many=many)


def _answer(control: Any, question: Question) -> Any:
    part = control.getControl(question.name)
    if question.kind in (Ask.TEXT, Ask.FOLDER):
        return part.getText()
    chosen = [question.choices[place][0] for place in part.getSelectedItemsPos()]
    if question.kind is Ask.MANY:
        return chosen
    return chosen[0] if chosen else None


def _picked(context: Any, control: Any, name: str) -> None:
    """Lets the person pick a folder for a field."""
    picker = context.ServiceManager.createInstanceWithContext("com.sun.star.ui.dialogs.FolderPicker", context)
    if picker.execute() == 1:
        control.getControl(name).setText(uno_types.path_of(picker.getDirectory()))
