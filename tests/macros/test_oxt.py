"""The LibreOffice extension as a file: reproducible, complete, and only what works."""

import io
import json
import re
import subprocess
import sys
import zipfile

import pytest
from openpyxl.xml.functions import fromstring

from addin.commands.catalogue import COMMANDS
from addin.hosts.libreoffice.spelling import to_calc, to_excel
from addin.registry.catalogue import ENTRIES
from macros import oxt_toolbar
from macros.oxt import FILE_NAME, oxt
from macros.ribbon import shown

OOR = "{http://openoffice.org/2001/registry}"


@pytest.fixture(scope="module")
def parts():
    with zipfile.ZipFile(io.BytesIO(oxt())) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_the_same_sources_give_the_same_bytes():
    script = "import hashlib; from macros.oxt import oxt; print(hashlib.sha256(oxt()).hexdigest())"
    hashes = {
        subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    }
    assert len(hashes) == 1


def test_every_part_is_named_in_the_manifest_and_well_formed(parts):
    named = set(re.findall(r'full-path="([^"]+)"', parts["META-INF/manifest.xml"]))
    assert named <= set(parts)
    for name, text in parts.items():
        if name.endswith((".xml", ".xcu")):
            fromstring(text)
        elif name.endswith(".py"):
            compile(text, name, "exec")
    assert "/work" not in "".join(parts.values())


def test_every_function_has_an_interface_help_in_chinese_and_a_bare_name(parts):
    wizard = fromstring(parts["CalcAddIns.xcu"])
    known = {node.get(f"{OOR}name"): node for node in wizard.iter("node")}
    assert list(json.loads(parts["functions.json"])) == [entry.name for entry in ENTRIES]
    for entry in ENTRIES:
        assert re.search(rf"sequence< sequence< any > > {entry.name}\(", parts["functions.idl"])
        assert re.search(rf"^Function {entry.name}\(", parts["functions.bas"], re.MULTILINE)
        texts = [value.text for value in known[entry.name].iter("value")]
        assert any(entry.zh in text for text in texts)
        assert all(arg.zh in " ".join(texts) for arg in entry.args)
        assert all(len(text) <= 255 for text in texts)
    names = re.findall(r"\[in\] any (\w+)[,)]", parts["functions.idl"])
    assert not {"in", "out", "any", "type", "string"} & set(names)


def test_toolbar_and_menu_show_the_buttons_that_work_and_no_other(parts):
    tree = fromstring(parts["Addons.xcu"])
    addresses = [prop.find("value").text for prop in tree.iter("prop") if prop.get(f"{OOR}name") == "URL"]
    pressed = [address for address in addresses if address.startswith(oxt_toolbar.PROTOCOL)]
    expected = [oxt_toolbar.address(button) for button in shown(COMMANDS)]
    assert pressed == expected * 2
    labels = {value.text for value in tree.iter("value")}
    assert {button.label.zh for button in shown(COMMANDS)} <= labels


@pytest.mark.parametrize(
    "formula",
    [
        'IF(A1>0.5,"a,b;c",{1,"x;y";2,3})',
        "SUM('库存 数据'!A1:B2,Tab!$C$3,'it''s'!A1)",
        'SUMIFS(Tab!A:A,Tab!B:B,">1")',
        "RESTOCK(10,300,200,94,,,24)",
        "CEILING.MATH(1.5)+LOG10(A1)",
    ],
)
def test_formulas_go_to_calc_and_back(formula):
    assert to_excel(to_calc(formula)) == formula


def test_the_command_line_builds_it(tmp_path):
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "console.cli",
            "--json",
            "addin",
            "build",
            "--host",
            "libreoffice",
            "--out",
            str(tmp_path),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert [made["path"] for made in json.loads(done.stdout)] == [str(tmp_path / FILE_NAME)]
    assert (tmp_path / FILE_NAME).read_bytes() == oxt()
