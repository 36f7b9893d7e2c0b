#!/bin/sh
# Makes .venv with the newest Python 3.11+ found here and installs tenantry into it; does nothing when that is done.
# Usage: sh scripts/venv.sh [dev]      with "dev" the tools that test and check are installed too
set -eu
cd "$(dirname "$0")/.."

want=${1:-run}
stamp=.venv/.installed-$want
is_python() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
can_make_environments() { is_python "$1" && "$1" -c 'import ensurepip, venv' >/dev/null 2>&1; }

if [ -f "$stamp" ] && [ "$stamp" -nt pyproject.toml ] && is_python .venv/bin/python; then
    exit 0
fi

python=
for candidate in python3.14 python3.13 python3.12 python3.11 python3 python; do
    if can_make_environments "$candidate"; then python=$candidate; break; fi
done

if command -v uv >/dev/null 2>&1; then
    is_python .venv/bin/python || uv venv --quiet --clear --python "${python:->=3.11}" .venv
    if [ "$want" = dev ]; then
        uv pip install --quiet --python .venv/bin/python --editable . --group test --group lint
    else
        uv pip install --quiet --python .venv/bin/python --editable .
    fi
elif [ -n "$python" ]; then
    is_python .venv/bin/python || "$python" -m venv --clear .venv
    pip=".venv/bin/python -m pip --disable-pip-version-check --quiet"
    $pip install "pip>=25.1" # the first that knows dependency groups
    if [ "$want" = dev ]; then
        $pip install --editable . --group test --group lint
    else
        $pip install --editable .
    fi
else
    echo "tenantry needs Python 3.11 or newer: install it (https://www.python.org/downloads/, or your system's python3 package with its venv module) and run this again." >&2
    exit 1
fi
touch "$stamp"
