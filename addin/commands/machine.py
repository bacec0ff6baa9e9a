"""What is installed here, in lines: for settings and for a report of a problem."""

from __future__ import annotations

import platform
import re
from importlib import metadata

from rules.answer import Text
from rules.errors import Error
from rules.policy.loader import Config, kept_copy, load, packaged_path

PRODUCT = "quanliucheng"


def versions() -> dict[str, str]:
    """The versions of this product, of Python, the system, and the packages that it needs."""
    found = {PRODUCT: _version(PRODUCT), "Python": platform.python_version(), "system": platform.platform()}
    try:
        needed = metadata.requires(PRODUCT) or []
    except metadata.PackageNotFoundError:
        needed = []
    names = {match[0] for item in needed if "extra" not in item and (match := re.match(r"[\w.-]+", item))}
    return found | {name: _version(name) for name in sorted(names)}


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "-"


def is_packaged(config: Config) -> bool:
    """Whether the configuration in force is the one that ships with the product."""
    return config.path.resolve() == packaged_path().resolve()


def config_state(config: Config) -> tuple[Text, Error | None]:
    """Whether the file on disk is good; when it is not, why, and what counts instead."""
    if is_packaged(config):
        return Text("正在用随产品发布的配置", "the shipped configuration is in force"), None
    try:
        load(config.path)
    except Error as error:
        kept = kept_copy(config.path)
        return Text(
            f"配置有错,继续用上次好的一份:{kept}", f"the file has mistakes; the last good copy counts: {kept}"
        ), error
    return Text("配置没有错误", "the configuration is good"), None
