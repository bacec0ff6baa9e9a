"""What the demo company sells, where, and through whom: names only, no numbers that move."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Store:
    """A store in one country; `aliases` as people write it, `fba` its fulfilment centres."""

    name: str
    site: str
    country: str
    currency: str
    symbol: str
    rate: float
    """What one US dollar is in the store's currency."""
    operator: str
    fba: tuple[str, ...]
    aliases: tuple[str, ...]


MEX = tuple(f"MEX{n}" for n in range(1, 7))

STORES = (
    Store(
        "LOMEESS-CA",
        "CA",
        "加拿大",
        "CAD",
        "C$",
        1.37,
        "陈默",
        ("YYZ4", "YVR3", "YOW1"),
        ("LOMEESS 加拿大", "洛美加拿大", "LOMEESS加拿大站"),
    ),
    Store(
        "LOMEESS-MX",
        "MX",
        "墨西哥",
        "MXN",
        "MX$",
        18.4,
        "王蕾",
        MEX,
        ("LOMEESS 墨西哥", "洛美墨西哥", "LOMEESS墨西哥站"),
    ),
    Store(
        "HIMICAR-MX",
        "MX",
        "墨西哥",
        "MXN",
        "MX$",
        18.4,
        "林晓",
        MEX,
        ("HIMICAR 墨西哥", "海米卡墨西哥", "HIMICAR墨西哥站"),
    ),
    Store("L437-MX", "MX", "墨西哥", "MXN", "MX$", 18.4, "赵一鸣", MEX, ("L437 墨西哥", "437墨西哥", "L437墨西哥站")),
    Store(
        "HIFILUZ-US",
        "US",
        "美国",
        "USD",
        "$",
        1.0,
        "黄可",
        ("ONT8", "LGB8", "FTW1"),
        ("HIFILUZ 美国", "海飞美国", "HIFILUZ美国站"),
    ),
)

BRANDS = {
    "LOMEESS-CA": ("LOMEESS", "HIFILUZ"),
    "LOMEESS-MX": ("LOMEESS", "HIFILUZ"),
    "HIMICAR-MX": ("HIMICAR", "LOMEESS"),
    "L437-MX": ("L437", "HIMICAR"),
    "HIFILUZ-US": ("HIFILUZ", "L437"),
}
"""Brands sold in each store; a brand sold in two stores of a country shares its SKUs."""

BRAND_LETTERS = {"HIFILUZ": "HI", "HIMICAR": "HI", "L437": "HI", "LOMEESS": "LO"}
"""The first SKU segment; L437's is HI, as its packages say (R01)."""

Named = tuple[str, str]
"""A Chinese name and its SKU segment."""


@dataclass(frozen=True)
class Category:
    """A category of the SOP: purchaser (R60), price level in US dollars, its products and features."""

    name: str
    buyer: str
    price: float
    carton: int
    products: tuple[Named, ...]
    features: tuple[Named, ...]


VOLTS: tuple[Named, ...] = (("12V", "12V"), ("24V", "24V"), ("双色", "SS"))
SIZES: tuple[Named, ...] = (("大号", "DH"), ("中号", "ZH"), ("小号", "XH"))

CATEGORIES = (
    Category("摩托车灯", "Sini", 24, 40, (("摩托车大灯", "MTCDD"), ("摩托车转向灯", "MTCZXD"), ("摩托车尾灯", "MTCWD")), VOLTS),
    Category("汽车车灯", "Sini", 32, 36, (("汽车雾灯", "QCWD"), ("示宽灯", "SKD"), ("倒车灯", "DCD")), (("H4", "H4"), ("H11", "H11"), ("9005", "9005"))),
    Category("射灯", "Sini", 39, 24, (("车顶射灯", "CDSD"), ("铺路射灯", "PLSD")), VOLTS),
    Category("工作灯", "Sini", 35, 24, (("方形工作灯", "FXGZD"), ("圆形工作灯", "YXGZD"), ("磁吸工作灯", "CXGZD")), (("48W", "48W"), ("72W", "72W"))),
    Category("恶魔眼", "Sini", 27, 60, (("恶魔眼", "EMY"), ("恶魔眼灯条", "EMYDT")), (("APP", "APP"), ("遥控", "YK"))),
    Category("车衣车罩", "Zoey", 46, 10, (("汽车车衣", "QCCY"), ("摩托车车罩", "MTCCZ")), SIZES),
    Category("对讲机", "Zoey", 58, 20, (("手持对讲机", "SCDJJ"), ("头盔对讲机", "TKDJJ")), (("蓝牙", "LY"), ("防水", "FS"))),
    Category("故障仪", "Zoey", 42, 30, (("故障诊断仪", "GZZDY"), ("电瓶检测仪", "DPJCY")), (("WIFI", "WiFi"), ("蓝牙", "LY"))),
    Category("车充", "Zoey", 15, 120, (("双口车充", "SKCC"), ("快充车充", "KCCC")), (("PD", "PD"), ("QC3", "QC3"))),
    Category("应急电源", "Zoey", 79, 8, (("汽车应急电源", "QCYJDY"), ("充气应急电源", "CQYJDY")), (("2000A", "2000A"), ("4000A", "4000A"))),
    Category("抛光机", "Zoey", 64, 8, (("打蜡抛光机", "DLPGJ"), ("无线抛光机", "WXPGJ")), (("6寸", "6C"), ("7寸", "7C"))),
    Category("灯带", "Nina", 19, 80, (("氛围灯带", "FWDD"), ("底盘灯带", "DPDD")), (("RGB", "RGB"), ("WIFI", "WiFi"), ("幻彩", "HC"))),
    Category("车机", "Nina", 129, 6, (("中控车机", "ZKCJ"), ("摩托车车机", "MTCCJ")), (("9寸", "9C"), ("10寸", "10C"))),
    Category("玩具", "Nina", 22, 48, (("遥控车玩具", "YKCWJ"), ("积木玩具", "JMWJ")), SIZES),
    Category("文具", "Nina", 12, 144, (("荧光笔", "YGB"), ("手账本", "SZB")), (("12色", "12S"), ("24色", "24S"))),
)  # fmt: skip

PACKS = (1, 1, 2, 4, 8)

LANES = ("美墨快线", "墨西哥直航", "整柜", "空运")
"""Lanes to Mexico; the other countries are reached by the direct ones of `DIRECT`."""

DIRECT = {"CA": ("海运整柜", "空运"), "US": ("海运快船", "空运")}

DAYS = {"美墨快线": 45, "墨西哥直航": 55, "整柜": 55, "空运": 12, "海运整柜": 40, "海运快船": 28}
"""Days from dispatch to arrival, as the company plans with."""

HOME = ("深圳仓", "义乌仓")
OVERSEAS = ("墨西哥城海外仓", "墨西哥货代仓")
SUPPLIERS = ("中山光跃照明", "深圳车汇电子", "义乌乐彩文体", "佛山锐驰汽配", "宁波海盾户外")
