"""The functions as xlwings' COM server publishes them, one per entry of the registry.

VBA calls them with values; what a person wrote never raises here. Two helpers serve EXPLAIN, which wants
a cell's formula with values in place of its references.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from inspect import Parameter, Signature
from typing import Any

import xlwings as xw

from addin.functions.batch import evaluate_batch
from addin.functions.calls import broken
from addin.hosts.excel import references as found_in
from addin.hosts.excel.settings import config_path
from addin.hosts.excel.values import from_excel, to_excel, with_faults
from addin.hosts.live_policy import LivePolicy
from addin.registry.catalogue import ENTRIES
from addin.registry.entry import Entry, Kind
from rules.errors import Error
from sheets_schema.cells import CellError

CATEGORY = "全流程"


@cache
def live_policy() -> LivePolicy:
    """The one configuration of this process."""
    return LivePolicy(config_path())


def answer(entry: Entry, given: tuple[Any, ...]) -> Any:
    """One call from a cell: a value, rows, or the text of an error.

    An error among the arguments is the answer, as in Excel's own functions; without any configuration it is ``#N/A``.
    """
    try:
        return _answered(entry, given)
    except Error as error:
        return error.text() if _explains(entry) else "#N/A"
    except Exception as error:
        fault = broken(f"{entry.name}(…)", error)
        return fault.text() if _explains(entry) else fault.kind


def _answered(entry: Entry, given: tuple[Any, ...]) -> Any:
    cells = [from_excel(value) for value in given]
    for cell in cells:
        if isinstance(cell, CellError):
            return str(cell)
    cells = [cell if arg.kind is Kind.RANGE else with_faults(cell) for arg, cell in zip(entry.args, cells, strict=True)]
    policy = live_policy()
    config = policy.config()
    (outcome,) = evaluate_batch([(entry.name, cells)], config.rules, policy.today(), config.site.zone)
    value = to_excel(outcome.fault if outcome.value is None and outcome.fault else outcome.value)
    if policy.problem and _explains(entry) and isinstance(value, str):
        return f"{value}\n{policy.problem.text()}"
    return value


def _explains(entry: Entry) -> bool:
    return any(arg.kind is Kind.FORMULA for arg in entry.args)


def _published(entry: Entry) -> Callable[..., Any]:
    """A function of the entry's signature; optional arguments, and those behind them, may be missing."""

    def function(*given: Any) -> Any:
        return answer(entry, given)

    firm = next((place for place, arg in enumerate(entry.args) if arg.optional), len(entry.args))
    function.__name__ = entry.name
    function.__doc__ = f"{entry.alias_zh}: {entry.zh}"
    function.__signature__ = Signature(  # type: ignore[attr-defined]
        [
            Parameter(arg.name, Parameter.POSITIONAL_OR_KEYWORD, default=Parameter.empty if place < firm else None)
            for place, arg in enumerate(entry.args)
        ]
    )
    published: Callable[..., Any] = function
    for arg in entry.args:
        published = xw.arg(arg.name, "raw", doc=arg.zh)(published)
    return xw.func(category=CATEGORY)(published)  # last: xw.arg would reset the category


globals().update({entry.name: _published(entry) for entry in ENTRIES})


@xw.func(category=CATEGORY)
@xw.arg("formula", "raw")
def references(formula: Any) -> str:
    """The references of a formula, a line each; VBA looks their values up."""
    return "\n".join(found_in.references(str(formula)))


@xw.func(category=CATEGORY)
@xw.arg("formula", "raw")
@xw.arg("values", "raw")
def with_values(formula: Any, values: Any) -> str:
    """The formula with those values in place of its references."""
    return found_in.with_values(str(formula), values)
