"""The buttons of the ribbon, the toolbar and the menu 全流程, in their order.

Which of them a host shows is the host's word: one without a working command is not shown there.
"""

from __future__ import annotations

from dataclasses import dataclass

from rules.errors import Text


@dataclass(frozen=True)
class Group:
    """A named block of buttons."""

    id: str
    label: Text


@dataclass(frozen=True)
class Button:
    """One button; `icon` is the name of a built-in picture of Office."""

    id: str
    group: str
    label: Text
    tip: Text
    icon: str
    large: bool = False


GROUPS = (
    Group("check", Text("检查", "Check")),
    Group("compute", Text("计算", "Compute")),
    Group("documents", Text("单据", "Documents")),
    Group("sync", Text("同步", "Sync")),
    Group("help", Text("帮助", "Help")),
)


def _button(
    id: str, group: str, label: tuple[str, str], tip: tuple[str, str], icon: str, large: bool = False
) -> Button:
    return Button(id, group, Text(*label), Text(*tip), icon, large)


BUTTONS = (
    _button(
        "check_sheet",
        "check",
        ("检查本表", "Check this sheet"),
        ("列出本表的问题,点一下就到那一格", "lists this sheet's problems with links to the cells"),
        "AcceptInvitation",
    ),
    _button(
        "sku_collisions",
        "check",
        ("SKU查重", "SKU collisions"),
        ("找出不同产品撞到一起的 SKU", "finds SKUs that different products share"),
        "RemoveDuplicates",
    ),
    _button(
        "make_skus",
        "compute",
        ("生成SKU", "Make SKUs"),
        ("给选中的行补上空着的 SKU", "fills the empty SKUs of the selection"),
        "FileNew",
    ),
    _button(
        "fill_formula",
        "compute",
        ("填充公式", "Fill formula"),
        ("照表头把公式填满一列", "fills a formula down the column, arguments by the headers"),
        "FillDown",
    ),
    _button(
        "turnover",
        "compute",
        ("周转测算", "Turnover"),
        ("算出本表每行的五段周转", "computes the five segments' turnover of each row"),
        "Calculator",
    ),
    _button(
        "shipment_notes",
        "documents",
        ("生成货件备注", "Shipment notes"),
        ("按 SOP 的写法补上货件备注", "fills shipment notes as the SOP writes them"),
        "ReviewNewComment",
    ),
    _button(
        "letter_names",
        "documents",
        ("预约信命名", "Letter names"),
        ("按 SOP 的写法给预约信起名", "names appointment letters as the SOP does"),
        "FileSaveAs",
    ),
    _button(
        "formulas_to_values",
        "documents",
        ("公式转数值", "Formulas to values"),
        ("发给没有装插件的同事之前用", "before sending a sheet to someone without the add-in"),
        "PasteValues",
    ),
    _button(
        "values_to_formulas",
        "documents",
        ("恢复公式", "Restore formulas"),
        ("把转成数值的公式放回去", "puts the formulas back"),
        "Refresh",
    ),
    _button(
        "copy_picture",
        "documents",
        ("复制为图片", "Copy as picture"),
        ("把选中的区域复制成图片", "copies the selection as a picture"),
        "Camera",
    ),
    _button(
        "fetch_exports",
        "sync",
        ("取导出", "Fetch exports"),
        ("从下载文件夹挑出 ERP 导出", "picks ERP exports from the download folder"),
        "ImportTextFile",
        large=True,
    ),
    _button(
        "preview_sync",
        "sync",
        ("看看会改什么", "Preview"),
        ("只看这一轮会改哪些格子", "shows the cells that a sync would change"),
        "FindDialog",
    ),
    _button(
        "sync_now",
        "sync",
        ("立即同步", "Sync now"),
        ("现在跑一轮同步", "runs one sync"),
        "RefreshAll",
        large=True,
    ),
    _button(
        "conflicts",
        "sync",
        ("冲突", "Conflicts"),
        ("表和 ERP 说法不一的格子", "cells on which sheet and ERP disagree"),
        "ReviewTrackChanges",
    ),
    _button(
        "undo_sync",
        "sync",
        ("撤销上次同步", "Undo last sync"),
        ("把上一轮同步写的都退回去", "takes back what the last sync wrote"),
        "Undo",
    ),
    _button(
        "insert_function",
        "help",
        ("插入函数", "Insert function"),
        ("用中文找函数,参数照本行的表头填", "finds a function by Chinese words, arguments by the headers"),
        "FunctionWizard",
        large=True,
    ),
    _button(
        "explain_cell",
        "help",
        ("解释此单元格", "Explain this cell"),
        ("这一格用了哪条规则、哪些数字、SOP 哪一行", "the rule, numbers and SOP lines behind this cell"),
        "ErrorChecking",
    ),
    _button(
        "function_guide",
        "help",
        ("函数说明", "Function guide"),
        ("全部函数的参数和例子", "every function with its arguments and an example"),
        "Help",
    ),
    _button(
        "settings",
        "help",
        ("设置", "Settings"),
        ("配置文件、Python、版本", "configuration, Python, version"),
        "PropertySheet",
    ),
    _button(
        "report_problem",
        "help",
        ("有问题点这里", "Something wrong?"),
        ("把出错的情况收集成一份说明", "collects what support needs to know"),
        "Info",
    ),
)
