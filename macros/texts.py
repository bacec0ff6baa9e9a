"""The sheets inside the Excel add-in: the guide of functions, and the messages that its macros show.

VBA is ASCII; every Chinese word it shows stands in one of these cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape

from addin.registry.entry import Entry

LONGEST = 255
"""Characters that the function wizard takes for a help text."""

MESSAGES = {
    "category": "全流程",
    "python_missing": "全流程:Python 没有启动,函数暂时算不了。请联系 IT,或运行 qlc addin install / Python did not start:",
    "service_missing": "全流程:函数服务没有应答,函数暂时算不了。请联系 IT / The function service did not answer:",
    "no_workbook": "请先打开一个工作簿。\nOpen a workbook first.",
    "confirm": "是 = 写入,否 = 先看完整清单,取消 = 不动\nYes: write · No: show the whole list · Cancel: leave it",
    "undo": "撤销 全流程",
    "number": "写上面列出的编号 / the number in the list",
    "copied": "已复制,到聊天或文档里粘贴。\nCopied: paste it into a chat or a document.",
    "no_cell": "请先选一个单元格。\nSelect a cell first.",
    "no_formula": "这一格没有公式。请选一个用了全流程函数的格子。\nNo formula here: select a cell that uses a function of 全流程.",
    "cannot_explain": "现在解释不了,原因在状态栏。\nCan't explain it now; the status bar says why.",
}
_HEAD = ("函数", "中文名", "说明", "例子", "写法")
_WIDTHS = (22, 16, 48, 44, 40)
_ARGUMENT_WIDTH = 36

_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_BOLD = 1


def guide_sheet(entries: Sequence[Entry]) -> str:
    """The sheet 函数说明: people read a copy of it, and the function wizard shows its texts.

    One row per function: name, Chinese name, help, example, signature, one help text per argument.
    """
    most = max(len(entry.args) for entry in entries)
    head = [*_HEAD, *(f"参数{number + 1}" for number in range(most))]
    rows = [
        [entry.name, entry.alias_zh, entry.zh, entry.example, entry.signature, *(arg.zh for arg in entry.args)]
        for entry in entries
    ]
    return worksheet("Guide", [head, *rows], [*_WIDTHS, *[_ARGUMENT_WIDTH] * most], bold_head=True)


def texts_sheet() -> str:
    """The sheet of messages: key, text."""
    return worksheet("Texts", [[key, text] for key, text in MESSAGES.items()], (20, 80))


def worksheet(code_name: str, rows: Sequence[Sequence[str]], widths: Sequence[int], *, bold_head: bool = False) -> str:
    """A worksheet of texts; `code_name` is what VBA calls it."""
    columns = "".join(
        f'<col min="{place}" max="{place}" width="{width}" customWidth="1"/>' for place, width in enumerate(widths, 1)
    )
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' if bold_head else ""
    lines = [
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
        f'<worksheet xmlns="{_SHEET}"><sheetPr codeName="{code_name}"/>',
        f'<sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>',
        f"<cols>{columns}</cols><sheetData>",
    ]
    for number, row in enumerate(rows, 1):
        style = f' s="{_BOLD}"' if bold_head and number == 1 else ""
        cells = "".join(
            f'<c r="{chr(ord("A") + place)}{number}"{style} t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
            for place, text in enumerate(row)
        )
        lines.append(f'<row r="{number}">{cells}</row>')
    return "\n".join([*lines, "</sheetData></worksheet>", ""])
