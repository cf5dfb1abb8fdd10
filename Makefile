# make demo   build the demo corpus, ask, evaluate, draw       (base install, no torch, no server)
# make demo-llm   the demo corpus once more, read and answered by a small language model in llama.cpp
# make notebook   open JupyterLab on the notebooks             (installs JupyterLab and torch)
# make test   run the tests                                    (installs what they need, torch included)
# make lint   style, types, import rules

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --quiet
OUT    := out
DEMO   := $(OUT)/demo.db
LLM    := graphrag/llm/weights/demo.gguf

.PHONY: demo demo-llm notebook test lint format clean

demo: $(VENV)/.base
	@mkdir -p $(OUT)
	$(BIN)/multihop build demo/passages.jsonl --store $(DEMO)
	@echo
	$(BIN)/multihop ask "In which city was Ada Lovelace's tutor in higher mathematics born?" --store $(DEMO)
	@echo
	$(BIN)/multihop ask "Were Jack Kilby and Robert Noyce born in the same American state?" --store $(DEMO)
	@echo
	$(BIN)/multihop ask "Of which company was the leader of the group that built the first widely used differential analyzer a founder?" --store $(DEMO)
	@echo
	$(BIN)/multihop eval --store $(DEMO) --questions demo/questions.jsonl --retriever bm25,dense,hybrid,hipporag,hipporag2,gnn,multihop --out $(OUT)/demo-eval
	@echo
	$(BIN)/multihop view --store $(DEMO) --out $(OUT)/demo.html --question "In which city was Ada Lovelace's tutor in higher mathematics born?"
	@echo "Open $(OUT)/demo.html in a browser; the report is in $(OUT)/demo-eval/report.md"

demo-llm: $(VENV)/.llama
	@mkdir -p $(OUT)
	$(BIN)/multihop build demo/passages.jsonl --store $(OUT)/demo-llm.db --llm $(LLM)
	@echo
	$(BIN)/multihop ask "Where was Tim Berners-Lee born?" --store $(OUT)/demo-llm.db --llm $(LLM)
	@echo
	$(BIN)/multihop ask "Who designed Pascal?" --store $(OUT)/demo-llm.db --llm $(LLM)
	@echo
	$(BIN)/python scripts/score_triples.py --llm $(LLM)

notebook: $(VENV)/.notebook
	@mkdir -p $(OUT)
	$(BIN)/jupyter lab --notebook-dir=notebooks $(if $(filter 0,$(shell id -u)),--allow-root)

test: $(VENV)/.dev $(VENV)/.llm
	$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The stamps are as new as what is installed: a change of pyproject.toml installs again, a second run does not.
$(VENV)/.base: pyproject.toml | $(VENV)/bin/python
	$(PIP) install --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml | $(VENV)/bin/python
	$(PIP) install --editable ".[dev,export]"
	@touch $@ $(VENV)/.base

# Compiles llama.cpp, unless pip has kept the wheel of an earlier time.
$(VENV)/.llm: pyproject.toml $(VENV)/.dev
	@echo "installing llama.cpp: 4 to 25 minutes the first time, seconds after that"
	$(PIP) install --editable ".[llm-test]" || echo "llama.cpp could not be installed (is there a C++ compiler?): its tests will be skipped"
	@touch $@

$(VENV)/.notebook: pyproject.toml $(VENV)/.base
	@echo "installing JupyterLab and torch: a few minutes the first time"
	$(PIP) install --editable ".[notebook,gnn]"
	@touch $@

$(VENV)/.llama: pyproject.toml $(VENV)/.base
	@echo "installing llama.cpp: 4 to 25 minutes the first time, seconds after that"
	$(PIP) install --editable ".[llama]"
	@touch $@

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; ok = (3, 11) <= sys.version_info; sys.exit(0 if ok else "multihop needs Python 3.11 or newer (this is %s); set PYTHON=python3.12 or the like" % sys.version.split()[0])'
	$(PYTHON) -m venv $(VENV)

clean:
	rm -rf $(VENV) $(OUT) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
