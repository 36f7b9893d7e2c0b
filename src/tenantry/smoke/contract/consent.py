"""Consent (AUZ): asked for where it is due, left out where the API says so, and respected.

Source: Auth0 docs, "User consent and third-party applications"; RFC 6749 section 4.1.2.1.
"""

from __future__ import annotations

from tenantry.smoke.contract.assertion import Assertion, Verdict, equals, holds, promise, skip
from tenantry.smoke.contract.conditions import both, has_https_callback
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.login import LoginFlow


def skips_consent(flow: Flow) -> bool:
    """Return whether the API lets first-party applications go without consent."""
    is_declared = flow.api is not None and flow.api.flag("skip_consent_for_verifiable_first_party_clients") is True
    return is_declared and not flow.application.is_third_party


def asks_consent(flow: Flow) -> bool:
    """Return whether users are asked what the application may do."""
    is_declared = flow.api is not None and flow.api.flag("skip_consent_for_verifiable_first_party_clients") is False
    return is_declared and flow.follows_new_rules


@promise(
    "AUZ-29",
    "No consent is asked for where the API skips it.",
    source="Auth0 docs, User consent and third-party applications",
    level="smoke",
    about="api.skip_consent_for_verifiable_first_party_clients",
    when=both(skips_consent, has_https_callback),
)
async def consent_is_skipped(flow: LoginFlow) -> Verdict:
    """Look at the pages of the flow's login."""
    done = await flow.login()
    return equals("consent asked for" if done.walk.asked_consent else "no consent asked for", "no consent asked for")


@promise(
    "AUZ-30",
    "Consent is asked for when it is demanded.",
    source="Auth0 docs, User consent and third-party applications",
    costs=("code",),
    about="api.skip_consent_for_verifiable_first_party_clients",
    when=asks_consent,
)
async def consent_can_be_demanded(flow: LoginFlow) -> Verdict:
    """Ask with ``prompt=consent``."""
    done = await flow.again(prompt="consent")
    return equals("consent asked for" if done.walk.asked_consent else "no consent asked for", "consent asked for")


@promise(
    "AUZ-30b",
    "Who logs in for the first time is asked for consent.",
    source="Auth0 docs, User consent and third-party applications",
    level="smoke",
    about="api.skip_consent_for_verifiable_first_party_clients",
    when=both(asks_consent, lambda flow: flow.user is not None and flow.user.ephemeral),
)
async def first_login_asks_consent(flow: LoginFlow) -> Verdict:
    """Look at the pages of the flow's login, if it is the person's first to this application and API."""
    done = await flow.login()
    if not flow.is_first_consent:
        return skip("the person has consented in another flow")
    return equals("consent asked for" if done.walk.asked_consent else "no consent asked for", "consent asked for")


@promise(
    "AUZ-31",
    "Who declines gives nothing away.",
    source="Auth0 docs, User consent and third-party applications; RFC 6749 section 4.1.2.1",
    about="api.skip_consent_for_verifiable_first_party_clients",
    when=asks_consent,
)
async def declining_is_respected(flow: LoginFlow) -> Verdict:
    """Ask with ``prompt=consent``, and decline."""
    await flow.login()
    done = await flow.walk(await flow.request(prompt="consent"), flow.browser, consents=False)
    kept = done.callback.error == "access_denied" and done.callback.code is None
    return holds(kept, "the callback with access_denied", f"the callback with {done.callback.error or 'a code'}")


LOGIN: tuple[Assertion[LoginFlow, Flow], ...] = (consent_is_skipped, first_login_asks_consent)
"""About the flow's own login."""

PROBES: tuple[Assertion[LoginFlow, Flow], ...] = (consent_can_be_demanded, declining_is_respected)
"""With the session of the flow's login."""
