"""The inbox: which files a round may use, and why not the others.

A file is known by the hash of its bytes and parsed once; what it said is remembered, so that a later
round that gets one partial file still knows the other stores.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rules.errors import Error, Refused
from rules.policy.loader import Config
from rules.policy.site import Inbox
from sheets_schema.problems import Problem
from sync import guards
from sync.ingest.export import Export, dump, load
from sync.ingest.read import read
from sync.state.database import State, now
from sync.state.memory import AcceptedFile


@dataclass
class Arrivals:
    """What the inbox held: every export a round may use, the new ones, and what was wrong."""

    exports: list[Export] = field(default_factory=list)
    fresh: list[Export] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    held: list[Error] = field(default_factory=list)

    def as_json(self) -> list[dict[str, Any]]:
        """The new files as `--json` shows them."""
        return [
            {
                "file": Path(export.path).name,
                "report": export.report,
                "rows": len(export.table),
                "as_of": str(export.as_of),
                "stores": sorted(" ".join(map(str, pair)) for pair in export.scope),
                "sha256": export.sha256,
            }
            for export in self.fresh
        ]


def arrivals(config: Config, state: State, force: frozenset[str]) -> Arrivals:
    """Reads what is new in the inbox, beside what was accepted before. Remembers nothing.

    An unreadable, empty, drifted or stale file is held with its code; the others go on.
    """
    known = {file.sha: file for file in state.files.all()}
    answer = Arrivals([load(file.blob) for file in known.values()])
    for inbox, path in _files(config):
        try:
            sha = hashlib.sha256(path.read_bytes()).hexdigest()
            if sha in known or any(export.sha256 == sha for export in answer.fresh):
                continue
            export = read(
                path,
                aliases=config.site.export_aliases,
                store=inbox.store,
                site=config.site,
            )
            _check(export, answer.exports, config.site.guards.missing_columns_percent, force)
        except Error as error:
            answer.held.append(error)
            continue
        answer.fresh.append(export)
        answer.problems += export.problems
    answer.exports += answer.fresh
    return answer


def accepted(state: State) -> list[Export]:
    """Every export that rounds may use."""
    return [load(file.blob) for file in state.files.all()]


def remember(state: State, fresh: Sequence[Export]) -> None:
    """Stores newly accepted files."""
    for export in fresh:
        state.files.add(
            AcceptedFile(
                export.sha256,
                export.report,
                str(export.path),
                export.as_of.isoformat(),
                len(export.table),
                dump(export),
            ),
            now(),
        )


def _files(config: Config) -> Iterator[tuple[Inbox, Path]]:
    claimed = {(config.folder / inbox.path).resolve() for inbox in config.site.inbox}
    for inbox in config.site.inbox:
        folder = config.folder / inbox.path
        if not folder.is_dir():
            continue
        for path in sorted(folder.rglob("*")):
            others = claimed - {folder.resolve()}
            if path.is_file() and not path.name.startswith(("~$", ".")) and not others & set(path.resolve().parents):
                yield inbox, path


def _check(export: Export, accepted: Sequence[Export], missing_percent: float, force: frozenset[str]) -> None:
    """Empty file and header drift, against the newest accepted file of the same report.

    Raises:
        Refused: G-001, G-004.
    """
    name = Path(export.path).name
    if not len(export.table) and guards.G_EMPTY.id not in force:
        raise Refused(guards.G_EMPTY, file=name, report=export.report)
    before = max((old for old in accepted if old.report == export.report), key=lambda old: str(old.as_of), default=None)
    if before is None or guards.G_DRIFT.id in force:
        return
    lost = [title for title in before.table.columns if title not in export.table.data]
    if len(lost) * 100 > len(before.table.columns) * missing_percent:
        raise Refused(guards.G_DRIFT, file=name, found="、".join(lost))
