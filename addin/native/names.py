"""R01 as formulas: SKU, PINYIN."""

from __future__ import annotations

from string import ascii_letters, ascii_uppercase, digits, printable

from addin.native.calendars import always
from addin.native.convert import only, places
from addin.native.definition import Native
from addin.native.expression import (
    E,
    Value,
    blank,
    call,
    every,
    failed,
    if_failed,
    length,
    lift,
    no,
    part,
    replaced,
    some,
    when,
)
from addin.native.pinyin import initials
from addin.native.tab import Tab
from addin.native.texts import unaccented
from rules.errors import Text
from rules.plain_text import plain_text

_PRODUCT, _FEATURE = 12, 6
"""Han characters of a product and of a feature."""
_SEPARATORS = " -_.'/"
_ASCII = "".join(char for char in printable if char.isprintable())
_ALNUM = ascii_letters + digits


def _brand(tab: Tab, brand: E) -> E:
    """The first Latin letters of a brand in ASCII."""
    book = tab.book
    count = always(book.policy.sku.brand_letters).take(book.policy.sku.brand_letters)
    upper = tab.step("品牌大写", call("UPPER", brand))
    row = places(book, 60)
    is_letter = f'ISNUMBER(FIND({part(upper & call("REPT", "0", 60), row, 1)},"{ascii_uppercase}"))'
    place: E = E("0")
    letters: E = E('""')
    for number in range(1, count + 1):
        here = E(f"1000-({is_letter}*({row}>{place}))*(1000-{row})")
        place = tab.step(f"品牌字母 {number}", call("SUMPRODUCT", call("MIN", here)))
        letters = letters & part(upper, place, 1)
    good = every(only(brand, _ASCII, book), place < 1000)
    return tab.step("品牌段", when((good, letters), otherwise=book.named("#VALUE!")))


def _product(tab: Tab, product: E) -> E:
    """The segment of a name that is all Han, or all Latin letters and digits."""
    book, policy = tab.book, tab.book.policy.sku
    keeps = [call("RIGHT", product, len(word)).is_(word) for word in policy.keep_er]
    ends = every(length(product) > 1, call("RIGHT", product).is_("儿"), no(some(*keeps)))
    name = tab.step("品名去儿", when((ends, call("LEFT", product, length(product) - 1)), otherwise=product))
    han = initials(tab, "品名", name, _PRODUCT)
    bare = call("UPPER", replaced(name, *((mark, "") for mark in _SEPARATORS)))
    latin = every(only(name, _ALNUM + _SEPARATORS, book), length(bare) > 0)
    return tab.step("品名段", when((latin, bare), otherwise=han))


def _feature(tab: Tab, feature: E) -> E:
    """The segment of a feature that is one Latin word or all Han; ``""`` without one."""
    book, policy = tab.book, tab.book.policy.sku
    endings = [
        (every(call("RIGHT", feature, len(ending)).is_(ending), length(feature) > len(ending)), len(ending))
        for ending in policy.feature_endings
    ]
    cut = when(*endings, otherwise=0)
    word = tab.step("特性去尾", call("TRIM", call("LEFT", feature, length(feature) - cut)))
    han = initials(tab, "特性", word, _FEATURE)
    words = {spelled.casefold(): spelled for spelled in policy.features}
    whole_word = call("SUBSTITUTE", word, "-", "")
    known = tab.step("特性写法", book.meaning(call("LOWER", whole_word), "sku.features", words, "特性的写法"))
    upper = call("UPPER", word)
    bare = when(
        (call("RIGHT", upper, 3).is_("PCS"), call("LEFT", word, length(word) - 3)),
        (call("RIGHT", upper, 2).is_("PC"), call("LEFT", word, length(word) - 2)),
        otherwise="X",
    )
    is_pack = every(length(bare) > 0, only(bare, digits, book))
    own = when((is_pack, book.named("#VALUE!")), (only(word, _ALNUM, book), word), otherwise=han)
    dashed = every(call("LEFT", word).isnt("-"), call("RIGHT", word).isnt("-"), only(word, _ALNUM + "-", book))
    named = when((every(no(failed(known)), dashed), known), otherwise=own)
    return tab.step("特性段", when((blank(feature), ""), (blank(word), book.named("#VALUE!")), otherwise=named))


def _pack(tab: Tab, pack: E) -> E:
    """The number in a pack in digits; #NUM! for anything else."""
    book, units = tab.book, tab.book.policy.sku.pack_units
    low = call("LOWER", pack)
    ends = [("pcs", 3), ("pc", 2), ("入", 1)]
    cut = [(call("RIGHT", low, size).is_(ending), call("LEFT", pack, length(pack) - size)) for ending, size in ends]
    packed = when((call("RIGHT", pack).is_("装"), call("LEFT", pack, length(pack) - 1)), otherwise=pack)
    bare = tab.step("多个装去尾", when(*cut, otherwise=packed))
    by_letters = some(*(condition for condition, _ in cut))
    for turn in (1, 2):
        is_unit = call("ISNUMBER", call("FIND", call("RIGHT", bare), units))
        shorter = every(length(bare) > 1, no(by_letters), is_unit)
        bare = tab.step(f"去量词 {turn}", when((shorter, call("LEFT", bare, length(bare) - 1)), otherwise=bare))
    number = call("TRIM", bare)
    good = every(length(number) > 0, length(number) < 9, only(number, digits, book))
    value = if_failed(call("VALUE", number), 0)
    counted = when((good, when((value >= 1, value), otherwise=book.named("#NUM!"))), otherwise=book.named("#NUM!"))
    return tab.step("多个装", when((blank(pack), 1), otherwise=counted))


def site_of(tab: Tab, site: E) -> E:
    """A site's letters for any way of writing it; #N/A for none."""
    text = call("LOWER", site)
    for turn, begin in enumerate(("https://", "http://", "www."), 1):
        rest = part(text, len(begin) + 1, 99)
        text = tab.step(f"站点 {turn}", when((call("LEFT", text, len(begin)).is_(begin), rest), otherwise=text))
    bare = when((call("RIGHT", text).is_("/"), call("LEFT", text, length(text) - 1)), otherwise=text)
    text = tab.step("站点 4", bare)
    for turn, end in enumerate(("站点", "站"), 5):
        shorter = call("LEFT", text, length(text) - len(end))
        text = tab.step(f"站点 {turn}", when((call("RIGHT", text, len(end)).is_(end), shorter), otherwise=text))
    bare = call("TRIM", text)
    ours = call("LEFT", bare, 3).is_("亚马逊")
    text = tab.step("站点 7", when((ours, call("TRIM", part(bare, 4, 99))), otherwise=bare))
    names = {word: code for code, words in tab.book.policy.sku.sites.items() for word in (code, *words)}
    known = {plain_text(word).casefold(): code for word, code in reversed(names.items())}
    plain = tab.step("站点 8", unaccented(text))
    return tab.step("站点段", tab.book.meaning(plain, "sku.sites", known, "站点的写法"))


def _sku(tab: Tab, brand: E, product: E, feature: E, pack: E, site: E) -> E:
    parts = [_brand(tab, brand), _product(tab, product), _feature(tab, feature), _pack(tab, pack), site_of(tab, site)]
    letters, name, said, number, code = parts
    middle = when((blank(said), ""), otherwise=lift("-") & said) & when(
        (number > 1, lift("-") & number & "PCS"), otherwise=""
    )
    faults: list[tuple[E, Value]] = [(failed(item), item) for item in parts]
    return when(*faults, otherwise=letters & "-" & name & middle & "-" & code)


_OUTSIDE = Text(
    f"品名、特性里汉字和英文混写,有空格或符号;汉字超过 {_PRODUCT}(特性 {_FEATURE})个、不在拼音表里、含多音词;"
    "特性像多个装、有几个词;多个装写汉字数字;品牌不是半角字符",
    f"Han characters mixed with Latin, blanks or marks in a name; more than {_PRODUCT} ({_FEATURE} in a feature) of them, "
    "rare ones, or phrases read in several ways; a feature of several words or like a pack; a pack in Chinese numerals; "
    "a brand beyond ASCII",
)

NATIVE = (
    Native("SKU", _sku, outside=_OUTSIDE),
    Native("PINYIN", _product, outside=_OUTSIDE),
)
