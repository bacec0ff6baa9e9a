"""The places that the service looks at: the inbox folders, and the folders that hold workbooks.

One eye per folder. A folder that does not answer says nothing new; it holds up no other one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import partial
from pathlib import Path

from rules.policy.loader import Config
from sync.daemon.watch import Contents, Marks, Watch, is_owners, mark_of, marks_below, owner_files
from sync.daemon.world import Eye, Eyes, Glimpse
from sync.files.sync_copies import copy_of

SETTLED = 2.0
"""Seconds that a file has to stay as it is before it counts."""
SILENT = 15.0
"""Seconds after which a folder counts as not answering."""


class Places:
    """What came, went or changed, by folder and by workbook; never waits for a folder."""

    def __init__(self, eyes: Eyes) -> None:
        self._eyes = eyes
        self._folders: dict[Path, Eye] = {}
        self._seen: dict[Path, Glimpse] = {}
        self._inbox: dict[Path, Watch] = {}
        self._books: dict[str, Watch] = {}
        self._paths: dict[str, Path] = {}
        self._wanted: dict[Path, tuple[bool, tuple[Path, ...]]] = {}
        """Per folder whether it is an inbox, and the workbooks in it."""
        self._copies: dict[Path, tuple[Set[str], dict[str, str]]] = {}
        """Per folder its files, and which of them are copies: worked out anew only when others lie there."""

    def take(self, config: Config) -> None:
        """Looks where a configuration says from here on; what is still where it was is remembered."""
        inbox = {config.folder / box.path for box in config.site.inbox}
        paths = {book.name: book.file(config.folder) for book in config.site.workbooks}
        self._inbox = {folder: self._inbox.get(folder) or Watch(SETTLED) for folder in inbox}
        same = {name for name in paths if self._paths.get(name) == paths[name]}
        self._books = {name: self._books[name] if name in same else Watch(SETTLED) for name in paths}
        self._paths = paths
        folders = inbox | {path.parent for path in paths.values()}
        wanted = {folder: (folder in inbox, _books_in(folder, paths)) for folder in folders}
        for folder in [*self._folders]:
            if self._wanted.get(folder) != wanted.get(folder):  # gone, or looked at otherwise from now on
                self._close(folder)
        for folder in wanted.keys() - self._folders.keys():
            is_inbox, books = wanted[folder]
            look = partial(_look, folder, books, Contents(), is_inbox=is_inbox)
            self._folders[folder] = self._eyes.open(folder, look, deep=is_inbox)
        self._wanted = wanted

    def close(self) -> None:
        """Looks nowhere any more."""
        for folder in [*self._folders]:
            self._close(folder)

    def _close(self, folder: Path) -> None:
        self._folders.pop(folder).close()
        self._copies.pop(folder, None)
        self._seen.pop(folder, None)

    def look(self) -> None:
        """Takes what each folder showed last; `inbox_news` and `book_news` go by that."""
        glimpses = {folder: eye.seen() for folder, eye in self._folders.items()}
        self._seen = {folder: glimpse for folder, glimpse in glimpses.items() if glimpse is not None}

    def inbox_news(self) -> list[str]:
        """Files that came into an inbox folder or changed there, once they have settled."""
        answer: list[str] = []
        own = {str(path) for path in self._paths.values()}
        for folder, watch in self._inbox.items():
            if (glimpse := self._seen.get(folder)) is not None:
                marks = {file: mark for file, mark in glimpse.marks.items() if file not in own and not is_owners(file)}
                answer += watch.news(marks, glimpse.at)
        return sorted({*answer})

    def book_news(self, name: str) -> list[str]:
        """What changed about a workbook: it was saved, or closed by whoever had it open."""
        glimpse, watch = self._seen.get(self.folder_of(name)), self._books[name]
        if glimpse is None:
            return []
        news = watch.news(self._of_book(name, glimpse), glimpse.at)
        return [file for file in news if not (is_owners(file) and watch.lies(file))]

    def was_left(self, name: str, left: str | None) -> None:
        """A round left a workbook with this hash, or wrote to it and does not say: then what lies there is its own."""
        watch = self._books[name]
        if left is not None:
            watch.expect(str(self._paths[name]), left)
        elif (glimpse := self._folders[self.folder_of(name)].seen()) is not None:
            watch.accept(self._of_book(name, glimpse))

    def _of_book(self, name: str, glimpse: Glimpse) -> Marks:
        path = self._paths[name]
        files = map(str, (path, *owner_files(path)))
        return {file: glimpse.marks[file] for file in files if file in glimpse.marks}

    def silent(self) -> list[str]:
        """The folders that do not answer."""
        return sorted(str(folder) for folder, eye in self._folders.items() if eye.waits() > SILENT)

    def folder_of(self, name: str) -> Path:
        """The folder that holds a workbook."""
        return self._paths[name].parent

    def silent_for(self, name: str) -> float:
        """Seconds that a workbook's folder has not answered."""
        return self._folders[self.folder_of(name)].waits() if name in self._paths else 0.0

    def answers(self, name: str) -> bool:
        """Whether a workbook's folder answers."""
        return self.silent_for(name) <= SILENT

    def copies(self) -> dict[str, str]:
        """Conflict copies that a sync folder's program laid beside a file: by path, what each is a copy of."""
        found: dict[str, str] = {}
        for folder, glimpse in self._seen.items():
            names = glimpse.marks.keys()
            if folder not in self._copies or self._copies[folder][0] != names:
                self._copies[folder] = names, copies_among(names)
            found |= self._copies[folder][1]
        return found

    @property
    def is_waiting(self) -> bool:
        """Whether something changed that has not settled, or a folder was not looked at yet."""
        watches = [*self._inbox.values(), *self._books.values()]
        unseen = any(folder not in self._seen and eye.waits() <= SILENT for folder, eye in self._folders.items())
        return unseen or any(watch.is_waiting for watch in watches)


def _books_in(folder: Path, paths: Mapping[str, Path]) -> tuple[Path, ...]:
    return tuple(sorted(path for path in paths.values() if path.parent == folder))


def _look(folder: Path, books: Sequence[Path], contents: Contents, *, is_inbox: bool) -> Marks:
    """What a folder shows: files of an inbox; of workbooks contents, owner files, and what looks like a copy of one."""
    marks = marks_below(folder) if is_inbox else {}
    for path in books:
        marks |= mark_of(owner_files(path))
    return marks | mark_of(_copies(folder, books)) | contents.of(books) if books else marks


def _copies(folder: Path, books: Sequence[Path]) -> Iterator[Path]:
    names = {path.name for path in books}
    try:
        there = [path.name for path in folder.iterdir()]
    except OSError:
        return
    for name in there:
        if name not in names and copy_of(name, names) in names:
            yield folder / name


def copies_among(files: Iterable[str]) -> dict[str, str]:
    """Conflict copies among files: by path, the name of what each is a copy of."""
    paths = [Path(file) for file in files]
    beside: dict[Path, set[str]] = {}
    for path in paths:
        beside.setdefault(path.parent, set()).add(path.name)
    pairs = ((path, copy_of(path.name, beside[path.parent])) for path in paths)
    return {str(path): name for path, name in pairs if name is not None}
