"""The service's figures as pages: `/health` for a watchdog, `/metrics` for Prometheus. Both are made of one snapshot.

No secret is in a snapshot: workbooks are named as the configuration names them, folders by their paths.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.registry import Collector

from sync.daemon.snapshot import BookFigures, Snapshot

JSON, TEXT = "application/json; charset=utf-8", "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True)
class Page:
    """An answer over HTTP."""

    status: int
    kind: str
    body: bytes


def page(path: str, snapshot: Snapshot, steady: float) -> Page | None:
    """The page of a path; None where there is none. `steady` is now, by the clock of the snapshot."""
    if path == "/health":
        return health(snapshot, steady)
    if path == "/metrics":
        return Page(200, TEXT, metrics(snapshot, steady))
    return None


def health(snapshot: Snapshot, steady: float) -> Page:
    """200 while the service lives, nothing stands in its way and no workbook has failed twice in a row; else 503.

    A workbook that is open elsewhere waits, and has not failed; neither has one in a folder that does not answer yet.
    """
    healthy = snapshot.is_healthy(steady)
    zh, en = _words(snapshot, steady)
    document = {
        "healthy": healthy,
        "heartbeat_age": round(steady - snapshot.steady, 1),
        "since": snapshot.since.isoformat(timespec="seconds"),
        "failed": snapshot.broken(),
        "silent": list(snapshot.silent),
        "trouble": snapshot.trouble,
        "config_problem": snapshot.config_problem,
        "jobs_failed": [name for name, job in snapshot.jobs.items() if job.failures],
        "zh": zh,
        "en": en,
    }
    return Page(200 if healthy else 503, JSON, json.dumps(document, ensure_ascii=False).encode())


def _words(snapshot: Snapshot, steady: float) -> tuple[str, str]:
    age = round(steady - snapshot.steady)
    zh, en = [], []
    if not snapshot.lives(steady):
        zh.append(f"服务 {age} 秒没有动静")
        en.append(f"no sign of life for {age} s")
    if snapshot.trouble:
        zh.append(f"服务遇到了问题 {snapshot.trouble}")
        en.append(f"in trouble: {snapshot.trouble}")
    if broken := snapshot.broken():
        zh.append(f"连续同步不了:{'、'.join(broken)}")
        en.append(f"not synced: {', '.join(broken)}")
    if snapshot.silent:
        zh.append(f"文件夹没有应答:{'、'.join(snapshot.silent)}")
        en.append(f"no answer from {', '.join(snapshot.silent)}")
    if snapshot.config_problem:
        zh.append(f"配置有错 {snapshot.config_problem},用着上次好的")
        en.append(f"configuration broken ({snapshot.config_problem}), the last good one is in force")
    return ";".join(zh) or "正常", "; ".join(en) or "all is well"


def metrics(snapshot: Snapshot, steady: float) -> bytes:
    """The figures in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(snapshot, steady))
    return generate_latest(registry)


class _Figures(Collector):
    def __init__(self, snapshot: Snapshot, steady: float) -> None:
        self._snapshot, self._steady = snapshot, steady

    def collect(self) -> Iterator[Metric]:
        """Every figure, with its words."""
        seen = self._snapshot
        yield GaugeMetricFamily("qlc_heartbeat_age_seconds", "Since the service last looked around.", self._age())
        yield GaugeMetricFamily("qlc_healthy", "1 as long as /health answers 200.", seen.is_healthy(self._steady))
        yield GaugeMetricFamily("qlc_started_time_seconds", "When the service started.", seen.since.timestamp())
        yield SummaryMetricFamily(
            "qlc_round_seconds", "Rounds that ended, and how long they took.", seen.rounds, seen.seconds
        )
        if seen.last_seconds is not None:
            yield GaugeMetricFamily("qlc_last_round_seconds", "How long the last round took.", seen.last_seconds)
        yield GaugeMetricFamily("qlc_due_workbooks", "Workbooks that are due and wait.", seen.due)
        yield GaugeMetricFamily("qlc_running_workbooks", "Workbooks that a round is looking at.", seen.running)
        yield GaugeMetricFamily("qlc_silent_folders", "Folders that do not answer.", len(seen.silent))
        yield GaugeMetricFamily(
            "qlc_config_broken", "1 while the last good configuration is in force.", bool(seen.config_problem)
        )
        yield from self._books()
        yield from self._jobs()

    def _age(self) -> float:
        return max(0.0, self._steady - self._snapshot.steady)

    def _books(self) -> Iterator[Metric]:
        rounds = CounterMetricFamily("qlc_workbook_rounds", "Rounds by how they ended.", labels=["workbook", "end"])
        for name, book in self._snapshot.books.items():
            good = book.rounds - book.failed - book.busy
            for end, count in (("good", good), ("failed", book.failed), ("busy", book.busy)):
                rounds.add_metric([name, end], count)
        yield rounds
        writes = CounterMetricFamily("qlc_workbook_writes", "Cells and rows written.", labels=["workbook"])
        failures = GaugeMetricFamily("qlc_workbook_failures", "Failures in a row, busy ones too.", labels=["workbook"])
        for name, book in self._snapshot.books.items():
            writes.add_metric([name], book.writes)
            failures.add_metric([name], book.failures)
        yield writes
        yield failures
        for figure, words in _OF_LAST_ROUND.items():
            gauge = GaugeMetricFamily(f"qlc_workbook_{figure}", words, labels=["workbook"])
            for name, book in self._snapshot.books.items():
                if (value := _of(book, figure)) is not None:  # what nobody knows yet is no 0
                    gauge.add_metric([name], value)
            yield gauge

    def _jobs(self) -> Iterator[Metric]:
        failures = GaugeMetricFamily("qlc_job_failures", "Failures in a row.", labels=["job"])
        last = GaugeMetricFamily("qlc_job_last_time_seconds", "When a job last ended.", labels=["job"])
        due = GaugeMetricFamily("qlc_job_next_time_seconds", "When a job is due.", labels=["job"])
        for name, job in self._snapshot.jobs.items():
            failures.add_metric([name], job.failures)
            due.add_metric([name], job.next.timestamp())
            if job.last is not None:
                last.add_metric([name], job.last.timestamp())
        yield from (failures, last, due)


_OF_LAST_ROUND = {
    "conflicts": "Open conflicts, as of its last round.",
    "problems": "Problems, as of its last round.",
    "held": "What guards held back, as of its last round.",
}


def _of(book: BookFigures, figure: str) -> int | None:
    value: int | None = getattr(book, figure)
    return value
