"""Runs a Basic macro of ours inside a real LibreOffice, in a profile of its own, and reads what it wrote."""

import subprocess
from xml.sax.saxutils import escape

from tests.office import need_office

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_LIBRARY = """<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false"
 library:passwordprotected="false">{}</library:library>"""
_ELEMENT = '<library:element library:name="{}"/>'
_MODULE = """<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="{}"
 script:language="StarBasic">{}</script:module>"""
_TRUSTING = """<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>0</value></prop></item></oor:items>"""


def run_macro(source, folder, *words, vba=()):
    """What the macro `Run(target, *words)` of `source` printed to its target; the program leaves by itself.

    `vba` are modules of VBA that lie beside it, so that it can call them as they call each other.
    """
    profile = folder / "profile"
    command = [need_office(), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nologo"]
    for _ in range(2):
        if subprocess.run([*command, "--terminate_after_init"], capture_output=True, timeout=120).returncode == 0:
            break
    settings = profile / "user" / "registrymodifications.xcu"
    settings.write_text(settings.read_text("utf-8").replace("</oor:items>", _TRUSTING), "utf-8")
    library = profile / "user" / "basic" / "Standard"
    texts = {"Probe": source} | {module.name: f"Option VBASupport 1\n{module.body}" for module in vba}
    (library / "script.xlb").write_text(_HEAD + _LIBRARY.format("".join(map(_ELEMENT.format, texts))), "utf-8")
    for name, text in texts.items():
        (library / f"{name}.xba").write_text(_HEAD + _MODULE.format(name, escape(text)), "utf-8")
    target = folder / "target.txt"
    given = ",".join(f'"{word}"' for word in (target, *words))
    subprocess.run([*command, f"macro:///Standard.Probe.Run({given})"], capture_output=True, timeout=60)
    return target.read_text("utf-8").splitlines()
