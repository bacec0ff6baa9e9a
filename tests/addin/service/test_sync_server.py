"""PCs that ask one server: a real process, real requests, documents that stand in for their programs."""

import pytest

from tests.addin.service.team import PC, TOKENS, books, sells, server, team_office
from tests.scenarios.office import STOCK, agreed


@pytest.fixture(autouse=True)
def _tokens(monkeypatch):
    for name, token in TOKENS.items():
        monkeypatch.setenv(name, token)


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    """One server for the stories that leave it as they found it: each has an office of its own."""
    office = team_office(tmp_path_factory.mktemp("team"))
    with server(office) as found:
        yield office, found


def said(report):
    return [(change.place, change.before, change.after) for change in report.changes]


def test_a_sync_is_planned_there_written_here_and_counts_when_it_is_saved(running, tmp_path):
    office, served = running
    pc = PC(tmp_path / "pc", office, served.said["url"])
    sells(office, 11, 10, 10, 4)
    file = office.sha()
    seen = pc.press("preview_sync")
    assert said(seen.report)[0] == (f"{STOCK}!C2", 10, 11)
    preview = pc.press("sync_now")
    assert pc.shown() == {"A": 10, "B": 10, "C": 10}
    done = preview.finish()
    assert said(done) == said(preview.report) == said(seen.report)
    assert not done.problems
    assert pc.shown() == {"A": 11, "B": 10, "C": 10, "D": 4}
    assert office.sha() == file
    assert books(office) == ("小李", {"全流程数据": "SENT"})
    pc.document.save()
    again = pc.press("sync_now")
    assert not again.report.changes
    again.finish()
    assert agreed(office.folder)[("LOMEESS-CA", "A"), "FBA可售"] == 11
