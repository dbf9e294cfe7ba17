SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# uv installs the same hashed lock several times faster where it is there.
INSTALL := $(if $(shell command -v uv),uv pip install --quiet --python $(BIN)/python,$(BIN)/pip install --quiet --disable-pip-version-check)
NOT_HAD := echo "The packages of the lock could not be had. Remedy: look at the message above; check the network,"; \
	echo "or name a mirror of the Python package index in PIP_INDEX_URL, and run make again."; exit 1
LOCK := uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--no-annotate --quiet --extra build

# $(1): where the texts stand, $(2): the languages. A variant of a language has the plurals of the language.
define texts
	template=$$(mktemp) && trap "rm -f $$template" EXIT \
		&& $(BIN)/pybabel -q extract -F $(1) -k lazy_gettext -c "Note:" --no-location --sort-output \
			--omit-header -o $$template . \
		&& for language in $(2); do \
			mkdir -p bip/translations/$$language/LC_MESSAGES; \
			po=bip/translations/$$language/LC_MESSAGES/messages.po; \
			test -f $$po || $(BIN)/pybabel -q init -i $$template -o $$po -l $${language%_simple}; \
			$(BIN)/pybabel -q update -i $$template -o $$po -l $${language%_simple} --no-fuzzy-matching \
				--ignore-obsolete --omit-header --no-wrap; \
		done
endef

.PHONY: help setup demo test recovery faults lint bench texts lock chromium postgresql

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

setup: $(VENV)/.installed ## install what runs the platform into .venv, from the hashed lock

demo: $(VENV)/.installed ## simulate a study, estimate, and start the application with invented people
	@rm -rf demo
	$(BIN)/bip simulate demo/study --seed 1
	$(BIN)/bip check demo/study
	$(BIN)/bip analyse demo/study --out demo/report
	@echo "Open in a browser: file://$(CURDIR)/demo/report/report.html"
	$(BIN)/bip demo demo/platform --history demo/study

# Three on two cores: half the time a test waits for a browser, a disk or a database.
test: $(VENV)/.developing chromium postgresql ## install what tests need and run them all
	$(BIN)/pytest -n 3 --dist worksteal

recovery: $(VENV)/.developing ## estimate 1,200 simulated studies and write docs/recovery.md; resumable
	@OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.recovery

faults: $(VENV)/.developing ## kill the server, cut connections, fill the disk: no answer is lost or doubled
	@$(BIN)/python -m tests.faults

lint: $(VENV)/.developing ## formatting, style, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

bench: $(VENV)/.developing ## one line a benchmark: name, ratio, against what
	@$(BIN)/python -m benchmarks

texts: $(VENV)/.developing ## bring new and changed texts of the pages into the catalogues, for translation
	@$(call texts,pyproject.toml,sv da)
	@$(call texts,bip/translations/participants.toml,sv_simple nb fi ar so ti fa uk)

lock: ## resolve the newest versions into the locks (needs uv)
	$(LOCK) --upgrade --output-file requirements.lock
	$(LOCK) --extra dev --constraint requirements.lock --output-file requirements-dev.lock

# With fonts for all the languages that participants read.
chromium:
	@{ command -v chromium && fc-list | grep -q NotoSansEthiopic; } >/dev/null \
		|| { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq chromium fonts-noto-core >/dev/null; } \
		|| { echo "The tests open pages in a real browser in all languages; Chromium or its fonts are missing. Remedy:"; \
			echo "    sudo apt-get install chromium fonts-noto-core"; exit 1; }

postgresql:
	@compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null \
		|| { [ "$$(id -u)" = 0 ] && apt-get update -qq && apt-get install -y -qq postgresql >/dev/null; } \
		|| { echo "The tests of the store run on a real PostgreSQL too, and it is not installed. Remedy:"; \
			echo "    sudo apt-get install postgresql"; exit 1; }

$(VENV)/bin/python:
	@$(PYTHON) -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
		|| { echo "Python 3.11 or later with venv is needed. Remedy:"; \
			echo "    sudo apt-get install python3-venv    (or: make PYTHON=/path/to/python3.12 ...)"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	$(INSTALL) --require-hashes -r requirements.lock || { $(NOT_HAD); }
	$(INSTALL) --no-build-isolation --no-deps --editable .
	@touch $@

$(VENV)/.developing: requirements-dev.lock $(VENV)/.installed
	$(INSTALL) --require-hashes -r requirements-dev.lock || { $(NOT_HAD); }
	@touch $@
