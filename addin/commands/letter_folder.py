"""A folder of appointment letters: what is to be renamed by R03, and the renaming. Nothing is written over."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from rules.answer import Fault
from rules.errors import Code, Error, Text
from rules.letter_reading import letter_file_name
from rules.policy.models import Rules

C_CLASH = Code(
    "C-065",
    "已有或将有同名文件“{found}”,没有改名",
    "another file has or would get the name “{found}”; not renamed",
    "先处理重名的文件",
    "sort these files out first",
)
C_FAILED = Code(
    "C-066", "改名失败:{found}", "cannot rename: {found}", "检查权限,关掉打开的文件", "check permission, close the file"
)


C_NO_PDF = Code(
    "C-080",
    "打不开,或者不是 PDF:只看了文件名",
    "cannot be opened, or is no PDF: only its name was looked at",
    "重新下载这封预约信",
    "download the letter again",
)
PDF_HEAD = b"%PDF"


class State(StrEnum):
    """What is to be said of one file."""

    OK = "ok"
    RENAME = "rename"
    RENAMED = "renamed"
    CLASH = "clash"
    UNKNOWN = "unknown"
    FAILED = "failed"


SAID = {
    State.OK: Text("好", "good"),
    State.RENAME: Text("要改名", "to rename"),
    State.RENAMED: Text("已改名", "renamed"),
    State.CLASH: Text("重名", "clash"),
    State.UNKNOWN: Text("认不出", "not recognised"),
    State.FAILED: Text("失败", "failed"),
}


@dataclass(frozen=True)
class LetterStep:
    """One file: its name, the name it should have (None when it is not recognised), and why not.

    `doubt` is what its content has against it, whatever its name.
    """

    name: str
    state: State
    target: str | None = None
    error: Error | None = None
    doubt: Error | None = None

    @property
    def said(self) -> Error | None:
        """What there is to say of it: about its name, else about its content."""
        return self.error or self.doubt

    @property
    def is_good(self) -> bool:
        """Whether its name is right, and it is a PDF."""
        return self.state in (State.OK, State.RENAMED) and self.doubt is None

    def as_json(self, lang: str) -> dict[str, Any]:
        """One entry of `files` in `--json`."""
        return {
            "file": self.name,
            "state": str(self.state),
            "target": self.target,
            "code": self.said.code.id if self.said else None,
            "message": self.said.message(lang) if self.said else None,
        }


def _is_letter(name: str) -> bool:
    return name.lower().endswith(".pdf") and not name.startswith(".")


def _same(name: str) -> str:
    """What two names have in common on a file system that ignores letter case and composition."""
    return unicodedata.normalize("NFC", name).casefold()


@dataclass(frozen=True)
class Look:
    """A folder's PDFs, and how many other files and folders were not looked at."""

    steps: list[LetterStep]
    others: int

    @property
    def nothing(self) -> Text | None:
        """What to say of a folder without a PDF: nothing was checked."""
        if self.steps:
            return None
        more = (f"(另有 {self.others} 个别的文件或文件夹)", f" ({self.others} other files and folders)")
        zh, en = more if self.others else ("", "")
        return Text(f"文件夹里没有 PDF,什么都没有检查{zh}", f"no PDF in this folder: nothing was checked{en}")


def look(folder: Path, policy: Rules, day: date) -> Look:
    """What is to be done with the PDFs of a folder; `OSError` when it can't be read.

    Names are checked, contents are not, beyond whether they begin as a PDF does.
    """
    names = {file.name: file.is_file() for file in folder.iterdir() if not file.name.startswith(".")}
    pdfs = {name for name, is_file in names.items() if is_file and _is_letter(name)}
    steps = plan(pdfs, policy, day, names.keys() - pdfs)
    return Look([replace(step, doubt=_doubt(folder / step.name)) for step in steps], len(names) - len(pdfs))


def _doubt(file: Path) -> Error | None:
    """C-080 for what no program opens as a PDF: the mark may stand anywhere in the first kilobyte."""
    try:
        with file.open("rb") as opened:
            head = opened.read(1024)
    except OSError:
        return Error(C_NO_PDF)
    return None if PDF_HEAD in head else Error(C_NO_PDF)


def plan(pdfs: Iterable[str], policy: Rules, day: date, beside: Iterable[str] = ()) -> list[LetterStep]:
    """What is to be done with a folder's PDFs, by name; `beside` are the other names in it.

    A file whose new name another one has or would get keeps its own. Touches nothing.
    """
    steps = []
    for name in sorted(pdfs):
        try:
            target = letter_file_name(day, policy, name).value
        except Fault as fault:
            steps.append(LetterStep(name, State.UNKNOWN, error=fault))
        else:
            steps.append(LetterStep(name, State.OK if target == name else State.RENAME, target))
    taken = Counter(_same(name) for name in (*(step.name for step in steps), *beside))
    wanted = Counter(_same(step.target) for step in steps if step.target and step.state is State.RENAME)
    return [_settled(step, taken, wanted) for step in steps]


def _settled(step: LetterStep, taken: Counter[str], wanted: Counter[str]) -> LetterStep:
    if step.state is not State.RENAME or step.target is None:
        return step
    key = _same(step.target)
    others = taken[key] - (key == _same(step.name))
    if others or wanted[key] > 1:
        return LetterStep(step.name, State.CLASH, step.target, Error(C_CLASH, found=step.target))
    return step


def rename(folder: Path, step: LetterStep) -> LetterStep:
    """Renames one file unless something else has come to bear its new name."""
    if step.state is not State.RENAME or step.target is None:
        return step
    source, target = folder / step.name, folder / step.target
    try:
        if target.exists() and not target.samefile(source):
            return replace(step, state=State.CLASH, error=Error(C_CLASH, found=step.target))
        source.rename(target)
    except OSError as error:
        return replace(step, state=State.FAILED, error=Error(C_FAILED, found=error.strerror or str(error)))
    return replace(step, state=State.RENAMED)
