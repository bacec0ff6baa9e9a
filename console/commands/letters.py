"""`qlc letters`: a folder of appointment letters, checked and renamed by R03."""

from __future__ import annotations

import argparse
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from console.output import Output
from console.policy import add_today, policy_in_force, today
from rules.answer import Fault
from rules.errors import Code, Error
from rules.letter_reading import letter_file_name
from rules.policy.models import Rules

EXAMPLES = """
例 / examples:
  qlc letters 预约信              看看哪些要改名 / what would be renamed
  qlc letters 预约信 --apply      改名 / rename
"""

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


_SAID = {
    State.OK: ("好", "good"),
    State.RENAME: ("要改名", "to rename"),
    State.RENAMED: ("已改名", "renamed"),
    State.CLASH: ("重名", "clash"),
    State.UNKNOWN: ("认不出", "not recognised"),
    State.FAILED: ("失败", "failed"),
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


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments."""
    parser.epilog = EXAMPLES
    parser.add_argument("folder", type=Path, metavar="DIR", help="放预约信 PDF 的文件夹 / the folder with the PDFs")
    parser.add_argument("--apply", action="store_true", help="真的改名,默认只看 / rename; default is a preview")
    add_today(parser)


def run(args: argparse.Namespace, out: Output) -> int:
    """0 when every name is good (or was made so), 1 otherwise."""
    config = policy_in_force(args, out)
    names = {file.name: file.is_file() for file in args.folder.iterdir()}
    pdfs = {name for name, is_file in names.items() if is_file and _is_letter(name)}
    steps = plan(pdfs, config.rules, today(args, config), names.keys() - pdfs)
    if args.apply:
        steps = [rename(args.folder, step) for step in steps]
    counts = Counter(step.state for step in steps)
    out.json(
        {
            "folder": str(args.folder),
            "applied": args.apply,
            "counts": {str(state): counts[state] for state in State},
            "files": [step.as_json(out.lang) for step in steps],
        }
    )
    for step in steps:
        zh, en = _SAID[step.state]
        arrow = f" → {step.target}" if step.target and step.target != step.name else ""
        why = f"  {step.error.code.id} {step.error.message(out.lang)}" if step.error else ""
        out.line(f"{zh if out.lang == 'zh' else en}  {step.name}{arrow}{why}")
    out.say(
        "、".join(
            [f"共 {len(steps)} 个 PDF", *(f"{_SAID[state][0]} {counts[state]}" for state in State if counts[state])]
        ),
        ", ".join([f"{len(steps)} PDFs", *(f"{counts[state]} {_SAID[state][1]}" for state in State if counts[state])]),
    )
    if counts[State.RENAME]:
        out.say("加 --apply 改名。", "Add --apply to rename.")
    return 0 if all(step.state in (State.OK, State.RENAMED) for step in steps) else 1
