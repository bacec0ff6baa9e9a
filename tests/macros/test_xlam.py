"""The Excel add-in's file: reproducible, whole, and made of the registry."""

import io
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from oletools.olevba import VBA_Parser
from python_calamine import CalamineWorkbook

from addin.commands.catalogue import COMMANDS
from addin.registry.buttons import BUTTONS, GROUPS
from addin.registry.catalogue import ENTRIES
from addin.registry.entry import Arg, Entry, Kind, Shape
from macros.bridge import bridge_module
from macros.ribbon import NAMESPACE, callback, ribbon_xml, shown
from macros.texts import LONGEST, MESSAGES
from macros.wrappers import _RESERVED, functions_module, takes_today
from macros.xlam import modules, native, ready, xlam

ROOT = Path(__file__).parents[2]

KNOWN_ICONS = {
    "AcceptInvitation",
    "Calculator",
    "Camera",
    "ErrorChecking",
    "FileNew",
    "FileSaveAs",
    "FillDown",
    "FindDialog",
    "FunctionWizard",
    "Help",
    "ImportTextFile",
    "Info",
    "PasteValues",
    "PropertySheet",
    "Refresh",
    "RefreshAll",
    "RemoveDuplicates",
    "ReviewNewComment",
    "ReviewTrackChanges",
    "Undo",
}
"""Names of built-in pictures, each looked up in published ribbons (imageMso="…") that use it."""


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    path = tmp_path_factory.mktemp("xlam") / "quanliucheng.xlam"
    path.write_bytes(xlam())
    return path


@pytest.fixture(scope="module")
def sources(book):
    return {name.rsplit(".", 1)[0]: text for _, _, name, text in VBA_Parser(str(book)).extract_macros()}


def part(book, name):
    with zipfile.ZipFile(book) as archive:
        return archive.read(name)


def xml(text):
    return ElementTree.fromstring(text)  # noqa: S314 - our own


def tab(book, name):
    return CalamineWorkbook.from_filelike(io.BytesIO(book.read_bytes())).get_sheet_by_name(name).to_python()


def test_another_reader_gives_back_exactly_our_modules(sources):
    assert sources == {module.name: module.source for module in modules()}


def test_two_builds_are_the_same_bytes(book):
    code = "import sys; from macros.xlam import xlam; sys.stdout.buffer.write(xlam())"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout == book.read_bytes()


def test_it_says_it_is_an_add_in(book):
    assert b"application/vnd.ms-excel.addin.macroEnabled.main+xml" in part(book, "[Content_Types].xml")
    links = part(book, "_rels/.rels").decode()
    assert "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility" in links
    with zipfile.ZipFile(book) as archive:
        names = set(archive.namelist())
    for rels, folder in (("_rels/.rels", ""), ("xl/_rels/workbook.xml.rels", "xl/")):
        for link in xml(part(book, rels)):
            assert folder + link.get("Target") in names


def test_every_function_is_wrapped(sources):
    text = sources["QlcFunctions"]
    assert re.findall(r"^Public Function (\w+)\(", text, re.MULTILINE) == [entry.name for entry in ENTRIES]
    for entry in ENTRIES:
        head, body = re.search(
            rf"^Public Function {entry.name}\(([^)]*)\) As Variant\r\n(.*?)^End", text, re.M | re.S
        ).groups()
        given = [piece.split()[-3] for piece in head.split(", ")]
        assert len(given) == len(entry.args)
        read = re.search(r"Array\((.*)\)\)", body)[1]
        assert re.findall(r"(?:Plain|FormulaOf)\((\w+)\)", read) == given
        optional = ["Optional" in piece for piece in head.split(", ")]
        assert optional == sorted(optional), "VBA: nothing required behind an optional argument"
        assert ("Application.Volatile" in body) is bool(takes_today(entry))


def test_no_argument_hides_what_a_wrapper_calls(sources):
    called = {"answer", "plain", "formulaof", "leftout", "array", "application"} | _RESERVED
    for head in re.findall(r"^Public Function \w+\((.*)\) As", sources["QlcFunctions"], re.MULTILINE):
        assert not {piece.split()[-3].lower() for piece in head.split(", ")} & called
    for name, head in re.findall(r"^Public Function (\w+)\((.*)\) As", sources["QlcFunctions"], re.MULTILINE):
        assert name.lower() not in {piece.split()[-3].lower() for piece in head.split(", ")}


def test_arguments_called_like_words_of_vba_are_renamed():
    entry = Entry(
        "PERIOD",
        "期间",
        "R00",
        Shape.MAP,
        (
            Arg("start", Kind.DATE, "起", "from"),
            Arg("end", Kind.DATE, "止", "to", optional=True),
            Arg("site", Kind.TEXT, "站点", "site"),
            Arg("as_of", Kind.DATE, "哪天", "day", optional=True),
        ),
        "",
        "",
        "",
        lambda *facts: None,
    )
    assert functions_module([entry]).body.splitlines()[2:6] == [
        "Public Function PERIOD(ByVal start As Variant, Optional ByVal end_ As Variant, "
        "Optional ByVal site As Variant, Optional ByVal as_of As Variant) As Variant",
        "    If LeftOut(as_of) Then Application.Volatile",
        '    PERIOD = Answer("PERIOD", Array(Plain(start), Plain(end_), Plain(site), Plain(as_of)))',
        "End Function",
    ]


def test_names_of_the_project_are_unique(sources):
    """VBA confuses a module with a procedure of its name, and two public procedures of one name."""
    public = [
        name.lower()
        for text in sources.values()
        for name in re.findall(r"^(?:Public )?(?:Function|Sub) (\w+)", text, re.MULTILINE)
    ]
    ours = [name for name in public if public.count(name) > 1]
    assert set(ours) <= {"getudfmodules", "getdirectorypath"}, "xlwings has these twice, by program"
    assert not set(public) & {name.lower() for name in sources if name != "xlwings"}


def test_only_functions_of_the_catalogue_are_offered_to_cells(sources):
    assert "Function" not in sources["QlcButtons"]
    for name, text in sources.items():
        if name not in ("QlcFunctions", "QlcButtons", "ThisWorkbook", "Guide", "Texts"):
            assert "Option Private Module" in text, name


def test_the_ribbon_calls_macros_that_exist(book, sources):
    root = xml(part(book, "customUI/customUI14.xml"))
    assert root.tag == f"{{{NAMESPACE}}}customUI"
    ids = [item.get("id") for item in root.iter() if item.get("id")]
    assert len(ids) == len(set(ids))
    assert "Public Sub NeedsPython(Control As IRibbonControl, ByRef Shows As Variant)" in sources["QlcButtons"]
    buttons = list(root.iter(f"{{{NAMESPACE}}}button"))
    assert len(buttons) == len(ready())
    for button in buttons:
        name = button.get("onAction")
        work = re.search(rf"Sub {name}\([^)]*\)\r\n(.*?)End Sub", sources["QlcButtons"], re.DOTALL)[1].split()
        identity = button.get("id").removeprefix("qlc_")
        python = ["RunButton", f'"{identity}"']
        if identity not in native():
            assert work == python
        elif identity in COMMANDS and identity != "copy_picture":
            assert work == ["If", "Thin()", "Then", identity, "Else", *python, "End", "If"]
        else:
            assert work == [identity]
        assert button.get("getVisible") == (None if identity in native() else "NeedsPython")
        assert button.get("imageMso") in KNOWN_ICONS
        assert max(len(button.get(word)) for word in ("label", "screentip", "supertip")) <= 1024


def test_buttons_without_a_command_are_not_shown():
    assert ready() == native() | COMMANDS.keys()
    assert {"explain_cell", "function_guide", "copy_picture"} <= native()
    assert [button.id for button in shown({"function_guide", "explain_cell"})] == ["explain_cell", "function_guide"]
    assert "检查" not in ribbon_xml(native(), native())
    with pytest.raises(ValueError, match="no such button"):
        shown({"strange"})


def test_the_whole_table_of_buttons_makes_a_ribbon():
    everything = [button.id for button in BUTTONS]
    root = xml(ribbon_xml(everything, ()))
    shown_ids = [item.get("id") for item in root.iter(f"{{{NAMESPACE}}}button")]
    assert shown_ids == [f"qlc_{button}" for button in everything]
    assert len(set(everything)) == len(everything)
    assert {button.icon for button in BUTTONS} <= KNOWN_ICONS
    assert {button.group for button in BUTTONS} == {group.id for group in GROUPS}
    assert all(re.fullmatch(r"[a-z_]+", button.id) and len(callback(button)) < 256 for button in BUTTONS)
    for button in BUTTONS:
        assert all((button.label.zh, button.label.en, button.tip.zh, button.tip.en))


def test_help_for_the_wizard_stands_in_a_sheet(book):
    rows = tab(book, "函数说明")
    assert rows[0][:6] == ["函数", "中文名", "说明", "例子", "写法", "参数1"]
    assert len(rows[0]) == 5 + max(len(entry.args) for entry in ENTRIES)
    for row, entry in zip(rows[1:], ENTRIES, strict=True):
        assert tuple(row[:5]) == (entry.name, entry.alias_zh, entry.zh, entry.example, entry.signature)
        assert [text for text in row[5:] if text] == [arg.zh for arg in entry.args]
        assert len(f"{entry.alias_zh}: {entry.zh}") <= LONGEST
        assert all(0 < len(arg.zh) <= LONGEST for arg in entry.args)


def test_messages_that_vba_asks_for_exist(book, sources):
    asked = {key for text in sources.values() for key in re.findall(r'Message\("(\w+)"\)', text)}
    assert asked == set(MESSAGES)
    assert "TakeBack" in sources["QlcCommands"]
    assert "Public Sub TakeBack()" in sources["QlcButtons"]
    assert dict(tab(book, "_texts")) == MESSAGES


def test_the_bridge_reads_settings_of_the_user_only():
    text = bridge_module().body
    assert "Copyright (C) 2014-present, Zoomer Analytics LLC." in text
    assert "Redistribution and use in source and binary forms" in text
    assert text.count("GetConfig = ") == 1
    assert "GetConfig = Setting(configKey, default)" in text
    command = text[text.index("Function XLPyCommand") : text.index("Private Sub XLPyLoadDLL")]
    assert "FullName" not in re.sub(r"^\s*FName = .*$", "", command, flags=re.MULTILINE)
    assert '" -B -P -c ""' in command


@pytest.mark.parametrize(
    "name", ["QlcBridge", "QlcHelp", "QlcCommands", "QlcSettings", "QlcService", "QlcJson", "ThisWorkbook"]
)
def test_sources_are_plain_vba(name):
    (path,) = (ROOT / "macros" / "vba_src").glob(f"{name}.*")
    text = path.read_text("ascii")
    assert text.startswith("Option Explicit\n")
    depth = 0
    for line in text.splitlines():
        word = line.strip().split("'")[0]
        depth += bool(re.match(r"(?:Public |Private )?(?:Function|Sub) ", word))
        depth -= word in ("End Function", "End Sub")
        assert 0 <= depth <= 1, line
        assert "\t" not in line
        assert line == line.rstrip()
    assert depth == 0
