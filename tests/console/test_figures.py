"""/health and /metrics: real HTTP on this computer, Prometheus' own parser, and who is turned away."""

import json
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from console.figures import page
from console.figures_page import figures_page
from rules.errors import Busy, Error
from sync.daemon.snapshot import STALE, JobFigures, Snapshot, Tally
from sync.daemon.world import BookEnd

NOW = datetime(2026, 4, 27, 1, 0, tzinfo=UTC)


def snapshot(*ends, **more):
    tally = Tally()
    tally.keep(["甲", "乙"])
    for failures, end in ends:
        tally.round(1.5)
        tally.book("甲", end, failures, NOW + timedelta(minutes=15))
    return Snapshot(
        NOW, 100.0, NOW - timedelta(hours=1), tally.books, rounds=tally.rounds, seconds=tally.seconds, **more
    )


GOOD = (0, BookEnd("COMMITTED", writes=7, conflicts=2, problems=3, held=("G-002",)))
FAILED = BookEnd("HELD", held=("X-090",), failed=True)


def figures(seen, steady=101.0):
    text = page("/metrics", seen, steady).body.decode()
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_figures_are_prometheus_text_and_what_nobody_knows_is_not_0():
    jobs = {"backup": JobFigures(2, None, NOW)}
    found = figures(snapshot(GOOD, (1, FAILED), due=3, running=1, last_seconds=1.5, silent=("/mnt/nas",), jobs=jobs))
    assert found["qlc_heartbeat_age_seconds",] == 1.0
    assert (found["qlc_round_seconds_count",], found["qlc_round_seconds_sum",]) == (2, 3.0)
    assert [found["qlc_workbook_rounds_total", *sorted(("甲", end))] for end in ("good", "failed", "busy")] == [1, 1, 0]
    assert found["qlc_workbook_writes_total", "甲"] == 7
    assert [found[f"qlc_workbook_{name}", "甲"] for name in ("conflicts", "problems", "held")] == [2, 3, 1]
    assert ("qlc_workbook_conflicts", "乙") not in found
    assert found["qlc_workbook_failures", "甲"] == 1
    assert (found["qlc_due_workbooks",], found["qlc_running_workbooks",], found["qlc_silent_folders",]) == (3, 1, 1)
    assert found["qlc_job_failures", "backup"] == 2
    assert ("qlc_job_last_time_seconds", "backup") not in found
    assert found["qlc_job_next_time_seconds", "backup"] == NOW.timestamp()


@pytest.mark.parametrize(
    ("seen", "age", "status", "word"),
    [
        (snapshot(GOOD), 1, 200, "正常"),
        (snapshot((1, FAILED)), 1, 200, "正常"),
        (snapshot((1, FAILED), (2, FAILED)), 1, 503, "甲"),
        (snapshot((2, BookEnd("HELD", busy=True))), 1, 200, "正常"),
        (snapshot((1, FAILED), (2, FAILED), GOOD), 1, 200, "正常"),
        (snapshot(GOOD), STALE + 1, 503, "没有动静"),
        (snapshot(GOOD, trouble="T-002"), 1, 503, "T-002"),
        (snapshot(GOOD, silent=("/mnt/nas",)), 1, 200, "/mnt/nas"),
        (snapshot(GOOD, config_problem="P-004"), 1, 200, "P-004"),
    ],
    ids=lambda value: str(value)[:12],
)
def test_health(seen, age, status, word):
    answer = page("/health", seen, 100.0 + age)
    said = json.loads(answer.body)
    assert (answer.status, said["healthy"]) == (status, status == 200)
    assert word in said["zh"]
    assert said["en"].isascii() or word in said["en"]
    assert figures(seen, 100.0 + age)["qlc_healthy",] == (status == 200)


@pytest.fixture
def served():
    told = []
    with figures_page("127.0.0.1:0", lambda: snapshot(GOOD), lambda: 101.0, lambda *event: told.append(event)):
        yield told[0][1]["url"].removesuffix("/metrics")


def ask(url, **headers):
    try:
        asked = urllib.request.Request(url, headers=headers)  # noqa: S310 - our own page
        with urllib.request.urlopen(asked, timeout=30) as answer:  # noqa: S310
            return answer.status, answer.headers["Content-Type"], answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers["Content-Type"], error.read()


def test_over_http(served):
    status, kind, body = ask(f"{served}/metrics")
    assert (status, kind) == (200, "text/plain; version=0.0.4; charset=utf-8")
    assert b"qlc_workbook_writes_total" in body
    status, kind, body = ask(f"{served}/health?x=1")
    assert (status, json.loads(body)["healthy"]) == (200, True)
    assert ask(f"{served}/")[0] == 404
    assert ask(f"{served}/metrics", Host="localhost:1")[0] == 200


@pytest.mark.parametrize(
    "headers", [{"Host": "evil.example"}, {"Host": "10.0.0.5:80"}, {"Origin": "http://evil.example"}]
)
def test_foreign_names_and_pages_are_turned_away(served, headers):
    status, _, body = ask(f"{served}/metrics", **headers)
    assert status == 403
    assert b"qlc_" not in body


@pytest.mark.parametrize(
    "where", ["0.0.0.0:9187", "192.168.1.2:9187", "9187", "127.0.0.1", "127.0.0.1:x", "host:1", ":1"]
)
def test_only_this_computers_own_addresses(where):
    with pytest.raises(Error, match="D-024"), figures_page(where, dict, float, print):
        pass


def test_a_port_that_is_taken(served):
    with pytest.raises(Busy, match="D-025"), figures_page(served.removeprefix("http://"), dict, float, print):
        pass


def test_nowhere_without_an_address():
    with figures_page(None, dict, float, print):
        pass
