# `make` lists the targets.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FAST := tests/config tests/crawler/kinds tests/crawler/parse tests/indexer/copies tests/indexer/extract tests/indexer/query \
	tests/indexer/trends tests/test_architecture.py

.DEFAULT_GOAL := help
.PHONY: help setup run demo fast test check bench screenshots clean

help: ## list these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/ready ## create .venv if it is missing or out of date

$(VENV)/ready: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Parley needs Python 3.11 or newer; set PYTHON=…")'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile --constraint constraints.txt --editable '.[test]'
	@# pip would compile nine thousand files on one core, and none of ours
	$(BIN)/python -m compileall -qq -j 0 $(VENV)/lib config crawler indexer monitor parley || true
	touch $@

run: setup ## collect, index and show progress until Ctrl-C
	$(BIN)/parley run

demo: setup ## the same with a bundled sample news site, without network
	$(BIN)/parley demo

fast: setup ## the fast part of the test suite
	$(BIN)/python -m pytest -n 2 $(FAST)

test: setup ## the whole test suite, with everything it needs
	$(BIN)/python -m pytest -n 4 --dist loadscope --no-loadscope-reorder

check: setup ## formatting, linter, types and the whole test suite
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(MAKE) test

bench: setup ## the figures in docs/measurements.md that need no data set
	$(BIN)/python -m bench

screenshots: setup ## the pictures of README and docs, from the demonstration
	$(BIN)/python -m bench.screenshots

clean: ## remove .venv and the caches of the tools
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
