"""Work past its limit is ended with its process; a process that dies takes one request with it."""

import asyncio
import json
from datetime import date

import pytest

from addin.service.jobs import Job
from addin.service.workers import Workers, prepare
from rules.errors import Error
from rules.policy.loader import load, packaged
from tests.addin.service import slow

LIMIT = 3.0
"""Seconds; a second process must start within them on a busy machine too."""


def job(word=""):
    body = json.dumps({"calls": [{"function": "LEADTIME", "args": [f"车机{word}", "快线"]}]}, ensure_ascii=False)
    return Job(body.encode(), date(2025, 4, 3), "zh")


@pytest.fixture
def workers():
    prepare()
    found = Workers(slow.compute, 2, 30)
    asyncio.run(found.run(job(), packaged()))  # starting the first one takes its time
    found._seconds = LIMIT
    yield found
    processes = [child.process for child in found._all]
    found.close()
    for process in processes:
        process.join(5)
        assert not process.is_alive()


def run(workers, *jobs, config=None):
    async def together():
        asked = [workers.run(item, config or packaged()) for item in jobs]
        return await asyncio.gather(*asked, return_exceptions=True)

    return asyncio.run(together())


def code(answer):
    assert isinstance(answer, Error), answer
    return answer.code.id


def test_work_past_its_limit_is_ended_and_others_go_on(workers):
    before = {child.process.pid for child in workers._all}
    hung, good, later = run(workers, job(slow.HANG), job(), job())
    assert code(hung) == "V-005"
    assert good.status == later.status == 200
    (again,) = run(workers, job())
    assert again.status == 200
    alive = {child.process.pid for child in workers._all if child.process.is_alive()}
    assert len(alive) <= 2
    assert len(before - alive) <= 1


def test_as_many_as_there_are_may_hang(workers):
    answers = run(workers, job(slow.HANG), job(slow.HANG), job())
    assert [code(answer) for answer in answers[:2]] == ["V-005", "V-005"]
    assert isinstance(answers[2], Error)
    assert answers[2].code.id in ("V-005", "V-030")
    assert run(workers, job())[0].status == 200


def test_a_process_that_dies_takes_one_request_with_it(workers):
    dead, good = run(workers, job(slow.DIE), job())
    assert code(dead) == "V-012"
    assert good.status == 200
    for child in workers._all:
        child.process.kill()
        child.process.join()
    assert run(workers, job())[0].status == 200, "one that died at rest is replaced"


def test_each_request_has_the_configuration_in_force(workers, tmp_path):
    path = tmp_path / "config.yaml"
    text = packaged().content.decode().replace("domestic_days: {value: 7", "domestic_days: {value: 9", 1)
    path.write_text(text, "utf-8")
    other = load(path)
    found = [run(workers, job(), config=config)[0].body for config in (packaged(), other, packaged(), other)]
    assert [b'"value":71' in body for body in found] == [True, False, True, False]
    assert [b'"value":73' in body for body in found] == [False, True, False, True]


def test_closing_ends_what_is_at_work(workers):
    async def closed():
        asked = asyncio.ensure_future(workers.run(job(slow.HANG), packaged()))
        await asyncio.sleep(0.1)
        workers.close()
        return await asyncio.gather(asked, return_exceptions=True)

    (answer,) = asyncio.run(closed())
    assert code(answer) in ("V-012", "V-030"), "not V-005: nobody waits for its limit"
