"""The service over real HTTP: answers, refusals with codes, the configuration, stopping."""

import http.client
import stat
import time
from pathlib import Path

import pytest

from addin.functions.evaluate import evaluate
from addin.registry.catalogue import ENTRIES
from rules.policy.loader import packaged
from tests.addin.service.serving import CONFIG, ORIGIN, serving

GOOD = {"calls": [{"function": "LEADTIME", "args": ["车机", "快线"]}]}
SHEET = {"S": [["SKU", "品牌", "品名", "站点"], [None, "HIFILUZ", "前排灯", "MX"]]}


@pytest.fixture
def client(service):
    yield service.client()
    service.hang_up()


def test_health_functions_and_where_the_token_is(service, client):
    health = client.ask("GET", "/v1/health").document
    assert health["config"]["state"] == "good"
    assert health["config"]["problem"] is None
    assert "make_skus" in health["commands"]
    assert "letter_names" not in health["commands"]
    names = [entry["name"] for entry in client.ask("GET", "/v1/functions").document]
    assert names == [entry.name for entry in ENTRIES]
    file = Path(service.said["token_file"])
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert service.token not in str(service.said)


def test_ten_thousand_calls_in_one_request(client):
    results = client.results([("LEADTIME", [f"品类{number}", "快线", "max"]) for number in range(10_000)])
    assert len(results) == 10_000
    assert {result["value"] for result in results} == {104}
    assert results[0].keys() == {"value", "error", "code", "message", "marks"}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_explaining_every_example(client, entry):
    today = "2025-04-03"
    (result,) = client.results([("EXPLAIN", [entry.example])], today=today)
    assert result["error"] is None
    assert entry.name in result["value"]


def test_cells_ranges_dates_and_errors(client):
    calls = [
        ("leadtime", [[["车机"], ["车灯"]], "快线"]),
        ("备货周期", ["车机", "月球"]),
        ("ADDWORKDAYS", [{"date": "2025-04-03"}, 2, "CN"]),
        ("ADDWORKDAYS", [45750, 2, "CN"]),
        ("LEADTIME", [{"error": "#DIV/0!"}]),
        ("LEADTIME", [[["车机"], [{"error": "#N/A"}]]]),
        ("LEADTIME", [None]),
        ("NOTHING", []),
        ("SKUPARSE", ["HI-QPD-MX"]),
    ]
    results = client.results(calls)
    assert [result["value"] for result in results[:4]] == [[[71], [94]], None, "2025-04-08", "2025-04-08"]
    assert [result["error"] for result in results] == [
        None, "#N/A", None, None, "#DIV/0!", "#N/A", None, "#NAME?", None,
    ]  # fmt: skip
    assert results[5]["value"][1] == ["#N/A"]
    assert results[7]["code"] == "F-003"
    assert results[0]["marks"]
    expected = evaluate('=SKUPARSE("HI-QPD-MX")', packaged().rules, None).as_json()
    assert results[8]["value"] == expected["value"]


def test_the_day_is_the_one_that_is_sent(client):
    calls = [("REPORTDUE", ["日报"])]
    one, two = (client.results(calls, today=day)[0] for day in ("2025-04-03", "2025-05-08"))
    assert one["value"] != two["value"]


def test_both_languages(client):
    for header, word in (("en-GB,zh;q=0.5", "no transport"), ("zh-CN", "没有"), ("fr", "没有")):
        body = {"calls": [{"function": "LEADTIME", "args": ["车机", "月球"]}]}
        (result,) = client.ask("POST", "/v1/batch", body, Accept_Language=header).document["results"]
        assert (word in result["message"]) == (header != "en-GB,zh;q=0.5" or word in result["message"])
    english = client.ask("GET", "/nowhere", Accept_Language="en").document["error"]["message"]
    chinese = client.ask("GET", "/nowhere").document["error"]["message"]
    assert english.isascii() or "“" in english
    assert not chinese.isascii()
    assert english != chinese


@pytest.mark.parametrize(
    ("status", "code", "headers"),
    [
        (401, "V-001", {"Authorization": None}),
        (401, "V-001", {"Authorization": "Bearer wrong"}),
        (401, "V-001", {"Authorization": "Bearer "}),
        (401, "V-001", {"Authorization": "Basic wrong"}),
        (401, "V-001", {"Authorization": ["Bearer a", "Bearer b"]}),
        (403, "V-002", {"Host": "evil.example"}),
        (403, "V-002", {"Host": "evil.example:80"}),
        (403, "V-002", {"Host": "127.0.0.1.evil.example"}),
        (403, "V-003", {"Origin": "https://evil.example"}),
        (403, "V-003", {"Origin": "null"}),
        (403, "V-003", {"Origin": [ORIGIN, "https://evil.example"]}),
        (415, "V-007", {"Content_Type": "text/plain"}),
        (415, "V-007", {"Content_Type": None}),
        (415, "V-007", {"Content_Type": "application/json; charset=gbk"}),
        (415, "V-007", {"Content_Encoding": "gzip"}),
        (200, None, {"Content_Type": 'application/json; charset="UTF-8"'}),
        (200, None, {"Origin": ORIGIN}),
        (200, None, {"Host": "LOCALHOST:1"}),
        (200, None, {"Host": "[::1]"}),
    ],
)
def test_who_and_what_is_let_in(client, status, code, headers):
    replaced = {name.replace("_", "-"): value for name, value in headers.items()}
    answer = client.ask("POST", "/v1/batch", GOOD, **replaced)
    assert answer.status == status
    assert code is None or answer.code == code
    assert answer.headers["content-type"] == "application/json"


def test_two_hosts_are_refused(service):
    raw = f"GET /v1/health HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\nAuthorization: Bearer {service.token}\r\n\r\n"
    connection = http.client.HTTPConnection("127.0.0.1", service.port)
    connection.connect()
    connection.sock.sendall(raw.encode())
    status = connection.sock.recv(100).split()[1]
    connection.close()
    assert status in (b"400", b"403")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/", 404, "V-009"),
        ("POST", "/v1/nothing", 404, "V-009"),
        ("GET", "/v1/batch", 405, "V-008"),
        ("DELETE", "/v1/health", 405, "V-008"),
        ("POST", "/v1/commands/nothing/preview", 404, "V-011"),
        ("POST", "/v1/commands/sync_now/apply", 404, "V-011"),
        ("POST", "/v1/commands/letter_names/preview", 404, "V-011"),
    ],
)
def test_unknown_paths_methods_and_buttons(client, method, path, status, code):
    answer = client.ask(method, path, {} if method == "POST" else None)
    assert (answer.status, answer.code) == (status, code)
    if status == 405:
        assert answer.headers["allow"]


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"calls": NaN}', b"[" * 100_000, b'{"calls": 1}', b'{"calls": [1]}',
        b'{"calls": [{}]}', b'{"calls": [{"function": 1}]}', b'{"calls": [{"function": "A", "args": {}}]}',
        b'{"calls": [{"function": "A", "args": [{}]}]}', b'{"calls": [{"function": "A", "args": [[]]}]}',
        b'{"calls": [{"function": "A", "args": [[[1], [1, 2]]]}]}', b'{"calls": [{"function": "A", "args": [[1]]}]}',
        b'{"calls": [{"function": "A", "args": [1e999]}]}', b'{"calls": [{"function": "A", "args": [' + b"9" * 400 + b"]}]}",
        b'{"calls": [{"function": "A", "args": [' + b"9" * 5000 + b"]}]}",
        b'{"calls": [], "today": "soon"}', b'{"calls": [], "x": 1}', b'{"calls": [{"function": "A", "extra": 1}]}',
        b'{"calls": [{"function": "A", "args": [{"date": "x"}]}]}',
    ],
)  # fmt: skip
def test_malformed_bodies(client, body):
    answer = client.ask("POST", "/v1/batch", body)
    assert (answer.status, answer.code) == (400, "V-010")
    assert client.ask("POST", "/v1/batch", GOOD).status == 200


def test_half_a_character_comes_back(client):
    answer = client.ask("POST", "/v1/batch", b'{"calls": [{"function": "LEADTIME", "args": ["a", "\\ud800"]}]}')
    assert answer.document["results"][0]["error"] == "#N/A"


def test_oversized_requests(client, service):
    answer = client.ask("POST", "/v1/batch", b" " * (16 * 1024 * 1024 + 1))
    assert (answer.status, answer.code) == (413, "V-004")
    answer = service.client().ask("POST", "/v1/batch", b"{}", Content_Length=str(1 << 40))
    assert (answer.status, answer.code) == (413, "V-004")
    many = [{"function": "LEADTIME", "args": ["车机"]}] * 20_001
    assert service.client().ask("POST", "/v1/batch", {"calls": many}).code == "V-004"
    spread = [[["a"]] * 1000, [["快线"] * 1000]]
    wide = {"calls": [{"function": "LEADTIME", "args": spread}]}
    assert service.client().ask("POST", "/v1/batch", wide).code == "V-004"
    array = {"tabs": {"S": [[{"formula": "LEADTIME(B1)", "array": "A1:A1048576"}]]}}
    assert service.client().ask("POST", "/v1/commands/formulas_to_values/preview", array).code == "V-004"
    rows = [[1] * 500] * 501
    answer = service.client().ask("POST", "/v1/commands/make_skus/preview", {"tabs": {"S": rows}})
    assert (answer.status, answer.code) == (413, "V-004")


def test_pages_that_may_ask(client):
    asked = {"Access-Control-Request-Method": "POST", "Authorization": None}
    answer = client.ask("OPTIONS", "/v1/batch", Origin=ORIGIN, **asked)
    assert answer.status == 204
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert "authorization" in answer.headers["access-control-allow-headers"]
    assert client.ask("OPTIONS", "/v1/batch", Origin="https://evil.example", **asked).code == "V-003"
    answer = client.ask("POST", "/v1/batch", GOOD, Origin=ORIGIN)
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    assert client.ask("POST", "/v1/batch", GOOD).headers["access-control-allow-origin"] is None
    assert client.ask("GET", "/v1/health", Origin=ORIGIN, Authorization=None).status == 401


def test_a_command_previews_and_applies(client):
    body = {"tabs": SHEET, "selection": {"tab": "S", "cells": "A2:A2"}, "file": "新品.xlsx"}
    preview = client.ask("POST", "/v1/commands/make_skus/preview", body).document
    edit = {"tab": "S", "cell": "A2", "value": "HI-QPD-MX", "expect": None}
    assert preview["plan"]["edits"] == [edit]
    assert preview["needs_confirmation"]
    assert preview["report"]["changes"][0]["place"] == "S!A2"
    done = client.ask("POST", "/v1/commands/make_skus/apply", body).document
    assert done["plan"]["edits"] == [edit]
    assert done["applied"] == {"changed": ["S!A2"], "refused": []}
    assert done["inverse"] == [{"tab": "S", "cell": "A2", "value": None, "expect": "HI-QPD-MX"}]
    wrong = client.ask("POST", "/v1/commands/make_skus/preview", {"tabs": {"S": [["甲"]]}})
    assert wrong.status == 422
    assert wrong.code.startswith("K-")
    for bad in ({}, {"tabs": []}, {"tabs": {"S": [1]}}, {"tabs": SHEET, "selection": {"tab": "S", "cells": "?"}}):
        answer = client.ask("POST", "/v1/commands/make_skus/preview", bad)
        assert (answer.status, answer.code) == (400, "V-010")


def test_an_edited_configuration_counts_and_a_broken_one_is_shown(tmp_path):
    with serving(tmp_path) as service:
        client = service.client()
        before = client.ask("GET", "/v1/health").document["config"]
        service.config.write_text("rules: [", "utf-8")
        broken = _until(client, lambda found: found["state"] == "last good")
        assert broken["problem"]["code"] == "P-004"
        assert broken["sha256"] == before["sha256"]
        assert client.results([("LEADTIME", ["车机", "快线"])])[0]["value"] == 71
        service.config.write_text(CONFIG + "  backups: 3\n", "utf-8")
        mended = _until(client, lambda found: found["state"] == "good" and found["sha256"] != before["sha256"])
        assert mended["problem"] is None


def _until(client, good, tries=100):
    for _ in range(tries):
        found = client.ask("GET", "/v1/health").document["config"]
        if good(found):
            return found
        time.sleep(0.1)
    raise AssertionError(found)
