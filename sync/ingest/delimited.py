"""Text files: which encoding, which separator, which lines.

Encodings in order: byte order mark, strict UTF-8, cp932 when Japanese kana show, cp1252 when bytes
above ASCII stand alone between letters (as accents do), strict GB18030. Separators are tried on the
first lines; the caller says which parse has the best header. A file's name decides nothing.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator

from rules.errors import Error
from sync.ingest.codes import I_BROKEN, I_ENCODING, I_KIND
from sync.ingest.raw import MAX_COLUMNS, Budget, RawTab

SEPARATORS = "\t,;|"
_KANA = re.compile("[ぁ-ゖァ-ヺ]")
_HIGH = re.compile(rb"[\x80-\xff]+")
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_HEAD_LINES = 40


def decode(data: bytes, file: str) -> tuple[str, str]:
    """The text of a file and its encoding.

    Raises:
        Error: I-006 when no encoding fits.

    >>> decode("店铺,MSKU".encode("gbk"), "x.csv"), decode("número;à".encode("cp1252"), "x.csv")
    (('店铺,MSKU', 'gb18030'), ('número;à', 'cp1252'))
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = _strictly(data, encoding)
            if text is not None:
                return text.lstrip("\ufeff"), encoding
    text = _strictly(data, "utf-8")
    if text is not None:
        return text, "utf-8"
    order = ["gb18030"]
    if _stands_alone(data):
        order.insert(0, "cp1252")
    head = b"\n".join(data.split(b"\n", 20)[:20])
    if _KANA.search(_strictly(head, "cp932") or ""):
        order.insert(0, "cp932")
    for encoding in order:
        text = _strictly(data, encoding)
        if text is not None:
            return text, encoding
    if head.split(b"\n", 1)[0].isascii():
        return data.decode("cp1252", "replace"), "cp1252"
    raise Error(I_ENCODING, file=file, expected="UTF-8, GB18030, cp932, cp1252")


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


def decode_claimed(data: bytes, claim: bytes | None, file: str) -> tuple[str, str]:
    """The text of a page that names its encoding; a claim that is unknown or wrong is not believed.

    >>> decode_claimed("店铺".encode("gbk"), b"GB2312", "x.xls")
    ('店铺', 'gb18030')
    """
    encoding = _CLAIMED.get(claim.decode("ascii", "replace").lower()) if claim else None
    if encoding and not data.startswith(tuple(mark for mark, _ in _MARKS)):
        text = _strictly(data, encoding)
        if text is not None:
            return text, encoding
    return decode(data, file)


def _strictly(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _stands_alone(data: bytes) -> bool:
    """Whether most bytes above ASCII stand alone, as accents do; Chinese ones come in pairs."""
    runs = [match.end() - match.start() for match in _HIGH.finditer(data[:400_000])]
    return bool(runs) and sum(length == 1 for length in runs) * 2 > len(runs)


def is_text(text: str) -> bool:
    """Whether decoded bytes look like a table somebody wrote: no control characters."""
    sample = text[:4096]
    return "\x00" not in sample and sum(char < " " and char not in "\t\r\n\f" for char in sample) * 50 <= len(sample)


def read_delimited(text: str, file: str, score: Callable[[RawTab], float]) -> tuple[str, RawTab]:
    """The table of a text file; `score` says how good a header the first lines give.

    Answers the container (``csv``; ``tsv`` for tabs) and the table.

    Raises:
        Error: I-001 not text, I-005 too large, I-007 broken quoting.
    """
    if not is_text(text):
        raise Error(I_KIND, file=file, found="binary data", expected="xlsx, csv, tsv, html")
    first, _, rest = text.partition("\n")
    skipped = 0
    stated = first.strip().strip('"').lower()
    if stated.startswith("sep=") and len(stated) == 5:
        separators, text, skipped = stated[4], rest, 1
    else:
        separators = SEPARATORS
    head = "".join(line + "\n" for line in text.split("\n", _HEAD_LINES)[:_HEAD_LINES])
    best, rank = separators[0], (0.0, 0)
    failure: Error | None = None
    for separator in separators:
        try:
            tab = _table(head, separator, file, skipped)
        except Error as error:
            failure = failure or error
            continue
        found = (score(tab), max(map(len, tab.rows), default=0))
        if found > rank:
            best, rank = separator, found
    if failure is not None and rank[0] == 0:
        raise failure
    return ("tsv" if best == "\t" else "csv"), _table(text, best, file, skipped)


def _table(text: str, separator: str, file: str, skipped: int) -> RawTab:
    tab = RawTab("")
    budget = Budget(file)
    try:
        for number, row in _rows(text, separator):
            if len(row) > MAX_COLUMNS:
                budget.row(number, len(row))
            if any(row):
                budget.row(number, len(row))
                tab.numbers.append(number + skipped)
                tab.rows.append([cell or None for cell in row])
    except csv.Error as error:
        raise Error(I_BROKEN, file=file, found=str(error)) from error
    return tab


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    if separator == "\t" and _plain_tabs(text):
        for number, line in enumerate(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), 1):
            yield number, [_unquoted(cell) for cell in line.split("\t")]
        return
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    start = 1
    for row in reader:
        yield start, row
        start = reader.line_num + 1


def _plain_tabs(text: str) -> bool:
    """Whether every line has the header's tabs: then a quote is an inch sign, not the start of a field."""
    counts = {line.count("\t") for line in text.splitlines() if line.strip()}
    return len(counts) == 1


def _unquoted(cell: str) -> str:
    if len(cell) >= 2 and cell[0] == cell[-1] == '"' and cell[1:-1].count('"') % 2 == 0:
        return cell[1:-1].replace('""', '"')
    return cell
