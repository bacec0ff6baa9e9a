"""The demo's model: believable, repeatable, and consistent from file to file."""

from collections import Counter
from datetime import date

import pytest

from console.demo.catalogue import CATEGORIES, MEX, STORES
from console.demo.company import make_company
from console.demo.history import advance_week
from rules.policy.loader import packaged
from rules.sku import make_sku


@pytest.fixture(scope="module")
def company():
    return make_company(400, 1)


@pytest.fixture(scope="module")
def later(company):
    return advance_week(company)


@pytest.mark.parametrize("rows", [10, 33, 400])
def test_a_seed_makes_one_company(rows):
    assert make_company(rows, 5) == make_company(rows, 5)
    assert advance_week(make_company(rows, 5)) == advance_week(make_company(rows, 5))
    assert make_company(rows, 5) != make_company(rows, 6)


@pytest.mark.parametrize(("rows", "seed"), [(10, 1), (400, 1), (3000, 2)])
def test_rows_are_spread_over_five_stores_without_doubled_keys(rows, seed):
    company = make_company(rows, seed)
    assert len(company.offers) == len(company.by_key) == rows
    counts = Counter(offer.store.name for offer in company.offers)
    assert len(counts) == 5
    assert max(counts.values()) - min(counts.values()) <= 1


def test_a_sku_is_one_product_and_serves_several_mskus(company):
    products = {}
    for offer in company.offers:
        assert products.setdefault(offer.product.sku, offer.product) == offer.product
    assert len(products) < len(company.offers)


def test_some_ids_look_like_numbers(company):
    names = [offer.msku for offer in company.offers]
    assert any(name.isdigit() and name.startswith("0") for name in names)
    assert any(name[0].isdigit() and name[1] == "E" and name[2:].isdigit() for name in names)


def test_each_category_has_its_purchaser():
    buyers = {category.name: category.buyer for category in CATEGORIES}
    assert buyers["恶魔眼"] == "Sini"
    assert buyers["抛光机"] == "Zoey"
    assert buyers["文具"] == "Nina"
    assert len(buyers) == 15


def test_mexican_goods_travel_on_stocking_orders_with_a_shipment_note(company):
    orders = {order.number: order for order in company.stockings}
    linked = [shipment for shipment in company.shipments if shipment.order]
    assert linked
    for shipment in linked:
        assert shipment.fba in MEX
        assert orders[shipment.order].remark == f"{shipment.number}-{shipment.fba}-{shipment.reference}"
        sent, ordered = (
            [(line.offer, line.declared) for line in one.lines] for one in (shipment, orders[shipment.order])
        )
        assert sent == ordered, "an order carries what its shipment holds"
        assert len(shipment.number) == 12
        assert len(shipment.reference) == 8
    assert any(order.remark and not order.remark.startswith("FBA") for order in company.stockings)


def test_inbound_stock_is_what_the_shipments_hold(company):
    expected = Counter()
    for shipment in company.shipments:
        if shipment.status in ("SHIPPED", "IN_TRANSIT", "RECEIVING"):
            for line in shipment.lines:
                expected[line.offer] += max(0, line.declared - line.received)
    listed = {key: sent + receiving for key, (_, sent, receiving) in company.inbound.items() if sent + receiving}
    assert listed == {key: count for key, count in expected.items() if count}


def test_a_week_moves_stock_without_turning_everything_over(company, later):
    before, after = company.by_key, later.by_key
    kept = before.keys() & after.keys()
    assert 0 < len(before.keys() - after.keys()) <= 0.05 * len(before)
    assert after.keys() - before.keys()
    moved = sum(before[key].sellable != after[key].sellable for key in kept)
    assert 0.3 * len(kept) < moved < 0.8 * len(kept)
    assert all(after[key].weeks[1:] == before[key].weeks[:4] for key in kept)
    assert all(offer.sellable >= 0 for offer in later.offers)


def test_shipments_progress_close_and_begin(company, later):
    order = ["WORKING", "SHIPPED", "IN_TRANSIT", "RECEIVING", "CLOSED"]
    before = {shipment.number: shipment for shipment in company.shipments}
    after = {shipment.number: shipment for shipment in later.shipments}
    assert {shipment.status for shipment in company.shipments} == set(order)
    for number in before.keys() & after.keys():
        assert order.index(after[number].status) - order.index(before[number].status) in (0, 1)
    assert all(before[number].status == "CLOSED" or not after.get(number) for number in before.keys() - after.keys())
    assert len(after.keys() - before.keys()) == len(STORES)


def test_sales_of_a_window_count_part_of_a_week(company):
    offer = max(company.offers, key=lambda one: one.daily)
    assert offer.sold(14) == offer.weeks[0] + offer.weeks[1]
    assert offer.sold(28) <= offer.sold(30) <= sum(offer.weeks)


@pytest.mark.parametrize("category", CATEGORIES, ids=lambda category: category.name)
def test_catalogue_names_make_the_segments_that_r01_asks_for(category):
    for product, letters in category.products:
        for feature, segment in category.features:
            sku = make_sku(date(2026, 4, 20), packaged().rules, "HIMICAR", product, f"{feature}款", 2, "墨西哥站")
            assert sku.value == f"HI-{letters}-{segment}-2PCS-MX"
