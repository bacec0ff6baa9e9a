"""The jobs as they run: the digest, what doctor warns of, the copy of the state; and what becomes of a failure."""

import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from zipfile import is_zipfile

import pytest

from console import jobs_beside
from console.digest import digest
from console.jobs_beside import JobBeside, JobsBeside, doctor, warnings_of
from rules.errors import Error
from rules.policy.loader import load, packaged, packaged_path
from rules.policy.site import Alerts
from sync.state.backup import copies_in
from sync.state.database import State
from tests.sync.daemon.test_tell import bot

MONDAY = date(2026, 4, 27)
SECONDS = 60


def ended(job):
    end = time.monotonic() + SECONDS
    while (answer := job.ended()) is None:
        assert time.monotonic() < end
        time.sleep(0.01)
    return answer


def config(alerts=True):
    site = packaged().site.model_copy(update={"alerts": Alerts(kind="json", webhook_env="HOOK") if alerts else None})
    return replace(packaged(), site=site)


def test_the_digest_names_what_is_due_that_day_with_time_people_and_marks():
    text, due = digest(packaged(), MONDAY)
    head, *lines = text.splitlines()
    assert "04-27 周一" in head
    assert len(lines) == due
    assert lines[-1].startswith("18:00 周报(运营)")
    assert any(line.startswith("当天 日报(运营)") for line in lines)
    assert any("运营→设计部" in line and "10:30" in line for line in lines)
    (meeting,) = [line for line in digest(packaged(), date(2026, 4, 28))[0].splitlines() if "周会" in line]
    assert meeting.endswith("(需确认)")


def test_the_digest_is_sent(monkeypatch):
    with bot() as (url, asked):
        monkeypatch.setenv("HOOK", url)
        end = ended(JobsBeside(config, "zh").start("digest"))
        ((_, body),) = asked
    assert end.error is None
    assert body["text"].startswith("全流程 ")
    assert end.told["due"] == len(body["text"].splitlines()) - 1


def test_a_chat_that_can_not_be_reached_fails_the_job_without_its_address(monkeypatch):
    with bot(status=500) as (url, _):
        monkeypatch.setenv("HOOK", url)
        end = ended(JobsBeside(config, "zh").start("digest"))
    assert end.error["code"] == "D-005"
    assert url not in str(end.error)


def check(name, state, found="found", todo=""):
    return {"name": name, "state": state, "found": found, "todo": todo}


def test_what_a_team_is_told_of():
    checks = [
        check("config", "ok"),
        check("calendar", "warn", "还有 30 天", "写进配置"),
        check("excel", "fail"),
        check("round", "warn"),
        check("workbook 甲", "fail", "没有"),
        check("places", "skip"),
    ]
    assert warnings_of(checks) == ["还有 30 天 → 写进配置", "没有"]


def test_warnings_are_sent_where_there_are_any(monkeypatch):
    with bot() as (url, asked):
        monkeypatch.setenv("HOOK", url)
        monkeypatch.setattr(jobs_beside, "doctor", lambda *_: [check("config", "ok")])
        assert ended(JobsBeside(config, "zh").start("warnings")).told == {"warnings": []}
        assert asked == []
        monkeypatch.setattr(jobs_beside, "doctor", lambda *_: [check("calendar", "warn", "还有 30 天")])
        ended(JobsBeside(config, "zh").start("warnings"))
        assert asked[0][1]["text"].endswith("还有 30 天")
        silent = JobsBeside(lambda: config(alerts=False), "zh")
        assert ended(silent.start("warnings")).told == {"warnings": ["还有 30 天"]}
        assert len(asked) == 1


def test_doctor_is_asked_in_a_process_of_its_own(tmp_path):
    path = tmp_path / "config.yaml"
    text = packaged_path().read_text("utf-8")
    path.write_text(text[: text.index("\nsite:")] + "\nsite: {workbooks: [{name: 甲, path: none.xlsx}]}\n", "utf-8")
    told = warnings_of(doctor(load(path).path, "zh"))
    assert any("none.xlsx" in line for line in told)


def test_the_state_is_copied_and_the_oldest_copies_go(tmp_path):
    given = replace(config(), path=tmp_path / "config.yaml")
    folder = given.folder / given.site.state
    State(folder).close()
    for day in range(1, 20):
        (folder / f"qlc.backup-202604{day:02}T000000Z.zip").write_bytes(b"old")
    told = ended(JobsBeside(lambda: given, "zh").start("backup")).told
    copies = copies_in(folder)
    assert copies[-1] == Path(told["file"])
    assert [copy.name[11:19] for copy in copies[:-1]] == [f"202604{day:02}" for day in range(7, 20)]
    assert is_zipfile(told["file"])


def test_a_state_that_cannot_be_copied_is_a_code(tmp_path):
    nowhere = replace(config(), path=tmp_path / "config.yaml")
    assert ended(JobsBeside(lambda: nowhere, "zh").start("backup")).error["code"] == "T-060"


@pytest.mark.parametrize(
    ("error", "code"), [(Error(jobs_beside.D_JOB, found="x"), "D-022"), (ValueError("x"), "D-022")]
)
def test_whatever_goes_wrong_is_the_jobs_failure(error, code):
    def failing():
        raise error

    job = JobBeside(failing, "en")
    assert ended(job).error["code"] == code
    job.stop()
