"""One spelling of a formula for all hosts: each stores the names of the add-in's functions its own way.

`neutral` is for comparing and reading, `for_host` for writing. Texts, quoted sheet names, structured
references and array constants are never touched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import lru_cache

from sheets_schema.formula_tokens import tokens


class Host(StrEnum):
    """Who stores a formula, by the way it spells the functions of the add-in."""

    EXCEL = "excel"
    """Bare names, as the Excel add-in, LibreOffice's start-up job and headless evaluation understand them."""
    OFFICE_JS = "office.js"
    LIBREOFFICE = "libreoffice"
    """The name of the add-in's service: quicker than the bare name, understood by LibreOffice only."""


WRITTEN = {
    Host.EXCEL: "",
    Host.OFFICE_JS: "_xldudf_QUANLIUCHENG_",
    Host.LIBREOFFICE: "CN.QUANLIUCHENG.FUNCTIONS.",
}
"""What a host writes before the name."""

OURS_BEFORE = (
    "_XLDUDF_QUANLIUCHENG_",
    "QUANLIUCHENG.",
    "CN.QUANLIUCHENG.FUNCTIONS.",
)
"""What may stand before a function of the add-in, in upper case."""

NATIVE_BEFORE = ("_XLFN.", "_XLWS.", "_XLUDF.", "_XLL.")
"""What files write before functions younger than their format, or of other add-ins; several may follow each other."""

ADDIN_FILE = "QUANLIUCHENG.XLAM"
"""The add-in as another workbook, with any folder before it."""

_PLAIN = re.compile(r"""(?:[A-Z0-9$,:;()+\-*/&=<>% ]|"[^"]*")*""")
"""Nothing here but bare upper-case names: no prefix, no alias."""


def neutral(formula: str, names: Mapping[str, str]) -> str:
    """The formula with bare upper-case function names: equal formulas of any two hosts become equal texts.

    `names` gives the name of each function by every spelling of it in upper case, aliases included. A
    number in brackets (``[1]!``) stands for any workbook, so it is the add-in only before one of these
    names. Native functions lose the prefixes of files, which is right for comparing, not for writing.

    >>> ours = {"LEADTIME": "LEADTIME", "备货周期": "LEADTIME"}
    >>> neutral("[1]!LeadTime(A2,\\"LeadTime(\\")+_xldudf_QUANLIUCHENG_LEADTIME('a!b'!A2)", ours)
    'LEADTIME(A2,"LeadTime(")+LEADTIME(\\'a!b\\'!A2)'
    >>> neutral("_xlfn.ifna(备货周期(A2),[2]!OTHER(1))", ours)
    'IFNA(LEADTIME(A2),[2]!OTHER(1))'
    """
    if _PLAIN.fullmatch(formula):
        return formula
    return _respelled(formula, lambda home, name: neutral_name(home, name, names))


def neutral_name(home: str, name: str, names: Mapping[str, str]) -> str:
    """What `neutral` makes of the name of a call and of the workbook or tab before it."""
    return _our_name(home, name, names) or home + _without_prefixes(name.upper(), NATIVE_BEFORE)


def for_host(formula: str, host: Host, names: Mapping[str, str]) -> str:
    """The formula as a host stores it; only the names of `names` change.

    >>> for_host("_xlfn.IFNA(leadtime(A2),1)", Host.OFFICE_JS, {"LEADTIME": "LEADTIME"})
    '_xlfn.IFNA(_xldudf_QUANLIUCHENG_LEADTIME(A2),1)'
    """

    def spelled(home: str, name: str) -> str:
        ours = _our_name(home, name, names)
        return WRITTEN[host] + ours if ours else home + name

    return _respelled(formula, spelled)


def _respelled(formula: str, spelled: Callable[[str, str], str]) -> str:
    """The formula with the name of each call, and the workbook before it, written anew."""
    written: list[str] = []
    before = ""
    for kind, text, _ in tokens(formula):
        if kind == "call":
            text = spelled(written.pop() if before == "sheet" else "", text)
        written.append(text)
        before = kind
    return "".join(written)


def _our_name(home: str, name: str, names: Mapping[str, str]) -> str | None:
    """The name of the add-in's function that a call means; None for any other function."""
    if home and not _is_addin(home):
        return None
    word = _without_prefixes(name.upper(), NATIVE_BEFORE)
    return names.get(_without_prefixes(word, OURS_BEFORE))


def _is_addin(home: str) -> bool:
    """Whether what stands before ``!`` is the add-in's file, or a numbered workbook that may be."""
    inside = home[:-1].strip("'")
    if inside.startswith("[") and inside[1:-1].isdigit():
        return True
    return re.split(r"[\\/\[]", inside.rstrip("]"))[-1].upper() == ADDIN_FILE


@lru_cache(1024)
def _without_prefixes(name: str, prefixes: tuple[str, ...]) -> str:
    while prefix := next((prefix for prefix in prefixes if name.startswith(prefix)), None):
        name = name.removeprefix(prefix)
    return name
