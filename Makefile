PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin

.PHONY: help demo test check bench proof clean

help: ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

demo: $(VENV)/app ## a small company in demo/, and one sync round
	$(RUN)/qlc demo demo

test: $(VENV)/dev $(VENV)/office ## every test (under 10 minutes)
	$(RUN)/python -m pytest

check: $(VENV)/dev ## linters and types
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy

bench: $(VENV)/dev ## benchmarks, as ratios against their baselines
	$(RUN)/qlc bench all

proof: $(VENV)/dev $(VENV)/office ## long evidence: corpora, fuzzing, benchmarks; prints tables
	$(RUN)/python -m pytest -m proof -s
	$(RUN)/python -m pytest -s tests/sync/backends/test_corpus.py
	$(RUN)/qlc bench all

clean: ## forget the environment and the demo
	rm -rf $(VENV) demo

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV) || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq python3-venv && rm -rf $(VENV) && $(PYTHON) -m venv $(VENV); }

$(VENV)/app: $(VENV)/bin/python pyproject.toml constraints.txt
	$(RUN)/python -m pip install --disable-pip-version-check -q -c constraints.txt -e .
	@touch $@

$(VENV)/dev: $(VENV)/app
	$(RUN)/python -m pip install --disable-pip-version-check -q -c constraints.txt -e '.[dev]'
	@touch $@

# LibreOffice computes the native formulas of `qlc compile` for the tests; without it (and without CI) they are skipped.
$(VENV)/office: $(VENV)/bin/python
	@command -v soffice >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq --no-install-recommends libreoffice-calc >/dev/null; } || true
	@if command -v soffice >/dev/null; then touch $@; else echo "no LibreOffice (libreoffice-calc): its tests are skipped"; fi
