"""Finds and reads config.yaml; a broken one is refused as a whole, with every mistake named.

Reading is the only thing in `rules` that touches a file. Line numbers cost a second parse and are
looked up only when something is wrong.
"""

from __future__ import annotations

import hashlib
import os
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from rules.errors import Code, Error
from rules.policy.models import Rules
from rules.policy.site import Site

if TYPE_CHECKING:
    from rules.policy.mistakes import Mistake

P_UNREADABLE = Code(
    "P-001",
    "读不了配置:{found}",
    "cannot read the configuration: {found}",
    "检查路径、权限和编码(UTF-8)",
    "check path, permission and encoding (UTF-8)",
)
P_YAML = Code(
    "P-002",
    "第 {line} 行不是正确的 YAML:{found}",
    "line {line} is not valid YAML: {found}",
    "检查缩进、冒号和引号",
    "check indentation, colons and quotes",
)
P_INVALID = Code(
    "P-003",
    "配置有 {count} 处错误:{found}",
    "{count} mistakes in the configuration: {found}",
    "每一处都改好再试",
    "correct every place and try again",
)
P_LAST_GOOD = Code(
    "P-004",
    "新的配置没有生效,继续用上次好的一份:{found}",
    "the edited configuration is not in force; the last good one stays: {found}",
    "改好 config.yaml 后自动生效",
    "it counts as soon as config.yaml is correct again",
)

P_EMPTY = Code(
    "P-005",
    "配置是空的",
    "the configuration is empty",
    "从备份恢复,或从随产品发布的 config.yaml 开始",
    "restore it from a backup, or start from the config.yaml that ships with the product",
)

NAME = "config.yaml"
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class Config:
    """A configuration in force. `sha256` covers all bytes it was made of."""

    rules: Rules
    site: Site
    path: Path
    sha256: str

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
        """Every mistake in one line, in one language."""
        self.facts["found"] = "; ".join(item.zh if lang == "zh" else item.en for item in self.mistakes)
        return super().message(lang)


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    rules: Rules
    site: Site = Site()


class _Unique(_Loader):  # type: ignore[misc]
    """Safe YAML in which a key written twice is a mistake, not a silent loss of the first."""

    def construct_mapping(self, node: Any, deep: bool = False) -> Any:
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode):
                if key.value in seen:
                    raise yaml.constructor.ConstructorError(None, None, f"{key.value} 写了两次 / twice", key.start_mark)
                seen.add(key.value)
        return super().construct_mapping(node, deep)


def load(path: Path) -> Config:
    """Reads one configuration. Raises P-001 (unreadable), P-002 (no YAML), P-003 (wrong values), P-005 (empty).

    A family of rules that the file leaves out is taken from the packaged default.
    """
    return _read(_bytes(path), path)


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


def kept_copy(path: Path) -> Path:
    """Where the last good copy of a configuration is kept."""
    return path.parent / "state" / "config.last-good.yaml"


def load_or_last_good(path: Path, keep: Path) -> tuple[Config, list[Error]]:
    """The configuration, or, when an edit broke it, the last good one and what is wrong.

    A good configuration is kept at `keep`. Without a kept copy the error is raised.
    """
    try:
        content = _bytes(path)
        config = _read(content, path)
    except Error as error:
        if not keep.is_file():
            raise
        return _read(_bytes(keep), path), [error, Error(P_LAST_GOOD, file=path, found=keep)]
    if not keep.is_file() or keep.read_bytes() != content:
        keep.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = keep.with_name(keep.name + ".new")
        fresh.unlink(missing_ok=True)
        fresh.touch(mode=0o600)  # its owner's alone, like the state beside it
        fresh.write_bytes(content)
        fresh.replace(keep)
    return config, []


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Error(P_UNREADABLE, file=path, found=error.strerror or error) from error


def _read(content: bytes, path: Path) -> Config:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Error(P_UNREADABLE, file=path, found=f"UTF-8, byte {error.start}") from error
    try:
        raw = yaml.load(text, _Unique)  # noqa: S506 - a safe loader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = min(mark.line + 1, len(text.splitlines())) if mark else 1
        raise Error(P_YAML, file=path, line=line, found=getattr(error, "problem", None) or error) from error
    if raw is None:
        raise Error(P_EMPTY, file=path)
    digest = hashlib.sha256(content)
    if isinstance(raw, dict) and path != packaged_path():
        raw, borrowed = _completed(raw)
        digest.update(borrowed)
    try:
        valid = _Document.model_validate(raw)
    except ValidationError as error:
        from rules.policy.mistakes import mistakes

        raise ConfigError(path, mistakes(error, text)) from error
    return Config(valid.rules, valid.site, path, digest.hexdigest())


def _completed(document: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The document with missing families of rules from the default, and the bytes they came from."""
    written = document.get("rules") or {}
    filled = dict(document)
    filled["site"] = document.get("site") or {}
    if not isinstance(written, dict) or set(Rules.model_fields) <= set(written):
        return filled, b""
    default = packaged()
    filled["rules"] = {name: getattr(default.rules, name) for name in Rules.model_fields} | written
    return filled, default.sha256.encode()
