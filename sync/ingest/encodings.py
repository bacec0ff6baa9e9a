"""Which encoding a text file is in: every plausible reading of the whole file, and what each would say.

A byte order mark and strict UTF-8 prove themselves. Else the file is read in all encodings that its makers
use (Amazon, the ERP, Excel and WPS on Chinese, Japanese, Taiwanese and Western computers), and the reading
in the commonest characters wins: kana, GB2312, JIS level 1, Big5 level 1, accented letters inside words. A
few bytes that a reading can't explain do not turn the rest into other letters: they become U+FFFD, and their
cells are named; so do lines that somebody joined to the file in UTF-8. Many such bytes are another language
than any of these. Where no reading is clearly better nothing is guessed.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache

from rules.errors import Error
from sync.ingest.codes import I_ENCODING, I_READINGS

LOST = "\ufffd"
"""What stands where a byte could not be read, here or in whatever made the file."""

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_CANDIDATES = ("utf-8", "gb18030", "cp932", "big5", "cp1252")
_TRIED = "UTF-8, UTF-16, GB18030, cp932, Big5, cp1252"
_SAMPLE = 1 << 18
"""Bytes that are judged: the lines that are not ASCII, spread evenly over the file when there are more."""
_GOOD, _CLEARLY = 0.5, 0.2
"""Worth that a reading needs, and how much better than the next it must be."""
_WESTERN_GOOD = 0.8
"""Every byte is a letter of cp1252: Polish or Czech would be read as half-right words."""
_BAD = {"utf-8": -1.0}
"""What a byte costs that a reading can't explain (per byte); by chance UTF-8 hardly ever explains one."""
_WORST = -2.0
_ONE_IN = 25
"""Of so many bytes one may be beyond a reading other than UTF-8: Thai, Russian or Arabic read as Chinese are full of them."""
_JOINED_IN = 4
"""So many lines must be of a file's own encoding for one that was joined to it."""
_HOLE = {"cp1252": b"\x81"}
"""A byte that means nothing in an encoding (in others, ``FF``)."""

_RUN = re.compile("[^\x00-\x7f]+")
_BYTES = re.compile(rb"[\x80-\xff]+")
_NOBODYS = re.compile("[\ue000-\uf8ff]")
"""Characters without a meaning, which encodings have for bytes that nobody uses."""
_LONG = re.compile("[\u0800-\U0010ffff]")
"""What takes three bytes or four in UTF-8."""
_HALF = re.compile("[\uff61-\uff9f]+")
_HALF_WORD = re.compile("(?:[ｳｶ-ﾄﾊ-ﾎ]ﾞ|[ﾊ-ﾎ]ﾟ|[ｦｱ-ﾝ]|(?<!^)[ｧ-ｯｰ･])+")
_LETTERS = "À-ÏÑ-ÖØ-Üß-ïñ-öø-üÿŒœŠšŽžŸ"
"""Without ð, þ and ý, which stand where Turkish has its own."""
_SIGNS = "’‘“”„‚«»‹›–—…•·°®©™€£¥¢§²³¹½¼¾×÷±µºª¿¡\xa0´"
_JOINTS = frozenset("’‘´·–—®™°ºª…×")
"""Signs that may stand inside a word."""
_WESTERN = re.compile(f"(?P<head>[{_SIGNS}]*)(?P<letters>[{_LETTERS}]*)(?P<tail>[{_SIGNS}]*)")


def encodings_of(data: bytes, file: str, claim: str | None = None) -> list[str]:
    """The encodings that a file may be in, best first: one, or several between which its titles must decide.

    `claim` is what the file says of itself: it decides between readings that are equally good, no more.

    Raises:
        Error: I-006 when no reading makes sense.

    >>> encodings_of("店铺,MSKU,数量".encode("gbk"), "x"), encodings_of("número;à".encode("cp1252"), "x")
    (['gb18030'], ['cp1252'])
    """
    if marked := next((encoding for mark, encoding in _MARKS if data.startswith(mark)), None):
        if not _believable(data, marked):
            raise Error(I_ENCODING, file=file, expected=f"{marked} (BOM)")
        return [marked]
    if wide := _wide(data):
        return [wide]
    if _is_utf8(data):
        return ["utf-8"]
    sample = _sample(data)
    worth = {encoding: _worth_alone(sample, encoding) for encoding in _CANDIDATES}
    if worth["cp1252"] < _WESTERN_GOOD:
        worth["cp1252"] = _WORST
    ranked = sorted(_CANDIDATES, key=lambda encoding: -worth[encoding])
    best = worth[ranked[0]]
    if best < _GOOD:
        raise Error(I_ENCODING, file=file, expected=_TRIED)
    equal = [encoding for encoding in ranked if worth[encoding] >= _GOOD and worth[encoding] > best - _CLEARLY]
    claimed = _CLAIMED.get(claim.lower(), "") if claim else ""
    return [claimed] if claimed in equal else equal


def undecided(encodings: Iterable[str], file: str) -> Error:
    """I-027: several readings are as good as each other."""
    return Error(I_READINGS, file=file, found=", ".join(encodings))


def stream(data: bytes, encoding: str) -> io.TextIOWrapper:
    """The text of a file piece by piece; its line ends stay as they are."""
    return io.TextIOWrapper(io.BytesIO(data), encoding=encoding, errors="replace", newline="")


def without_joined(data: bytes, encoding: str) -> bytes:
    """A file in an older encoding, its lines of UTF-8 with bytes that can't be read in place of their letters.

    >>> without_joined("灯具,1\\n".encode("gbk") + "灯具,2\\n".encode(), "gb18030").decode("gb18030", "replace")
    '灯具,1\\n\ufffd,2\\n'
    """
    if encoding.startswith("utf") or not any(_joined(line, encoding) for line in io.BytesIO(data)):
        return data
    hole = _HOLE.get(encoding, b"\xff")
    return b"".join(_BYTES.sub(hole, line) if _joined(line, encoding) else line for line in io.BytesIO(data))


_CLAIMED = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5",
    "shift_jis": "cp932",
    "windows-31j": "cp932",
    "iso-8859-1": "cp1252",
    "windows-1252": "cp1252",
}
"""What pages call themselves."""


def _believable(data: bytes, marked: str) -> bool:
    """Whether a file is, but for some bytes, in the encoding that its mark names."""
    if marked.startswith("utf-8"):
        return _is_utf8(data) or _worth(_sample(data[3:]), "utf-8") >= _GOOD
    head = data[:_SAMPLE].decode(marked, "replace")
    return head.count(LOST) * 20 <= len(head)


def _wide(data: bytes) -> str:
    """UTF-16 without a mark: its ASCII has a NUL in every second byte, always on the same side."""
    head = data[: 1 << 16]
    sides = head[::2].count(0), head[1::2].count(0)
    low, high = min(sides), max(sides)
    if high * 20 < len(head) or low * 20 > high:
        return ""
    encoding = "utf-16-le" if sides[1] == high else "utf-16-be"
    text = head[: len(head) // 2 * 2].decode(encoding, "replace")
    table = text.count(LOST) * 100 <= len(text) and any(char in text for char in "\t\r\n,;")
    return encoding if table else ""


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return True
    text = io.TextIOWrapper(io.BytesIO(data), "utf-8", newline="")
    try:
        while text.read(1 << 20):
            pass
    except UnicodeDecodeError:
        return False
    return True


def _sample(data: bytes) -> bytes:
    """The lines that are not ASCII; of many, every n-th."""
    lines = [line for line in io.BytesIO(data) if not line.isascii()]
    size = sum(map(len, lines))
    step = -(-size // _SAMPLE)
    chosen = lines[::step]
    return b"".join(line if len(line) <= _SAMPLE else line[:_SAMPLE] for line in chosen)


def _joined(line: bytes, encoding: str) -> bool:
    """Whether a line is UTF-8 in a file that is not: two long characters, or what makes no sense in `encoding`."""
    if line.isascii():
        return False
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return False
    return len(_LONG.findall(text)) > 1 or _worth(line, encoding) < _GOOD


def _worth_alone(sample: bytes, encoding: str) -> float:
    """What a reading is worth without lines of UTF-8 that somebody joined; of a file that is full of them, nothing."""
    if encoding == "utf-8":
        return _worth(sample, encoding)
    ours: list[bytes] = []
    theirs: list[bytes] = []
    for line in io.BytesIO(sample):
        (theirs if _joined(line, encoding) else ours).append(line)
    if not theirs:
        return _worth(sample, encoding)
    return _WORST if len(theirs) * _JOINED_IN > len(ours) else _worth(b"".join(ours), encoding)


def _worth(sample: bytes, encoding: str) -> float:
    """How much of what is not ASCII a reading turns into common characters: 1 for all, below 0 for nonsense."""
    text = sample.decode(encoding, "replace")
    runs: Counter[tuple[str, str, str]] = Counter()
    for match in _RUN.finditer(text):
        start, end = match.span()
        runs[match[0], text[start - 1 : start], text[end : end + 1]] += 1
    judge = _JUDGES.get(encoding, _han)
    bad = _BAD.get(encoding, _WORST)
    total = good = 0.0
    unread = 0
    for (run, before, behind), count in runs.items():
        fit = run.replace(LOST, "")
        size = len(fit.encode(encoding, "replace"))
        lost = len(run) - len(fit)
        total += count * (size + lost)
        unread += count * (lost + len(_NOBODYS.findall(fit)))
        good += count * (lost * bad + size * (judge(fit, before, behind, encoding) if fit else 0.0))
    if encoding != "utf-8" and unread * _ONE_IN > total:
        return _WORST
    return good / total if total else _WORST


def _utf8(_run: str, _before: str, _behind: str, _encoding: str) -> float:
    """Bytes that happen to be UTF-8 are UTF-8, whatever they say."""
    return 1.0


def _western(run: str, before: str, behind: str, _encoding: str) -> float:
    """Accents stand in words, alone or in twos (``ção``, ``größer``), in the case of their neighbours; signs beside."""
    match = _WESTERN.fullmatch(run)
    if match is None or len(match["letters"]) > 2 or len(run) > 3:
        return 0.0
    head, letters, tail = match["head"], match["letters"], match["tail"]
    inside = _is_letter(before) and _is_letter(behind)
    if not letters:
        return 1.0 if not inside or set(head) <= _JOINTS else 0.0
    if (head and _is_letter(before) and not set(head) <= _JOINTS) or (tail and inside and not set(tail) <= _JOINTS):
        return 0.0
    left, right = not head and _is_letter(before), not tail and _is_letter(behind)
    if not (left or right):
        return 1.0 if run == letters and len(run) == 1 else 0.0
    return 0.0 if left and before.islower() and letters[0].isupper() else 1.0


def _han(run: str, before: str, behind: str, encoding: str) -> float:
    """Chinese and Japanese characters by how common they are; one alone inside an ASCII word is none."""
    common = _common(encoding)
    if len(run) == 1:
        if before.islower() and behind.islower():
            return 0.0
        if _eats_a_letter(run, encoding):
            return 0.0 if _is_letter(before) else 0.2
    words = _HALF.findall(run) if encoding == "cp932" else []
    if not words:
        return sum(map(common, run)) / len(run)
    rest = [common(char) for char in _HALF.sub("", run)]
    if rest and min(rest) < 0.5:
        return 0.0  # half-width kana never stand among characters that nobody writes
    kana = sum(len(word) for word in words if len(word) > 1 and _HALF_WORD.fullmatch(word))
    return (sum(rest) + 0.9 * kana) / len(run)


def _is_letter(char: str) -> bool:
    return char.isascii() and char.isalpha()


def _eats_a_letter(char: str, encoding: str) -> bool:
    """Whether the last byte of a character is that of an ASCII letter: ``n’s`` read as one character."""
    return _is_letter(chr(char.encode(encoding, "replace")[-1]))


_JUDGES: dict[str, Callable[[str, str, str, str], float]] = {"utf-8": _utf8, "cp1252": _western}


@cache
def _common(encoding: str) -> Callable[[str], float]:
    """How common a character is for those who write in an encoding: 1 for every day, 0 for never."""
    first, second, rest = _SETS[encoding]()
    weights = dict.fromkeys(rest, 0.7) | dict.fromkeys(second, 0.9) | dict.fromkeys(first, 1.0)

    def weight(char: str) -> float:
        found = weights.get(char)
        if found is not None:
            return found
        return -1.0 if "\ue000" <= char <= "\uf8ff" or char < "\xa0" else 0.5 if char > "\uffff" else 0.1

    return weight


def _pairs(encoding: str, leads: range, trails: Iterable[int] = range(0x40, 0xFF)) -> str:
    """The characters of two bytes in a range of lead bytes."""
    found = (bytes((lead, trail)).decode(encoding, "replace") for lead in leads for trail in trails)
    return "".join(char for char in found if len(char) == 1 and char != LOST)


def _gb_sets() -> tuple[str, str, str]:
    upper = range(0xA1, 0xFF)
    signs_and_kana = _pairs("gb2312", range(0xA1, 0xA6), upper)
    return (
        _pairs("gb2312", range(0xB0, 0xD8), upper) + signs_and_kana,
        _pairs("gb2312", range(0xD8, 0xF8), upper),
        (_big5_level_1()),
    )


def _jis_sets() -> tuple[str, str, str]:
    level_1 = [char for char in _pairs("cp932", range(0x88, 0x99)) if char >= "一"]
    kana = _pairs("cp932", range(0x82, 0x84))
    return "".join(level_1) + kana, _pairs("cp932", range(0x81, 0x82)) + _pairs("cp932", range(0x87, 0x88)), ""


def _big5_sets() -> tuple[str, str, str]:
    return _big5_level_1(), _pairs("big5", range(0xA1, 0xA4)), ""


def _big5_level_1() -> str:
    return _pairs("big5", range(0xA4, 0xC6)) + _pairs("big5", range(0xC6, 0xC7), range(0x40, 0x7F))


_SETS = {"gb18030": _gb_sets, "cp932": _jis_sets, "big5": _big5_sets}
