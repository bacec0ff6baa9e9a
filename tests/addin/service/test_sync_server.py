"""PCs that ask one server: a real process, real requests, documents that stand in for their programs."""

import json
import shutil
import socket
from concurrent.futures import ThreadPoolExecutor

import pytest

from addin.commands import at_server
from addin.commands.server import K_GONE, Server
from rules.errors import Busy, Error, Remote
from sheets_schema.grid.codes import X_MOVED
from sync.backends.document import DocumentStore
from sync.state.database import State
from tests.addin.service.team import OTHER, PC, TOKENS, books, sells, server, team_office
from tests.scenarios.office import STOCK, agreed
from tests.warm import qlc


@pytest.fixture(autouse=True)
def _tokens(monkeypatch):
    for name, token in TOKENS.items():
        monkeypatch.setenv(name, token)


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    return team_office(tmp_path_factory.mktemp("team"))


@pytest.fixture(scope="module")
def running(office):
    with server(office) as found:
        yield found


@pytest.fixture
def pc(office, running, tmp_path):
    """A PC whose document is saved and agreed on: 50, 50, 50."""
    made = PC(tmp_path / "pc", office, running.said["url"])
    sells(office, 50, 50, 50)
    if made.press("sync_now").finish is not None:
        made.do("sync_now")
    made.save()
    report = made.press("preview_sync").report
    assert made.shown() == [50, 50, 50], [
        report.title.zh,
        *[one.text() for one in report.problems],
        *[line.zh for line in report.details],
    ]
    yield made
    made.document.save()
    made.close()


def said(report):
    return [(change.place, change.before, change.after) for change in report.changes]


def codes(report):
    """What a report finds, but for the exports that list only some of the goods."""
    return [problem.code.id for problem in report.problems if problem.code.id != "G-002"]


def refused(action):
    with pytest.raises(Error) as caught:
        action()
    return caught.value.code.id


def test_an_export_goes_there_the_plan_comes_back_and_counts_when_it_is_saved(office, pc, tmp_path):
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    export = sells(office, 51, 50, 50, D=4)
    export = export.rename(downloads / export.name)
    (downloads / "笔记.txt").write_text("买菜", "utf-8")
    seen = pc.press("fetch_exports", folder=str(downloads))
    assert "3 行" in seen.questions[0].choices[0][1].zh.partition("上次")[2], "what the server took last"
    got = pc.do("fetch_exports", folder=str(downloads), files=[export.name])
    assert "取了 1 个" in got.title.zh
    lying = office.folder / "inbox" / export.name
    assert (lying.read_bytes(), lying.stat().st_mtime) == (export.read_bytes(), pytest.approx(export.stat().st_mtime))
    again = pc.press("fetch_exports", folder=str(downloads), files=[export.name])
    assert again.finish is None
    assert "已经在收件文件夹里" in again.report.details[0].zh

    file = office.sha()
    seen = pc.press("preview_sync")
    assert said(seen.report)[0] == (f"《{office.book.stem}》{STOCK}!C2", 50, 51)
    assert not seen.needs_confirmation
    preview = pc.press("sync_now")
    assert pc.shown() == [50, 50, 50]
    done = preview.finish()
    assert said(done) == said(preview.report) == said(seen.report)
    assert not done.problems
    assert "保存后才算数" in done.details[-1].zh
    assert pc.shown(*"ABCD") == [51, 50, 50, 4]
    assert office.sha() == file
    assert books(office) == ("小李", {office.book.stem: "SENT"})
    assert agreed(office.folder)[("LOMEESS-CA", "A"), "FBA可售"] == 50
    assert not pc.save().changes
    assert agreed(office.folder)[("LOMEESS-CA", "A"), "FBA可售"] == 51
    assert not (pc.config.parent / "state").exists(), "a PC keeps no state of its own"


def test_a_conflict_is_settled_by_a_person_whose_name_is_kept(office, pc):
    pc.document.type_in(STOCK, 2, 2, 98)
    sells(office, 61, 50, 50)
    pc.do("sync_now")
    (which, use) = pc.press("conflicts").questions
    assert use.default == "erp"
    ((pick, label),) = which.choices
    assert "98 | 61" in label.zh
    done = pc.do("conflicts", which=[pick], use="erp")
    assert "记下了 1 个选择" in done.title.zh
    with State(office.folder / "state") as state:
        assert [(row.choice, row.chosen_by) for row in state.conflicts.open(office.book.stem)] == [("erp", "小李")]
    pc.do("sync_now")
    assert pc.shown("A") == [61]
    pc.save()
    assert pc.press("conflicts").report.title.zh == "没有待处理的冲突"
    assert office.by_msku()["A"]["FBA可售"] == 61


def test_only_a_lead_takes_a_round_back(office, pc):
    sells(office, 71, 50, 50, E=4)
    pc.do("sync_now")
    pc.document.type_in(STOCK, 3, 2, 99)
    assert pc.shown("E") == [4]
    preview = pc.press("undo_sync")
    assert said(preview.report)[0] == (f"《{office.book.stem}》{STOCK}!C2", 71, 50)
    with pytest.raises(Error) as caught:
        preview.finish()
    assert caught.value.code.id == "V-018"
    assert caught.value.exit_code == 3
    assert "小李" in caught.value.message()
    assert "lead 主管" in caught.value.message()
    assert pc.shown("A") == [71]
    pc.as_user("QLC_TOKEN_CHEN")
    done = pc.do("undo_sync")
    assert "恢复 1 格,清空 1 行" in done.title.zh
    assert pc.shown(*"ABCE") == [50, 99, 50, None]
    assert books(office)[0] == "陈主管"
    pc.save()
    assert pc.shown(*"ABCE") == [50, 99, 50, None], "what was taken back is not brought again"
    history = office.qlc("sync", "history")
    assert {row["who"] for row in history if row["kind"] == "undo"} == {"陈主管"}
    pc.document.type_in(STOCK, 3, 2, 50)


def before_writing(monkeypatch, act):
    """Somebody is quicker than the answer of the server."""
    write = at_server._Orders.write

    def late(orders, store):
        monkeypatch.setattr(at_server._Orders, "write", write)
        act()
        return write(orders, store)

    monkeypatch.setattr(at_server._Orders, "write", late)


def test_what_moved_between_plan_and_write_is_left_alone(office, pc, monkeypatch):
    sells(office, 81, 82, 83, F=4, G=5)
    rows = [len(pc.document.read(STOCK).numbers) + at for at in (1, 2, 3)]

    def act():
        pc.document.type_in(STOCK, 2, 2, 99)  # a cell that is to be written
        pc.document.type_in(STOCK, 3, 3, "催货")  # one beside such a cell
        pc.document.type_in(STOCK, 4, 1, "C2")  # another row stands there now
        pc.document.type_in(STOCK, rows[2], 0, "LOMEESS-CA")  # somebody adds a row that is to be appended
        pc.document.type_in(STOCK, rows[2], 1, " G ")

    before_writing(monkeypatch, act)
    done = pc.do("sync_now")
    places = {one.cell for one in done.problems if one.code.id == "X-109"}
    assert set(codes(done)) == {"X-109"}
    assert {"C2", "C4"} <= places
    assert {cell[1:] for cell in places - {"C2", "C4"}} == {str(rows[1])}
    assert pc.shown("A", "B", "C2", "F", "G", " G ") == [99, 82, 50, 4, None, None]
    with State(office.folder / "state") as state:
        written = state.journal.written(state.journal.rounds(1)[0].id, verified_only=False)
    assert [row.cell for row in written if row.column] == ["C3"], "the server knows what arrived"
    assert [row.cell[1:] for row in written if not row.column] == [str(rows[0])]
    pc.document.type_in(STOCK, 2, 2, 50)
    pc.document.type_in(STOCK, 4, 1, "C")
    for column in (0, 1):
        pc.document.type_in(STOCK, rows[2], column, None)


def test_a_moved_column_gets_nothing(office, pc, monkeypatch):
    sells(office, 84, 84, 84)

    def swap():
        for row in pc.document.read(STOCK).numbers:
            here = [pc.document.read(STOCK).value(row, column) for column in (2, 3)]
            pc.document.type_in(STOCK, row, 2, here[1])
            pc.document.type_in(STOCK, row, 3, here[0])

    before_writing(monkeypatch, swap)
    assert codes(pc.do("sync_now")) == ["X-109"] * 3
    assert pc.document.read(STOCK).value(4, 3) == 50
    assert books(office)[1] == {office.book.stem: "HELD"}, "nothing of it arrived"
    swap()


def test_only_what_was_shown_is_carried_out(office, pc):
    sells(office, 91, 50, 50)
    preview = pc.press("sync_now")
    sells(office, 92, 50, 50)
    assert refused(preview.finish) == "V-021"
    assert pc.shown("A") == [50]


def test_an_answer_that_is_lost_on_its_way_costs_nothing(office, pc, monkeypatch):
    sells(office, 93, 94, 95)
    preview, post = pc.press("sync_now"), Server.post

    def lost(self, path, document):
        post(self, path, document)
        raise Remote(K_GONE, found=self.url)

    with monkeypatch.context() as patched:
        patched.setattr(Server, "post", lost)
        assert refused(preview.finish) == "K-101"
    assert pc.shown() == [50, 50, 50]
    assert books(office)[1] == {office.book.stem: "SENT"}, "planned there, and never written here"
    pc.document.type_in(STOCK, 2, 2, 7)
    pc.do("sync_now")
    assert pc.shown() == [7, 94, 95], "what a person typed meanwhile is theirs"
    pc.document.type_in(STOCK, 2, 2, 93)
    pc.save()
    assert agreed(office.folder)[("LOMEESS-CA", "B"), "FBA可售"] == 94
    with State(office.folder / "state") as state:
        assert not state.journal.unfinished()


def test_what_the_server_could_not_be_told_or_the_program_refused_is_said(office, pc, monkeypatch):
    sells(office, 96, 97, 50)
    post = Server.post

    def untold(self, path, document):
        if path.endswith("/arrived"):
            raise Remote(K_GONE, found=self.url)
        return post(self, path, document)

    with monkeypatch.context() as patched:
        patched.setattr(Server, "post", untold)
        done = pc.do("sync_now")
    assert codes(done) == ["K-105"]
    assert "K-101" in done.problems[-1].message()
    assert pc.shown() == [96, 97, 50]
    pc.save()

    def busy(self, **_):
        raise Busy(X_MOVED, file=self.where)

    sells(office, 98, 97, 50)
    with monkeypatch.context() as patched:
        patched.setattr(DocumentStore, "apply", busy)
        done = pc.do("sync_now")
    assert codes(done) == ["K-106"]
    assert pc.shown() == [96, 97, 50]
    assert books(office)[1] == {office.book.stem: "HELD"}


def test_a_copy_is_no_workbook_of_the_server(office, running, tmp_path):
    folder = tmp_path / "copies"
    folder.mkdir()
    copy = folder / office.book.name
    shutil.copy(office.book, copy)
    pc = PC(tmp_path / "pc", office, running.said["url"], book=copy)
    pc.document.type_in(STOCK, 2, 2, 1)
    pc.document.save()
    assert refused(lambda: pc.press("preview_sync")) == "V-020"
    strange = folder / "别的.xlsx"
    shutil.copy(office.book, strange)
    assert (
        refused(lambda: PC(tmp_path / "other", office, running.said["url"], book=strange).press("sync_now")) == "V-019"
    )


def test_a_server_that_is_not_there_is_said_and_nothing_is_done_here(office, tmp_path, monkeypatch):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        pc = PC(tmp_path / "pc", office, f"http://127.0.0.1:{nobody.getsockname()[1]}")
        for button in ("preview_sync", "sync_now", "conflicts", "undo_sync"):
            assert refused(lambda name=button: pc.press(name)) == "K-101"
        assert refused(lambda: pc.press("fetch_exports")) == "K-101"
    monkeypatch.setenv("QLC_TOKEN_LI", "")
    assert refused(lambda: pc.press("sync_now")) == "K-102"
    assert not (pc.config.parent / "state").exists()
    pc.close()
    done = qlc("--config", str(pc.config), "sync", "once", "--json")
    assert (done.returncode, json.loads(done.stdout)["error"]["code"]) == (3, "C-015")


def test_strangers_and_other_services_are_told_apart(office, running, tmp_path, monkeypatch):
    pc = PC(tmp_path / "pc", office, running.said["url"])
    monkeypatch.setenv("QLC_TOKEN_LI", "x" * 40)
    assert refused(lambda: pc.press("preview_sync")) == "K-102"
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as one:

        def answer():
            with listener.accept()[0] as connection:
                connection.recv(65536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello")

        told = one.submit(answer)
        other = PC(tmp_path / "other", office, f"http://127.0.0.1:{listener.getsockname()[1]}")
        assert refused(lambda: other.press("preview_sync")) == "K-103"
        told.result()
    pc.close()


def test_two_pcs_at_once_on_two_workbooks(office, pc, running, tmp_path):
    other = PC(
        tmp_path / "other", office, running.said["url"], "QLC_TOKEN_CHEN", office.book.with_name(f"{OTHER}.xlsx")
    )
    sells(office, 55, 56, 57)
    with ThreadPoolExecutor(2) as both:
        done = list(both.map(lambda one: one.do("sync_now"), (pc, other)))
    assert [codes(report) for report in done] == [[], []]
    assert pc.shown() == other.shown() == [55, 56, 57]
    for one in (pc, other):
        one.save()
    for workbook in (office.book.stem, OTHER):
        assert agreed(office.folder, workbook=workbook)[("LOMEESS-CA", "C"), "FBA可售"] == 57
    other.close()


def test_uploads_are_recognised_cleaned_and_kept_once(office, running):
    client = running.client()
    token = {"Authorization": f"Bearer {TOKENS['QLC_TOKEN_LI']}", "Content_Type": "application/octet-stream"}
    content = sells(office, 1, 2, 3).read_bytes() + b"\n"

    def upload(name, body=content):
        answer = client.ask("POST", f"/v1/sync/inbox?name={name}&modified=1790000000", body, **token)
        return answer.status, answer.document["place"] if answer.status == 200 else answer.code

    status, place = upload("..%2F..%2Fa%3Cb%3E.csv")
    assert (status, place) == (200, "inbox/a_b_.csv")
    assert (office.folder / place).read_bytes() == content
    assert upload("c.csv") == (409, "K-108")
    assert not (office.folder / "inbox" / "c.csv").exists()
    assert upload("x.csv", b"buy,milk\n1,2\n")[1] == "I-010" or upload("x.csv", b"buy,milk\n1,2\n")[0] == 422
    for name in ("run.exe", ".hidden.csv", "~%24a.csv", "con.csv", "", "%2E%2E"):
        assert upload(name) == (422, "V-022"), name
    big = {"Content_Length": str(300 << 20)}
    assert client.ask("POST", "/v1/sync/inbox?name=a.csv", b"", **{**token, **big}).code == "V-004"
    (office.folder / place).unlink()
    running.hang_up()


def test_bad_requests_are_refused_with_their_place(running):
    client = running.client()
    token = {"Authorization": f"Bearer {TOKENS['QLC_TOKEN_LI']}"}

    def ask(path, body):
        return client.ask("POST", f"/v1/sync/{path}", body, **token).code

    good = {"workbook": None, "names": [], "tabs": {}, "file": "", "answers": {}}
    assert ask("sync_now/preview", {}) == "V-010"
    assert ask("sync_now/preview", {**good, "tabs": {"x": {"numbers": [0], "rows": [[]]}}}) == "V-010"
    assert ask("sync_now/preview", {**good, "workbook": ["a"]}) == "V-019"
    assert ask("settings/preview", good) == "V-011"
    assert ask("arrived", {"workbook": OTHER, "names": [], "round": "x", "refused": []}) == "V-010"
    late = {"workbook": OTHER, "names": [STOCK], "round": 1, "refused": [[STOCK, 2, 2]]}
    assert client.ask("POST", "/v1/sync/arrived", late, **token).document == {"refused": None}
    running.hang_up()


def test_a_second_server_on_the_same_state_is_refused(office, running):
    again = qlc("--config", str(running.config), "serve", "--sync", "--port", "0", "--json", **TOKENS)
    assert (again.returncode, json.loads(again.stdout)["error"]["code"]) == (4, "D-001")
    daemon = qlc("--config", str(running.config), "sync", "daemon", "--json")
    assert (daemon.returncode, json.loads(daemon.stdout)["error"]["code"]) == (4, "D-001")
