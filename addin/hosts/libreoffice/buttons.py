"""A button in LibreOffice: what is open and selected, questions, a preview, a confirmation, one step of undo."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from addin.commands.catalogue import COMMANDS
from addin.commands.command import Command, Desk, Preview, Selection, apply
from addin.hosts.libreoffice import dialogs, texts, uno_types
from addin.hosts.libreoffice.functions import functions
from addin.hosts.libreoffice.store import STEP, OpenDocument
from rules.errors import Code, Error

H_SURPRISE = Code(
    "H-044",
    "这个按钮出了意外:{found}",
    "something unforeseen: {found}",
    "点“有问题点这里”,把说明发给维护的人;表里没有改动",
    "press “Something wrong?” and send what it collects; the sheet is unchanged",
)
MOST_ROUNDS = 10
"""Times that a command may ask before it plans."""


def press(context: Any, frame: Any, button: str) -> None:
    """A button's whole work; whatever goes wrong is told, nothing is raised."""
    window = frame.getContainerWindow()
    try:
        _pressed(context, frame, window, COMMANDS[button])
    except Error as error:
        dialogs.tell(context, window, error.text(texts.language()))
    except Exception as error:  # whatever it is, the program goes on
        surprise = Error(H_SURPRISE, found=f"{type(error).__name__}: {error}")
        dialogs.tell(context, window, surprise.text(texts.language()))


def _pressed(context: Any, frame: Any, window: Any, command: Command) -> None:
    desk = _desk(frame)
    preview = _answered(context, frame, window, command, desk)
    if preview is None:
        return
    lines = texts.lines(preview.report)
    go_on = dialogs.confirm(context, window, texts.counts(preview.report), lines, asks=preview.needs_confirmation)
    if preview.picture is not None:
        uno_types.to_clipboard(context, "image/png", preview.picture)
    if preview.open:
        _open(context, preview.open)
    if go_on and preview.needs_confirmation:
        document = frame.getController().getModel()
        with _busy(frame, texts.say("正在写", "writing")), uno_types.one_step(document, STEP):
            said = _done(desk, preview)
        if said:
            dialogs.tell(context, window, said)


def _answered(context: Any, frame: Any, window: Any, command: Command, desk: Desk) -> Preview | None:
    """The preview once every question is answered; None when the person leaves."""
    answers: dict[str, Any] = {}
    for _ in range(MOST_ROUNDS):
        with _busy(frame, texts.say("正在算", "working")):
            preview = command.run(replace(desk, answers=dict(answers)))
        if not preview.questions:
            return preview
        given = dialogs.ask(context, window, preview.questions, preview.report.title.say(texts.language()))
        if given is None:
            return None
        answers.update(given)
    return None


def _done(desk: Desk, preview: Preview) -> str:
    """Writes the plan and finishes what no sheet holds; what there is to tell of it."""
    said = []
    if preview.plan is not None and not preview.plan.writes_nothing:
        applied = apply(desk.store, preview.plan)
        if applied.report.refused or preview.finish is None:
            said.append(texts.outcome(applied.report))
    if preview.finish is not None:
        report = preview.finish()
        said.append("\n".join([texts.counts(report), *texts.lines(report)]))
    return "\n".join(said)


def _desk(frame: Any) -> Desk:
    controller = frame.getController()
    document = controller.getModel()
    policy = functions().policy
    file = uno_types.path_of(document.URL) if document.URL.startswith("file:") else document.Title
    return Desk(OpenDocument(document), selected(controller), policy.config(), policy.today(), file)


def selected(controller: Any) -> Selection:
    """The selected cells of the sheet that is looked at; of several areas what encloses them, of shapes A1."""
    tab = controller.ActiveSheet.Name
    chosen = controller.getSelection()
    if hasattr(chosen, "RangeAddress"):
        areas = [chosen.RangeAddress]
    elif hasattr(chosen, "RangeAddresses"):
        areas = list(chosen.RangeAddresses)
    else:
        areas = []
    if not areas:
        return Selection(tab, 1, 0, 1, 0)
    return Selection(
        tab,
        min(at.StartRow for at in areas) + 1,
        min(at.StartColumn for at in areas),
        max(at.EndRow for at in areas) + 1,
        max(at.EndColumn for at in areas),
    )


@contextmanager
def _busy(frame: Any, text: str) -> Iterator[None]:
    """Says in the status bar that something is being done."""
    indicator = frame.createStatusIndicator()
    indicator.start(f"全流程:{text}……", 100)
    indicator.setValue(50)
    try:
        yield
    finally:
        indicator.end()


def _open(context: Any, place: str) -> None:
    """Shows a file or a page in the program that the system has for it."""
    shell = context.ServiceManager.createInstanceWithContext("com.sun.star.system.SystemShellExecute", context)
    shell.execute(place if "://" in place else uno_types.url_of(place), "", 0)
