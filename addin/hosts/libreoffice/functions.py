"""What a cell's call answers: the registry's function, with Calc's arguments and in Calc's values."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from typing import Any

from addin.functions.batch import evaluate_batch
from addin.functions.calls import answer_cell, broken, mapped
from addin.functions.evaluate import context
from addin.hosts.libreoffice.settings import config_path
from addin.hosts.libreoffice.values import ERRORS, Reader, to_calc
from addin.hosts.live_policy import LOOK_AGAIN, LivePolicy
from addin.registry.catalogue import find
from addin.registry.entry import Entry, Kind, Shape
from rules.answer import Answer
from rules.errors import Error
from rules.policy.loader import Config, packaged

MOST_KNOWN = 200_000
"""Answers kept; then all are forgotten."""


class Functions:
    """Answers calls and keeps the answers while configuration and day stay the same."""

    def __init__(self, policy: LivePolicy) -> None:
        self.policy = policy
        self._readers: dict[str, tuple[Entry, Reader]] = {}
        self._known: dict[tuple[str, bool, tuple[Any, ...]], Any] = {}
        self._looked = -LOOK_AGAIN
        self.looked_up: Callable[[str], str] | None = None
        """Puts values in place of references in a formula to explain; None while no document is known."""
        self._config: Config | None = None
        self._here = context(packaged().rules, date.min)

    def answer(self, name: str, given: Sequence[Any], by_service: bool = False) -> Any:
        """One call: a text, a number (errors are numbers too), or rows of them; never raises, whatever a person wrote."""
        key = (name, by_service, tuple(given))
        if time.monotonic() - self._looked >= LOOK_AGAIN:
            try:
                self._look()
            except Error as error:
                return error.text() if _explains(self._reader(name)[0]) else ERRORS["#N/A"]
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            try:
                known = self._answer(name, given, by_service)
            except Exception as error:
                fault = broken(f"{name}(…)", error)
                return fault.text() if _explains(self._reader(name)[0]) else ERRORS[fault.kind]
            if not _explains(self._reader(name)[0]):
                self._known[key] = known
        return known

    def today(self) -> date:
        """The day that calls without one are answered for."""
        return self.policy.today()

    def _answer(self, name: str, given: Sequence[Any], by_service: bool) -> Any:
        entry, reader = self._reader(name)
        cells = reader.cells(given, by_service=by_service)
        if self.looked_up and _explains(entry) and cells and isinstance(cells[0], str):
            cells[0] = self.looked_up(cells[0])
        cells += [None] * (entry.least - len(cells))
        value = self._mapped(entry, cells) if entry.shape is Shape.MAP else self._whole(entry, cells)
        if self.policy.problem and _explains(entry) and isinstance(value, str):
            value = f"{value}\n{self.policy.problem.text()}"
        return to_calc(value)

    def _mapped(self, entry: Entry, cells: list[Any]) -> Any:
        """A cell, or rows for ranges; what each cell rests on is dropped at once, which a column of thousands needs."""
        filled = cells + [None] * (len(entry.args) - len(cells))

        def one(*facts: Any) -> Any:
            answer = answer_cell(entry, self._here, facts)
            return answer.value if isinstance(answer, Answer) else answer

        whole = [arg.is_range for arg in entry.args]
        given = [
            value if not range_ or isinstance(value, list) or value is None else [[value]]
            for value, range_ in zip(filled, whole, strict=True)
        ]
        return mapped(given, one, whole)

    def _whole(self, entry: Entry, cells: list[Any]) -> Any:
        (outcome,) = evaluate_batch([(entry.name, cells)], self._here.policy, self._here.today, self._here.zone)
        return outcome.fault if outcome.value is None and outcome.fault else outcome.value

    def _reader(self, name: str) -> tuple[Entry, Reader]:
        if name not in self._readers:
            entry = find(name)
            if entry is None:
                raise KeyError(name)
            self._readers[name] = (entry, Reader(entry))
        return self._readers[name]

    def _look(self) -> None:
        """Forgets every answer when the configuration or the day is another one."""
        config, today = self.policy.config(), self.policy.today()
        if config is not self._config or today != self._here.today:
            self._known.clear()
            self._config, self._here = config, context(config.rules, today, config.site.zone)
        self._looked = time.monotonic()


def _explains(entry: Entry) -> bool:
    return any(arg.kind is Kind.FORMULA for arg in entry.args)


@cache
def functions() -> Functions:
    """The one instance of this process, with the configuration of the settings.

    What is loaded by then stays: the collector of garbage need not look at it again and again.
    """
    gc.collect()
    gc.freeze()
    return Functions(LivePolicy(config_path()))


def answer(name: str, given: Sequence[Any], by_service: bool = False) -> Any:
    """See `Functions.answer`."""
    return functions().answer(name, given, by_service)
