"""R01: a typed SKU, taken apart and checked; every problem at once (L276–288)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules.answer import Fault, Ledger, rule
from rules.errors import Code
from rules.findings import Finding, told
from rules.plain_text import visible
from rules.policy.families.naming import Sku
from rules.policy.models import Rules
from rules.sku import Parts
from rules.sku_words import site_code, spelled

F_BLANKS = Code("F-121", "含有空白", "contains blanks")
F_NOT_ASCII = Code("F-122", "含有非 ASCII 字符 {found}", "contains characters that are not ASCII: {found}")
F_EMPTY = Code("F-123", "第 {found} 段是空的", "segment {found} is empty")
F_COUNT = Code(
    "F-124",
    "有 {found} 段,应为 3–5 段(品牌-品名-特性-多个装-站点;特性里不能有 -)",
    "has {found} segments, not 3–5 (brand-product-feature-pack-site; no hyphen inside a feature)",
)
F_BRAND_FORM = Code(
    "F-125", "品牌段“{found}”应为 {expected} 个大写字母", "brand segment “{found}” is not {expected} capitals"
)
F_PRODUCT_FORM = Code(
    "F-126", "品名段“{found}”应为大写字母或数字", "product segment “{found}” is not made of capitals and digits"
)
F_FEATURE_FORM = Code(
    "F-127", "特性段“{found}”只能有字母和数字", "feature segment “{found}” holds more than letters and digits"
)
F_FEATURE_SPELLING = Code("F-128", "特性“{found}”应写作“{expected}”", "feature “{found}” is spelled “{expected}”")
F_PACK_FORM = Code("F-129", "多个装“{found}”应写作“{expected}”", "pack “{found}” is written “{expected}”")
F_PACK_ONE = Code("F-130", "单个装不写“{found}”", "a pack of one is not written (“{found}”)")
F_PACK_PLACE = Code("F-131", "多个装“{found}”应在特性之后", "pack “{found}” comes after the feature")
F_SITE_FORM = Code("F-132", "站点“{found}”应写作“{expected}”", "site “{found}” is written “{expected}”")
F_SITE_UNKNOWN = Code("F-133", "没有站点“{found}”", "no site “{found}”")
F_LONG = Code("F-134", "提醒:有 {found} 个字符,超过 {expected}", "warning: {found} characters, above {expected}")
F_OLD = Code(
    "F-135", "旧规则:{found} 的 SKU,早于命名规则({expected})", "old rule: made {found}, before the rule of {expected}"
)
F_RENEW = Code(
    "F-136",
    "{found} 补货:老品从 {expected} 起补货时生成新 SKU",
    "restocked {found}: from {expected} on old goods get a new SKU",
)
F_TOO_LONG = Code(
    "F-622",
    "有 {found} 个字符,最多看 {expected} 个:这不是 SKU",
    "has {found} characters, at most {expected} are looked at: this is no SKU",
)
F_PARSE = Code(
    "F-106", "拆不开 SKU“{found}”:{expected}", "can't take SKU “{found}” apart: {expected}", "改正后再拆", "correct it"
)

_NOTES = (F_LONG,)
"""Findings of the text itself that are no mistakes."""
_BLOCKING = (F_TOO_LONG, F_BLANKS, F_NOT_ASCII, F_EMPTY, F_COUNT, F_PACK_PLACE, F_SITE_UNKNOWN)
LONGEST_SKU = 200
"""Characters; no ERP and no marketplace takes more."""
_PACK_LIKE = re.compile(r"(\d+)(?:pcs?|packs?|pk)", re.IGNORECASE)


@dataclass(frozen=True)
class Checked:
    """A SKU with everything found about it; `parts` is None when it can't be taken apart."""

    sku: str
    parts: Parts | None
    findings: tuple[Finding, ...]

    @property
    def mistakes(self) -> tuple[Finding, ...]:
        """The findings that are mistakes."""
        return tuple(item for item in self.findings if not item.is_note)


def check(sku: str, policy: Rules, day: date, *, made: date | None = None, restocked: date | None = None) -> Checked:
    """Everything there is to say about one SKU on `day`, by the numbers of the day it was made on where that is known.

    A SKU made before the rule (19 March 2025) is 旧规则, not wrong, where `made` is known; restocked
    from 28 March on it gets a new-style name, which is said as advice.

    >>> from rules.policy.loader import packaged
    >>> checked = check("Hi-QPD-8pcs-WIFI-加拿大", packaged().rules, date(2025, 4, 3))
    >>> [finding.code.id for finding in checked.findings]
    ['F-122', 'F-125', 'F-129', 'F-131', 'F-128', 'F-132']
    """
    found = _findings(sku, policy.sku, made or day)
    mistakes = [item for item in found if not item.is_note]
    parts = None if any(item.code in _BLOCKING for item in found) else _parts(sku, policy.sku)
    naming, renewal = policy.sku.naming_since, policy.sku.restock_since
    if mistakes and made is not None and not naming.on(made):
        found = [Finding(F_OLD, {"found": made, "expected": naming.first_day}, is_note=True)]
        if restocked is not None and renewal.on(restocked):
            found.append(Finding(F_RENEW, {"found": restocked, "expected": renewal.first_day}, is_note=True))
    return Checked(sku, parts, tuple(found))


def _findings(sku: str, policy: Sku, day: date) -> list[Finding]:
    found: list[Finding] = []

    def say(code: Code, **facts: Any) -> None:
        found.append(Finding(code, facts, is_note=code in _NOTES))

    if len(sku) > LONGEST_SKU:
        say(F_TOO_LONG, found=len(sku), expected=LONGEST_SKU)
        return found
    if sku != "".join(sku.split()):
        say(F_BLANKS)
    if strange := [char for char in dict.fromkeys(sku) if not char.isascii()]:
        say(F_NOT_ASCII, found="".join(map(visible, strange)))
    segments = sku.split("-")
    for place, segment in enumerate(segments, 1):
        if not segment:
            say(F_EMPTY, found=place)
    if not 3 <= len(segments) <= 5:
        say(F_COUNT, found=len(segments))
    segments = [segment.strip() for segment in segments if segment.strip()]
    if len(segments) >= 3:
        brand, product, *middle, site = segments
        _say_brand(say, brand, policy.brand_letters.on(day))
        if not re.fullmatch(r"[A-Z0-9]+", product):
            say(F_PRODUCT_FORM, found=product)
        _say_middle(say, middle, policy)
        _say_site(say, site, policy)
    limit = policy.length_warning.on(day)
    if limit is not None and len(sku) > limit:
        say(F_LONG, found=len(sku), expected=f"{limit:g}")
    return found


def _say_brand(say: Any, brand: str, count: int | None) -> None:
    if count is not None and not re.fullmatch(rf"[A-Z]{{{count}}}", brand):
        say(F_BRAND_FORM, found=brand, expected=count)


def _say_middle(say: Any, middle: list[str], policy: Sku) -> None:
    packs = [segment for segment in middle if _PACK_LIKE.fullmatch(segment)]
    for segment in packs:
        number = int(_PACK_LIKE.fullmatch(segment)[1])  # type: ignore[index]
        if number < 2:
            say(F_PACK_ONE, found=segment)
        elif segment != f"{number}PCS":
            say(F_PACK_FORM, found=segment, expected=f"{number}PCS")
        if segment is not middle[-1]:
            say(F_PACK_PLACE, found=segment)
    for segment in middle:
        if segment in packs:
            continue
        if not re.fullmatch(r"[A-Za-z0-9.]+", segment):
            say(F_FEATURE_FORM, found=segment)
        elif (right := spelled(segment, policy)) != segment:
            say(F_FEATURE_SPELLING, found=segment, expected=right)


def _say_site(say: Any, site: str, policy: Sku) -> None:
    if site in policy.sites:
        return
    try:
        say(F_SITE_FORM, found=site, expected=site_code(site, policy))
    except Fault:
        say(F_SITE_UNKNOWN, found=site)


def _parts(sku: str, policy: Sku) -> Parts:
    brand, product, *middle, site = sku.split("-")
    pack = _PACK_LIKE.fullmatch(middle[-1]) if middle else None
    feature = "".join(middle[:-1] if pack else middle)
    return Parts(brand, product, feature or None, int(pack[1]) if pack else 1, site_code(site, policy))


@rule("R01")
def parse_sku(book: Ledger, policy: Rules, sku: str) -> tuple[tuple[str, str, str | None, int, str]]:
    """Brand, product, feature, pack (1 when the SKU has none) and site, as one row.

    A wrong spelling does not hinder; what can't be taken apart raises F-106 (#VALUE!), which lists
    every problem.

    >>> from rules.policy.loader import packaged
    >>> parse_sku(date(2025, 4, 3), packaged().rules, "HI-QPD-WiFi-8PCS-CA").value
    (('HI', 'QPD', 'WiFi', 8, 'CA'),)
    """
    checked = check(sku.strip(), policy, book.day)
    if checked.parts is None:
        raise Fault("#VALUE!", F_PARSE, found=sku, expected="；".join(item.message() for item in checked.findings))
    for finding in checked.findings:
        book.remark(finding.message("zh"), finding.message("en"))
    parts = checked.parts
    return ((parts.brand, parts.product, parts.feature, parts.pack, parts.site),)


@rule("R01")
def check_sku(book: Ledger, policy: Rules, sku: str) -> str:
    """Every problem of a SKU, joined by ``；``; empty text when it is good.

    >>> from rules.policy.loader import packaged
    >>> check_sku(date(2025, 4, 3), packaged().rules, "HI-QPD-WIFI-1PCS-CA").value
    '单个装不写“1PCS”；特性“WIFI”应写作“WiFi”'
    """
    checked = check(sku, policy, book.day)
    book.depart(policy.sku.brand_letters)
    if any(finding.code is F_LONG for finding in checked.findings):
        book.take(policy.sku.length_warning)
    return told(book, checked.findings)
