"""`qlc sync status`: the service, each workbook, the data in force, what is unfinished."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from time import monotonic
from typing import Any

from console.daemon_view import JOBS
from console.output import Output
from rules.policy.kept import Beside
from rules.policy.loader import Config
from rules.policy.site import AnyWorkbook
from sync.state.database import State
from sync.state.due import Due
from sync.state.files import FileState

PATIENCE = 5.0
"""Seconds that all the workbooks' folders together may take to answer."""


def show_status(config: Config, state: State, out: Output) -> int:
    """Workbooks, data as of, open conflicts, unfinished rounds, and the service that runs them by itself.

    What only the service knows (when it looks next, what the last look held) is null where none ever ran.
    """
    newest = {file.report: file for file in state.files.all() if file.state is FileState.USED}
    conflicts = state.conflicts.open()
    unfinished = state.journal.unfinished()
    last = state.journal.rounds(1)
    service = _service(state)
    known = state.agenda.all()
    there = _there(config)
    document: dict[str, Any] = {
        "config": str(config.path),
        "daemon": service,
        "workbooks": [
            _book(config, state, book, known.get(book.name), is_running=service["running"])
            | _held(state, book.name, known.get(book.name))
            | {"exists": there[book.name]}
            | {"conflicts": sum(row.workbook == book.name for row in conflicts)}
            for book in config.site.workbooks
        ],
        "jobs": list(_jobs(config, state)),
        "reports": [
            {"report": name, "as_of": file.dated.text, "file": file.path} for name, file in sorted(newest.items())
        ],
        "conflicts": len(conflicts),
        "unfinished": [{"round": row.round, "workbook": row.workbook, "state": row.state} for row in unfinished],
        "last_round": last[0].id if last else None,
    }
    out.json(document)
    if not out.as_json:
        _tell(document, config, out)
    return int(bool(conflicts or unfinished))


def _service(state: State) -> dict[str, Any]:
    beat, holder = state.agenda.last_beat(), state.served_by()
    return {
        "running": bool(holder),
        "pid": beat.pid if beat and holder else None,
        "since": _iso(beat.since) if beat and holder else None,
        "heartbeat": _iso(beat.heartbeat) if beat else None,
        "silent": list(beat.sees.get("silent", [])) if beat and holder else [],
        "copies": dict(beat.sees.get("copies", {})) if beat and holder else {},
    }


def _there(config: Config) -> dict[str, bool | None]:
    """Whether each workbook is there; None where its folder does not answer in time."""
    looks = {book.name: Beside(partial(book.file(config.folder).exists)) for book in config.site.workbooks}
    end = monotonic() + PATIENCE
    return {name: look.answer() if look.is_done(max(0.0, end - monotonic())) else None for name, look in looks.items()}


def _jobs(config: Config, state: State) -> Iterator[dict[str, Any]]:
    """The jobs of the configuration; when they are due only a service that ran with them knows."""
    known = state.agenda.jobs.all()
    for name in config.site.jobs.times():
        due = known.get(name)
        error = due.said.get("error") if due else None
        yield {
            "name": name,
            "last": _iso(due.last) if due and due.last else None,
            "next": _iso(due.next) if due else None,
            "failures": due.failures if due else None,
            "error": f"{error['code']} {error['message']}" if error else None,
        }


def _book(config: Config, state: State, book: AnyWorkbook, due: Due | None, *, is_running: bool) -> dict[str, Any]:
    path, rounds = book.file(config.folder), state.journal.of_book(book.name)
    written = next((row for row in rounds if row.state == "COMMITTED"), None)
    said = due.said if due else {}
    return {
        "name": book.name,
        "store": "file",
        "path": str(path),
        "state": said.get("state") or (rounds[0].state if rounds else None),
        "last_round": rounds[0].round if rounds else None,
        "last_write": written.started if written else None,
        "next_run": _iso(due.next) if due and is_running else None,
        "problems": said.get("problems"),
        "backoff_until": _iso(due.next) if due and due.failures else None,
    }


def _held(state: State, workbook: str, due: Due | None) -> dict[str, Any]:
    """What guards hold by code, and what somebody let through that waits for a round; null where no look is known."""
    holds = state.holds.of(workbook)
    said = list(due.said.get("held", ())) if due else []
    codes = sorted({hold.code for hold in holds}) or said
    return {
        "held": codes if holds or (due and "held" in due.said) else None,
        "approved": sorted({hold.code for hold in holds if hold.approved}),
        "holds": [
            {
                "tab": hold.tab or None,
                "code": hold.code,
                "message": dict(hold.said),
                "round": hold.round,
                "may_be_approved": hold.plan is not None,
                "approved_by": hold.approved_by,
            }
            for hold in holds
        ],
    }


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _tell(document: dict[str, Any], config: Config, out: Output) -> None:
    out.say(
        f"配置 {config.path},上一轮:{document['last_round'] or '无'}",
        f"config {config.path}, last round: {document['last_round']}",
    )
    service = document["daemon"]
    if service["running"]:
        since, beat = (_local(service[name], config) for name in ("since", "heartbeat"))
        out.say(
            f"服务在跑(进程 {service['pid']}):从 {since} 起,{beat} 还应答过",
            f"the service runs (process {service['pid']}) since {since}; it last answered at {beat}",
        )
    else:
        out.say(
            "没有服务在跑,只有手工的轮次(qlc sync daemon)", "no service runs, only rounds by hand (qlc sync daemon)"
        )
    for folder in service["silent"]:
        out.say(f"  ! 文件夹没有应答:{folder},那里的工作簿先等着", f"  ! no answer from {folder}; its workbooks wait")
    for file, of in service["copies"].items():
        out.say(f"  ! 同步盘的冲突副本,没有采用:{file}({of})", f"  ! conflict copy, not taken: {file} (of {of})")
    for book in document["workbooks"]:
        zh, en = {True: ("", ""), False: ("(文件不存在)", "(missing)"), None: ("(没有应答)", "(no answer)")}[
            book["exists"]
        ]
        out.say(
            f"《{book['name']}》 {book['path']} {zh} 冲突 {book['conflicts']}",
            f"{book['name']}: {book['path']} {en} {book['conflicts']} conflicts",
        )
        if book["backoff_until"]:
            again = _local(book["backoff_until"], config)
            held = "、".join(book["held"] or ["?"])
            out.say(f"  ! 上次没有同步成({held}),{again} 再试", f"  ! the last try failed ({held}); again at {again}")
        elif book["next_run"]:
            coming = _local(book["next_run"], config)
            out.say(f"  没有变化也会在 {coming} 看一次", f"  looked at again at {coming} at the latest")
        for hold in book["holds"]:
            out.line(f"  ! {hold['code']} {hold['tab'] or ''}: {hold['message'][out.lang]}")
        if any(hold["may_be_approved"] and not hold["approved_by"] for hold in book["holds"]):
            out.say(
                f"    放行:qlc sync approve {book['name']}", f"    to let it through: qlc sync approve {book['name']}"
            )
        if book["approved"]:
            out.say(
                f"    {'、'.join(book['approved'])} 已放行,等下一轮",
                f"    {', '.join(book['approved'])} approved; the next round goes on",
            )
    for job in document["jobs"]:
        zh, en = JOBS[job["name"]]
        coming = _local(job["next"], config) if job["next"] else "?"
        if job["error"]:
            out.say(
                f"  ! 任务“{zh}”连续 {job['failures']} 次没有做成,{coming} 再试:{job['error']}",
                f"  ! the job {en} failed {job['failures']} times in a row; again at {coming}: {job['error']}",
            )
        else:
            last = _local(job["last"], config) if job["last"] else "-"
            out.say(f"任务“{zh}” 上次 {last} 下次 {coming}", f"job {en}: last {last}, next {coming}")
    for item in document["reports"]:
        out.line(f"  {item['report']}  数据截至 {item['as_of']}  {item['file']}")
    for item in document["unfinished"]:
        sent = item["state"] == "SENT"
        out.say(
            f"  ! 第 {item['round']} 轮{'等打开着的工作簿保存' if sent else '未完成'}:{item['workbook']}",
            f"  ! round {item['round']} {'waits for the open workbook to be saved' if sent else 'is unfinished'}: {item['workbook']}",
        )


def _local(moment: str, config: Config) -> str:
    """A moment by the team's clock, to the minute."""
    return f"{datetime.fromisoformat(moment).astimezone(config.site.zone):%m-%d %H:%M}"
