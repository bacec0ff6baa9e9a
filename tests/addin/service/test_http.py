"""Bytes that are no ordinary request: each gets the right answer, and the service is as before."""

import contextlib
import re
import socket

import pytest

BODY = '{"calls": [{"function": "LEADTIME", "args": ["车机", "快线"]}]}'.encode()
CHUNK = b"%x\r\n" % len(BODY) + BODY + b"\r\n"


def exchanged(service, raw):
    """Statuses, codes and bytes of what comes back until the service closes the connection."""
    with socket.create_connection(("127.0.0.1", service.port), timeout=20) as connection:
        found = b""
        with contextlib.suppress(OSError):  # hung up on while it was sending
            connection.sendall(raw)
            while piece := connection.recv(65536):
                found += piece
    return (
        [int(word) for word in re.findall(rb"HTTP/1\.1 (\d{3}) ", found)],
        [word.decode() for word in re.findall(rb'"code":"(V-\d+)"', found)],
        found,
    )


def head(service, line, *more):
    return "\r\n".join([line, "Host: 127.0.0.1", f"Authorization: Bearer {service.token}", *more, "", ""]).encode()


JSON = "Content-Type: application/json"
POST, HEALTH = "POST /v1/batch HTTP/1.1", "GET /v1/health HTTP/1.1"
CHUNKED, LENGTH = "Transfer-Encoding: chunked", f"Content-Length: {len(BODY)}"
CLOSE = "Connection: close"

REQUESTS = {
    "a slash too many": (("GET /v1/health/ HTTP/1.1",), b"", [404], ["V-009"]),
    "a slash too many, posted": (("POST /v1/batch/ HTTP/1.1", JSON, "Content-Length: 0"), b"", [404], ["V-009"]),
    "two slashes": (("GET //v1/health HTTP/1.1",), b"", [404], ["V-009"]),
    "another machine behind two slashes": (("GET //evil.example/%2e%2e HTTP/1.1",), b"", [404], ["V-009"]),
    "another machine's address": (("GET http://evil.example/v1/health HTTP/1.1",), b"", [404], ["V-009"]),
    "escaped nonsense": (("GET /v1/%ff%00%0d%0a HTTP/1.1",), b"", [404], ["V-009"]),
    "a button with a slash": (("POST /v1/commands/check_sheet%2f/preview HTTP/1.1", JSON), b"", [404], ["V-009"]),
    "a long path": ((f"GET /{'a' * 60_000} HTTP/1.1",), b"", [404], ["V-009"]),
    "the star": (("OPTIONS * HTTP/1.1",), b"", [404], ["V-009"]),
    "HEAD": (("HEAD /v1/health HTTP/1.1",), b"", [200], []),
    "HEAD of what is posted": (("HEAD /v1/batch HTTP/1.1",), b"", [405], []),
    "OPTIONS": (("OPTIONS /v1/batch HTTP/1.1",), b"", [405], ["V-008"]),
    "TRACE": (("TRACE /v1/health HTTP/1.1",), b"", [405], ["V-008"]),
    "a method of nobody's": (("GETT /v1/health HTTP/1.1",), b"", [405], ["V-008"]),
    "HTTP/1.0": (("GET /v1/health HTTP/1.0",), b"", [200], []),
    "an upgrade": ((HEALTH, "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Key: x"), b"", [200], []),
    "a body that is not asked for": ((HEALTH, "Content-Length: 5"), b"hello", [200], []),
    "expecting 100": ((POST, JSON, LENGTH, "Expect: 100-continue"), BODY, [100, 200], []),
    "expecting something else": ((POST, JSON, LENGTH, "Expect: much"), BODY, [200], []),
    "in chunks": ((POST, JSON, CHUNKED), CHUNK + b"0\r\n\r\n", [200], []),
    "in chunks and with a length": ((POST, JSON, CHUNKED, "Content-Length: 3"), CHUNK + b"0\r\n\r\n", [200], []),
    "a malformed first chunk": ((POST, JSON, CHUNKED), b"zz\r\n{}\r\n0\r\n\r\n", [400], []),
    "a malformed second chunk": ((POST, JSON, CHUNKED), CHUNK + b"zz\r\n{}\r\n0\r\n\r\n", [400], []),
    "a chunk without its end": ((POST, JSON, CHUNKED), b"2\r\n{}XX0\r\n\r\n", [400], []),
    "a negative chunk": ((POST, JSON, CHUNKED), b"-1\r\n{}\r\n0\r\n\r\n", [400], []),
    "a chunk with a long extension": ((POST, JSON, CHUNKED), b"2;" + b"a" * 200_000 + b"\r\n{}\r\n0\r\n\r\n", [400], []),
    "an encoding of the transfer": ((POST, JSON, "Transfer-Encoding: gzip"), b"", [400], []),
    "a negative length": ((POST, JSON, "Content-Length: -1"), b"", [400], []),
    "a length of 5,000 digits": ((POST, JSON, "Content-Length: " + "9" * 5000), b"{}", [400], []),
    "a length in letters": ((POST, JSON, "Content-Length: ²"), b"{}", [400], []),
    "two lengths": ((POST, JSON, "Content-Length: 2", "Content-Length: 3"), b"{}", [400], []),
    "a length too short": ((POST, JSON, "Content-Length: 10"), BODY, [400], ["V-010"]),
    "100 times a header of 2 KB": ((HEALTH, *[f"X-{n}: {'a' * 2000}" for n in range(1000)]), b"", [400], []),
    "a header without a colon": ((HEALTH, "nonsense"), b"", [400], []),
    "NUL in a header": ((HEALTH, "X: a\0b"), b"", [400], []),
    "an odd language": ((HEALTH, "Accept-Language: ÿ;;;,,,"), b"", [200], []),
}  # fmt: skip


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_that_is_not_ordinary(service, name):
    (line, *more), body, statuses, codes = REQUESTS[name]
    found = exchanged(service, head(service, line, *more, CLOSE) + body)
    assert found[:2] == (statuses, codes), found[2][:500]


@pytest.mark.parametrize(
    "raw",
    [
        b"GET /\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 200,
        b"\xff" * 100 + b"\r\n\r\n",
        b"GET /v1/\xff HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n",
        b"GET /v1/health HTTP/1.1\r\n\r\n",
    ],
)
def test_what_is_no_request_is_answered_400_in_plain_text(service, raw):
    statuses, codes, found = exchanged(service, raw)
    assert (statuses, codes) == ([400], [])
    assert b"text/plain" in found


def test_a_row_of_requests_is_answered_in_its_order(service):
    posted = [head(service, POST, JSON, LENGTH) + BODY, head(service, "GET /nowhere HTTP/1.1")]
    raw = b"".join(posted * 5) + head(service, HEALTH, CLOSE)
    statuses, codes, _ = exchanged(service, raw)
    assert statuses == [200, 404] * 5 + [200]
    assert codes == ["V-009"] * 5


def test_half_a_body_and_no_more_is_not_waited_for(service):
    with socket.create_connection(("127.0.0.1", service.port), timeout=10) as connection:
        connection.sendall(head(service, POST, JSON, "Content-Length: 1000") + BODY)
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(1000) == b""
    assert service.client().ask("POST", "/v1/batch", BODY).status == 200
    service.hang_up()
