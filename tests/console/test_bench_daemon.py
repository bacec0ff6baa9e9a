"""`qlc bench daemon`: what is measured is an idle service, and a drop that is written; the full sizes are a proof."""

import pytest

from console.bench import daemon


@pytest.mark.proof
def test_an_idle_stretch_is_that_of_a_service_whose_rounds_run_well(monkeypatch):
    monkeypatch.setattr(daemon, "ROWS_EACH", 3)
    cpu, rounds = daemon.idle(1)
    assert cpu["name"].startswith("idle hour, 1 workbooks (900 s lived, x 4)")
    assert cpu["value"] > 0
    assert rounds["name"].endswith("of 4 looks"), "it is looked at once an interval"
    assert rounds["value"] == 4
    assert (cpu["ok"], cpu["limit"]) == (True, None)


@pytest.mark.proof
def test_a_dropped_export_is_written(monkeypatch):
    monkeypatch.setattr(daemon, "ROWS", 200)
    monkeypatch.setattr(daemon, "REPEAT", 1)
    row = daemon.latency()
    assert row["value"] > 2, "a file that may still grow is waited for"
    assert row["ok"] == (row["value"] <= daemon.LATENCY)
