"""R01: from the words people use to the letters of a SKU (L276–282).

Written forms are one: traditional characters, radicals, full width and invisible marks are folded
first. Han characters become the first letters of their pinyin; the team's glossary wins over the
dictionary, and a character with several initials that it does not settle is marked. Latin letters and
digits belong to the feature and keep the lexicon's spelling. The pinyin dictionary is imported only
when a Han character is met that the glossary's words do not hold.
"""

from __future__ import annotations

import re
import unicodedata

from rules.answer import Fault, Ledger, Word
from rules.errors import Code
from rules.pinyin_library import initials, letters
from rules.plain_text import plain_text, shortened, simplified
from rules.policy.families.naming import Sku

F_NO_LETTERS = Code(
    "F-101",
    "{expected}“{found}”里没有可用的字母、数字或汉字",
    "{expected} “{found}” holds no letter, digit or Han character",
    "改写",
    "write it differently",
)
F_BRAND = Code(
    "F-102",
    "品牌“{found}”没有两个英文字母",
    "brand “{found}” has no {expected} Latin letters",
    "写英文品牌名,至少 {expected} 个字母",
    "give the brand's Latin name",
)
F_SITE = Code(
    "F-103",
    "没有站点“{found}”",
    "no site “{found}”",
    "可用:{expected}",
    "use one of {expected}",
)
F_PACK = Code(
    "F-104",
    "多个装“{found}”不是正整数",
    "pack “{found}” is no positive whole number",
    "写 1、2、3 …(1 不写进 SKU)",
    "give 1, 2, 3 … (1 leaves no trace in the SKU)",
)

F_LETTERLESS = Code(
    "F-620",
    "“{found}”里的 {expected} 没有字母,不能写进 SKU",
    "{expected} in “{found}” gives no letter for a SKU",
    "换成有拼音的汉字、英文或数字",
    "write Han characters that have pinyin, Latin letters or digits",
)

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUN = re.compile(rf"(?P<han>[{HAN}]+)|(?P<latin>[A-Za-z0-9]+(?:[-_.'·/][A-Za-z0-9]+)*)")
_OTHER = re.compile(rf"[^\x00-\x7f{HAN}]")
_ORNAMENTS = "°®©℗★☆●○◎■□◆◇▲△▼▽"
"""Symbols that stand for no word."""
_CUT = re.compile(r"(?<!\d)\.|\.(?!\d)|[-_'·/]")
_WEB = re.compile(r"^(?:https?://)?(?:www\.)?")
_NO_LETTER = re.compile(r"[^A-Za-z]")
_DIGITS = {char: number for number, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_LARGEST_PACK = 999_999
"""Beyond it is a typing mistake, not a pack."""
PCS = re.compile(r"(\d+)pcs?", re.IGNORECASE)


def runs(text: str) -> list[tuple[bool, str]]:
    """The words of a text in order: (is it Han?, the run). Anything else only separates."""
    return [(match["han"] is not None, match[0]) for match in _RUN.finditer(simplified(text))]


def _said(text: str) -> list[tuple[bool, str]]:
    """The words of a text that all stand for letters. Raises F-620 (#VALUE!) naming the characters that don't.

    Blanks, punctuation, mathematical and currency signs only separate; an emoji, kana, a Cyrillic
    letter, a private character stand for a word.
    """
    strange = [char for char in dict.fromkeys(_OTHER.findall(simplified(text))) if not _separates(char)]
    if strange:
        raise Fault("#VALUE!", F_LETTERLESS, found=text, expected=_named(strange))
    return runs(text)


def _separates(char: str) -> bool:
    kind = unicodedata.category(char)
    return kind[0] in "PZ" or kind in ("Sm", "Sc", "Sk", "Cc") or char in _ORNAMENTS


def _named(chars: list[str]) -> str:
    return "、".join(f"“{char}”(U+{ord(char):04X})" for char in chars)


def _first_letters(book: Ledger, han: str, policy: Sku) -> str:
    answer, end = "", 0
    for match in policy.glossary_pattern.finditer(han):
        word = match[0]
        answer += _dictionary(book, han[end : match.start()], policy) + policy.glossary[word]
        book.part(f"词表 {word}", f"glossary {word}", policy.glossary[word])
        end = match.end()
    return answer + _dictionary(book, han[end:], policy)


def _dictionary(book: Ledger, han: str, policy: Sku) -> str:
    """Letters of characters outside the glossary's words: as it settles them, else as the dictionary has it."""
    if not han:
        return ""
    settled = policy.settled
    read = [settled.get(char, letter) for char, letter in zip(han, letters(han), strict=True)]
    if unread := [char for char, letter in zip(han, read, strict=True) if not letter]:
        raise Fault("#VALUE!", F_LETTERLESS, found=han, expected=_named(unread))
    if doubtful := [char for char in dict.fromkeys(han) if char not in settled and len(initials(char)) > 1]:
        chars = "".join(doubtful)
        word, said = shortened(han), shortened("".join(read))
        book.mark(
            Word.TO_CONFIRM,
            f"“{word}”里的多音字 {chars} 按词典读作 {said};固定读法可写进 rules.sku.glossary",
            f"{chars} in {word} has several readings; the dictionary's gives {said}; fix it in rules.sku.glossary",
        )
    return "".join(read)


def without_er(product: str, policy: Sku) -> str:
    """A product's name without 儿 at its end, unless it is part of the word (婴儿).

    >>> from rules.policy.loader import packaged
    >>> without_er("小孩儿", packaged().rules.sku), without_er("婴儿", packaged().rules.sku)
    ('小孩', '婴儿')
    """
    if len(product) > 1 and product.endswith("儿") and not product.endswith(policy.keep_er):
        return product[:-1]
    return product


def spelled(latin: str, policy: Sku) -> str:
    """A Latin word as the feature lexicon spells it, without separators; unknown words stay as typed.

    >>> from rules.policy.loader import packaged
    >>> [spelled(word, packaged().rules.sku) for word in ("WI-FI", "type-c", "1.5m", "Foo-bar")]
    ['WiFi', 'TypeC', '1.5m', 'Foobar']
    """
    lexicon = policy.lexicon
    if known := lexicon.get(latin.casefold()):
        return known
    pieces = [piece for piece in _CUT.split(latin) if piece]
    whole = "".join(pieces)
    return lexicon.get(whole.casefold()) or "".join(lexicon.get(piece.casefold(), piece) for piece in pieces)


def product_code(book: Ledger, product: str, policy: Sku) -> tuple[str, list[str]]:
    """The product's segment, and the Latin words of its name, which belong to the feature.

    A name without any Han character is the segment itself, upper case. Raises F-101 (#VALUE!).
    """
    words = _said(without_er(simplified(product), policy))
    if not words:
        raise Fault("#VALUE!", F_NO_LETTERS, expected="品名", found=product)
    if not any(han for han, _ in words):
        return "".join(_CUT.sub("", word).replace(".", "") for _, word in words).upper(), []
    code = "".join(_first_letters(book, word, policy) for han, word in words if han)
    return code, [spelled(word, policy) for han, word in words if not han]


def feature_words(book: Ledger, feature: str, policy: Sku) -> list[str]:
    """The words of a feature as the SKU writes them; 款, 版 or 型 at its end is dropped."""
    text = simplified(feature)
    if text.endswith(policy.feature_endings) and text not in policy.feature_endings:
        ending = next(ending for ending in policy.feature_endings if text.endswith(ending))
        text = text.removesuffix(ending)
    return [_first_letters(book, word, policy) if han else spelled(word, policy) for han, word in _said(text)]


def feature_code(from_product: list[str], feature: list[str]) -> str:
    """Both in one segment, the product's words first; a word that both name counts once."""
    named = {word.casefold() for word in feature}
    return "".join([*(word for word in from_product if word.casefold() not in named), *feature])


def brand_code(book: Ledger, brand: str, policy: Sku) -> str:
    """The first two Latin letters of the brand, upper case. Raises F-102 (#VALUE!)."""
    count = book.take(policy.brand_letters)
    code = _NO_LETTER.sub("", plain_text(brand))[:count].upper()
    if len(code) < count:
        raise Fault("#VALUE!", F_BRAND, found=brand, expected=count)
    alike = [other for other in policy.brands if other.upper().startswith(code)]
    if len(alike) > 1 or (alike and alike[0].upper() != plain_text(brand).upper()):
        names = "、".join(dict.fromkeys([*alike, brand]))
        book.remark(f"品牌 {names} 的前两位都是 {code}", f"the brands {names} share the letters {code}")
    return code


def site_code(site: str, policy: Sku) -> str:
    """The site's letters for any way of writing it (加拿大站, Canada, amazon.ca). Raises F-103 (#N/A).

    >>> from rules.policy.loader import packaged
    >>> [site_code(word, packaged().rules.sku) for word in ("ca", "加拿大站", "https://www.amazon.com.mx/", "GB")]
    ['CA', 'CA', 'MX', 'UK']
    """
    text = _WEB.sub("", simplified(site).casefold()).rstrip("/").removesuffix("站点").removesuffix("站").strip()
    text = text.removeprefix("亚马逊").strip()
    if text in policy.site_by_word:
        return policy.site_by_word[text]
    raise Fault("#N/A", F_SITE, found=site, expected=", ".join(policy.sites))


def pack_number(pack: float | str | None, policy: Sku) -> int:
    """The number in a pack: 8, "8", 8个装, 八件套, 8PCS; blank is 1. Raises F-104 (#NUM!)."""
    if pack is None or pack == "":
        return 1
    number: float | None = None
    if isinstance(pack, str):
        match = policy.pack_pattern.fullmatch(simplified(pack).casefold())
        number = chinese_number(match[1]) if match else None
    else:
        number = pack
    if number is None or not 1 <= number <= _LARGEST_PACK or number != int(number):
        raise Fault("#NUM!", F_PACK, found=pack)
    return int(number)


def chinese_number(text: str) -> float:
    """A number in digits or Chinese numerals below 1000.

    >>> [chinese_number(text) for text in ("12", "十", "两", "二十四", "一百二十")]
    [12.0, 10.0, 2.0, 24.0, 120.0]
    """
    if text[0].isdigit() and text.isascii():
        return float(text)
    total, digit = 0, 0
    for char in text:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = _DIGITS[char]
    return float(total + digit)
