"""The options of a connection: what is refused, and what the server adds.

Source: recorded traffic of terraform-provider-auth0 (TestAccConnection*) and go-auth0 (TestConnectionManager_*). That a
scope which is sent stays as it is, but with Line and WordPress, is assumed.
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from tenantry.emulator.management.answers import invalid
from tenantry.emulator.management.kinds.certificates import certificate_of, described
from tenantry.emulator.management.kinds.connection_defaults import (
    ATTRIBUTES_EMAIL,
    CROSS_APP_STRATEGIES,
    DATABASE_OPTIONS,
    DATABASE_OPTIONS_OF_NEW,
    DERIVED,
    DISPLAYED,
    ENTERPRISE,
    EVERY_SWITCH,
    FIRST_VERSION_SCOPES,
    FIXED_SCOPES,
    FLEXIBLE_PASSWORD,
    ON_DEMAND,
    OPTIONS,
    OPTIONS_OF_NEW,
    SCOPE_NAMES,
    SCOPE_SEPARATORS,
    STAYING,
    SWITCHED_ON,
    TICKETED,
)
from tenantry.emulator.management.kinds.saml_metadata import learned
from tenantry.emulator.management.merge import overlaid

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document

_LEGACY_PASSWORD = (
    "passwordPolicy",
    "password_history",
    "password_dictionary",
    "password_no_personal_info",
    "password_complexity_options",
)
_REMEMBERED = ("thumbprints", "oidc_metadata")
_FROM_URL = (  # nothing is fetched: what was learned before stays
    *_REMEMBERED,
    "bindingMethod",
    "cert",
    "expires",
    "signInEndpoint",
    "signOutEndpoint",
    "signingCert",
    "subject",
)
_CERTIFIED = ("samlp", "pingfederate")


def checked(connection: Document, before: Document | None = None) -> None:
    """Accept the connection or refuse it.

    Raises: Refusal.
    """
    if "cross_app_access_requesting_app" in connection and connection["strategy"] not in CROSS_APP_STRATEGIES:
        message = "Cross App Access Requesting App is not supported for this connection."
        raise invalid(message, "operation_not_supported")
    options = connection.get("options") or {}
    mixed = [name for name in _LEGACY_PASSWORD if options.get(name) is not None]
    if "password_options" in options and mixed:
        raise invalid(f"Cannot set both options.password_options and options.{mixed[0]}")
    attributes = options.get("attributes")
    if not isinstance(attributes, dict):
        return
    for excluded in ("requires_username", "validation"):
        if options.get(excluded):
            raise invalid(f"Cannot set both options.attributes and options.{excluded}")
    _check_attributes(attributes)
    email = attributes.get("email", {})
    if before is not None and email.get("unique") is False and _unique_email(before.get("options") or {}):
        raise invalid("cannot add non-unique email attribute")


def _unique_email(options: Document) -> bool:
    email = (options.get("attributes") or {}).get("email")
    return email is None or email.get("unique") is not False


def _check_attributes(attributes: Document) -> None:
    for name, attribute in attributes.items():
        active = attribute.get("identifier", {}).get("active")
        if attribute.get("profile_required") and attribute.get("signup", {}).get("status") not in (None, "required"):
            raise invalid(f"attribute {name} must also be required on signup")
        if name == "email" and attribute.get("unique") is False and active:
            raise invalid("attribute email cannot be an identifier while it is not unique")
    if not any(each.get("identifier", {}).get("active") for each in attributes.values()):
        raise invalid("attributes must contain one active identifier")


def filled_in(call: Call, strategy: str, sent: Document, before: Document | None = None) -> Document:
    """Return the options with what the server adds for the strategy."""
    options = dict(sent)
    if strategy == "auth0":
        return _database(call, options, before)
    made = overlaid({**OPTIONS.get(strategy, {}), **_of_new(strategy, before)}, options)
    if strategy in DERIVED or (strategy in SCOPE_NAMES and "scope" not in options):
        made |= _scope(strategy, options)
    if strategy in _CERTIFIED:
        made = _certified(strategy, made)
    if strategy in ("oidc", "okta"):
        if before is not None and "connection_settings" not in sent:
            made["connection_settings"] = {"pkce": "disabled"}
        made = _discovered(made)
    if strategy == "waad":
        made = {"app_domain": call.request.url.netloc, "thumbprints": [], **made}
    kept = _FROM_URL if "metadataUrl" in made else _REMEMBERED
    return {**{name: value for name, value in (before or {}).items() if name in kept}, **made}


def _scope(strategy: str, options: Document) -> Document:
    """Return the switches that nobody spoke of and are on, and the scope that all switches give one by one."""
    names = _scope_names(strategy, options)
    if strategy in ON_DEMAND and not names.keys() & options.keys():
        return {}
    unsaid = {name: True for name in SWITCHED_ON.get(strategy, ()) if name not in options}
    switched = [names[name] for name, value in {**options, **unsaid}.items() if value is True and name in names]
    scopes = [*FIXED_SCOPES.get(strategy, ()), *switched]
    separator = SCOPE_SEPARATORS.get(strategy)
    return {**unsaid, "scope": scopes if separator is None else separator.join(scopes)}


def _scope_names(strategy: str, options: Document) -> dict[str, str]:
    """Return the scope that each switch of the strategy gives."""
    if strategy in EVERY_SWITCH:
        return {name: name for name, value in options.items() if value is True}
    former = FIRST_VERSION_SCOPES.get(strategy, {}) if options.get("strategy_version", 1) == 1 else {}
    return {**SCOPE_NAMES[strategy], **former}


def _of_new(strategy: str, before: Document | None) -> Document:
    """Return what only a new connection gets, and of it what a change does not take away."""
    given = OPTIONS_OF_NEW.get(strategy, {})
    return given if before is None else {name: before[name] for name in STAYING if name in given and name in before}


def _database(call: Call, options: Document, before: Document | None) -> Document:
    gone = set() if before is None else set(DATABASE_OPTIONS_OF_NEW)
    if isinstance(options.get("password_options"), dict):
        gone.add("passwordPolicy")
        options = {**options, "password_options": overlaid(FLEXIBLE_PASSWORD, options["password_options"])}
    made = overlaid({name: value for name, value in DATABASE_OPTIONS.items() if name not in gone}, options)
    if isinstance(options.get("attributes"), dict):
        made["attributes"] = _attributes(options["attributes"])
    if isinstance(options.get("configuration"), dict):
        made["configuration"] = {key: _sealed(call, str(text)) for key, text in options["configuration"].items()}
    return made


def _attributes(attributes: Document) -> Document:
    if not isinstance(attributes.get("email"), dict):
        return attributes
    return {**attributes, "email": overlaid(ATTRIBUTES_EMAIL, attributes["email"])}


def _sealed(call: Call, text: str) -> str:
    """Return an opaque form of a secret value, in which reads show it; a sealed value stays as it is."""
    mark = b"tenantry"
    try:
        if base64.b64decode(text, validate=True).startswith(mark):
            return text
    except ValueError:
        pass
    digest = hashlib.shake_256(f"{call.tenant.name}:{text}".encode()).digest(88)
    return base64.b64encode(mark + digest).decode()


def _certified(strategy: str, options: Document) -> Document:
    made = dict(options)
    if "metadataXml" in made:
        document = str(made.pop("metadataXml"))
        made |= learned(document)
    text = str(made.get("signingCert") or made.get("cert") or "")
    pem = text if "BEGIN" in text else _decoded(text)
    certificate = certificate_of(pem)
    if certificate:
        made = {**made, **described(certificate, pem)}
        if options.get("signingCert") == text and strategy == "pingfederate":
            del made["signingCert"]
    return made


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode()
    except ValueError:
        return ""


def _discovered(options: Document) -> Document:
    """Return the options with the metadata a provider would have published, as far as the options tell it."""
    if "discovery_url" not in options:
        return options
    issuer = str(options.get("issuer") or options["discovery_url"].split("/.well-known/")[0])
    endpoints = {
        name: options.get(name) or f"{issuer.rstrip('/')}/{path}"
        for name, path in (
            ("authorization_endpoint", "authorize"),
            ("token_endpoint", "token"),
            ("userinfo_endpoint", "userinfo"),
            ("jwks_uri", "jwks"),
        )
    }
    return {**endpoints, "issuer": issuer, **options, "oidc_metadata": {"issuer": issuer, **endpoints}}


def top_level(body: Document) -> Document:
    """Return the members beside the options that the server adds."""
    strategy = body["strategy"]
    made: Document = {
        "is_domain_connection": body.get("is_domain_connection", False),
        "authentication": body.get("authentication", {"active": True}),
        "connected_accounts": body.get("connected_accounts", {"active": False}),
    }
    if strategy in ENTERPRISE:
        made["show_as_button"] = body.get("show_as_button", False)
    if strategy in DISPLAYED:
        made["display_name"] = body.get("display_name", body["name"])
    if strategy in TICKETED:
        made["provisioning_ticket_url"] = f"https://login.tenantry.invalid/p/{strategy}/{body['name']}"
    return made
