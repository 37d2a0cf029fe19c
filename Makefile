# Two commands are all that anyone needs: `make demo` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DEMO := var/demo

.PHONY: help install install-dev install-bench paquets demo serve test lint bench bench-journal bench-micro wheel clean

help:
	@echo "make demo         prépare et montre tout le service, sur SQLite, puis s'arrête"
	@echo "make serve        la même démonstration, gardée en marche"
	@echo "make test         installe ce qu'il faut, puis tous les contrôles et tous les tests"
	@echo "make bench        le produit et cinq autres piles SOAP, mesurés ensemble (une demi-heure) : docs/mesures.md"
	@echo "make bench-journal les recherches du journal à dix millions d'entrées, SQLite et PostgreSQL (un quart d'heure)"
	@echo "make bench-micro  coût de chaque étape d'un message, dans un processus"
	@echo "make wheel        la distribution, dans dist/"

install: $(VENV)/installe
install-dev: $(VENV)/installe-dev
install-bench: $(VENV)/installe-bench

$(VENV)/installe: setup.cfg pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[serveur]'
	touch $@

$(VENV)/installe-dev: $(VENV)/installe
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@

$(VENV)/installe-bench: $(VENV)/installe
	$(BIN)/python -m pip install --quiet --editable '.[bench]'
	touch $@

# What the tests need of the system: PostgreSQL, xmlsec1, SOAP toolkits. Nothing is installed that is there already.
paquets:
	sh tests/paquets.sh

demo: install
	$(BIN)/python client_examples/demonstration.py $(DEMO)

serve: install
	$(BIN)/python client_examples/demonstration.py --garder $(DEMO)

# What no interpreter changes is checked once: for the second and third version of Python CI sets SELECTION to what bears
# neither of the markers of setup.cfg. It sets CHECKS to nothing, having run them beside the installations.
CHECKS ?= lint
SELECTION ?=

test: paquets install-dev $(CHECKS)
	$(BIN)/python -m pytest --numprocesses 3 --dist worksteal $(if $(SELECTION),-m '$(SELECTION)')

lint: install-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# What it compares with, the load generator, PostgreSQL. ARGS: see `python -m benchmarks --help`. In an environment of
# its own: what else is installed beside the service may end up in the workers that are measured. With the system's
# Python where it has one that serves, as PHP, gSOAP and nginx are the system's: built by hand, Python is often built
# without what its distributions optimise it by (5 to 9 % here).
bench: VENV := $(VENV)-bench
bench: PYTHON := $(firstword $(wildcard /usr/bin/python3.13 /usr/bin/python3.12 /usr/bin/python3.11) $(PYTHON))
bench:
	sh benchmarks/paquets.sh
	$(MAKE) install-bench VENV=$(VENV) PYTHON=$(PYTHON)
	$(VENV)/bin/python -m benchmarks $(ARGS)

bench-journal: VENV := $(VENV)-journal
bench-journal:
	$(MAKE) install VENV=$(VENV)
	$(VENV)/bin/python -m pip install --quiet --editable '.[bench-journal]'
	sh benchmarks/paquets.sh
	$(VENV)/bin/python -m benchmarks.dix_millions $(ARGS)

bench-micro: install
	$(BIN)/python -m benchmarks.micro

wheel: install-dev
	$(BIN)/python -m build --outdir dist

clean:
	rm -rf var build dist
