"""`qlc sync status`: the service, each workbook, the data in force, what is unfinished."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from console.output import Output
from rules.policy.loader import Config
from rules.policy.site import AnyWorkbook
from sync.state.database import State
from sync.state.due import Due
from sync.state.files import FileState


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
    document: dict[str, Any] = {
        "config": str(config.path),
        "daemon": service,
        "workbooks": [
            _book(config, state, book, known.get(book.name), is_running=service["running"])
            | {"conflicts": sum(row.workbook == book.name for row in conflicts)}
            for book in config.site.workbooks
        ],
        "jobs": [],
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
    }


def _book(config: Config, state: State, book: AnyWorkbook, due: Due | None, *, is_running: bool) -> dict[str, Any]:
    path, rounds = book.file(config.folder), state.journal.of_book(book.name)
    written = next((row for row in rounds if row.state == "COMMITTED"), None)
    said = due.said if due else {}
    return {
        "name": book.name,
        "store": "file",
        "path": str(path),
        "exists": path.exists(),
        "state": said.get("state") or (rounds[0].state if rounds else None),
        "last_round": rounds[0].round if rounds else None,
        "last_write": written.started if written else None,
        "next_run": _iso(due.next) if due and is_running else None,
        "held": list(said["held"]) if "held" in said else None,
        "problems": said.get("problems"),
        "backoff_until": _iso(due.next) if due and due.failures else None,
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
    for book in document["workbooks"]:
        out.say(
            f"《{book['name']}》 {book['path']} {'' if book['exists'] else '(文件不存在)'} 冲突 {book['conflicts']}",
            f"{book['name']}: {book['path']} {'' if book['exists'] else '(missing)'} {book['conflicts']} conflicts",
        )
        if book["backoff_until"]:
            again = _local(book["backoff_until"], config)
            held = "、".join(book["held"] or ["?"])
            out.say(f"  ! 上次没有同步成({held}),{again} 再试", f"  ! the last try failed ({held}); again at {again}")
        elif book["next_run"]:
            coming = _local(book["next_run"], config)
            out.say(f"  没有变化也会在 {coming} 看一次", f"  looked at again at {coming} at the latest")
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
