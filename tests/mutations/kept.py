"""The verdicts of a run, kept as they come. What survived is tried again on later code, with all tests of its room.

So a sample stays one sample while tests are written for it: the changed code would make another one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path

from tests.mutations.changes import Change, changes
from tests.mutations.tree import ROOT, Tree
from tests.mutations.trial import Fate, Verdict, failed

VERDICTS = "verdicts.jsonl"
PATIENCE = 900
"""Seconds of processor time for the tests of a room."""

Key = tuple[str, str, str, str]


def key_of(change: Change) -> Key:
    """What a change is known by; lines move."""
    return change.place, change.where, " ".join(change.before.split()), " ".join(change.after.split())


def keep(folder: Path, verdict: Verdict) -> None:
    """Adds a verdict to those of a run."""
    with (folder / VERDICTS).open("a", encoding="utf-8") as file:
        file.write(json.dumps(asdict(verdict), ensure_ascii=False) + "\n")


def kept(folder: Path) -> list[Verdict]:
    """The verdicts of a run."""
    lines = (folder / VERDICTS).read_text("utf-8").splitlines()
    return [
        Verdict(**{**found, "change": Change(**found["change"]), "fate": Fate(found["fate"])})
        for found in map(json.loads, lines)
    ]


def again(
    verdicts: list[Verdict], tree: Tree, is_known: Callable[[Change], bool], root: Path = ROOT
) -> Iterator[Verdict]:
    """The verdicts with those that survived tried on today's code, unless it is known why they do."""
    for verdict in verdicts:
        if verdict.is_killed or is_known(verdict.change):
            yield verdict
            continue
        now = today(verdict.change, root)
        yield replace(verdict, fate=Fate.GONE) if now is None else tried_by_room(now, tree)


def today(change: Change, root: Path = ROOT) -> Change | None:
    """A change as the code of today has it, the nearest of several; None where that code is gone."""
    file = root / change.place
    there = changes(change.place, file.read_text("utf-8")) if file.exists() else []
    same = [item for item in there if key_of(item) == key_of(change)]
    return min(same, key=lambda item: abs(item.line - change.line), default=None)


def tried_by_room(change: Change, tree: Tree) -> Verdict:
    """Makes a change, asks the module's own tests, then all of its room, and takes it back."""
    source = (tree.root / change.place).read_text("utf-8")
    asked = 0
    try:
        tree.write(change.place, change.applied(source))
        for files in own_and_room(change.place, tree.root):
            asked += len(files)
            code, said = tree.run(["-x", "-rfE", "--tb=no", "-k", "not libreoffice", *files], seconds=PATIENCE)
            if code < 0:
                return Verdict(change, Fate.ENDLESS, f"signal {-code}", asked)
            if code == 1 or "ImportError while loading" in said:
                return Verdict(change, Fate.KILLED, failed(said) or f"exit {code}", asked)
            if code not in (0, 5):
                return Verdict(change, Fate.UNJUDGED, f"exit {code}: {said[-200:]!r}", asked)
        return Verdict(change, Fate.SURVIVED, "", asked)
    finally:
        tree.write(change.place, source)


def own_and_room(place: str, root: Path) -> Iterator[list[str]]:
    """The module with the tests that bear its name, then the tests in the folder that mirrors its own."""
    named = sorted(path.relative_to(root).as_posix() for path in root.glob(f"tests/**/test_{Path(place).stem}.py"))
    yield [place, *named]
    mirror = next(folder for folder in map(Path("tests").joinpath, Path(place).parents) if (root / folder).is_dir())
    yield [mirror.as_posix()]
