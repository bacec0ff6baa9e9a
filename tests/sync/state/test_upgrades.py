"""A state of an older version opens in this one, with everything that it remembered."""

import json
import shutil
import sqlite3
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import yaml
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import update

from rules.errors import Error
from sync.state import schema, tables
from sync.state.database import State
from sync.state.journal import key_text
from tests.scenarios.office import QuickOffice

FIXTURES = Path(__file__).parents[2] / "fixtures"
VERSIONS = sorted(path.name.split("_")[1].removesuffix(".tar.xz") for path in FIXTURES.glob("company_*.tar.xz"))


@pytest.fixture(scope="module", params=VERSIONS)
def kept(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    with tarfile.open(FIXTURES / f"company_{request.param}.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder / "demo"


@pytest.fixture
def company(kept, tmp_path):
    return Path(shutil.copytree(kept, tmp_path / "demo"))


def qlc(company, *words, code=0):
    command = [sys.executable, "-m", "console.cli", "--config", str(company / "config.yaml"), "--json", *words]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).parents[3])
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def test_head_is_the_newest_step():
    folder = Path(schema.__file__).with_name("migrations")
    assert ScriptDirectory(str(folder)).get_current_head() == schema.HEAD


def differences(state):
    context = MigrationContext.configure(state.connection, opts={"compare_type": True})
    return compare_metadata(context, tables.metadata)


def test_a_new_state_has_this_versions_tables(tmp_path):
    with State(tmp_path) as state:
        assert schema.version(state.connection, state.folder) == schema.HEAD
        assert differences(state) == []


def test_an_old_state_gets_this_versions_tables(company):
    with State(company / "state") as state:
        assert schema.version(state.connection, state.folder) == schema.HEAD
        assert differences(state) == []
        assert len(state.journal.rounds()) == 4


def test_a_state_of_a_newer_version_is_refused(tmp_path):
    with State(tmp_path) as state, state.begin():
        state.connection.execute(update(tables.version).values(version_num="9999"))
    with pytest.raises(Error, match="T-001"):
        State(tmp_path)


def test_a_safety_copy_of_the_old_state_is_kept(company):
    old = company / "state" / "qlc.sqlite"
    with sqlite3.connect(old) as before:
        was = list(before.iterdump())
    with State(company / "state"):
        pass
    (kept,) = [path for path in old.parent.iterdir() if path.name.startswith("qlc.0")]
    with sqlite3.connect(kept) as copy:
        assert list(copy.iterdump()) == was
    assert kept.stat().st_mode & 0o077 == 0


def test_a_conflict_that_an_undo_hid_is_open_again(company):
    """Round 3 of the kept company settled a conflict, round 4 took it back: 0.2.0 then showed it no more."""
    with State(company / "state") as state:
        (settled,) = [row for row in state.journal.written(3) if row.kind == "cell"]
        found = [row for row in state.conflicts.open() if (row.key, row.column) == (settled.key, settled.column)]
        assert [row.choice for row in found] == [None]
        assert not [
            pin for _, _, pin in state.pins.all() if key_text(pin.key) == settled.key and pin.column == settled.column
        ]
        assert all(pin.values or pin.row for _, _, pin in state.pins.all())


def once(company, *words):
    office = QuickOffice.__new__(QuickOffice)
    office.folder = company
    return office.qlc("sync", "once", *words, ok=(1,))


def one_word_more(company):
    config = yaml.safe_load((company / "config.yaml").read_text("utf-8"))
    config["site"].setdefault("column_aliases", {}).setdefault("库存数据", {})["备注"] = ["说明"]
    (company / "config.yaml").write_text(yaml.safe_dump(config, allow_unicode=True), "utf-8")


def test_an_unchanged_mapping_asks_nothing_and_a_changed_one_does(company):
    done = once(company)
    assert "G-010" not in str(done)
    with State(company / "state") as state:
        assert state.bases.get("全流程数据", "库存数据").mapping.startswith("{")
    one_word_more(company)
    assert "G-010" not in str(once(company)), "more words, and the new way of telling"


def test_a_mapping_changed_since_the_old_version_asks(company):
    one_word_more(company)
    assert "G-010" in str(once(company)), "an old state can't tell what changed"
    once(company, "--force", "G-010")
    assert "G-010" not in str(once(company))


def test_rounds_history_and_conflicts_go_on(company):
    assert [item["round"] for item in qlc(company, "sync", "history")] == [4, 3, 2, 1]
    before = (company / "workbooks" / "全流程数据.xlsx").read_bytes()
    done = qlc(company, "sync", "once", code=1)
    assert [book["writes"] + book["appends"] + book["marks"] for book in done["workbooks"]] == [0]
    assert (company / "workbooks" / "全流程数据.xlsx").read_bytes() == before
