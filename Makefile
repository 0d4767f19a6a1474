# One screen of everything: `make` lists it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help setup run demo test check bench clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-7s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(VENV)/ready ## make .venv when it is missing or old

$(VENV)/ready: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Parley needs Python 3.11 or newer; set PYTHON=…")'
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test]'
	touch $@

run: setup ## collect, index and show what happens, until Ctrl-C
	$(BIN)/parley run

demo: setup ## the same against a bundled sample news site, without network
	$(BIN)/parley demo

test: setup ## everything it needs, then the whole test suite
	$(BIN)/python -m pytest -n 3 --dist loadscope --no-loadscope-reorder

check: setup ## format, lint, types, tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(MAKE) test

bench: setup ## the figures of docs/measurements.md that need no data set
	$(BIN)/python -m bench

clean: ## remove what make setup and the tools left
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
