# Everything a person or CI runs; `make help` explains.
VENV := .venv
PYTHON ?= python3
BIN := $(VENV)/bin
PIP_OPTIONS := --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help drill test counterparts check lint types package soak bench lambda aws-contract clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

drill: $(VENV)/.run ## one drill on the embedded DynamoDB: damage a table under load, bring it back, prove it
	$(BIN)/dynadrill run bad_batch_delete

test: $(VENV)/.dev counterparts ## every test but the soaks
	$(BIN)/pytest -n 2 -m "not soak"

# What cannot be fetched is said, and its tests are skipped with the reason; see tests/counterparts/.
counterparts: $(VENV)/.dev ## fetch DynamoDB Local and the SDK for JavaScript into build/, for the tests that compare
	@$(BIN)/python -m tests.counterparts.fetch

check: lint types package ## lint, types and packaging: what CI checks beside the tests

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# mypy reads the four folders as the namespace package that they install as.
types: $(VENV)/.dev
	@mkdir -p build/types && ln -sfn ../.. build/types/dynadrill
	$(BIN)/mypy -p dynadrill.drills -p dynadrill.fixtures -p dynadrill.scenarios -p dynadrill.validators

package: $(VENV)/.dev
	$(BIN)/pytest -q -m packaging

soak: $(VENV)/.dev counterparts ## the long runs: many seeds in real pace
	$(BIN)/pytest -m soak

bench: $(VENV)/.dev ## the speeds that the project promises, as ratios in one run
	$(BIN)/python -m tests.benchmarks

# With another processor, or with files beside the code: make lambda ARCHITECTURE=arm64 INCLUDE="dynadrill.toml totals.sql"
ARCHITECTURE ?= x86_64
lambda: $(VENV)/.run ## the validator for AWS Backup's restore tests as a zip for AWS Lambda, in dist/
	@$(BIN)/python -m deploy.lambda_zip --architecture $(ARCHITECTURE) --include $(INCLUDE)

aws-contract: $(VENV)/.dev ## the contract and one small drill on an AWS account of yours; says what it costs and asks first
	@$(BIN)/python -m tests.counterparts.on_account

clean: ## remove what the targets above made
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "dynadrill needs Python 3.11 or newer; name one: make PYTHON=python3.12 ...")'
	@echo "setting up $(VENV) with $(PYTHON): this takes a minute, once"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.run: $(VENV)/bin/python pyproject.toml constraints.txt
	@$(BIN)/pip install $(PIP_OPTIONS) -c constraints.txt -e .
	@touch $@

$(VENV)/.dev: $(VENV)/bin/python pyproject.toml constraints.txt
	@$(BIN)/pip install $(PIP_OPTIONS) -c constraints.txt -e '.[dev]'
	@touch $@ $(VENV)/.run
