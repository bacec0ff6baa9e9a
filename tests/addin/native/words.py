"""Which texts and numbers the functions' arguments are tried with: good, wrong, and outside."""

from __future__ import annotations

LANES = ["快线", "美墨快线", "海卡", "直航", "墨西哥直航", "整柜", "慢线", "海派", "空运", "空派", "混合", " 快 线 "]
CATEGORIES = ["车机", "车机类", " 车 机 ", "车灯", "摩托车灯", "类", "LED灯", "led灯"]
WHICH = ["expected", "min", "max", "MIN", " Max ", "预计", "最短", "最长", "最晚"]

WORDS = {
    ("", "lane"): (LANES, ["火车", "快*", "?线", "快线直航", "~"], ["快　线"]),
    ("", "channel"): (LANES, ["火车", "快*", "?线", "快线直航"], []),
    ("", "category"): (CATEGORIES, ["*", "?"], []),
    ("", "which"): (WHICH, ["中", "m*", "minn"], []),
    ("", "segment"): (
        [
            "已采购未交货",
            "国内仓",
            "海外在途",
            "货代仓/海外仓",
            "平台仓",
            "采购未交",
            "在途",
            "货代仓",
            "海外仓",
            "FBA",
        ],
        ["月球仓", "*仓", "fba"],
        [],
    ),
    ("", "calendar"): (
        ["CN", "cn", "中国", "MX", "墨西哥", "mexico", "WAREHOUSE", "海外仓", "仓库"],
        ["火星", "C?"],
        [],
    ),
}
"""(function or "", argument) -> good, wrong, outside."""

NUMBERS = [0, 1, 2, 3, 5, 7, 8, 10, 12, 29, 30, 31, 45, 50, 100, 120, 0.5, 2.5, 38.3, 12.345678, 99.99, 1000, 35000.25]
_SPECIAL = {
    "n": [0, 1, -1, 2, -2, 3, 5, -5, 10, -10, 40, -40, 250, -250, 1],
    "confirmed_days": [0, 12, 30, 38, 38.5, 45, 60, 12.25],
}


def numbers_of(function: str, argument: str) -> list[float]:
    """Ordinary numbers of an argument."""
    return _SPECIAL.get(f"{function}.{argument}") or _SPECIAL.get(argument) or NUMBERS
