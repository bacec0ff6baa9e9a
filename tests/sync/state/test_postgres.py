"""What a server can do to a state: a code, no traceback, and it goes on by itself when the cause is gone."""

import json
from datetime import UTC, datetime

import pytest
import yaml

from rules.errors import Busy, Error
from sync.round import begin
from sync.state import database, postgres, schema
from sync.state.database import State, now
from sync.state.examine import examine
from tests.postgres import USER, name_of
from tests.scenarios.office import QuickOffice, item

NOW = datetime(2026, 4, 27, tzinfo=UTC)


def rounds(state, count=1):
    with state.begin():
        return [state.journal.start("sync", now()) for _ in range(count)][-1]


@pytest.fixture
def _at_once(monkeypatch):
    """Connections are tried whenever they are used."""
    monkeypatch.setattr(database, "RESTED", -1.0)


@pytest.mark.usefixtures("_at_once")
def test_a_server_that_starts_anew_is_not_noticed_between_two_uses(at_server, server):
    with at_server.open() as state:
        rounds(state)
        server.restart()
        assert len(state.journal.rounds()) == 1, "read"
        server.restart()
        assert rounds(state) > 1, "and written"
        with state.lease(), state.leases.of("甲") as lease:
            server.restart()
            with state.begin(lease):
                state.journal.plan(2, "甲", "SENDING", "", "", [], lease.epoch)
            server.restart()
        assert state.journal.unfinished()[0].workbook == "甲"


def cut_in_the_middle(state, server):
    with state.begin():
        state.journal.start("sync", now())
        server.restart()
        state.journal.start("sync", now())


@pytest.mark.usefixtures("_at_once")
def test_a_server_that_is_away_is_said_and_used_again_when_it_is_back(at_server, server):
    with at_server.open() as state, state.lease():
        rounds(state)
        held = state.leases.of("甲")
        held.__enter__()
        server.stop()
        for _ in range(2):
            with pytest.raises(Busy, match="T-051"):
                state.journal.rounds()
            with pytest.raises(Busy, match="T-051"):
                rounds(state)
        with pytest.raises(Busy, match="T-051"):
            at_server.open()
        assert examine(at_server.folder, NOW, at_server.server).wrong[0].code is postgres.T_AWAY
        held.__exit__(None, None, None)
        server.start()
        assert rounds(state) > 1
        with pytest.raises(Busy, match="T-051"):
            cut_in_the_middle(state, server)
        assert len(state.journal.rounds()) == 2, "all or nothing"


def test_who_is_not_let_in_is_told_why(at_server, server, monkeypatch):
    at_server.open().close()
    nobody, nowhere = server.address(name_of(at_server.server), "nobody"), server.address("nowhere")
    for address in (nobody, nowhere):
        with pytest.raises(Error, match="T-052") as refused:
            State(at_server.folder, address)
        assert refused.value.exit_code == 2
        assert [error.code for error in examine(at_server.folder, NOW, address).wrong] == [postgres.T_REFUSED]
    for secret in ("wrong", None):
        monkeypatch.setenv("PGPASSWORD", secret) if secret else monkeypatch.delenv("PGPASSWORD")
        with pytest.raises(Error, match="T-052"):
            at_server.open()
    with pytest.raises(Error, match="T-052"):
        State(at_server.folder, "postgresql+psycopg://host:port/database")


def test_a_database_that_is_not_ours_or_may_not_be_written(at_server, server):
    name = name_of(at_server.server)
    server.run("CREATE TABLE alembic_version (version_num text)", name)
    with pytest.raises(Error, match="T-004"):
        at_server.open()
    server.run("DROP TABLE alembic_version", name)
    server.run(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with pytest.raises(Error, match="T-053"):
        at_server.open()
    server.run(f"ALTER DATABASE {name} RESET default_transaction_read_only")
    assert examine(at_server.folder, NOW, at_server.server).version is None
    with at_server.open() as state:
        rounds(state)
    found = examine(at_server.folder, NOW, at_server.server)
    assert (found.version, found.wrong, found.warnings) == (schema.HEAD, (), ())
    assert found.size > 1 << 20
    server.run("DROP TABLE pins", name)
    with at_server.open() as state, pytest.raises(Error, match="T-003"):
        state.pins.all()
    server.run("UPDATE alembic_version SET version_num = '0007'", name)
    assert [error.code.id for error in examine(at_server.folder, NOW, at_server.server).warnings] == ["T-057"]
    server.run("UPDATE alembic_version SET version_num = '9999'", name)
    assert [error.code.id for error in examine(at_server.folder, NOW, at_server.server).wrong] == ["T-001"]


def test_what_a_server_says_has_a_code_and_a_fault_of_the_program_has_none(at_server):
    with at_server.open() as state:
        for statement, code in (
            ("SELECT pg_terminate_backend(pg_backend_pid())", "T-051"),
            ("SELECT repeat('x', 300)::varchar(4)::int", "T-055"),
            ("SET statement_timeout = 20; SELECT pg_sleep(9)", "T-002"),
            ("RESET statement_timeout; INSERT INTO meta VALUES ('schema', NULL)", "T-003"),
        ):
            with pytest.raises(Error, match=code):
                state.connection.exec_driver_sql(statement)
            state.connection.rollback()
        with pytest.raises(Exception, match="syntax") as fault:
            state.connection.exec_driver_sql("SELEKT")
        assert not isinstance(fault.value, Error)


def test_one_service_per_state_wherever_it_runs(at_server, tmp_path):
    with at_server.open() as state, State(tmp_path / "another machine", at_server.server) as other:
        assert other.served_by() == ""
        with state.service():
            with pytest.raises(Busy, match="D-001"), other.service():
                pytest.fail("there is one")
            assert other.served_by()
        with other.service():
            assert state.served_by()


def test_without_the_driver_it_is_said(tmp_path, monkeypatch):
    def missing(*_args, **_options):
        raise ModuleNotFoundError("No module named 'psycopg'")

    monkeypatch.setattr(postgres, "create_engine", missing)
    with pytest.raises(Error, match=r"T-054.*psycopg"):
        State(tmp_path, "postgresql+psycopg://host/database")
    assert [error.code.id for error in examine(tmp_path, NOW, "postgresql+psycopg://host/database").wrong] == ["T-054"]


class OnServer(QuickOffice):
    """The office whose state is on a server."""

    def __init__(self, folder, address):
        self.address = address
        super().__init__(folder)

    def write_config(self):
        self.site["state"] = self.address
        super().write_config()


def test_rounds_conflicts_undo_and_doctor(at_server, tmp_path):
    office = OnServer(tmp_path, at_server.server)
    office.make_book(
        [{"店铺": "LOMEESS-CA", "MSKU": msku, "FBA可售": 10} for msku in "ABC"], ["店铺", "MSKU", "FBA可售"]
    )
    office.export([item(msku, 10) for msku in "ABC"])
    office.adopt()
    office.edit({"C2": 99})
    office.export([item("A", 11), item("B", 12), item("C", 10)])
    assert len(office.once()["details"]["conflicts"]) == 1
    (conflict,) = office.conflicts()
    office.qlc("sync", "resolve", conflict["id"], "--use", "erp")
    assert [cell["after"] for cell in office.once()["cells"]] == [11]
    assert {msku: row["FBA可售"] for msku, row in office.by_msku().items()} == {"A": 11, "B": 12, "C": 10}
    assert office.qlc("sync", "undo")["restored"] == 1
    assert office.by_msku()["A"]["FBA可售"] == 99
    assert [entry["round"] for entry in office.qlc("sync", "history")] == [4, 3, 2, 1]
    assert office.qlc("sync", "status", ok=(0, 1))["daemon"]["running"] is False
    checks = {check["name"]: check for check in office.qlc("doctor", ok=(0, 1))}
    assert checks["state database"]["state"] == "ok"
    assert not list((tmp_path / "state").glob("*.sqlite"))


def test_a_file_that_two_rounds_find_at_once_is_remembered_once(at_server, tmp_path, monkeypatch):
    office = OnServer(tmp_path, at_server.server)
    office.make_book([{"店铺": "LOMEESS-CA", "MSKU": "A", "FBA可售": 10}], ["店铺", "MSKU", "FBA可售"])
    office.export([item("A", 10)])
    office.adopt()
    office.export([item("A", 11)])
    real, looks = begin.arrivals, []

    def meanwhile(*asked):
        looks.append(real(*asked))
        if len(looks) == 1:
            assert len(office.once()["cells"]) == 1
        return looks[-1]

    monkeypatch.setattr(begin, "arrivals", meanwhile)
    late = office.qlc("sync", "once")
    assert [len(look.fresh) for look in looks] == [1, 1, 0], "the late one, the other, the late one again"
    assert (late["files"], late["workbooks"][0]["cells"]) == ([], [])
    assert office.by_msku()["A"]["FBA可售"] == 11


@pytest.mark.parametrize(
    ("state", "word"),
    [
        (f"postgresql+psycopg://{USER}:topsecret@host:5432/db", "PGPASSWORD"),
        (f"postgresql+psycopg://{USER}@host/db?password=topsecret", "PGPASSWORD"),
        (f"postgresql+psycopg://{USER}-{'x' * 80}:topsecret@host/db", "PGPASSWORD"),
        ("mysql://host/db", "postgresql+psycopg://"),
        ("postgresql+psycopg://host", "postgresql+psycopg://"),
    ],
)
def test_an_address_with_a_password_is_refused_and_not_repeated(state, word, tmp_path):
    office = QuickOffice(tmp_path)
    text = yaml.safe_dump({"rules": {}, "site": {**office.site, "state": state}}, allow_unicode=True)
    (tmp_path / "config.yaml").write_text(text, "utf-8")
    said = json.dumps(office.qlc("sync", "status", ok=(2,)), ensure_ascii=False)
    assert "P-003" in said
    assert word in said
    assert "topsecret" not in said
    assert "topsecret" not in office.said
