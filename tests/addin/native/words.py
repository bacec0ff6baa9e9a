"""Which texts and numbers the functions' arguments are tried with: good, wrong, and outside."""

from __future__ import annotations

from datetime import date

LANES = ["快线", "美墨快线", "海卡", "直航", "墨西哥直航", "整柜", "慢线", "海派", "空运", "空派", "混合", " 快 线 "]
CATEGORIES = ["车机", "车机类", " 车 机 ", "车灯", "摩托车灯", "类", "LED灯", "led灯"]
WHICH = ["expected", "min", "max", "MIN", " Max ", "预计", "最短", "最长", "最晚"]

WORDS = {
    ("", "lane"): (LANES, ["火车", "快*", "?线", "快线直航", "~"], ["快　线"]),
    ("", "channel"): (LANES, ["火车", "快*", "?线", "快线直航"], []),
    ("", "category"): (CATEGORIES, ["*", "?"], ["車機", "车机類", "车\u200b机", "車燈"]),
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
    ("", "label_state"): (["已贴", "需更改", "未贴", "已贴标", "未贴标", " 没 贴 ", "要更改"], ["贴了", "*贴"], []),
    ("", "mode"): (["海运", "空运", "AIR", "sea", "慢线", "空派", "快线", " 海 运 "], ["火车", "海*"], []),
    ("", "report"): (
        [
            "月广告预算表",
            "《退货汇总》",
            "kpi",
            "KPI",
            "在线作图顺序表",
            "日报",
            "周报",
            "周会",
            "采购确认天数",
            "物流确认周末送货",
            "下月业绩细分目标",
            "备货表",
            "市场调研",
        ],
        ["年报", "日?", "日《报", "《"],
        [],
    ),
    ("BUYER", "category"): (
        ["车机", "车机类", "车灯", "射灯", "led射灯", "车衣/车罩", "车 罩", "玩具类类", "恶魔眼", "球泡灯"],
        ["类", "飞机", "*灯", "射灯、玩具", "面条/面包"],
        ["ＬＥＤ射灯", "玩具类类类类类", "燈帶", "車\u200b机"],
    ),
    ("", "duty"): (
        [
            "物流",
            "物流部",
            "海外仓发货",
            "采购部",
            "采购部门",
            "海外仓发货相关事宜",
            "SPU",
            "spu",
            "销毁",
            "商务部负责人",
            *[
                "设计部",
                "设计",
                "HR",
                "hr",
                "主管",
                "部门主管",
                "人事行政部",
                "Hill",
                " h ill",
                "王世英",
                "EVA",
                "Michael",
            ],
        ],
        ["总统", "*部", "部"],
        [],
    ),
    ("", "shipment"): (
        ["FBA18SHTRFPP", "fba18shtrfpp", " FBA 18SHTRFPP", "FBA000000000", "FBAABCDEFGHI"],
        ["FBA18SHTRFP", "FBB18SHTRFPP", "FBA18SHTR-PP", "FBA18SHTRFPPX", "FBA18SHTRFP_"],
        ["ＦＢＡ18SHTRFPP"],
    ),
    ("", "fc"): (
        ["MEX1", "mex6", "MEX 5", "MEX2", "YVR3", "lgb 8"],
        ["MEX7", "MEX0", "YVR33", "YV3", "3YVR", "YVRX", "MEX1,MEX2", "MEX", ",", "M*", "MEX1-"],
        ["ＭEX1"],
    ),
    ("", "reference"): (
        ["5YDIA35G", "5ydia35g", "ABCDEFGH", "12345678"],
        ["5YDIA35", "5YDIA35GG", "5YDIA35-"],
        ["５YDIA３5Ｇ"],
    ),
    ("", "note"): (
        [
            *["FBA18SHTRFPP-MEX6-5YDIA35G", "FBA18SHTRFPP-MEX6-5YDIA35G", " FBA18SHTRFPP - MEX6 -5YDIA35G", "MEX6"],
            *[
                "MEX6-FBA18SHTRFPP-5YDIA35G",
                "FBA18SHTRFPP-5YDIA35G",
                "FBA18SHTRFPP--5YDIA35G",
                "FBA18SHTRFPP-MEX7-5YDIA35",
            ],
            *[
                "FBA18SHTRFPP-MEX6-5YDIA35G-X",
                "5YDIA35G-MEX1-FBA18SHTRFPP",
                "A-B-C",
                "--",
                "A-B-C-D-E",
                "FBA1-MEX6-5YDIA35G",
                "FBA18SHTRFPP-YVR3-5YDIA35G",
                "YVR3-FBA18SHTRFPP-5YDIA35G",
                "FBA18SHTRFPP-YVR3",
                "FBA18SHTRFPP-MEX6-YVR3",
            ],
        ],
        ["-", "MEX6-", "-MEX6-5YDIA35G"],
        ["fba18shtrfpp-MEX6-5ydia35g", "FBA18SHTRFPP—MEX6—5YDIA35G", "货件-MEX1-5YDIA35G", "A-B-C-D-E-F", "A_B"],
    ),
    ("LETTERNAME", "brand"): (
        ["HIMICAR", "himicar", "HIFILUZ", "Hi Luz", "A&B  Co.", "O'Neil", "{day}"],
        ["A:B", "A/B", "a*", "?", '"', "<x>"],
        ["ＨＩＭＩＣＡＲ", "灯王", "Él"],
    ),
    ("SKU", "brand"): (
        ["HIFILUZ", "himicar", "3M Auto", "L-OMEESS", " Hi Luz ", "a1b2"],
        ["3M", "X", "123", "!!"],
        ["ＨＩＦＩ", "Élan", "海飞HIFI"],
    ),
    ("", "product"): (
        [
            *["球泡灯", "车机", "空调", "可调光灯", "行车记录仪", "重低音喇叭", "小孩儿", "婴儿车", "新生儿", "长条灯"],
            *[
                "鱼缸灯",
                "加长款灯带",
                "收藏盒",
                "led",
                "H4",
                "Foo-bar 2",
                "对讲机",
                "汽车应急启动电源",
                "银行行李箱",
                "儿",
                *["弹簧床垫", "音乐盒", "厦门灯", "粘毛器", "红色车衣", "家畜栅栏"],
            ],
        ],
        ["!!", "。", "--", "*", "?"],
        [
            *[
                "LED灯带",
                "球泡 灯",
                "長條燈",
                "球\u200b泡灯",
                "弹幕粘人",
                "行距",
                "长城",
                "一二三四五六七八九十一二三",
                "龘灯",
                "灯-A",
                "重庆火锅",
                "~",
                "ＬＥＤ",
            ],
        ],
    ),
    ("", "feature"): (
        ["WIFI款", "wifi", "Wi-Fi", "防水", "防水款", "COB版", "type-c", "大号", "abc", "RGB型", "款", "H7", "双色"],
        [],
        ["8PCS", "12pc", "LED WIFI", "防水LED", "1.5m", "!!", "音乐款", "Foo-bar", "WIFI 款"],
    ),
    ("", "pack"): (
        [1, 2, 8, "8个装", "8 个", "12件套", "8PCS", "2pc", "1", "10入", "3盒", None, "08"],
        [0, -1, 2.5, "很多", "8个 装", "1 2", "装", "个"],
        ["八件套", "8.0", "十", "3个盒袋装", "３个"],
    ),
    ("", "site"): (
        [
            *["CA", "加拿大站", "加拿大站点", "canada", "amazon.ca", "https://www.amazon.com.mx/", "México", "mexico"],
            *["US", "亚马逊美国站", "United States", "GB", " uk ", "www.amazon.de", "墨西哥"],
        ],
        ["火星", "C*", "站", "amazon"],
        ["ＣＡ", "amazon.ca//"],
    ),
    ("", "sku"): (
        [
            *[
                "HI-QPD-WiFi-8PCS-CA",
                "HI-QPD-CA",
                "Hi-QPD-8pcs-CA",
                "HI-QPD-WIFI-1PCS-CA",
                "HI-QPD-WiFi-RGB-MX",
                "HI-QPD",
            ],
            *[
                "HI-QPD-8PCS-WiFi-CA",
                "hi-qpd-ca",
                "HI-QPD-wifi-12pack-UK",
                "HI-QPD-GB",
                "HIF-Q_D-a_b-US",
                "HI-LED-amazon",
            ],
            *["HI-QPDDDDDDDDDDDDDDDDDDDDDDDDDDDDDDD-WiFi-8PCS-CA", "HI-QPD-8PCS-8PCS-CA", "HI-QPD-008PCS-CA", "A-B-C"],
        ],
        ["HI", "HI-QPD-XX", "X*-?-CA"],
        [
            "HI-QPD -CA",
            "HI--CA",
            "HI-QPD-1.5m-CA",
            "ＨＩ-QPD-CA",
            "HI-QPD-WiFi-RGB-8PCS-CA",
            "-HI-QPD-CA",
            "HI-球泡灯-CA",
        ],
    ),
    ("", "old_fnsku"): (
        ["X001ABC2DE", "x001abc2de", "B0ABCDE123", " X00 1ABC2DE", "X00XXXXXXY"],
        ["FNxxxxx", "FNX", "X001ABC2D", "X001ABC2DEF", "B0XXXXXXXX", "X001ABC2D-", "FN"],
        ["Ｘ001ABC2DE"],
    ),
    ("", "new_asin"): (
        ["B0ABCDE123", "b0abcde123", "B0 ABCDE 124", "B0XXXXXXX1"],
        ["B0xxxxx", "B0XXXXXXXX", "A0ABCDE123", "B0ABCDE12", "X001ABC2DE"],
        ["Ｂ0ABCDE123"],
    ),
    ("", "language"): (
        ["中文", "en", "EN", "英文", "Español", "espanol", "西语", "zh", "inglés"],
        ["法语", "*"],
        ["ｅｎ"],
    ),
    ("", "month_or_day"): (
        [
            *[
                "2024-11",
                "2024/12",
                "2025年1月",
                "202506",
                "2025.6",
                "2025-7",
                "2025-04-30",
                "2025/6/30",
                "2025年7月1日",
            ],
            *["2024-10-31", 45657, 45658, 45838, 45839, 45595, "2025-3", "2024-12", "2025年 4 月", 202412],
        ],
        [
            "2025-13",
            "202513",
            "2025年3",
            "五月",
            "2025-00",
            "-",
            "20250",
            0,
            -3,
            "2025月6年",
            "2025年月6",
            "2025年月06",
        ],
        [40, "1899-05", "2025-04月"],
    ),
}
"""(function or "", argument) -> good, wrong, outside."""

NUMBERS = [0, 1, 2, 3, 5, 7, 8, 10, 12, 29, 30, 31, 45, 50, 100, 120, 0.5, 2.5, 38.3, 12.345678, 99.99, 1000, 35000.25]
_SPECIAL = {
    "days": [100, 120, 121, 90, 130, 0, 119.5, "150", " 80 ", "１２１", 131],
    "quantities": [30, 10, 0, 500, 25.5, "40", 1000],
    "daily": [0, 1, 8, 10.1, 2.5, 0.3, 33, 12.345],
    "on_hand": [0, 100, 30.3, 500, 64, 1],
    "inbound": [0, 200, 12, 1000, 30.5],
    "lead_days": [94, 71, 0, 102.5, 55],
    "review": [0, 7, 14],
    "safety": [0, 14, 3.5],
    "carton": [1, 12, 24, 50, 0],
    "moq": [0, 1, 100, 500],
    "price": [100, 0, 29.99, 450, 12.5],
    "margins": [0.3, 0.35, 0.1, -0.05, 0, 1, 0.123456, "35%", "12.5%", "0.4", 0.3, 0.9999],
    "unmet": [10000, 0, -500, 250.5, 1, -1, 3000],
    "planned": [50000, 0, 1, 120.5, 30000],
    "sales": [60000, 0, 1000, 12345.67, 60000, 98765.43, 250],
    "net_gross_profit": [10000, 0, -300, 1234.56, 5000, 20000, 333.33],
    "ad_cost": [0, 3000, 3000.01, 3500, 500, 12.345, 1500, 6000, 10, 617.28],
    "approved_budget": [0, 3000, 500, 1500, 10000, 12.345],
    "n": [0, 1, -1, 2, -2, 3, 5, -5, 10, -10, 40, -40, 250, -250, 1],
    "boxes": [1, 2, 29, 0, 30, 31, 100, 18],
    "confirmed_days": [0, 12, 30, 38, 38.5, 45, 60, 12.25],
}


WINDOWS = {
    "relisted_day": (date(2024, 5, 1), 400),
    "arrived": (date(2024, 12, 20), 110),
    "as_of": (date(2025, 3, 15), 150),
    "sold_out": (date(2025, 3, 1), 120),
    "listed": (date(2025, 1, 20), 80),
    "ship_date": (date(2024, 12, 15), 120),
}
"""Argument -> first day and length of the days that it is mostly tried with."""

PAIRS = {
    "discounts": (
        [
            "优惠券",
            "coupon",
            "秒杀",
            "LD",
            "lightning deal",
            "促销",
            "折扣码",
            "社媒码",
            "PED",
            None,
            "礼物",
            " 优 惠 券",
        ],
        [0.1, 0.2, "10%", "20%", 5, 20, 0.5, 1, "1", "100%", 0, None, "", 0.05, 1.5],
    ),
    "arrivals": (
        [
            "2025-04-10",
            45757,
            "2025/4/3",
            "2025年5月1日",
            "2025-04-03 10:00",
            45780,
            "2025-03-01",
            None,
            45900,
            "2025-04-10",
        ],
        [0, 10, 50, "100", 12.5, None, "", 1000, 7, 30],
    ),
}
"""Argument -> the cells of its two columns."""


def numbers_of(function: str, argument: str) -> list[float]:
    """Ordinary numbers of an argument."""
    return _SPECIAL.get(f"{function}.{argument}") or _SPECIAL.get(argument) or NUMBERS
