"""A server that is killed while a PC waits for it, or has written already: the end is that of a day without it."""

import contextlib

import pytest

from addin.commands import at_server
from addin.commands.server import K_GONE, Server
from rules.errors import Error, Remote
from tests.addin.service.team import PC, TOKENS, books, sells, server, team_office
from tests.scenarios.office import agreed


@pytest.fixture(autouse=True)
def _tokens(monkeypatch):
    for name, token in TOKENS.items():
        monkeypatch.setenv(name, token)


def answer_lost(killed, monkeypatch):
    """The server has planned and remembered it, and is killed before its answer arrives."""
    post = Server.post

    def post_and_kill(self, path, document):
        told = post(self, path, document)
        if path.endswith("/sync_now/apply"):
            killed()
            raise Remote(K_GONE, found=self.url)
        return told

    monkeypatch.setattr(Server, "post", post_and_kill)


def dead_when_written(killed, monkeypatch):
    """The server is killed when the PC is about to write: nobody can be told of it."""
    write = at_server._Orders.write

    def kill_and_write(orders, store):
        killed()
        return write(orders, store)

    monkeypatch.setattr(at_server._Orders, "write", kill_and_write)


def day(folder, monkeypatch, interrupt=None):
    """A day: an export, a sync that `interrupt` may hit, a new server, a save; answers what is left of it."""
    folder.mkdir()
    office = team_office(folder / "office")
    told = []
    with contextlib.ExitStack() as stack:
        served = stack.enter_context(server(office))
        pc = PC(folder / "pc", office, served.said["url"])
        pc.document.type_in("库存数据", 3, 3, "催货")
        sells(office, 11, 12, 10, D=4)
        preview = pc.press("sync_now")
        with monkeypatch.context() as patched:
            if interrupt is not None:
                interrupt(served.process.kill, patched)
            try:
                told = [problem.code.id for problem in preview.finish().problems]
            except Error as error:
                told = [error.code.id]
        states = books(office)[1]
        if interrupt is not None:
            served.process.wait()
            with contextlib.suppress(AssertionError):
                stack.close()  # it was killed, and did not end well
            served = stack.enter_context(server(office))
            pc.ask(served.said["url"])
            again = pc.press("sync_now")
            if again.finish is not None:
                again.finish()
        shown = pc.shown(*"ABCD")
        pc.save()
        pc.close()
        assert not pc.press("preview_sync").report.changes
        left = (shown, sorted(map(repr, office.rows())), sorted(map(repr, agreed(office.folder).items())))
        undone = pc.as_user("QLC_TOKEN_CHEN").press("undo_sync").report
        return told, states, left, [(one.place, one.before, one.after) for one in undone.changes]


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patched:
        for name, token in TOKENS.items():
            patched.setenv(name, token)
        told, states, *left = day(tmp_path_factory.mktemp("quiet") / "day", patched)
    assert (told, states) == ([], {"全流程数据": "SENT"})
    assert left[0][0] == [11, 12, 10, 4]
    return left


@pytest.mark.proof
@pytest.mark.parametrize(("interrupt", "said"), [(answer_lost, ["K-101"]), (dead_when_written, ["K-105"])])
def test_the_saved_file_decides(tmp_path, monkeypatch, uninterrupted, interrupt, said):
    told, states, *left = day(tmp_path / "day", monkeypatch, interrupt)
    assert (told, states) == (said, {"全流程数据": "SENT"})
    assert left == uninterrupted
