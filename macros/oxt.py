"""Builds `quanliucheng.oxt`: functions, bare names, toolbar and menu for LibreOffice, by Python alone.

Everything is made of the registry and of the texts in `oxt_src/`; the same sources give the same bytes.
Which Python environment answers is the word of the user's settings, written at installation.
"""

from __future__ import annotations

from importlib.metadata import version
from importlib.resources import files
from xml.sax.saxutils import quoteattr

from addin.commands.catalogue import COMMANDS
from addin.registry.catalogue import ENTRIES
from macros import oxt_functions, oxt_toolbar
from macros.package import package
from macros.ribbon import shown

FILE_NAME = "quanliucheng.oxt"
IDENTIFIER = "cn.quanliucheng"
BUTTONS = f"{IDENTIFIER}.Buttons"
START = f"{IDENTIFIER}.Start"
OLDEST = "7.2"

_MANIFEST = "http://openoffice.org/2001/manifest"
_TYPES = {
    "functions.idl": "application/vnd.sun.star.uno-typelibrary;type=RDB",
    "quanliucheng_component.py": "application/vnd.sun.star.uno-component;type=Python",
    "CalcAddIns.xcu": "application/vnd.sun.star.configuration-data",
    "ProtocolHandler.xcu": "application/vnd.sun.star.configuration-data",
    "Addons.xcu": "application/vnd.sun.star.configuration-data",
    "CalcWindowState.xcu": "application/vnd.sun.star.configuration-data",
    "Jobs.xcu": "application/vnd.sun.star.configuration-data",
}


def oxt() -> bytes:
    """The extension's file."""
    buttons = shown(COMMANDS)
    texts = {
        "META-INF/manifest.xml": _manifest(),
        "description.xml": _description(),
        "functions.idl": oxt_functions.interfaces(ENTRIES),
        "functions.json": oxt_functions.names(ENTRIES),
        "functions.bas": oxt_functions.basic(ENTRIES),
        "CalcAddIns.xcu": oxt_functions.wizard(ENTRIES),
        "ProtocolHandler.xcu": oxt_toolbar.protocol(BUTTONS),
        "Addons.xcu": oxt_toolbar.addons(buttons),
        "CalcWindowState.xcu": oxt_toolbar.toolbar_state(),
        "Jobs.xcu": oxt_toolbar.start(START),
        "quanliucheng_component.py": _source("quanliucheng_component.py"),
        "pythonpath/quanliucheng_link.py": _source("quanliucheng_link.py"),
    }
    return package({name: text.encode() for name, text in texts.items()})


def _source(name: str) -> str:
    return files("macros").joinpath("oxt_src", name).read_text("utf-8")


def _manifest() -> str:
    lines = "".join(
        f"<manifest:file-entry manifest:media-type={quoteattr(kind)} manifest:full-path={quoteattr(name)}/>\n"
        for name, kind in _TYPES.items()
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<manifest:manifest xmlns:manifest="{_MANIFEST}">\n{lines}</manifest:manifest>\n'


def _description() -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<description xmlns="http://openoffice.org/extensions/description/2006" xmlns:d="http://openoffice.org/extensions/description/2006" xmlns:l="http://libreoffice.org/extensions/description/2011">
<identifier value="{IDENTIFIER}"/>
<version value="{version("quanliucheng")}"/>
<display-name><name lang="en">全流程</name><name lang="zh-CN">全流程</name></display-name>
<publisher><name lang="en" href="">全流程</name></publisher>
<dependencies><l:LibreOffice-minimal-version d:name="LibreOffice {OLDEST}" value="{OLDEST}"/></dependencies>
</description>
"""
