# Everything a newcomer types. Needs make, Python 3.11-3.14 with pip or venv, and a package index; no root.
# The tools live in .uv (uv itself) and .venv (the project); `make clean` removes both.

UV_VERSION := 0.13.9
# A uv on PATH serves as well as our own.
UV := $(or $(shell command -v uv),.uv/bin/uv)
# The first Python that is new enough. Looked up only when something must be installed.
PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python3.14; do \
	$$name -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' 2>/dev/null \
	&& { command -v $$name; break; }; done)
READY := .venv/.ready
RUN := .venv/bin/python
ARGS ?=

# Where the shell forbids compiled modules, each of the demo's programs would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test check bench format docs secrets lock clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(firstword $(MAKEFILE_LIST))

demo: $(READY) ## Play one access request from the front desk to the bundle (ARGS=--keep leaves it running)
	@$(RUN) starter.py demo $(ARGS)

# A process for each processor, four at most: each starts servers of its own. A file's tests stay together, and the
# order is kept: what takes longest comes first.
test: $(READY) ## Run every test (ARGS="-k clock" picks some; ARGS="-n 0 -s" shows what they print)
	$(RUN) -m pytest tests -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder $(ARGS)

check: $(READY) ## Format, lint, types, import walls, YAML: what a review need not say
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy .
	.venv/bin/lint-imports
	.venv/bin/yamllint --strict .

bench: $(READY) ## Measure against a bare workflow on the same server
	$(RUN) -m bench $(ARGS)

format: $(READY) ## Write the format, and mend what lint can mend
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

docs: $(READY) ## Write the generated reference pages anew
	$(RUN) -m docs.generate

secrets: $(READY) ## Create ./secrets for docker-compose.yml; what exists is kept
	$(RUN) -m deploy.new_secrets

lock: $(UV) ## Resolve the dependencies anew, into uv.lock
	$(UV) lock --upgrade

clean: ## Remove tools, caches and demo output (.dev and secrets stay)
	rm -rf .venv .uv .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache demo-out bench/out
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(READY): pyproject.toml uv.lock | $(UV)
	@$(UV) sync --quiet --locked $(if $(PYTHON),--python $(PYTHON))
	@touch $@

# Debian keeps ensurepip in python3-venv; without it pip alone can still fetch uv.
.uv/bin/uv:
	@test -n "$(PYTHON)" || { echo "Python 3.11 to 3.14 is needed and none was found on PATH." \
		"Install one (Debian: apt install python3 python3-venv) or name it: make PYTHON=... demo"; exit 1; }
	@echo "Fetching uv $(UV_VERSION) into .uv (once)"; rm -rf .uv; \
	if $(PYTHON) -c 'import ensurepip' 2>/dev/null; then \
		$(PYTHON) -m venv .uv && .uv/bin/python -m pip install --quiet uv==$(UV_VERSION); \
	elif $(PYTHON) -m pip --version >/dev/null 2>&1; then \
		$(PYTHON) -m pip install --quiet --target .uv uv==$(UV_VERSION); \
	else \
		echo "$(PYTHON) has neither venv nor pip. Install one of them (Debian: apt install python3-venv)."; exit 1; \
	fi
