"""Messages to a group's bot: a real HTTP server says what arrived; no message holds the address."""

import json
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from rules.errors import Error
from rules.policy.site import Alerts
from sync.daemon import tell
from sync.daemon.tell import LONGEST, send, shortened

NOW = datetime(2026, 4, 27, 1, 2, 3, tzinfo=UTC)
KEY = "SEC000-quiet"


@contextmanager
def bot(answer=b'{"errcode":0,"errmsg":"ok"}', status=200, slow=False):
    """A bot's side: what it was asked, and what it answers."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            asked.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            if slow:
                return  # closes without an answer
            self.send_response(status)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/send?key={KEY}", asked
    finally:
        server.shutdown()
        server.server_close()


def sent(kind, text="《甲》没有同步成", key="", **options):
    with bot(**options) as (url, asked):
        alerts = Alerts(kind=kind, webhook_env="HOOK", secret_env="KEY" if key else "")
        send(alerts, text, NOW, {"HOOK": url, "KEY": key})
        ((path, body),) = asked
        return parse_qs(urlsplit(path).query), body


@pytest.mark.parametrize("kind", ["wecom", "dingtalk"])
def test_wecom_and_dingtalk(kind):
    query, body = sent(kind)
    assert query == {"key": [KEY]}
    assert body == {"msgtype": "text", "text": {"content": "《甲》没有同步成"}}


def test_dingtalk_signs_the_address():
    query, _ = sent("dingtalk", key="s")
    assert query["timestamp"] == ["1777251723000"]
    assert query["sign"] == [tell.signed("s", "1777251723000\ns")]
    # worked out once with: printf '1777251723000\ns' | openssl dgst -sha256 -hmac s -binary | base64
    assert query["sign"] == ["I5nAFetUwfgQEBjUbA6yCqzC0n0lKdHS2gLQ+x8NLds="]


def test_feishu_signs_the_body():
    _, body = sent("feishu", key="s", answer=b'{"code":0,"msg":"success"}')
    assert body["msg_type"] == "text"
    assert body["content"] == {"text": "《甲》没有同步成"}
    # printf '' | openssl dgst -sha256 -hmac $'1777251723\ns' -binary | base64
    assert (body["timestamp"], body["sign"]) == ("1777251723", "9hiEFyjvaSV3M0yxe3e3rozwDACzvtd7S86mRtnqEpw=")
    _, body = sent("feishu", answer=b'{"StatusCode":0,"StatusMessage":"success"}')
    assert body.keys() == {"msg_type", "content"}


def test_anything_that_takes_json():
    _, body = sent("json", answer=b"thanks")
    assert body == {"text": "《甲》没有同步成", "at": "2026-04-27T01:02:03+00:00"}


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"answer": b'{"errcode":93000,"errmsg":"invalid webhook url"}'}, "93000 invalid webhook url"),
        ({"answer": b'{"errcode":310000,"errmsg":"sign not match"}'}, "310000"),
        ({"answer": b"<html>"}, "?"),
        ({"answer": b"[]"}, "?"),
        ({"answer": b"{}"}, "None"),
        ({"status": 500}, "HTTP 500"),
        ({"slow": True}, "RemoteDisconnected"),
    ],
)
def test_what_was_not_taken_is_said_without_the_address(options, why):
    with pytest.raises(Error, match="D-005") as caught:
        sent("wecom", **options)
    said = caught.value.text("zh") + json.dumps(caught.value.as_json(), ensure_ascii=False)
    assert why in said
    assert KEY not in said
    assert "127.0.0.1" not in said


def test_nobody_there_and_nobody_answers(monkeypatch):
    with bot() as (url, _):
        pass
    alerts = Alerts(kind="wecom", webhook_env="HOOK")
    with pytest.raises(Error, match="D-005"):
        send(alerts, "x", NOW, {"HOOK": url})


@pytest.mark.parametrize("address", ["", "ftp://example.org/x", "file:///etc/passwd", "http://example.org/hook"])
def test_what_is_no_address_is_never_asked(address):
    with pytest.raises(Error, match=r"D-004.*HOOK"):
        send(Alerts(kind="json", webhook_env="HOOK"), "x", NOW, {"HOOK": address} if address else {})


def test_long_messages_fit():
    text = "表" * 3000
    assert len(shortened(text).encode()) <= LONGEST
    assert shortened(text).endswith("表…")
    assert shortened("短") == "短"
