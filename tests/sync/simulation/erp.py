"""The ERP and those who export from it: files in time, late, twice, of some rows only, of old numbers."""

from __future__ import annotations

import hashlib
import os
import random
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.sync.simulation.model import DATA, Key
from tests.sync.simulation.people import MSKUS, SHOP

ZONE = ZoneInfo("Asia/Shanghai")
TITLES = ("店铺", "MSKU", "SKU", "品名", "所属仓库", "FBA可售", "FBA待调仓", "FBA调仓中", "FBA入库中", "FBA标发在途")
KEPT = 6
"""Files that stay in the inbox; the oldest are tidied away."""

Rows = dict[Key, dict[str, float]]


@dataclass(frozen=True)
class File:
    """A file in the inbox: its rows, the moment of its data (the site's wall clock), and its turn."""

    path: Path
    sha: str
    rows: Rows
    stamp: datetime
    order: int


class Erp:
    """What it says today, what it said, and the files that were exported."""

    def __init__(self, inbox: Path, chance: random.Random) -> None:
        self._inbox, self._chance = inbox, chance
        self.stock: Rows = {(SHOP, msku): dict.fromkeys(DATA, 1.0) for msku in MSKUS[:3]}
        self._said: list[tuple[datetime, Rows]] = []
        self.files: list[File] = []
        self._turn = 0

    def sell(self) -> None:
        """Numbers move, and now and then there are new goods."""
        for cells in self.stock.values():
            for title in DATA:
                if self._chance.random() < 0.35:
                    cells[title] = float(self._chance.randint(1, 5))
        if len(self.stock) < len(MSKUS) and self._chance.random() < 0.08:
            self.stock[SHOP, MSKUS[len(self.stock)]] = {title: float(self._chance.randint(1, 5)) for title in DATA}

    def export(self, now: datetime, kind: str = "whole") -> str:
        """Somebody drops a file; answers in words what it is."""
        wall = now.astimezone(ZONE).replace(tzinfo=None, microsecond=0)
        if kind in ("again", "back") and self.files:
            return self._copy(self.files[-1 if kind == "again" else 0], wall)
        if kind == "late" and self._said:
            stamp, rows = self._chance.choice(self._said[-4:])
            self._drop(stamp, rows)
            return f"late, of {stamp}"
        self.sell()
        rows = {key: dict(cells) for key, cells in self.stock.items()}
        self._said.append((wall, rows))
        if kind == "late":
            return "kept for later"
        if kind == "part":
            rows = dict(self._chance.sample(sorted(rows.items()), max(1, len(rows) // 3)))
        self._drop(wall, rows)
        return kind

    def begin(self, now: datetime) -> File:
        """The first rows of a file that still grows."""
        self.export(now)
        whole = self.files.pop()
        some = dict(list(whole.rows.items())[:1])
        grown = self._write(whole.path, some, whole.stamp)
        self.files.append(grown)
        return whole

    def end(self, whole: File) -> None:
        """… and the rest of it."""
        grown = next((file for file in self.files if file.path == whole.path), None)
        if grown is not None:
            self.files.remove(grown)
            self.files.append(self._write(whole.path, whole.rows, whole.stamp))

    def lying(self) -> dict[str, tuple[Rows, datetime, int]]:
        """The files that lie there, by their bytes."""
        return {file.sha: (file.rows, file.stamp, file.order) for file in self.files}

    def _copy(self, file: File, wall: datetime) -> str:
        self._turn += 1
        path = file.path.with_name(f"{file.path.stem} ({self._turn}).csv")
        path.write_bytes(file.path.read_bytes())
        os.utime(path, (wall.timestamp(), wall.timestamp()))
        self.files.append(File(path, file.sha, file.rows, file.stamp, file.order))
        return f"{file.path.name} once more"

    def _drop(self, stamp: datetime, rows: Rows) -> None:
        self._turn += 1
        path = self._inbox / f"FBA库存明细 {stamp:%Y%m%d %H%M%S} {self._turn}.csv"
        self.files.append(self._write(path, rows, stamp))
        while len(self.files) > KEPT:
            gone = self.files.pop(0)
            if all(file.path != gone.path for file in self.files):
                gone.path.unlink(missing_ok=True)

    def _write(self, path: Path, rows: Rows, stamp: datetime) -> File:
        self._turn += 1
        lines = [",".join(TITLES)]
        for (store, msku), cells in rows.items():
            sellable, receiving = (round(cells[title]) for title in DATA)
            lines.append(f"{store},{msku},HI-{msku},球泡灯 {self._turn},仓,{sellable},0,0,{receiving},0")
        data = ("\n".join(lines) + "\n").encode("utf-8-sig")
        path.write_bytes(data)
        moment = stamp.replace(tzinfo=ZONE).timestamp()
        os.utime(path, (moment, moment))
        return File(path, hashlib.sha256(data).hexdigest(), rows, stamp, self._turn)
