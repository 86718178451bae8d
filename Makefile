# Two commands on a fresh machine with Python 3.11: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
# A process of pytest a core, each with neighbouring tests, which share fixtures; `make test ON_CORES=` is one process.
ON_CORES = -n auto --dist worksteal

.PHONY: demo test check lint types bench docs drawn clean

demo: $(VENV)/ready
	$(BIN)/hotfixcheck demo

test: $(VENV)/ready-dev
	$(BIN)/python -m pytest $(ON_CORES)

check: lint types $(VENV)/ready-dev
	$(BIN)/python -m pytest $(ON_CORES) --cov --cov-report=term

lint: $(VENV)/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/ready-dev
	$(BIN)/mypy

bench: $(VENV)/ready-dev
	@for name in startup check_tree importing reports page scan rescan judging fleet; do \
	  echo "== $$name"; $(BIN)/python -m benchmarks.$$name || exit 1; done

# The documentation, into build/docs; a broken link fails.
docs: $(VENV)/ready-docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict

# What the documentation shows of the command line: after a change of options or reports.
drawn: $(VENV)/ready-dev
	$(BIN)/python -m docsite.manpage
	$(BIN)/python -m docsite.pictures

clean:
	rm -rf $(VENV) .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache .ruff_cache build dist node_modules windows-python

# Debian and Ubuntu keep venv in a package of its own, which root can have installed for it.
$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "hotfixcheck needs Python 3.11 or later; say which with: make PYTHON=python3.11 ..." >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 || { rm -rf $(VENV); \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; \
	  then apt-get -qq update && apt-get -qq install -y python3-venv >/dev/null && $(PYTHON) -m venv $(VENV); \
	  else echo "Python's venv module is missing; as root: apt-get install python3-venv" >&2; exit 1; fi; }

$(VENV)/ready: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/ready-dev: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

$(VENV)/ready-docs: $(VENV)/ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[docs]'
	@touch $@
