# sawlog: `make lab` to use it, `make test` to check it.  Needs Python 3.11 or newer and nothing else: no Node.

SHELL := /bin/bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# Processes that pytest uses.
WORKERS ?= 2
# What JupyterLab is told, e.g. `make lab LAB="--no-browser --port=9999"`.
LAB ?=
# What the benchmark is told, e.g. `make bench BENCH=--quick`.
BENCH ?=

# JupyterLab asks for this in a container, where the only user is root.
ROOT := $(if $(filter 0,$(shell id -u)),--allow-root)

CREATED := $(VENV)/.stamp-created
USER := $(VENV)/.stamp-user
DEVELOPER := $(VENV)/.stamp-developer
# A developer's environment has all that a user's has.
READY = $(if $(wildcard $(DEVELOPER)),$(DEVELOPER),$(USER))

# What the installed extension is built from.
SOURCES := pyproject.toml $(addprefix extension/,install.json package.json tsconfig.json esbuild.config.mjs yarn.lock .yarnrc.yml) \
	$(shell find extension/src extension/style extension/schema extension/jupyter-config -type f)

say = @printf '\n\033[1m==> %s\033[0m\n' "$(1)"
# Tools of the environment first: the Node that it brings, the Python that it is.
with = PATH="$(CURDIR)/$(BIN):$$PATH"

.PHONY: help lab test bench lint clean

help: ## Show this.
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  make \1\t/' | expand -t 16

lab: $(READY) ## Set up, make sample logs, and open JupyterLab on the first notebook.
	$(call say,Making sample logs in notebooks/sample-logs)
	@$(BIN)/python notebooks/make_sample_logs.py notebooks/sample-logs
	$(call say,Opening JupyterLab. Stop it with Ctrl-C.)
	@$(with) $(BIN)/jupyter lab $(ROOT) $(LAB) notebooks/01-first-search.ipynb

test: lint ## Set up, check the code, and run all tests: Python, TypeScript, the browser.
	$(call say,TypeScript tests: jest)
	@cd extension && $(with) jlpm jest
	$(call say,Python and browser tests: pytest)
	@$(with) $(BIN)/python -m pytest -n $(WORKERS) --dist loadgroup

lint: $(DEVELOPER) ## Check style and types: ruff, mypy, tsc, eslint.
	$(call say,Style of Python: ruff)
	@$(BIN)/ruff check .
	$(call say,Types of Python: mypy)
	@$(BIN)/mypy
	$(call say,Types of TypeScript: tsc)
	@cd extension && $(with) jlpm typecheck
	$(call say,Style of TypeScript: eslint)
	@cd extension && $(with) jlpm lint

bench: $(DEVELOPER) ## Measure sawlog beside its peers.
	$(call say,Installing the peers)
	@$(BIN)/pip install --quiet --editable '.[bench]'
	$(call say,Measuring)
	@$(with) $(BIN)/python -m tests.bench $(BENCH)

clean: ## Remove the environment and all that was built.
	rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis tests/artifacts notebooks/sample-logs
	rm -rf extension/lib extension/node_modules extension/.yarn extension/sawlog_lab/labextension
	rm -rf kernel_lib/sawlog/widgets/static

$(CREATED):
	$(call say,Making the environment $(VENV))
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON) here. Install Python 3.11 or newer, or name it: make lab PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "sawlog needs Python 3.11 or newer, and this is $$($(PYTHON) --version). Name a newer one: make lab PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "The environment could not be made. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --upgrade 'pip>=24'
	@touch $@

$(USER): $(CREATED) $(SOURCES)
	$(call say,Installing sawlog and JupyterLab: one to two minutes the first time)
	@$(BIN)/pip install --quiet --editable '.[lab]'
	@touch $@

$(DEVELOPER): $(CREATED) $(SOURCES)
	$(call say,Installing sawlog and the tools that check it: about two minutes the first time)
	@$(BIN)/pip install --quiet --editable '.[dev]'
	@touch $@ $(USER)
