"""The buttons that the service offers: they see the sheet that was sent and nothing of the computer."""

import json
import sys
from datetime import date

import pytest

from addin.commands.catalogue import COMMANDS
from addin.commands.command import Desk
from addin.service.models import work
from addin.service.previews import OFFERED, applied, previewed
from console.demo.rounds import run_round
from rules.errors import Error
from rules.policy.loader import load, packaged
from sync.tab.adopt import Adoption
from tests.scenarios.office import STOCK, Office, item

TODAY = date(2025, 4, 3)
SHEET = [
    ["SKU", "品牌", "品名", "站点", "品类", "渠道", "发货日期", "天数"],
    [
        None,
        "HIFILUZ",
        "前排灯",
        "MX",
        "车机",
        "快线",
        {"date": "2025-03-01"},
        {"formula": 'LEADTIME("车机")', "value": 71},
    ],
]
WATCHED = (
    "open",
    "os.listdir",
    "os.scandir",
    "os.rename",
    "os.remove",
    "os.mkdir",
    "socket.connect",
    "subprocess.Popen",
)
seen: list[str] | None = None


def watch(event, arguments):
    if seen is not None and event in WATCHED:
        seen.append(f"{event} {arguments[0]}")


sys.addaudithook(watch)


def asked(cells):
    return work(json.dumps({"tabs": {"S": SHEET}, "selection": {"tab": "S", "cells": cells}}).encode())


def run(name, cells):
    for way in (previewed, applied):
        try:
            way(COMMANDS[name], asked(cells), packaged(), TODAY, "zh")
        except Error:
            continue


@pytest.mark.parametrize("name", sorted(OFFERED))
def test_it_reaches_for_nothing_on_the_computer(name):
    global seen
    for cells in ("A2:H2", "H2", "A2"):
        run(name, cells)  # what is only loaded once: modules, fonts
    seen = []
    try:
        for cells in ("A2:H2", "H2", "A2"):
            run(name, cells)
        found = seen
    finally:
        seen = None
    assert [event for event in found if ".venv" not in event and "/fonts/" not in event] == []


def test_the_others_are_not_offered():
    assert {"letter_names", "fetch_exports", "sync_now", "undo_sync", "settings", "report_problem"}.isdisjoint(OFFERED)


def test_what_a_formula_shows_is_seen_and_a_picture_comes_along():
    store = asked("A2").store
    assert store.read("S").value(2, 7) == 71.0
    told = previewed(COMMANDS["copy_picture"], asked("A1:H2"), packaged(), TODAY, "zh")
    assert told["png"].startswith("iVBOR")
    told = previewed(COMMANDS["explain_cell"], asked("H2"), packaged(), TODAY, "en")
    assert told["png"] is None
    assert "R10" in json.dumps(told, ensure_ascii=False)


@pytest.mark.parametrize("spelled", [str, lambda book: str(book).replace("/", "\\"), lambda book: f"/x/..{book}"])
def test_a_request_that_names_the_configured_workbook_learns_nothing_of_the_state(tmp_path, spelled):
    global seen
    office = Office(tmp_path)
    office.make_book([{"店铺": "LOMEESS-CA", "MSKU": "A", "FBA可售": 10}], ["店铺", "MSKU", "FBA可售"])
    office.export([item("A", 10)])
    run_round(tmp_path / "config.yaml", Adoption())
    config = load(tmp_path / "config.yaml")
    rows = [["店铺", "MSKU", "FBA可售"], ["LOMEESS-CA", "A", 10]]
    body = {"tabs": {STOCK: rows}, "selection": {"tab": STOCK, "cells": "C2"}, "file": spelled(office.book)}
    request = work(json.dumps(body).encode())
    here = Desk(request.store, request.selection, config, TODAY, str(office.book))
    assert "上次一致值" in str(COMMANDS["explain_cell"].run(here).report), "the button on this computer says it"
    seen = []
    try:
        told = previewed(COMMANDS["explain_cell"], request, config, TODAY, "zh")
        found = seen
    finally:
        seen = None
    assert "上次一致值" not in json.dumps(told, ensure_ascii=False)
    assert [event for event in found if str(tmp_path) in event] == []
