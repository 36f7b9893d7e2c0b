#!/bin/sh
# Builds the package, installs it with nothing of this repository around, and proves the example company: all that users need is in it.
# Usage: sh scripts/package.sh      after scripts/venv.sh
set -eu
cd "$(dirname "$0")/.."

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if command -v uv >/dev/null 2>&1; then
    uv build --quiet --wheel --out-dir "$folder"
    uv venv --quiet --python .venv/bin/python "$folder/venv"
    uv pip install --quiet --python "$folder/venv/bin/python" "$folder"/*.whl
else
    .venv/bin/python -m venv "$folder/venv"
    pip="$folder/venv/bin/python -m pip --disable-pip-version-check --quiet"
    $pip wheel --no-deps --wheel-dir "$folder" .
    $pip install "$folder"/*.whl
fi
cd "$folder"
venv/bin/tenantry demo
