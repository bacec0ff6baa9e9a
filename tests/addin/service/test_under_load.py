"""The service at its limits, as a real process: work that hangs, too many connections, a client that cuts the line."""

import select
import signal
import socket
import time

import pytest

from tests.addin.service import slow
from tests.addin.service.serving import Client, serving

SLOW = "tests.addin.service.slow"
GOOD = [("LEADTIME", ["车机", "快线"])]


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("slow"), program=SLOW) as running:
        warm(running)
        yield running


def warm(service):
    """Until the first process is there: loading takes longer than these limits."""
    while service.client().ask("POST", "/v1/batch", {"calls": []}).status == 503:
        service.hang_up()


def head(service, length, more=""):
    lines = f"POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {service.token}\r\n"
    return f"{lines}Content-Type: application/json\r\nContent-Length: {length}\r\n{more}\r\n".encode()


def sent(service, word="", pad=0):
    """A request on a connection of its own, its answer not waited for."""
    body = f'{{"calls": [{{"function": "LEADTIME", "args": ["{word}{"x" * pad}", "快线"]}}]}}'.encode()
    connection = socket.create_connection(("127.0.0.1", service.port), timeout=30)
    connection.sendall(head(service, len(body), "Connection: close\r\n") + body)
    return connection


def answered(connection):
    found = b""
    with connection:
        while piece := connection.recv(65536):
            found += piece
    return int(found.split()[1]), found


def test_what_hangs_is_ended_and_holds_nobody_up(service):
    """Four large requests and a small one that hang: all are told so in time, the others are answered meanwhile."""
    hung = [sent(service, slow.HANG, 20_000) for _ in range(4)] + [sent(service, slow.HANG)]
    client = service.client()
    for _ in range(20):
        assert client.results(GOOD)[0]["value"] == 71
    assert select.select(hung, [], [], 0)[0] == [], "these hang while the others are answered"
    for connection in hung:
        status, text = answered(connection)
        assert (status, b"V-005" in text) == (503, True)
    assert client.ask("POST", "/v1/batch", {"calls": [{"function": "LEADTIME", "args": ["x" * 20_000]}]}).status == 200


def test_a_process_that_dies_is_one_refusal(service):
    status, text = answered(sent(service, slow.DIE))
    assert (status, b"V-012" in text) == (500, True)
    assert service.client().results(GOOD)[0]["value"] == 71


def test_a_client_that_hangs_up_in_the_middle_is_no_fault(service):
    for _ in range(5):
        connection = socket.create_connection(("127.0.0.1", service.port))
        connection.sendall(head(service, 1000) + b"{")
        connection.close()
    sent(service, slow.SLEEP).close()
    assert service.client().results(GOOD)[0]["value"] == 71  # and no traceback, see `serving`


def test_it_stops_in_time_whatever_runs(tmp_path):
    with serving(tmp_path, program=SLOW, ANSWERED_WITHIN="600") as service:
        kept = [service.client() for _ in range(3)]
        for client in kept:
            assert client.results(GOOD)[0]["value"] == 71
        hung = [sent(service, slow.HANG, pad) for pad in (0, 20_000, 20_000)]
        halves = [socket.create_connection(("127.0.0.1", service.port)) for _ in range(4)]
        for half, begun in zip(
            halves, (b"", b"POST /v1/ba", head(service, 100), head(service, 100) + b"{"), strict=True
        ):
            half.sendall(begun)
        time.sleep(0.2)
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(timeout=300) == 0, "the hung ones would be told after ten minutes"
        for connection in hung + halves:
            connection.close()


def test_out_of_file_descriptors_it_waits_quietly_and_comes_back(tmp_path):
    with serving(tmp_path, files=64) as service:
        warm(service)
        crowd = []
        for _ in range(120):
            crowd.append(socket.socket())
            crowd[-1].setblocking(False)
            crowd[-1].connect_ex(("127.0.0.1", service.port))
        time.sleep(1)
        for connection in crowd:
            connection.close()
        for _ in range(100):
            client = Client(service.port, service.token, timeout=1)
            try:
                assert client.results(GOOD)[0]["value"] == 71
                break
            except OSError:
                time.sleep(0.1)
            finally:
                client.http.close()
        else:
            raise AssertionError("it does not come back")
        service.hang_up()
        service.process.send_signal(signal.SIGTERM)
        _, errors = service.process.communicate(timeout=30)
        assert len(errors.splitlines()) == 1
        assert "V-031" in errors


@pytest.mark.proof
def test_real_limits(tmp_path):
    """The limits of the product: 30 s for work, 10 s to stop; fast calls beside six that hang."""
    digits = [("SKUFROM", ["1" * 32_767])]
    with serving(tmp_path, program=SLOW, ANSWERED_WITHIN="30") as service:
        client = service.client(timeout=60)
        client.results(GOOD)
        hung = [sent(service, slow.BURN, 20_000) for _ in range(6)]
        times = []
        for _ in range(500):
            start = time.perf_counter()
            client.results(GOOD)
            times.append(1000 * (time.perf_counter() - start))
        print(f"\nbeside six that hang: median {sorted(times)[250]:.1f} ms, slowest {max(times):.0f} ms")
        start = time.perf_counter()
        assert {answered(connection)[0] for connection in hung} == {503}
        print(f"all told after {time.perf_counter() - start:.1f} s")
    with serving(tmp_path) as service:
        client = service.client(timeout=60)
        start = time.perf_counter()
        answer = client.ask("POST", "/v1/batch", {"calls": [{"function": n, "args": a} for n, a in digits]})
        print(f"SKUFROM of 32,767 digits: {answer.status} after {time.perf_counter() - start:.1f} s")
