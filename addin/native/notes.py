"""R02, R03 and R05 as formulas: SHIPNOTE, SHIPNOTECHECK, LETTERNAME, CASETEXT."""

from __future__ import annotations

from operator import itemgetter
from string import ascii_uppercase, digits, printable

from addin.native.convert import only
from addin.native.definition import Native
from addin.native.expression import (
    E,
    blank,
    call,
    every,
    failed,
    is_number,
    length,
    lift,
    listed,
    no,
    part,
    same_text,
    some,
    when,
)
from addin.native.lanes import pick
from addin.native.tab import Tab
from addin.native.texts import clock, filled, joined, message, seconds, unaccented, without_blanks
from rules.answer import SILENT
from rules.errors import Text
from rules.letter_name import AM, MONTHS, NOON, PM
from rules.plain_text import plain_text
from rules.shipment_note import (
    F_BLANKS,
    F_COUNT,
    F_MISSING,
    F_ORDER,
    F_REFERENCE,
    F_SHIPMENT,
    F_WAREHOUSE,
    REFERENCE,
    SHIPMENT,
    WAREHOUSE,
)

_CAPITALS = ascii_uppercase + digits
_MOST = 5
"""Segments of a note that are looked at."""


class _Ids:
    """The numbers of R02, and which parts are of their form."""

    def __init__(self, tab: Tab) -> None:
        book, numbers = tab.book, tab.book.policy.shipment_notes
        self.tab = tab
        self.prefix = book.number(numbers.shipment_prefix, book.day)
        self.lengths = book.number(numbers.shipment_lengths, book.day)
        self.warehouses = book.number(numbers.warehouses, book.day)
        self.letters = book.number(numbers.other_warehouses, book.day, itemgetter(0), "字母")
        self.digits = book.number(numbers.other_warehouses, book.day, itemgetter(1), "数字")
        self.count = book.number(numbers.reference_length, book.day)
        numbers_used = (self.prefix, self.lengths, self.warehouses, self.letters, self.digits, self.count)
        self.silent = some(*(value.is_(SILENT) for value in numbers_used))

    def shipment(self, text: E) -> E:
        """Whether a text is a shipment id."""
        begins = same_text(call("LEFT", text, length(self.prefix)), self.prefix)
        return every(begins, listed(length(text) - length(self.prefix), self.lengths), self._ascii(text))

    def warehouse(self, text: E) -> E:
        """Whether a text is an FBA warehouse of the table, or has Amazon's form and letters that the table has not."""
        known = every(length(text) > 0, no(is_number(call("FIND", ",", text))), listed(text, self.warehouses))
        letters, digits_ = call("LEFT", text, self.letters), part(text, self.letters + 1, self.digits)
        book = self.tab.book
        form = every(
            length(text).is_(self.letters + self.digits),
            only(letters, ascii_uppercase, book),
            only(digits_, digits, book),
            no(is_number(call("FIND", lift(",") & letters, lift(",") & self.warehouses))),
        )
        return some(known, form)

    def reference(self, text: E) -> E:
        """Whether a text is an Amazon reference id."""
        return every(length(text).is_(self.count), self._ascii(text))

    def _ascii(self, text: E) -> E:
        return only(text, _CAPITALS, self.tab.book)


def _note(tab: Tab, shipment: E, warehouse: E, reference: E) -> E:
    book, ids = tab.book, _Ids(tab)
    parts = [
        tab.step(title, call("UPPER", without_blanks(written)))
        for title, written in ((SHIPMENT, shipment), (WAREHOUSE, warehouse), (REFERENCE, reference))
    ]
    return when(
        (ids.silent, SILENT),
        (no(ids.shipment(parts[0])), book.named("#VALUE!")),
        (no(ids.warehouse(parts[1])), book.named("#N/A")),
        (no(ids.reference(parts[2])), book.named("#VALUE!")),
        otherwise=parts[0] & "-" & parts[1] & "-" & parts[2],
    )


def _note_check(tab: Tab, note: E) -> E:
    """The same findings in the same order; lower-case and other letters are left to the add-in."""
    book, ids = tab.book, _Ids(tab)
    bare = tab.step("去空白", without_blanks(note))
    count = tab.step("段数", length(bare) - length(call("SUBSTITUTE", bare, "-", "")) + 1)
    spread = call("SUBSTITUTE", bare, "-", call("REPT", " ", 60))
    segments = [tab.step(f"第 {i + 1} 段", call("TRIM", part(spread, i * 60 + 1, 60))) for i in range(_MOST)]
    tests = {SHIPMENT: ids.shipment, WAREHOUSE: ids.warehouse, REFERENCE: ids.reference}
    fits = {
        role: [tab.step(f"{role} {i}", test(text)) for i, text in enumerate(segments, 1)]
        for role, test in tests.items()
    }
    present = {role: tab.step(f"有{role}", some(*flags)) for role, flags in fits.items()}
    counted = message(F_COUNT, found=count)
    missing = [when((present[role], ""), otherwise=message(F_MISSING, found=lift(role))) for role in fits]
    lengths = call("SUBSTITUTE", ids.lengths, ",", "/")
    wrong = {
        SHIPMENT: message(F_SHIPMENT, found=segments[0], prefix=ids.prefix, count=lengths),
        WAREHOUSE: message(F_WAREHOUSE, found=segments[1], expected=call("SUBSTITUTE", ids.warehouses, ",", ", ")),
        REFERENCE: message(F_REFERENCE, found=segments[2], count=ids.count),
    }
    in_place = [
        tab.step(
            f"{role}问题",
            when(
                (fits[role][i], ""), (blank(segments[i]), message(F_MISSING, found=lift(role))), otherwise=wrong[role]
            ),
        )
        for i, role in enumerate(fits)
    ]
    ordered = [when(*((flags[i], segments[i]) for i in reversed(range(3))), otherwise="") for flags in fits.values()]
    right = ordered[0] & "-" & ordered[1] & "-" & ordered[2]
    all_there = every(*present.values())
    any_wrong = some(*(no(blank(finding)) for finding in in_place))
    turned = every(any_wrong, all_there)
    blanks = when((bare.is_(note), ""), otherwise=F_BLANKS.text({}))
    with_three = when((turned, joined(blanks, message(F_ORDER, expected=right))), otherwise=joined(blanks, *in_place))
    other = tab.step("别的字符", no(only(bare, _CAPITALS + "-", book)))
    return when(
        (some(other, count > _MOST, length(bare) > 60), book.named("#VALUE!")),
        (ids.silent, SILENT),
        (count.is_(3), with_three),
        otherwise=joined(blanks, counted, *missing),
    )


def _letter(tab: Tab, boxes: E, written: E, start: E, end: E, day: E) -> E:
    book, numbers = tab.book, tab.book.policy.letter_names
    allowed = "".join(char for char in printable if char.isprintable() and char not in '\\/:*?"<>|')
    good = tab.step("品牌可用", only(written, allowed, book))
    known = {brand.casefold(): brand for brand in book.policy.sku.brands}
    own = call("IFERROR", book.meaning(call("LOWER", written), "sku.brands", known, "品牌的写法"), written)
    brand = tab.step("品牌", own)
    first, last = tab.step("开始秒", seconds(start)), tab.step("结束秒", seconds(end))
    template = tab.step("格式", book.number(numbers.template, day))
    mode = tab.step("AM 写法", book.number(numbers.half_day, day))
    by_clock = when((first < NOON.hour * 3600, AM), otherwise=PM)
    half = when((mode.is_("none"), ""), (mode.is_("clock"), by_clock), otherwise=AM)
    month = call("CHOOSE", call("MONTH", day), *MONTHS)
    name = filled(
        template,
        boxes=boxes,
        start=clock(first),
        end=clock(last),
        half=half,
        month=month,
        day=call("DAY", day),
        brand=brand,
    )
    return when(
        (no(good), book.named("#VALUE!")),
        (boxes < 1, book.named("#NUM!")),
        (last <= first, book.named("#NUM!")),
        (some(template.is_(SILENT), mode.is_(SILENT)), SILENT),
        otherwise=call("TRIM", name),
    )


def _case(tab: Tab, written_fnsku: E, written_asin: E, language: E) -> E:
    book, numbers = tab.book, tab.book.policy.remarks
    stems = [placeholder.upper().rstrip("X") for placeholder in numbers.placeholders]
    forms = []
    for prefix, count in ((numbers.fnsku_prefix, numbers.fnsku_length), (numbers.asin_prefix, numbers.asin_length)):
        forms.append((book.number(prefix, book.day), book.number(count, book.day)))

    def is_id(text: E, prefix: E, count: E) -> E:
        begins = same_text(call("LEFT", text, length(prefix)), prefix)
        return every(begins, length(text).is_(length(prefix) + count), only(text, _CAPITALS, book))

    def is_placeholder(text: E) -> E:
        rests = [text.is_(lift(stem) & call("REPT", "X", length(text) - len(stem))) for stem in stems]
        return some(
            *(
                when((length(text) > len(stem), rest), otherwise=E("FALSE"))
                for stem, rest in zip(stems, rests, strict=True)
            )
        )

    fnsku = tab.step("FNSKU", call("UPPER", without_blanks(written_fnsku)))
    asin = tab.step("ASIN", call("UPPER", without_blanks(written_asin)))
    words: dict[str, str] = {}
    for code, names in numbers.case_languages.items():
        for word in (code, *names):
            words.setdefault("".join(plain_text(word).casefold().split()), code)
    said = unaccented(call("LOWER", without_blanks(language)))
    asked = book.meaning(said, "remarks.case_languages", words, "语言的写法")
    chosen = tab.step("语言", when((blank(language), next(iter(numbers.case_languages))), otherwise=asked))
    texts = {code: book.number(text, book.day) for code, text in numbers.case_texts.items()}
    template = tab.step("话术", pick(chosen, texts, SILENT))
    bad = some(is_placeholder(fnsku), is_placeholder(asin), no(some(is_id(fnsku, *forms[0]), is_id(fnsku, *forms[1]))))
    numbers_silent = some(*(value.is_(SILENT) for form in forms for value in form))
    return when(
        (numbers_silent, SILENT),
        (some(bad, no(is_id(asin, *forms[1])), same_text(fnsku, asin)), book.named("#VALUE!")),
        (failed(chosen), chosen),
        (template.is_(SILENT), SILENT),
        otherwise=filled(template, fnsku=fnsku, asin=asin),
    )


NATIVE = (
    Native("SHIPNOTE", _note, outside=Text("全角字母", "full-width letters")),
    Native(
        "SHIPNOTECHECK",
        _note_check,
        outside=Text(
            "有小写、全角或其他字符,超过 5 段或 60 个字符",
            "lower-case or other characters, more than 5 parts or 60 characters",
        ),
    ),
    Native("LETTERNAME", _letter, outside=Text("品牌不是半角字符", "a brand beyond ASCII")),
    Native("CASETEXT", _case, outside=Text("全角字母", "full-width letters")),
)
