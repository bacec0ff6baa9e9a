"""Finds and reads config.yaml; a broken one is refused as a whole, with every mistake named.

Reading it, and keeping the last good copy (`rules.policy.kept`), is all in `rules` that touches a file.
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, ValidationError

from rules.errors import Code, Error, Text
from rules.policy.broken_yaml import P_UNREADABLE
from rules.policy.document import MOST_BYTES, NO_NUMBER, Wrong, decoded, parsed
from rules.policy.models import Rules
from rules.policy.site import Site

if TYPE_CHECKING:
    from rules.policy.mistakes import Mistake

P_INVALID = Code(
    "P-003",
    "配置有 {count} 处错误:{found}",
    "{count} mistakes in the configuration: {found}",
    "每一处都改好再试",
    "correct every place and try again",
)
P_EMPTY = Code(
    "P-005",
    "配置是空的",
    "the configuration is empty",
    "从备份恢复,或从随产品发布的 config.yaml 开始",
    "restore it from a backup, or start from the config.yaml that ships with the product",
)

NAME = "config.yaml"

RETIRED = {"sku": {"polyphones"}}
"""Family -> keys of older files that mean nothing any more."""


@dataclass(frozen=True)
class Config:
    """A configuration in force, and the `content` that it was read from. `sha256` covers all bytes it was made of.

    `problem` says why the file itself does not count, where this is the last good copy of it.
    """

    rules: Rules
    site: Site
    path: Path
    sha256: str
    content: bytes = field(repr=False, compare=False)
    problem: Error | None = field(default=None, compare=False)

    @property
    def folder(self) -> Path:
        """The folder that relative paths of `site:` start from."""
        return self.path.parent


class ConfigError(Error):
    """P-003 with every mistake of the file."""

    def __init__(self, path: Path, mistakes: tuple[Mistake, ...]) -> None:
        self.mistakes = mistakes
        super().__init__(P_INVALID, file=path, count=len(mistakes))

    def message(self, lang: str = "zh") -> str:
        """The mistakes in one line, in one language."""
        from rules.policy.mistakes import told

        self.facts["found"] = Text(told(self.mistakes, "zh"), told(self.mistakes, "en"))
        return super().message(lang)


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    rules: Rules
    site: Site = Site()


def load(path: Path) -> Config:
    """Reads one configuration.

    Raises P-001 (unreadable), P-002 (no YAML), P-003 (wrong values), P-005 (empty), P-020 (too large).
    What the file leaves out, a family of rules or a key of one, is taken from the packaged default.
    """
    return read(bytes_of(path), path)


@cache
def packaged() -> Config:
    """The default that ships with the product.

    >>> packaged().rules.turnover.domestic_days.key
    'rules.turnover.domestic_days'
    """
    return load(packaged_path())


def packaged_path() -> Path:
    """The default's file: beside this module once installed, else the checkout's own."""
    installed = Path(__file__).with_name("default_config.yaml")
    return installed if installed.exists() else Path(__file__).parents[2] / NAME


def find_config(explicit: str | None = None) -> Path:
    """The configuration that counts: `explicit`, QLC_CONFIG, upwards, the user's folder, the default."""
    named = explicit or os.environ.get("QLC_CONFIG")
    if named:
        return Path(named)
    here = Path.cwd()
    places = [*(folder / NAME for folder in (here, *here.parents)), user_folder() / NAME]
    return next((path for path in places if path.is_file()), packaged_path())


def user_folder() -> Path:
    """Where a user's own configuration lives, by the custom of the system."""
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or Path.home() / "AppData/Roaming") / "quanliucheng"
    if sys.platform == "darwin":
        return Path.home() / "Library/Application Support/quanliucheng"
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "quanliucheng"


def stamp_of(path: Path) -> tuple[int, int]:
    """Time and size of a file, by which a changed one is noticed. Raises P-001, for what is no file too."""
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if not stat.S_ISREG(found.st_mode):
        raise Error(P_UNREADABLE, file=path, found=Text("不是文件", "not a file"))
    return found.st_mtime_ns, found.st_size


def bytes_of(path: Path) -> bytes:
    """What a file holds, or one byte more than a configuration may. Raises P-001."""
    stamp_of(path)
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> Error:
    return Error(P_UNREADABLE, file=path, found=getattr(error, "strerror", None) or error)


def read(content: bytes, path: Path) -> Config:
    """The configuration that a file of this content is. Raises as `load`."""
    document = parsed(decoded(content, path), path)
    raw = document.data
    if document.root is None or (raw is None and not document.wrong):
        raise Error(P_EMPTY, file=path)
    digest = hashlib.sha256(content)
    if isinstance(raw, dict):
        raw = {name: {} if part is None else part for name, part in raw.items()}
        if path != packaged_path():
            raw, borrowed = _completed(raw)
            digest.update(borrowed)
    invalid = valid = None
    try:
        valid = _Document.model_validate(raw)
    except ValidationError as error:
        invalid = error
    else:
        document.wrong += [
            Wrong(place, node, NO_NUMBER) for place, node in document.truths if not isinstance(_at(valid, place), bool)
        ]
    if valid is None or document.wrong:
        from rules.policy.mistakes import mistakes

        raise ConfigError(path, mistakes(invalid, document)) from invalid
    return Config(valid.rules, valid.site, path, digest.hexdigest(), content)


def _at(found: Any, place: Sequence[str]) -> Any:
    """What a configuration made of a written place."""
    for word in place:
        if isinstance(found, BaseModel):
            names = {item.alias or name: name for name, item in type(found).model_fields.items()}
            found = getattr(found, names[word])
        elif isinstance(found, dict):
            found = next(item for key, item in found.items() if word == str(key))
        else:
            found = found[int(word)]
    return found


def _completed(document: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The document with what it leaves out, and the bytes that this came from: files of older versions go on."""
    written = document.get("rules", {})
    if not isinstance(written, dict):
        return document, b""
    rules, borrowed = dict(written), b""
    for name in Rules.model_fields:
        if name not in rules:
            rules[name] = getattr(packaged().rules, name)
        elif isinstance(rules[name], dict):
            rules[name] = {key: item for key, item in rules[name].items() if key not in RETIRED.get(name, ())}
            missing = Rules.needed(name) - rules[name].keys()
            if not missing:
                continue
            rules[name] |= {key: getattr(getattr(packaged().rules, name), key) for key in missing}
        borrowed = packaged().sha256.encode()
    return {**document, "rules": rules}, borrowed
