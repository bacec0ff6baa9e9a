"""A state that goes back to a safety copy: no edit is lost, nothing is overwritten that it does not know of."""

import json
import multiprocessing
import shutil
import sqlite3
import zipfile
from pathlib import Path

import pytest

from sync.state.audit_check import check
from sync.state.database import DATABASE, State
from tests.scenarios.office import QuickOffice, item

SHEET = ["店铺", "MSKU", "FBA可售", "FBA入库中", "备注"]
BOOK = "全流程数据"


def erp(**sellable):
    return [item(msku, count) for msku, count in sellable.items()]


@pytest.fixture(scope="module")
def agreed(tmp_path_factory):
    office = QuickOffice(tmp_path_factory.mktemp("agreed"))
    office.make_book([{"店铺": "LOMEESS-CA", "MSKU": msku, "FBA可售": 10, "FBA入库中": 0} for msku in "ABCDE"], SHEET)
    office.export(erp(A=10, B=10, C=10, D=10, E=10))
    office.adopt()
    return office


@pytest.fixture
def office(agreed, tmp_path):
    office = agreed.copy_to(tmp_path)
    office.copy = tmp_path / "copy.zip"
    office.qlc("state", "backup", "--out", str(office.copy), ok=(0,))
    return office


def restore(office, *words, ok=(0,)):
    return office.qlc("state", "restore", str(office.copy), *words, ok=ok)


def sound(office):
    with State(office.folder / "state") as state:
        assert check(state).wrong == []
        return [line.kind for line in state.audit.lines()]


def sellable(office):
    return {msku: row["FBA可售"] for msku, row in office.by_msku().items()}


def test_two_rounds_and_edits_later_the_copy_is_restored(office):
    office.export(erp(A=11, B=11, C=11, D=10, E=10))
    assert office.once()["writes"] == 3
    office.edit({"C3": 10, "C5": 77, "E2": "人写的"})  # B typed back to the copy's value; D by hand
    office.export(erp(A=12, B=11, C=11, D=10, E=10, F=4))
    done = office.once()
    assert (done["writes"], done["appends"], done["conflicts"]) == (1, 1, 2)
    office.edit({"C6": 55})  # E, which no round has seen
    before, rows = office.sha(), sellable(office)
    assert rows == {"A": 12, "B": 10, "C": 11, "D": 77, "E": 55, "F": 4}
    said = restore(office, ok=(1,))
    assert (said["restored"], said["rounds_lost"], said["compared_anew"]) == (False, 2, [BOOK])
    assert office.qlc("sync", "history")[0]["round"] == 3, "nothing was done yet"
    said = restore(office, "--yes")
    assert (said["restored"], said["compared_anew"]) == (True, [BOOK])
    assert (office.qlc("sync", "history")[0]["round"], office.sha()) == (1, before)
    done = office.once()
    assert (done["writes"], done["appends"], sellable(office)) == (0, 0, rows), "a stale base would overwrite B with 11"
    assert "G-044" in {item["code"] for item in done["details"]["problems"]}
    assert {tuple(item["key"])[1] for item in office.conflicts()} == {"B", "D", "E"}
    assert office.by_msku()["A"]["备注"] == "人写的"
    done = office.once()
    assert "G-044" not in {item["code"] for item in done["details"]["problems"]}
    office.export(erp(A=13, B=11, C=11, D=10, E=10, F=4))
    assert office.once()["writes"] == 1, "what is agreed on follows the ERP again"
    assert sellable(office) == rows | {"A": 13}
    assert "restore" in sound(office)


def test_a_cell_cleared_on_purpose_is_not_filled_again(office):
    office.export([item("A", 10, FBA入库中=3), *erp(B=10, C=10, D=10, E=10)])
    office.once()
    office.edit({"D2": None})
    restore(office, "--yes")
    office.once()
    assert office.by_msku()["A"]["FBA入库中"] is None


def test_nothing_since_then_nothing_is_compared_anew(office):
    said = restore(office, "--yes")
    assert (said["rounds_lost"], said["compared_anew"]) == (0, [])
    office.export(erp(A=11, B=10, C=10, D=10, E=10))
    assert office.once()["writes"] == 1
    sound(office)


def test_a_damaged_state_is_kept_and_every_tab_compared_anew(office):
    office.export(erp(A=11, B=10, C=10, D=10, E=10))
    office.once()
    office.edit({"C2": 10})
    path = office.folder / "state" / DATABASE
    spoiled = b"\xff" * 4096 + path.read_bytes()[4096:]
    path.write_bytes(spoiled)
    office.qlc("sync", "once", ok=(2,))
    said = restore(office, "--yes")
    assert (said["restored"], said["lines_lost"], said["compared_anew"]) == (True, None, None)
    assert Path(said["kept"]).read_bytes() == spoiled
    assert office.once()["writes"] == 0
    assert sellable(office)["A"] == 10
    sound(office)


def test_a_choice_and_an_approval_of_before_do_not_come_back(office):
    office.edit({"C2": 99})
    office.export(erp(A=11, B=10, C=10, D=10, E=10))
    office.once()
    (conflict,) = office.conflicts()
    office.qlc("sync", "resolve", conflict["id"], "--use", "用ERP")
    office.copy = office.copy.with_name("later.zip")
    office.qlc("state", "backup", "--out", str(office.copy))
    office.once()
    assert sellable(office)["A"] == 11
    office.edit({"C2": 99})
    office.once()
    restore(office, "--yes")
    done = office.once()
    assert (done["writes"], sellable(office)["A"]) == (0, 99), "the person typed 99 again after the choice"
    sound(office)


SPOILED = {
    "cut": lambda path: path.write_bytes(path.read_bytes()[:-200]),
    "a byte": lambda path: path.write_bytes(flipped(path.read_bytes())),
    "no zip": lambda path: path.write_text("不是备份", "utf-8"),
    "another zip": lambda path: rezipped(path, {"a.txt": b"?"}),
    "no database": lambda path: rezipped(path, {"manifest.json": b"{}"}),
    "another manifest": lambda path: rezipped(path, changed(path, sha256="0" * 64)),
    "a list": lambda path: rezipped(path, {"manifest.json": b"[]", DATABASE: b""}),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "gone": lambda path: path.unlink(),
}


def flipped(data):
    spoiled = bytearray(data)
    spoiled[len(spoiled) // 2] ^= 0xFF
    return bytes(spoiled)


def rezipped(path, members):
    with zipfile.ZipFile(path, "w") as package:
        for name, data in members.items():
            package.writestr(name, data)


def changed(path, **facts):
    with zipfile.ZipFile(path) as package:
        manifest = json.loads(package.read("manifest.json")) | facts
        return {"manifest.json": json.dumps(manifest).encode(), DATABASE: package.read(DATABASE)}


def test_a_damaged_copy_and_a_newer_versions_replace_nothing(office):
    before = sorted(path.name for path in (office.folder / "state").iterdir())
    whole = office.copy
    for number, (name, spoil) in enumerate(SPOILED.items()):
        office.copy = Path(shutil.copy(whole, whole.with_name(f"{number}.zip")))
        spoil(office.copy)
        assert restore(office, "--yes", ok=(2,))["error"]["code"] == "T-061", name
    office.copy = whole
    rezipped(whole, changed(whole, schema="9999"))
    assert restore(office, "--yes", ok=(2,))["error"]["code"] == "T-001"
    assert sorted({path.name for path in (office.folder / "state").iterdir()} - {"daemon.lock"}) == before
    sound(office)


def test_while_a_round_or_the_service_runs_nothing_is_restored(office):
    with State(office.folder / "state") as state:
        with state.lease():
            assert restore(office, "--yes", ok=(4,))["error"]["code"] == "G-012"
        with state.service():
            assert restore(office, "--yes", ok=(4,))["error"]["code"] == "D-001"
        state.journal.rounds()  # somebody looks
        assert restore(office, "--yes", ok=(4,))["error"]["code"] == "T-002"
    sound(office)


def test_a_copy_is_private_and_takes_no_files_place(office):
    made = office.qlc("state", "backup", ok=(0,))
    path = office.folder / "state" / made["file"].rsplit("/", 1)[-1]
    assert path.stat().st_mode & 0o077 == 0
    office.qlc("state", "backup", "--out", str(office.copy), ok=(2,))
    assert "T-062" in office.said
    shutil.rmtree(office.folder / "state")
    office.qlc("state", "backup", ok=(2,))
    assert "T-060" in office.said
    said = restore(office, "--yes")
    assert (said["restored"], said["kept"]) == (True, None)
    office.once()
    sound(office)


def writes(folder, gate):
    """Commits small rounds until it is told to stop."""
    with State(folder) as state:
        gate.wait()
        for _ in range(200):
            with state.begin():
                done = state.journal.start("sync", "2026-04-27T00:00:00.000000+00:00")
                state.journal.plan(done, BOOK, "SENDING", "", "p", [])
                state.journal.move(done, BOOK, "COMMITTED")


def test_copies_made_while_rounds_run_are_whole(tmp_path):
    office = QuickOffice(tmp_path)
    folder = tmp_path / "state"
    with State(folder):
        pass
    context = multiprocessing.get_context("fork")
    gate = context.Barrier(2)
    process = context.Process(target=writes, args=(folder, gate))
    process.start()
    gate.wait()
    for number in range(3):
        copy = tmp_path / f"{number}.zip"
        office.qlc("state", "backup", "--out", str(copy), ok=(0,))
        other = tmp_path / f"other{number}"
        other.mkdir()
        with zipfile.ZipFile(copy) as package:
            package.extract(DATABASE, other)
        with State(other) as state:
            assert check(state).wrong == []
    process.join(60)
    assert process.exitcode == 0
    with sqlite3.connect(folder / DATABASE) as state:
        assert state.execute("SELECT count(*) FROM rounds").fetchone() == (200,)
