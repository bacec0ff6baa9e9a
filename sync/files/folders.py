"""What lies in the inbox folders: the files of a round, and what there can't be one."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path, PurePath
from time import monotonic

from rules.errors import Error, Text
from rules.policy.kept import Beside
from rules.policy.loader import Config
from rules.policy.site import Inbox
from sync.backends.mark import mark
from sync.files.sync_copies import copy_of
from sync.ingest.codes import I_COPY, I_INBOX, I_NAME, I_NO_FILE
from sync.ingest.one_file import FOLDER, measured, one_file, printable, unchanged
from sync.state.files import Place

SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".csv", ".tsv", ".txt", ".xml", ".htm", ".html"})
"""What exports are called. A folder of such a name is a mistake; others only sort the files."""

PATIENCE = 20.0
"""Seconds that an inbox folder may take to answer: one on a share that is gone would not for minutes."""

_LATE = Text(f"{PATIENCE:.0f} 秒没有应答", f"no answer within {PATIENCE:.0f} seconds")
_LINK = Text("指向文件夹的链接", "a link to a folder")


@dataclass(frozen=True)
class Dropped:
    """A file in an inbox folder: its bytes by their hash.

    `place` is its path from the configuration's folder, `mark` what it is known by while nobody writes into it.
    """

    path: Path
    place: str
    store: str
    sha: str
    modified: float
    mark: str


@dataclass
class Lying:
    """The files of all inbox folders, what could not be read, and the folders that could not be looked into."""

    files: list[Dropped] = field(default_factory=list)
    findings: list[Error] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)

    def label(self, place: str) -> str:
        """What a file is called in messages: its name, with its folder where another file has the same one."""
        name = PurePath(place).name
        return printable(place if self._names[name] > 1 else name)

    @cached_property
    def _names(self) -> Counter[str]:
        return Counter(item.path.name for item in self.files)


def look_into(config: Config, seen: Mapping[str, Place] | None = None) -> Lying:
    """Every file of the inbox folders by its hash; one that lies as it was `seen` is not read. Hidden files and office programs' owner files (`~$`) are none.

    A file of a folder within another inbox folder belongs to the inner one. Nothing but regular files is opened;
    what can't be opened is a finding (I-050 … I-055), and the others go on. So is a conflict copy of a sync folder
    (I-057): which of the two counts is for a person to say. A folder that does not answer is not waited for.
    """
    answer = Lying()
    claimed: set[Path] = set()
    folders = {inbox: config.folder / inbox.path for inbox in config.site.inbox}
    silent = _silent(folders.values())
    for folder in silent:
        answer.unseen.append(place_of(config, folder))
        answer.findings.append(Error(I_INBOX, file=printable(folder), found=_LATE))
    folders = {inbox: folder for inbox, folder in folders.items() if folder not in silent}
    others = {os.path.realpath(folder) for folder in folders.values()} | {str(folder) for folder in silent}
    for inbox, folder in folders.items():
        real = Path(os.path.realpath(folder))
        if real in claimed:
            continue
        claimed.add(real)
        for path in _walk(config, folder, others - {str(real)}, answer):
            _add(config, inbox, path, seen or {}, answer)
    return answer


def _silent(folders: Iterable[Path]) -> list[Path]:
    """The folders that do not answer, asked all at once."""
    looks = {folder: Beside(partial(_ask, folder)) for folder in folders}
    end = monotonic() + PATIENCE
    return [folder for folder, look in looks.items() if not look.is_done(max(0.0, end - monotonic()))]


def _ask(folder: Path) -> bool:
    return folder.is_dir()


def _walk(config: Config, folder: Path, others: set[str], answer: Lying) -> Iterator[Path]:
    """The files below a folder, by name; what is odd about it goes into `answer`."""

    def unseen(error: OSError) -> None:
        where = Path(error.filename or folder)
        answer.unseen.append(place_of(config, where))
        found = error.strerror or type(error).__name__
        answer.findings.append(Error(I_INBOX, file=printable(where), found=found))

    for top, folders, names in os.walk(folder, onerror=unseen):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in list(folders):
            inner = Path(top, name)
            if str(inner) in others or os.path.realpath(inner) in others:
                folders.remove(name)
            elif inner.is_symlink():
                answer.findings.append(Error(I_NO_FILE, file=printable(inner), found=_LINK))
            elif inner.suffix.lower() in SUFFIXES:
                answer.findings.append(Error(I_NO_FILE, file=printable(inner), found=FOLDER))
        for name in sorted(names):
            if name.startswith(("~$", ".")):
                continue
            if of := copy_of(name, names):
                answer.findings.append(Error(I_COPY, file=printable(Path(top, name)), found=printable(of)))
            else:
                yield Path(top, name)


def _add(config: Config, inbox: Inbox, path: Path, seen: Mapping[str, Place], answer: Lying) -> None:
    place = place_of(config, path)
    try:
        if not _is_utf8(place):
            raise Error(I_NAME, file=printable(path))
        with one_file(path):
            before = measured(path)
            known, now = seen.get(place), mark(before)
            if known is not None and now and known.mark == now:
                sha = known.sha
            else:
                with path.open("rb") as file:
                    sha = hashlib.file_digest(file, "sha256").hexdigest()
                unchanged(path, before)
    except Error as error:
        answer.findings.append(error)
    else:
        answer.files.append(Dropped(path, place, inbox.store or "", sha, before.st_mtime, now))


def _is_utf8(place: str) -> bool:
    try:
        place.encode()
    except UnicodeEncodeError:
        return False
    return True


def place_of(config: Config, path: Path) -> str:
    """Where a file lies, seen from the configuration's folder: a company that is moved whole goes on."""
    return (path.relative_to(config.folder) if path.is_relative_to(config.folder) else path).as_posix()
