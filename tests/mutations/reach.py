"""Which tests reach which line of the product: recorded once, in a copy."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from coverage import Coverage

from tests.mutations.recording import SETTINGS
from tests.mutations.tree import Tree

LEFT_OUT = (
    "not libreoffice and not excel_server and not test_house and not test_mutation and not under_load and not test_load"
)
"""Tests that are slow and about something else."""
IGNORED = ("--ignore=tests/outside", "--ignore=tests/mutations")
TOGETHER = ("-n", "2", "--dist", "loadfile", "--no-loadscope-reorder")
"""Two processes, as `make test` has."""
ENOUGH = 60.0
"""Seconds (of processor time) of tests that a change has to survive, the nearest ones first."""


def recorded(folder: Path) -> Reach:
    """What was recorded in `folder`, if that was this checkout's product; else it is recorded anew."""
    if (folder / "tests.json").exists() and Tree(folder).is_current():
        return Reach(folder)
    shutil.rmtree(folder / "qlc", ignore_errors=True)
    for kept in (*folder.glob("lines*"), *folder.glob("*.json"), *folder.glob("shared")):
        kept.unlink()
    return record(folder)


def record(folder: Path, words: Iterable[str] = ()) -> Reach:
    """Runs the tests (or those of `words`) and keeps what each of them reaches in `folder`."""
    tree = Tree(folder)
    (folder / "coverage.ini").write_text(SETTINGS.format(root=tree.root, folder=folder), "utf-8")
    code, said = tree.run(
        [*TOGETHER, "-p", "tests.mutations.recording", "-k", LEFT_OUT, *IGNORED, *words],
        seconds=None,
        folder=str(folder),
    )
    if code not in (0, 1):
        raise RuntimeError(said[-3000:])
    seconds = {
        name: spent
        for part in folder.glob("seconds.*.json")
        for name, spent in json.loads(part.read_text("utf-8")).items()
    }
    (folder / "tests.json").write_text(json.dumps(seconds, ensure_ascii=False), "utf-8")
    lines = Coverage(config_file=str(folder / "coverage.ini"))
    lines.combine([str(folder)])
    lines.save()
    return Reach(folder)


class Reach:
    """What was recorded in a folder. Only tests that passed count."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "qlc"
        self.seconds: dict[str, float] = json.loads((folder / "tests.json").read_text("utf-8"))
        lines = Coverage(config_file=str(folder / "coverage.ini"))
        lines.load()
        self._data = lines.get_data()
        self._texts: dict[str, str] = {}
        self._lines: dict[str, dict[int, list[str]]] = {}

    def tests(self, place: str, lines: Iterable[int]) -> list[str]:
        """The tests to ask about a change in some lines of a module, in order, up to `ENOUGH` seconds of them.

        First those that reach the lines, then others that reach the module, or stand beside one that reaches the
        lines: what a shared fixture ran counts for the first of them only. Then those of the room: what runs while a
        module is imported counts for none. The module's own examples and tests come first, whatever they reach: what is
        kept once it is worked out is reached by one test only. Then those in files that import the module, then its
        package, then those of its room; quick ones before others.
        """
        known = self._of(place)
        own = {test for test in self.seconds if self._distance(place, test.partition("::")[0]) == 0}
        near = own | {test for line in lines for test in known.get(line, [])}
        module = {test for tests in known.values() for test in tests}
        files = {test.partition("::")[0] for test in near}
        beside = {test for test in self.seconds if test.partition("::")[0] in files}
        rank = {test: (self._distance(place, test.partition("::")[0]), spent) for test, spent in self.seconds.items()}
        chosen: list[str] = []
        total = 0.0
        for group in (near, module - near, beside - near - module, self._of_room(place) - near - module - beside):
            for test in sorted(group, key=rank.__getitem__):
                if total > ENOUGH:
                    break
                chosen.append(test)
                total += self.seconds[test]
        return in_files(chosen)

    def _distance(self, place: str, file: str) -> int:
        if file == place or file.endswith(f"/test_{Path(place).stem}.py"):
            return 0
        if file not in self._texts:
            self._texts[file] = (self.root / file).read_text("utf-8")
        module = place.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
        names = (module, module.rpartition(".")[0])
        far = 3 if file.startswith(f"tests/{Path(place).parts[0]}/") else 4
        return next((at for at, name in enumerate(names, 1) if f"from {name} import" in self._texts[file]), far)

    def _of_room(self, place: str) -> set[str]:
        """The tests in the folder that mirrors the module's, or one above it."""
        for folder in Path(place).parents:
            found = {test for test in self.seconds if test.startswith(f"tests/{folder.as_posix()}/")}
            if found:
                return found
        return set()

    def is_reached(self, place: str, lines: Iterable[int]) -> bool:
        """Whether a test reaches one of the lines."""
        return any(self._of(place).get(line) for line in lines)

    def _of(self, place: str) -> dict[int, list[str]]:
        if place not in self._lines:
            found = self._data.contexts_by_lineno(str(self.root / place))
            self._lines[place] = {
                line: [test for test in tests if test in self.seconds] for line, tests in found.items()
            }
        return self._lines[place]


def in_files(tests: list[str]) -> list[str]:
    """Tests file by file, the file of the first one first."""
    order = {file: at for at, file in enumerate(dict.fromkeys(test.partition("::")[0] for test in tests))}
    return sorted(tests, key=lambda test: order[test.partition("::")[0]])
