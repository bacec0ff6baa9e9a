"""What is installed here, in lines: for settings and for a report of a problem."""

from __future__ import annotations

import platform
import re
from importlib import metadata

from rules.errors import Error, Text
from rules.policy.kept import is_shipped
from rules.policy.loader import Config

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


def config_state(config: Config) -> tuple[Text, Error | None]:
    """Which configuration is in force, and why the file itself is not."""
    if is_shipped(config.path):
        return Text("正在用随产品发布的配置", "the shipped configuration is in force"), None
    if config.problem:
        return Text(
            "配置没有生效,继续用上次好的一份", "the file does not count; the last good copy stays"
        ), config.problem
    return Text("配置没有错误", "the configuration is good"), None
