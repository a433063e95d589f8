# BANIBS. `make run` opens the shop on this machine, `make test` proves it, `make help` lists the rest.
.RECIPEPREFIX := >
SHELL := /bin/bash
PY := .venv/bin/python
ARGS ?=
export PORT ?= 8000

# Files and folders of tests that ARGS names run in one process: each worker would load everything first. ARGS="… -n 2" overrides.
named = $(strip $(wildcard $(foreach word,$(ARGS),$(filter tests/%,$(firstword $(subst ::, ,$(word)))))))
workers = $(if $(named),-n 0,-n 2 --dist loadgroup)

.PHONY: help run test check soak contract mutants bench lint format shell migrations shots lock clean setup

help: ## this list
> @awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup:
> @.ci/setup

run: setup ## the shop at http://localhost:8000; shows each edit. PORT=8001, HOST=0.0.0.0
> @exec $(PY) -m banibs.dev.run

test: setup ## all tests; ARGS="tests/wallet -k floor" some of them
> @exec $(PY) -m pytest $(workers) -m "not bench" $(ARGS)

check: setup ## lint and the tests that the change since main touches, in two minutes
> @.ci/check

lint: setup ## ruff, mypy, import contracts, bandit
> @.ci/lint

format: setup ## ruff puts code and imports in order
> @$(PY) -m ruff check --fix --quiet . && $(PY) -m ruff format .

shell: setup ## Django's shell, beside `make run` or without it
> @exec $(PY) manage.py shell $(ARGS)

migrations: setup ## writes the migrations that changed models need; ARGS="wallet --name floors"
> @exec $(PY) manage.py makemigrations $(ARGS)

soak: setup ## races, kills and random runs at full size, their seeds printed
> @BANIBS_SOAK=1 exec $(PY) -m pytest -n 0 -m soak -p tests.soak.report --show-capture=stdout -q $(ARGS)

contract: setup ## what the local Stripe must do, asked of Stripe itself; needs STRIPE_SECRET_KEY=sk_test_…
> @case "$$STRIPE_SECRET_KEY" in sk_test_banibs*|"") echo "STRIPE_SECRET_KEY has to be a test key of your own at Stripe: sk_test_…" >&2; exit 2;; esac
> @STRIPE_CONTRACT_KEY="$$STRIPE_SECRET_KEY" exec $(PY) -m pytest -n 0 -q tests/dev/stripe_sandbox/contract $(ARGS)

mutants: setup ## small wrong changes in the money modules, which tests must notice; goes on where it stopped. ARGS="--seed 7"
> @exec $(PY) -m tests.mutants $(ARGS)

bench: setup ## the benchmarks
> @$(PY) -m pytest tests/bench -m bench -s $(ARGS)
> @exec $(PY) -m tests.bench.side_by_side

shots: setup ## pictures of every page, light and dark, 390 and 1440 px
> @.ci/system browser
> @exec $(PY) -m tests.shots $(ARGS)

lock: ## compiles the locked requirements
> @$(PY) -m uv --version >/dev/null 2>&1 || $(PY) -m pip install -q uv
> @$(PY) -m uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" -q -o requirements.txt
> @$(PY) -m uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" -q -o requirements-dev.txt

clean: setup ## removes the tests' engines and all caches; the data of `make run` stays
> @exec $(PY) -m banibs.dev.clean
