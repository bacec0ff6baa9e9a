"""Workers as processes on a real PostgreSQL: the service asks, they run the rounds; who is killed is replaced."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from queue import Empty, Queue
from threading import Event, Thread

import pytest
import yaml

from rules.policy.loader import load
from sync.daemon.world import BookEnd, RoundEnd
from sync.state.database import State
from sync.workers import worker
from sync.workers.queue import Queue as Jobs
from sync.workers.rounds import RoundsByWorkers
from tests import postgres
from tests.warm import ROOT, qlc

SECONDS = 120
"""What a busy machine may need for a round."""
BOOK = "全流程数据"


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setenv("PGPASSWORD", postgres.PASSWORD)
    return postgres.server()


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("company") / "demo"
    assert qlc("demo", str(folder), "--rows", "12", "--seed", "3").returncode == 0
    return folder


@pytest.fixture
def company(made, tmp_path, server):
    """The demo, its state on the server: the base is made anew by `adopt`."""
    folder = tmp_path / "demo"
    shutil.copytree(made, folder)
    config = yaml.safe_load((folder / "config.yaml").read_text("utf-8"))
    config["site"] |= {"state": server.database(), "schedule": {"rounds": "workers"}}
    (folder / "config.yaml").write_text(yaml.safe_dump(config, allow_unicode=True), "utf-8")
    return folder


class Process:
    """`qlc sync …` and the events that it tells."""

    def __init__(self, folder, *words):
        command = [sys.executable, "-m", "console.cli", "--config", str(folder / "config.yaml"), "sync", *words]
        self.process = subprocess.Popen([*command, "--json"], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self.events = Queue()
        Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.events.put(json.loads(line))

    def next(self, event):
        end, seen = time.monotonic() + SECONDS, []
        while True:
            try:
                seen.append(self.events.get(timeout=1))
            except Empty:
                if time.monotonic() > end or self.process.poll() is not None:
                    pytest.fail(f"no event {event}: {seen}")
                continue
            if seen[-1]["event"] == event:
                return seen[-1]

    def end(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


@pytest.fixture
def run(company):
    started = []

    def start(*words):
        started.append(Process(company, *words))
        return started[-1]

    yield start
    for process in started:
        process.end()


def test_the_service_asks_a_worker_runs_and_signals_end_both(company, run):
    worker, service = run("worker"), run("daemon")
    worker.next("working")
    service.next("started")
    assert worker.next("round")["workbooks"] == [BOOK]
    assert worker.next("ended")["books"].keys() == {BOOK}
    assert service.next("ended")["books"].keys() == {BOOK}
    for process in (service, worker):
        process.process.send_signal(signal.SIGTERM)
        assert process.process.wait(20) == 0
        process.next("stopped")


@pytest.mark.proof
def test_a_killed_worker_is_replaced(company, run, server):
    first = run("worker")
    first.next("working")
    config = load(company / "config.yaml")
    with State.of(config) as state, Jobs(config.site.state_server) as jobs:
        asked = RoundsByWorkers(state, jobs).start([BOOK])
        first.next("round")
        os.kill(first.process.pid, signal.SIGKILL)
        second = run("worker")
        assert second.next("taken over")["workbook"] == BOOK
        assert second.next("round")["workbooks"] == [BOOK]
        second.next("ended")
        end = asked.ended()
        assert end.error is None
        assert end.books.keys() == {BOOK}
        assert asked.ended() is None, "it is told once"


@pytest.fixture
def state(server, tmp_path):
    with State(tmp_path, server.database()) as made:
        yield made


def test_what_nobody_wants_is_not_run_and_what_nobody_takes_is_said(state):
    seconds = [0.0]
    with Jobs(state.where) as jobs:
        rounds = RoundsByWorkers(state, jobs, "en", lambda: seconds[0])
        one, two = rounds.start(["甲"]), rounds.start(["甲"])
        assert not state.asks.take(one._number, "now"), "asked for again"
        assert state.asks.take(two._number, "now")
        seconds[0] = 1e6
        assert two.ended() is None, "somebody runs it"
        end = RoundEnd({"甲": BookEnd("COMMITTED", 3, held=("G-005",))}, 7, ("G-002",))
        state.asks.answer(two._number, end.as_json())
        assert not state.asks.take(two._number, "now"), "a second worker comes late"
        assert two.ended() == end
        other = rounds.start(["乙"])
        assert other.ended() is None
        seconds[0] += 1e6
        error = other.ended()
        assert (error.error["code"], error.busy) == ("D-010", True)
        other.stop()
    assert RoundEnd.of(json.loads(json.dumps(RoundEnd(error={"code": "D-003"}).as_json()))) == RoundEnd(
        error={"code": "D-003"}
    )


class Endless:
    """Rounds that never end by themselves."""

    def __init__(self):
        self.begun, self.stopped = Event(), False

    def start(self, _workbooks):
        self.begun.set()
        return self

    def ended(self):
        return None

    def stop(self):
        self.stopped = True


@pytest.mark.parametrize(("limit", "code"), [("ENDING", None), ("LONGEST_ROUND", "D-002")])
def test_a_round_that_does_not_end_is_cut_off(state, tmp_path, monkeypatch, limit, code):
    """When the worker is to end, to be asked for again; else as hung."""
    monkeypatch.setattr(worker, limit, 0.2)
    rounds, said = Endless(), []
    with State(tmp_path / "another", state.where) as its, Jobs(state.where) as jobs:
        asked = RoundsByWorkers(state, jobs).start(["甲"])
        works = worker.Worker(state.where, its, rounds, lambda event, facts: said.append(event))
        thread = Thread(target=works.run)
        thread.start()
        assert rounds.begun.wait(SECONDS)
        while code and (end := asked.ended()) is None:
            time.sleep(0.05)
        works.stop()
        thread.join(SECONDS)
        assert not thread.is_alive()
        end = end if code else asked.ended()
    assert rounds.stopped
    assert said[0] == "working"
    assert said[-1] == "stopped"
    assert (end.busy, (end.error or {}).get("code")) == (code is None, code)


def test_two_jobs_of_a_workbook_run_one_after_the_other(state, server):
    with Jobs(state.where) as jobs:
        RoundsByWorkers(state, jobs)
        for number, workbook in ((1, "甲"), (2, "甲"), (3, "乙")):
            jobs.put(number, workbook)
        name = postgres.name_of(state.where)
        server.run("INSERT INTO procrastinate_workers DEFAULT VALUES", name)
        fetch = "SELECT lock, args->>'number', queueing_lock FROM procrastinate_fetch_job_v2('{qlc}', 1)"
        assert [server.run(fetch, name)[0] for _ in range(3)] == [("甲", "1", None), ("乙", "3", None), (None,) * 3]
