"""A folder of appointment letters: what is to be renamed by R03, and the renaming. Nothing is written over."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from rules.answer import Fault, Text
from rules.errors import Code, Error
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
class Step:
    """One file: its name, the name it should have (None when it is not recognised), and why not."""

    name: str
    state: State
    target: str | None = None
    error: Error | None = None

    def as_json(self, lang: str) -> dict[str, Any]:
        """One entry of `files` in `--json`."""
        return {
            "file": self.name,
            "state": str(self.state),
            "target": self.target,
            "code": self.error.code.id if self.error else None,
            "message": self.error.message(lang) if self.error else None,
        }


def _is_letter(name: str) -> bool:
    return name.lower().endswith(".pdf") and not name.startswith(".")


def _same(name: str) -> str:
    """What two names have in common on a file system that ignores letter case and composition."""
    return unicodedata.normalize("NFC", name).casefold()


def look(folder: Path, policy: Rules, day: date) -> list[Step]:
    """What is to be done with the PDFs of a folder; `OSError` when it can't be read."""
    names = {file.name: file.is_file() for file in folder.iterdir()}
    pdfs = {name for name, is_file in names.items() if is_file and _is_letter(name)}
    return plan(pdfs, policy, day, names.keys() - pdfs)


def plan(pdfs: Iterable[str], policy: Rules, day: date, beside: Iterable[str] = ()) -> list[Step]:
    """What is to be done with a folder's PDFs, by name; `beside` are the other names in it.

    A file whose new name another one has or would get keeps its own. Touches nothing.
    """
    steps = []
    for name in sorted(pdfs):
        try:
            target = letter_file_name(day, policy, name).value
        except Fault as fault:
            steps.append(Step(name, State.UNKNOWN, error=fault))
        else:
            steps.append(Step(name, State.OK if target == name else State.RENAME, target))
    taken = Counter(_same(name) for name in (*(step.name for step in steps), *beside))
    wanted = Counter(_same(step.target) for step in steps if step.target and step.state is State.RENAME)
    return [_settled(step, taken, wanted) for step in steps]


def _settled(step: Step, taken: Counter[str], wanted: Counter[str]) -> Step:
    if step.state is not State.RENAME or step.target is None:
        return step
    key = _same(step.target)
    others = taken[key] - (key == _same(step.name))
    if others or wanted[key] > 1:
        return Step(step.name, State.CLASH, step.target, Error(C_CLASH, found=step.target))
    return step


def rename(folder: Path, step: Step) -> Step:
    """Renames one file unless something else has come to bear its new name."""
    if step.state is not State.RENAME or step.target is None:
        return step
    source, target = folder / step.name, folder / step.target
    try:
        if target.exists() and not target.samefile(source):
            return Step(step.name, State.CLASH, step.target, Error(C_CLASH, found=step.target))
        source.rename(target)
    except OSError as error:
        return Step(step.name, State.FAILED, step.target, Error(C_FAILED, found=error.strerror or str(error)))
    return Step(step.name, State.RENAMED, step.target)
