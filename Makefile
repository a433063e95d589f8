# BANIBS. `make run` opens the shop on this machine, `make test` proves it.
.RECIPEPREFIX := >
SHELL := /bin/bash
PY := .venv/bin/python
ARGS ?=
export PORT ?= 8000

.PHONY: help run test soak bench lint shots lock setup

help:
> @echo "make run · test · soak · bench · lint · shots · lock   (PORT=8000, ARGS=\"-k wallet\")"

setup:
> @.ci/setup

run: setup
> @exec $(PY) -m banibs.dev.run

test: setup
> @.ci/system browser pdf
> @exec $(PY) -m pytest -n 2 --dist loadgroup -m "not bench" $(ARGS)

soak: setup
> @.ci/system browser pdf
> @BANIBS_SOAK=1 exec $(PY) -m pytest -m soak -s $(ARGS)

bench: setup
> @$(PY) -m pytest tests/bench -m bench -s $(ARGS)
> @exec $(PY) -m tests.bench.side_by_side

lint: setup
> @.ci/lint

shots: setup
> @.ci/system browser
> @exec $(PY) -m tests.shots $(ARGS)

lock:
> @$(PY) -m uv --version >/dev/null 2>&1 || $(PY) -m pip install -q uv
> @$(PY) -m uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" -q -o requirements.txt
> @$(PY) -m uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" -q -o requirements-dev.txt
