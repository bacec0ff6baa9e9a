"""Text files: which separator, which lines are rows.

Separators are tried on the first lines; the caller says which parse has the best header. A file's name
decides nothing.
"""

from __future__ import annotations

import io
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from rules.errors import Error
from sync.ingest.codes import I_CUT, I_KIND, I_LARGE
from sync.ingest.encodings import LOST, stream, undecided
from sync.ingest.raw import MAX_ROWS, Budget, RawTab
from sync.ingest.records import Records

SEPARATORS = "\t,;|"
_HEAD_LINES = 40
_LONGEST_LINE = 16 << 20
_WRITTEN = (b"\xef\xbf\xbd", b"\xfd\xff", b"\xff\xfd", b"\x84\x31\xa4\x37")
"""U+FFFD as files hold it; at the end of any other file it is half a character."""

Score = Callable[[RawTab], float]


def is_binary(data: bytes) -> bool:
    """Whether the beginning of a file is full of what nobody writes into a table: control characters.

    >>> is_binary(b"a,b"), is_binary(b"a,b" + bytes(9))
    (False, True)
    """
    sample = data[:4096]
    return sum(byte < 32 and byte not in b"\t\r\n\f" for byte in sample) * 50 > len(sample)


def read_delimited(data: bytes, encodings: Sequence[str], file: str, score: Score) -> tuple[str, str, RawTab]:
    """The table of a text file; `score` says how good a header the first lines give.

    Answers the container (``csv``; ``tsv`` for tabs), the encoding and the table. Of several encodings the one
    in which the header's words are known counts.

    Raises:
        Error: I-001 not text, I-005 too large, I-007 a cell without end, I-027 several encodings, I-031 cut off.
    """
    _check_lines(data, file)
    heads = [_head(data, encoding, file, score) for encoding in encodings]
    best = max(heads, key=lambda head: head.rank)
    if best.rank[0] > 0 and sum(head.rank[0] >= best.rank[0] for head in heads) > 1:
        raise undecided(encodings, file)
    if best.failure is not None and best.rank[0] == 0:
        raise best.failure
    return ("tsv" if best.separator == "\t" else "csv"), best.encoding, _whole(data, best, file)


def _check_lines(data: bytes, file: str) -> None:
    """Raises I-005 for more lines than a sheet has, or one that would fill the memory alone."""
    lines = data.count(b"\n") + 1
    if lines > 2 * MAX_ROWS:
        raise Error(I_LARGE, file=file, found=f"{lines:,} lines", expected=f"{MAX_ROWS:,}")
    if len(data) > _LONGEST_LINE and (longest := max(map(len, io.BytesIO(data)))) > _LONGEST_LINE:
        raise Error(I_LARGE, file=file, found=f"a line of {longest:,} bytes", expected=f"{_LONGEST_LINE:,}")


@dataclass
class _Head:
    """What the first lines say: the separator with the best header, how good that is, a row's usual width."""

    encoding: str
    skipped: int
    separator: str = SEPARATORS[0]
    rank: tuple[float, int] = (0.0, 0)
    typical: int = 1
    failure: Error | None = None

    def lines(self, data: bytes) -> Iterator[str]:
        """All lines behind a ``sep=`` line, without byte order marks."""
        lines = iter(stream(data, self.encoding))
        first = next(itertools.islice(lines, self.skipped, None), "").lstrip("\ufeff")
        return itertools.chain([first], lines)


def _head(data: bytes, encoding: str, file: str, score: Score) -> _Head:
    lines = list(itertools.islice(_Head(encoding, 0).lines(data), _HEAD_LINES))
    if is_binary("".join(lines).encode("utf-8", "replace")):
        raise Error(I_KIND, file=file, found="binary data", expected="xlsx, csv, tsv, html")
    stated = lines[0].strip(" \r\n").strip('"').lower()
    told = stated.startswith("sep=") and len(stated) == 5
    head = _Head(encoding, int(told))
    for separator in stated[4] if told else SEPARATORS:
        try:
            tab = _table(Records(iter(lines[int(told) :]), separator, file, typical=1 << 30, whole=False), file)
        except Error as error:
            head.failure = head.failure or error
            continue
        rank = (score(tab), max(map(len, tab.rows), default=0))
        if rank > head.rank:
            widths = Counter(len(row) for row in tab.rows if len(row) > 1)
            head.typical = max(widths, key=lambda width: (widths[width], width), default=1)
            head.separator, head.rank = separator, rank
    return head


def _whole(data: bytes, head: _Head, file: str) -> RawTab:
    if head.separator == "\t" and _plain_tabs(head.lines(data)):
        tab = _table(_split(head.lines(data)), file, head.skipped)
    else:
        records = Records(head.lines(data), head.separator, file, typical=head.typical)
        tab = _table(records, file, head.skipped)
        tab.swallowed = [number + head.skipped for number in records.swallowed]
    tab.separator = head.separator
    tab.cut = bool(tab.rows) and not data.rstrip(b"\x00").endswith((b"\n", b"\r"))
    last = next((cell for cell in reversed(tab.rows[-1]) if cell), "") if tab.cut else ""
    if last.endswith(LOST) and not data.endswith(_WRITTEN):
        raise Error(I_CUT, file=file, found=tab.numbers[-1])
    return tab


def _table(records: Iterable[tuple[int, list[str]]], file: str, skipped: int = 0) -> RawTab:
    tab = RawTab("")
    budget = Budget(file)
    for at, (number, row) in enumerate(records):
        budget.row(number, len(row), row.count(""))
        if any(row):
            tab.numbers.append(number + skipped)
            tab.records.append(at)
            tab.rows.append([cell or None for cell in row])
        else:
            tab.blanks[at] = len(row)
    return tab


def _split(lines: Iterable[str]) -> Iterator[tuple[int, list[str]]]:
    for number, line in enumerate(lines, 1):
        yield number, [_unquoted(cell) for cell in line.rstrip("\r\n").split("\t")]


def _plain_tabs(lines: Iterable[str]) -> bool:
    """Whether every line has the header's tabs: then a quote is an inch sign, not the start of a field."""
    counts: set[int] = set()
    for line in lines:
        if not line.isspace():
            counts.add(line.count("\t"))
            if len(counts) > 1:
                return False
    return True


def _unquoted(cell: str) -> str:
    if len(cell) >= 2 and cell[0] == cell[-1] == '"' and cell[1:-1].count('"') % 2 == 0:
        return cell[1:-1].replace('""', '"')
    return cell
