"""A real LibreOffice without a window: finds it, and converts workbooks with everything recomputed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pytest

from console.bench.office import is_there

_FIRST_START = 81
"""A fresh profile may leave once with this code."""


@cache
def soffice() -> str | None:
    """The program; None where LibreOffice is not installed."""
    return shutil.which("soffice") or shutil.which("libreoffice")


def need_office() -> str:
    """The program. Without it the test is skipped, and fails where `CI` is set."""
    found = soffice()
    if found:
        return found
    if os.environ.get("CI"):
        pytest.fail("LibreOffice is missing: apt-get install libreoffice-calc")
    pytest.skip("LibreOffice is not installed (libreoffice-calc)")


def recomputed(workbook: Path, folder: Path, timeout: float = 300) -> Path:
    """The workbook as LibreOffice saves it with every formula computed, in `folder`, as xlsx."""
    program = need_office()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="qlc-office-") as profile:
        command = [
            program,
            f"-env:UserInstallation=file://{profile}",
            "--headless",
            "--norestore",
            "--nologo",
            "--convert-to",
            "xlsx:Calc MS Excel 2007 XML",
            "--outdir",
            str(folder),
            str(workbook),
        ]
        for _ in range(2):
            done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=False)
            if done.returncode != _FIRST_START:
                break
    made = folder / f"{workbook.stem}.xlsx"
    if done.returncode or not made.is_file():
        raise RuntimeError(f"LibreOffice answered {done.returncode}: {done.stderr[-500:]}")
    return made


def need_session() -> None:
    """What a driven LibreOffice needs beside the program; without it as `need_office`."""
    need_office()
    if is_there():
        return
    missing = "LibreOffice's Python is missing: apt-get install libreoffice-script-provider-python python3-uno"
    if os.environ.get("CI"):
        pytest.fail(missing)
    pytest.skip(missing)
