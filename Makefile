# `make demo`, `make check` and `make test` need Python >= 3.11, make and git; they build .venv from the hashed lock themselves.

# Tests start hundreds of processes: each would compile the whole product anew where this is set.
unexport PYTHONDONTWRITEBYTECODE

PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
BIN := .venv/bin
READY := .venv/.ready
BENCH_READY := .venv-bench/.ready
MLFLOW_READY := .venv-mlflow/.ready
SPARK_READY := .venv-spark/.ready

.PHONY: help demo check test lint bench mlflow spark soak clean lock pictures vendor
.DEFAULT_GOAL := help

help:
	@echo "make demo    the main job, on an embedded broker and SQLite"
	@echo "make check   while you work: ruff, mypy, import-linter and the quick tests"
	@echo "make test    everything that must hold: the same with all tests; services that are not installed are skipped"
	@echo "make lint    ruff, mypy and import-linter"
	@echo "make bench   the figures of docs/benchmarks.md"
	@echo "make soak    200,000 events through agents that are killed and restarted; every count must be exact"
	@echo "make mlflow  the MLflow server that tests of \`anchor import mlflow:\` use, in an environment of its own"
	@echo "make spark   the Spark that tests of archives use, in an environment of its own; it runs on Java 17"
	@echo "make vendor  renew what browsers get of others (htmx, uPlot), from the registry that npm is set to"
	@echo "make pictures  the watch room's pictures in the documents, from the demo's story; needs Chromium"
	@echo "make clean   remove what was built"

demo: $(READY)
	@$(BIN)/anchorwatch demo $(ARGS)

# As many workers as there are cores; the services they use start once (tests/services/shared.py). What is quick
# follows from a test's folder and fixtures (tests/services/selection.py).
WORKERS ?= auto
PYTEST := $(BIN)/python -m pytest -n $(WORKERS)
NOTHING_QUICK := e2e benchmarks simulation

check: lint
	$(PYTEST) -m "not service and not simulation and not slow" $(NOTHING_QUICK:%=--ignore=tests/%) $(ARGS)

test: lint
	$(PYTEST) $(ARGS)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# What the benchmarks compare with (river, polars, sliceline, divexplorer) has an environment of its own.
bench: $(READY) $(BENCH_READY)
	@for script in detection blind promise promises groups labels early second_readings ingest formats evaluate evaluate_cells real_tickets audit weekly lake slices web archive; do \
		echo "== benchmarks/$$script.py" && .venv-bench/bin/python -m benchmarks.$$script \
			--json benchmarks/out/$$script.json || exit 1; done

soak: $(READY)
	$(BIN)/python -m tests.e2e.soak

# The server that `anchor import mlflow:` is tested on; its pandas and Evidently's cannot share an environment.
mlflow: $(MLFLOW_READY)

spark: $(SPARK_READY)

pictures: $(READY)
	@$(BIN)/python -m benchmarks.room_pictures

# Needs uv (`pip install uv`). Neither lock names where packages come from.
LOCK := uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-annotate

lock:
	$(LOCK) --extra dev -o requirements.lock pyproject.toml
	$(LOCK) -c requirements.lock -o benchmarks/requirements.lock benchmarks/requirements.in
	$(LOCK) -o tests/services/mlflow.lock tests/services/mlflow.in
	$(LOCK) -o tests/services/spark.lock tests/services/spark.in

# What the watch room sends to browsers and others wrote. Needs npm and sha256sum. A new version is a new number here.
VENDOR := reports/web/static/vendor
HTMX := htmx.org@4.0.1
UPLOT := uplot@1.6.32

# The package, its licence's name here, and its files that are kept.
define vendored
	@folder=$$(mktemp -d) && npm pack --silent --pack-destination "$$folder" $(1) > "$$folder/name" \
		&& tar -xzf "$$folder/$$(cat "$$folder/name")" -C "$$folder" \
		&& for file in $(3); do cp "$$folder/package/dist/$$file" $(VENDOR)/ \
			&& (cd $(VENDOR) && sha256sum "$$file" > "$$file.sha256") || exit 1; done \
		&& cp "$$folder/package/LICENSE" $(VENDOR)/$(2).LICENSE && rm -r "$$folder" && echo "$(1)"
endef

vendor:
	@mkdir -p $(VENDOR)
	$(call vendored,$(HTMX),htmx,htmx.min.js)
	$(call vendored,$(UPLOT),uPlot,uPlot.iife.min.js uPlot.min.css)

clean:
	rm -rf .venv .venv-bench .venv-mlflow .venv-spark .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis build dist benchmarks/out
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The stamp is newer than the lock and the project file exactly when the environment was built from them.
$(READY): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "Anchorwatch needs Python 3.11 or newer; name one with PYTHON=..." >&2; exit 2; }
	@echo "building .venv with $(PYTHON) (a minute or two, once)"
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
		--only-binary :all: -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@$(BIN)/python -m pip check
	@touch $(READY)

$(BENCH_READY): requirements.lock benchmarks/requirements.lock pyproject.toml
	@echo "building .venv-bench with $(PYTHON) (a minute or two, once)"
	@$(PYTHON) -m venv --clear .venv-bench
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
		--only-binary :all: -r requirements.lock -r benchmarks/requirements.lock
	@.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(BENCH_READY)

$(MLFLOW_READY): tests/services/mlflow.lock
	@test -n "$(PYTHON)" || { echo "MLflow needs Python 3.11 or newer; name one with PYTHON=..." >&2; exit 2; }
	@echo "building .venv-mlflow with $(PYTHON) (a minute or two, once)"
	@$(PYTHON) -m venv --clear .venv-mlflow
	@.venv-mlflow/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
		--only-binary :all: -r tests/services/mlflow.lock
	@touch $(MLFLOW_READY)

# Spark is sent as source, half a gigabyte of it: only who tests on it has it.
$(SPARK_READY): tests/services/spark.lock
	@test -n "$(PYTHON)" || { echo "Spark needs Python 3.11 or newer; name one with PYTHON=..." >&2; exit 2; }
	@echo "building .venv-spark with $(PYTHON) (two minutes, once)"
	@$(PYTHON) -m venv --clear .venv-spark
	@.venv-spark/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
		-r tests/services/spark.lock
	@touch $(SPARK_READY)
