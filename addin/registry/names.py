"""R01 in cells: SKU, SKUFROM, SKUCHECK, SKUPARSE, PINYIN."""

from __future__ import annotations

from addin.registry.entry import Context, Entry, Shape, text
from rules.answer import Answer


def _sku(here: Context, brand: str, product: str, feature: str | None, pack: str | None, site: str) -> Answer:
    from rules.sku import make_sku

    return make_sku(here.today, here.policy, brand, product, feature, pack, site)


def _sku_from(here: Context, sentence: str) -> Answer:
    from rules.sku_text import sku_from

    return sku_from(here.today, here.policy, sentence)


def _check(here: Context, sku: str) -> Answer:
    from rules.sku_check import check_sku

    return check_sku(here.today, here.policy, sku)


def _parse(here: Context, sku: str) -> Answer:
    from rules.sku_check import parse_sku

    return parse_sku(here.today, here.policy, sku)


def _pinyin(here: Context, product: str) -> Answer:
    from rules.sku import pinyin

    return pinyin(here.today, here.policy, product)


_A_SKU = text("sku", "系统 SKU", "the SKU")

ENTRIES = (
    Entry(
        "SKU",
        "生成SKU",
        "R01",
        Shape.MAP,
        (
            text("brand", "品牌,取前两位字母", "brand; its first two letters count"),
            text("product", "品名;里面的英文和数字归特性", "product; Latin letters and digits go to the feature"),
            text("feature", "特性,如 WIFI款", "feature", optional=True),
            text("pack", "多个装的个数;1 或空不写", "units in a pack; 1 or blank leaves no trace", optional=True),
            text("site", "站点:加拿大、加拿大站、CA、amazon.ca", "site, in any spelling"),
        ),
        "按命名规则生成系统 SKU",
        "the SKU of a product by the naming rule",
        '=SKU("HIFILUZ","球泡灯","WIFI款",8,"加拿大站")',
        _sku,
    ),
    Entry(
        "SKUFROM",
        "SKU解析文本",
        "R01",
        Shape.MAP,
        (text("text", "写明品名、品牌和站点的一句话", "a sentence that names product, brand and site"),),
        "从一句话生成系统 SKU",
        "the SKU of the product that a sentence describes",
        '=SKUFROM("球泡灯WIFI款8个装发到 HIFILUZ品牌下的LOMEESS店铺 加拿大站")',
        _sku_from,
    ),
    Entry(
        "SKUCHECK",
        "SKU检查",
        "R01",
        Shape.MAP,
        (_A_SKU,),
        "列出 SKU 的每一处问题,没有问题为空",
        "every problem of a SKU; empty when it is good",
        '=SKUCHECK("HI-QPD-WIFI-1PCS-CA")',
        _check,
    ),
    Entry(
        "SKUPARSE",
        "SKU拆分",
        "R01",
        Shape.SPILL,
        (_A_SKU,),
        "拆成品牌、品名、特性、多个装、站点",
        "brand, product, feature, pack and site of a SKU",
        '=SKUPARSE("HI-QPD-WiFi-8PCS-CA")',
        _parse,
        width=5,
    ),
    Entry(
        "PINYIN",
        "拼音首字母",
        "R01",
        Shape.MAP,
        (text("product", "品名", "product"),),
        "品名的拼音首字母(词表优先)",
        "the pinyin initials of a product; the team's glossary wins",
        '=PINYIN("球泡灯")',
        _pinyin,
    ),
)
