"""What a request asks to be computed, and its answer as bytes; done in a process of its own (`workers`)."""

from __future__ import annotations

import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from addin.commands.catalogue import COMMANDS
from addin.functions.batch import BatchCall, Outcome, evaluate_batch
from addin.functions.recalculation import H_ERROR_CELL
from addin.service.answers import encoded
from addin.service.codes import V_BROKEN, status
from addin.service.models import batch, work
from addin.service.previews import applied, previewed
from rules.answer import Fault
from rules.errors import Error
from rules.policy.loader import Config
from sheets_schema.cells import CellError

PREVIEW, APPLY = "preview", "apply"


@dataclass(frozen=True)
class Job:
    """The body of a request and what to do with it: a batch of calls, or a command's preview or apply."""

    body: bytes
    today: date
    lang: str
    command: str = ""
    way: str = ""


class Done(NamedTuple):
    """An answer: its status, its body, and for the log what went wrong with us."""

    status: int
    body: bytes
    trace: str = ""


def compute(job: Job, config: Config) -> Done:
    """The answer to a request; every error is one."""
    try:
        return Done(200, encoded(_document(job, config)))
    except Error as error:
        return Done(status(error), encoded({"error": error.as_json(job.lang)}))
    except Exception as error:
        unforeseen = Error(V_BROKEN, found=type(error).__name__)
        return Done(status(unforeseen), encoded({"error": unforeseen.as_json(job.lang)}), traceback.format_exc())


def _document(job: Job, config: Config) -> dict[str, Any]:
    if job.command:
        asked = work(job.body, config.site.zone)
        way = previewed if job.way == PREVIEW else applied
        return way(COMMANDS[job.command], asked, config, asked.today or job.today, job.lang)
    calls = batch(job.body, config.site.zone)
    outcomes = evaluated(calls.calls, config, calls.today or job.today)
    return {"results": [outcome.as_json(job.lang) for outcome in outcomes]}


def evaluated(calls: Sequence[BatchCall], config: Config, today: date) -> list[Outcome]:
    """The outcomes of calls; an error among the arguments is the answer."""
    wrong = {at: fault for at, (_, cells) in enumerate(calls) if (fault := _error_in(cells))}

    def sound() -> Iterator[BatchCall]:
        for at, (name, cells) in enumerate(calls):
            if at not in wrong:
                yield name, [_with_faults(value) for value in cells]

    answered = iter(evaluate_batch(sound(), config.rules, today, config.site.zone))
    return [Outcome(None, wrong[at]) if at in wrong else next(answered) for at in range(len(calls))]


def _error_in(cells: Sequence[Any]) -> Fault | None:
    return next((_fault(value) for value in cells if isinstance(value, CellError)), None)


def _with_faults(value: Any) -> Any:
    """A range with its error cells as faults."""
    if not isinstance(value, list):
        return value
    return [[_fault(cell) if isinstance(cell, CellError) else cell for cell in row] for row in value]


def _fault(error: CellError) -> Fault:
    return Fault(str(error), H_ERROR_CELL, found=str(error))  # type: ignore[arg-type] # any error that a sheet knows
