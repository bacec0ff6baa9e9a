"""Which report a table is, by its header set: any order, any extra columns, header in the first 20 rows.

A title weighs less the more reports know it, and half when no source confirms it. A report is a
candidate when its required titles are there and it explains a fair share of the header; the heaviest
candidate wins; two that weigh the same are ambiguous.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from sheets_schema.exports import REPORTS
from sheets_schema.exports.unread import Unread, unread_kind
from sheets_schema.headers import distinct_titles, normal_title, titles_of_report, titles_of_sheet, two_rows
from sheets_schema.keys import clean_key
from sheets_schema.model import Report
from sheets_schema.sheets import SHEETS
from sync.ingest.raw import RawTab

Aliases = Mapping[str, Mapping[str, Sequence[str]]]
"""Report -> our field -> other titles the ERP uses."""

HEADER_SEARCH = 20
_FAIR_SHARE = 0.3
_NEAR_SHARE, _NEAR_WEIGHT, _NEAR_BEST = 0.5, 1.0, 0.8
"""What a hint needs: share of the header, weight, and weight as a share of the best hint's."""
_LONGEST_TITLE = 120


@dataclass(frozen=True)
class Vocabulary:
    """The titles of every report, with what each is worth."""

    titles: Mapping[str, Mapping[str, str]]
    weights: Mapping[str, Mapping[str, float]]

    @cached_property
    def words(self) -> frozenset[str]:
        """Every normal title that any report knows."""
        return frozenset(word for known in self.titles.values() for word in known)


def vocabulary(aliases: Aliases | None = None) -> Vocabulary:
    """The titles of all reports, with the installation's own."""
    if not aliases:
        return _plain_vocabulary()
    return _vocabulary(aliases)


@lru_cache(maxsize=1)
def _plain_vocabulary() -> Vocabulary:
    return _vocabulary({})


def _vocabulary(aliases: Aliases) -> Vocabulary:
    titles = {name: titles_of_report(report, aliases.get(name)) for name, report in REPORTS.items()}
    shared = Counter(word for known in titles.values() for word in known)
    weights = {
        name: {
            word: (0.5 if REPORTS[name].by_name[field].assumed else 1.0) / shared[word] for word, field in known.items()
        }
        for name, known in titles.items()
    }
    return Vocabulary(titles, weights)


@dataclass(frozen=True)
class Header:
    """A header as found: its position in the tab's rows, how many rows it takes, one title per column."""

    index: int
    depth: int
    titles: tuple[str, ...]

    @cached_property
    def words(self) -> frozenset[str]:
        """The normal titles, blanks left out."""
        return frozenset(normal_title(title) for title in self.titles if title)


@dataclass(frozen=True)
class Guess:
    """How well a header fits a report. `missing` names what it lacks, alternatives joined by /."""

    report: str
    header: Header
    weight: float
    share: float
    missing: tuple[str, ...]

    @property
    def fits(self) -> bool:
        """Whether the report's own conditions hold."""
        return not self.missing and self.share >= _FAIR_SHARE

    @property
    def is_near(self) -> bool:
        """Whether it may well be this report, one title short: it tells more of the header than others could."""
        return self.share >= _NEAR_SHARE and self.weight >= _NEAR_WEIGHT and len(self.missing) <= 1


@dataclass(frozen=True)
class Recognised:
    """A table, its best guess, and the guesses that are as good; `own_sheet` is the team's tab it looks like.

    `nearest` are up to three reports that it may be when it fits none; `unread` a kind that is known and not read.
    """

    tab: RawTab
    best: Guess
    equals: tuple[str, ...]
    nearest: tuple[Guess, ...]
    own_sheet: str | None
    unread: Unread | None


def recognise(tab: RawTab, words: Vocabulary) -> Recognised | None:
    """The best reading of a table's first rows; None when they hold no text at all."""
    headers = _headers(tab, words)
    if not headers and tab.rows:
        headers = [Header(0, 1, tuple(_title(cell) or "" for cell in tab.rows[0]))]
    guesses = [guess for header in headers for guess in _guesses(header, words)]
    if not guesses:
        return None
    best = max(guesses, key=_rank)
    same = [guess for guess in guesses if guess.header == best.header]
    ranked = sorted(same, key=_rank, reverse=True)
    equals = [guess.report for guess in ranked if guess.fits and best.fits and abs(guess.weight - best.weight) < 1e-9]
    unread = None if best.fits else _unread(tab)
    near = () if best.fits or unread else _nearest(ranked)
    return Recognised(tab, best, tuple(equals), near, _own_sheet(best), unread)


def _nearest(ranked: Sequence[Guess]) -> tuple[Guess, ...]:
    near = [guess for guess in ranked if guess.is_near]
    return tuple(guess for guess in near if guess.weight >= _NEAR_BEST * near[0].weight)[:3]


def _unread(tab: RawTab) -> Unread | None:
    """The kind that any of the first rows makes out, a preamble above it or not."""
    rows = ({normal_title(cell) for cell in row if isinstance(cell, str)} for row in tab.rows[:HEADER_SEARCH])
    return next((kind for words in rows if (kind := unread_kind(words)) is not None), None)


def header_score(words: Vocabulary) -> Callable[[RawTab], float]:
    """A function that rates a table by its best header; 0 when it has none."""

    def score(tab: RawTab) -> float:
        found = recognise(tab, words)
        return 0.0 if found is None else found.best.weight + (100 if found.best.fits else 0)

    return score


def columns_of(header: Header, report: Report, words: Vocabulary) -> tuple[dict[int, str], list[str], list[str]]:
    """Column index -> field, the distinct titles (blank where a column has none), and unknown titles.

    Of two titles for one field the one that the schema names first is taken; the other is unknown.
    """
    known = words.titles[report.name]
    titles = distinct_titles(header.titles, known)
    order = {normal_title(title): position for item in report.fields for position, title in enumerate(item.titles)}
    chosen: dict[str, tuple[int, int]] = {}
    for at, title in enumerate(titles):
        name = known.get(normal_title(title)) if title else None
        if name is not None:
            rank = (order.get(normal_title(title), -1), at)
            chosen[name] = min(chosen.get(name, rank), rank)
    columns = {at: name for name, (_, at) in chosen.items()}
    unknown = [title for at, title in enumerate(titles) if title and at not in columns]
    return dict(sorted(columns.items())), titles, unknown


def _rank(guess: Guess) -> tuple[bool, float, float, int]:
    return guess.fits, guess.weight - 2 * len(guess.missing), guess.share, -guess.header.index


def _headers(tab: RawTab, words: Vocabulary) -> list[Header]:
    """Rows that could be the header, as they are and together with the row below."""
    found: list[Header] = []
    for index, row in enumerate(tab.rows[:HEADER_SEARCH]):
        texts = [_title(cell) for cell in row]
        spread = _spread(tab, index, texts)
        if not any(normal_title(text) in words.words for text in spread if text):
            continue
        if index + 1 < len(tab.rows):
            below = [_title(cell) for cell in tab.rows[index + 1]]
            both = two_rows(_carried(spread, below), below, words.words)
            if both is not None:
                found.append(Header(index, 2, tuple(both)))
                continue
        found.append(Header(index, 1, tuple(text or "" for text in spread)))
    return found


def _title(cell: Any) -> str | None:
    if not isinstance(cell, str):
        return None if cell is None else str(cell)
    text = clean_key(cell)
    return text if text and len(text) <= _LONGEST_TITLE else None


def _spread(tab: RawTab, index: int, texts: list[str | None]) -> list[str | None]:
    """Titles with each merged label repeated over the columns it spans."""
    number = tab.numbers[index]
    answer = list(texts)
    for top, left, _, right in tab.merged:
        if top == number and right > left and left < len(texts) and right < left + 1000:
            answer += [None] * (right + 1 - len(answer))
            for at in range(left + 1, right + 1):
                answer[at] = answer[at] or texts[left]
    return answer


def _carried(top: list[str | None], below: list[str | None]) -> list[str | None]:
    """A label carried right over blank cells that have a title below: merged cells saved as text."""
    answer = list(top) + [None] * (len(below) - len(top))
    for at in range(1, len(answer)):
        if answer[at] is None and at < len(below) and below[at] is not None:
            answer[at] = answer[at - 1]
    return answer


def _guesses(header: Header, words: Vocabulary) -> list[Guess]:
    answer: list[Guess] = []
    if not header.words:
        return answer
    for name, known in words.titles.items():
        report = REPORTS[name]
        hits = [word for word in header.words if word in known]
        fields = {known[word] for word in hits}
        missing = [item.titles[0] for item in report.fields if item.required and item.name not in fields]
        for group in report.any_of:
            if not fields.intersection(group):
                missing.append("/".join(report.by_name[item].titles[0] for item in group[:4]))
        weight = sum(words.weights[name][word] for word in hits)
        answer.append(Guess(name, header, weight, len(hits) / len(header.words), tuple(missing)))
    return answer


def _own_sheet(guess: Guess) -> str | None:
    """The team's own tab that explains the header better than the guess does."""
    for name, sheet in SHEETS.items():
        hits = len(guess.header.words & titles_of_sheet(sheet).keys())
        if hits / len(guess.header.words) > guess.share and hits >= len(sheet.key) + 4:
            return name
    return None
