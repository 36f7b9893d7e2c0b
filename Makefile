# Nothing needs to be installed but Python 3.11 or newer; README.md has the same lines for machines without make.
.PHONY: demo test lint picture schemas bench clean
.DEFAULT_GOAL := demo

demo: ## set up, then prove the example tenant: validate, plan, apply, log in
	@sh scripts/venv.sh
	@.venv/bin/tenantry up tenants/local.yaml

test: ## set up, then every check and every test
	@sh scripts/venv.sh dev
	@sh scripts/check.sh

lint: ## the checks without the tests
	@sh scripts/venv.sh dev
	@sh scripts/check.sh lint

picture: ## the picture in README.md, drawn from a real run
	@sh scripts/venv.sh
	@.venv/bin/python scripts/picture.py docs/demo.svg

schemas: ## schemas/*.schema.json, from the models
	@sh scripts/venv.sh
	@.venv/bin/tenantry schema --out schemas

bench: ## how long it takes, beside a bare loop that sends the same requests; docs/benchmarks.md says more
	@sh scripts/venv.sh
	@.venv/bin/python -m benchmarks

clean: ## everything that the commands above made
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache mutants .coverage* htmlcov dist tenants/.tenantry .tenantry
