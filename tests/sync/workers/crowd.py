"""Workers that are forked from one that has everything loaded, and their rounds from them: hundreds in minutes.

What they run is `Worker` and `run_round`; only starting a process costs less. Each notes in a file when it took and
left a workbook's lease: the evidence that no two had one at once.
"""

import json
import os
import signal
import tempfile
import time
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

from console.round_process import end_of
from rules.errors import Busy, Error
from sync.daemon.world import RoundEnd
from sync.round.round import run_round
from sync.state.database import State
from sync.state.leases import Leases
from sync.workers.worker import Worker


def note(trace, **facts):
    """One line, whole, whoever else writes."""
    with trace.open("ab", buffering=0) as lines:
        lines.write(json.dumps({"at": time.monotonic(), "pid": os.getpid(), **facts}).encode() + b"\n")


def watched(trace):
    """`Leases.of`, noted."""
    real = Leases.of

    @contextmanager
    def of(self, workbook):
        with real(self, workbook) as lease:
            note(trace, what="took", workbook=workbook, epoch=lease.epoch)
            try:
                yield lease
            finally:
                note(trace, what="left", workbook=workbook, epoch=lease.epoch)

    return of


class ForkedRound:
    def __init__(self, pid, answer):
        self.pid, self._answer = pid, answer

    def ended(self):
        pid, _ = os.waitpid(self.pid, os.WNOHANG)
        if not pid:
            return None
        with self._answer:
            self._answer.seek(0)
            said = self._answer.read()
        return RoundEnd.of(json.loads(said)) if said else RoundEnd(error={"code": "D-003"})

    def stop(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


class ForkedRounds:
    """Rounds in forks: a process group of their own each, so that they outlive their worker."""

    def __init__(self, config):
        self._config = config

    def start(self, workbooks):
        answer = tempfile.TemporaryFile("w+b")  # noqa: SIM115 - closed with the round
        pid = os.fork()
        if pid:
            return ForkedRound(pid, answer)
        code = 70
        try:
            os.setpgid(0, 0)
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, signal.SIG_DFL)
            code = self._round(frozenset(workbooks), answer)
        finally:
            os._exit(code)

    def _round(self, only, answer):
        try:
            with State.of(self._config) as state:
                report = run_round(self._config, state, only=only)
            end, code = end_of(report), report.exit_code
        except Error as error:
            end, code = RoundEnd(error=error.as_json("en"), busy=isinstance(error, Busy)), error.exit_code
        answer.write(json.dumps(end.as_json(), default=str).encode())
        answer.flush()
        return code


class Crowd:
    """Some workers over a configuration; a context manager that ends them."""

    def __init__(self, config, trace, count):
        self.config, self.trace, self.count, self.pids = config, Path(trace), count, []

    def __enter__(self):
        for _ in range(self.count):
            self.add()
        return self

    def __exit__(self, *_):
        for pid in self.pids:
            os.kill(pid, signal.SIGTERM)
        for pid in self.pids:
            os.waitpid(pid, 0)

    def add(self):
        pid = os.fork()
        if pid:
            self.pids.append(pid)
            return
        try:
            Leases.of = watched(self.trace)
            with State.of(self.config) as state:
                server = self.config.site.state_server
                worker = Worker(server, state, ForkedRounds(self.config), lambda *_: None, "en")
                signal.signal(signal.SIGTERM, lambda *_: worker.stop())
                worker.run()
        finally:
            os._exit(0)

    def kill(self, pid):
        """Ends a worker or a round as a power cut would; a worker is replaced."""
        note(self.trace, what="killed", victim=pid)
        os.kill(pid, signal.SIGKILL)
        if pid in self.pids:
            self.pids.remove(pid)
            os.waitpid(pid, 0)
            self.add()

    def lines(self):
        if not self.trace.exists():
            return []
        return [json.loads(line) for line in self.trace.read_text().splitlines()]

    def rounds(self):
        """The processes that hold a lease right now, by workbook."""
        held = {}
        for line in self.lines():
            if line["what"] == "took":
                held[line["workbook"], line["epoch"]] = line["pid"]
            elif line["what"] == "left":
                held.pop((line["workbook"], line["epoch"]), None)
        return {book: pid for (book, _), pid in held.items() if _lives(pid)}


def parent(pid):
    """Who forked a process."""
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def _lives(pid):
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def overlaps(lines):
    """Pairs of holders of one workbook whose times meet; a killed one held it until it was killed."""
    killed = {line["victim"]: line["at"] for line in lines if line["what"] == "killed"}
    held = {}
    for line in lines:
        if line["what"] == "took":
            held[line["workbook"], line["epoch"]] = [line["at"], killed.get(line["pid"], float("inf")), line["pid"]]
        elif line["what"] == "left":
            held[line["workbook"], line["epoch"]][1] = line["at"]
    by_book = {}
    for (book, epoch), (start, end, pid) in held.items():
        by_book.setdefault(book, []).append((start, end, epoch, pid))
    found = []
    for book, spans in by_book.items():
        spans.sort()
        assert [epoch for _, _, epoch, _ in spans] == sorted(epoch for _, _, epoch, _ in spans), "epochs rise with time"
        found += [(book, one, two) for one, two in pairwise(spans) if one[1] > two[0]]
    return found


def takeovers(lines):
    """Seconds from the kill of a holder until somebody else had its workbook."""
    killed = {line["victim"]: line["at"] for line in lines if line["what"] == "killed"}
    answer, lost = [], {}
    for line in lines:
        if line["what"] == "took":
            book = line["workbook"]
            if book in lost:
                answer.append(line["at"] - lost.pop(book))
            if line["pid"] in killed:
                lost[book] = killed[line["pid"]]
        elif line["what"] == "left":
            lost.pop(line["workbook"], None)
    return answer
