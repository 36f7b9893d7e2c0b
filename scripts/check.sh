#!/bin/sh
# Runs every check and all tests; fails when any of them fails, and lets pytest have the last word.
# Usage: sh scripts/check.sh [lint]      with "lint" the tests are left out
cd "$(dirname "$0")/.." || exit 1

failed=
check() { echo "== $*"; PATH="$PWD/.venv/bin:$PATH" "$@" || failed="$failed $1"; }

check ruff check .
check ruff format --check .
check mypy
check lint-imports
if [ "${1:-}" != lint ]; then
    check pytest -n "${TEST_WORKERS:-2}" --cov --cov-report=term
fi
if [ -n "$failed" ]; then
    echo "failed:$failed" >&2
    exit 1
fi
