"""What real tenants were seen to refuse, in their words; the issues are named by the modules of the kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.emulator.management.api import Api

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"
NONE = 'Token Endpoint Authentication Method set to "none"'
PROVIDER = {"name": "sendgrid", "credentials": {"api_key": "x"}}
DOMAIN = {"domain": "login.example.com", "type": "auth0_managed_certs"}
ACTION = {"name": "greet", "supported_triggers": [{"id": "post-login"}]}
TEMPLATE = {"template": "verify_email", "body": "", "from": "", "subject": "", "syntax": "liquid", "enabled": True}
TAGS = "The template must contain a single auth0:head tag and at least one auth0:widget tag."


@pytest.mark.parametrize(
    ("call", "body", "message"),
    [
        (
            "POST /clients",
            {"name": "x", "token_endpoint_auth_method": "none", "grant_types": ["client_credentials"]},
            f"Application must not have {NONE} when client_credentials grant type is enabled",
        ),
        (
            "POST /clients",
            {"name": "x", "grant_types": [DEVICE]},
            f"Application must have {NONE} when {DEVICE} is enabled",
        ),
        (
            "POST /clients",
            {"name": "x", "grant_types": ["implicit", "magic", "http://auth0.com/oauth/legacy/grant-type/ro"]},
            "Invalid grant types: magic, http://auth0.com/oauth/legacy/grant-type/ro",
        ),
        (
            "POST /clients",
            {"name": "x", "grant_types": ["implicit", "password", "password"]},
            "Payload validation error: 'Array items are not unique (indexes 1 and 2)' on property grant_types.",
        ),
        (
            "PATCH /tenants/settings",
            {"default_redirection_uri": "https://localhost/login"},
            (
                "Payload validation error: 'Object didn't pass validation for format absolute-https-uri-or-empty:"
                " https://localhost/login' on property default_redirection_uri."
            ),
        ),
        (
            "PATCH /tenants/settings",
            {"sandbox_version": "8"},
            'The sandbox_version provided is invalid. Please use one of the available options: ["22", "18", "12"]',
        ),
        ("PUT /branding/templates/universal-login", {"template": "{% auth0:head %}"}, TAGS),
        ("PUT /branding/templates/universal-login", {"template": "{% auth0:widget %}"}, TAGS),
        ("PUT /branding/templates/universal-login", {"template": "{% auth0:head %}" * 2 + "{% auth0:widget %}"}, TAGS),
    ],
)
def test_what_does_not_go_together_is_told(api: Api, call: str, body: Any, message: str) -> None:
    method, path = call.split(" ")
    assert api.call(method, path, body, status=400)["message"] == message


def test_a_grant_type_is_checked_again_when_it_is_changed(api: Api) -> None:
    client = api.post("/clients", {"name": "x", "app_type": "native", "grant_types": [DEVICE]})
    path = f"/clients/{client['client_id']}"
    assert "client_credentials" in api.patch(path, {"grant_types": ["client_credentials"]}, status=200)["grant_types"]
    api.patch(path, {"token_endpoint_auth_method": "none"}, status=400)


@pytest.mark.parametrize(
    ("path", "body", "message"),
    [
        ("/emails/provider", PROVIDER, "An email provider is already configured: sendgrid"),
        ("/custom-domains", DOMAIN, "The specified custom domain already exists."),
    ],
)
def test_what_there_is_cannot_be_made_again(api: Api, path: str, body: Any, message: str) -> None:
    api.post(path, body, status=201)
    assert api.post(path, body, status=409)["message"] == message


def test_the_management_api_lets_applications_in_by_its_own_rule(api: Api) -> None:
    (management,) = (each for each in api.get("/resource-servers") if each.get("is_system"))
    path = f"/resource-servers/{management['id']}"
    client, user = ({"subject_type_authorization": {who: {"policy": "deny_all"}}} for who in ("client", "user"))
    assert api.patch(path, user, status=200)["subject_type_authorization"]["user"] == {"policy": "deny_all"}
    api.patch(path, client, status=400)


@pytest.mark.parametrize("value", [True, False])
def test_all_scopes_of_a_system_api_cannot_be_had(api: Api, value: object) -> None:
    (management,) = (each for each in api.get("/resource-servers") if each.get("is_system"))
    client = api.post("/clients", {"name": "x"})["client_id"]
    grant = {"client_id": client, "audience": management["identifier"], "allow_all_scopes": value}
    said = api.post("/client-grants", grant, status=400)["message"]
    assert said == "`allow_all_scopes` cannot be provided when `audience` is a system API"


def test_a_permission_of_no_api_names_what_is_missing(api: Api) -> None:
    role = api.post("/roles", {"name": "clerk"})["id"]
    body = {"permissions": [{"resource_server_identifier": "https://none", "permission_name": "x"}]}
    said = api.post(f"/roles/{role}/permissions", body, status=404)["message"]
    assert said == "The resource server does not exist: 'https://none'"


def test_an_action_keeps_its_trigger_and_is_bound_when_it_is_deployed(api: Api) -> None:
    action = api.post("/actions/actions", ACTION)["id"]
    other = {"supported_triggers": [{"id": "credentials-exchange"}]}
    assert api.patch(f"/actions/actions/{action}", other, status=400)["message"] == "can't upgrade to this trigger."
    bindings = {"bindings": [{"ref": {"type": "action_id", "value": action}, "display_name": "Greet"}]}
    said = api.patch("/actions/triggers/post-login/bindings", bindings, status=400)["message"]
    assert said == "Trying to create a binding for an action that has not been deployed yet"


def test_an_email_template_keeps_its_name(api: Api) -> None:
    api.post("/email-templates", TEMPLATE)
    for call in (api.patch, api.put):
        said = call("/email-templates/verify_email", {**TEMPLATE, "template": "welcome_email"}, status=400)["message"]
        assert said == "The template property provided in payload must match template in the URL."


def test_a_sender_of_a_template_needs_a_provider_that_is_enabled(api: Api) -> None:
    message = "From address cannot be set without an enabled email provider."
    named = TEMPLATE | {"from": "shop@example.com"}
    assert api.post("/email-templates", named, status=400)["message"] == message
    api.post("/emails/provider", PROVIDER | {"enabled": False}, status=201)
    assert api.post("/email-templates", named, status=400)["message"] == message
    api.post("/email-templates", TEMPLATE, status=200)
    assert api.patch("/email-templates/verify_email", {"from": "shop@example.com"}, status=400)["message"] == message
    api.patch("/emails/provider", {"enabled": True}, status=200)
    api.patch("/email-templates/verify_email", {"from": "shop@example.com"}, status=200)


def test_all_initiators_of_a_logout_exclude_selected_ones(api: Api) -> None:
    chosen = {"mode": "all", "selected_initiators": ["rp-logout"]}
    logout = {"backchannel_logout_urls": ["https://a.example"], "backchannel_logout_initiators": chosen}
    assert "selected_initiators" in api.post("/clients", {"name": "x", "oidc_logout": logout}, status=400)["message"]
    made = api.post(
        "/clients", {"name": "x", "oidc_logout": {**logout, "backchannel_logout_initiators": {"mode": "all"}}}, status=201
    )
    api.patch(f"/clients/{made['client_id']}", {"oidc_logout": logout}, status=400)
