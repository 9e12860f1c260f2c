# Leader CRM. `make` alone explains the targets; README.md tells the rest.
SHELL := /bin/sh
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
PYTHON := .venv/bin/python
TEMPORARY := $(PYTHON) -m leadercrm.embedded.temporary --
PYTEST = $(TEMPORARY) $(PYTHON) -m pytest -q -n 2 --dist loadfile --no-loadscope-reorder
MESSAGES := $(wildcard leadercrm/locale/*/LC_MESSAGES/*.po)
ARGS ?=
# Tests start a hundred processes: one that may not keep what it has compiled takes seconds to compile it again.
unexport PYTHONDONTWRITEBYTECODE

help: ## Explain the targets
	@echo "Leader CRM: make TARGET"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-14s %s\n", $$1, $$2}'

run: install translations ## Start everything at http://127.0.0.1:8000 (PORT=... for another port)
	@exec $(PYTHON) manage.py up

test: install-dev translations ## Run the tests on throw-away servers (ARGS="crm -k merge" for some of them)
	@$(PYTEST) -m "not long" $(ARGS)

test-long: install-dev translations ## Run those with browsers, processes of their own, crawls and loads
	@$(PYTEST) -m long $(ARGS)

lint: install-dev ## Check style, types, layers and missing migrations
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy .
	.venv/bin/lint-imports
	$(TEMPORARY) $(PYTHON) manage.py makemigrations --check --dry-run

CASES ?= 1000
fuzz: install-dev translations ## Send made-up requests to every operation (CASES=1000 each; ARGS="-k Deals" for some of them)
	@LEADERCRM_FUZZ_CASES=$(CASES) $(TEMPORARY) $(PYTHON) -m pytest -q -n 2 leadercrm/api/tests/test_fuzz.py leadercrm/api/tests/test_hostile.py $(ARGS)

conformance: install-dev translations ## Put the agents' door to the protocol's own test suites (330 MB, once)
	@sh leadercrm/mcp/conformance/install.sh
	@$(TEMPORARY) $(PYTHON) -m pytest -q -s leadercrm/mcp/tests/conformance_suites.py $(ARGS)

bench: install-dev translations ## Measure speed on throw-away servers; results in benchmarks/RESULTS.md
	@$(TEMPORARY) $(PYTHON) -m benchmarks $(ARGS)

eval: install-dev translations ## Let a model do the agents' tasks (LEADERCRM_EVAL_URL, _MODEL, _KEY; docs/agents.md)
	@$(TEMPORARY) $(PYTHON) -m leadercrm.mcp.evaluation

shell: install ## Open a Python shell on the data of a `make run` that runs
	@$(PYTHON) manage.py shell

screenshots: install-dev ## Take pictures of all pages, while `make run` runs (ARGS="contact deals" for some of them)
	@$(PYTHON) -m leadercrm.backoffice.tests.browser.screenshots $(ARGS)

demo-reset: install ## Give the demo tenant its first data again, while `make run` runs
	@$(PYTHON) manage.py demo --reset

lock: install-dev ## Write the requirements' lock files anew after a change of their .in files
	@for name in requirements requirements-dev requirements-node; do \
	  $(PYTHON) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
	    $$name.in -o $$name.txt || exit 1; \
	done

postal-codes: install ## Rebuild the shipped postal codes from SAT's catalogues (leadercrm/postal/data/README.md)
	@scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && \
	  $(PYTHON) -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
	    --target "$$scratch" -r requirements-postal.txt && \
	  $(PYTHON) manage.py build_postal_codes "$$scratch/satcfdi/catalogs/catalogs.db"

messages: install ## Bring new texts into the translators' files (needs GNU gettext)
	@$(PYTHON) manage.py makemessages --all --no-wrap --no-obsolete --no-location -e py,html,txt,md -i .venv -i node_modules

translations: install $(MESSAGES:.po=.mo) ## Compile what translators changed

%.mo: %.po
	@$(PYTHON) -m leadercrm.embedded.translations $<

install: ## Make .venv with what the product needs; nothing to do when the lock files are unchanged
	@sh leadercrm/embedded/install.sh requirements
	@sh leadercrm/embedded/install-packages.sh

install-dev: install ## The same with what tests and checks need
	@sh leadercrm/embedded/install.sh requirements-dev
	@sh leadercrm/embedded/install-packages.sh dev

.PHONY: help run test test-long lint fuzz conformance bench eval shell demo-reset lock postal-codes messages translations install install-dev
