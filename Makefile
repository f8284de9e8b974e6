# Chengnuo. `make help` lists what there is.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

# Tests start hundreds of processes; without kept bytecode each compiles the whole house first.
unexport PYTHONDONTWRITEBYTECODE

BIN := .venv/bin
# The stories of a file build on each other: a file stays with one runner. In the order of the folders,
# so that the last files are short ones and no runner waits long for the other.
PYTEST := $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder
POSTGRES := $(BIN)/python scripts/throwaway_postgres.py

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

.PHONY: run
run: ## set up, then start the demonstration with server and worker on this machine
	@scripts/setup.sh
	@exec $(BIN)/chengnuo demo

.PHONY: test
test: dev system lint test-sqlite test-postgres ## everything CI checks: lint, then the tests on SQLite and on PostgreSQL

# Found anew at each run: what is new is formatted too. Vendored files stay as they came.
TEMPLATES := find src -name '*.html' -exec
STATIC := "src/**/*.css" "src/**/*.js"

.PHONY: lint
lint: dev ## style, types, and who may import whom
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(TEMPLATES) $(BIN)/djade --target-version 5.2 --check {} +
	$(BIN)/djlint --lint src
	$(BIN)/oxfmt --check $(STATIC)
	$(BIN)/oxlint src
	$(BIN)/mypy
	$(BIN)/lint-imports

# Rooms that keep rows are tested on both databases. What knows none, the stories in a browser and long
# tables run on SQLite alone; pages without a browser and imports, on PostgreSQL. Workers are killed on
# SQLite, the whole house on PostgreSQL; `make kill-loop` does both on both.
ROOMS := $(addprefix tests/,callbacks cases conduct customers ledger obligations people privacy vault)
ON_POSTGRES := tests/doors/running/test_house_killed.py tests/doors/cli/test_import.py tests/doors/web

.PHONY: test-sqlite
test-sqlite: dev ## the tests on SQLite, but for those that PostgreSQL alone runs
	env -u DATABASE_URL $(PYTEST) $(addprefix --ignore=,$(ON_POSTGRES))

.PHONY: test-postgres
test-postgres: dev ## the tests on a PostgreSQL that is thrown away afterwards
	@scripts/system.sh postgres
	$(POSTGRES) -- $(PYTEST) $(ON_POSTGRES) $(ROOMS) tests/doors/portal tests/doors/jobs

.PHONY: kill-loop
kill-loop: dev ## kill -9 server and workers for half an hour, on SQLite and on PostgreSQL
	@scripts/system.sh postgres
	KILL_SECONDS=450 env -u DATABASE_URL $(BIN)/pytest -q tests/doors/running -k killed_at_any_moment
	KILL_SECONDS=450 $(POSTGRES) -- $(BIN)/pytest -q tests/doors/running -k killed_at_any_moment

.PHONY: bench
bench: dev ## the benchmarks, or those that BENCH names, against a PostgreSQL with safe writes
	@scripts/system.sh postgres
	$(POSTGRES) --fsync on -- $(BIN)/python -m bench $(BENCH)

.PHONY: fuzz
fuzz: dev ## 20,000 requests with odd values through every page and form; none may be a fault
	$(BIN)/python scripts/fuzz.py

.PHONY: walks
walks: dev ## every service of every pack, through its pages, until it is closed
	WALKS=all $(PYTEST) tests/doors/test_walks.py

.PHONY: sights
sights: dev ## every page at three widths, in both languages and themes, and on paper
	@scripts/system.sh browser
	env -u DATABASE_URL SIGHTS=all $(PYTEST) tests/stories/test_sights.py

.PHONY: mutants
mutants: dev ## how many small changes in rules, packs and rights the tests notice (MUTANTS="rules --sample 150 --seed 1")
	$(BIN)/python scripts/mutants.py $(MUTANTS)

.PHONY: fix
fix: dev ## format everything, and let the linters mend what they can
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(TEMPLATES) $(BIN)/djade --target-version 5.2 {} +
	$(BIN)/oxlint --fix src
	$(BIN)/oxfmt $(STATIC)

.PHONY: lock
lock: ## refresh the two lock files from pyproject.toml
	@scripts/lock.sh

.PHONY: screenshots
screenshots: dev ## take the pictures in docs/screenshots anew
	@scripts/system.sh browser
	$(BIN)/python scripts/screenshots.py

.PHONY: vendor
vendor: ## fetch the front-end assets anew (needs npm)
	@scripts/vendor.sh

.PHONY: dev
dev:
	@scripts/setup.sh --dev

.PHONY: system
system:
	@scripts/system.sh postgres browser

.PHONY: clean
clean: ## remove the virtual environment and caches; var/ with your data stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
