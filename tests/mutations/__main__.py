"""``python -m tests.mutations --sample 200 --seed 1``: the table of changes that tests notice, and of those they don't.

With ``--again`` the survivors of the run in ``--folder`` are tried on the code of today; the sample stays the same.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue

import yaml

from tests.mutations.changes import Change, changes
from tests.mutations.kept import VERDICTS, Key, again, keep, kept, key_of
from tests.mutations.reach import Reach, recorded
from tests.mutations.tree import ROOT, Tree
from tests.mutations.trial import Fate, Verdict, noticed_by, tried

ROOMS = ("rules", "sheets_schema", "sync", "addin/commands")
NEEDED = 85
"""Percent of the changes that must be noticed."""
CONTROL = 20
"""After so many changes the same tests are asked about the unchanged code: they must pass."""
KNOWN = Path(__file__).with_name("known.yaml")


def sample(number: int, seed: int, rooms: Sequence[str]) -> list[Change]:
    """So many changes, as many of each room, and in a room of each kind in turn; a seed makes one sample."""
    chance = random.Random(seed)
    chosen: list[Change] = []
    for at, room in enumerate(rooms):
        files = sorted((ROOT / room).rglob("*.py"))
        found = [item for file in files for item in changes(file.relative_to(ROOT).as_posix(), file.read_text("utf-8"))]
        chance.shuffle(found)
        kinds = sorted({item.kind for item in found})
        heaps = [[item for item in found if item.kind == kind] for kind in kinds]
        turns = [heap[turn] for turn in range(max(map(len, heaps), default=0)) for heap in heaps if turn < len(heap)]
        chosen += turns[: (at + 1) * number // len(rooms) - at * number // len(rooms)]
    return chosen


def known_reasons() -> dict[Key, str]:
    """Why a change may survive, by place, function, and both texts."""
    listed = yaml.safe_load(KNOWN.read_text("utf-8"))
    return {(item["place"], item["where"], item["before"], item["after"]): item["why"] for item in listed}


def judged(chosen: Sequence[Change], reach: Reach, folder: Path, jobs: int) -> Iterator[Verdict]:
    """Tries changes, `jobs` at a time, each in a copy of its own. Raises RuntimeError when unchanged code fails."""
    trees: SimpleQueue[Tree] = SimpleQueue()
    for number in range(jobs):
        shutil.rmtree(folder / f"copy{number}", ignore_errors=True)
        trees.put(Tree(folder / f"copy{number}"))

    def one(numbered: tuple[int, Change]) -> Verdict:
        number, change = numbered
        tree = trees.get()
        try:
            if number % CONTROL == 0:
                tests = reach.tests(change.place, range(change.line, change.last + 1))
                code, said = noticed_by(tests, tree, reach) if tests else (0, "")
                if code:
                    raise RuntimeError(f"unchanged code fails (code {code}): {said[-2000:]}")
            return tried(change, tree, reach)
        finally:
            trees.put(tree)

    with ThreadPoolExecutor(jobs) as pool:
        yield from pool.map(one, enumerate(chosen))


@contextmanager
def working_folder(kept: str | None) -> Iterator[Path]:
    """A folder of the caller's, else one that is deleted at the end."""
    if kept:
        Path(kept).mkdir(parents=True, exist_ok=True)
        yield Path(kept).resolve()
    else:
        with tempfile.TemporaryDirectory(prefix="qlc-mutations-") as folder:
            yield Path(folder)


def main(words: Sequence[str] | None = None) -> int:
    """Prints every verdict, then the table; 1 where fewer than `NEEDED` percent are noticed."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutations", description=__doc__)
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="how many at a time")
    parser.add_argument("--room", action="append", choices=ROOMS, help="of these only")
    parser.add_argument(
        "--folder", help="keeps copies and the recording of what tests reach; there they are used again"
    )
    parser.add_argument("--again", action="store_true", help="the survivors of the run in --folder, on today's code")
    args = parser.parse_args(words)
    os.nice(5)
    if args.again:
        return _again(Path(args.folder))
    chosen = sample(args.sample, args.seed, args.room or ROOMS)
    verdicts = []
    with working_folder(args.folder) as folder:
        reach = recorded(folder)
        print(f"{len(reach.seconds)} tests, {len(chosen)} changes", flush=True)
        (folder / VERDICTS).unlink(missing_ok=True)
        for number, verdict in enumerate(judged(chosen, reach, folder, args.jobs), 1):
            verdicts.append(verdict)
            keep(folder, verdict)
            print(f"{number:4} {verdict.fate:9} {verdict.change}  {verdict.by}", flush=True)
    return summary(verdicts)


def _again(folder: Path) -> int:
    reasons, verdicts = known_reasons(), []
    shutil.rmtree(folder / "again", ignore_errors=True)
    for number, verdict in enumerate(
        again(kept(folder), Tree(folder / "again"), lambda item: key_of(item) in reasons), 1
    ):
        verdicts.append(verdict)
        print(f"{number:4} {verdict.fate:9} {verdict.change}  {verdict.by}", flush=True)
    (folder / VERDICTS).unlink()
    for verdict in verdicts:
        keep(folder, verdict)
    return summary(verdicts)


def summary(verdicts: Sequence[Verdict]) -> int:
    """The table by room and kind, and the survivors with what is known of them.

    Changes that are known to make no difference, and those whose code is gone, count for nothing in the percentage.
    """
    reasons = known_reasons()
    left_out = [
        item for item in verdicts if item.fate is Fate.GONE or (not item.is_killed and key_of(item.change) in reasons)
    ]
    every, verdicts = verdicts, [item for item in verdicts if item not in left_out]
    print(f"\n{len(every)} changes; {len(left_out)} of them make no difference that a test should notice, or are gone")
    print("\n| room | changes | noticed | percent |\n|---|---|---|---|")
    for room in (*ROOMS, ""):
        some = [item for item in verdicts if item.change.place.startswith(room)]
        if some:
            print(_line(room or "all", some))
    print("\n| kind | changes | noticed | percent |\n|---|---|---|---|")
    for kind in sorted({item.change.kind for item in verdicts}):
        print(_line(kind, [item for item in verdicts if item.change.kind == kind]))
    print("\nfates:", ", ".join(f"{count} {fate}" for fate, count in Counter(item.fate for item in every).items()))
    for item in every:
        if not item.is_killed:
            why = reasons.get(key_of(item.change), "NOT EXPLAINED")
            print(f"- {item.change} in {item.change.where or 'the module'} ({item.fate}, {item.asked} asked): {why}")
    noticed = sum(item.is_killed for item in verdicts)
    return int(noticed * 100 < NEEDED * len(verdicts))


def _line(name: str, some: Sequence[Verdict]) -> str:
    noticed = sum(item.is_killed for item in some)
    return f"| {name} | {len(some)} | {noticed} | {noticed * 100 / len(some):.1f} |"


if __name__ == "__main__":
    sys.exit(main())
