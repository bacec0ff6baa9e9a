"""A button in Excel as a conversation: questions, a preview, a confirmation, one step of undo.

VBA shows what a :class:`Reply` says and hands back what the person chose; everything else is decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from addin.commands.command import Applied, Ask, ButtonReport, Command, Desk, Preview, Question, apply, undo
from rules.errors import Code, Error
from sheets_schema.cells import plain
from sheets_schema.grid.edits import Formula, Receipt

H_STALE = Code("H-005", "这一步已经过去了", "that step is over", "再点一次按钮", "press the button again")

H_FILES = Code(
    "H-007",
    "读写文件失败:{found}",
    "cannot read or write: {found}",
    "检查路径和权限,关掉正在用它的程序",
    "check path and permission, close the program that uses it",
)

MOST = 12
"""Changes and problems that a message shows; the list has all of them."""

LONGEST_IN_LIST = 250
"""Characters that Excel shows of a cell formatted as text."""

_ALL = ("全部", "all", "*")


@dataclass(frozen=True)
class Reply:
    """What VBA does next: `kind` is tell, text, choice, folder or confirm; `text` is shown, `default` stands in the field."""

    kind: str
    text: str
    default: str = ""

    def row(self) -> list[list[str]]:
        """As a COM call answers it."""
        return [[self.kind, self.text, self.default]]


@dataclass
class Dialogue:
    """The conversation of one Excel; a button that is pressed anew ends the one before."""

    commands: Mapping[str, Command]
    _command: Command | None = None
    _desk: Desk | None = None
    _preview: Preview | None = None
    _open: list[Question] = field(default_factory=list)
    _answers: dict[str, Any] = field(default_factory=dict)
    _undone_by: Callable[[], Receipt] | None = None

    def press(self, button: str, desk: Desk) -> Reply:
        """Starts a button's work on what is open and selected."""
        self._command, self._desk = self.commands[button], desk
        self._answers = {}
        return self._run()

    def answer(self, written: str) -> Reply:
        """What the person wrote or chose for the question that was asked; asks again where it fits none."""
        if not self._open:
            return Reply("tell", Error(H_STALE).text())
        question = self._open[0]
        found = _understood(question, written)
        if found is None:
            return _asked(question, "没有这个选项,请写列出的编号。\n\n")
        self._answers[question.name] = found
        self._open.pop(0)
        return _asked(self._open[0]) if self._open else self._run()

    def confirm(self) -> Reply:
        """Writes what the preview showed, or finishes what no sheet holds."""
        preview, desk, self._preview = self._preview, self._desk, None
        if preview is None or desk is None:
            return Reply("tell", Error(H_STALE).text())
        self._undone_by = None  # undo is about this step, not about one before it
        lines = []
        try:
            if preview.plan is not None and not preview.plan.writes_nothing:
                applied = apply(desk.store, preview.plan)
                self._remember(desk, applied)
                lines.append(_written(applied.report))
            if preview.finish is not None:
                lines.append(report_text(preview.finish()))
        except (Error, OSError) as error:
            lines.append(_mistake(error))
        return Reply("tell", "\n".join(lines))

    def take_back(self) -> Reply:
        """Puts back what the last confirmed button wrote; once."""
        back, self._undone_by = self._undone_by, None
        if back is None:
            return Reply("tell", Error(H_STALE).text())
        try:
            return Reply("tell", _written(back(), "撤销了 {count} 处"))
        except Error as error:
            return Reply("tell", error.text())

    def list_rows(self) -> list[list[str]]:
        """The preview's sentence, a header, and every change and problem, for a sheet of its own; then it is over."""
        preview, self._preview = self._preview, None
        said = preview.report.title.zh if preview else Error(H_STALE).text()
        rows = [[said, "", "", ""], ["位置", "现在", "改成", "说明"]]
        if preview is None:
            return rows
        for change in preview.report.changes:
            rows.append(
                [change.place, _shown(change.before), _shown(change.after), change.why.zh if change.why else ""]
            )
        rows += [["", "", "", problem.text()] for problem in preview.report.problems]
        return [[text[:LONGEST_IN_LIST] for text in row] for row in rows]

    def _run(self) -> Reply:
        if self._command is None or self._desk is None:
            return Reply("tell", Error(H_STALE).text())
        self._preview, self._open = None, []
        try:
            preview = self._command.run(replace(self._desk, answers=dict(self._answers)))
        except (Error, OSError) as error:
            return Reply("tell", _mistake(error))
        if preview.questions:
            self._open = list(preview.questions)
            return _asked(self._open[0])
        text = report_text(preview.report)
        if preview.needs_confirmation:
            self._preview = preview
            return Reply("confirm", text)
        return Reply("open" if preview.open else "tell", text, preview.open or "")

    def _remember(self, desk: Desk, applied: Applied) -> None:
        if applied.inverse:
            self._undone_by = lambda: undo(desk.store, applied)


def _mistake(error: Error | OSError) -> str:
    if isinstance(error, Error):
        return error.text()
    return Error(H_FILES, file=error.filename, found=error.strerror or error).text()


def report_text(report: ButtonReport) -> str:
    """A report as a message: its sentence, the first changes and problems, how many more there are."""
    lines = [report.title.zh]
    for change in report.changes[:MOST]:
        why = f"({change.why.zh})" if change.why else ""
        lines.append(f"{change.place}: {_shown(change.before)} → {_shown(change.after)}{why}")
    if len(report.changes) > MOST:
        lines.append(f"…… 一共 {len(report.changes)} 处")
    lines += [problem.text() for problem in report.problems[:MOST]]
    if len(report.problems) > MOST:
        lines.append(f"…… 一共 {len(report.problems)} 个问题")
    lines += [detail.zh for detail in report.details]
    return "\n".join(lines)


def _asked(question: Question, before: str = "") -> Reply:
    """A question as VBA can ask it: choices are numbered."""
    text = f"{before}{question.label.zh}"
    if question.kind is Ask.FOLDER:
        return Reply("folder", text, str(question.default or ""))
    if question.kind is Ask.TEXT:
        return Reply("text", text, str(question.default or ""))
    lines = [f"{number}  {label.zh}" for number, (_, label) in enumerate(question.choices, 1)]
    many = "(可以选几个,如 1,3;全部写 全部)" if question.kind is Ask.MANY else ""
    return Reply("choice", "\n".join([f"{text}{many}", *lines]), _default(question))


def _default(question: Question) -> str:
    values = [value for value, _ in question.choices]
    wanted = question.default if question.kind is Ask.MANY else [question.default]
    return ",".join(str(values.index(value) + 1) for value in wanted or () if value in values)


def _understood(question: Question, written: str) -> Any:
    """An answer's value; None for a number or a word that no choice has."""
    written = written.strip()
    if question.kind in (Ask.TEXT, Ask.FOLDER):
        return written
    values = [value for value, _ in question.choices]
    if question.kind is Ask.MANY:
        if written.lower() in _ALL:
            return values
        found = [
            _chosen(word, question) for word in written.replace("，", ",").replace("、", ",").split(",") if word.strip()
        ]
        return None if None in found else found
    return _chosen(written, question)


def _chosen(word: str, question: Question) -> str | None:
    word = word.strip()
    if word.isdecimal() and 1 <= int(word) <= len(question.choices):
        return question.choices[int(word) - 1][0]
    return next((value for value, label in question.choices if word in (value, label.zh, label.en)), None)


def _written(report: Receipt, done: str = "写了 {count} 处") -> str:
    lines = [done.format(count=len(report.changed))]
    lines += [f"{refusal.code.id} {refusal.cell}: {refusal.message()}" for refusal in report.refused[:MOST]]
    if len(report.refused) > MOST:
        lines.append(f"…… 一共 {len(report.refused)} 处没有写")
    return "\n".join(lines)


def _shown(value: Any) -> str:
    if isinstance(value, Formula):
        return f"={value}"
    return "∅" if value is None or value == "" else str(plain(value))
