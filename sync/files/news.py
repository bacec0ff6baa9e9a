"""What in the inbox is news: bytes never seen, a later word of known ones, old ones dropped again.

What was decided for bytes stays: wherever they turn up again, under whatever name and time, they are no newer.
Only a name with a later stamp moves their data time, and only while all that they said is still the last word.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import PurePath

from rules.errors import Busy, Error
from rules.policy.loader import Config
from sync.files.comparing import still_said
from sync.files.folders import Dropped, Lying
from sync.files.index import Id
from sync.files.library import Library
from sync.ingest.as_of import DataTime, Source, Standing, data_time, stamp_in
from sync.ingest.codes import I_GREW
from sync.ingest.export import Export
from sync.ingest.one_file import one_file
from sync.ingest.read import read, read_by
from sync.plan import guards
from sync.plan.force import Force
from sync.state.files import FileState, KnownFile, Place


@dataclass
class Candidate:
    """A file that a round may take.

    `again`: bytes that say nothing any more; they are taken only where a person lifts G-003. `quiet`: that was
    said of them already. `used`: they are in force all the same, for rows that are gone.
    """

    export: Export
    again: bool = False
    quiet: bool = False
    used: bool = False

    @property
    def place(self) -> str:
        """Where it lies."""
        return self.export.path


@dataclass
class News:
    """Files that may be taken, files in force that a later name confirms or that were read anew, and what failed."""

    candidates: list[Candidate] = field(default_factory=list)
    confirmed: list[Export] = field(default_factory=list)
    read_anew: list[Export] = field(default_factory=list)
    findings: list[Error] = field(default_factory=list)


@dataclass(frozen=True)
class Seen:
    """What earlier rounds saw: files by id, those in force as they are, and where files lay."""

    files: Mapping[Id, KnownFile]
    used: Mapping[Id, Export]
    places: Mapping[str, Place]


def news(config: Config, lying: Lying, seen: Seen, force: Force, arrived: str, now: datetime) -> News:
    """Sorts the files of the inbox folders, and reads what has to be read.

    `arrived` (UTC, ISO text) and `now` (the site's wall clock) are the moment of this round.
    """
    look = _Look(config, lying, seen, force, arrived, now)
    for dropped in lying.files:
        try:
            with one_file(dropped.path):
                look.sort(dropped)
        except Error as error:
            look.answer.findings.append(error)
    look.answer.candidates += look.unseen()
    return look.answer


class _Look:
    def __init__(self, config: Config, lying: Lying, seen: Seen, force: Force, arrived: str, now: datetime) -> None:
        self._config, self._seen, self._force = config, seen, force
        self._arrived, self._now = arrived, now
        self._lying = {item.place for item in lying.files}
        self._by_bytes: dict[str, KnownFile] = {file.sha: file for file in seen.files.values()}
        self._unseen: list[Export] = []
        self.answer = News()

    @cached_property
    def _library(self) -> Library:
        return Library(self._seen.used.values())

    def sort(self, dropped: Dropped) -> None:
        """Decides whether a file is news, and for what."""
        known = self._known(dropped)
        if known is None:
            self._unseen.append(self._read(dropped))
            return
        place = self._seen.places.get(dropped.place)
        quiet = self._was_there(dropped, place)
        asked = self._force.names(guards.G_STALE, dropped.place)
        asked |= self._force.mentions(guards.G_STALE) and place is not None and place.stale
        if known.state is FileState.USED and known.id in self._seen.used:
            export = self._anew(dropped, known)
            if asked or not quiet:
                self._in_force(dropped, export, quiet=quiet)
        elif known.state in (FileState.SUPERSEDED, FileState.STALE):
            if asked or not quiet:
                self.answer.candidates.append(Candidate(self._remembered(dropped, known), again=True, quiet=quiet))
        else:
            self.answer.candidates.append(Candidate(self._remembered(dropped, known)))

    def unseen(self) -> Iterator[Candidate]:
        """Files of bytes never seen; the same bytes under several names are dated once."""
        by_bytes: dict[str, list[Export]] = {}
        for export in self._unseen:
            by_bytes.setdefault(export.sha256, []).append(export)
        for twins in by_bytes.values():
            best = _best(twins)
            modified = min(export.standing.modified for export in twins)
            for id in dict.fromkeys(export.id for export in twins):
                own = [export for export in twins if export.id == id]
                export = next((export for export in own if export.dated == best.dated), own[0])
                standing = replace(best.standing, modified=modified)
                yield Candidate(replace(export, dated=best.dated, standing=standing))

    def _known(self, dropped: Dropped) -> KnownFile | None:
        """What is known of a file: by its bytes, and by its folder's store where they name none."""
        files = self._seen.files
        return files.get((dropped.sha, dropped.store)) or files.get((dropped.sha, ""))

    def _was_there(self, dropped: Dropped, place: Place | None) -> bool:
        """Whether an earlier round saw these bytes here; a file that was moved as it is counts as seen."""
        if place is not None:
            return (place.sha, place.modified) == (dropped.sha, dropped.modified)
        name = dropped.path.name
        return any(
            (old.sha, old.modified) == (dropped.sha, dropped.modified)
            and PurePath(old.path).name == name
            and old.path not in self._lying
            for old in self._seen.places.values()
        )

    def _in_force(self, dropped: Dropped, export: Export, *, quiet: bool) -> None:
        """Bytes in force that were dropped again, or whose name a person gives."""
        later = self._later(dropped, export)
        if later is not None and still_said(export, self._library.index(export.report)):
            standing = Standing(later.rank, self._arrived, dropped.modified)
            self.answer.confirmed.append(_at(replace(export, dated=later, standing=standing), dropped))
        elif later is not None or self._library.stale(export, again=True):
            self.answer.candidates.append(Candidate(_at(export, dropped), again=True, quiet=quiet, used=True))

    def _anew(self, dropped: Dropped, known: KnownFile) -> Export:
        """A file in force; read anew where it would be read otherwise now (a newer version, other titles, another clock)."""
        export, site = self._seen.used[known.id], self._config.site
        if export.reading.by == read_by(site.export_aliases, export.report, site.zone):
            return export
        again = replace(self._remembered(dropped, known), whole=known.whole)
        if again.id != export.id or again.report != export.report:
            return export
        self.answer.read_anew.append(again)
        return again

    def _later(self, dropped: Dropped, export: Export) -> DataTime | None:
        """The stamp of a name, where it is later than what was decided for the bytes."""
        stamp = stamp_in(dropped.path.name, export.schema, self._now)
        if stamp is None or (stamp.clock is None and stamp.day <= export.as_of.date()):
            return None
        zone = self._config.site.zone
        later = data_time((), stamp, None, dropped.modified, arrived=self._now, zone=zone)
        return later if later.moment > export.as_of else None

    def _read(self, dropped: Dropped) -> Export:
        """A file as it is now, dated by its name and times, or as was decided for its bytes (in any folder)."""
        twin, site = self._by_bytes.get(dropped.sha), self._config.site
        export = read(
            dropped.path,
            aliases=site.export_aliases,
            store=dropped.store or None,
            site=site,
            arrived=self._now,
            dated=None if twin is None else twin.dated,
        )
        if export.sha256 != dropped.sha:
            raise Busy(I_GREW)
        rank = export.standing.rank if twin is None else twin.standing.rank
        return _at(replace(export, standing=Standing(rank, self._arrived, dropped.modified)), dropped)

    def _remembered(self, dropped: Dropped, known: KnownFile) -> Export:
        """A file that has to be read again; it stands where it stood."""
        return replace(self._read(dropped), standing=known.standing)


def _best(twins: list[Export]) -> Export:
    """The latest stamp of several names of the same bytes; without any, the earliest moment: the others are copies."""
    named = [export for export in twins if export.dated.source is Source.NAME]
    return max(named, key=lambda export: export.standing.rank) if named else min(twins, key=lambda export: export.as_of)


def _at(export: Export, dropped: Dropped) -> Export:
    return replace(export, reading=replace(export.reading, path=dropped.place))
