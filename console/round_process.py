"""The process that rounds run in, one after the other: what the next would have to learn again is kept.

A line of its input names workbooks (a JSON list), a line of its output is the end of their round and whether it goes on, as
JSON. It ends with its input, and by itself when it has grown large.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from console.cli import C_FILE
from rules.errors import Busy, Error
from rules.policy.kept import in_force
from rules.policy.loader import Config
from sync.backends.file import FileStore
from sync.backends.port import Store
from sync.daemon.world import BookEnd, RoundEnd
from sync.round.report import BookReport, RoundReport, errors_of
from sync.round.round import run_round
from sync.state.database import State

MOST_ROUNDS = 100
MOST_MB = 600
"""Peak memory beyond which the next round begins in a fresh process."""


class RoundProcess:
    """Runs rounds for a configuration; its errors speak `lang`. Workbook files stay known from round to round."""

    def __init__(self, config: Path, lang: str) -> None:
        self._config, self._lang = config, lang
        self._stores: dict[str, FileStore] = {}
        self._rounds = 0

    @property
    def is_spent(self) -> bool:
        """Whether a fresh process does better."""
        return self._rounds >= MOST_ROUNDS or peak_mb() > MOST_MB

    def answer(self, workbooks: list[str]) -> RoundEnd:
        """Runs a round over some workbooks."""
        self._rounds += 1
        try:
            config = in_force(self._config)
            with State.of(config) as state:
                report = run_round(config, state, only=frozenset(workbooks), stores=self._kept(config))
            return end_of(report)
        except Error as error:
            return self._failed(error)
        except OSError as error:
            return self._failed(Error(C_FILE, file=error.filename, found=error.strerror or str(error)))

    def _failed(self, error: Error) -> RoundEnd:
        return RoundEnd(error=error.as_json(self._lang), busy=isinstance(error, Busy))

    def _kept(self, config: Config) -> Mapping[str, Store]:
        """The stores of the workbooks that are configured now; those that stayed keep what they know."""
        stores: dict[str, FileStore] = {}
        for book in config.site.workbooks:
            path, known = book.file(config.folder), self._stores.get(book.name)
            if known is None or (known.path, known.keep_backups) != (path, config.site.backups):
                known = FileStore(path, keep_backups=config.site.backups, rereads=True)
            stores[book.name] = known
        self._stores = stores
        return stores


def end_of(report: RoundReport) -> RoundEnd:
    """What a service hears of a round."""
    books = {book.name: _end_of(book) for book in report.workbooks}
    return RoundEnd(books, report.round, tuple(item.code.id for item in report.held))


def _end_of(book: BookReport) -> BookEnd:
    return BookEnd(
        book.state,
        book.writes + book.appends + book.count("mark") + book.count("computed"),
        len(book.conflicts),
        len(book.problems),
        tuple(error.code.id for error in errors_of(book)),
        busy=book.stopped == "busy",
        failed=book.stopped == "failed",
        left=book.left,
    )


def peak_mb() -> float:
    """The most memory that this process ever held, in MB; 0 where the system does not say."""
    if sys.platform == "win32":
        return 0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def main() -> None:
    """Answers line by line. Whatever else would be printed goes to stderr."""
    gc.disable()  # a round makes millions of small values that live until it ends
    process = RoundProcess(Path(sys.argv[1]), sys.argv[2])
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as answers:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        for line in sys.stdin.buffer:
            end, goes_on = process.answer(json.loads(line)).as_json(), not process.is_spent
            answers.write(json.dumps({"end": end, "goes_on": goes_on}, default=str).encode() + b"\n")
            answers.flush()
            if not goes_on:
                break
            gc.collect()


if __name__ == "__main__":
    main()
