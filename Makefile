# Each target sets up what it needs: a virtual environment from requirements.lock, with hashes.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
# One more than there are cores: some tests wait for processes.
WORKERS = $(shell $(BIN)/python -c 'import os; print(1 + min(8, os.cpu_count() or 1))')
# Each test on both databases takes twice as long: that is for CI and for whoever asks.
DATABASES ?= $(if $(CI),both,one)
SOURCES := bot handlers services sandbox tests bench alembic

# Compiled modules are kept: each process of the tests would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help demo run rotate-keys test lint format bench chaos migration lock browser clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

demo: $(READY) ## the whole product in the sandbox: opens a page with a chat and a CRM
	@$(BIN)/python -m sandbox.demo

run: $(READY) ## the bot against Telegram, with settings from .env
	@$(BIN)/python -m bot

test: $(READY) browser ## every test; half of those with a database on SQLite, half on PostgreSQL (DATABASES=both)
	@$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --databases $(DATABASES)

rotate-keys: $(READY) ## everything stored is encrypted anew with the first of SECRET_KEYS, or a new key file
	@$(BIN)/python -m bot rotate-keys

lint: $(READY) ## ruff, mypy --strict, import rules, migrations in step with the models
	@$(BIN)/ruff check $(SOURCES)
	@$(BIN)/ruff format --check $(SOURCES)
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest -q tests/db/test_migrations.py

format: $(READY) ## puts the code in shape
	@$(BIN)/ruff check --fix -q $(SOURCES)
	@$(BIN)/ruff format -q $(SOURCES)

bench: $(READY) ## measures speed, cache share, latency and memory
	@$(BIN)/python -m bench

chaos: $(READY) ## kills the bot at random moments over 300 calls and counts what was lost or doubled
	@$(BIN)/python -m bench.chaos

migration: $(READY) ## make migration name="what changes": a new migration from the models
	@test -n "$(name)" || { echo 'say what changes: make migration name="..."'; exit 1; }
	@tmp=$$(mktemp -d) && export DATABASE_URL=sqlite+aiosqlite:///$$tmp/now.db && \
	  $(BIN)/python -m alembic upgrade head && \
	  $(BIN)/python -m alembic revision --autogenerate -m "$(name)" \
	    --rev-id $$(printf '%04d' $$(($$(ls alembic/versions/[0-9]*.py | wc -l) + 1))); \
	  rm -rf $$tmp; $(BIN)/ruff check -q --fix alembic; $(BIN)/ruff format -q alembic

lock: ## writes requirements.lock anew from pyproject.toml (needs uv)
	@uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header -q -o requirements.lock

clean: ## removes what was made here
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

browser:
	@command -v chromium chromium-browser google-chrome >/dev/null || { \
	  echo 'Installing Chromium for the tests of the demo page ...'; \
	  if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	    apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium >/dev/null; \
	  else echo 'Please install Chromium (for example: sudo apt-get install chromium)'; exit 1; fi; }

$(READY): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
	  { echo 'Python 3.11, 3.12 or 3.13 is needed: make PYTHON=python3.12 ...'; exit 1; }
	@echo 'Setting up .venv (once) ...'
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $(READY)
