# Every target wraps plain commands; README.md says what they do.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready-$(shell cksum requirements.txt pyproject.toml | cksum | cut -d' ' -f1)

.PHONY: book teach serve test data lint lock bench chapter clean help

help:
	@echo "make book   build the site into _build/html/"
	@echo "make teach  the same, and everything to print: handouts and the book as PDF, an offline copy"
	@echo "make serve  show it on http://127.0.0.1:8000/ and rebuild on change"
	@echo "make test   run every check"
	@echo "make data   check the tables only"
	@echo "make lint   check the code and the spelling only"
	@echo "make chapter NAME=supply/a-name TITLE=\"A question?\"   write a chapter from the template"
	@echo "make lock   pin anew what pyproject.toml asks for"
	@echo "make clean  remove what was built"

book: $(READY)
	@$(BIN)/python -m rare_earths.site.build
	@$(BIN)/python -m rare_earths.site.teach

teach: book
	@$(BIN)/python tools/browser.py
	@$(BIN)/python -m rare_earths.site.teach --full

serve: $(READY)
	@$(BIN)/python -m rare_earths.site.serve

test: teach
	@$(BIN)/python -m pytest

data: $(READY)
	@$(BIN)/python -m rare_earths.datapackage
	@$(BIN)/python -m pytest tests/data

lint: $(READY)
	@$(BIN)/ruff check src tests tools || { echo "Mend with: $(BIN)/ruff check --fix src tests tools"; exit 1; }
	@$(BIN)/ruff format --check src tests tools || { echo "Mend with: $(BIN)/ruff format src tests tools"; exit 1; }
	@$(BIN)/codespell || { echo "Correct the word, or add a term to ignore-words-list in pyproject.toml"; exit 1; }

chapter: $(READY)
	@$(BIN)/python -m rare_earths.site.new_chapter "$(NAME)" "$(TITLE)"

lock: $(READY)
	$(BIN)/uv pip compile pyproject.toml --all-extras --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header -q -o requirements.txt

$(READY):
	@$(PYTHON) tools/environment.py $(VENV)
	@rm -f $(VENV)/ready-* && touch $@

clean:
	rm -rf _build
