"""The inbox: which files a round may use, and why not the others.

A file is known by the hash of its bytes and parsed once. What was decided for the bytes stays: wherever they turn
up again, under whatever name and time, they are no newer. What a file said is kept, so that a later round that
gets one partial file still knows the other stores.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any

from rules.errors import Error
from rules.policy.loader import Config
from sheets_schema.problems import Problem
from sync.files.folders import Lying, look_into
from sync.files.guards import Sifted, questions, sift, unmet
from sync.files.index import Id
from sync.files.library import Library
from sync.files.news import Seen, news
from sync.files.questions import open_questions
from sync.ingest.export import Export, dump, load
from sync.ingest.interpret import interpret
from sync.ingest.meanings import meanings_of
from sync.ingest.one_file import one_file, printable
from sync.plan.force import Force
from sync.state.database import State
from sync.state.files import FileState, KnownFile, Place

KEPT_WORDS = 3
"""Superseded files of which the rows are kept, per pair: what guard 回到旧数 compares with."""


@dataclass
class Arrivals:
    """What the inbox held: what rounds may use, the new files, what was wrong, and what is to be remembered.

    `rows` are the files whose rows are to be stored, `changed` those of which something else is known now, `others`
    those that were not taken, `places` where all of them lie.
    """

    library: Library
    exports: list[Export]
    fresh: list[Export] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    held: list[Error] = field(default_factory=list)
    rows: frozenset[Id] = frozenset()
    changed: frozenset[Id] = frozenset()
    others: list[KnownFile] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    known: list[KnownFile] = field(default_factory=list)
    """What was remembered of files when this was worked out."""

    def as_json(self) -> list[dict[str, Any]]:
        """The new files as `--json` shows them."""
        return [
            {
                "file": printable(PurePath(export.path).name),
                "report": export.report,
                "rows": len(export.taken),
                "as_of": export.as_of_text,
                "as_of_source": export.as_of_source,
                "stores": sorted(" ".join(map(str, pair)) for pair in export.scope),
                "sha256": export.sha256,
            }
            for export in self.fresh
        ]


def arrivals(config: Config, state: State, force: Force, moment: datetime) -> Arrivals:
    """Reads what is new in the inbox, beside what was accepted before. Remembers nothing.

    `moment` is when what is new has arrived. A file that is unreadable, empty, drifted, stale, or goes back to old
    numbers is held with its code; the others go on.

    Raises:
        Error: G-021, G-022 `force` does not say which file, or names none that is held.
    """
    arrived = moment.astimezone(UTC).isoformat(timespec="microseconds")
    now = moment.astimezone(config.site.zone).replace(tzinfo=None, microsecond=0)
    files = state.files.all()
    used, damaged = _all_loaded(config, state, [file for file in files if file.state is FileState.USED])
    places = state.places.all()
    lying = look_into(config, places)
    seen = Seen({file.id: file for file in files}, {export.id: export for export in used}, places)
    found = news(config, lying, seen, force, arrived, now)
    confirmed, anew = _ids(found.confirmed), _ids(found.read_anew)
    used = list({export.id: export for export in (*used, *found.read_anew, *found.confirmed)}.values())

    def words(report: str) -> list[Export]:
        kept = [file for file in files if file.state is FileState.SUPERSEDED and file.kept and file.report == report]
        return _all_loaded(config, state, kept)[0]

    percent = config.site.guards.missing_columns_percent
    sifted = sift(found.candidates, used, words, force, label=lying.label, arrived=arrived, missing_percent=percent)
    taken = _ids(sifted.fresh)
    exports = [*(export for export in used if export.id not in taken), *sifted.fresh]
    library = library_of(config, exports)
    asked, whole = questions(library, force, lying.label)
    if whole:
        exports = [replace(export, whole=export.whole or export.id in whole) for export in exports]
        library = library_of(config, exports)
    return Arrivals(
        library,
        exports,
        [export for export in exports if export.id in taken | confirmed],
        [problem for export in sifted.fresh for problem in export.problems],
        [
            *damaged,
            *lying.findings,
            *found.findings,
            *sifted.held,
            *asked,
            *unmet(library, sifted.fresh, lying.label),
            *open_questions(library),
        ],
        rows=taken | anew,
        changed=confirmed | whole,
        others=_not_taken(seen, sifted),
        places=_places(lying, places, sifted),
        known=files,
    )


def _ids(exports: Sequence[Export]) -> frozenset[Id]:
    return frozenset(export.id for export in exports)


def _not_taken(seen: Seen, sifted: Sifted) -> list[KnownFile]:
    """Files that were not taken: their data time is decided all the same."""
    stale = [item.export for item in sifted.stale]
    new = [one for one in stale if one.id not in seen.files or seen.files[one.id].state is FileState.HELD]
    return [
        *(_known(export, FileState.STALE) for export in new),
        *(_known(export, FileState.HELD) for export in sifted.refused),
    ]


def _places(lying: Lying, before: Mapping[str, Place], sifted: Sifted) -> list[Place]:
    """Where files lie now; what lies in a folder that could not be looked into stays."""
    told = {item.place for item in sifted.stale}
    told |= {place.path for place in before.values() if place.stale}
    now = [Place(item.place, item.sha, item.modified, item.place in told, item.mark) for item in lying.files]
    hidden = tuple(f"{folder}/" for folder in lying.unseen)
    return [*now, *(place for place in before.values() if hidden and f"{place.path}/".startswith(hidden))]


def library_of(config: Config, exports: Sequence[Export]) -> Library:
    """The files as one body of knowledge. Ages are counted back from the newest data, not from the clock."""
    newest = max((export.standing.rank for export in exports), default=None)
    share = config.site.guards.scope_share
    ages, meanings = config.site.max_age_days, meanings_of(config.site)
    return Library(exports, share=share, max_age_days=ages, now=newest, meanings=meanings)


def accepted(config: Config, state: State) -> list[Export]:
    """Every export that rounds may use."""
    return _all_loaded(config, state, [file for file in state.files.all() if file.state is FileState.USED])[0]


def _all_loaded(config: Config, state: State, files: Sequence[KnownFile]) -> tuple[list[Export], list[Error]]:
    """Files as their kept rows say now, and which of them are damaged (S-090)."""
    exports, damaged = [], []
    for file in files:
        try:
            with one_file(file.path):
                reading = replace(load(state.files.blob(file)), path=file.path)
                exports.append(interpret(reading, config.site, file.dated, file.standing, whole=file.whole))
        except Error as error:
            damaged.append(error)
    return exports, damaged


def remember(state: State, inbox: Arrivals) -> None:
    """Stores newly accepted files and what was decided of the others; of superseded ones the last words."""
    done = set(inbox.library.superseded())
    for file in inbox.others:
        state.files.put(file)
    for export in inbox.exports:
        over = export.id in done
        file = _known(export, FileState.SUPERSEDED if over else FileState.USED)
        if export.id in inbox.rows:
            state.files.put(file, dump(export.reading))
        elif over or export.id in inbox.changed:
            state.files.put(file)
    state.files.keep_superseded(KEPT_WORDS)
    state.places.replace(inbox.places)


def _known(export: Export, state: FileState) -> KnownFile:
    return KnownFile(
        *export.id,
        report=export.report,
        path=export.path,
        scope=tuple(sorted(export.scope)),
        dated=export.dated,
        standing=export.standing,
        rows=len(export.taken),
        state=state,
        whole=export.whole,
    )
