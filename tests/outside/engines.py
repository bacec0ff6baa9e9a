"""Other programs that calculate: a workbook goes in, the same with every formula computed comes out."""

import tempfile
import warnings
from pathlib import Path
from xml.sax.saxutils import escape

from openpyxl import load_workbook

from tests.office import recomputed
from tests.outside.tools import gnumeric, onlyoffice, run

_EDITOR, _XLSX = 8194, 257
"""Formats of ONLYOFFICE's converter: what its editor loads, and xlsx."""


class NoAnswer(Exception):
    """The program made no workbook."""


def libreoffice(path, folder):
    """The workbook as LibreOffice computes it."""
    return recomputed(path, folder / "libreoffice")


def by_gnumeric(path, folder):
    """The workbook as Gnumeric computes it."""
    target = folder / "gnumeric.xlsx"
    done = run([gnumeric(), "--recalc", path, target])
    return _made(target, done)


def by_onlyoffice(path, folder):
    """The workbook as ONLYOFFICE computes it: opened as its editor does, and saved with a list of changes that is empty."""
    program = onlyoffice()
    with tempfile.TemporaryDirectory() as work:
        work = Path(work)
        (work / "changes").mkdir()
        (work / "changes" / "changes0.json").write_text("[]\n", "utf-8")
        target = folder / "onlyoffice.xlsx"
        fonts = program / "sdkjs" / "common" / "AllFonts.js"
        if not fonts.exists():  # its other program lists the fonts when it starts
            (work / "empty.docbuilder").write_text("")
            run([program / "docbuilder", work / "empty.docbuilder"])
        loaded = _convert(program, work, path, work / "Editor.bin", _EDITOR, "")
        changed = f"<m_bFromChanges>true</m_bFromChanges><m_sAllFontsPath>{fonts}</m_sAllFontsPath>"
        done = (
            _convert(program, work, work / "Editor.bin", target, _XLSX, changed) if loaded.returncode == 0 else loaded
        )
        return _made(target, done)


def _convert(program, work, source, target, kind, more):
    task = work / "task.xml"
    task.write_text(
        f"<TaskQueueDataConvert><m_sFileFrom>{escape(str(source))}</m_sFileFrom><m_sFileTo>{escape(str(target))}"
        f"</m_sFileTo><m_nFormatTo>{kind}</m_nFormatTo>{more}</TaskQueueDataConvert>",
        "utf-8",
    )
    return run([program / "x2t", task], timeout=900, env={"HOME": str(work), "LANG": "C.UTF-8"})


def _made(target, done):
    if done.returncode or not target.exists():
        raise NoAnswer(f"exit {done.returncode}: {done.stderr[-300:]}")
    return target


def values(path):
    """{(tab, address): value} of every cell that holds one, errors as their texts."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what openpyxl does not know of other programs' files
        book = load_workbook(path, data_only=True)
    return {
        (tab.title, cell.coordinate): cell.value
        for tab in book
        for row in tab.iter_rows()
        for cell in row
        if cell.value is not None
    }
