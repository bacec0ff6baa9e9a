"""A team: `qlc serve --sync` over an office, and PCs whose buttons ask it."""

import contextlib
import shutil
from datetime import date

import yaml

from addin.commands.catalogue import COMMANDS
from addin.commands.command import Desk, Selection
from rules.policy.loader import load
from sync.state.database import State
from tests.addin.service.serving import serving
from tests.fakes.document import OpenDocument
from tests.scenarios.office import STOCK, QuickOffice, item

SHEET = ["店铺", "MSKU", "FBA可售", "备注"]
NEVER = {"quiet": ["00:00-12:00", "12:00-00:00"]}
"""A schedule by which the server runs no round by itself."""
TOKENS = {"QLC_TOKEN_LI": "li" * 20, "QLC_TOKEN_CHEN": "chen" * 10}
USERS = [
    {"name": "小李", "token_env": "QLC_TOKEN_LI"},
    {"name": "陈主管", "role": "lead", "token_env": "QLC_TOKEN_CHEN"},
]


OTHER = "墨西哥"
"""A second workbook."""


def team_office(folder, schedule=NEVER, users=USERS):
    """An office whose two workbooks are adopted, and agreed on with the ERP: A, B, C have 10 each."""
    folder.mkdir(exist_ok=True)
    office = QuickOffice(folder)
    office.site |= {"schedule": schedule, "service": {"users": users}}
    other = office.book.with_name(f"{OTHER}.xlsx")
    office.site["workbooks"].append({"name": OTHER, "path": str(other), "tabs": {STOCK: STOCK}})
    office.write_config()
    office.make_book([{"店铺": "LOMEESS-CA", "MSKU": msku, "FBA可售": 10} for msku in "ABC"], SHEET)
    shutil.copy(office.book, other)
    sells(office, 10, 10, 10)
    for name in (office.book.stem, OTHER):
        office.qlc("sync", "adopt", name, "--all", "ask", "--yes")
    return office


def sells(office, *counts, **new):
    """An export: FBA可售 of A, B, C, and of other goods by MSKU; no two have the same bytes."""
    known = dict(zip("ABC", counts, strict=True)) | new
    other = {"FBA计划入库": int(office.clock.timestamp()) // 3600}
    return office.export([item(msku, count, **other) for msku, count in known.items()])


@contextlib.contextmanager
def server(office):
    with serving(office.folder, None, words=["--sync"], **TOKENS) as running:
        yield running


class PC:
    """A computer whose configuration names the server; the office's workbook is open in its program."""

    def __init__(self, folder, office, url, user="QLC_TOKEN_LI", book=None):
        folder.mkdir()
        self.book = book or office.book
        site = {
            "server": {"url": url, "token_env": user},
            "workbooks": [{"name": self.book.stem, "path": str(self.book)}],
            "stores": office.site["stores"],
        }
        self.config = folder / "config.yaml"
        self.config.write_text(yaml.safe_dump({"rules": {}, "site": site}, allow_unicode=True), "utf-8")
        self.lock = self.book.with_name(f"~${self.book.name}")
        self.open()

    def open(self):
        self.document = OpenDocument(self.book)
        self.lock.write_bytes(b"open in Excel")

    def close(self):
        self.lock.unlink()

    def desk(self, **answers):
        config = load(self.config)
        return Desk(self.document, Selection(STOCK, 2, 2, 2, 2), config, date(2026, 11, 20), str(self.book), answers)

    def press(self, button, **answers):
        return COMMANDS[button].run(self.desk(**answers))

    def do(self, button, **answers):
        return self.press(button, **answers).finish()

    def shown(self, *mskus):
        """FBA可售 of some rows, by default of those that every office begins with."""
        rows = {line[1]: line[2] for line in self.document.read(STOCK).rows[1:] if len(line) > 2}
        return [rows.get(msku) for msku in mskus or "ABC"]

    def save(self):
        """The person saves, and the next round takes it up."""
        self.document.save()
        preview = self.press("sync_now")
        return preview.finish() if preview.finish else preview.report

    def as_user(self, token):
        """The same computer, another person at it."""
        return self._configured(token_env=token)

    def ask(self, url):
        """The same computer, and a server that listens somewhere else."""
        return self._configured(url=url)

    def _configured(self, **facts):
        document = yaml.safe_load(self.config.read_text("utf-8"))
        document["site"]["server"] |= facts
        self.config.write_text(yaml.safe_dump(document, allow_unicode=True), "utf-8")
        return self


def books(office, number=None):
    """The state that the newest round, or `number`, left of each workbook, and who asked for it."""
    with State(office.folder / "state") as state:
        row = state.journal.rounds(1)[0] if number is None else state.journal.round(number)
        return row.who, {book.workbook: book.state for book in state.journal.books(row.id)}
