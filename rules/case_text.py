"""R05: the text of the case that asks Amazon to map stock to a relisted product (L205–213)."""

from __future__ import annotations

import re

from rules.answer import Fault, Ledger, rule
from rules.errors import Code
from rules.plain_text import plain_text
from rules.policy.models import Rules

F_FNSKU = Code(
    "F-431",
    "FNSKU“{found}”应为 {fnsku} 加 {fnsku_count} 位,或(用厂家条码时){asin} 加 {asin_count} 位字母或数字",
    "FNSKU “{found}” is neither {fnsku} and {fnsku_count} nor (manufacturer barcode) {asin} and {asin_count} letters or digits",
)
F_ASIN = Code(
    "F-432",
    "ASIN“{found}”应为 {asin} 加 {asin_count} 位字母或数字",
    "ASIN “{found}” is not {asin} and {asin_count} letters or digits",
)
F_LANGUAGE = Code("F-433", "没有“{found}”的话术", "no text in “{found}”", "可用:{expected}", "use one of {expected}")
F_PLACEHOLDER = Code(
    "F-434",
    "“{found}”是 SOP 里的占位,不是真的编号",
    "“{found}” is the SOP's placeholder, no real id",
    "换成链接自己的 FNSKU 和 ASIN",
    "give the listing's own FNSKU and ASIN",
)
F_SAME = Code(
    "F-435",
    "旧的 FNSKU 和新的 ASIN 都是“{found}”",
    "the old FNSKU and the new ASIN are both “{found}”",
    "检查两个编号",
    "check the two ids",
)


def language_named(policy: Rules, written: str | None) -> str:
    """The language that a word means: its code, or any way of naming it; the first one for a blank.

    Raises F-433 (#N/A).

    >>> from rules.policy.loader import packaged
    >>> [language_named(packaged().rules, word) for word in (None, "EN", "西班牙语", "español")]
    ['zh', 'en', 'es', 'es']
    """
    languages = policy.remarks.case_languages
    folded = "".join(plain_text(written or "").casefold().split())
    for code, words in languages.items():
        if folded in ("", code, *("".join(plain_text(word).casefold().split()) for word in words)):
            return code
    usual = "、".join(words[0] for words in languages.values())
    raise Fault("#N/A", F_LANGUAGE, found=written, expected=usual)


def _id(policy: Rules, written: str) -> str:
    """An id in upper case without blanks. Raises F-434 (#VALUE!) for the SOP's placeholder, however long."""
    text = "".join(plain_text(written).upper().split())
    stems = {placeholder.upper().rstrip("X") for placeholder in policy.remarks.placeholders}
    if text.endswith("X") and text.rstrip("X") in stems:
        raise Fault("#VALUE!", F_PLACEHOLDER, found=written)
    return text


@rule("R05")
def case_text(book: Ledger, policy: Rules, old_fnsku: str, new_asin: str, language: str | None = None) -> str:
    """The text of the case, in Chinese unless another language is asked for (L213).

    Letter case and blanks of the ids don't matter. The old FNSKU is the one with stock; goods with a
    manufacturer barcode have an ASIN there. Raises F-431, F-432, F-434, F-435 (#VALUE!) and F-433
    (#N/A).

    >>> from datetime import date
    >>> from rules.policy.loader import packaged
    >>> case_text(date(2025, 4, 3), packaged().rules, "X001ABC2DE", "B0ABCDE123").value
    '你好,请帮忙将X001ABC2DE下的FBA库存映射到B0ABCDE123, 非常感谢'
    """
    numbers = policy.remarks
    facts = {
        "fnsku": book.take(numbers.fnsku_prefix),
        "fnsku_count": book.take(numbers.fnsku_length),
        "asin": book.take(numbers.asin_prefix),
        "asin_count": book.take(numbers.asin_length),
    }
    is_fnsku, is_asin = (
        re.compile(rf"{facts[name]}[A-Z0-9]{{{facts[f'{name}_count']}}}").fullmatch for name in ("fnsku", "asin")
    )
    fnsku, asin = _id(policy, old_fnsku), _id(policy, new_asin)
    if not is_fnsku(fnsku) and not is_asin(fnsku):
        raise Fault("#VALUE!", F_FNSKU, found=old_fnsku, **facts)
    if not is_asin(asin):
        raise Fault("#VALUE!", F_ASIN, found=new_asin, **facts)
    if fnsku == asin:
        raise Fault("#VALUE!", F_SAME, found=asin)
    if is_asin(fnsku):
        book.remark("FNSKU 是 ASIN:用厂家条码的货", "the FNSKU is an ASIN: goods with a manufacturer barcode")
    book.remark(
        "提醒:翻新链接可能违反亚马逊政策(R62),由人决定和操作",
        "warning: relisting risks Amazon's policy (R62); a person decides and acts",
    )
    return book.take(numbers.case_texts[language_named(policy, language)]).format(fnsku=fnsku, asin=asin)
