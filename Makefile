# One command for each thing a developer does; `make` alone lists them. CONTRIBUTING.md tells the rest.

PYTHON ?= python3
BIN := .venv/bin
LAST_TOOL := $(BIN)/lint-imports
ROOMS := $(filter-out cases __pycache__,$(notdir $(patsubst %/,%,$(wildcard tests/*/))))
BENCHMARKS := $(filter-out timing,$(basename $(notdir $(wildcard benchmarks/*.py))))

.DEFAULT_GOAL := help
.PHONY: help setup check test lint format types loops snapshots bench hooks

help: ## this list
	@sed -nE 's/^([a-z]+):[^#]*## (.*)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

setup: ## make .venv with the program and every tool; again when pyproject.toml has changed
	$(PYTHON) -m venv --without-pip .venv
	$(PYTHON) -m pip --python $(BIN)/python install --quiet --editable '.[dev]'
	@echo "Ready. Next: make check"

$(LAST_TOOL):
	@$(MAKE) setup

check: lint types test ## everything that must hold before a commit is shared

test: $(LAST_TOOL) ## the tests, in parallel; of some rooms: make test ROOM="soundscape house"
	$(if $(filter-out $(ROOMS),$(ROOM)),$(error There is no tests/$(ROOM); the rooms are: $(ROOMS)))
	$(BIN)/python -m pytest -n auto $(addprefix tests/,$(ROOM))

lint: $(LAST_TOOL) ## style, format, and who may import whom
	$(BIN)/lint-imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: $(LAST_TOOL) ## put the format and the order of imports right
	$(BIN)/ruff check --select I --fix .
	$(BIN)/ruff format .

types: $(LAST_TOOL) ## mypy --strict over the package and the benchmarks
	$(BIN)/mypy --strict

loops: $(LAST_TOOL) ## the heavier loops in full: hundreds of rounds of kill -9
	SETSETTING_LOOPS=full $(BIN)/python -m pytest -n auto -m loop

snapshots: $(LAST_TOOL) ## draw the pictures of the screens anew; look at each before you keep it
	$(BIN)/python -m pytest -n auto tests/tui --snapshot-update

bench: $(LAST_TOOL) ## all benchmarks; one: make bench NAME=append
	@set -e; for name in $(or $(NAME),$(BENCHMARKS)); do echo "== $$name"; $(BIN)/python benchmarks/$$name.py; done

hooks: ## check each commit before it is made (.githooks/pre-commit; nothing is fetched)
	git config core.hooksPath .githooks
