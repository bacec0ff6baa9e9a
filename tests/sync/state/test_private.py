"""State folder, database, log, lock and kept configuration are their owner's alone, whatever the umask."""

import os
import stat
import sys
from datetime import UTC, datetime

import pytest

from sync.state.database import State, now
from sync.state.examine import examine
from sync.state.private import keep_beside
from tests.scenarios.office import QuickOffice, item

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="modes are a matter of other systems")
SHEET = ["店铺", "MSKU", "FBA可售"]
NOW = datetime.now(UTC)


@pytest.fixture
def wide_open():
    before = os.umask(0)
    yield
    os.umask(before)


def modes(folder):
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.iterdir()]}


def test_a_new_state_is_private(tmp_path, wide_open):
    folder = tmp_path / "a" / "state"
    with State(folder) as state, state.begin(), state.lease():
        state.journal.start("sync", now())
        found = modes(folder)
    assert found.pop("state") == 0o700
    assert {"qlc.sqlite", "qlc.sqlite-wal", "round.lock"} <= found.keys()
    assert set(found.values()) == {0o600}


@pytest.mark.parametrize("umask", [0o077, 0o777])
def test_a_narrow_umask_does_not_lock_the_owner_out(tmp_path, umask):
    before = os.umask(umask)
    try:
        with State(tmp_path / "state"):
            assert set(modes(tmp_path / "state").values()) == {0o700, 0o600}
    finally:
        os.umask(before)


def test_what_stands_open_is_tightened(tmp_path, wide_open):
    office = QuickOffice(tmp_path)
    office.make_book([{"店铺": "LOMEESS-CA", "MSKU": "A", "FBA可售": 10}], SHEET)
    office.export([item("A", 10)])
    office.adopt()
    office.once()
    folder = tmp_path / "state"
    assert "config.last-good.yaml" in modes(folder)
    for path in [folder, *folder.iterdir()]:
        path.chmod(0o777 if path.is_dir() else 0o666)
    assert [error.code.id for error in examine(folder, NOW).warnings] == ["T-026"]
    office.once()
    assert set(modes(folder).values()) == {0o700, 0o600}
    assert examine(folder, NOW).warnings == ()


def test_a_folder_that_is_not_the_states_alone_keeps_its_mode(tmp_path, wide_open):
    tmp_path.chmod(0o775)
    (tmp_path / "config.yaml").write_text("{}")
    with State(tmp_path):
        found = modes(tmp_path)
    assert (found[tmp_path.name], found["config.yaml"], found["qlc.sqlite"]) == (0o775, 0o666, 0o600)


def test_a_database_that_was_read_only_for_a_while_can_be_written_again(tmp_path):
    folder = tmp_path / "state"
    with State(folder) as state, state.begin():
        state.journal.start("sync", now())
        left = {path.name: path.read_bytes() for path in folder.glob("qlc.sqlite-*")}
    assert left.keys() == {"qlc.sqlite-wal", "qlc.sqlite-shm"}
    for name, content in left.items():
        (folder / name).write_bytes(content)
        (folder / name).chmod(0o400)
    with State(folder):
        assert set(modes(folder).values()) == {0o700, 0o600}


def test_what_is_beside_a_read_only_database_stays_so(tmp_path):
    folder = tmp_path / "state"
    with State(folder):
        pass
    (folder / "qlc.sqlite").chmod(0o400)
    (folder / "qlc.sqlite-shm").touch(0o400)
    keep_beside(folder / "qlc.sqlite")
    assert modes(folder) == {"state": 0o700, "qlc.sqlite": 0o400, "qlc.sqlite-shm": 0o400}


def test_doctor_sees_a_lock_that_no_round_can_take(tmp_path):
    folder = tmp_path / "state"
    with State(folder) as state, state.lease():
        pass
    assert not examine(folder, NOW).wrong
    (folder / "round.lock").unlink()
    (folder / "round.lock").mkdir()
    assert [error.code.id for error in examine(folder, NOW).wrong] == ["T-005"]


def test_doctor_sees_a_database_that_may_not_be_written(tmp_path, monkeypatch):
    with State(tmp_path / "state"):
        pass
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    assert [error.code.id for error in examine(tmp_path / "state", NOW).wrong] == ["T-005"]
