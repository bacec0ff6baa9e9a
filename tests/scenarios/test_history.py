"""What history tells beside the cells: numbers that changed, rounds that were killed."""

import signal
import subprocess
import sys

import pytest
import yaml

from sync.state.database import State, now
from tests.scenarios.office import ROOT, item

SHEET = ["店铺", "MSKU", "FBA可售"]
RULES = yaml.safe_load((ROOT / "config.yaml").read_text("utf-8"))["rules"]


@pytest.fixture
def started(quick):
    quick.make_book([{"店铺": "LOMEESS-CA", "MSKU": "A", "FBA可售": 10}], SHEET)
    quick.export([item("A", 10)])
    quick.adopt()
    return quick


def rules(office, **numbers):
    """Writes numbers of rules.turnover into the office's config."""
    family = RULES["turnover"] | {name: RULES["turnover"][name] | number for name, number in numbers.items()}
    text = yaml.safe_dump({"rules": {"turnover": family}, "site": office.site}, allow_unicode=True)
    (office.folder / "config.yaml").write_text(text, "utf-8")


def changes(office):
    return {row["round"]: row["rules"] for row in office.qlc("sync", "history") if row["rules"]}


def test_a_number_is_recorded_with_the_round_that_first_used_it(started):
    rules(started)
    started.once()
    assert changes(started) == {}, "written out, but the same"
    rules(started, domestic_days={"values": {"2025-01-01": 6}, "why": "试试"})
    started.qlc("sync", "plan")
    assert changes(started) == {}, "a plan uses nothing"
    started.once()
    started.once()
    expected = {3: [{"key": "rules.turnover.domestic_days", "before": "7", "after": "6"}]}
    assert changes(started) == expected
    rules(started, domestic_days={"values": {"2025-01-01": 6, "2026-11-01": 8}})
    started.qlc("sync", "undo", ok=(2,))
    started.once()
    newest = [{"key": "rules.turnover.domestic_days", "before": "6", "after": "8 (2026-11-01)"}]
    assert changes(started) == expected | {5: newest}
    checks = {check["name"]: check for check in started.qlc("doctor")}
    assert "第 5 轮起 rules.turnover.domestic_days 6→8 (2026-11-01)" in checks["rules"]["found"]


def test_history_says_it_in_words(started, capsys):
    from console import cli

    started.qlc("sync", "history")
    rules(started, total_limit_days={"values": {"2025-01-01": 90}})
    started.once()
    cli.main(["--config", str(started.folder / "config.yaml"), "sync", "history"])
    assert "第 2 轮起 rules.turnover.total_limit_days 120→90" in capsys.readouterr().out


def test_a_killed_round_is_closed_by_the_next(started):
    started.export([item("A", 11)])
    hang = (
        "from sync.backends.file import FileStore\nimport time\n"
        "FileStore.apply = lambda *a, **k: (print('there', flush=True), time.sleep(600))\n"
        "from console.cli import main\n"
        f"main(['--config', {str(started.folder / 'config.yaml')!r}, 'sync', 'once'])"
    )
    process = subprocess.Popen([sys.executable, "-c", hang], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout.readline() == "there\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    newest = started.qlc("sync", "history")[0]
    assert (newest["round"], newest["finished"], newest["closed_by"]) == (2, None, None)
    started.qlc("sync", "plan")
    assert started.qlc("sync", "history")[0]["finished"] is None, "a plan closes nothing"
    assert started.once()["writes"] == 1
    after, killed = started.qlc("sync", "history")[:2]
    assert (killed["round"], killed["closed_by"]) == (2, 3)
    assert killed["finished"] is not None
    assert (after["closed_by"], after["finished"] is None) == (None, False)


def test_an_undo_closes_a_killed_round_too(started):
    started.export([item("A", 11)])
    started.once()
    with State(started.folder / "state") as state, state.begin():
        dead = state.journal.start("sync", now())
    undone = started.qlc("sync", "undo")
    assert {row["round"]: row["closed_by"] for row in started.qlc("sync", "history")}[dead] == undone["round"]


def test_a_living_round_is_nobodys_to_close(started):
    with State(started.folder / "state") as state, state.lease():
        with state.begin():
            state.journal.start("sync", now())
        assert started.qlc("sync", "once", ok=(4,))["error"]["code"] == "G-012"
        assert state.journal.rounds()[0].finished is None
