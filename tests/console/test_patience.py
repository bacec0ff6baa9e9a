"""A connection that says nothing, or only half, is hung up on; one at work is not."""

import asyncio
import contextlib
from collections.abc import Callable

import pytest
import uvicorn

from console import patience


async def _slow(scope, receive, send):
    await asyncio.sleep(0.6)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


async def _with_server(work: Callable, app: Callable = _slow):
    config = uvicorn.Config(app, port=0, http=patience.Patient, lifespan="off", ws="none", log_config=None)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        return await asyncio.wait_for(work(port), 30)
    finally:
        server.should_exit = True
        await serving


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(patience, "HEAD_WITHIN", 0.2)


@pytest.mark.parametrize("said", [b"", b"GET / HTTP/1.1\r\nHost: loc"])
def test_half_a_request_is_hung_up_on(said):
    async def work(port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(said)
        answer = await reader.read()
        writer.close()
        return answer

    assert asyncio.run(_with_server(work)) == b""


def test_an_answer_may_take_longer_and_a_second_request_may_follow():
    async def work(port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(2):
            writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            head = await reader.readuntil(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 200")
            assert await reader.readexactly(2) == b"ok"
        writer.write(b"GET / HTT")
        rest = await reader.read()
        writer.close()
        return rest

    assert asyncio.run(_with_server(work)) == b""


@pytest.mark.parametrize("reads", [False, True])
def test_an_answer_that_nobody_reads_is_dropped(monkeypatch, reads):
    monkeypatch.setattr(patience, "TAKEN_WITHIN", 0.2)
    size = 64 * 1024 * 1024

    async def large(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % size)]})
        for _ in range(size // 65536):
            await send({"type": "http.response.body", "body": b"x" * 65536, "more_body": True})
        await send({"type": "http.response.body"})

    async def work(port):
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        if not reads:
            await asyncio.sleep(0.6)
        taken = 0
        with contextlib.suppress(ConnectionResetError):
            while piece := await reader.read(1 << 20):
                taken += len(piece)
        writer.close()
        return taken

    assert (asyncio.run(_with_server(work, large)) > size) == reads
