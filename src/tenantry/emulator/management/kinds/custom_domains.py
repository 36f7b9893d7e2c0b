"""Custom domains; verification always succeeds, no DNS record is looked up.

Source: recorded traffic of terraform-provider-auth0 (TestAccCustomDomain*); issue 1210 of auth0-deploy-cli (the conflict).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenantry.emulator.management.answers import invalid, missing
from tenantry.emulator.management.kind import Kind, Unique, public
from tenantry.emulator.management.lucene import Searched, matching

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Call, Document, Handler
    from tenantry.emulator.management.paging import Rows

_ABSENT = ("The custom domain does not exist", "inexistent_custom_domain")


def _prepare(call: Call, body: Document) -> Document:
    managed = body["type"] == "auth0_managed_certs"
    key = call.tenant.ids.new("custom_domains", body["domain"])
    made = {name: value for name, value in body.items() if name not in ("verification_method", "custom_client_ip_header")}
    made = {
        "custom_domain_id": key,
        **made,
        "primary": call.store.count("custom_domains") == 0,
        "is_default": False,
        "status": "pending_verification",
        "verification": {"methods": [_record(call, body["domain"], key, managed=managed)]},
        "created_at": call.clock.milliseconds(),
    }
    made = {"tls_policy": "recommended", **made}
    if managed:
        return made
    return {**made, "custom_client_ip_header": body.get("custom_client_ip_header")}


def _record(call: Call, domain: str, key: str, *, managed: bool) -> Document:
    if managed:
        return {"name": "CNAME", "record": _edge(call, key), "domain": domain}
    text = call.tenant.ids.new("domain_verifications", domain)
    return {"name": "TXT", "record": text, "domain": f"_cf-custom-hostname.{domain}"}


def _edge(call: Call, key: str) -> str:
    return f"{call.tenant.name}-{key.replace('_', '-').lower()}.edge.tenants.tenantry.invalid"


def _verify(call: Call) -> Document:
    domain = DOMAINS.find(call, call.key)
    key = domain["custom_domain_id"]
    verification = {**domain["verification"], "status": "verified", "last_verified_at": call.clock.milliseconds()}
    made = {**domain, "status": "ready", "verification": verification, "origin_domain_name": _edge(call, key)}
    call.store.put("custom_domains", key, made)
    if domain["type"] == "self_managed_certs":
        return {**made, "cname_api_key": call.tenant.ids.secret(key)}
    return public(made)


def _default(call: Call) -> Document:
    found = call.store.find("custom_domains", "is_default", value=True)
    if found:
        return DOMAINS.show(call, found[0])
    return {"domain": call.request.url.netloc, "is_default": True, "type": "canonical"}


def _change_default(call: Call) -> Document:
    name = call.body["domain"]
    chosen = next(iter(call.store.find("custom_domains", "domain", name)), None)
    if chosen is None and name != call.request.url.netloc:
        raise missing(*_ABSENT)
    if chosen and chosen["status"] != "ready":
        raise invalid("The domain must be verified before it can be set as default.")
    for domain in call.store.find("custom_domains", "is_default", value=True):
        call.store.put("custom_domains", domain["custom_domain_id"], {**domain, "is_default": False})
    if chosen:
        call.store.put("custom_domains", chosen["custom_domain_id"], {**chosen, "is_default": True})
    return _default(call)


def _wanted(call: Call) -> Rows | None:
    if "q" not in call.query:
        return None
    return list(filter(matching(call.query["q"], Searched(bare=("domain",))), call.store.all("custom_domains")))


def _test(call: Call) -> Document:
    DOMAINS.find(call, call.key)
    return {"success": True, "message": "Your custom domain looks good."}


DOMAINS = Kind(
    path="/custom-domains",
    item="/custom-domains/{id}",
    collection="custom_domains",
    key="custom_domain_id",
    absent=_ABSENT,
    unique=(Unique("domain", "The specified custom domain already exists."),),
    kept=("custom_client_ip_header",),
    prepare=_prepare,
    wanted=_wanted,
)
HANDLERS: dict[str, Handler] = {
    **DOMAINS.handlers(),
    "POST /custom-domains/{id}/verify": _verify,
    "POST /custom-domains/{id}/test": _test,
    "GET /custom-domains/default": _default,
    "PATCH /custom-domains/default": _change_default,
}
