# `make run` and `make test` are all that anybody needs; each sets up what it lacks.
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
# What the type checker passes over here.
ADAPTERS := src/sitbreak/adapters
WINDOWS := $(wildcard $(ADAPTERS)/control/pipe_*.py $(ADAPTERS)/presence/win*.py $(ADAPTERS)/signals/win*.py) \
    $(ADAPTERS)/clock.py $(ADAPTERS)/ending.py $(ADAPTERS)/lock.py $(ADAPTERS)/tray/windows.py
MACOS := $(wildcard $(ADAPTERS)/presence/mac*.py $(ADAPTERS)/signals/mac*.py) $(ADAPTERS)/tray/macos.py

.PHONY: run test test-windows lint bench messages compile picture figures clean

run: $(VENV)/.runs
	$(BIN)/sitbreak run $(ARGS)

test: $(VENV)/.develops
	.ci/desktop
	$(if $(ARGS),$(BIN)/pytest $(ARGS),.ci/side-by-side $(BIN)/pytest)

# The same program in Windows, as far as Wine is one.
test-windows: $(VENV)/.develops
	@if .ci/windows >/dev/null; then \
	    .ci/windows-python -m pytest tests/windows tests/adapters/test_control.py $(ARGS); \
	elif [ -n "$$CI" ]; then exit 1; else echo "The tests in Windows are skipped."; fi

lint: $(VENV)/.develops
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/mypy --platform win32 --cache-dir .mypy_cache/win32 $(WINDOWS)
	$(BIN)/mypy --platform darwin --cache-dir .mypy_cache/darwin $(MACOS)
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
