"""Settings that a tenant always has, and small kinds with ways of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenantry.emulator.facts.catalogue import catalogue
from tenantry.emulator.management import kinds
from tests.emulator.management.api import GOOD

if TYPE_CHECKING:
    from tests.emulator.management.api import Api


def test_flags_are_merged_one_by_one(api: Api) -> None:
    made = api.patch("/tenants/settings", {"flags": {"enable_apis_section": True}}, status=200)
    assert made["flags"]["enable_apis_section"] is True
    assert made["flags"]["enable_sso"] is True
    assert "sandbox_versions_available" not in made
    assert "sandbox_versions_available" in api.get("/tenants/settings")


def test_lifetimes_in_minutes_are_read_back_in_hours(api: Api) -> None:
    made = api.patch("/tenants/settings", {"session_lifetime_in_minutes": 181})
    assert made["session_lifetime"] == 181 / 60
    assert "session_lifetime_in_minutes" not in made
    assert api.patch("/tenants/settings", {"session_lifetime_in_minutes": 120})["session_lifetime"] == 2


def test_what_was_never_made_is_not_there(api: Api) -> None:
    assert api.get("/emails/provider", status=404)["errorCode"] == "inexistent_email_provider"
    assert api.get("/email-templates/welcome_email", status=404)["errorCode"] == "inexistent_email_template"
    assert api.get("/branding/themes/default", status=404)["errorCode"] == "theme_not_found"
    template = "/branding/templates/universal-login"
    assert api.get(template, status=404)["errorCode"] == "inexistent_templates_universal_login"


def test_an_email_template_is_made_once(api: Api) -> None:
    body = {"template": "welcome_email", "body": "", "from": "", "subject": "", "syntax": "liquid", "enabled": True}
    api.post("/email-templates", body)
    refused = {"statusCode": 409, "error": "Conflict", "message": "Template welcome_email already exists."}
    assert api.post("/email-templates", body, status=409) == refused


def test_the_page_template_is_created_then_updated(api: Api) -> None:
    path = "/branding/templates/universal-login"
    page = "<html>{%- auth0:head -%}<body>{% auth0:widget %}</body></html>"
    headers = {**GOOD, "Content-Type": "text/html"}
    assert api.send("PUT", path, content=page, headers=headers).status_code == 201
    api.put(path, {"template": page}, status=204)
    assert api.get(path) == {"body": page}
    api.delete(path, status=204)
    api.get(path, status=404)


def test_provider_credentials_are_never_shown(api: Api) -> None:
    credentials = {"smtp_host": "smtp.example.com", "smtp_port": 25, "smtp_user": "u", "smtp_pass": "hush"}
    body = {"name": "smtp", "credentials": credentials, "default_from_address": "a@example.com"}
    made = api.post("/emails/provider", body, status=201)
    assert made["credentials"] == {"smtp_host": "smtp.example.com", "smtp_port": 25, "smtp_user": "u"}
    api.post("/emails/provider", body, status=409)


def test_attack_protection_keeps_what_is_not_sent(api: Api) -> None:
    path = "/attack-protection/suspicious-ip-throttling"
    made = api.patch(path, {"stage": {"pre-login": {"max_attempts": 3}}}, status=200)
    assert made["stage"]["pre-login"] == {"max_attempts": 3, "rate": 864000}
    assert "pre-user-registration" in made["stage"]


def test_factors_are_switched_one_by_one(api: Api) -> None:
    assert api.put("/guardian/factors/otp", {"enabled": True}, status=200) == {"enabled": True}
    factors = {each["name"]: each["enabled"] for each in api.get("/guardian/factors")}
    assert factors["otp"] is True
    assert factors["sms"] is False
    assert api.put("/guardian/policies", ["all-applications"]) == ["all-applications"]
    assert api.get("/guardian/policies") == ["all-applications"]


def test_texts_are_replaced_per_prompt_and_language(api: Api) -> None:
    path = "/prompts/login/custom-text/en"
    assert api.get(path) == {}
    text = {"login": {"title": "Hello"}}
    assert api.put(path, text, status=200) == text
    assert api.get(path) == text
    assert api.get("/prompts/login/custom-text/de") == {}
    api.put(path, {})
    assert api.get(path) == {}


def test_a_screen_keeps_what_is_not_sent(api: Api) -> None:
    path = "/prompts/login-id/screen/login-id/rendering"
    tags: list[dict[str, Any]] = [{"tag": "meta", "attributes": {"name": "x"}}]
    api.patch(path, {"rendering_mode": "advanced", "head_tags": tags})
    assert api.patch(path, {"rendering_mode": "standard"}) == {"rendering_mode": "standard"}
    assert api.get(path)["head_tags"] == tags
    assert [each["screen"] for each in api.get("/prompts/rendering")] == ["login-id"]


def test_a_network_acl_is_replaced_whole_and_deleted_with_a_body(api: Api) -> None:
    rule = {"action": {"block": True}, "match": {"asns": [1]}, "scope": "tenant"}
    made = api.post("/network-acls", {"description": "d", "active": True, "rule": rule}, status=201)
    assert made["priority"] == 50
    other = {"action": {"redirect": True}, "match": {"asns": [1]}, "scope": "tenant"}
    path = f"/network-acls/{made['id']}"
    answer = api.put(path, {"description": "d", "active": True, "priority": 1, "rule": other}, status=400)
    assert answer["message"] == "Payload validation error: Action type of `redirect` requires a `redirect_uri`"
    assert api.get(path)["deleted_at"] is None
    assert api.delete(path, status=200) == {"code": 204, "object": ""}


def test_a_domain_becomes_the_default_once_verified(api: Api) -> None:
    made = api.post("/custom-domains", {"domain": "login.example.com", "type": "auth0_managed_certs"}, status=201)
    api.patch("/custom-domains/default", {"domain": "login.example.com"}, status=400)
    api.post(f"/custom-domains/{made['custom_domain_id']}/verify", status=201)
    api.patch("/custom-domains/default", {"domain": "login.example.com"}, status=200)
    assert api.get("/custom-domains/default")["is_default"] is True
    assert len(api.get("/custom-domains")) == 1
    assert set(api.get("/custom-domains?take=10")) == {"custom_domains"}


def test_signing_keys_are_rotated_and_revoked(api: Api) -> None:
    before = {key["kid"]: key for key in api.get("/keys/signing")}
    assert not any("_private" in key for key in before.values())
    rotated = api.post("/keys/signing/rotate")
    assert before[rotated["kid"]]["next"] is True
    old = next(kid for kid, key in before.items() if key["current"])
    api.put(f"/keys/signing/{rotated['kid']}/revoke", None, status=400)
    api.put(f"/keys/signing/{old}/revoke", None)
    assert api.get(f"/keys/signing/{old}")["revoked"] is True


def test_an_event_stream_hides_its_secrets_and_takes_its_action_along(api: Api) -> None:
    authorization = {"method": "bearer", "token": "hush"}
    webhook = {"webhook_endpoint": "https://example.com/in", "webhook_authorization": authorization}
    made = api.post("/event-streams", {"name": "w", "destination": {"type": "webhook", "configuration": webhook}}, status=201)
    assert made["destination"]["configuration"]["webhook_authorization"] == {"method": "bearer"}
    triggers = [{"id": "event-stream"}]
    action = api.post("/actions/actions", {"name": "sink", "supported_triggers": triggers})["id"]
    destination = {"type": "action", "configuration": {"action_id": action}}
    stream = api.post("/event-streams", {"name": "a", "destination": destination})["id"]
    api.delete(f"/event-streams/{stream}", status=204)
    api.get(f"/actions/actions/{action}", status=404)


def test_every_handler_is_of_a_known_operation_and_every_module_is_registered() -> None:
    assert set(kinds.HANDLERS) <= set(catalogue().operations)
    assert sum(len(module.HANDLERS) for module in kinds.MODULES) == len(kinds.HANDLERS)
