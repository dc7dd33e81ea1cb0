# Every recipe sets up what it needs; nothing but Debian, Python 3.11, make and gcc is assumed.
SHELL := /bin/bash
VENV := .venv
PY := $(VENV)/bin/python
SOGOC_TEST_DATA ?= ../shared/data
export SOGOC_TEST_DATA

.PHONY: demo test check prove bench cover lock wheel clean

demo: $(VENV)/.run
	@$(VENV)/bin/sogoc demo --out demo-run --force

test: $(VENV)/.dev
	$(PY) -m pytest -n 2 --dist loadfile

check: $(VENV)/.dev
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

cover: $(VENV)/.dev
	$(PY) tests/coverage_floor.py

# make prove NAME=speed-10m ; with no NAME, the list of proofs
prove: $(VENV)/.bench
	$(PY) -m benchmarks.prove $(NAME)

bench: $(VENV)/.bench
	$(PY) -m benchmarks.board

wheel: $(VENV)/.dev
	$(PY) tests/house/wheel_job.py

$(VENV)/bin/python:
	@.ci/make-venv $(VENV)

$(VENV)/.run: requirements.lock pyproject.toml | $(VENV)/bin/python
	@echo "sogoc: installing pinned dependencies (first run only)"
	@$(PY) -m pip install -q --require-hashes -r requirements.lock
	@$(PY) -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@$(PY) -m pip install -q --require-hashes -r requirements-dev.lock
	@touch $@

$(VENV)/.bench: requirements-bench.lock $(VENV)/.dev
	@$(PY) -m pip install -q --require-hashes -r requirements-bench.lock
	@touch $@

lock:
	$(PY) -m pip install -q uv
	$(VENV)/bin/uv pip compile -q --no-header --generate-hashes --no-emit-index-url --no-annotate --python-version 3.11 pyproject.toml --group build -o requirements.lock
	$(VENV)/bin/uv pip compile -q --no-header --generate-hashes --no-emit-index-url --no-annotate --python-version 3.11 -c requirements.lock --group test --group check pyproject.toml -o requirements-dev.lock
	$(VENV)/bin/uv pip compile -q --no-header --generate-hashes --no-emit-index-url --no-annotate --python-version 3.11 -c requirements.lock -c requirements-dev.lock --group bench pyproject.toml -o requirements-bench.lock

clean:
	rm -rf $(VENV) dist demo-run .mypy_cache .ruff_cache .pytest_cache .proofs
