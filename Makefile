# Sousveil: `make run` shows it at work, `make test` runs the whole suite.
# Needs Python 3.11 to 3.13 and nothing else; another interpreter: make run PYTHON=python3.12

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PACKAGE := pyproject.toml requirements.lock
WORKERS ?= 2

.PHONY: run test test-neo4j wheel check generate lock clean
.DELETE_ON_ERROR:

run: $(VENV)/installed
	@$(BIN)/sousveil load --shipped
	@$(BIN)/sousveil build
	@$(BIN)/sousveil paths --from EU --to public-security-bureau
	@echo
	@echo "What next:"
	@echo "  $(BIN)/sousveil paths --from NL --to CN:university --within CN-XJ"
	@echo "  $(BIN)/sousveil entity \"Axis Communications\""
	@echo "  $(BIN)/sousveil query list"
	@echo "  $(BIN)/sousveil --help"

test: $(VENV)/installed-dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

# The same on a real Neo4j server: needs Java 17 and mvn, no Docker. With SOUSVEIL_NEO4J_URL set,
# the parity tests use that server instead, one after the other, and overwrite its database.
test-neo4j: $(VENV)/installed-dev
	SOUSVEIL_TEST_NEO4J=1 $(BIN)/python -m pytest -m neo4j tests/neo4j \
	  -n $(if $(SOUSVEIL_NEO4J_URL),0,$(WORKERS)) --dist loadfile

# The wheel in a fresh environment, far from the checkout.
wheel: $(VENV)/installed-dev
	rm -rf build dist
	$(PIP) wheel --no-deps --no-build-isolation --wheel-dir dist .
	$(BIN)/python tests/try_wheel.py dist requirements.lock

check: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m sousveil.ontology check

generate: $(VENV)/installed-dev
	$(BIN)/python -m sousveil.ontology generate
	$(BIN)/python docs/generate.py

# The two commands that need the network; run them to move to newer versions.
lock: $(VENV)/installed-dev
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --upgrade \
	  --no-emit-index-url --no-header --quiet pyproject.toml --group build \
	  -o requirements.lock
	$(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --upgrade \
	  --no-emit-index-url --no-header --quiet pyproject.toml --group dev \
	  -o requirements-dev.lock

$(VENV)/python-ok:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo "Sousveil needs Python 3.11, 3.12 or 3.13; this is `$(PYTHON) --version 2>&1`."; \
	    echo "Name another interpreter: make run PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/installed: $(VENV)/python-ok $(PACKAGE)
	@echo "Installing Sousveil into $(VENV) …"
	$(PIP) install --require-hashes --only-binary :all: -r requirements.lock
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements-dev.lock
	$(PIP) install --require-hashes --only-binary :all: -r requirements-dev.lock
	@touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info
