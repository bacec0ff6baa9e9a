"""A state of an older version opens in this one, with everything that it remembered."""

import json
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import update

from rules.errors import Error
from sync.state import schema, tables
from sync.state.database import State

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


def test_rounds_history_and_conflicts_go_on(company):
    assert [item["round"] for item in qlc(company, "sync", "history")] == [4, 3, 2, 1]
    before = (company / "workbooks" / "全流程数据.xlsx").read_bytes()
    done = qlc(company, "sync", "once", code=1)
    assert [book["writes"] + book["appends"] + book["marks"] for book in done["workbooks"]] == [0]
    assert (company / "workbooks" / "全流程数据.xlsx").read_bytes() == before
