# `make run` and `make test` do all their own set-up; the locks pin every package by hash.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: run test test-thorough check format bench drawings charts lock schema clean

run: $(VENV)/.run
	@$(BIN)/python -m bot

test: $(VENV)/.dev
	@$(BIN)/python tests/tools.py
	@# More workers than cores: most tests wait for a server, a clock or a browser.
	$(BIN)/python -m pytest -n 4 --dist worksteal --durations 30

# The same with every case, more deaths and longer searches.
test-thorough: $(VENV)/.dev
	@$(BIN)/python tests/tools.py
	$(BIN)/python -m pytest -n 4 --dist worksteal --thorough --timeout 0

check: $(VENV)/.dev
	$(BIN)/ruff format --check bot tests migrations benchmarks
	$(BIN)/ruff check bot tests migrations benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff format bot tests migrations benchmarks
	$(BIN)/ruff check --fix bot tests migrations benchmarks

# What sending costs beside other libraries, and how much of an allowance is used.
bench: $(VENV)/.dev
	$(BIN)/python -m benchmarks

drawings: $(VENV)/.dev
	$(BIN)/python -m bot.drawing

# The samples in docs/charts.md.
charts: $(VENV)/.run
	$(BIN)/python -m bot.drawing.charts

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Rugwijzer needs Python 3.11 or newer: make PYTHON=python3.11 $(MAKECMDGOALS)")'
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing: on Debian, apt install python3-venv"; rm -rf $(VENV); exit 1; }

$(VENV)/.run: $(VENV)/bin/python requirements.lock pyproject.toml
	@echo "Setting up (once) ..."
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements-dev.lock
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

# Made anew after a change of the dependencies in pyproject.toml.
UV_COMPILE = uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --quiet
lock:
	echo 'setuptools>=80' | $(UV_COMPILE) - --extra postgres -o requirements.lock
	$(UV_COMPILE) --group dev -c requirements.lock -o requirements-dev.lock

# Made anew after a change of bot/content/schema.py.
schema: $(VENV)/.run
	$(BIN)/python -c 'from bot.content.schema import json_schema; print(json_schema(), end="")' > docs/campaign.schema.json

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
