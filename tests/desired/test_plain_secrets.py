"""A secret that somebody typed into a file is warned of, with its place, and not shown."""

from __future__ import annotations

import pytest

from tests.desired.conftest import Loader

REAL = "tenant: {domain: acme.eu.auth0.com, client_id: a, client_secret: '${secret.S}'}\n"
CANARY = "hunter2hunter2hunter2"
HOW = (
    "is a secret in plain text; write `${secret.NAME}`,"
    " and give NAME in the environment, in TENANTRY_SECRETS_DIR or with --secrets"
)
SERVED = f"{{base_url: 'http://127.0.0.1:1', client_id: a, client_secret: {CANARY}}}"
SMOKE = "connections: {c: {name: c, strategy: auth0}}\napplications: {job: {name: Job}}\nsmoke: {%s}\n"


def warned(loaded: Loader, text: str, **options: object) -> list[tuple[str, str]]:
    file = loaded(text, **options)
    assert CANARY not in repr(file)
    return [(str(each.place), each.sentence) for each in file.warnings if each.code == "plain_secret"]


@pytest.mark.parametrize(
    ("text", "place", "name"),
    [
        ("applications: {web: {name: W, client_secret: '%s'}}", "tenant.yaml:2:46", "`client_secret`"),
        (
            "connections: {g: {name: g, strategy: google-oauth2, options: {client_id: a, client_secret: '%s'}}}",
            "tenant.yaml:2:92",
            "`options.client_secret`",
        ),
        (
            "connections: {g: {name: g, strategy: samlp, options: {vendor: {admin_token: '%s', region: eu}}}}",
            "tenant.yaml:2:77",
            "`options.vendor.admin_token`",
        ),
        (
            SMOKE % "users: {u: {connection: c, email: a@b.c, password: '%s'}}",
            "tenant.yaml:4:60",
            "smoke: `users.u.password`",
        ),
        (
            SMOKE % "users: {u: {connection: c, email: a@b.c, password: '${secret.P}', totp: '%s'}}",
            "tenant.yaml:4:81",
            "smoke: `users.u.totp`",
        ),
        (SMOKE % "applications: {job: {client_secret: '%s'}}", "tenant.yaml:4:45", "smoke: `applications.job.client_secret`"),
        ("vars: {s: '%s'}\napplications: {web: {name: W, client_secret: '${var.s}'}}", "tenant.yaml:2:11", "`client_secret`"),
    ],
)
def test_a_secret_in_plain_text_is_warned_of(text: str, place: str, name: str, loaded: Loader) -> None:
    assert warned(loaded, REAL + text % CANARY) == [(place, f"{name} {HOW}")]
    assert warned(loaded, REAL + text % "${secret.S}") == []


def test_so_is_the_secret_of_the_tool_itself(loaded: Loader) -> None:
    tenant = f"tenant: {{domain: acme.eu.auth0.com, client_id: a, client_secret: {CANARY}}}"
    assert warned(loaded, tenant) == [("tenant.yaml:1:66", f"tenant: `client_secret` {HOW}")]


@pytest.mark.parametrize(
    "tenant", ["{emulator: e}", f"{{base_url: 'http://127.0.0.1:1', client_id: a, client_secret: {CANARY}}}"]
)
def test_an_emulated_tenants_own_secrets_protect_nothing(tenant: str, loaded: Loader) -> None:
    users = SMOKE % f"users: {{u: {{connection: c, email: a@b.c, password: {CANARY}}}}}"
    assert warned(loaded, f"tenant: {tenant}\n{users}") == []
