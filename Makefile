# Every target wraps plain commands; README.md says what they do.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready-$(shell cksum requirements.txt pyproject.toml | cksum | cut -d' ' -f1)

.PHONY: book teach serve test lint data chapters site browser links lock checks bench chapter gettext exit-check clean help

help:
	@echo "make book   build the site into _build/html/"
	@echo "make teach  the same, and everything to print: handouts and the book as PDF, an offline copy"
	@echo "make serve  show it on http://127.0.0.1:8000/ and rebuild on change"
	@echo "make test   run every check, fast to slow; one at a time they are:"
	@echo "  make lint       code, cells, spelling, YAML, sources, shape of chapters: seconds"
	@echo "  make data       the tables"
	@echo "  make chapters   what the cells compute"
	@echo "  make site       the built pages and the build"
	@echo "  make browser    the pages in a browser"
	@echo "make links   a report on the links to other hosts"
	@echo "make chapter NAME=supply/a-name TITLE=\"A question?\"   write a chapter from the template"
	@echo "make gettext   bring the catalogues of translators up to date"
	@echo "make exit-check   would the book parse in Jupyter Book 2, and what would be lost?"
	@echo "make lock   pin anew what pyproject.toml asks for"
	@echo "make checks   open every page of the site in every view; for book/about/accessibility.md"
	@echo "make bench   measure the pages and the builds, with nothing else running; for book/about/performance.md"
	@echo "make clean  remove what was built"

book: $(READY)
	@$(BIN)/python -m rare_earths.site.build
	@$(BIN)/python -m rare_earths.site.teach
	@$(BIN)/python -m rare_earths.site.translation

gettext: $(READY)
	@$(BIN)/python -m rare_earths.site.translation.extract

# What prints; the tests that open documents want LibreOffice besides. Both come in one go.
PROGRAMS := chromium
test site: PROGRAMS := chromium libreoffice

teach: book
	@$(BIN)/python tools/programs.py $(PROGRAMS)
	@$(BIN)/python -m rare_earths.site.teach --full

serve: $(READY)
	@$(BIN)/python -m rare_earths.site.serve

# The gates, fast to slow. tests/conftest.py says which test belongs to which.
GATE = || { echo "make $@ found faults. What a test demands, why, and how: book/contribute/requirements.md"; exit 1; }

test: lint teach
	@$(BIN)/python tools/node_packages.py
	@$(BIN)/python tools/official_schemas.py
	@$(BIN)/python -m pytest $(GATE)

lint: $(READY)
	@$(BIN)/python tools/lint.py

data: $(READY)
	@$(BIN)/python -m rare_earths.datapackage
	@$(BIN)/python -m pytest -m data $(GATE)

chapters: $(READY)
	@$(BIN)/python -m pytest -m chapters $(GATE)

site: teach
	@$(BIN)/python tools/node_packages.py
	@$(BIN)/python tools/official_schemas.py
	@$(BIN)/python -m pytest -m site $(GATE)

browser: teach
	@$(BIN)/python tools/node_packages.py
	@$(BIN)/python -m pytest -m browser $(GATE)

# Who is asked may refuse, be slow, or be out of reach: a report, no gate.
links: $(READY)
	@mkdir -p _build && $(BIN)/jupyter-book build . --builder linkcheck --path-output _build/links \
	  > _build/links.log 2>&1 || true
	@cp _build/links/_build/html/output.txt _build/links.txt
	@echo "Links to other hosts, by what they answered (each one: _build/links.txt):"
	@grep -o '\[[a-z]*\]' _build/links.txt | sort | uniq -c

chapter: $(READY)
	@$(BIN)/python -m rare_earths.site.new_chapter "$(NAME)" "$(TITLE)"

exit-check: $(READY)
	@$(BIN)/python tools/exit_check.py

# Every page in every view, where `make test` takes samples; keeps what axe finds, for the page of the
# book that prints it.
checks: book
	@$(BIN)/python tools/programs.py chromium
	@$(BIN)/python -m pytest tests/browser/test_pages.py --every-page $(GATE)

# Each writes what it found where a page of the book prints it.
bench: teach
	@$(BIN)/python tools/node_packages.py
	@$(BIN)/python benchmarks/bench_pages.py
	@$(BIN)/python benchmarks/builds.py --growth

lock: $(READY)
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header -q -o requirements.txt

$(READY):
	@$(PYTHON) tools/environment.py $(VENV)
	@rm -f $(VENV)/ready-* && touch $@

clean:
	rm -rf _build
