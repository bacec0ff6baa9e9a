"""The gate by itself: what the server in front of it would have refused too."""

import asyncio

import pytest

from addin.service.security import LOOPBACK, Gate, User, hashed

TOKEN = b"Bearer " + b"t" * 32


def asked(headers):
    """The status that a request with these headers gets; 204 comes from behind the gate."""
    statuses = []

    async def send(message):
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    async def behind(scope, receive, send):
        await send({"type": "http.response.start", "status": 204, "headers": []})

    scope = {"type": "http", "method": "GET", "path": "/", "headers": headers}
    gate = Gate(
        behind, names=LOOPBACK, origins=["https://ours.example"], users=[User("me", "operator", hashed("t" * 32))]
    )
    asyncio.run(gate(scope, None, send))
    return statuses


HOST, OURS = (b"host", b"127.0.0.1:8000"), (b"authorization", TOKEN)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([HOST, OURS], 204),
        ([HOST, HOST, OURS], 403),
        ([HOST, (b"host", b"evil.example"), OURS], 403),
        ([OURS], 403),
        ([HOST], 401),
        ([HOST, OURS, OURS], 401),
        ([HOST, (b"authorization", b"Basic " + b"t" * 32)], 401),
        ([HOST, (b"authorization", TOKEN + b"t")], 401),
        ([HOST, OURS, (b"origin", b"https://ours.example")], 204),
        ([HOST, OURS, (b"origin", b"https://ours.example"), (b"origin", b"https://evil.example")], 403),
    ],
)
def test_one_host_of_ours_one_token_and_no_foreign_page(headers, status):
    assert asked(headers) == [status]
