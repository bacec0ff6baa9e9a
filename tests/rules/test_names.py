"""R02–R05 beyond their case tables: round trips, what the configuration can choose, hostile texts."""

import time as clock
from datetime import date, time, timedelta

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from addin.functions.explain import rule_explanation
from rules.answer import Fault, Ledger
from rules.case_text import case_text, language_named
from rules.letter_name import MONTHS, letter_name
from rules.letter_reading import letter_file_name, parse_letter_name
from rules.policy.loader import packaged, packaged_path
from rules.policy.models import Rules
from rules.remarks import purchase_remark, relabel_document
from rules.shipment_note import check_note, examine, parse_note, shipment_note

POLICY = packaged().rules
DAY = date(2025, 4, 3)
NUMBERS = yaml.safe_load(packaged_path().read_text("utf-8"))["rules"]

letters_and_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
shipments = st.text(letters_and_digits, min_size=9, max_size=9).map("FBA".__add__)
warehouses = st.sampled_from(POLICY.shipment_notes.warehouses.on(DAY))
references = st.text(letters_and_digits, min_size=8, max_size=8)
brands = st.from_regex(r"[A-Za-z][A-Za-z0-9&']{0,9}( [A-Z][a-z]{1,9})?", fullmatch=True)
boxes = st.integers(1, 999_999)
minutes = st.integers(0, 24 * 60 - 2)
days = st.dates(date(2024, 1, 1), date(2028, 12, 31))


def policy_with(family, key, **change):
    """The packaged policy with one entry changed."""
    return Rules.model_validate({**NUMBERS, family: {**NUMBERS[family], key: {**NUMBERS[family][key], **change}}})


def at(minute):
    return time(minute // 60, minute % 60)


@given(shipments, warehouses, references)
def test_a_made_note_is_good_and_comes_apart_again(shipment, fc, reference):
    note = shipment_note(DAY, POLICY, shipment.lower(), f" {fc} ", reference.lower()).value
    assert note == f"{shipment}-{fc}-{reference}"
    explained = shipment_note(DAY, POLICY, shipment, fc, reference).parts
    assert [part.value for part in explained] == [shipment, fc, reference]
    assert check_note(DAY, POLICY, note).value == ""
    parts = parse_note(DAY, POLICY, note).value
    assert (parts.shipment, parts.fc, parts.reference) == (shipment, fc, reference)


@given(shipments, warehouses, references, st.permutations(range(3)))
def test_the_order_of_a_notes_parts_is_told(shipment, fc, reference, order):
    parts = (shipment, fc, reference)
    note = "-".join(parts[place] for place in order)
    assert str(parse_note(DAY, POLICY, note).value) == "-".join(parts)
    assert (check_note(DAY, POLICY, note).value == "") == (list(order) == [0, 1, 2])


@given(st.text(max_size=60))
def test_checking_any_note_is_a_list_of_findings(text):
    note, findings = examine(Ledger("R02", DAY), POLICY, text)
    assert note is not None or findings
    for lang in ("zh", "en"):
        assert all("?" not in finding.message(lang) or "?" in text for finding in findings)


def test_a_team_adds_its_shorter_shipment_ids():
    older = policy_with("shipment_notes", "shipment_lengths", value=[9, 5])
    assert shipment_note(DAY, older, "FBA12345", "MEX1", "5YDIA35G").value == "FBA12345-MEX1-5YDIA35G"
    assert check_note(DAY, older, "FBA12345-MEX1-FBA54321").value == "", (
        "either could be the shipment: the place decides"
    )
    with pytest.raises(Fault, match="9/5"):
        shipment_note(DAY, older, "FBA1234", "MEX1", "5YDIA35G")


@given(boxes, brands, minutes, st.integers(1, 600), days)
def test_a_letters_name_reads_back(count, brand, start, length, day):
    begin, end = at(start), at(min(start + length, 24 * 60 - 1))
    name = letter_name(day, POLICY, count, brand, begin, end, day).value
    letter = parse_letter_name(DAY, POLICY, name).value
    assert (letter.boxes, letter.start, letter.end, letter.month, letter.day) == (count, begin, end, day.month, day.day)
    assert letter.brand.casefold() == brand.casefold()
    file = letter_file_name(DAY, POLICY, name).value
    assert file == name.replace(":", "：") + ".pdf"
    assert letter_file_name(DAY, POLICY, file).value == file, "a good name stays"
    assert (
        letter_file_name(DAY, POLICY, file.replace(" ", "").lower()).value.casefold() == file.casefold() or " " in brand
    )


@given(boxes, st.sampled_from(["HIMICAR", "HIFILUZ", "Jackery"]), minutes, days, st.permutations(range(4)))
def test_details_in_any_order_are_understood(count, brand, start, day, order):
    begin, end = at(start), at(start + 1)
    details = (f"{count} Boxes", brand, f"{begin:%H.%M}-{end:%H.%M}", f"{MONTHS[day.month - 1]} {day.day}")
    letter = parse_letter_name(DAY, POLICY, ", ".join(details[place] for place in order) + ".pdf").value
    assert (letter.boxes, letter.brand, letter.start, letter.end) == (count, brand, begin, end)
    assert (letter.month, letter.day) == (day.month, day.day)


def outcome(name):
    try:
        return letter_file_name(DAY, POLICY, name).value
    except Fault as fault:
        return fault.kind


@given(st.text(max_size=80))
def test_any_file_name_is_answered_or_faulted(name):
    assert outcome(name)


@pytest.mark.parametrize("piece", ["a", "1", " ", "-", "18 Boxes", "14:00-", "Feb 6 ", "AMZ-", "_", "(1)"])
def test_a_hostile_file_name_takes_no_time(piece):
    start = clock.process_time()
    assert outcome(piece * 400)
    assert outcome("18 Boxes-AMZ-" + piece * 400 + " Amazon schedule date 14:00 - 14:30 AM February 6")
    assert clock.process_time() - start < 2


@pytest.mark.parametrize(
    ("mode", "morning", "noon"),
    [
        ("literal", "11:59 - 12:30 AM M", "12:00 - 12:30 AM M"),
        ("clock", "11:59 - 12:30 AM M", "12:00 - 12:30 PM M"),
        ("none", "11:59 - 12:30 M", "12:00 - 12:30 M"),
    ],
)
def test_am_as_configured(mode, morning, noon):
    policy = policy_with("letter_names", "half_day", value=mode)
    for start, end in ((time(11, 59), morning), (time(12), noon)):
        name = letter_name(DAY, policy, 3, "HIMICAR", start, time(12, 30), date(2025, 3, 9)).value
        assert name == f"3 Boxes-AMZ-HIMICAR Amazon schedule date {end}arch 9"
        assert parse_letter_name(DAY, policy, name).value.start == start


def test_am_in_the_afternoon_is_remarked_on():
    def remarks(hour):
        return letter_name(DAY, POLICY, 3, "HIMICAR", time(hour), time(hour, 30), DAY).remarks

    assert "AM" in remarks(12)[0].zh
    assert not remarks(11)


def test_another_substitute_for_the_colon():
    policy = policy_with("letter_names", "colon", value="h")
    name = letter_file_name(DAY, policy, "18 Boxes-AMZ-HIMICAR Amazon schedule date 14:00 - 14:30 AM February 6").value
    assert "14h00 - 14h30" in name
    assert letter_file_name(DAY, policy, name).value == name


@pytest.mark.parametrize("template", ["{boxes} {brand}", "{boxes} {boxes}-{brand} {start}{end}{half}{month}{day}", "{"])
def test_a_template_names_every_detail_once(template):
    with pytest.raises(ValidationError):
        policy_with("letter_names", "template", value=template)


@given(st.text(letters_and_digits, min_size=7, max_size=7), st.text(letters_and_digits, min_size=8, max_size=8))
def test_the_text_of_a_case_holds_both_ids(fnsku, asin):
    if not asin.rstrip("X"):
        return  # the SOP's placeholder
    for language in POLICY.remarks.case_texts:
        text = case_text(DAY, POLICY, f"X00{fnsku}", f"B0{asin}", language).value
        assert f"X00{fnsku}" in text
        assert f"B0{asin}" in text


def test_the_risk_of_relisting_is_told():
    answer = case_text(DAY, POLICY, "B0OLD12345", "B0ABCDE123")
    assert [("R62" in remark.zh, "R62" in remark.en) for remark in answer.remarks] == [(False, False), (True, True)]


def test_no_two_languages_share_a_word():
    words = [word for code, others in POLICY.remarks.case_languages.items() for word in (code, *others)]
    assert len({word.casefold() for word in words}) == len(words)
    assert [language_named(POLICY, word) for word in ("", "中文", "English", "西语")] == ["zh", "zh", "en", "es"]
    alone = {**NUMBERS["remarks"], "case_languages": {"zh": ["中文"]}}
    with pytest.raises(ValidationError):
        Rules.model_validate({**NUMBERS, "remarks": alone})


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_a_document_lacks_is_named_in_both_languages(lang):
    plan = purchase_remark(DAY, POLICY, None, None, warranty=True).value
    relabel = relabel_document(DAY, POLICY, None).value
    told = [finding.message(lang) for finding in (*plan.findings, *relabel.findings)]
    assert len(told) == len(set(told)) == 6
    assert [finding.where for finding in plan.findings] == ["产品标签码", "包装", "延保卡需求"]


@pytest.mark.parametrize("rule", ["R02", "R03", "R04", "R05"])
def test_every_number_of_these_rules_is_explained(rule):
    assert rule_explanation(rule, POLICY, DAY + timedelta(days=1))["numbers"]
