"""R01: a product's SKU, made and taken apart (L276–282).

``品牌名前两位-产品名拼音缩写-产品特性-多个装(没有就不加)-站点缩写``; the feature and the pack may be absent. One
SKU serves many MSKUs (L282).
"""

from __future__ import annotations

from typing import NamedTuple

from rules.answer import Fault, Ledger, rule
from rules.errors import Code
from rules.plain_text import shortened
from rules.policy.families.naming import Sku
from rules.policy.models import Rules
from rules.sku_words import (
    PCS,
    brand_code,
    feature_code,
    feature_words,
    pack_number,
    product_code,
    runs,
    site_code,
)

F_TWO_PACKS = Code(
    "F-105",
    "特性“{found}”看起来是多个装,多个装又写了 {expected}",
    "feature “{found}” looks like a pack, and the pack is given as {expected}",
    "只写一处",
    "give it once",
)


class Parts(NamedTuple):
    """The five parts of a SKU; `pack` is 1 where the SKU says nothing."""

    brand: str
    product: str
    feature: str | None
    pack: int
    site: str

    def __str__(self) -> str:
        pack = f"{self.pack}PCS" if self.pack > 1 else None
        return "-".join(part for part in (self.brand, self.product, self.feature, pack, self.site) if part)


def build(
    book: Ledger, policy: Sku, brand: str, product: str, feature: str | None, pack: float | str | None, site: str
) -> str:
    """The SKU of named parts; every part is told to the ledger."""
    letters = brand_code(book, brand, policy)
    _tell(book, "品牌", "brand", brand, letters)
    initials, latin = product_code(book, product, policy)
    _tell(book, "品名", "product", product, initials)
    segment = feature_code(latin, feature_words(book, feature or "", policy)) or None
    if segment and PCS.fullmatch(segment):
        if pack_number(pack, policy) > 1:
            raise Fault("#VALUE!", F_TWO_PACKS, found=segment, expected=pack)
        pack, segment = segment, None
    if segment:
        said = " + ".join(word for word in (product if latin else "", feature or "") if word)
        _tell(book, "特性", "feature", said, segment)
    number = pack_number(pack, policy)
    book.part("多个装", "pack", number)
    code = site_code(site, policy)
    _tell(book, "站点", "site", site, code)
    sku = str(Parts(letters, initials, segment, number, code))
    limit = book.take(policy.length_warning)
    if len(sku) > limit:
        book.remark(f"提醒:SKU 有 {len(sku)} 个字符,超过 {limit:g}", f"warning: {len(sku)} characters, above {limit:g}")
    return sku


def _tell(book: Ledger, zh: str, en: str, written: str, code: str) -> None:
    said = shortened(written)
    book.part(f"{zh} {said}", f"{en} {said}", code)


@rule("R01")
def make_sku(
    book: Ledger,
    policy: Rules,
    brand: str,
    product: str,
    feature: str | None = None,
    pack: float | str | None = None,
    site: str = "",
) -> str:
    """The SKU of a product. A pack of 1 or blank leaves no trace; more than 40 characters is a remark.

    Raises F-101 … F-105: #VALUE! for a brand without two Latin letters or an empty product, #NUM!
    for an impossible pack, #N/A for an unknown site.

    >>> from datetime import date
    >>> from rules.policy.loader import packaged
    >>> def sku(*parts): return make_sku(date(2025, 4, 3), packaged().rules, *parts).value
    >>> sku("HIFILUZ", "球泡灯", "WIFI款", 8, "加拿大站")
    'HI-QPD-WiFi-8PCS-CA'
    >>> sku("HIFILUZ", "LED灯带", "WIFI", 1, "MX"), sku("HIMICAR", "婴儿车", None, None, "amazon.com")
    ('HI-DD-LEDWiFi-MX', 'HI-YEC-US')
    """
    return build(book, policy.sku, brand, product, feature, pack, site)


@rule("R01")
def pinyin(book: Ledger, policy: Rules, product: str) -> str:
    """The product's segment: the initials of its Han characters.

    >>> from datetime import date
    >>> from rules.policy.loader import packaged
    >>> pinyin(date(2025, 4, 3), packaged().rules, "重低音鱼缸灯").value
    'ZDYYGD'
    """
    initials, latin = product_code(book, product, policy.sku)
    if latin:
        words = shortened(" ".join(word for han, word in runs(product) if not han))
        book.remark(f"{words} 属于特性,不进品名缩写", f"{words} belongs to the feature")
    return initials
