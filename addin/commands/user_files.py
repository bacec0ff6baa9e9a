"""Files that a button leaves in the user's own folder."""

from __future__ import annotations

from pathlib import Path

from rules.errors import Code, Error
from rules.policy.loader import user_folder

K_NO_FOLDER = Code(
    "K-068",
    "写不了 {file}:{found}",
    "cannot write {file}: {found}",
    "检查文件夹和权限",
    "check the folder and its permissions",
)


def keep(content: bytes, *place: str) -> Path:
    """Writes a file below the user's folder unless it holds just that already. Raises K-068."""
    path = user_folder().joinpath(*place)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.is_file() or path.read_bytes() != content:
            beside = path.with_name(f".{path.name}.new")
            beside.write_bytes(content)
            beside.replace(path)
    except OSError as error:
        raise Error(K_NO_FOLDER, file=path, found=error.strerror or str(error)) from error
    return path


def without_home(text: object) -> str:
    """A path without the user's name: the home folder as ``~``."""
    return str(text).replace(str(Path.home()), "~")
