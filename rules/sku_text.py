"""R01: a SKU from a sentence, as the SOP's own example is written (L277).

``球泡灯WIFI款8个装发到 HIFILUZ品牌下的LOMEESS店铺 加拿大站``: what names itself (品牌, 店铺, 站, 个装) is taken out first;
what is left is the product with its feature. Order, commas and blanks are free.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rules.answer import Fault, Ledger, Word, rule
from rules.errors import Code
from rules.plain_text import simplified
from rules.policy.families.naming import Sku
from rules.policy.models import Rules
from rules.sku import build
from rules.sku_words import HAN, spelled

F_INCOMPLETE = Code(
    "F-111",
    "“{found}”里没找到:{expected}",
    "“{found}” does not name {expected}",
    "例:球泡灯WIFI款8个装 HIFILUZ品牌 加拿大站",
    "for example: 球泡灯WIFI款8个装 HIFILUZ品牌 加拿大站",
)
F_SITES = Code(
    "F-112", "“{found}”写了几个站点:{expected}", "“{found}” names several sites: {expected}", "只写一个", "name one"
)
F_UNSPLIT = Code(
    "F-113",
    "分不清“{found}”里哪是品名、哪是特性",
    "can't tell product from feature in “{found}”",
    "用空格隔开,例:球泡灯 防水款",
    "put a blank between them: 球泡灯 防水款",
)
F_SENTENCE = Code(
    "F-621",
    "一句话有 {found} 个字符,最多 {expected} 个",
    "the sentence has {found} characters, at most {expected} are read",
    "只写品名、特性、个数、品牌和站点",
    "give product, feature, pack, brand and site only",
)
LONGEST_SENTENCE = 500
"""Characters; what is longer is no description of a product, and would be searched again and again."""

_NAME = r"(?<![A-Za-z0-9&_.'])[A-Za-z0-9][A-Za-z0-9&_.']*"
_EDGES = "()[]{}\"'“”:。!?!-—"
_BRAND = re.compile(rf"(?:品牌\s*[::为是]\s*({_NAME})|({_NAME})\s*(?:品牌|牌子|牌))")
_SHOP = re.compile(
    rf"(?:店铺\s*[::为是]\s*[\w.'&-]+|(?:下的|的)?\s*(?:(?<![A-Za-z0-9.'&_-])[A-Za-z0-9][\w.'&-]*|(?<=的)[{HAN}]{{1,12}}?)\s*店铺?)",
    re.ASCII,
)
_NUMERAL = r"\d+|[一二两三四五六七八九十百]+|单"
_VERB = re.compile(r"发货到|发送到|发到|发往|发去|发给|运到|运往|寄到|上架到|卖到|销往|销售到")
_LABEL = re.compile(r"(?:产品名称|产品名|产品特性|产品|品名|名称|特性|站点|数量|包装|品牌|店铺)\s*[::]")


@dataclass(frozen=True)
class Named:
    """What a sentence names."""

    brand: str
    product: str
    feature: str | None
    pack: int | str | None
    site: str


@rule("R01")
def sku_from(book: Ledger, policy: Rules, text: str) -> str:
    """The SKU of the product that a sentence describes.

    Raises F-111 … F-113 (#VALUE!) for a sentence without product, brand or site, with several
    sites, or in which product and feature can't be told apart; a shop's name says nothing. F-621
    (#VALUE!) beyond 500 characters.

    >>> from datetime import date
    >>> from rules.policy.loader import packaged
    >>> def sku(text): return sku_from(date(2025, 4, 3), packaged().rules, text).value
    >>> sku("球泡灯WIFI款8个装发到 HIFILUZ品牌下的LOMEESS店铺 加拿大站")  # L277–278
    'HI-QPD-WiFi-8PCS-CA'
    >>> sku("墨西哥站,HIMICAR品牌,LED灯带 防水款")
    'HI-DD-LEDFS-MX'
    """
    named = read_sentence(book, text, policy.sku)
    return build(book, policy.sku, named.brand, named.product, named.feature, named.pack, named.site)


def read_sentence(book: Ledger, text: str, policy: Sku) -> Named:
    """The parts that a sentence names, before they become letters."""
    rest = simplified(text)
    if len(rest) > LONGEST_SENTENCE:
        raise Fault("#VALUE!", F_SENTENCE, found=len(rest), expected=LONGEST_SENTENCE)
    brand, rest = _cut(_BRAND, rest)
    rest = _SHOP.sub(" ", rest)
    site, rest = _site(rest, text, policy)
    pack, rest = _pack(rest, policy)
    rest = _LABEL.sub(" ", _VERB.sub(" ", rest))
    tokens = [re.sub("^下?的|的$", "", token.strip(_EDGES)) for token in re.split(r"[\s,，、;；/|+。]+", rest)]
    tokens = [token for token in tokens if token and token not in ("品牌", "店铺", "装", "下", "在", "到", "发")]
    if not brand:
        brand, tokens = _loose_brand(tokens, policy)
    missing = [
        name
        for name, part in (("品名", tokens), ("品牌(如 HIFILUZ品牌)", brand), ("站点(如 加拿大站)", site))
        if not part
    ]
    if missing:
        raise Fault("#VALUE!", F_INCOMPLETE, found=text, expected="、".join(missing))
    product, feature = _product_and_feature(book, tokens, policy)
    return Named(brand, product, feature or None, pack, site)


def _cut(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    match = pattern.search(text)
    if not match:
        return "", text
    return next(group for group in match.groups() if group), f"{text[: match.start()]} {text[match.end() :]}"


def _site(text: str, whole: str, policy: Sku) -> tuple[str, str]:
    words = [word for code, others in policy.sites.items() for word in (code, *others)]
    words = sorted((simplified(word) for word in words), key=len, reverse=True)
    latin = "|".join(re.escape(word) for word in words if word.isascii())
    han = "|".join(re.escape(word) for word in words if not word.isascii())
    pattern = re.compile(
        rf"(?:亚马逊)?(?:(?<![A-Za-z0-9.-])({latin})(?![A-Za-z0-9.-])|({han}))(\s?站点|\s?站)?", re.IGNORECASE
    )
    matches = [
        match
        for match in pattern.finditer(text)
        if match[2] or match[3] or match[1] != match[1].lower() or "." in match[1]
    ]
    sure = [match for match in matches if match[3]] or matches
    codes = {_code_of(match[1] or match[2], policy) for match in sure}
    if len(codes) > 1:
        raise Fault("#VALUE!", F_SITES, found=whole, expected="、".join(sorted(codes)))
    if not sure:
        return "", text
    last = sure[-1]
    return codes.pop(), f"{text[: last.start()]} {text[last.end() :]}"


def _code_of(word: str, policy: Sku) -> str:
    folded = word.casefold()
    return next(
        code
        for code, others in policy.sites.items()
        if folded in (code.casefold(), *(simplified(w).casefold() for w in others))
    )


def _pack(text: str, policy: Sku) -> tuple[str | None, str]:
    units = policy.pack_units
    pattern = re.compile(
        rf"({_NUMERAL})\s*(?:[{units}]\s*装|件套|装|(?i:pcs?)(?![A-Za-z0-9])|(?:[个只件套]入?|入装?)(?=\s|$|[,，、;；]|发|运|寄))"
    )
    match = pattern.search(text)
    if not match:
        return None, text
    pack = "1" if match[1] == "单" else match[1]
    return pack, f"{text[: match.start()]} {text[match.end() :]}"


def _loose_brand(tokens: list[str], policy: Sku) -> tuple[str, list[str]]:
    """A brand that is not called one: a known brand, else the only Latin word that is no feature."""
    for place, token in enumerate(tokens):
        for brand in policy.brands:
            if token.casefold().startswith(brand.casefold()):
                left = token[len(brand) :]
                return brand, [*tokens[:place], *([left] if left else []), *tokens[place + 1 :]]
    lexicon = {word.casefold() for word in policy.features}
    loose = [
        token
        for token in tokens
        if re.fullmatch(r"[A-Za-z][A-Za-z&.']+\d*", token) and spelled(token, policy).casefold() not in lexicon
    ]
    if len(loose) != 1 or len(tokens) == 1:
        return "", tokens
    return loose[0], [token for token in tokens if token != loose[0]]


def _product_and_feature(book: Ledger, tokens: list[str], policy: Sku) -> tuple[str, str]:
    """The first word with Han characters is the product, with the Latin words before it."""
    place = next((i for i, token in enumerate(tokens) if re.search(f"[{HAN}]", token)), 0)
    feature_first = [token for token in tokens[:place] if token]
    product, feature = _split(book, tokens[place], policy)
    if not product and place + 1 < len(tokens):
        product, later = _split(book, tokens[place + 1], policy)
        return "".join((*feature_first, product)), " ".join((feature, later, *tokens[place + 2 :])).strip()
    return "".join((*feature_first, product)), " ".join((feature, *tokens[place + 1 :])).strip()


def _split(book: Ledger, token: str, policy: Sku) -> tuple[str, str]:
    """One word as product and feature.

    WIFI款球泡灯, 球泡灯WIFI款 and 球泡灯防水款 (防水 stands in the lexicon) are understood; 防水款 alone is a
    feature without product.
    """
    endings = "".join(policy.feature_endings)
    words = "|".join(sorted((re.escape(word) for word in policy.feature_words), key=len, reverse=True))
    piece = rf"(?:[A-Za-z0-9.+-]|{words})" if words else r"[A-Za-z0-9.+-]"
    if re.fullmatch(rf"{piece}+[{endings}]", token):
        return "", token
    if before := re.fullmatch(rf"({piece}+[{endings}])(.+)", token):
        return before[2], before[1]
    if after := re.fullmatch(rf"([A-Za-z0-9.+-]*[{HAN}]+?)([A-Za-z0-9][^\s]*)", token):
        return after[1], after[2]
    if token[-1] not in policy.feature_endings:
        return token, ""
    if tail := re.fullmatch(rf"(.*[{HAN}]{{2}}?)({piece}+[{endings}])", token):
        shortest = re.fullmatch(rf"(.*?[{HAN}]{{2,}}?)({piece}+[{endings}])", token) or tail
        book.mark(
            Word.TO_CONFIRM,
            f"“{token}”按词表拆成品名 {shortest[1]} 和特性 {shortest[2]}",
            f"{token} is split by the lexicon into {shortest[1]} and {shortest[2]}",
        )
        return shortest[1], shortest[2]
    raise Fault("#VALUE!", F_UNSPLIT, found=token)
