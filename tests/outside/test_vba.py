"""The modules of the Excel add-in, read by a real grammar of VBA; modules with a mistake must not pass."""

import json
import re
from pathlib import Path

import pytest

from macros.xlam import modules
from tests.outside.tools import need, run, tell, timed, vba_python

PARSER = Path(__file__).with_name("vba_parse.py")
NAME = "a grammar of VBA (PyPI antlr4-vba)"

MISTAKES = [
    ("no End If", "QlcSettings", "        If Not GetConfig", "        If True Then\r\n        If Not GetConfig"),
    ("no Then", "QlcSettings", "Key) Then", "Key)"),
    ("no End Function", "QlcSettings", "End Function", ""),
    ("word misspelt", "QlcSettings", "    Dim Value As String", "    Dmi Value As String"),
    ("type missing", "QlcSettings", "Private Known As Object", "Private Known As"),
    ("bracket open", "QlcSettings", 'CreateObject("Scripting.Dictionary")', 'CreateObject("Scripting.Dictionary"'),
    ("bracket too many", "QlcSettings", "Known(Key)", "Known(Key))"),
    ("quote open", "QlcSettings", 'Dictionary")', "Dictionary)"),
    ("argument missing", "QlcSettings", "ByVal Key As String, ", "ByVal Key As String, ByVal , "),
    ("operator too many", "QlcSettings", "Value = Default", "Value = = Default"),
    ("operand missing", "QlcHelp", "Count = Count + 1", "Count = Count +"),
    ("no Next", "QlcHelp", "    Next Row\r\nEnd Sub", "End Sub"),
    ("no Loop", "QlcHelp", "    Loop", ""),
    ("Else twice", "QlcHelp", "    Else", "    Else\r\n    Else"),
    ("Sub ends as Function", "QlcHelp", "    Next Row\r\nEnd Sub", "    Next Row\r\nEnd Function"),
    ("named argument without a value", "QlcHelp", "Macro:=Macro", "Macro:="),
]


def readable(source):
    """What the grammar covers: of a sheet's attributes only the name, of `#If … #Else` the first branch."""
    source = re.sub(r"(?m)^Attribute VB_(?!Name)\w+ = .*\r?\n", "", source)
    kept, skipping = [], False
    for line in source.splitlines():
        word = line.strip().lower()
        skipping = (skipping or word.startswith("#else")) and not word.startswith("#end if")
        kept.append("" if skipping or word.startswith("#") else line)
    return "\n".join(kept) + "\n"


def parsed(python, texts, folder):
    """{name: what the grammar complains of}."""
    for name, text in texts.items():
        (folder / f"{name}.bas").write_text(text, "ascii")
    done = run([python, PARSER, *(folder / f"{name}.bas" for name in texts)], timeout=600)
    assert done.returncode == 0, done.stderr[-500:]
    return {Path(name).stem: said for name, said in json.loads(done.stdout).items()}


@pytest.mark.proof
def test_every_module_is_vba(tmp_path):
    python = need(vba_python(), NAME)
    texts = {module.name: readable(module.source) for module in modules()}
    with timed(f"{len(texts)} modules of VBA"):
        found = parsed(python, texts, tmp_path)
    tell(
        *(f"{name:14} {len(texts[name].splitlines()):5} lines  {said or 'no mistake'}" for name, said in found.items())
    )
    assert {name: said for name, said in found.items() if said} == {}


@pytest.mark.proof
def test_every_mistake_is_seen(tmp_path):
    python = need(vba_python(), NAME)
    sources = {module.name: module.source for module in modules()}
    texts = {}
    for name, module, old, new in MISTAKES:
        assert old in sources[module], name
        texts[name] = readable(sources[module].replace(old, new, 1))
    with timed(f"{len(texts)} modules with a mistake"):
        found = parsed(python, texts, tmp_path)
    tell(*(f"{name:32} {said[0] if said else 'NOT SEEN'}" for name, said in found.items()))
    assert [name for name, said in found.items() if not said] == []


def test_what_is_not_covered_is_left_out():
    text = 'Attribute VB_Name = "A"\r\nAttribute VB_Base = "x"\r\n#If VBA7 Then\r\nDim A\r\n#Else\r\nDim B\r\n#End If\r\nDim C\r\n'
    assert [line for line in readable(text).splitlines() if line] == ['Attribute VB_Name = "A"', "Dim A", "Dim C"]
