"""A fresh emulated tenant for a test: tokens, logins, users and a Management API, without an account or a network.

`Tenant` is the whole of it; `pytest_plugins = ["tenantry.testing.plugin"]` in a `conftest.py` makes it the fixture `tenant`.
"""

from tenantry.testing.holdings import Refused
from tenantry.testing.login import LoginFailed, Tokens
from tenantry.testing.tenant import PASSWORD, Tenant

__all__ = ["PASSWORD", "LoginFailed", "Refused", "Tenant", "Tokens"]
