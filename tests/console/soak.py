"""A company that is not left in peace: exports, people who type and save, and a service that is killed again and again."""

import json
import random
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import openpyxl

from tests.scenarios.office import STOCK, Office, item
from tests.warm import ROOT

SHEET = ["店铺", "MSKU", "FBA可售", "FBA入库中", "备注"]
MSKUS = [f"M{number:02}" for number in range(30)]
PEOPLES = frozenset(MSKUS[:5])
"""Rows in whose ERP cell somebody types; the others are the ERP's alone."""


class Life:
    """One life of the service: its process, and what it tells, with the moment at which it was heard."""

    def __init__(self, folder):
        words = [
            sys.executable,
            "-m",
            "console.cli",
            "--config",
            str(folder / "config.yaml"),
            "sync",
            "daemon",
            "--json",
        ]
        self.began, self.events = time.monotonic(), []
        self.process = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self._reader = Thread(target=self._read)
        self._reader.start()

    def _read(self):
        for line in self.process.stdout:
            self.events.append((time.monotonic(), json.loads(line)))

    def first(self, event):
        """Seconds until it first told an event; None where it never did."""
        return next((when - self.began for when, told in list(self.events) if told["event"] == event), None)

    def uses(self):
        """Megabytes and open files of the service; None where the system does not tell."""
        place = Path(f"/proc/{self.process.pid}")
        if not place.exists():
            return None
        memory = next(line for line in (place / "status").read_text().splitlines() if line.startswith("VmRSS"))
        return int(memory.split()[1]) / 1024, len(list((place / "fd").iterdir()))

    def kill(self):
        self.process.kill()
        self._over()

    def stop(self):
        self.process.terminate()
        self._over()

    def _over(self):
        self.process.wait()
        self._reader.join()
        self.process.stdout.close()


class Company(Office):
    """An office with thirty goods, its people, and their exports."""

    def __init__(self, folder, seed):
        folder.mkdir()
        super().__init__(folder)
        self.chance = random.Random(seed)
        self.site["schedule"] = {"every_minutes": 1}
        self.write_config()
        self.stock = dict.fromkeys(MSKUS, 10)
        self.remarks, self.typed, self.exports, self.saves = {}, {}, 0, 0
        self.make_book([{"店铺": "LOMEESS-CA", "MSKU": one, "FBA可售": 10} for one in MSKUS], SHEET)
        self.drop()
        self.adopt("erp")

    def drop(self):
        """An export with a few new numbers, copied into the inbox as programs copy: then it has its name."""
        for one in self.chance.sample(MSKUS, 4):
            self.stock[one] = self.chance.randint(1, 900)
        self.exports += 1
        path = self.export(
            [item(one, count) for one, count in self.stock.items()], name=f"export {self.exports}.part", hours=0.02
        )
        path.rename(path.with_name(f"FBA库存明细 {self.clock:%Y%m%d %H%M%S}.csv"))
        for old in sorted(path.parent.glob("*.csv"))[:-8]:
            old.unlink()

    def work(self):
        """Somebody opens the workbook, types, saves as Excel does, and closes it."""
        owner, temporary = self.book.with_name(f"~${self.book.name}"), self.book.with_name("9F3A2B10")
        owner.write_bytes(b"somebody")
        try:
            book = openpyxl.load_workbook(self.book)
            rows = {row[1].value: row for row in book[STOCK].iter_rows(min_row=2)}
            one = self.chance.choice(MSKUS)
            self.saves += 1
            rows[one][4].value = self.remarks[one] = f"备注 {self.saves}"
            if self.chance.random() < 0.2:
                other = self.chance.choice(sorted(PEOPLES))
                rows[other][2].value = self.typed[other] = 1000 + self.saves
            book.save(temporary)
            temporary.replace(self.book)
        finally:
            owner.unlink()

    def wrong(self):
        """What is not as it must be once the service has come to rest, in words."""
        rows = self.rows()
        found = {row["MSKU"]: row for row in rows}
        answer = [f"rows: {len(rows)}"] if [row["MSKU"] for row in rows] != MSKUS else []
        for one, row in found.items():
            allowed = {self.stock[one], self.typed.get(one)} if one in PEOPLES else {self.stock[one]}
            if row["FBA可售"] not in allowed:
                answer.append(f"{one} shows {row['FBA可售']}, the ERP says {self.stock[one]}")
            if row["备注"] != self.remarks.get(one):
                answer.append(f"{one}: the remark {self.remarks.get(one)} is {row['备注']}")
        answer += [path.name for path in self.book.parent.iterdir() if path.name.startswith((".全", "~$"))]
        return answer

    def is_at_rest(self, life, heard):
        """Whether a round has followed what was noticed, and all is as it must be."""
        seen = [told["event"] for _, told in life.events[heard:]]
        return "noticed" in seen and "ended" in seen[seen.index("noticed") :] and not self.wrong()

    def state_bytes(self):
        return sum(path.stat().st_size for path in (self.folder / "state").iterdir())


def soak(folder, minutes, kill_every, tell):
    """Two companies for so long: the service of one is killed and started again, the other's lives on; answers what was seen.

    `lives`: seconds from each start to the end of its first round. `uses`: megabytes and handles of the lasting service.
    """
    killed, lasting = Company(folder / "killed", 1), Company(folder / "lasting", 2)
    lives, uses, events = [], [], []
    life, other = Life(killed.folder), Life(lasting.folder)
    began = time.monotonic()
    end, kill, told = began + 60 * minutes, began + kill_every, began
    try:
        while (now := time.monotonic()) < end:
            for company in (killed, lasting):
                deed = company.chance.random()
                company.drop() if deed < 0.25 else company.work() if deed < 0.6 else None
            if now >= kill:
                life.kill()
                lives.append(life.first("ended"))
                events += life.events
                life, kill = Life(killed.folder), time.monotonic() + kill_every
            uses.append((time.monotonic() - began, *(other.uses() or (0, 0))))
            if now - told >= 60:
                told = now
                tell(
                    f"{(now - began) / 60:4.0f} min: {len(lives)} kills, {killed.exports + lasting.exports} exports, {uses[-1][1]:.0f} MB"
                )
            time.sleep(1)
        settle(killed, life)
        settle(lasting, other)
        lives.append(life.first("ended"))
    finally:
        life.stop()
        other.stop()
    return {
        "lives": lives, "uses": uses, "events": [told for _, told in [*events, *life.events, *other.events]],
        "wrong": {company.folder.name: company.wrong() for company in (killed, lasting)},
        "state": {company.folder.name: (company.state_bytes(), company.exports) for company in (killed, lasting)},
    }  # fmt: skip


def settle(company, life):
    """One export more, and the round that it makes."""
    time.sleep(3)
    heard = len(life.events)
    company.drop()
    limit = time.monotonic() + 900
    while not company.is_at_rest(life, heard) and time.monotonic() < limit:
        time.sleep(0.5)
