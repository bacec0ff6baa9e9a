"""One VBA function per function of the catalogue, and one macro per button: nothing but calls."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from addin.registry.buttons import Button
from addin.registry.entry import Arg, Entry, Kind
from macros.ribbon import VISIBLE, callback
from macros.vba.project import Kind as ModuleKind
from macros.vba.project import Module

_RESERVED = frozenset(
    """and as boolean byref byte byval call case close const currency date debug decimal declare dim do double
    each else elseif empty end endif enum eqv erase error event exit false for friend function get global gosub
    goto if imp implements in input integer is len let like lock long loop lset me mid mod name new next not
    nothing null object on open option optional or paramarray print private property public put raiseevent redim
    rem resume return rset seek select set shared single spc static step stop string sub tab then time to true
    type typeof unlock until variant wend while with withevents write xor""".split()  # noqa: SIM905 - words read better than a list of a hundred lines
)
"""Words of the language, which no argument can be called."""


def parameter(arg: Arg) -> str:
    """An argument's name in VBA, which the function wizard shows.

    >>> parameter(Arg("end", Kind.TIME, "", "")), parameter(Arg("day", Kind.DATE, "", ""))
    ('end_', 'day')
    """
    return f"{arg.name}_" if arg.name in _RESERVED else arg.name


def takes_today(entry: Entry) -> tuple[Arg, ...]:
    """The arguments that mean today when left out; a cell without them computes anew each time."""
    return tuple(
        arg for arg in entry.args if arg.optional and arg.kind in (Kind.DATE, Kind.MOMENT) and arg.name in _TODAY
    )


_TODAY = ("as_of", "day")


def functions_module(entries: Iterable[Entry]) -> Module:
    """The functions that cells call."""
    return Module("QlcFunctions", ModuleKind.PROCEDURES, "\n".join(["Option Explicit", "", *map(_wrapper, entries)]))


def _wrapper(entry: Entry) -> str:
    """VBA wants every argument behind an optional one to be optional too; Python says which are missing."""
    firm = next((place for place, arg in enumerate(entry.args) if arg.optional), len(entry.args))
    given = [
        f"{'ByVal' if place < firm else 'Optional ByVal'} {parameter(arg)} As Variant"
        for place, arg in enumerate(entry.args)
    ]
    read = [f"{'FormulaOf' if arg.kind is Kind.FORMULA else 'Plain'}({parameter(arg)})" for arg in entry.args]
    today = [f"    If LeftOut({parameter(arg)}) Then Application.Volatile" for arg in takes_today(entry)]
    lines = [
        f"Public Function {entry.name}({', '.join(given)}) As Variant",
        *today,
        f'    {entry.name} = Answer("{entry.name}", Array({", ".join(read)}))',
        "End Function",
        "",
    ]
    return "\n".join(lines)


def buttons_module(buttons: Iterable[Button], native: Collection[str], stand_in: Collection[str]) -> Module:
    """The macros that the ribbon and Excel's undo call.

    `native` are the buttons with a macro of their own; of these, `stand_in` only where no Python is there.
    """
    lines = ["Option Explicit", ""]
    for button in buttons:
        python = f'RunButton "{button.id}"'
        work = [f"    {button.id}" if button.id in native else f"    {python}"]
        if button.id in stand_in:
            work = ["    If Thin() Then", f"        {button.id}", "    Else", f"        {python}", "    End If"]
        lines += [f"Public Sub {callback(button)}(Control As IRibbonControl)", *work, "End Sub", ""]
    lines += ["Public Sub TakeBack()", "    UndoButton", "End Sub", ""]
    lines += [f"Public Sub {VISIBLE}(Control As IRibbonControl, ByRef Shows As Variant)"]
    lines += ["    Shows = Not Thin()", "End Sub"]
    return Module("QlcButtons", ModuleKind.PROCEDURES, "\n".join(lines))
