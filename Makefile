PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
# Two processes, each with whole files, as fixtures of a file are dear; the long ones stand first in the order of names.
TOGETHER := -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: help demo test check bench proof clean

help: ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

demo: $(VENV)/app ## a small company in demo/, and one sync round
	$(RUN)/qlc demo demo

test: $(VENV)/dev $(VENV)/office ## every test (under 8 minutes)
	$(RUN)/python -m pytest $(TOGETHER)

check: $(VENV)/dev ## linters and types
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy

bench: $(VENV)/dev ## benchmarks, as ratios against their baselines
	$(RUN)/qlc bench all

proof: $(VENV)/dev $(VENV)/office ## long evidence: corpora, fuzzing, benchmarks; prints tables
	$(RUN)/python -m pytest -m proof -s
	$(RUN)/python -m pytest -s tests/sync/backends/test_corpus.py
	$(RUN)/python -m tests.mutations --sample 200 --seed 1 --jobs 2
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

# A real LibreOffice and a virtual screen for the tests; without them (and without CI) those tests are skipped.
OFFICE := libreoffice-calc libreoffice-script-provider-python libreoffice-l10n-zh-cn python3-uno fonts-wqy-zenhei xvfb xdotool openbox imagemagick
$(VENV)/office: $(VENV)/bin/python Makefile
	@office() { command -v soffice && command -v Xvfb && command -v xdotool && command -v openbox && /usr/bin/python3 -c 'import uno'; }; \
	office >/dev/null 2>&1 || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq --no-install-recommends $(OFFICE) >/dev/null; } || true; \
	if office >/dev/null 2>&1; then touch $@; else echo "no LibreOffice with its Python, or no virtual screen ($(OFFICE)): their tests are skipped"; fi
