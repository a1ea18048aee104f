# Two commands for a newcomer: `make demo` and `make test`. Each sets up all that it needs in .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help demo test check coverage lint format pictures lock clean

help: ## List the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

demo: $(INSTALLED) ## Sync a made-up tenant into an embedded database and serve the Dagster UI (ARGS=--no-ui ends instead)
	$(BIN)/sync-assets demo $(ARGS)

test: $(INSTALLED) ## Run the tests on all processors (ARGS are handed to pytest; -n0 runs them in one process)
	$(BIN)/python -m pytest -n auto $(ARGS)

check: $(INSTALLED) ## Run the quick part of the tests: all but those that are marked slow
	$(BIN)/python -m pytest -n auto -m "not slow" $(ARGS)

coverage: $(INSTALLED) ## Run all tests and say which lines and branches of the package none of them has seen
	$(BIN)/python -m pytest -n auto --cov $(ARGS)

lint: $(INSTALLED) ## Check style, types and layers
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

pictures: $(INSTALLED) ## Take the pictures of the pages in docs/pictures anew (needs Chromium)
	$(BIN)/python docs/pictures.py

format: $(INSTALLED) ## Bring the code into its format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lock: ## Write constraints.txt and deploy/requirements.txt anew, from the newest versions that pyproject.toml admits
	rm -rf $(VENV)/lock && $(PYTHON) -m venv $(VENV)/lock
	$(VENV)/lock/bin/pip install --quiet '.[sandbox,kubernetes,dev]'
	$(VENV)/lock/bin/pip freeze --exclude sync-assets > constraints.txt
	$(VENV)/lock/bin/pip install --quiet uv
	echo '# Every package of an installation, with the hashes of its files. `make lock` writes it.' > deploy/requirements.txt
	$(VENV)/lock/bin/uv pip compile pyproject.toml --constraint constraints.txt --generate-hashes --no-strip-extras \
		--universal --python-version 3.11 --no-emit-index-url --no-header --no-annotate --quiet >> deploy/requirements.txt

clean: ## Remove what the targets above have made
	rm -rf $(VENV) .local .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage .coverage.*

# Made again when a version or a dependency changes.
$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed, this is " + sys.version.split()[0]) if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[sandbox,dev]'
	@touch $@
