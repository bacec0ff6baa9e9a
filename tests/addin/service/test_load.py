"""Many clients at once."""

import json
import statistics
import threading
import time

import pytest

from tests.addin.service.serving import serving

CLIENTS = 50


def together(service, work):
    """Every client in a thread of its own, all starting at once; answers and seconds of each."""
    barrier, answers, wrong = threading.Barrier(CLIENTS), [], []

    def run(number):
        client = service.client(timeout=120)
        try:
            barrier.wait()
            for turn in work(number):
                start = time.perf_counter()
                answers.append((turn(client), time.perf_counter() - start))
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    service.hang_up()
    assert not wrong
    return answers


def test_fifty_clients_at_once_each_get_their_own_answer(tmp_path):
    def work(number):
        days = [f"2025-04-{1 + (number + turn) % 28:02d}" for turn in range(4)]

        def turn(day):
            calls = [("EXPECTEDARRIVAL", [day, "空运", wait]) for wait in range(20)] + [
                ("SKU", ["HIFILUZ", f"灯{number}"])
            ]
            return lambda client: (number, day, client.results(calls))

        return [turn(day) for day in days]

    with serving(tmp_path) as service:
        answers = [answer for answer, _ in together(service, work)]
        (client,) = [service.client()]
        for number, day, results in answers[:: len(answers) // 20]:
            calls = [("EXPECTEDARRIVAL", [day, "空运", wait]) for wait in range(20)] + [
                ("SKU", ["HIFILUZ", f"灯{number}"])
            ]
            assert results == client.results(calls)
    assert len(answers) == CLIENTS * 4


@pytest.mark.proof
def test_figures(tmp_path):
    """Requests a second and latency; printed for the service's guide."""
    one = json.dumps({"calls": [{"function": "LEADTIME", "args": ["车机", "快线"]}]}).encode()
    with serving(tmp_path) as service:
        client = service.client()
        start = time.perf_counter()
        client.results([("LEADTIME", [f"品类{number}", "快线"]) for number in range(10_000)])
        print(f"\n10,000 different calls in one request: {time.perf_counter() - start:.2f} s")
        times = []
        for _ in range(500):
            start = time.perf_counter()
            assert client.ask("POST", "/v1/batch", one).status == 200
            times.append(1000 * (time.perf_counter() - start))
        print(f"one client, one call a request: median {statistics.median(times):.2f} ms, {500_000 / sum(times):.0f}/s")
        begin = time.perf_counter()
        answers = together(service, lambda _: [lambda client: client.ask("POST", "/v1/batch", one).status] * 40)
        seconds = time.perf_counter() - begin
        taken = sorted(1000 * took for _, took in answers)
        print(
            f"{CLIENTS} clients, one call a request: {len(answers) / seconds:.0f}/s, "
            f"median {statistics.median(taken):.0f} ms, 95 % below {taken[int(len(taken) * 0.95)]:.0f} ms"
        )
        assert {status for status, _ in answers} == {200}
