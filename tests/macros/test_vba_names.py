"""There is no VBA compiler here: this reads our modules as one would, and finds names that nothing declares."""

import re

import pytest

from macros.vba.project import Kind
from macros.xlam import modules

OURS = [module for module in modules() if module.name != "xlwings" and module.body]
XLWINGS = next(module for module in modules() if module.name == "xlwings")

WORDS = set(
    """and as attribute boolean byref byval byte call case close const date dim do double each else elseif empty end
    erase error exit explicit false for function get goto if in input integer is let like line long loop mod module
    new next not nothing null object on open option optional or paramarray preserve private property public raise
    redim resume select set static step string sub then to true type until variant wend while with withevents xor
    """.split()  # noqa: SIM905 - words read better than a list of a hundred lines
)
RUNTIME = set(
    """array asc ascw cdbl chr cint clng cstr createobject cverr dateserial err freefile hex iif instr instrrev
    isarray isempty iserror ismissing isnull isobject join lbound left len mid replace right split str strcomp
    timer timeserial trim typename ubound ucase val vartype chrw
    vbboolean vbdate vblf vbstring vbtextcompare vbobjecterror vbyes vbno""".split()  # noqa: SIM905 - as above
)
EXCEL = set(
    """activecell activeworkbook application collection intersect range selection thisworkbook workbook workbooks
    worksheet iribboncontrol guide texts
    xlerrdiv0 xlerrna xlerrname xlerrnull xlerrnum xlerrref xlerrvalue xlexcellinks xllinktypeexcellinks xlscreen
    xlpicture xlwait xldefault xlwbatworksheet""".split()  # noqa: SIM905 - as above
)
PROCEDURE = re.compile(
    r"^(?:Public |Private )?(?:Function|Sub) (\w+)\(([^\n]*)\)(?: As \w+)?\n(.*?)^End (?:Function|Sub)$", re.M | re.S
)
FROM_XLWINGS = {"xlpy", "fileexists", "getconfigfilepath", "getconfigfromfile", "expandenvironmentstrings"}


def code(module):
    """Without texts and comments; continued lines in one."""
    text = re.sub(r'"(?:[^"\n]|"")*"', "_", module.body.replace(" _\n", " "))
    return re.sub(r"'.*", "", text) + "\n"


def declared(text):
    """Names of variables and constants that lines declare."""
    found = set()
    for line in re.findall(
        r"^\s*(?:Dim|Static|Private|Public|ReDim(?: Preserve)?)(?: Const| WithEvents)? (.+)$", text, re.M
    ):
        if not re.match(r"(?:Function|Sub)\b", line):
            found |= {name.lower() for name in re.findall(r"(\w+)(?:\([^)]*\))?(?: As|\s*=|,|$)", line)}
    return found


def parameters(head):
    return {name.lower() for name in re.findall(r"(?:ByVal|ByRef)? ?(\w+)(?:\(\))? As", head)}


def public(module):
    """What other modules can call: every procedure and variable that is not private."""
    text = code(module)
    names = re.findall(r"^(?:Public )?(?:Function|Sub) (\w+)", text, re.M)
    return {name.lower() for name in names}


EVERYWHERE = WORDS | RUNTIME | EXCEL | FROM_XLWINGS | {name for module in OURS for name in public(module)}


@pytest.mark.parametrize("module", OURS, ids=lambda module: module.name)
def test_every_name_is_declared(module):
    text = code(module)
    outside = PROCEDURE.sub("", text)
    own = {name.lower() for name in re.findall(r"(?:Function|Sub) (\w+)", text)} | declared(outside)
    found = PROCEDURE.findall(text)
    assert len(found) == len(re.findall(r"^End (?:Function|Sub)", text, re.M))
    for name, head, body in found:
        known = EVERYWHERE | own | parameters(head) | declared(body)
        known |= {label.lower() for label in re.findall(r"^(\w+):\s*$", body, re.M)}
        body = re.sub(r"\b(\w+):=", " ", body)
        for word in re.findall(r"(?<![\w.&#])([A-Za-z_]\w*)", body):
            if word != "_":
                assert word.lower() in known, f"{module.name}.{name}: {word}"


@pytest.mark.parametrize("module", OURS, ids=lambda module: module.name)
def test_blocks_are_closed(module):
    pairs = {"If": "End If", "Do": "Loop", "For": "Next", "With": "End With", "Select": "End Select"}
    for name, _, body in PROCEDURE.findall(code(module)):
        opened = []
        for line in map(str.strip, body.splitlines()):
            first = line.split(" ")[0] if line else ""
            if first in pairs and not (first == "If" and not line.endswith(" Then")):
                opened.append(first)
            closing = next((word for word, end in pairs.items() if line == end or line.startswith(end + " ")), None)
            if closing:
                assert opened, f"{module.name}.{name}: {line}"
                assert opened.pop() == closing, f"{module.name}.{name}: {line}"
        assert not opened, f"{module.name}.{name}: {opened}"


def test_what_is_called_of_the_bridge_is_there():
    assert public(XLWINGS) >= FROM_XLWINGS


def test_the_check_finds_a_name_that_nothing_declares():
    from macros.vba.project import Module

    wrong = Module(
        "Wrong", Kind.PROCEDURES, "Option Explicit\nPublic Sub Go()\n    Dim Good As Long\n    Good = Bda\nEnd Sub"
    )
    with pytest.raises(AssertionError, match="Bda"):
        test_every_name_is_declared(wrong)
