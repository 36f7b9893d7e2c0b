"""Who the tool is in a tenant: what a tenant block may say, and where credentials may go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path as FilePath
from typing import Any

from tenantry.desired.blocks import TenantBlock, is_host, is_loopback, split
from tenantry.desired.mistakes import listed
from tenantry.desired.secrets import secret_text
from tenantry.model.place import Path
from tenantry.model.secret import Secret

WAYS = ("domain", "emulator", "base_url", "issuer")
"""The ways to say which tenant it is."""
CREDENTIALS = ("AUTH0_CLIENT_SECRET", "AUTH0_CLIENT_ASSERTION_PRIVATE_KEY", "AUTH0_API_TOKEN", "AUTH0_ACCESS_TOKEN")
"""Variables of the environment that hold secrets for the host in ``AUTH0_DOMAIN``, and for no other."""
INSIDE = ("custom_domain", "client_id", "client_secret", "private_key", "key_id", "api_token")
"""What says who the tool is inside a tenant, or how it is reached there."""


def contradictions(block: TenantBlock, *, is_silent: bool) -> Iterator[tuple[Path, str]]:
    """Yield what contradicts itself in the tenant block."""
    ways = [name for name in WAYS if getattr(block, name)]
    if len(ways) > 1 or (is_silent and not ways):
        said = f"; here are {' and '.join(f'`{name}`' for name in ways)}" if ways else ""
        yield tuple(ways[1:2]), f"say which tenant it is by one of {listed(WAYS)}{said}"
    for name in ("domain", "custom_domain"):
        value = getattr(block, name)
        if value and not is_host(value):
            yield (name,), f"`{name}` is a host name in small letters, without scheme, port or path{_meant(value)}"
    if block.base_url:
        yield from _served(block.base_url)
    if block.issuer:
        yield from _another_provider(block)
    if block.client_secret and block.private_key:
        yield ("private_key",), "give either `client_secret` or `private_key`"


def _meant(value: str) -> str:
    """Return the host name that an address holds, or an example: small letters make no name of a placeholder in capitals."""
    host = split(value if "//" in value else f"//{value}").hostname or ""
    return f"; write `{host}`" if host in value and is_host(host) else ", as in `acme.eu.auth0.com`"


def _served(base_url: str) -> Iterator[tuple[Path, str]]:
    """Yield why an address cannot be that of a served emulator."""
    parts = split(base_url)
    if not _is_address(base_url):
        yield ("base_url",), "`base_url` is an address, such as `http://127.0.0.1:4400`"
    if "@" in parts.netloc:
        yield ("base_url",), "`base_url` names no user: it is shown wherever the tenant is named"
    if parts.query or parts.fragment:
        yield ("base_url",), "`base_url` has neither query nor fragment"


def _is_address(url: str) -> bool:
    """Return whether a text is the address of a server."""
    return split(url).scheme in {"http", "https"} and bool(split(url).hostname)


def _another_provider(block: TenantBlock) -> Iterator[tuple[Path, str]]:
    """Yield what a block may not say of a provider that has no Management API."""
    issuer, parts = block.issuer or "", split(block.issuer or "")
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(issuer))
    if not (parts.hostname and is_safe) or "@" in parts.netloc or any(char.isspace() for char in issuer):
        yield ("issuer",), "`issuer` is an https address, such as `https://id.example/realms/shop` (http on this machine alone)"
    if parts.query or parts.fragment:
        yield ("issuer",), "`issuer` has neither query nor fragment"
    for name in INSIDE:
        if getattr(block, name):
            yield (name,), f"`{name}` is about the Management API, which another provider does not have; leave it out"


def reach(block: TenantBlock, environ: Mapping[str, str], allow_host: tuple[str, ...]) -> Iterator[tuple[Path, str]]:
    """Yield why credentials may not go where the file would send them."""
    if block.base_url and _is_address(block.base_url) and not is_loopback(block.base_url):
        host = block.names["domain"].rpartition("@")[2]
        if host not in allow_host and host.partition(":")[0] not in allow_host:
            yield ("base_url",), f"`base_url` leads to {host}, beyond this machine; allow it with `--allow-host {host}`"
    expected = environ.get("AUTH0_DOMAIN")
    if not expected or not block.domain or block.domain == expected:
        return
    if not block.has_credentials and _from_environment(environ):
        yield ("domain",), f"the credentials in the environment are for {expected} (AUTH0_DOMAIN), not for {block.domain}"
    for field in ("client_secret", "private_key", "api_token"):
        secret = getattr(block, field)
        if secret and any(name in secret.name for name in CREDENTIALS):
            yield (field,), f"{secret.name} is for {expected} (AUTH0_DOMAIN), not for {block.domain}; give it another name"


def with_environment(block: TenantBlock, environ: Mapping[str, str]) -> TenantBlock:
    """Return the block with credentials from the environment, where it has none and its domain is AUTH0_DOMAIN."""
    if block.has_credentials or not block.domain or block.domain != environ.get("AUTH0_DOMAIN"):
        return block
    return replace(block, **_from_environment(environ))


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return the credentials that the environment holds."""

    def secret(*names: str) -> Secret | None:
        return next((Secret.of(name, environ[name]) for name in names if environ.get(name)), None)

    key = secret("AUTH0_CLIENT_ASSERTION_PRIVATE_KEY")
    if key is None and (path := environ.get("AUTH0_CLIENT_SIGNING_KEY_PATH")):
        key = Secret("AUTH0_CLIENT_SIGNING_KEY_PATH", lambda: _text(FilePath(path)))
    found = {
        "api_token": secret("AUTH0_API_TOKEN", "AUTH0_ACCESS_TOKEN"),
        "client_id": environ.get("AUTH0_CLIENT_ID") or None,
        "client_secret": secret("AUTH0_CLIENT_SECRET"),
        "private_key": key,
    }
    return {name: value for name, value in found.items() if value is not None}


def _text(path: FilePath) -> str | None:
    """Return a file's text, or None where there is none."""
    return secret_text(path) if path.is_file() else None
