"""Where fetched exports go: the inbox folders of this computer, or those of the server that runs the rounds."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from addin.commands.server import K_STRANGE, Server
from addin.commands.syncing import K_NO_SITE, open_state
from addin.commands.wire import BAD
from rules.errors import Busy, Code, Error, Remote
from rules.policy.loader import Config
from rules.policy.site import Inbox
from sync.files.folders import look_into
from sync.files.inbox import accepted
from sync.ingest.codes import I_NO_STORE
from sync.ingest.export import Export, Scope
from sync.ingest.read import read

K_CHANGED_FILE = Code(
    "K-064",
    "看过之后文件变了,没有取",
    "the file has changed since it was shown and was not taken",
    "再点一次“取导出”",
    "press “Fetch exports” again",
)
K_KNOWN_FILE = Code(
    "K-108",
    "已经在收件文件夹里:{found}",
    "it is in the inbox already: {found}",
    "同样的内容不收第二份",
    "the same bytes are not kept twice",
)
PATH = "/v1/sync/inbox"


@dataclass(frozen=True)
class Taken:
    """A file that counts already: its report, what it speaks about, its data time, its rows."""

    report: str
    scope: frozenset[Scope]
    as_of: datetime
    as_of_text: str
    rows: int


class Receiver(Protocol):
    """An inbox."""

    stores: tuple[str, ...]
    """The stores that have a folder of their own, for files that name none."""

    def known(self) -> dict[str, str]:
        """Where each file lies that is there already, by its hash."""

    def before(self) -> Sequence[Taken]:
        """The files that count."""

    def goal(self, name: str, store: str | None) -> str:
        """Where a file would go, as people read it."""

    def take(self, path: Path, sha256: str, store: str | None) -> str:
        """Puts a copy of a file there and answers where it lies; `store` is whose data it is, where it does not say.

        Raises K-064 when it is not the file of that hash any more, and what keeps it out.
        """


def receiver_of(config: Config) -> Receiver:
    """Where exports go on this computer, or at its server. Raises K-060 where there is no inbox."""
    server = config.site.server
    return Folders(config) if server is None else AtServer(Server(server, config.folder))


class Folders:
    """The inbox folders of this computer."""

    def __init__(self, config: Config) -> None:
        if not config.site.inbox:
            raise Error(K_NO_SITE, file=config.path)
        self._config = config
        self._by_store = {inbox.store: inbox for inbox in config.site.inbox if inbox.store}
        self.stores = tuple(self._by_store)

    def known(self) -> dict[str, str]:
        """Looks into every folder."""
        return {item.sha: str(item.path) for item in look_into(self._config).files}

    def before(self) -> list[Taken]:
        """What the state holds. Raises K-060 where nothing is synced."""
        with open_state(self._config) as state:
            return [taken(export) for export in accepted(self._config, state)]

    def goal(self, name: str, store: str | None) -> str:
        """A file in its folder."""
        return str(self._inbox(store).path / name)

    def take(self, path: Path, sha256: str, store: str | None) -> str:
        """A copy with the file's own time, under a name that is free."""
        folder = self._config.folder / self._inbox(store).path
        folder.mkdir(parents=True, exist_ok=True)
        beside = folder / f".{path.name}.part"
        try:
            shutil.copy2(path, beside)
            if hash_of(beside) != sha256:
                raise Error(K_CHANGED_FILE, file=path)
            target, count = folder / path.name, 1
            while target.exists():
                count += 1
                target = folder / f"{path.stem} ({count}){path.suffix}"
            return str(beside.rename(target))
        finally:
            beside.unlink(missing_ok=True)

    def receive(self, path: Path, store: str | None) -> tuple[Export, str]:
        """A file that another computer sent: recognised here, and put where it belongs.

        Raises K-108 where the same bytes lie already, I-014 where nobody says whose data it is, and what `read` raises.
        """
        site = self._config.site
        export = read(path, aliases=site.export_aliases, site=site, scoped=False)
        if (there := self.known().get(export.sha256)) is not None:
            raise Busy(K_KNOWN_FILE, file=path.name, found=self._shown(Path(there)))
        if lacks_store(export) and store not in self._by_store:
            raise Error(I_NO_STORE, file=path.name, report=export.report)
        place = self.take(path, export.sha256, store if lacks_store(export) else None)
        return export, self._shown(Path(place))

    def _shown(self, path: Path) -> str:
        """A file as seen from the configuration's folder."""
        folder = self._config.folder
        return (path.relative_to(folder) if path.is_relative_to(folder) else path).as_posix()

    def _inbox(self, store: str | None) -> Inbox:
        """A store's own; for files that name their stores one that belongs to no store, if there is one."""
        inboxes = self._config.site.inbox
        if store is not None:
            return self._by_store[store]
        return next((inbox for inbox in inboxes if not inbox.store), inboxes[0])


class AtServer:
    """The inbox of the server. Its methods raise what `Server` raises."""

    def __init__(self, server: Server) -> None:
        self._server = server
        told = server.get(PATH)
        try:
            self.stores = tuple(map(str, told["stores"]))
            self._known = {str(sha): str(place) for sha, place in told["files"].items()}
            self._before = [_taken_of(one) for one in told["before"]]
        except BAD as wrong:
            raise Remote(K_STRANGE, found=f"{server.url} ({wrong!r})") from None

    def known(self) -> dict[str, str]:
        """As the server said."""
        return self._known

    def before(self) -> list[Taken]:
        """As the server said."""
        return self._before

    def goal(self, name: str, store: str | None) -> str:
        """The server, and whose folder."""
        return f"{self._server.url} {f'{store}/' if store else ''}{name}"

    def take(self, path: Path, sha256: str, store: str | None) -> str:
        """Uploads it; the server recognises it again."""
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise Error(K_CHANGED_FILE, file=path)
        modified = f"{path.stat().st_mtime:.6f}"
        whose = {} if store is None else {"store": store}
        told = self._server.upload(PATH, content, name=path.name, modified=modified, **whose)
        return f"{self._server.url} {told.get('place', '')}"


def lacks_store(export: Export) -> bool:
    """Whether only a person can say whose data it is."""
    return "store" in export.schema.pair and "store" not in export.table.data


def hash_of(path: Path) -> str:
    """What a file is known by."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def taken(export: Export) -> Taken:
    """What is told of a file that counts."""
    return Taken(export.report, export.scope, export.as_of, export.as_of_text, len(export.taken))


def taken_json(one: Taken) -> list[Any]:
    """As JSON."""
    return [one.report, sorted(one.scope, key=repr), one.as_of.isoformat(), one.as_of_text, one.rows]


def _taken_of(told: Sequence[Any]) -> Taken:
    report, scope, as_of, text, rows = told
    return Taken(str(report), frozenset(map(tuple, scope)), datetime.fromisoformat(as_of), str(text), int(rows))
