"""A tiny office: one workbook, one inbox, ERP exports as csv, and `qlc` run as people run it."""

import contextlib
import gc
import hashlib
import io
import json
import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import openpyxl
import yaml

from console import cli
from sheets_schema.sheets import SHEETS
from sync.state.database import State
from tests.warm import ROOT, qlc

STOCK = "库存数据"
FBA = (
    "店铺",
    "MSKU",
    "FNSKU",
    "ASIN",
    "父ASIN",
    "SKU",
    "品名",
    "所属仓库",
    "FBA可售",
    "FBA待调仓",
    "FBA调仓中",
    "FBA入库中",
    "FBA标发在途",
    "FBA计划入库",
)
"""Titles of a 库存明细 export as an operator selects them."""


class Office:
    """`stock` maps (store, MSKU) to a dict of sheet cells; missing titles stay blank."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.book = folder / "workbooks" / "全流程数据.xlsx"
        self.book.parent.mkdir()
        (folder / "inbox").mkdir()
        self.clock = datetime(2026, 11, 2, 9, 0)
        self.saves = 0
        self.site = {
            "state": "state",
            "inbox": [{"path": "inbox"}],
            "stores": [
                {"name": "LOMEESS-CA", "site": "CA", "aliases": ["LOMEESS 加拿大"]},
                {"name": "HIMICAR-MX", "site": "MX"},
            ],
            "workbooks": [{"name": "全流程数据", "path": "workbooks/全流程数据.xlsx"}],
            "guards": {},
        }
        self.write_config()

    def write_config(self):
        rules = yaml.safe_load((ROOT / "config.yaml").read_text("utf-8"))["rules"]
        text = yaml.safe_dump({"rules": rules, "site": self.site}, allow_unicode=True, sort_keys=False)
        (self.folder / "config.yaml").write_text(text, "utf-8")

    def make_book(self, rows, titles=None, sheet=STOCK, extra=None):
        """A new workbook whose tab `sheet` holds `rows` (dicts by title)."""
        titles = titles or [column.title for column in SHEETS[sheet].columns]
        book = openpyxl.Workbook()
        tab = book.active
        tab.title = sheet
        tab.append(titles)
        for row in rows:
            tab.append([row.get(title) for title in titles])
        for name, other in (extra or {}).items():
            more = book.create_sheet(name)
            for line in other:
                more.append(line)
        for name, known in SHEETS.items():
            if known.workbook == "全流程数据" and name not in book.sheetnames:
                book.create_sheet(name).append([column.title for column in known.columns])
        book.save(self.book)

    def edit(self, cells, sheet=STOCK):
        """A person types: {"C2": value}. Saved by openpyxl, as another program would: no two saves are the same bytes."""
        book = openpyxl.load_workbook(self.book)
        for cell, value in cells.items():
            book[sheet][cell] = value
        self.saves += 1
        book.properties.revision = str(self.saves)  # the time of a save is noted in whole seconds
        book.save(self.book)

    def export(self, rows, titles=FBA, name=None, hours=1):
        """Drops a csv export into the inbox; each is newer than the one before by `hours`."""
        self.clock += timedelta(hours=hours)
        path = self.folder / "inbox" / (name or f"export-{self.clock:%Y%m%d%H%M}.csv")
        path.parent.mkdir(exist_ok=True)
        lines = [",".join(titles)] + [",".join(str(row.get(title, "")) for title in titles) for row in rows]
        path.write_text("\n".join(lines) + "\n", "utf-8-sig")
        os.utime(path, (self.clock.timestamp(), self.clock.timestamp()))
        return path

    def qlc(self, *words, ok=(0, 1)):
        """Runs `qlc … --json` in a process; answers the document. `ok` are the exit codes allowed."""
        done = qlc("--config", str(self.folder / "config.yaml"), *words, "--json")
        return self.answer(done.returncode, done.stdout, done.stderr, ok)

    def answer(self, code, stdout, stderr, ok):
        assert "Traceback" not in stderr, stderr
        assert code in ok, (code, stdout, stderr)
        self.code, self.said = code, stderr
        return json.loads(stdout) if stdout else None

    def adopt(self, choice="ask"):
        return self.qlc("sync", "adopt", "全流程数据", "--all", choice, "--yes")["workbooks"][0]

    def once(self, *words, ok=(0, 1)):
        """One round; answers the workbook's part of the report."""
        return self.qlc("sync", "once", *words, ok=ok)["workbooks"][0]

    def conflicts(self):
        return self.qlc("sync", "conflicts")

    def sha(self):
        return hashlib.sha256(self.book.read_bytes()).hexdigest()

    def rows(self, sheet=STOCK):
        """The tab's rows as dicts by title, blank rows left out, formulas as text."""
        tab = openpyxl.load_workbook(self.book)[sheet]
        titles, *rows = [[cell.value for cell in row] for row in tab.iter_rows()]
        return [dict(zip(titles, row, strict=True)) for row in rows if any(cell is not None for cell in row)]

    def by_msku(self, sheet=STOCK):
        return {row["MSKU"]: row for row in self.rows(sheet)}

    def copy_to(self, folder):
        """The same office somewhere else."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        other = type(self).__new__(type(self))
        other.__dict__.update(self.__dict__)
        other.folder = folder
        other.book = folder / "workbooks" / "全流程数据.xlsx"
        return other


class QuickOffice(Office):
    """The same office, `qlc` run inside this process and the packaged rules: a tenth of the time, for many stories."""

    def write_config(self):
        text = yaml.safe_dump({"rules": {}, "site": self.site}, allow_unicode=True, sort_keys=False)
        (self.folder / "config.yaml").write_text(text, "utf-8")

    def qlc(self, *words, ok=(0, 1)):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = cli.main(["--config", str(self.folder / "config.yaml"), *words, "--json"])
        gc.enable()
        return self.answer(code, out.getvalue(), err.getvalue(), ok)


def process(office, *words, ok=(0, 1)):
    """`qlc` in a process of its own, whatever the office."""
    return Office.qlc(office, *words, ok=ok)


def agreed(folder, tab=STOCK, workbook="全流程数据"):
    """What both sides last agreed on, blanks left out: a cell never seen and a blank one are the same."""
    with State(folder / "state") as state:
        return agreed_in(state, tab, workbook)


def agreed_in(state, tab=STOCK, workbook="全流程数据"):
    """The same, of an open state."""
    base = state.bases.get(workbook, tab)
    keys = list(zip(*(base.table.values(title) for title in ("店铺", "MSKU")), strict=True))
    return {
        (key, title): value
        for title in base.table.columns
        for key, value in zip(keys, base.table.values(title), strict=True)
        if value is not None
    }


def item(msku, sellable, store="LOMEESS-CA", **more):
    """One line of a 库存明细 export."""
    return {
        "店铺": store,
        "MSKU": msku,
        "SKU": f"HI-{msku}",
        "品名": "球泡灯",
        "FNSKU": f"X00{msku:0>7}",
        "ASIN": f"B0{msku:0>8}",
        "FBA可售": sellable,
        "FBA待调仓": 0,
        "FBA调仓中": 0,
        "FBA入库中": 0,
        **more,
    }
