"""One change at a time in a copy of the checkout: does one of the tests that reach it notice?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate

from tests.mutations.changes import Change
from tests.mutations.reach import Reach
from tests.mutations.tree import Tree

_FAILED = re.compile(r"^(?:FAILED|ERROR|ImportError while loading) (\S.*?)(?: - .*)?$", re.MULTILINE)

NEAR_FILES, NEAR_SECONDS = 3, 5.0
"""What is asked first."""


class Fate(StrEnum):
    """What became of a change."""

    KILLED = "killed"
    ENDLESS = "endless"
    """It was ended at its limit of time: nobody would overlook that."""
    SURVIVED = "survived"
    UNREACHED = "unreached"
    """No test runs its lines, and none of those near by notices."""
    GONE = "gone"
    """Its code is there no more."""
    UNJUDGED = "unjudged"
    """The tests could not be run."""


@dataclass(frozen=True)
class Verdict:
    """What became of a change, by which test, and how many were asked."""

    change: Change
    fate: Fate
    by: str
    asked: int

    @property
    def is_killed(self) -> bool:
        """Whether somebody noticed."""
        return self.fate in (Fate.KILLED, Fate.ENDLESS)


def failed(said: str) -> str:
    """The first test that failed, of what pytest printed; empty where none did."""
    found = _FAILED.search(said)
    return found[1] if found else ""


def tried(change: Change, tree: Tree, reach: Reach) -> Verdict:
    """Makes a change, asks the tests, and takes it back."""
    source = (tree.root / change.place).read_text("utf-8")
    try:
        tree.write(change.place, change.applied(source))
        return _asked(change, tree, reach)
    finally:
        tree.write(change.place, source)


def _asked(change: Change, tree: Tree, reach: Reach) -> Verdict:
    lines = range(change.line, change.last + 1)
    tests = reach.tests(change.place, lines)
    unnoticed = Fate.SURVIVED if reach.is_reached(change.place, lines) else Fate.UNREACHED
    for some in _in_parts(tests, reach):
        code, said = noticed_by(some, tree, reach)
        if code < 0:
            return Verdict(change, Fate.ENDLESS, f"signal {-code}", len(some))
        if code:
            by = failed(said)
            fate, by = (Fate.KILLED, by) if by else (Fate.UNJUDGED, f"exit {code}: {said[-200:]!r}")
            return Verdict(change, fate, by, len(some))
    return Verdict(change, unnoticed, "", len(tests))


def _in_parts(tests: list[str], reach: Reach) -> Iterator[list[str]]:
    """The nearest tests first: most changes are noticed by them, and collecting all takes longer than running."""
    files = list(dict.fromkeys(test.partition("::")[0] for test in tests))[:NEAR_FILES]
    total = accumulate(reach.seconds[test] for test in tests)
    near = [
        test
        for test, spent in zip(tests, total, strict=True)
        if spent <= NEAR_SECONDS and test.partition("::")[0] in files
    ]
    far = [test for test in tests if test not in set(near)]
    yield from (part for part in (near, far) if part)


def noticed_by(tests: list[str], tree: Tree, reach: Reach) -> tuple[int, str]:
    """Asks tests until one fails: exit code and output of pytest."""
    files = list(dict.fromkeys(test.partition("::")[0] for test in tests))
    seconds = 30 + 3 * sum(reach.seconds[test] for test in tests)
    words = ["-x", "-rfE", "--tb=no", "-p", "tests.mutations.chosen", *files]
    return tree.run(words, seconds=seconds, tests=tests)
