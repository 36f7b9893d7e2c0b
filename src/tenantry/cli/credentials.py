"""The secrets that a tenant block names: who the tool is in the tenant, and what an embedded one fixes."""

from __future__ import annotations

from collections.abc import Mapping

from tenantry import emulator as emulating
from tenantry.desired import TenantFile
from tenantry.desired.blocks import EmulatorBlock, TenantBlock, is_loopback
from tenantry.management import ClientSecret, Credentials, PrivateKeyJwt, ReadyToken
from tenantry.model.address import Address
from tenantry.model.errors import ConfigError
from tenantry.model.secret import Secret


def credentials(file: TenantFile) -> Credentials:
    """Return who the tool is in a tenant that is not embedded.

    Raises: ConfigError when the file and the environment do not say, or a secret is missing.
    """
    block = file.tenant
    found = _credentials(block)
    if found is None:
        raise ConfigError(
            f"no credentials for {block.name}: give `client_id` and `client_secret` (or `private_key`) in the `tenant:` block, "
            "or AUTH0_DOMAIN with AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET, or AUTH0_API_TOKEN, in the environment",
            file.place,
            address="tenant",
            code="credentials_missing",
        )
    at_hand(_secret_of(found), file)
    return found


def _credentials(block: TenantBlock) -> Credentials | None:
    """Return the credentials that a tenant block holds: a ready token first, then a key, then a secret.

    A server on loopback for which nobody said anything is taken for an emulator with its documented credentials.
    """
    if block.api_token:
        return ReadyToken(block.api_token)
    if block.client_id and block.private_key:
        return PrivateKeyJwt(block.client_id, block.private_key, block.signing_alg, block.key_id)
    if block.client_id and block.client_secret:
        return ClientSecret(block.client_id, block.client_secret)
    if block.base_url and is_loopback(block.base_url) and not block.client_id:
        secret = Secret.of("the emulator's documented secret", emulating.MANAGEMENT_CLIENT_SECRET)
        return ClientSecret(emulating.MANAGEMENT_CLIENT_ID, secret)
    return None


def _secret_of(found: Credentials) -> Secret:
    """Return the secret inside credentials."""
    if isinstance(found, ReadyToken):
        return found.token
    return found.private_key if isinstance(found, PrivateKeyJwt) else found.client_secret


def pins(file: TenantFile, block: EmulatorBlock) -> dict[str, Mapping[str, str]]:
    """Return the fixed credentials by the applications' names, as the emulator wants them.

    Raises: ConfigError when a secret is missing.
    """

    def told(value: str | Secret) -> str:
        return at_hand(value, file) if isinstance(value, Secret) else value

    return {_name_of(file, handle): {key: told(value) for key, value in pin.items()} for handle, pin in block.pin.items()}


def _name_of(file: TenantFile, handle: str) -> str:
    """Return the declared name of an application."""
    resource = file.state.resources.get(Address("applications", handle))
    return str(resource.fields.get("name", handle)) if resource else handle


def at_hand(secret: Secret, file: TenantFile) -> str:
    """Return the value of a secret that the tenant block of a file names.

    Raises: ConfigError when it is missing.
    """
    if not secret.is_available:
        raise ConfigError(
            f"secret {secret.name} is not set: export it, or name a dotenv file with --secrets",
            file.place,
            address="tenant",
            code="secret_missing",
        )
    return secret.reveal()
