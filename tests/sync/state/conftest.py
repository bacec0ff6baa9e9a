"""Where a state can be: a file, or a database on a server. What holds of both is tested on both."""

import pytest

from sync.state.database import State
from tests import postgres


class Place:
    """A folder, and perhaps a server, that a state can be opened at any number of times."""

    def __init__(self, folder, server=""):
        self.folder, self.server = folder, server

    def open(self):
        return State(self.folder, self.server)


@pytest.fixture
def server(monkeypatch):
    """A real PostgreSQL, whose password is in the environment."""
    monkeypatch.setenv("PGPASSWORD", postgres.PASSWORD)
    return postgres.server()


@pytest.fixture
def at_server(server, tmp_path):
    return Place(tmp_path / "state", server.database())


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def place(request, tmp_path):
    if request.param == "SQLite":
        return Place(tmp_path / "state")
    return request.getfixturevalue("at_server")
