"""The functions as LibreOffice needs them: their interface, their help in the wizard, and their bare names.

Calc finds a bare name (``LEADTIME(…)``, as a file of Excel has it) only as a Basic function of the
program's own library. The wizard shows the functions by their name and Chinese alias together, which
no cell keeps: what the wizard inserts becomes the bare name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from addin.hosts.libreoffice.values import zero_is_blank
from addin.registry.entry import Arg, Entry
from macros.oxt_xml import component_data, node, prop

MODULE_PATH = "cn.quanliucheng"
SERVICE = f"{MODULE_PATH}.Functions"
MACROS = f"{MODULE_PATH}.Macros"
BASIC_MODULE = "QuanLiuCheng"
LONGEST = 255
MOST_ARGUMENTS = 8


def display_name(entry: Entry) -> str:
    """What the function wizard lists and completes.

    >>> from addin.registry.catalogue import find
    >>> display_name(find("LEADTIME"))
    'LEADTIME.备货周期'
    """
    return f"{entry.name}.{entry.alias_zh}"


def interfaces(entries: Iterable[Entry]) -> str:
    """The types, in UNO's own language."""
    calls = "\n".join(f"    sequence< sequence< any > > {entry.name}({_given(entry.args)});" for entry in entries)
    macros = "\n".join(
        f"    any call{count}([in] string name, {', '.join(f'[in] any a{place}' for place in range(1, count + 1))});"
        for count in range(1, MOST_ARGUMENTS + 1)
    )
    return (
        "module cn { module quanliucheng {\n"
        f"  interface XFunctions : com::sun::star::uno::XInterface {{\n{calls}\n  }};\n"
        f"  interface XMacros : com::sun::star::uno::XInterface {{\n{macros}\n  }};\n"
        "}; };\n"
    )


def _given(args: Sequence[Arg]) -> str:
    return ", ".join(f"[in] any {_parameter(arg)}" for arg in args)


def _parameter(arg: Arg) -> str:
    """A name that is no word of the interface language.

    >>> from addin.registry.catalogue import find
    >>> _parameter(find("LEADTIME").args[2])
    'aWhich'
    """
    return "a" + "".join(word.capitalize() for word in arg.name.split("_"))


def names(entries: Iterable[Entry]) -> str:
    """The functions, and when 0 is a blank for each argument; the component makes its methods from it."""
    return json.dumps({entry.name: list(map(zero_is_blank, entry.args)) for entry in entries}) + "\n"


def wizard(entries: Iterable[Entry]) -> str:
    """CalcAddIns.xcu: names, descriptions and arguments as the function wizard shows them."""
    functions = "".join(map(_function, entries))
    service = node(SERVICE, node("AddInFunctions", functions), replace=True)
    return component_data("CalcAddIns", node("AddInInfo", service))


def _function(entry: Entry) -> str:
    title = display_name(entry)
    help_zh = _short(f"{entry.zh}。例:{entry.example}")
    help_en = _short(f"{entry.en}. Example: {entry.example}")
    arguments = "".join(_argument(arg) for arg in entry.args)
    return node(
        entry.name,
        prop("DisplayName", zh=title, en=title)
        + prop("Description", zh=help_zh, en=help_en)
        + '<prop oor:name="Category"><value>Add-In</value></prop>'
        + node("Parameters", arguments),
        replace=True,
    )


def _argument(arg: Arg) -> str:
    optional = ("(可省)", " (optional)") if arg.optional else ("", "")
    return node(
        _parameter(arg),
        prop("DisplayName", zh=arg.name, en=arg.name)
        + prop("Description", zh=_short(arg.zh + optional[0]), en=_short(arg.en + optional[1])),
        replace=True,
    )


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def basic(entries: Iterable[Entry]) -> str:
    """The Basic module: one function per bare name, which hands its arguments over as they are."""
    head = (
        f"' {BASIC_MODULE}: the bare names of the functions. Written at the start of the program; do not change.\n"
        "Option Explicit\n"
        "Global oQuanLiuCheng As Object\n"
    )
    rows = (
        "Private Function QlcRows(given As Variant) As Variant\n"
        "  Dim height As Long, width As Long, i As Long, j As Long\n"
        "  height = UBound(given) : width = UBound(given(0))\n"
        "  Dim cells(height, width) As Variant\n"
        "  Dim row As Variant\n"
        "  For i = 0 To height\n"
        "    row = given(i)\n"
        "    For j = 0 To width : cells(i, j) = row(j) : Next j\n"
        "  Next i\n"
        "  QlcRows = cells\n"
        "End Function\n"
    )
    return head + rows + "".join(map(_wrapper, entries))


def _wrapper(entry: Entry) -> str:
    names = [f"a{place}" for place in range(1, len(entry.args) + 1)]
    return (
        f"Function {entry.name}({', '.join(f'Optional {name}' for name in names)}) As Variant\n"
        "  Dim v As Variant\n"
        f'  If IsNull(oQuanLiuCheng) Then oQuanLiuCheng = createUnoService("{MACROS}")\n'
        f'  v = oQuanLiuCheng.call{len(names)}("{entry.name}", {", ".join(names)})\n'
        f"  If IsArray(v) Then {entry.name} = QlcRows(v) Else {entry.name} = v\n"
        "End Function\n"
    )
