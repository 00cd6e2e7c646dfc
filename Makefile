# make demo    the five reports in seeds/ become a graph in exports/
# make test    everything that must hold: lint, types, tests, exports/ rebuilt and compared
# Needs Python 3.11 or newer and make (3.81 will do); Debian, Ubuntu or macOS.

PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3 python3.14 python; do \
	if $$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then echo $$python; break; fi; done)
VENV = .venv
BIN = $(VENV)/bin
PIP = $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: demo test test-engines bench bench-full java virtuoso docs lint types check browser axe wheel clean help

help:
	@sed -n 's/^# \(make .*\)/\1/p' Makefile

demo: $(VENV)/installed
	@$(BIN)/kg build seeds -o exports
	@echo
	@echo "Where to look next:"
	@echo "  exports/graph.html      open it in a browser: the graph with every fact's sentence"
	@echo "  exports/graph.ttl       the same as Turtle, for any RDF tool"
	@echo "  $(BIN)/kg query -o exports 'SELECT ?label (COUNT(?f) AS ?facts) WHERE { ?f edu:measure/skos:prefLabel ?label } GROUP BY ?label ORDER BY DESC(?facts) LIMIT 10'"
	@echo "  $(BIN)/kg explain $$(ls seeds/*.txt | head -n 1)"
	@echo "  $(BIN)/kg --help        all commands"

test: $(VENV)/installed-dev browser axe lint types
	$(BIN)/python -m pytest

# make test-engines   a build on a Spark cluster, exports in databases that run, the endpoint asked by Comunica; needs 2 GB of disk, Java, Virtuoso, npm
test-engines: $(VENV)/installed-engines java virtuoso .node/engines/installed .w3c/installed
	$(BIN)/python -m pytest tests/engines

lint: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/installed-dev
	$(BIN)/mypy

check: $(VENV)/installed
	$(BIN)/kg check

# make bench       what a report costs, small: under ten minutes, ratios of one run
bench: $(VENV)/installed-dev
	$(BIN)/python benchmarks/speed.py --documents 300 --peers
	$(BIN)/python benchmarks/scale.py .bench 100 300
	$(BIN)/python benchmarks/increment.py .bench/increment --documents 200
	$(BIN)/python benchmarks/kill.py .bench/kill --documents 60 --points 6

# make bench-full  the same at full size: up to 100,000 documents, some hours and 60 GB of disk
bench-full: $(VENV)/installed-dev
	$(BIN)/python benchmarks/speed.py --documents 2000 --peers
	$(BIN)/python benchmarks/scale.py .bench 1000 10000 100000
	$(BIN)/python benchmarks/questions.py .bench/out-100000
	$(BIN)/python benchmarks/serve.py .bench/out-100000
	$(BIN)/python benchmarks/increment.py .bench/increment --documents 10000
	$(BIN)/python benchmarks/kill.py .bench/kill --documents 300 --points 50
	$(BIN)/python benchmarks/badinput.py .bench/bad
	$(BIN)/python benchmarks/robust.py

# make docs    the ontology as a page to read, in Chinese and English: dist/ontology.zh.html, dist/ontology.en.html
docs: $(VENV)/installed
	$(BIN)/python tools/make_docs.py dist

wheel: $(VENV)/installed-dev
	$(PIP) wheel --no-deps --wheel-dir dist .

clean:
	rm -rf $(VENV) .node .w3c .bench dist exports/store tests/screenshots .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find kg tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

# pip before 23.3 fails on trafilatura's extras of lxml, so pip itself comes first.
$(VENV)/installed: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing into $(VENV): a minute or so"
	@$(PIP) install --upgrade 'pip>=24'
	@$(PIP) install --constraint constraints.txt --editable .
	@touch $@

$(VENV)/installed-dev: $(BIN)/python pyproject.toml constraints.txt
	@echo "Installing into $(VENV), tools for testing too: a minute or so"
	@$(PIP) install --upgrade 'pip>=24'
	@$(PIP) install --constraint constraints.txt --editable '.[dev]'
	@touch $@ $(VENV)/installed

$(VENV)/installed-engines: $(VENV)/installed-dev
	@echo "Installing Spark and databases into $(VENV): a minute or two"
	@$(PIP) install --constraint constraints.txt --editable '.[dev,engines]'
	@touch $@

java:
	@if ! java -version >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends default-jre-headless; fi
	@if ! java -version >/dev/null 2>&1; then \
		echo "make: the tests need Java 17 or newer, for Spark: apt-get install default-jre-headless (Debian 12, Ubuntu 24.04), brew install openjdk@17" >&2; exit 1; fi

virtuoso:
	@if ! command -v virtuoso-t >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends virtuoso-opensource-7-bin; fi
	@if ! command -v virtuoso-t >/dev/null 2>&1 || ! command -v isql-vt >/dev/null 2>&1; then \
		echo "make: the tests need Virtuoso: apt-get install virtuoso-opensource-7-bin (Debian, Ubuntu)" >&2; exit 1; fi

$(BIN)/python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "make: no Python 3.11 or newer found; install one (python.org, brew install python, apt-get install python3) or say make PYTHON=/path/to/python" >&2; exit 1; fi
	@if ! $(PYTHON) -c 'import ensurepip, venv' >/dev/null 2>&1; then \
		package=$$($(PYTHON) -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])'); \
		if command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then \
			apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$package; \
		else \
			echo "make: $(PYTHON) cannot make a virtual environment; on Debian and Ubuntu: sudo apt-get install $$package" >&2; exit 1; \
		fi; fi
	@rm -rf $(VENV)
	$(PYTHON) -m venv $(VENV)

# The view's tests look at drawn pixels, so they need a browser, and on Linux a font with Chinese characters.
# Ubuntu's chromium-browser is a stub that asks for a snap: a browser is one that says its version.
BROWSERS = chromium chromium-browser google-chrome google-chrome-stable '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'
LOOK = look() { \
	if command -v fc-list >/dev/null 2>&1 && [ -z "$$(fc-list :lang=zh)" ]; then return 1; fi; \
	for browser in $(BROWSERS); do if "$$browser" --version >/dev/null 2>&1; then return 0; fi; done; return 1; }

browser:
	@$(LOOK); if look; then exit 0; fi; \
	if command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk; fi; \
	if look; then exit 0; fi; \
	echo "make: the tests need a browser and a Chinese font: apt-get install chromium fonts-noto-cjk (Debian), Google Chrome (Ubuntu, macOS)" >&2; exit 1

# One test holds the page against the rules of axe-core, which comes from npm in the version of the lock file.
axe: .node/installed

.node/installed: tests/node/package.json tests/node/package-lock.json
	@if ! npm --version >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1 && [ "$$(id -u)" = 0 ]; then \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends npm; fi
	@if ! npm --version >/dev/null 2>&1; then \
		echo "make: the tests need npm, for axe-core: apt-get install npm (Debian, Ubuntu), brew install node (macOS)" >&2; exit 1; fi
	@mkdir -p .node && cp tests/node/package.json tests/node/package-lock.json .node/
	@npm ci --prefix .node --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# The W3C's suite comes with the source archive of rdflib.
.w3c/installed: $(VENV)/installed-engines
	@rm -rf .w3c && mkdir .w3c
	@$(PIP) download --no-deps --no-binary rdflib --dest .w3c "rdflib==$$(sed -n 's/^rdflib==//p' constraints.txt)"
	@tar -xzf .w3c/rdflib-*.tar.gz -C .w3c
	@touch $@

.node/engines/installed: tests/engines/package.json tests/engines/package-lock.json .node/installed
	@mkdir -p .node/engines && cp tests/engines/package.json tests/engines/package-lock.json .node/engines/
	@npm ci --prefix .node/engines --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@
