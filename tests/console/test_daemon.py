"""The service as a process: an export is dropped, the workbook changes; a second one is refused; a signal ends it."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from queue import Empty, Queue
from threading import Thread

import openpyxl
import pytest

from console import daemon_view
from console.daemon_view import SPOKEN, Events
from console.output import Output
from console.round_process import RoundProcess
from console.rounds_apart import RoundApart, RoundsApart
from rules.policy.site import Alerts
from sync.daemon.world import BookEnd, RoundEnd
from sync.state.database import State
from tests.sync.daemon.test_tell import bot
from tests.warm import ROOT, qlc

SECONDS = 90
"""What a busy machine may need for a round."""


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    folder = tmp_path_factory.mktemp("company") / "demo"
    assert qlc("demo", str(folder), "--rows", "12", "--seed", "3").returncode == 0
    return folder


class Service:
    """The service of a company, and the events that it tells."""

    def __init__(self, folder, *words):
        self.config = folder / "config.yaml"
        command = [
            sys.executable,
            "-m",
            "console.cli",
            "--config",
            str(self.config),
            "sync",
            "daemon",
            "--json",
            *words,
        ]
        self.process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self.events = Queue()
        Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.events.put(json.loads(line))

    def next(self, event):
        """The next event of that name."""
        end = time.monotonic() + SECONDS
        while True:
            try:
                found = self.events.get(timeout=max(0.1, end - time.monotonic()))
            except Empty:
                pytest.fail(f"no event {event}")
            if found["event"] == event:
                return found

    def end(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


@pytest.fixture
def service(company, tmp_path):
    folder = tmp_path / "demo"
    shutil.copytree(company, folder)
    made = Service(folder)
    yield made, folder
    made.end()


def later_export(folder):
    """The newest stock export again, of two days later, with other numbers."""
    inbox = folder / "inbox" / "领星导出"
    book = openpyxl.load_workbook(max(inbox.glob("FBA库存明细_*.xlsx")))
    rows = list(book.active.iter_rows())
    title = next(row for row in rows if any(cell.value == "MSKU" for cell in row))
    at = next(cell.column - 1 for cell in title if cell.value and "可售" in str(cell.value))
    for row in rows[rows.index(title) + 1 :]:
        if isinstance(row[at].value, (int, float)):
            row[at].value += 7
    book.save(inbox / "FBA库存明细_20260429.xlsx")


def test_a_dropped_export_reaches_the_workbook_and_a_signal_ends_it(service):
    running, folder = service
    assert running.next("started")["workbooks"] == ["全流程数据"]
    first = running.next("ended")
    workbook = folder / "workbooks" / "全流程数据.xlsx"
    before = workbook.read_bytes()

    second = qlc("--config", str(running.config), "sync", "daemon", "--json")
    assert (second.returncode, json.loads(second.stdout)["error"]["code"]) == (4, "D-001")
    status = json.loads(qlc("--config", str(running.config), "sync", "status", "--json").stdout)
    assert status["daemon"]["running"]
    assert status["daemon"]["pid"] == running.process.pid
    (book,) = status["workbooks"]
    assert book["next_run"] > first["at"]
    assert book["backoff_until"] is None

    later_export(folder)
    assert running.next("noticed")["files"] == [str(folder / "inbox/领星导出/FBA库存明细_20260429.xlsx")]
    ended = running.next("ended")
    assert ended["books"]["全流程数据"]["writes"] > 0
    assert workbook.read_bytes() != before

    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(20) == 0
    assert running.next("stopped")
    log = [json.loads(line) for line in (folder / "state" / "daemon.log").read_text("utf-8").splitlines()]
    assert [item["event"] for item in log if item["event"] != "alert"] == [
        *("started", "round", "ended", "noticed", "round", "ended", "stopped")
    ]
    after = json.loads(qlc("--config", str(running.config), "sync", "status", "--json").stdout)
    assert (after["daemon"]["running"], after["daemon"]["pid"]) == (False, None)
    assert after["daemon"]["heartbeat"]


def figures(url):
    with urllib.request.urlopen(url, timeout=SECONDS) as answer:  # noqa: S310 - our own page
        return answer.read().decode()


def test_it_is_asked_for_its_figures_its_configuration_and_its_end(company, tmp_path):
    folder = tmp_path / "demo"
    shutil.copytree(company, folder)
    config = folder / "config.yaml"
    text = config.read_text("utf-8")
    config.write_text(text.replace("\nsite:\n", '\nsite:\n  jobs: {backup: ["03:00"]}\n'), "utf-8")
    running = Service(folder, "--metrics", "127.0.0.1:0")
    try:
        url = running.next("figures")["url"]
        running.next("ended")
        end = time.monotonic() + SECONDS
        while 'qlc_workbook_rounds_total{end="good",workbook="全流程数据"} 1.0' not in figures(url):
            assert time.monotonic() < end, "the figures follow the event"
            time.sleep(0.1)
        status = json.loads(qlc("--config", str(config), "sync", "status", "--json").stdout)
        (job,) = status["jobs"]
        assert (job["name"], job["last"], job["failures"]) == ("backup", None, 0)
        assert job["next"] > status["daemon"]["heartbeat"]
        assert (status["daemon"]["silent"], status["daemon"]["copies"]) == ([], {})
        running.process.send_signal(signal.SIGHUP)
        said = running.next("config")
        assert (said["changed"], said["problem"]) == (False, None)
        done = qlc("--config", str(config), "service", "stop", "--json")
        assert (done.returncode, json.loads(done.stdout)) == (0, {"stopped": True, "running": False})
        assert running.process.wait(20) == 0
        assert running.next("stopped")
        assert not (folder / "state" / "daemon.stop").exists()
    finally:
        running.end()


def test_until_idle_ends_by_itself(company, tmp_path):
    folder = tmp_path / "demo"
    shutil.copytree(company, folder)
    done = subprocess.run(
        [sys.executable, "-m", "console.cli", "--config", str(folder / "config.yaml"), "sync", "daemon", "--until-idle"],
        cwd=ROOT, capture_output=True, text=True, timeout=SECONDS,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "服务开始" in done.stdout
    assert "轮" in done.stdout
    assert done.stdout.endswith("服务停了。\n")


@pytest.fixture
def apart(company, tmp_path):
    folder = tmp_path / "apart"
    shutil.copytree(company, folder)
    made = RoundsApart(folder / "config.yaml", "en")
    yield made, folder
    made.close()


def ended(round_):
    round_._reading.join(SECONDS)
    return round_.ended()


def test_a_round_that_is_killed_says_so_and_the_next_runs(apart):
    rounds, _ = apart
    made = rounds.start(["全流程数据"])
    assert made.ended() is None
    os.kill(made._process.pid, signal.SIGKILL)
    error = ended(made).error
    assert (error["code"], error["message"].isascii()) == ("D-003", True)
    assert ended(rounds.start(["全流程数据"])).number


def test_rounds_run_one_after_the_other_in_one_process(apart):
    rounds, folder = apart
    first = rounds.start(["全流程数据"])
    once = ended(first)
    later_export(folder)
    second = rounds.start(["全流程数据"])
    again = ended(second)
    assert second._process is first._process
    assert (once.books["全流程数据"].writes, again.books["全流程数据"].writes > 0) == (0, True)
    assert (again.number, again.error) == (once.number + 1, None)
    first._process.kill()
    first._process.wait()
    third = rounds.start(["全流程数据"])
    assert ended(third).books["全流程数据"].writes == 0
    assert third._process is not first._process
    third.stop()
    assert third._process.returncode is not None


def test_a_round_that_is_stopped_is_over_at_once(apart):
    rounds, _ = apart
    made = rounds.start(["全流程数据"])
    made.stop()
    assert made._process.returncode == -signal.SIGKILL


def test_a_round_that_hangs_inside_the_system_is_not_waited_for(monkeypatch):
    monkeypatch.setattr("console.rounds_apart.LAST_MOMENT", 0.1)
    words = [sys.executable, "-c", "import time; time.sleep(600)"]
    hanging = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    really = hanging.kill
    monkeypatch.setattr(hanging, "kill", lambda: None)
    made = RoundApart(hanging, "en", lambda _process: None)
    made.stop()
    assert hanging.poll() is None
    really()
    assert ended(made).error["code"] == "D-003"


def test_half_an_answer_is_none_and_a_process_that_goes_is_not_asked_again():
    given_back = []

    def said(text):
        words = [sys.executable, "-c", f"import sys; sys.stdout.write({text!r})"]
        process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return ended(RoundApart(process, "en", given_back.append))

    line = json.dumps({"end": RoundEnd(number=7).as_json(), "goes_on": False})
    assert said(line[:20]).error["code"] == said(line).error["code"] == "D-003"
    assert said(line + "\n").number == 7
    assert given_back == []


def test_what_becomes_of_workbooks_of_each_kind(apart):
    _, folder = apart
    config = folder / "config.yaml"
    process = RoundProcess(config, "zh")
    book = folder / "workbooks" / "全流程数据.xlsx"
    owner = book.with_name("~$全流程数据.xlsx")
    later_export(folder)
    owner.write_bytes(b"x")
    busy = process.answer(["全流程数据"]).books["全流程数据"]
    assert (busy.state, busy.busy, busy.failed, busy.held[-1]) == ("HELD", True, False, "X-202")
    owner.unlink()
    done = process.answer(["全流程数据"])
    assert (done.busy, done.error, done.books["全流程数据"].held) == (False, None, busy.held[:-1])
    assert (done.books["全流程数据"].state, done.books["全流程数据"].writes > 0) == ("COMMITTED", True)
    kept = process._stores["全流程数据"]
    assert process.answer([]).books["全流程数据"].writes == 0
    assert process._stores["全流程数据"] is kept, "what is known of the workbook serves the next round"
    book.unlink()
    gone = process.answer([]).books["全流程数据"]
    assert (gone.busy, gone.failed, gone.held) == (False, True, ("X-090",))
    config.write_text(config.read_text("utf-8").replace("全流程数据.xlsx", "搬家.xlsx"), "utf-8")
    assert process.answer([]).books["全流程数据"].failed
    assert process._stores["全流程数据"].path.name == "搬家.xlsx"


def test_a_round_that_could_not_begin_says_why(apart):
    _, folder = apart
    process = RoundProcess(folder / "config.yaml", "en")
    with State(folder / "state") as state, state.lease():
        end = process.answer(["全流程数据"])
    assert (end.busy, end.error["code"], end.error["message"].isascii()) == (True, "G-012", True)
    assert RoundEnd.of(json.loads(json.dumps(end.as_json()))) == end
    shutil.rmtree(folder / "state")
    (folder / "state").write_bytes(b"")
    gone = process.answer([])
    assert (gone.busy, gone.error["code"][:2]) == (False, "T-")


def test_a_process_that_grew_old_or_large_is_spent(monkeypatch, tmp_path):
    process = RoundProcess(tmp_path / "none.yaml", "zh")
    assert not process.is_spent
    monkeypatch.setattr("console.round_process.MOST_MB", 1)
    assert process.is_spent
    monkeypatch.undo()
    monkeypatch.setattr("console.round_process.MOST_ROUNDS", 2)
    for _ in range(2):
        assert not process.is_spent
        process.answer([])
    assert process.is_spent


def test_what_a_rounds_end_says_arrives():
    books = {"甲": BookEnd("COMMITTED", 10, 5, 6, ("G-005",)), "乙": BookEnd("HELD", busy=True)}
    end = RoundEnd(books, 7, ("G-002",))
    assert RoundEnd.of(json.loads(json.dumps(end.as_json()))) == end


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_events_for_people(tmp_path, capsys, lang):
    events = Events(tmp_path, Output(lang), lambda: None)
    books = {
        "甲": vars(BookEnd("COMMITTED", 10, 2, 0, ("G-005",))),
        "乙": vars(BookEnd("HELD", busy=True)),
        "丙": vars(BookEnd("HELD", held=("X-090",), failed=True)),
    }
    events("ended", {"round": 7, "seconds": 1.5, "books": books, "held": []})
    events("round", {"workbooks": ["甲"]})
    events.close()
    (line,) = capsys.readouterr().out.splitlines()
    for word in ("甲", "10", "G-005", "乙", "丙", "X-090"):
        assert word in line
    assert len((tmp_path / "daemon.log").read_text("utf-8").splitlines()) == 2
    assert "round" not in SPOKEN


def test_the_log_turns_over_and_keeps_so_many(tmp_path, monkeypatch):
    monkeypatch.setattr(daemon_view, "LOG_BYTES", 500)
    events = Events(tmp_path, Output("zh"), lambda: None)
    for number in range(100):
        events("round", {"workbooks": [f"甲{number}"]})
    events.close()
    logs = sorted(path.name for path in tmp_path.iterdir())
    assert logs == ["daemon.log", *(f"daemon.log.{number}" for number in range(1, daemon_view.LOGS_KEPT + 1))]
    assert all((tmp_path / name).stat().st_size <= 500 for name in logs)
    assert "甲99" in (tmp_path / "daemon.log").read_text("utf-8")


ERROR = {"code": "D-005", "file": None, "message": "500"}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize(
    ("event", "facts", "words"),
    [
        ("job_alert", {"job": "backup", "failures": 2, "error": ERROR}, ("backup|备份", "2", "D-005")),
        ("job_recovered", {"job": "digest"}, ("digest|报表",)),
        ("job", {"job": "warnings", "error": ERROR}, ("warnings|检查", "D-005")),
        ("job", {"job": "warnings", "error": None}, ("warnings|检查",)),
        ("silent", {"folders": ["/mnt/nas"]}, ("/mnt/nas",)),
        ("silent_alert", {"folders": ["/mnt/nas"]}, ("/mnt/nas",)),
        ("answers", {"folders": ["/mnt/nas"], "told": False}, ("/mnt/nas",)),
        ("copies", {"files": {"/a/b (conflicted copy).xlsx": "b.xlsx"}}, ("b (conflicted copy).xlsx", "b.xlsx")),
        ("figures", {"url": "http://127.0.0.1:1/metrics"}, ("127.0.0.1:1",)),
    ],
)
def test_other_events_for_people(lang, event, facts, words):
    said = SPOKEN[event](facts)[lang == "en"]
    assert all(re.search(word.replace("(", r"\(").replace(")", r"\)"), said) for word in words), said


def test_what_needs_a_person_is_told_in_the_chat_beside_the_service(tmp_path, capsys, monkeypatch):
    with bot() as (url, asked):
        monkeypatch.setenv("HOOK", url)
        events = Events(tmp_path, Output("zh"), lambda: Alerts(kind="wecom", webhook_env="HOOK"))
        events("alert", {"workbook": "甲", "failures": 2, "held": ["X-090"], "busy": False})
        events("ended", {"round": 7, "seconds": 1.5, "books": {}, "held": []})
        events.close()
        ((_, body),) = asked
    for word in ("全流程", "甲", "X-090"):
        assert word in body["text"]["content"]
    monkeypatch.setenv("HOOK", "")
    events("recovered", {"workbook": "甲", "failures": 2})
    events.close()
    said = capsys.readouterr().out
    assert "D-004" in said.splitlines()[-1]
    assert url not in said
    log = [json.loads(line) for line in (tmp_path / "daemon.log").read_text("utf-8").splitlines()]
    assert [(item["event"], item.get("error", {}).get("code")) for item in log][-2:] == [
        ("recovered", None),
        ("untold", "D-004"),
    ]
    assert url not in (tmp_path / "daemon.log").read_text("utf-8")
