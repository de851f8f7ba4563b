# `make run` and `make test` are all that anybody needs; each sets up what it lacks.
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

.PHONY: run test lint bench messages compile picture figures clean

run: $(VENV)/.runs
	$(BIN)/sitbreak run $(ARGS)

test: $(VENV)/.develops
	.ci/desktop
	$(BIN)/pytest $(ARGS)

lint: $(VENV)/.develops
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.develops
	.ci/desktop
	PYTHONPATH=tests $(BIN)/python -m bench $(ARGS)

# The texts for translators, and what the program reads of their work.
messages: $(VENV)/.develops
	PYTHONPATH=tests $(BIN)/python -m tools.messages update

compile: $(VENV)/.develops
	PYTHONPATH=tests $(BIN)/python -m tools.messages compile

$(VENV)/.runs: pyproject.toml
	.ci/venv $(VENV)
	$(BIN)/pip install --quiet --editable .
	touch $@

$(VENV)/.develops: pyproject.toml $(VENV)/.runs
	$(BIN)/pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/pip install --quiet --group dev
	touch $@

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis dist build

picture: $(VENV)/.develops
	.ci/desktop
	PYTHONPATH=tests $(BIN)/python -m bench.picture

# The contact sheet of all figures. One alone, to look at: `python -m tools.figures walk --out FOLDER`.
figures: $(VENV)/.develops
	PYTHONPATH=tests $(BIN)/python -m tools.figures
