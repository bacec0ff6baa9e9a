"""`--force`: guards that a person lifts for one plan, for a whole tab by the code, for a file by its name.

A guard that holds files lets one file through (``G-003=仓库库存明细-20260427.csv``); the code alone serves
where it holds exactly one.
"""

from __future__ import annotations

import re
import shlex
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rules.errors import Code, Error
from sync.plan import guards

C_FORCE = Code(
    "C-010",
    "{found} 不能用 --force 解除",
    "{found} can't be lifted with --force",
    "可解除的:{expected}",
    "these can be: {expected}",
)
G_WHICH = Code(
    "G-021",
    "{guard} 拦下的文件不止一个,要写明是哪一个",
    "{guard} holds more than one file; name the one",
    "写其中之一:{expected}",
    "write one of: {expected}",
)
G_NO_SUCH = Code(
    "G-022",
    "{guard} 没有拦下名叫 {found} 的文件",
    "{guard} holds no file named {found}",
    "它拦下的:{expected}",
    "it holds: {expected}",
)

_FILES = (guards.G_EMPTY, guards.G_SHRUNK, guards.G_STALE, guards.G_DRIFT, guards.G_BACK, guards.G_TIE)
_TABS = (guards.G_CHANGES, guards.G_MARKS, guards.G_LOST_BASE, guards.G_CONFIG, guards.G_ADOPT, guards.G_OLD_COPY)
_PLAIN = re.compile(r"[\w@%+=:,./~-]+")
_SPECIAL = re.compile(r"""[$`"'\\!]""")
OF_FILES = frozenset(code.id for code in _FILES)
"""Guards that hold files."""
OF_TABS = frozenset(code.id for code in _TABS)
"""Guards that hold tabs, or a whole workbook."""


@dataclass(frozen=True)
class Force:
    """What a person lifts: the codes written alone, and the files named with a code."""

    codes: frozenset[str] = frozenset()
    files: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def mentions(self, code: Code) -> bool:
        """Whether a guard is to be lifted for anything."""
        return code.id in self.codes or code.id in self.files

    def names(self, code: Code, place: str) -> bool:
        """Whether a file is named with a code: by its name, or by its path or the end of it."""
        return any(_ends(place, name) for name in self.files.get(code.id, ()))

    def lifted(self, code: Code, held: Mapping[str, str]) -> frozenset[str]:
        """Which of the files that a guard holds go through, by place; `held` maps places to their labels.

        Raises:
            Error: G-021 the code alone, or a name, fits several; G-022 a name fits none.
        """
        words = ", ".join(force_words(code, label) for label in held.values()) or "-"
        chosen: set[str] = set()
        for name in self.files.get(code.id, ()):
            found = [place for place in held if _ends(place, name)]
            if not found:
                raise Error(G_NO_SUCH, found=name, guard=code.id, expected=words)
            if len(found) > 1:
                raise Error(G_WHICH, guard=code.id, expected=words)
            chosen |= set(found)
        if code.id in self.codes:
            left = held.keys() - chosen
            if len(left) > 1:
                raise Error(G_WHICH, guard=code.id, expected=words)
            chosen |= left
        return frozenset(chosen)


def force_words(code: Code, label: str) -> str:
    """The words to type, quoted where a shell would split them.

    >>> force_words(guards.G_STALE, "库存 (1).csv")
    '--force "G-003=库存 (1).csv"'
    """
    word = f"{code.id}={label}"
    if _SPECIAL.search(word):
        word = shlex.quote(word)
    elif not _PLAIN.fullmatch(word):
        word = f'"{word}"'
    return f"--force {word}"


def parse_force(words: Sequence[str]) -> Force:
    """What ``--force`` was given. Raises C-010 for a code that can't be lifted, or not for a file."""
    codes: set[str] = set()
    files: dict[str, set[str]] = {}
    for word in words:
        code, named, name = word.partition("=")
        if code not in (OF_FILES if named else OF_FILES | OF_TABS):
            shown = [f"{known}[=FILE]" for known in sorted(OF_FILES)] + sorted(OF_TABS)
            raise Error(C_FORCE, found=word, expected=", ".join(shown))
        if named:
            files.setdefault(code, set()).add(name)
        else:
            codes.add(code)
    return Force(frozenset(codes), {code: frozenset(names) for code, names in files.items()})


def _ends(place: str, name: str) -> bool:
    """Whether a place is what was written: its last parts, or a longer path to it."""
    one, other = (_parts(path) for path in (place, name))
    shorter = min(len(one), len(other))
    return bool(shorter) and one[-shorter:] == other[-shorter:]


def _parts(path: str) -> list[str]:
    return [part for part in unicodedata.normalize("NFC", path).replace("\\", "/").split("/") if part not in ("", ".")]
