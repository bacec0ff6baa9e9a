"""`qlc`: finds the command, parses its arguments, turns errors into exit codes.

Each command is a module of `console.commands` with ``add_arguments(parser)`` and ``run(args, out) -> int``;
only the module of the command that was asked for is imported.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from console.arguments import Parser, common
from console.output import Output
from rules.errors import Code, Error

COMMANDS: dict[str, tuple[str, str, str]] = {
    "demo": ("demo", "造一家小公司并同步一轮", "make a small company and run one sync"),
    "eval": ("evaluate", "计算公式", "answer formulas"),
    "compute": ("compute", "计算关着的工作簿里的公式", "answer the formulas of a closed workbook"),
    "explain": ("explain", "解释公式或规则", "explain a formula or a rule"),
    "sop": ("sop", "SOP 每一行由哪条规则承担", "which rule holds each line of the SOP"),
    "compile": ("compile", "原生公式工作簿", "functions as native formulas"),
    "functions": ("functions", "函数目录", "the catalogue of functions"),
    "letters": ("letters", "预约信 PDF 检查和改名", "check and rename appointment letters"),
    "sku": ("sku", "SKU 生成、拆分、检查", "make, parse and check SKUs"),
    "erp": ("erp", "识别和读取 ERP 导出", "recognise and read ERP exports"),
    "merge": ("merge", "三方合并表格", "three-way merge of tables"),
    "check": ("check", "检查工作簿的每张表", "check a workbook's tabs"),
    "button": ("button", "在工作簿上按插件的按钮", "a button of the add-in on a workbook"),
    "patch": ("patch", "无损修改工作簿的单元格", "lossless cell edits"),
    "sync": ("sync", "同步:计划、执行、冲突、撤销", "sync: plan, run, conflicts, undo"),
    "state": ("state", "状态的备份和恢复", "safety copies of the state"),
    "addin": ("addin", "Excel 插件:做、装、打包", "the Excel add-in: build, install, pack"),
    "serve": ("serve", "函数服务", "the function service"),
    "service": ("service", "装成系统的服务", "install it as a service of the system"),
    "doctor": ("doctor", "检查这台机器和配置", "what is wrong with this machine or its configuration"),
    "codes": ("codes", "代码的意思和怎么办", "what codes mean, and what to do"),
    "bench": ("bench", "基准测试", "benchmarks"),
}

C_FILE = Code(
    "C-002",
    "读写文件失败:{found}",
    "cannot read or write: {found}",
    "检查路径和权限",
    "check path and permission",
)


def build_parser(command: str | None) -> argparse.ArgumentParser:
    """The parser, with the arguments of one command (all others by name only)."""
    parser = Parser(prog="qlc", description="全流程 (quanliucheng)")
    common(parser)
    group = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, parser_class=Parser)
    for name, (module, zh, en) in COMMANDS.items():
        sub = group.add_parser(name, help=f"{zh} · {en}", description=f"{zh} · {en}")
        common(sub)
        if name == command:
            importlib.import_module(f"console.commands.{module}").add_arguments(sub)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; answers its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        code = _run(list(sys.argv[1:] if argv is None else argv))
        _flush()
        return code
    except BrokenPipeError:  # whoever read our output has gone
        _drop_output()
        return 0


def _run(words: list[str]) -> int:
    values = {at + 1 for at, word in enumerate(words) if word in ("--config", "--lang")}
    command = next((word for at, word in enumerate(words) if word in COMMANDS and at not in values), None)
    lang = os.environ.get("QLC_LANG", "zh")
    out = Output(lang if lang in ("zh", "en") else "zh", "--json" in words)
    try:
        args = build_parser(command).parse_args(words)
        out = Output(getattr(args, "lang", out.lang), out.as_json)
        args.config = getattr(args, "config", None) or os.environ.get("QLC_CONFIG")
        module = importlib.import_module(f"console.commands.{COMMANDS[args.command][0]}")
        code = int(module.run(args, out))
        _flush()
        return code
    except Error as error:
        return out.fail(error)
    except BrokenPipeError:
        raise
    except OSError as error:
        failed = Error(C_FILE, file=error.filename, found=error.strerror or str(error))
        try:
            code = out.fail(failed)
            _flush()
        except OSError:  # it was our own output that could not be written
            _drop_output()
            code = failed.exit_code
        return code


def _flush() -> None:
    if sys.stdout is not None:
        sys.stdout.flush()


def _drop_output() -> None:
    """What is still to be written goes nowhere, or the interpreter would complain as it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
