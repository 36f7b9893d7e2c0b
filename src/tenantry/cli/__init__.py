"""The command line: one module per command in ``commands/``, wiring in ``tenants.py``, exit codes in ``exits.py``."""

from tenantry.cli.entry import main

__all__ = ["main"]
