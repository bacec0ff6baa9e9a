"""The inbox: which files a round may use, and why not the others.

A file is known by the hash of its bytes and parsed once; what it said is remembered, so that a later
round that gets one partial file still knows the other stores.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from rules.errors import Error, Refused
from rules.policy.loader import Config
from rules.policy.site import Inbox
from sheets_schema.problems import Problem
from sync import guards
from sync.ingest.export import Export, dump, load
from sync.ingest.library import Library
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
    stale: list[Export] = field(default_factory=list)
    modified: dict[str, float] = field(default_factory=dict)
    """Modification times of the files that were read, by hash."""

    def as_json(self) -> list[dict[str, Any]]:
        """The new files as `--json` shows them."""
        return [
            {
                "file": Path(export.path).name,
                "report": export.report,
                "rows": len(export.table),
                "as_of": export.as_of_text,
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
    answer = Arrivals([load(file.blob) for file in known.values() if file.blob])
    for inbox, path in _files(config):
        try:
            sha, modified = hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime
            if not _is_news(sha, modified, known.get(sha), answer, force):
                continue
            export = read(path, aliases=config.site.export_aliases, store=inbox.store, site=config.site)
            answer.modified[sha] = modified
            if sha in known and known[sha].blob and export.as_of.isoformat() <= known[sha].as_of:
                continue
            _check(export, answer.exports, config.site.guards.missing_columns_percent, force)
        except Error as error:
            answer.held.append(error)
            continue
        answer.exports = [old for old in answer.exports if old.sha256 != sha]
        answer.fresh = [old for old in answer.fresh if old.sha256 != sha]
        answer.fresh.append(export)
        answer.problems += export.problems
    answer.exports += answer.fresh
    _hold_stale(answer, force)
    return answer


def _is_news(sha: str, modified: float, known: AcceptedFile | None, answer: Arrivals, force: frozenset[str]) -> bool:
    """Whether a file must be read: new bytes, the same bytes dropped again later, or a stale file let in."""
    if sha in answer.modified:
        return modified > answer.modified[sha]
    if known is None or modified > known.modified:
        return True
    return not known.blob and guards.G_STALE.id in force


def _hold_stale(answer: Arrivals, force: frozenset[str]) -> None:
    """Takes out new files of which nothing can be applied, or with G-003 lifted makes them the newest."""
    library = Library(answer.exports)
    stale = [export for export in answer.fresh if library.index(export.report).stale(export.sha256)]
    for export in stale:
        newest = max(old.as_of for old in answer.exports if old.report == export.report)
        answer.exports = [other for other in answer.exports if other is not export]
        answer.fresh = [other for other in answer.fresh if other is not export]
        if guards.G_STALE.id in force:
            lifted = replace(export, as_of=newest + timedelta(seconds=1))
            answer.exports.append(lifted)
            answer.fresh.append(lifted)
        else:
            answer.stale.append(export)
            name, when = Path(export.path).name, newest.isoformat(sep=" ", timespec="minutes")
            answer.held.append(Refused(guards.G_STALE, file=name, found=export.as_of_text, expected=when))


def library_of(config: Config, exports: Sequence[Export], force: frozenset[str] = frozenset()) -> Library:
    """The files as one body of knowledge. Ages are counted back from the newest data, not from the clock."""
    share = 0.0 if guards.G_SHRUNK.id in force else config.site.guards.scope_share
    newest = max((export.as_of for export in exports), default=None)
    return Library(exports, share=share, max_age_days=config.site.max_age_days, now=newest)


def questions(library: Library) -> list[Refused]:
    """筛选导出?: pairs whose newest file lists too few of the known rows (G-002)."""
    held = [item for report in library.reports for item in library.index(report).held]
    return [
        Refused(
            guards.G_SHRUNK,
            file=Path(item.file).name,
            report=item.report,
            pair=" ".join(item.pair),
            found=item.found,
            expected=item.known,
        )
        for item in held
    ]


def accepted(state: State) -> list[Export]:
    """Every export that rounds may use."""
    return [load(file.blob) for file in state.files.all() if file.blob]


def remember(state: State, inbox: Arrivals, library: Library) -> None:
    """Stores newly accepted files; of stale and superseded ones only that they were seen."""
    state.files.forget([export.sha256 for export in (*inbox.fresh, *inbox.stale)])
    done = set(library.superseded())
    silent = done | {export.sha256 for export in inbox.stale}
    for export in (*inbox.fresh, *inbox.stale):
        blob = b"" if export.sha256 in silent else dump(export)
        moment = export.as_of.isoformat()
        modified = inbox.modified[export.sha256]
        rows = len(export.table)
        file = AcceptedFile(export.sha256, export.report, str(export.path), moment, rows, modified, blob)
        state.files.add(file, now())
    new = {export.sha256 for export in (*inbox.fresh, *inbox.stale)}
    state.files.seen({sha: modified for sha, modified in inbox.modified.items() if sha not in new})
    state.files.empty([sha for sha in done if sha not in new])


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
