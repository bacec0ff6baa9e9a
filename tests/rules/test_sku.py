"""R01 beyond its case table: round trips, every problem at once, collisions, hostile sentences."""

import re
import time
from datetime import date
from itertools import islice, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.answer import Fault
from rules.policy.dated import Dated
from rules.policy.loader import packaged
from rules.sku import make_sku, pinyin
from rules.sku_check import check, parse_sku
from rules.sku_collisions import NAMED, Listed, collisions, first_few
from rules.sku_text import sku_from
from rules.sku_words import chinese_number, site_code

POLICY = packaged().rules
DAY = date(2025, 4, 3)

han = st.text(st.sampled_from("球泡灯车机玩具文充电婴儿鱼缸应急重行长调藏射作恶魔眼"), min_size=1, max_size=8)
brands = st.from_regex(r"[A-Za-z]{2,10}", fullmatch=True)
features = st.one_of(st.none(), st.sampled_from(["WIFI款", "防水", "RGB", "12v", "双色版", "Type-C"]))
packs = st.one_of(st.none(), st.integers(1, 999))
sites = st.sampled_from(sorted(POLICY.sku.sites))


@given(brands, han, features, packs, sites)
def test_a_made_sku_is_good_and_comes_apart_again(brand, goods, feature, pack, site):
    sku = make_sku(DAY, POLICY, brand, goods, feature, pack, site).value
    assert sku.isascii()
    assert all(sku.split("-"))
    assert check(sku, POLICY, DAY).mistakes == ()
    row = parse_sku(DAY, POLICY, sku).value[0]
    assert (row[0], row[3], row[4]) == (brand[:2].upper(), pack or 1, site)
    assert row[1] == pinyin(DAY, POLICY, goods).value


@given(han)
def test_one_letter_for_each_character(goods):
    letters = pinyin(DAY, POLICY, goods).value
    dropped = goods.endswith("儿") and len(goods) > 1 and not goods.endswith(POLICY.sku.keep_er)
    assert re.fullmatch(r"[A-Z]+", letters)
    assert len(letters) == len(goods) - dropped


@given(st.text(max_size=60))
def test_checking_any_text_is_a_list_of_findings(text):
    checked = check(text, POLICY, DAY)
    assert checked.parts is not None or checked.mistakes
    for lang in ("zh", "en"):
        assert all("?" not in finding.message(lang) or "?" in text for finding in checked.findings)


def outcome(text):
    """The SKU of a sentence, or the error value that a cell would show."""
    try:
        return sku_from(DAY, POLICY, text).value
    except Fault as fault:
        return fault.kind


@given(st.text(max_size=80))
def test_any_sentence_is_answered_or_faulted(text):
    assert outcome(text).isascii()


@pytest.mark.parametrize("piece", ["a", "1", "店", "牌", "WIFI款", "a-", "a'", "防水", "的店", "站"])
def test_a_hostile_sentence_takes_no_time(piece):
    begun = time.process_time()
    for count in (460 // len(piece), 32_000 // len(piece)):
        for text in (piece * count, piece * count + "店铺", piece * count + "款 HIFILUZ品牌 加拿大站"):
            assert outcome(text)
    assert time.process_time() - begun < 1


def test_a_sentence_of_500_characters_is_read_and_a_longer_one_is_not():
    sentence = "球泡灯 HIFILUZ品牌 加拿大站"
    assert sku_from(DAY, POLICY, sentence + " " * (499 - len(sentence)) + "。").value == "HI-QPD-CA"
    with pytest.raises(Fault) as raised:
        sku_from(DAY, POLICY, sentence + "灯" * (501 - len(sentence)))
    assert raised.value.code.id == "F-621"
    assert sku_from(DAY, POLICY, "灯" * (500 - len(" HIFILUZ品牌 加拿大站")) + " HIFILUZ品牌 加拿大站").value


@pytest.mark.parametrize(
    ("sku", "codes"),
    [
        ("hi-qpd-wifi-8pcs-ca", {"F-125", "F-126", "F-128", "F-129", "F-132"}),
        ("HI-QPD--CA", {"F-123"}),
        ("HI QPD CA", {"F-121", "F-124"}),
        ("HIF-球泡灯-CA", {"F-122", "F-125", "F-126"}),
        ("HI-QPD-8PCS-WiFi-CA", {"F-131"}),
        ("HI-QPD-1PCS-CA", {"F-130"}),
        ("HI-QPD-Type-C-8PCS-CA", {"F-124"}),
        ("HI-QPD-XX", {"F-133"}),
        ("HI-QPD-Wi_Fi-CA", {"F-127"}),
        ("HI-QPD-" + "A" * 40 + "-CA", {"F-134"}),
    ],
)
def test_every_problem_is_listed(sku, codes):
    assert {finding.code.id for finding in check(sku, POLICY, DAY).findings} == codes


def test_forty_characters_are_no_warning():
    sku = "HI-QPD-" + "A" * 30 + "-CA"
    assert len(sku) == 40
    assert check(sku, POLICY, DAY).findings == ()
    assert check(sku.replace("-CA", "A-CA"), POLICY, DAY).findings[0].is_note


def test_what_is_as_long_as_no_sku_can_be_is_not_looked_at():
    longest, longer = (f"HI-QPD-{'A' * (length - 10)}-CA" for length in (200, 201))
    assert "F-622" not in {finding.code.id for finding in check(longest, POLICY, DAY).findings}
    assert [finding.code.id for finding in check(longer, POLICY, DAY).findings] == ["F-622"]


def test_older_skus_are_the_old_rule_and_advised_when_restocked():
    since = POLICY.sku.naming_since.first_day
    renewal = POLICY.sku.restock_since.first_day
    before = check("LOMEESS01", POLICY, DAY, made=date(2025, 3, 18))
    assert before.mistakes == ()
    assert [item.code.id for item in before.findings] == ["F-135"]
    assert check("LOMEESS01", POLICY, DAY, made=since).mistakes
    restocked = check("LOMEESS01", POLICY, DAY, made=date(2024, 1, 1), restocked=renewal)
    assert [item.code.id for item in restocked.findings] == ["F-135", "F-136"]
    assert len(check("LOMEESS01", POLICY, DAY, made=date(2024, 1, 1), restocked=date(2025, 3, 27)).findings) == 1
    assert check("HI-QPD-CA", POLICY, DAY, made=date(2024, 1, 1)).findings == ()


def listed(*rows):
    return [Listed(str(i), *row) for i, row in enumerate(rows)]


def test_one_product_under_one_sku_is_right():
    rows = listed(("HI-WJ-CA", "玩具"), ("HI-WJ-CA", "玩具"), ("HI-WJ-CA", ""), ("HI-WJ-CA", "玩 具"), ("", "文具"))
    assert collisions(rows, POLICY) == []


def test_a_brand_or_feature_that_one_row_leaves_out_is_no_difference():
    rows = listed(("HI-QPD-CA", "球泡灯", "HIFILUZ"), ("HI-QPD-CA", "球泡灯", "", ""))
    assert collisions(rows, POLICY) == []


def test_two_products_under_one_sku_collide_and_get_a_proposal():
    found = collisions(listed(("HI-WJ-CA", "玩具"), ("hi-wj-ca", "文具"), ("HI-WENJ-CA", "闻鸡")), POLICY)
    assert len(found) == 1
    (proposal,) = found[0].proposals
    assert [row.product for row in found[0].rows] == ["玩具", "文具"]
    assert proposal.row.product == "文具"
    assert "WENJ" not in proposal.sku, "that one is taken"
    assert check(proposal.sku.upper(), POLICY, DAY).mistakes == ()


def test_brands_that_share_their_letters_are_named():
    (found,) = collisions(listed(("HI-QPD-CA", "球泡灯", "HIFILUZ"), ("HI-QPD-CA", "球泡灯", "HIMICAR")), POLICY)
    assert "HIFILUZ" in found.why.zh
    assert "HIMICAR" in found.why.zh
    assert check(found.proposals[0].sku, POLICY, DAY).mistakes == ()


def test_features_with_the_same_initials_collide():
    rows = listed(*(("HI-CY-HS-CA", "车衣", "HIMICAR", colour) for colour in ("红色", "黑色款", "灰色", "黑色")))
    (found,) = collisions(rows, POLICY)
    assert [row.feature for row in found.rows] == ["红色", "黑色款", "灰色"]
    proposed = [item.sku for item in found.proposals]
    assert len(set(proposed)) == 2
    assert all(check(sku, POLICY, DAY).mistakes == () for sku in proposed)


@pytest.mark.parametrize(
    ("sku", "one", "two", "said"),
    [
        ("HI-WJ-CA", ("玩具",), ("文具",), "词表 rules.sku.glossary 加 文具: WENJ"),
        ("HI-CY-HS-CA", ("车衣", "", "红色"), ("车衣", "", "黑色"), "特性写 HEIS"),
        ("HI-CY-HS-2PCS-CA", ("车衣", "", "红色"), ("车衣", "", "黑色"), "特性写 HEIS"),
        ("HI-QPD-CA", ("球泡灯", "HIFILUZ"), ("球泡灯", "HIMICAR"), "特性写 HIM"),
        ("HI-QPD-CA", ("球泡灯", "HIFILUZ"), ("球泡灯", "TOY"), "特性写 TOY"),
        ("HI-QPD-8PCS-CA", ("球泡灯", "HIFILUZ"), ("球泡灯", "HIMICAR"), "特性写 HIM"),
    ],
)
def test_the_word_that_differs_is_the_one_spelled_out(sku, one, two, said):
    (found,) = collisions(listed((sku, *one), (sku, *two)), POLICY)
    assert [item.how.zh for item in found.proposals] == [said]


@pytest.mark.parametrize("more", [-1, 0, 1])
def test_of_many_names_the_first_are_said(more):
    names = [f"名{number}" for number in range(NAMED + more)]
    told = first_few(names)
    assert told.zh.startswith("、".join(names[:NAMED]))
    assert ("等" in told.zh, "more" in told.en) == (more > 0, more > 0)


SYLLABLES = "球泡灯车机玩具文充电婴儿鱼缸应急作恶魔眼"


@pytest.mark.parametrize(
    "row",
    [
        lambda name: ("HI-QPDD-CA", name, "HIFILUZ", ""),  # as many products under one SKU
        lambda name: ("HI-QPD-CA", "球泡灯", "HIFILUZ", name),  # as many features
        lambda name: ("HI-QPD-CA", "球泡灯", f"HI{name}", ""),  # as many brands
    ],
)
def test_collisions_grow_with_the_rows(row):
    names = ["".join(word) for word in islice(product(SYLLABLES, repeat=4), 4000)]
    begun = time.process_time()
    (found,) = collisions(listed(*map(row, names)), POLICY)
    assert time.process_time() - begun < 10
    assert len(found.rows) == 4000
    assert len({item.sku.casefold() for item in found.proposals}) == 3999, "each gets a SKU of its own"
    assert len(found.why.zh) < 500
    assert "等 4000 个" in found.why.zh


@given(st.lists(st.tuples(*(st.sampled_from(["", "甲", "乙"]) for _ in range(2))), min_size=1, max_size=6))
def test_rows_are_one_product_where_all_that_both_state_is_equal(rows):
    """Against the plain question of every row with every row before it that stands for a product."""
    given_rows = listed(*(("HI-X-CA", "灯", brand, feature) for brand, feature in rows))
    different = []
    for row in given_rows:
        pairs = [((row.brand, other.brand), (row.feature, other.feature)) for other in different]
        if not any(all(not one or not two or one == two for one, two in pair) for pair in pairs):
            different.append(row)
    found = collisions(given_rows, POLICY)
    assert [row for clash in found for row in clash.rows] == (different if len(different) > 1 else [])


def test_known_brands_with_the_same_letters_are_a_remark():
    answer = make_sku(DAY, POLICY, "HIFILUZ", "车机", None, None, "CA")
    assert any("HIMICAR" in remark.zh for remark in answer.remarks)
    assert make_sku(DAY, POLICY, "Anker", "车机", None, None, "CA").remarks == ()


@pytest.mark.parametrize("code", sorted(POLICY.sku.sites))
def test_every_spelling_of_a_site(code):
    for word in (code, code.lower(), *POLICY.sku.sites[code]):
        for written in (word, f"{word}站", f" {word} 站点"):
            assert site_code(written, POLICY.sku) == code


@given(st.integers(1, 999))
def test_chinese_numerals(number):
    digits = "零一二三四五六七八九"
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    text = (digits[hundreds] + "百") if hundreds else ""
    text += (digits[tens] + "十") if tens else ("零" if hundreds and ones else "")
    text += digits[ones] if ones else ""
    assert chinese_number(text) == number


def test_a_sku_is_held_to_the_numbers_of_the_day_it_was_made():
    three = Dated[int](value=2, values={date(2026, 11, 1): 3})
    policy = POLICY.model_copy(update={"sku": POLICY.sku.model_copy(update={"brand_letters": three})})
    later = date(2026, 11, 2)
    assert [item.code.id for item in check("HI-QPD-CA", policy, later).findings] == ["F-125"]
    assert check("HIX-QPD-CA", policy, later).findings == ()
    assert check("HI-QPD-CA", policy, later, made=DAY).findings == ()
