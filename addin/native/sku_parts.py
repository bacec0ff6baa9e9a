"""R01 as formulas: SKUPARSE and SKUCHECK, over SKUs of three to five parts in ASCII."""

from __future__ import annotations

from string import ascii_letters, ascii_uppercase, digits, printable

from addin.native.calendars import always
from addin.native.convert import only
from addin.native.definition import Native
from addin.native.expression import (
    E,
    blank,
    call,
    every,
    failed,
    if_failed,
    length,
    lift,
    no,
    part,
    same_text,
    some,
    when,
)
from addin.native.names import site_of
from addin.native.tab import Form, Tab
from addin.native.texts import joined, message
from rules.errors import Text
from rules.sku_check import (
    F_BRAND_FORM,
    F_COUNT,
    F_FEATURE_FORM,
    F_FEATURE_SPELLING,
    F_LONG,
    F_PACK_FORM,
    F_PACK_ONE,
    F_PACK_PLACE,
    F_PRODUCT_FORM,
    F_SITE_FORM,
    F_SITE_UNKNOWN,
)

_MOST, _WIDTH = 5, 60
_TYPED = "".join(char for char in printable if char.isprintable() and char != " ")
_PACKS = ("packs", "pack", "pcs", "pc", "pk")


class _Parts:
    """A SKU's parts as steps of a tab."""

    def __init__(self, tab: Tab, sku: E) -> None:
        self.tab = tab
        self.sku = sku
        bare = call("SUBSTITUTE", sku, "-", "")
        self.count = tab.step("段数", length(sku) - length(bare) + 1)
        spread = call("SUBSTITUTE", sku, "-", call("REPT", " ", _WIDTH))
        self.parts = [
            tab.step(f"第 {i + 1} 段", call("TRIM", part(spread, i * _WIDTH + 1, _WIDTH))) for i in range(_MOST)
        ]
        hollow = some(call("LEFT", sku).is_("-"), call("RIGHT", sku).is_("-"), _holds(sku, "--"))
        strange = no(only(sku, _TYPED, tab.book))
        self.outside = tab.step("只有加载项能看", some(hollow, strange, self.count > _MOST))
        self.middle = [
            tab.step(f"中间 {i}", when((self.count > i + 2, self.parts[i + 1]), otherwise="")) for i in (1, 2)
        ]
        self.site = tab.step("站点", call("INDEX", _range(self.parts), 1, call("MIN", self.count, _MOST)))
        self.packs = [tab.step(f"中间 {i} 个数", self._pack(text)) for i, text in enumerate(self.middle, 1)]
        self.is_pack = [call("ISNUMBER", pack) for pack in self.packs]
        self.last_is_pack = when(
            (self.count.is_(4), self.is_pack[0]), (self.count.is_(5), self.is_pack[1]), otherwise=E("FALSE")
        )
        self.misplaced = every(self.count.is_(5), self.is_pack[0])

    def _pack(self, text: E) -> E:
        """The number of a part that is like a pack; ``""`` for another part."""
        low = call("LOWER", text)
        bare = when(
            *((call("RIGHT", low, len(end)).is_(end), call("LEFT", text, length(text) - len(end))) for end in _PACKS),
            otherwise="",
        )
        number = every(length(bare) > 0, length(bare) < 9, only(bare, digits, self.tab.book))
        return when((number, call("VALUE", bare)), otherwise="")


def _holds(text: E, piece: str) -> E:
    return call("ISNUMBER", call("FIND", piece, text))


def _range(cells: list[E]) -> E:
    return E(f"{cells[0]}:{cells[-1]}")


def _parse(tab: Tab, sku: E) -> list[E]:
    parts = _Parts(tab, sku)
    site = site_of(tab, parts.site)
    dotted = when((parts.last_is_pack, 1), otherwise=0)
    names = parts.count - 3 - dotted
    feature = when((names < 1, ""), (names.is_(1), parts.middle[0]), otherwise=parts.middle[0] & parts.middle[1])
    pack = when((no(parts.last_is_pack), 1), (parts.count.is_(4), parts.packs[0]), otherwise=parts.packs[1])
    wrong = some(parts.outside, parts.count < 3, parts.misplaced, failed(site))
    answers = [parts.parts[0], parts.parts[1], feature, pack, site]
    return [when((wrong, tab.book.named("#VALUE!")), otherwise=answer) for answer in answers]


def _check(tab: Tab, sku: E) -> E:
    book, policy = tab.book, tab.book.policy.sku
    parts = _Parts(tab, sku)
    count = always(policy.brand_letters).take(policy.brand_letters)
    limit = always(policy.length_warning).take(policy.length_warning)
    brand, product = parts.parts[:2]
    good_brand = every(length(brand).is_(count), only(brand, ascii_uppercase, book))
    brand_form = when((good_brand, ""), otherwise=message(F_BRAND_FORM, found=brand, expected=lift(count)))
    good_product = only(product, ascii_uppercase + digits, book)
    product_form = when((good_product, ""), otherwise=message(F_PRODUCT_FORM, found=product))
    packs = [
        tab.step(f"个数问题 {i}", _pack_findings(text, number, is_pack, misplaced))
        for i, text, number, is_pack, misplaced in zip(
            (1, 2), parts.middle, parts.packs, parts.is_pack, (parts.misplaced, E("FALSE")), strict=True
        )
    ]
    words = {spelled.casefold(): spelled for spelled in policy.features}
    features, dots = [], []
    for i, (text, is_pack) in enumerate(zip(parts.middle, parts.is_pack, strict=True), 1):
        right = if_failed(book.meaning(call("LOWER", text), "sku.features", words, "特性的写法"), text)
        form = message(F_FEATURE_FORM, found=text)
        spelling = message(F_FEATURE_SPELLING, found=text, expected=right)
        good = when((same_text(right, text), ""), otherwise=spelling)
        typed = when((only(text, ascii_letters + digits, book), good), otherwise=form)
        features.append(tab.step(f"特性问题 {i}", when((some(blank(text), is_pack), ""), otherwise=typed)))
        dots.append(_holds(text, "."))
    known = same_text(call("IFERROR", site := site_of(tab, parts.site), ""), parts.site)
    unknown = message(F_SITE_UNKNOWN, found=parts.site)
    spelled_site = message(F_SITE_FORM, found=parts.site, expected=site)
    site_form = when((known, ""), (failed(site), unknown), otherwise=spelled_site)
    long = when((length(sku) > limit, message(F_LONG, found=length(sku), expected=lift(limit))), otherwise="")
    findings = [
        tab.step(title, formula)
        for title, formula in (
            ("品牌问题", brand_form),
            ("品名问题", product_form),
            ("站点问题", site_form),
            ("长度", long),
        )
    ]
    every_finding = joined(findings[0], findings[1], *packs, *features, findings[2], findings[3])
    return when(
        (some(parts.outside, *dots), book.named("#VALUE!")),
        (parts.count < 3, joined(message(F_COUNT, found=parts.count), findings[3])),
        otherwise=every_finding,
    )


def _pack_findings(text: E, number: E, is_pack: E, misplaced: E) -> E:
    right = number & "PCS"
    form = when((same_text(text, right), ""), otherwise=message(F_PACK_FORM, found=text, expected=right))
    one = when((number < 2, message(F_PACK_ONE, found=text)), otherwise=form)
    place = when((misplaced, message(F_PACK_PLACE, found=text)), otherwise="")
    return when((is_pack, joined(one, place)), otherwise="")


_OUTSIDE = Text(
    "含有空白、全角字符、空段或点,超过 5 段或 60 个字符",
    "blanks, other than ASCII characters, empty parts or points; more than 5 parts or 60 characters",
)

NATIVE = (
    Native("SKUPARSE", _parse, (Form.PLAIN,), ("品牌", "品名", "特性", "多个装", "站点"), _OUTSIDE),
    Native("SKUCHECK", _check, outside=_OUTSIDE),
)
