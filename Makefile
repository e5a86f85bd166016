# Everything that is done to the project is done by these targets; each makes ready what it needs.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
TEST_READY := $(VENV)/.test-ready
SOURCES := core gui resources tests

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo run test lint format bench clean

help: ## Show this help
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(READY) ## Make a small library in ./demo, run every stage on it, open the window on it
	$(BIN)/python -m core.cli.tour demo
	$(BIN)/python -m gui.tour demo/project

run: $(READY) ## Open the window
	$(BIN)/loudness-gui

test: $(READY) $(TEST_READY) ## Run the tests (PYTEST_ARGS="-k audio" runs some of them)
	$(BIN)/python -m pytest -n 2 --dist worksteal $(PYTEST_ARGS)

lint: $(READY) ## Check form, types, layers, docstrings and spelling
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/basedpyright --pythonpath $(BIN)/python
	$(BIN)/lint-imports --no-logo
	$(BIN)/numpydoc lint $$(find core -name '*.py')
	$(BIN)/typos

format: $(READY) ## Bring the code into form
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

bench: $(READY) $(TEST_READY) ## Measure speed and memory, as ratios against an alternative in the same run
	@for file in tests/benchmarks/bench_*.py; do \
	  name=$$(basename $$file .py); echo "== $$name"; \
	  $(BIN)/python -m tests.benchmarks.$$name || exit 1; \
	done

clean: ## Remove the environment and all caches; ./demo stays, it may hold work of yours
	rm -rf $(VENV) build dist *.egg-info .coverage .coverage.* .pytest_cache .ruff_cache \
	  .hypothesis .import_linter_cache
	find $(SOURCES) -name __pycache__ -type d -exec rm -rf {} +

$(READY): pyproject.toml constraints.txt $(wildcard resources/*system-packages*)
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
	  2>/dev/null || { echo "Python 3.11, 3.12 or 3.13 is needed, but $(PYTHON) is" \
	    "$$($(PYTHON) --version 2>/dev/null || echo missing)." \
	    "Name another: make PYTHON=python3.12" >&2; exit 1; }
	@sh resources/install-system-packages.sh
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear $(VENV)
	@echo "Installing Python packages into $(VENV): over 3 GB, which takes minutes."
	@quiet=$$(test -t 1 || echo --quiet); \
	  $(BIN)/python -m pip --disable-pip-version-check install $$quiet -c constraints.txt -e '.[dev]'
	@touch $@

# Tests drive a window on a screen that is none, and hear a sound card that is none.
$(TEST_READY): $(READY) resources/test-packages.txt
	@sh resources/install-system-packages.sh test-packages.txt
	@touch $@
