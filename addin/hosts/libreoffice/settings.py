"""The user's settings of the LibreOffice extension: one small file, written at installation.

The extension itself carries no path, so that its bytes are the same everywhere. It reads this file with
the standard library alone, before anything of the product can be imported.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pydantic

from rules.policy.loader import NAME, packaged_path, user_folder

FILE_NAME = "libreoffice.json"


def settings_path() -> Path:
    """Where the file lies: beside the user's own configuration."""
    return user_folder() / FILE_NAME


def read_settings() -> dict[str, Any]:
    """The settings; none without the file or with one that cannot be read."""
    try:
        found = json.loads(settings_path().read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def write_settings(settings: dict[str, Any]) -> Path:
    """Replaces the file; answers where it is."""
    path = settings_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.write_text(json.dumps(settings, ensure_ascii=False, indent=1) + "\n", "utf-8")
    fresh.replace(path)
    return path


def import_paths() -> Sequence[str]:
    """The folders that this product and its packages are imported from."""
    product = Path(__file__).parents[3]
    packages = Path(pydantic.__file__).parents[1]
    return list(dict.fromkeys((str(product), str(packages))))


def environment() -> dict[str, Any]:
    """This environment as the settings describe it: its folders, and the Python they are for."""
    return {"paths": list(import_paths()), "python": f"{sys.version_info.major}.{sys.version_info.minor}"}


def config_path() -> Path:
    """The configuration that cells compute with: named by the settings, the user's own, or the shipped one.

    Never one beside the open document: a mailed workbook must not bring its own numbers.
    """
    named = os.environ.get("QLC_CONFIG") or read_settings().get("config")
    if named:
        return Path(named)
    own = user_folder() / NAME
    return own if own.is_file() else packaged_path()
