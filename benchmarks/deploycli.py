"""The same work by auth0-deploy-cli against the same emulator, where Node.js and the tool are installed.

It wants https and its own file format. Both tools declare the same applications, APIs and grants, and both go over https here.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from benchmarks.cases import Result
from benchmarks.company import Company
from benchmarks.served import TENANTRY, Served, served

MODULES = Path(__file__).parents[1] / "tests" / "clients" / "node_modules"
SCRIPT = MODULES / "auth0-deploy-cli" / "lib" / "index.js"


def is_there() -> bool:
    """Return whether the tool can be run here."""
    return shutil.which("node") is not None and SCRIPT.is_file()


def results(size: int) -> Iterator[Result]:
    """Yield what both tools take, once each; the other tool stands where the bare loop stands elsewhere."""
    with TemporaryDirectory() as name, served() as tenant:
        folder, company = Path(name), Company(size)
        ours = company.write(folder / "ours", tenant.https_url)
        theirs = _Theirs(tenant, folder, company)
        for case, our_words, their_words in (
            ("create all", ["apply", ours, "--yes"], ["import", "--input_file", theirs.file]),
            ("plan", ["plan", ours], ["import", "--dry_run", "--input_file", theirs.file]),
            ("no-op apply", ["apply", ours, "--yes"], ["import", "--input_file", theirs.file]),
        ):
            is_new = case == "create all"
            other = tenant.cost(theirs.command(their_words), theirs.environment, fresh=is_new)
            mine = tenant.cost([TENANTRY, *map(str, our_words)], {"SSL_CERT_FILE": str(tenant.authority)}, fresh=is_new)
            yield Result(case, size, company.resources, 0, mine, other, mine.wall_s / other.wall_s, mine.cpu_s / other.cpu_s)


class _Theirs:
    """The other tool's files and settings."""

    def __init__(self, tenant: Served, folder: Path, company: Company) -> None:
        # JSON is YAML, and it is the tool's file name that says so.
        self.file = folder / "theirs.yaml"
        self.file.write_text(json.dumps(_document(company)), encoding="utf-8")
        self.settings = folder / "config.json"
        included = ["clients", "resourceServers", "clientGrants"]
        settings = {
            "AUTH0_DOMAIN": urlsplit(tenant.https_url).netloc,
            "AUTH0_CLIENT_ID": "tenantry-emulator",
            "AUTH0_CLIENT_SECRET": "tenantry-emulator-secret",
            "AUTH0_INCLUDED_ONLY": included,
            "AUTH0_ALLOW_DELETE": False,
        }
        self.settings.write_text(json.dumps(settings), encoding="utf-8")
        self.environment = {"NODE_EXTRA_CA_CERTS": str(tenant.authority)}

    def command(self, words: list[Any]) -> list[str]:
        """Return a command line of the tool."""
        return ["node", str(SCRIPT), *map(str, words), "--config_file", str(self.settings)]


def _document(company: Company) -> dict[str, Any]:
    """Return the company in the other tool's format."""
    clients = [
        {
            "name": f"App {number}",
            "description": f"Application {number}, version 1",
            "app_type": "regular_web",
            "oidc_conformant": True,
            "token_endpoint_auth_method": "client_secret_post",
            "jwt_configuration": {"alg": "RS256", "lifetime_in_seconds": 36000},
            "callbacks": [f"https://app-{number}.acme.example/callback"],
            "allowed_logout_urls": [f"https://app-{number}.acme.example"],
            "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
            "refresh_token": {
                "rotation_type": "rotating",
                "expiration_type": "expiring",
                "leeway": 0,
                "token_lifetime": 2592000,
                "idle_token_lifetime": 1296000,
                "infinite_token_lifetime": False,
                "infinite_idle_token_lifetime": False,
            },
        }
        for number in range(company.size)
    ]
    apis = [
        {
            "name": f"API {number}",
            "identifier": f"https://api-{number}.acme.example",
            "signing_alg": "RS256",
            "allow_offline_access": False,
            "skip_consent_for_verifiable_first_party_clients": True,
            "token_lifetime": 7200,
            "token_lifetime_for_web": 3600,
            "scopes": [
                {"value": "read:things", "description": "Read things"},
                {"value": "write:things", "description": "Write things"},
            ],
        }
        for number in range(company.apis)
    ]
    grants = [
        {
            "client_id": f"App {number}",
            "audience": f"https://api-{number % company.apis}.acme.example",
            "scope": ["read:things"],
        }
        for number in range(company.size)
    ]
    return {"clients": clients, "resourceServers": apis, "clientGrants": grants}
