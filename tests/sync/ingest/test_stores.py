"""One name for one store, whether its country stands in a column or in the name."""

import pytest

from sync.ingest.stores import canonical

STORES = {"lomeess-ca": "LOMEESS-CA", "lomeess加拿大": "LOMEESS-CA"}


def known(word):
    return STORES.get(word.casefold())


@pytest.mark.parametrize(
    ("written", "country", "name"),
    [
        ("LOMEESS", "加拿大", "LOMEESS-CA"),
        ("LOMEESS-CA", "加拿大", "LOMEESS-CA"),
        ("LOMEESS_ca", "加拿大", "LOMEESS_ca"),
        ("LOMEESS加拿大", "加拿大", "LOMEESS加拿大"),
        ("加拿大货行", "加拿大", "加拿大货行-CA"),
        ("AMERICA", "加拿大", "AMERICA-CA"),
        ("LOMEESS", None, "LOMEESS"),
    ],
)
def test_a_name_gets_the_country_that_it_does_not_end_with(written, country, name):
    assert canonical(written, country, None) == name


def test_a_registered_name_is_found_by_each_way_of_writing():
    for written, country in (
        ("LOMEESS", "加拿大"),
        ("LOMEESS-CA", "加拿大"),
        ("LOMEESS加拿大", "加拿大"),
        ("lomeess-ca", None),
    ):
        assert canonical(written, country, known) == "LOMEESS-CA"
    assert canonical("LOMEESS", None, known) is None
