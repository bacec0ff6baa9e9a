"""Arguments that every command takes, and a parser whose mistakes are coded errors."""

from __future__ import annotations

import argparse
from typing import Any, NoReturn

from rules.errors import Code, Error

C_USAGE = Code("C-001", "命令用法不对:{found}", "wrong usage: {found}", "用 qlc --help 查看用法", "see qlc --help")


class Parser(argparse.ArgumentParser):
    """argparse, raising `Error` C-001 instead of printing usage and leaving."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(*args, **options)

    def error(self, message: str) -> NoReturn:
        """Raises C-001."""
        raise Error(C_USAGE, found=f"{self.prog}: {message}")


def common(parser: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Adds --json, --lang and --config; a sub-command's own parser takes them too."""
    parser.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="one JSON document on stdout")
    parser.add_argument("--lang", choices=("zh", "en"), default=argparse.SUPPRESS, help="语言 / language")
    parser.add_argument("--config", metavar="PATH", default=argparse.SUPPRESS, help="config.yaml")
    return parser
