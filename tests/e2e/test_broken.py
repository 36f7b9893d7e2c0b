"""Broken configurations: each gives exit code 65, the place of the mistake, and words that say what would be right."""

from __future__ import annotations

import pytest

from tests.e2e.shop import Shop

BROKEN: dict[str, tuple[str, str, str, list[str]]] = {
    # name: text in the file, what replaces it, text on the line that is blamed, words of the error
    "an unknown field": ("app_type: spa", "app_typ: spa", "app_typ: spa", ["app_typ", "app_type"]),
    "an unknown section": ("client_grants:", "client_grant:", "client_grant:", ["client_grant", "client_grants"]),
    "a duplicate key": ("    app_type: spa\n", "    app_type: spa\n    app_type: native\n", "app_type: native", ["app_type"]),
    "a value outside its list": ("app_type: spa", "app_type: sap", "app_type: sap", ["spa"]),
    "a number where text is expected": ("name: Web\n", "name: 2024\n", "name: 2024", ["quot"]),
    "a text where a number is expected": ("token_lifetime: 2592000", 'token_lifetime: "long"', '"long"', ["token_lifetime"]),
    "a reference to nobody": ("{client_id: job, audience", "{client_id: jobb, audience", "client_id: jobb", ["jobb", "job"]),
    "an undefined variable": ("name: Orders\n", "name: ${var.nmae}\n", "${var.nmae}", ["nmae", "vars"]),
    "an undefined environment variable": ("name: Orders\n", "name: ${env.NO_SUCH_NAME}\n", "NO_SUCH_NAME", ["NO_SUCH_NAME"]),
    "a credential taken from env": ("name: Orders\n", "name: ${env.MY_SECRET}\n", "MY_SECRET", ["secret.MY_SECRET"]),
    "a missing file": ("version: 1\n", "version: 1\nextends: [shared/none.yaml]\n", "shared/none.yaml", ["none.yaml"]),
    "a glob that matches nothing": (
        "version: 1\n",
        "version: 1\nextends: [shared/*.yaml]\n",
        "shared/*.yaml",
        ["shared/*.yaml"],
    ),
    "rotating tokens that never expire": (
        "expiration_type: expiring, leeway: 0, token_lifetime: 2592000",
        "expiration_type: non-expiring, leeway: 0",
        "rotation_type: rotating",
        ["expiring"],
    ),
    "a granted scope that the API does not have": (
        'audience: orders, scope: ["read:orders"]}',
        'audience: orders, scope: ["reed:orders"]}',
        "reed:orders",
        ["reed:orders"],
    ),
    "a raw id for a handle": (
        "{client_id: job, audience",
        "{client_id: AbCdEfGhIjKlMnOpQrStUvWxYz012345, audience",
        "AbCdEfGhIjKlMnOpQrStUvWxYz012345",
        ["id"],
    ),
    "settings in the tenant block": (
        "  client_id: tenantry-emulator\n",
        "  client_id: tenantry-emulator\n  friendly_name: Shop\n",
        "friendly_name",
        ["tenant_settings"],
    ),
    "a list in place of a map": ("client_grants:\n  job-orders: {", "client_grants:\n  - {", "client_grants:", ["list"]),
    "a bad handle": ("  web:\n    name: Web\n", "  we b:\n    name: Web\n", "we b:", ["we b"]),
    "a callback that is no URL": ("[http://localhost:3000/callback]", "[not a url]", "not a url", ["callbacks"]),
    "broken YAML": ("name: Web\n", "name: [Web\n", "", []),
    "a host beyond loopback": ("base_url: ", "base_url: https://evil.example # ", "evil.example", ["--allow-host"]),
    "a smoke flow without its application": ("application: web\n", "application: wbe\n", "application: wbe", ["wbe", "web"]),
    "null where nothing can be cleared": ("app_type: spa", "app_type: null", "app_type: null", ["null"]),
    "a yes that is text": (
        "oidc_conformant: true\n    token_endpoint_auth_method: none",
        "oidc_conformant: yes\n    token_endpoint_auth_method: none",
        "oidc_conformant: yes",
        ["true"],
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_mistake_is_named_with_its_place(shop: Shop, name: str) -> None:
    before, after, blamed, words = BROKEN[name]
    shop.edit(before, after)
    ran = shop("validate")
    assert ran.code == 65, ran
    assert "Traceback" not in ran.err
    line = next(
        (number for number, text in enumerate(shop.path.read_text().splitlines(), 1) if blamed and blamed in text), None
    )
    if line:
        assert f"shop.yaml:{line}:" in ran.err, ran.err
    else:
        assert "shop.yaml:" in ran.err, ran.err
    for word in words:
        assert word in ran.err, ran.err


def test_all_mistakes_are_reported_at_once_and_as_one_document(shop: Shop) -> None:
    shop.edit("app_type: spa", "app_typ: spa")
    shop.edit("client_id: job, audience", "client_id: jobb, audience")
    ran = shop("validate", "--format", "json")
    assert ran.code == 65
    assert ran.json["exit_code"] == 65
    assert ran.json["ok"] is False
    assert len(ran.json["errors"]) == 2
    assert all(error["file"].endswith("shop.yaml") and error["line"] for error in ran.json["errors"])


@pytest.mark.parametrize("name", ["plan", "apply", "smoke", "up", "outputs", "doctor"])
def test_no_command_begins_with_a_broken_file(shop: Shop, name: str) -> None:
    shop.edit("app_type: spa", "app_typ: spa")
    assert shop(name).code == 65
    assert shop.stats()["reads"] == 0
