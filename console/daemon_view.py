"""The service's events: lines for people or JSON, and a log in the state folder that never grows large."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path
from threading import Lock, Thread
from typing import Any

from console.output import Output
from rules.errors import Error
from rules.policy.site import Alerts
from sync.daemon.tell import send
from sync.daemon.world import BookEnd

LOG = "daemon.log"
FOR_PEOPLE = frozenset(("alert", "recovered", "job_alert", "job_recovered", "silent_alert"))
"""Events that people are told of in their chat."""
LOG_BYTES, LOGS_KEPT = 2 << 20, 5
LAST_MOMENT = 3.0
"""Seconds that messages on their way have when the service ends."""
_Facts = Mapping[str, Any]


class Events:
    """Takes the service's events; `folder` is the state's, `alerts` where people are told, as configured now."""

    def __init__(self, folder: Path, out: Output, alerts: Callable[[], Alerts | None], log: str = LOG) -> None:
        self._out, self._alerts = out, alerts
        self._one_at_a_time = Lock()
        self._tellers: list[Thread] = []
        self._log = logging.Logger("qlc.daemon")
        handler = RotatingFileHandler(folder / log, maxBytes=LOG_BYTES, backupCount=LOGS_KEPT, encoding="utf-8")
        handler.setFormatter(logging.Formatter("%(message)s"))
        self._log.addHandler(handler)

    def __call__(self, event: str, facts: dict[str, Any]) -> None:
        """Writes a line; what needs a person goes to the team's chat too, beside the service."""
        document = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "event": event, **facts}
        with self._one_at_a_time:
            self._log.info(json.dumps(document, ensure_ascii=False))
            self._out.json(document)
            if event in SPOKEN:
                self._out.say(*SPOKEN[event](facts))
            sys.stdout.flush()
        alerts = self._alerts() if event in FOR_PEOPLE else None
        if alerts is not None:
            teller = Thread(target=self._tell, args=(alerts, "\n".join(SPOKEN[event](facts))), daemon=True)
            teller.start()
            self._tellers = [*(one for one in self._tellers if one.is_alive()), teller]

    def _tell(self, alerts: Alerts, text: str) -> None:
        try:
            send(alerts, f"全流程 qlc\n{text}", datetime.now(UTC), os.environ)
        except Error as error:
            self("untold", {"error": error.as_json(self._out.lang)})

    def close(self) -> None:
        """Waits a moment for what is on its way, and closes the log."""
        end = time.monotonic() + LAST_MOMENT
        for teller in self._tellers:
            teller.join(max(0.0, end - time.monotonic()))
        for handler in self._log.handlers:
            handler.close()


def _ended(facts: _Facts) -> tuple[str, str]:
    zh, en = [], []
    for name, book in facts["books"].items():
        end = BookEnd(**book)
        if end.busy:
            zh.append(f"《{name}》有人开着,等一会儿再试")
            en.append(f"{name} is open elsewhere and tried again soon")
        elif end.failed:
            zh.append(f"《{name}》没有同步:{'、'.join(end.held)}")
            en.append(f"{name} was not synced: {', '.join(end.held)}")
        else:
            held = f",拦下 {'、'.join(end.held)}" if end.held else ""
            kept = f", held {', '.join(end.held)}" if end.held else ""
            zh.append(f"《{name}》写了 {end.writes} 格,冲突 {end.conflicts}{held}")
            en.append(f"{name}: {end.writes} cells written, {end.conflicts} conflicts{kept}")
    number = facts["round"]
    return (
        f"第 {number} 轮,{facts['seconds']} 秒:{';'.join(zh)}",
        f"round {number}, {facts['seconds']} s: {'; '.join(en)}",
    )


def _said(error: _Facts) -> str:
    """An error of an event in one line: its code, its place, what is wrong and what to do."""
    return " ".join(filter(None, (error["code"], error.get("file"), error["message"])))


def _copies(facts: _Facts, between: str, words: str) -> str:
    return between.join(f"{Path(file).name}({words.format(of=name)})" for file, name in facts["files"].items())


JOBS = {"digest": ("报表和会议提醒", "digest"), "warnings": ("检查提醒", "warnings"), "backup": ("状态备份", "backup")}
"""What people call the jobs beside rounds."""


def _job_name(facts: _Facts, at: int) -> str:
    return f"“{JOBS[facts['job']][at]}”"


def _job(facts: _Facts) -> tuple[str, str]:
    if facts["error"] is not None:
        told = _said(facts["error"])
        return f"任务{_job_name(facts, 0)}没有做成:{told}", f"the job {_job_name(facts, 1)} failed: {told}"
    return f"任务{_job_name(facts, 0)}做完了", f"the job {_job_name(facts, 1)} is done"


SPOKEN: dict[str, Callable[[_Facts], tuple[str, str]]] = {
    "started": lambda facts: (
        f"服务开始(进程 {facts['pid']}):{'、'.join(facts['workbooks']) or '没有工作簿'}。Ctrl+C 停止。",
        f"the service runs (process {facts['pid']}): {', '.join(facts['workbooks']) or 'no workbook'}. Ctrl+C ends it.",
    ),
    "working": lambda facts: (
        f"worker 开始(进程 {facts['pid']})。Ctrl+C 停止。",
        f"a worker runs (process {facts['pid']}). Ctrl+C ends it.",
    ),
    "taken over": lambda facts: (
        f"《{facts['workbook']}》的 worker 没有了,重新排上",
        f"the worker of {facts['workbook']} is gone; its round is run again",
    ),
    "noticed": lambda facts: (
        f"有变化:{'、'.join(Path(file).name for file in facts['files'])}",
        f"changed: {', '.join(Path(file).name for file in facts['files'])}",
    ),
    "approved": lambda facts: (f"《{facts['workbook']}》放行了", f"{facts['workbook']}: let through"),
    "ended": _ended,
    "failed": lambda facts: (f"没有跑成:{_said(facts['error'])}", f"no round: {_said(facts['error'])}"),
    "alert": lambda facts: (
        f"《{facts['workbook']}》连续 {facts['failures']} 次没有同步成:{'、'.join(facts['held']) or '有人开着'}",
        f"{facts['workbook']} was not synced {facts['failures']} times in a row: {', '.join(facts['held']) or 'open elsewhere'}",
    ),
    "recovered": lambda facts: (
        f"《{facts['workbook']}》又同步上了",
        f"{facts['workbook']} is synced again",
    ),
    "trouble": lambda facts: (
        f"服务遇到了问题,接着试:{_said(facts['error'])}",
        f"the service is in trouble and goes on trying: {_said(facts['error'])}",
    ),
    "healed": lambda _: ("问题过去了。", "the trouble is over."),
    "untold": lambda facts: (_said(facts["error"]), _said(facts["error"])),
    "figures": lambda facts: (f"健康和数字:{facts['url']}", f"health and figures: {facts['url']}"),
    "silent": lambda facts: (
        f"文件夹没有应答:{'、'.join(facts['folders'])};那里的工作簿先等着,别的照常",
        f"no answer from {', '.join(facts['folders'])}; the workbooks there wait, the others go on",
    ),
    "silent_alert": lambda facts: (
        f"文件夹一直没有应答:{'、'.join(facts['folders'])}。检查网络盘",
        f"still no answer from {', '.join(facts['folders'])}: check the network drive",
    ),
    "answers": lambda facts: (
        f"文件夹又应答了:{'、'.join(facts['folders'])}",
        f"answering again: {', '.join(facts['folders'])}",
    ),
    "copies": lambda facts: (
        f"同步盘的冲突副本,不当作工作簿或导出:{_copies(facts, '、', '是 {of} 的副本')}。比对后删掉或改名",
        f"conflict copies of a sync folder, taken for no workbook and no export: {_copies(facts, ', ', 'of {of}')};"
        " compare, then delete or rename them",
    ),
    "job": _job,
    "job_alert": lambda facts: (
        f"任务{_job_name(facts, 0)}连续 {facts['failures']} 次没有做成:{_said(facts['error'])}",
        f"the job {_job_name(facts, 1)} failed {facts['failures']} times in a row: {_said(facts['error'])}",
    ),
    "job_recovered": lambda facts: (
        f"任务{_job_name(facts, 0)}又做成了",
        f"the job {_job_name(facts, 1)} works again",
    ),
    "config": lambda facts: (
        f"配置{'有变化' if facts['changed'] else '又看了一次'}:{_said(facts['problem']) if facts['problem'] else '生效的就是文件里的'}",
        f"the configuration {'changed' if facts['changed'] else 'was looked at again'}: "
        f"{_said(facts['problem']) if facts['problem'] else 'the file is in force'}",
    ),
    "clock": lambda facts: (
        f"电脑的时间跳了 {facts['moved_seconds']} 秒,各工作簿马上看一次",
        f"the computer's clock moved by {facts['moved_seconds']} s; every workbook is looked at now",
    ),
    "stopped": lambda _: ("服务停了。", "the service ended."),
}
