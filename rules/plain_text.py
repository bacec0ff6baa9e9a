"""What people type, in the one form that rules compare."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from rules.traditional import PAIRS

_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
"""Marks of direction, joiners, variation selectors, fillers: nobody sees them, they say nothing."""

_RADICALS = (
    "⺁厂⺂乛⺃乚⺄乙⺅亻⺆冂⺇𠘨⺈刀⺉刂⺊卜⺋㔾⺌小⺍小⺎兀⺏尣⺐尢⺑𡯂⺒巳⺓幺⺔彑⺕彐⺖忄⺗心⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺟母⺠民⺡氵⺢氺⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺪𤴔⺫目⺬示⺭礻⺮𥫗⺯糹⺰纟⺱罓⺲罒⺳㓁⺴冗⺵𦉫⺶羊⺷𦍌⺸𦍋⺹耂⺺肀"
    "⺻聿⺼肉⺽𦥑⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻇𧢲⻈讠⻉贝⻊𧾷⻋车⻌辶⻍辶⻎辶⻏邑⻐钅⻑長⻒镸⻓长⻔门⻕𨸏⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞𩙿⻟飠⻠饣⻡𩠐⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀⻳龟"
)
"""Each CJK radical that no normal form resolves (text from PDFs has them), with the character that it is.

Facts of Unicode's EquivalentUnifiedIdeograph.txt; Kangxi radicals are resolved by the normal form itself.
"""

_SHOWN = 80


def plain_text(text: str) -> str:
    """Text in half width, without accents, invisible characters and outer blanks; radicals as characters.

    >>> plain_text(" ＷＩＦＩ款 México "), plain_text("⻋\\u200b载⽀架")
    ('WIFI款 Mexico', '车载支架')
    """
    return text.strip() if text.isascii() else _without_accents(text)


def simplified(text: str) -> str:
    """Plain text with simplified characters in place of traditional ones and other forms.

    Simplified text stays as it is. 乾 stays too, for it is 干 in one word and itself in another.

    >>> simplified("長條燈防水款8個裝"), simplified("乾坤")
    ('长条灯防水款8个装', '乾坤')
    """
    plain = plain_text(text)
    return plain if plain.isascii() else plain.translate(_traditional())


def bare(text: str) -> str:
    """A word as it is looked up: simplified, without any blank.

    >>> bare(" 美墨 快線"), bare("車機类")
    ('美墨快线', '车机类')
    """
    return "".join(simplified(text).split())


def without_marks(text: str) -> str:
    """A text without the marks that nobody sees; everything else stays as it is."""
    return _INVISIBLE.sub("", text)


def shortened(text: str) -> str:
    """A text as a message quotes it: a long one ends with its length.

    >>> shortened("球泡灯"), len(shortened("灯" * 32767))
    ('球泡灯', 88)
    """
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…({len(text)})"


def visible(char: str) -> str:
    """A character as a message names it: one that nobody sees by its number.

    >>> visible("灯"), visible("\\u200e")
    ('灯', 'U+200E')
    """
    return char if char.isprintable() and not _INVISIBLE.match(char) else f"U+{ord(char):04X}"


@lru_cache(maxsize=8192)
def _without_accents(text: str) -> str:
    text = _INVISIBLE.sub("", text)
    if not unicodedata.is_normalized("NFKD", text) or any(map(unicodedata.combining, text)):
        decomposed = unicodedata.normalize("NFKD", text)
        text = unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))
    return text.translate(_radicals()).strip()


@cache
def _radicals() -> dict[int, str]:
    return _pairs(_RADICALS)


@cache
def _traditional() -> dict[int, str]:
    return _pairs(PAIRS)


def _pairs(text: str) -> dict[int, str]:
    """Every second character of a text as what the one before it becomes."""
    return dict(zip(map(ord, text[::2]), text[1::2], strict=True))
