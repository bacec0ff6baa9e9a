"""A state of an older version opens in this one, with everything that it remembered."""

import json
import shutil
import sqlite3
import tarfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, create_engine, insert, select, update

from rules.errors import Error
from rules.policy.loader import load
from sheets_schema.blob import pack, unpack
from sync.files.folders import look_into
from sync.files.inbox import accepted
from sync.ingest.read import read
from sync.state import schema, tables
from sync.state.database import State
from sync.state.journal import key_text
from tests import warm
from tests.scenarios.office import QuickOffice

FIXTURES = Path(__file__).parents[2] / "fixtures"
VERSIONS = sorted(path.name.split("_")[1].removesuffix(".tar.xz") for path in FIXTURES.glob("company_*.tar.xz"))


@pytest.fixture(scope="module", params=VERSIONS)
def kept(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    with tarfile.open(FIXTURES / f"company_{request.param}.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder / "demo"


of_0_2_0 = pytest.mark.parametrize("kept", ["0.2.0"], indirect=True)
"""For what only that version's states lack."""


@pytest.fixture
def company(kept, tmp_path):
    return Path(shutil.copytree(kept, tmp_path / "demo"))


def qlc(company, *words, code=0):
    done = warm.qlc("--config", str(company / "config.yaml"), "--json", *words)
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def test_head_is_the_newest_step():
    folder = Path(schema.__file__).with_name("migrations")
    assert ScriptDirectory(str(folder)).get_current_head() == schema.HEAD


def differences(state):
    context = MigrationContext.configure(state.connection, opts={"compare_type": True})
    return compare_metadata(context, tables.metadata)


def test_a_new_state_has_this_versions_tables(place):
    with place.open() as state:
        assert schema.version(state.connection, state.where) == schema.HEAD
        assert differences(state) == []


def told(state):
    """Every row that is remembered, by table."""
    found = {table: state.connection.execute(select(table)).all() for table in tables.metadata.sorted_tables}
    return {
        table.name: sorted(map(repr, rows)) for table, rows in found.items() if table not in (tables.meta, tables.audit)
    }


@of_0_2_0
def test_every_step_does_the_same_on_a_server(company, at_server):
    """Such a state never stood on a server: its tables are put there as they are, to be migrated."""
    old = MetaData()
    with create_engine(f"sqlite:///{company / 'state' / 'qlc.sqlite'}").connect() as file:
        old.reflect(file)
        rows = {table: [dict(row) for row in file.execute(select(table)).mappings()] for table in old.sorted_tables}
        file.engine.dispose()
    for column in (column for table in rows for column in table.c):
        column.type = column.type.as_generic()
    there = create_engine(at_server.server)
    with there.begin() as connection:
        old.create_all(connection)
        for table, values in rows.items():
            if values:
                connection.execute(insert(table), values)
    there.dispose()
    with at_server.open() as state, State(company / "state") as file:
        assert differences(state) == []
        assert told(state) == told(file)


def test_an_old_state_gets_this_versions_tables(company):
    with State(company / "state") as state:
        assert schema.version(state.connection, state.folder) == schema.HEAD
        assert differences(state) == []
        assert len(state.journal.rounds()) == 4


def test_a_state_of_a_newer_version_is_refused(place):
    with place.open() as state, state.begin():
        state.connection.execute(update(tables.version).values(version_num="9999"))
    with pytest.raises(Error, match="T-001"):
        place.open()


@of_0_2_0
def test_a_safety_copy_of_the_old_state_is_kept(company):
    old = company / "state" / "qlc.sqlite"
    with sqlite3.connect(old) as before:
        was = list(before.iterdump())
    with State(company / "state"):
        pass
    (kept,) = [path for path in old.parent.iterdir() if path.name.startswith("qlc.0")]
    with sqlite3.connect(kept) as copy:
        assert list(copy.iterdump()) == was
        old_way = "SELECT value FROM meta WHERE name = 'schema'"
        assert copy.execute(old_way).fetchone() == ("1",)
    with sqlite3.connect(old) as after:
        assert after.execute(old_way).fetchone() == (str(int(schema.HEAD)),), "0.2.0 must not open it any more"
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


@of_0_2_0
def test_a_mapping_changed_since_the_old_version_asks(company):
    one_word_more(company)
    assert "G-010" in str(once(company)), "an old state can't tell what changed"
    once(company, "--force", "G-010")
    assert "G-010" not in str(once(company))


@pytest.mark.parametrize("kept", [version for version in VERSIONS if version != "0.2.0"], indirect=True)
def test_a_company_goes_on_as_if_nothing_had_happened(company):
    assert [item["round"] for item in qlc(company, "sync", "history")] == [4, 3, 2, 1]
    assert len([row for row in qlc(company, "sync", "pins") if row["reason"] == "undo"]) == 0, "a choice was taken back"
    before = (company / "workbooks" / "全流程数据.xlsx").read_bytes()
    done = qlc(company, "sync", "once", code=1)
    assert (done["files"], done["workbooks"][0]["cells"]) == ([], [])
    assert (company / "workbooks" / "全流程数据.xlsx").read_bytes() == before


@of_0_2_0
def test_rounds_history_and_conflicts_go_on(company):
    assert [item["round"] for item in qlc(company, "sync", "history")] == [4, 3, 2, 1]
    done = qlc(company, "sync", "once", code=1)
    (book,) = done["workbooks"]
    assert book["appends"] == 0
    filled = {(cell["column"], cell["before"], cell["after"]) for cell in book["cells"] if cell["kind"] == "cell"}
    assert filled == {(title, None, 0) for title in ("采购未交", "海外在途", "货代仓/海外仓")}, (
        "what a file that covers lacks"
    )
    words = {cell["after"].split(";")[0] for cell in book["cells"] if cell["kind"] == "mark"}
    assert words == {"缺:国内仓"}, "the column was renamed"
    before = (company / "workbooks" / "全流程数据.xlsx").read_bytes()
    done = qlc(company, "sync", "once", code=1)
    assert done["workbooks"][0]["cells"] == []
    assert done["files"] == []
    assert {item["code"] for item in done["held"]} <= {"G-002"}, "files that lay there before are no news"
    assert (company / "workbooks" / "全流程数据.xlsx").read_bytes() == before


def kept_files(company):
    """Every file in force as this version understands what was kept of it, by name; and the configuration."""
    config = load(company / "config.yaml")
    with State(company / "state") as state:
        return {Path(export.path).name: export for export in accepted(config, state)}, config


def in_old_database(company, words, *values):
    with sqlite3.connect(company / "state" / "qlc.sqlite") as database:
        return database.execute(words, values).fetchall()


def test_what_was_kept_of_files_is_derived_anew(company):
    for sha, blob in in_old_database(
        company, "SELECT sha, blob FROM files WHERE report = '仓库库存明细' AND length(blob)"
    ):
        table, extra = unpack(blob)
        wrong = np.full(len(table), 999.0)
        blob = pack(replace(table, data={**table.data, "domestic_available": wrong}), extra)
        in_old_database(company, "UPDATE files SET blob = ? WHERE sha = ?", blob, sha)
    kept, config = kept_files(company)
    lying = {item.path.name: item for item in look_into(config).files}
    assert len({export.report for export in kept.values()}) == 8
    for name, export in kept.items():
        store = lying[name].store or None
        fresh = read(lying[name].path, aliases=config.site.export_aliases, store=store, site=config.site)
        assert (export.id, export.scope) == (fresh.id, fresh.scope)
        assert export.usable.tolist() == fresh.usable.tolist()
        for column in export.table.columns:
            assert export.table.values(column) == fresh.table.values(column), (name, column)


@of_0_2_0
def test_a_data_time_of_the_future_blocks_no_longer(company):
    in_old_database(company, "UPDATE files SET as_of = '2099-12-30T00:00:00' WHERE report = '产品表现'")
    (arrived,) = in_old_database(company, "SELECT max(accepted) FROM files WHERE report = '产品表现'")[0]
    kept, _ = kept_files(company)
    future = [export for export in kept.values() if export.report == "产品表现"]
    assert future
    assert all(export.as_of_text.endswith("估算") for export in future)
    assert max(export.as_of for export in future).isoformat() <= arrived


@of_0_2_0
def test_a_file_that_was_copied_late_is_of_the_day_in_its_name(company):
    late = "UPDATE files SET as_of = '2026-11-28T14:53:00' WHERE path LIKE ?"
    for name in ("%FBA库存明细_20260427.xlsx", "%Amazon+Fulfilled+Inventory+04-27-2026.txt"):
        in_old_database(company, late, name)
    in_old_database(
        company, "UPDATE files SET as_of = '2026-04-26T09:00:00' WHERE path LIKE ?", "%仓库库存明细-20260427.csv"
    )
    kept, _ = kept_files(company)
    assert kept["FBA库存明细_20260427.xlsx"].as_of_text == "2026-04-27"
    assert kept["Amazon+Fulfilled+Inventory+04-27-2026.txt"].as_of_text == "2026-04-27"
    assert kept["仓库库存明细-20260427.csv"].as_of_text == "2026-04-26 09:00 估算"
    assert kept["Listing20260427.xlsx"].as_of_text == "2026-04-27 08:12"


def test_damaged_rows_do_not_keep_a_state_from_opening(company):
    in_old_database(company, "UPDATE files SET blob = x'00' WHERE report = '产品表现'")
    kept, _ = kept_files(company)
    assert len({export.report for export in kept.values()}) == 7
