"""Looks up the installed packages among the known vulnerabilities: fails when one is known, skips where nobody can be asked.

Usage: python scripts/audit.py      needs the index of packages and its service of advisories; pip-audit is installed aside.
"""

from __future__ import annotations

import json
import subprocess
import sys
import sysconfig
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

PATIENCE_S = 300
AUDITOR = "pip-audit>=2.9,<3"


def main() -> int:
    """Return 1 when an installed dependency is known to be vulnerable, else 0."""
    with TemporaryDirectory() as folder:
        try:
            report = audited(Path(folder))
        except (subprocess.SubprocessError, OSError, ValueError) as why:
            print(f"dependency audit skipped: {reason(why)}")
            return 0
    asked = [each for each in report["dependencies"] if "skip_reason" not in each]
    unknown = len(report["dependencies"]) - len(asked)
    if not asked:
        print(f"dependency audit skipped: the advisories of none of {unknown} packages could be looked up")
        return 0
    found = [(each["name"], each["version"], known) for each in asked for known in each["vulns"]]
    for name, version, known in found:
        print(f"vulnerable: {name} {version}: {known['id']}, mended in {', '.join(known['fix_versions']) or 'no version yet'}")
    print(f"dependency audit: {len(asked)} packages looked up, {unknown} could not be, {len(found)} known vulnerabilities")
    return 1 if found else 0


def audited(folder: Path) -> dict[str, Any]:
    """Return what the auditor reports of the packages beside this interpreter.

    Raises: SubprocessError or OSError when it cannot be installed, ValueError when it cannot tell.
    """
    run([sys.executable, "-m", "venv", str(folder)])
    python = str(folder / "bin" / "python")
    run([python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", AUDITOR])
    site = sysconfig.get_paths()["purelib"]
    told = run(
        [python, "-m", "pip_audit", "--path", site, "--format", "json", "--progress-spinner", "off", "--skip-editable"],
        check=False,  # it ends with 1 also when it has found something
    )
    if not told.stdout.startswith("{"):
        raise ValueError(told.stderr)
    document: dict[str, Any] = json.loads(told.stdout)
    return document


def run(command: list[str], *, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Return a finished command with what it printed."""
    return subprocess.run(command, capture_output=True, text=True, check=check, timeout=PATIENCE_S)  # noqa: S603  our own words


def reason(why: Exception) -> str:
    """Return in one line why nothing could be looked up."""
    said = getattr(why, "stderr", None) or str(why)
    lines = [line for line in str(said).splitlines() if line.strip()]
    return lines[-1][:300] if lines else type(why).__name__


if __name__ == "__main__":
    sys.exit(main())
