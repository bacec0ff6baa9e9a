"""What can be wrong with a state file: a code, exit 2 or 4, never a traceback; `qlc doctor` sees it too."""

import errno
import multiprocessing
import random
import shutil
import sqlite3
import tarfile
from datetime import UTC, datetime, timedelta

import pytest

from rules.errors import Busy, Error
from sync.plan.change import Change
from sync.state import database, schema, space
from sync.state.audit_check import check
from sync.state.database import DATABASE, State, now
from sync.state.examine import examine
from sync.state.faults import fault
from tests.scenarios.office import QuickOffice, item
from tests.sync.state.test_upgrades import FIXTURES

SHEET = ["店铺", "MSKU", "FBA可售"]
NOW = datetime.now(UTC)
READERS = (["status"], ["conflicts"], ["history"], ["pins"])


@pytest.fixture(scope="module")
def agreed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("agreed")
    office = QuickOffice(folder)
    office.make_book([{"店铺": "LOMEESS-CA", "MSKU": msku, "FBA可售": 10} for msku in "ABC"], SHEET)
    office.export([item(msku, 10) for msku in "ABC"])
    office.adopt()
    office.edit({"C2": 99})
    office.export([item("A", 11), item("B", 12), item("C", 10)])
    office.once()
    return office


@pytest.fixture
def office(agreed, tmp_path):
    return agreed.copy_to(tmp_path)


def path_of(office):
    return office.folder / "state" / DATABASE


def other_program(path):
    path.unlink()
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE alembic_version (version_num TEXT)")
        other.execute("INSERT INTO alembic_version VALUES ('ae1027a6acf')")


def directory(path):
    path.unlink()
    path.mkdir()


def without_table(path):
    with sqlite3.connect(path) as state:
        state.execute("DROP TABLE conflicts")


def newer(path):
    with sqlite3.connect(path) as state:
        state.execute("UPDATE alembic_version SET version_num = '9999'")


WRONG = {
    "random bytes": (lambda path: path.write_bytes(random.Random(1).randbytes(20_000)), "T-003"),
    "a text": (lambda path: path.write_text("这不是数据库" * 100), "T-003"),
    "cut in the middle": (lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]), "T-003"),
    "a page overwritten": (lambda path: path.write_bytes(b"\xff" * 16 + path.read_bytes()[16:]), "T-003"),
    "a table lost": (without_table, "T-003"),
    "another program's": (other_program, "T-004"),
    "a folder": (directory, "T-005"),
    "a newer version's": (newer, "T-001"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_state_that_cannot_be_used_is_coded_and_seen_by_doctor(office, name):
    spoil, code = WRONG[name]
    spoil(path_of(office))
    before = office.sha()
    for words in (["conflicts"], ["once"]):
        answer = office.qlc("sync", *words, ok=(2,))
        assert f"'code': '{code}'" in str(answer)
    assert office.sha() == before
    if name != "a table lost":  # a sound database to look at; the command that needs the table says so
        checks = {check["name"]: check for check in office.qlc("doctor", ok=(1,))}
        assert checks["state database"]["state"] == "fail"
        assert code in checks["state database"]["found"]


def test_any_damage_is_an_answer_or_a_code(office):
    path, chance = path_of(office), random.Random(7)
    whole = path.read_bytes()
    for _ in range(40):
        spoiled = bytearray(whole)
        for _ in range(chance.randint(1, 30)):
            spoiled[chance.randrange(len(spoiled))] = chance.randrange(256)
        path.write_bytes(spoiled)
        for words in READERS:
            office.qlc("sync", *words, ok=(0, 1, 2))
        examine(path.parent, NOW)


def test_a_spoiled_log_beside_a_sound_state_is_left_out(office):
    log = path_of(office).with_name(f"{DATABASE}-wal")
    log.write_bytes(random.Random(3).randbytes(50_000))
    assert office.qlc("sync", "history")[0]["round"] == 2
    log.mkdir()
    assert office.qlc("sync", "history", ok=(2,))["error"]["code"] == "T-005"


def test_a_state_that_another_program_holds_is_busy(office, monkeypatch):
    monkeypatch.setattr(database, "PATIENCE", 0.05)
    monkeypatch.setattr(database.open_file, "__kwdefaults__", {"patience": 0.05})
    with sqlite3.connect(path_of(office), isolation_level=None) as holder:
        holder.execute("BEGIN IMMEDIATE")
        answer = office.qlc("sync", "once", ok=(4,))
        assert answer["error"]["code"] == "T-002"
        checks = {check["name"]: check for check in office.qlc("doctor", ok=(0, 1))}
        assert "T-002" in checks["state database"]["found"]
        assert office.qlc("sync", "history")[0]["round"] == 2, "to look is still possible"
        holder.execute("ROLLBACK")
    holder.close()


def limited(statement):
    """`open_file`, and one more pragma on every connection: a disk of a certain kind."""
    real = database.open_file

    def opened(path, **options):
        connection = real(path, **options)
        connection.execute(statement)
        return connection

    return opened


def test_a_read_only_state_is_said_and_nothing_is_written(office, monkeypatch):
    monkeypatch.setattr(database, "open_file", limited("PRAGMA query_only=1"))
    office.export([item("A", 11), item("B", 13), item("C", 10)])
    before = office.sha()
    assert office.qlc("sync", "once", ok=(2,))["error"]["code"] == "T-005"
    assert office.sha() == before
    assert len(office.conflicts()) == 1, "conflicts are shown though nobody can note that they were"


@pytest.mark.parametrize("spare", [0, 8, 24])
def test_a_full_disk_loses_nothing(office, monkeypatch, spare):
    with sqlite3.connect(path_of(office)) as state:
        state.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        pages = state.execute("PRAGMA page_count").fetchone()[0]
    monkeypatch.setattr(database, "open_file", limited(f"PRAGMA max_page_count={pages + spare}"))
    office.export([item("A", 11), item("B", 13), *[item(f"N{n}", n) for n in range(150)]])
    answer = office.qlc("sync", "once", ok=(0, 1, 2))
    if spare < 24:
        assert "T-006" in str(answer)
    monkeypatch.undo()
    office.once()
    rows = office.by_msku()
    assert (len(rows), rows["B"]["FBA可售"], rows["A"]["FBA可售"]) == (153, 13, 99)
    assert office.once()["cells"] == []


def test_folders_with_odd_names_are_folders(tmp_path):
    folder = tmp_path / "全流程?mode=ro#50%25 & %zz" / "state"
    with State(folder) as state, state.begin():
        state.journal.start("sync", now())
    assert sorted(path.name for path in folder.iterdir()) == [DATABASE]
    with State(folder) as state:
        assert len(state.journal.rounds()) == 1
    assert examine(folder, NOW).version == schema.HEAD


def at_once(folder, count=4, server=""):
    """Opens one state in several processes at the same moment; answers how each ended."""
    context = multiprocessing.get_context("fork")
    gate, ends = context.Barrier(count), context.Queue()

    def run():
        gate.wait()
        try:
            with State(folder, server) as state, state.begin():
                state.journal.start("sync", now())
            ends.put("good")
        except Error as error:
            ends.put(error.code.id)

    processes = [context.Process(target=run) for _ in range(count)]
    for process in processes:
        process.start()
    answers = [ends.get(timeout=60) for _ in processes]
    for process in processes:
        process.join(60)
    return answers


@pytest.mark.parametrize("engine", ["SQLite", "PostgreSQL"])
def test_first_starts_at_once(engine, tmp_path, request):
    address = request.getfixturevalue("server").database() if engine == "PostgreSQL" else ""
    assert at_once(tmp_path / "state", server=address) == ["good"] * 4
    with State(tmp_path / "state", address) as state:
        assert [row.id for row in state.journal.rounds()] == [4, 3, 2, 1]


def test_migrations_at_once_make_one_safety_copy(tmp_path):
    with tarfile.open(FIXTURES / "company_0.2.0.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    folder = tmp_path / "demo" / "state"
    before = shutil.copytree(folder, tmp_path / "before")
    assert at_once(folder) == ["good"] * 4
    with State(folder) as state:
        assert schema.version(state.connection, folder) == schema.HEAD
        assert [row.id for row in state.journal.rounds()][-5:] == [5, 4, 3, 2, 1]
    with (
        sqlite3.connect(schema.safety_copy(folder / DATABASE, "0001")) as kept,
        sqlite3.connect(before / DATABASE) as was,
    ):
        assert list(kept.iterdump()) == list(was.iterdump())


def nested(state):
    with state.begin():
        state.journal.start("sync", now())
        with state.begin():
            state.journal.start("sync", now())


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "T-006"),
        (PermissionError(errno.EACCES, "Permission denied"), "T-005"),
        (sqlite3.OperationalError("no such column: writes.conflict"), "T-003"),
        (sqlite3.OperationalError("Could not decode to UTF-8 column 'key'"), "T-003"),
        (sqlite3.ProgrammingError("Incorrect number of bindings supplied"), None),
        (KeyError("a fault of the program"), None),
    ],
)
def test_what_the_system_says_has_a_code_and_a_fault_of_the_program_has_none(error, code, tmp_path):
    found = fault(error, tmp_path / DATABASE)
    assert (found.code.id if found else None) == code
    if found:
        assert str(error.args[-1]) in found.message()


def test_a_transaction_inside_another_is_refused_and_keeps_nothing(place):
    with place.open() as state:
        with pytest.raises(Error, match="T-007"):
            nested(state)
        assert state.journal.rounds() == []
        with state.begin():
            state.journal.start("sync", now())
        assert len(state.journal.rounds()) == 1


def test_tens_of_thousands_of_cells_in_one_go(tmp_path):
    count = 33_000
    with State(tmp_path) as state, state.begin():
        number = state.journal.start("sync", now())
        cells = [
            Change("库存数据", (f"M{n}",), "FBA可售", ("库存数据", n + 1, 2), "cell", n, n + 1) for n in range(count)
        ]
        state.journal.plan(number, "工作簿", "SENDING", "", "", cells)
        rows = state.journal.written(number, "工作簿", verified_only=False)
        state.journal.verified(number, "工作簿", [row.id for row in rows])
        assert len(state.journal.written(number, "工作簿")) == count
        state.journal.forget_cells(number, "工作簿", [("库存数据", f"C{n + 1}") for n in range(count - 1)])
        assert [row.cell for row in state.journal.written(number, "工作簿")] == [f"C{count}"]
        assert state.conflicts.named([str(n) for n in range(count)]) == {}


def test_a_holder_that_never_lets_go_is_busy_for_other_processes_too(tmp_path, monkeypatch):
    monkeypatch.setattr(database.open_file, "__kwdefaults__", {"patience": 0.05})
    with State(tmp_path) as state, state.begin(), State(tmp_path) as other:
        with pytest.raises(Busy, match="T-002"), other.begin():
            pass
        assert other.journal.rounds() == []


def test_a_state_that_goes_is_said_and_one_that_comes_back_is_used(tmp_path):
    with State(tmp_path / "state") as state:
        with state.begin():
            state.journal.start("sync", now())
        (tmp_path / "state").rename(tmp_path / "away")
        with pytest.raises(Error, match="T-005"), state.begin():
            state.journal.start("sync", now())
        (tmp_path / "state").mkdir()
        shutil.copy(tmp_path / "away" / DATABASE, tmp_path / "state")
        for log in (tmp_path / "away").glob("*-wal"):
            shutil.copy(log, tmp_path / "state")
        with state.begin():
            assert state.journal.start("sync", now()) == 2
    with State(tmp_path / "state") as state:
        assert [row.id for row in state.journal.rounds()] == [2, 1], "not written into a file that nobody sees"


def test_doctor_knows_the_end_of_the_record_and_the_last_copy(office):
    checks = {check["name"]: check for check in office.qlc("doctor")}
    assert "备份 还没有" in checks["state database"]["found"]
    office.qlc("state", "backup")
    folder = office.folder / "state"
    found = examine(folder, NOW)
    assert (found.wrong, found.warnings, found.backup is None) == ((), (), False)
    assert found.lines > 5
    later = examine(folder, datetime.now(UTC) + timedelta(days=20))
    assert [(error.code.id, error.facts["found"]) for error in later.warnings] == [("T-029", 20)]
    with sqlite3.connect(path_of(office)) as state:
        state.execute("DELETE FROM audit WHERE number = (SELECT max(number) FROM audit)")
    assert [error.code.id for error in examine(folder, NOW).warnings] == ["T-028"]
    with sqlite3.connect(path_of(office)) as state:
        state.execute("DELETE FROM audit")
    assert [error.code.id for error in examine(folder, NOW).warnings] == ["T-028"]


def test_room_that_is_no_longer_needed_goes_back(tmp_path, monkeypatch):
    monkeypatch.setattr(space, "MUCH", 1 << 20)
    path = tmp_path / DATABASE
    with State(tmp_path) as state:
        with state.begin():
            state.connection.exec_driver_sql("CREATE TABLE bulk (data)")
            state.connection.exec_driver_sql("INSERT INTO bulk VALUES (zeroblob(3000000))")
        assert not space.give_back(path), "it is needed"
        with state.begin():
            state.connection.exec_driver_sql("DELETE FROM bulk")
        with sqlite3.connect(path, isolation_level=None) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT * FROM meta").fetchall()
            assert space.give_back(path)
            assert reader.execute("SELECT count(*) FROM rounds").fetchone() == (0,), "who reads goes on reading"
        reader.close()
        assert not space.give_back(path), "once"
        assert check(state).wrong == []
    assert path.stat().st_size < 1 << 20
