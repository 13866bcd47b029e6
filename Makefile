# Two commands, each whole on a fresh clone with nothing but Python >= 3.11 and make.
PYTHON ?= python3
BIN = .venv/bin
STAMP = .venv/.installed

.PHONY: verify test lint guard mutants calibrate survey bench clean

verify: $(STAMP) ## check the claims at the quick budget; report in reports/latest/index.html
	$(BIN)/python -m pytest properties -n 2 --dist worksteal --mf-budget quick

test: $(STAMP) ## test the instrument
	$(BIN)/python -m pytest tests -n 2

lint: $(STAMP) ## style, form, the floors of the architecture, types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/pyright

# A file target, so that both commands share one environment; -c keeps torch on its CPU build's release.
$(STAMP): pyproject.toml constraints.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $(STAMP)

guard: $(STAMP) ## compare the simulator with its golden trajectories
	$(BIN)/mfcheck guard check

mutants: $(STAMP) ## mutation testing: each mutant must be killed by its test or claim
	$(BIN)/python -m tools.mutation.mutate

calibrate: $(STAMP) ## false alarms: the quick suite under 20 seeds, resumable
	$(BIN)/python -m tools.calibration.false_alarms

survey: $(STAMP) ## rule on many new problems of every check, resumable: how near do rows come to their borders?
	$(BIN)/python -m tools.calibration.survey

bench: $(STAMP) ## time the engine against public peers (JAX if it is installed: the [bench] extra)
	$(BIN)/python -m bench.step

clean:
	rm -rf .venv reports/latest .pytest_cache .ruff_cache
