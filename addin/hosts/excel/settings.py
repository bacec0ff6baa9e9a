"""The user's settings of the Excel add-in: one small file that its VBA and its Python both read.

Each line is ``"NAME","value"``, as VBA's ``Input #`` reads it, in the code page of the computer.
"""

from __future__ import annotations

import csv
import locale
import os
from pathlib import Path

from rules.policy.loader import NAME, packaged_path, user_folder

INTERPRETER = "INTERPRETER_WIN"
CONFIG = "CONFIG"


def settings_path() -> Path:
    """Where the file lies: in the user's home, which needs no rights of an administrator."""
    home = Path(os.environ.get("USERPROFILE") or Path.home())
    return home / ".quanliucheng" / "quanliucheng.conf"


def read_settings() -> dict[str, str]:
    """The settings by upper-case name; none without the file."""
    path = settings_path()
    if not path.is_file():
        return {}
    text = path.read_text(locale.getencoding(), "replace")
    return {row[0].upper(): row[1] for row in csv.reader(text.splitlines()) if len(row) == 2}


def write_settings(settings: dict[str, str]) -> None:
    """Replaces the file. Raises UnicodeEncodeError for a path that the computer's code page can't hold."""
    path = settings_path()
    text = "".join(f'"{name}","{value}"\r\n' for name, value in settings.items())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(locale.getencoding()))


def config_path() -> Path:
    """The configuration that cells compute with: named by the settings, the user's own, or the shipped one.

    Never one beside the open workbook: a mailed workbook must not bring its own numbers.
    """
    named = os.environ.get("QLC_CONFIG") or read_settings().get(CONFIG)
    if named:
        return Path(named)
    own = user_folder() / NAME
    return own if own.is_file() else packaged_path()
