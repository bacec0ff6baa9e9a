"""预约信命名: a folder's appointment letters get the names that the SOP gives them (R03)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from addin.commands.command import Ask, ButtonReport, Command, Desk, Preview, Question, ShownChange
from addin.commands.letter_folder import SAID, LetterStep, State, look, rename
from rules.errors import Code, Error, Text
from sheets_schema.problems import Problem

K_FOLDER = Code(
    "K-024",
    "打不开文件夹:{found}",
    "cannot open the folder: {found}",
    "重新选一个放预约信 PDF 的文件夹",
    "choose the folder with the letters' PDFs again",
)

QUESTION = Question("folder", Text("放预约信 PDF 的文件夹", "the folder with the letters' PDFs"), Ask.FOLDER)


def run(desk: Desk) -> Preview:
    """Asks for the folder; shows old and new names; renames on confirmation. Needs no sheet."""
    written = str(desk.answers.get("folder") or "").strip()
    if not written:
        title = Text("选放预约信 PDF 的文件夹", "choose the folder with the letters' PDFs")
        return Preview(ButtonReport(title), questions=(QUESTION,))
    folder = Path(written).expanduser()
    try:
        seen = look(folder, desk.config.rules, desk.today)
    except OSError as error:
        raise Error(K_FOLDER, file=written, found=error.strerror or str(error)) from error
    if seen.nothing:
        return Preview(ButtonReport(seen.nothing))
    steps = seen.steps
    wanted = [step for step in steps if step.state is State.RENAME]
    title = Text(
        f"{len(steps)} 个 PDF(只查文件名),{len(wanted)} 个要改名",
        f"{len(steps)} PDFs (names only), {len(wanted)} to rename",
    )

    def finish() -> ButtonReport:
        done = [rename(folder, step) for step in wanted]
        count = sum(step.state is State.RENAMED for step in done)
        return _report(Text(f"改了 {count} 个文件名", f"{count} files renamed"), done)

    return Preview(_report(title, steps), finish=finish if wanted else None)


def _report(title: Text, steps: Sequence[LetterStep]) -> ButtonReport:
    changes = tuple(
        ShownChange(step.name, step.name, step.target, SAID[step.state])
        for step in steps
        if step.state in (State.RENAME, State.RENAMED)
    )
    problems = tuple(
        Problem(step.said.code, file=step.name, value=step.name, facts=step.said.facts)
        for step in steps
        if step.said is not None
    )
    return ButtonReport(title, changes, problems)


COMMAND = Command("letter_names", run)
