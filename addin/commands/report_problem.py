"""有问题点这里: collects what support needs to know into one file on this computer; nothing is sent.

No cell, no configuration text and no secret goes into it: versions, codes, counts and paths only.
"""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from typing import Any

from addin.commands.command import ButtonReport, Command, Desk, Preview, Question
from addin.commands.machine import config_state, versions
from addin.commands.syncing import open_state, workbook_of
from addin.commands.user_files import keep, without_home
from rules.errors import Error, Text
from rules.policy.kept import is_shipped
from sync.state.database import State

FOLDER = "reports"
ROUNDS = 20
CONTENT = Text(
    "里面有:版本、系统、配置的路径和校验和、最近几轮同步的时间、状态和条数、问题代码。没有:单元格内容、配置内容、密码",
    "it holds versions, the system, path and checksum of the configuration, times, states and counts of the last syncs, "
    "and codes of problems; no cell, no configuration text, no password",
)
WHAT = Question(
    "what", Text("发生了什么?(可不写;写的会放进报告)", "what happened? (optional; goes into the report)"), default=""
)


def run(desk: Desk) -> Preview:
    """Asks what happened, then writes the report and opens its folder. Raises K-068."""
    if "what" not in desk.answers:
        return Preview(
            ButtonReport(Text("收集一份问题报告", "collect a report"), details=(CONTENT,)), questions=(WHAT,)
        )
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    path = keep(_packed(_collected(desk)), FOLDER, f"quanliucheng-{moment}.zip")
    title = Text(f"报告在 {path},发给维护人员", f"the report is {path}; send it to the maintainers")
    return Preview(ButtonReport(title, details=(CONTENT,)), open=str(path.parent))


def _collected(desk: Desk) -> dict[str, Any]:
    state, error = config_state(desk.config)
    return {
        "what": str(desk.answers["what"] or ""),
        "versions": versions(),
        "config": {
            "path": without_home(desk.config.path),
            "sha256": desk.config.sha256,
            "packaged": is_shipped(desk.config.path),
            "state": state.en if error is None else error.code.id,
            "workbooks": len(desk.config.site.workbooks),
            "inboxes": len(desk.config.site.inbox),
        },
        "document": {"configured": workbook_of(desk) is not None, "tabs": len(desk.store.tabs())},
        "sync": _sync(desk),
    }


def _sync(desk: Desk) -> dict[str, Any]:
    try:
        with open_state(desk.config) as state:
            return _rounds(state)
    except Error as error:
        return {"error": error.code.id}


def _rounds(state: State) -> dict[str, Any]:
    """The last rounds as times, states and counts."""
    rounds = []
    for row in state.journal.rounds(ROUNDS):
        books = [
            {"state": book.state, "cells": len(state.journal.written(row.id, book.workbook))}
            for book in state.journal.books(row.id)
        ]
        rounds.append(
            {"round": row.id, "kind": row.kind, "started": row.started, "finished": row.finished, "workbooks": books}
        )
    return {
        "running": bool(state.running()),
        "rounds": rounds,
        "unfinished": [{"round": row.round, "state": row.state} for row in state.journal.unfinished()],
        "open_conflicts": len(state.conflicts.open()),
        "problems": state.told.counts(),
        "files": [
            {"report": file.report, "as_of": file.dated.text, "rows": file.rows, "in_force": file.state == "used"}
            for file in state.files.all()
        ],
    }


def _packed(document: dict[str, Any]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("report.json", json.dumps(document, ensure_ascii=False, indent=1))
        packed.writestr("README.txt", f"{CONTENT.zh}\n{CONTENT.en}\n")
    return target.getvalue()


COMMAND = Command("report_problem", run)
