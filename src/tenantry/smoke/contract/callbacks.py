"""Callbacks (AUZ): every declared one is accepted, and none that only looks like it.

Source: RFC 6749 sections 3.1.2.2 to 3.1.2.4; RFC 9700 section 2.1; Auth0 docs, Application settings.
"""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from tenantry.smoke.contract.answers import ON_A_PAGE, goes_to_login, is_error_page, shown_as_page, where
from tenantry.smoke.contract.assertion import Assertion, Verdict, holds, promise, worst
from tenantry.smoke.contract.conditions import has_https_callback
from tenantry.smoke.declared import is_exact
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.login import LoginFlow
from tenantry.smoke.login.visitor import shown

REDIRECTION = "RFC 6749 sections 3.1.2.4 and 4.1.2.1"
EXACT = "RFC 9700 section 2.1 (exact match)"


@promise(
    "AUZ-02",
    "Every declared callback is accepted.",
    source="RFC 6749 sections 3.1.2.2 and 3.1.2.3; Auth0 docs, Application settings",
    level="read",
    about="application.callbacks",
    per_application=True,
    when=lambda flow: len(flow.application.callbacks) > 1,
)
async def every_callback_is_accepted(flow: LoginFlow) -> Verdict:
    """Ask once per callback that is an address as it stands."""
    hops = [(url, await flow.look(redirect_uri=url)) for url in flow.flow.application.callbacks]
    return worst(
        [holds(goes_to_login(hop, flow), "the login for every callback", f"{shown(url)}: {where(hop)}") for url, hop in hops]
    )


@promise(
    "AUZ-03",
    "A callback that is not registered is refused on a page.",
    source=REDIRECTION,
    level="read",
    about="application.callbacks",
    per_application=True,
)
async def foreign_path_is_refused(flow: LoginFlow) -> Verdict:
    """Add a path to the registered callback."""
    parts = urlsplit(flow.flow.redirect_uri)
    probe = urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/tenantry-probe"))
    return shown_as_page(await flow.look(redirect_uri=probe), flow, probe)


@promise(
    "AUZ-04",
    "A callback on another host is refused on a page.",
    source=REDIRECTION,
    level="read",
    about="application.callbacks",
    per_application=True,
    when=has_https_callback,
)
async def foreign_host_is_refused(flow: LoginFlow) -> Verdict:
    """Keep the path, change the host."""
    probe = urlunsplit(urlsplit(flow.flow.redirect_uri)._replace(netloc="tenantry-probe.invalid"))
    return shown_as_page(await flow.look(redirect_uri=probe), flow, probe)


def can_end_with_slash(flow: Flow) -> bool:
    """Return whether the callback with a slash at its end is known not to be registered."""
    is_known = is_exact(flow.application.get("callbacks"))
    return is_known and not flow.redirect_uri.endswith("/") and f"{flow.redirect_uri}/" not in flow.application.callbacks


@promise(
    "AUZ-05",
    "A callback with one slash more is another callback.",
    source=EXACT,
    level="read",
    real="reported",
    about="application.callbacks",
    per_application=True,
    when=can_end_with_slash,
)
async def slash_counts(flow: LoginFlow) -> Verdict:
    """Add a slash at the end."""
    probe = f"{flow.flow.redirect_uri}/"
    hop = await flow.look(redirect_uri=probe)
    is_refused = is_error_page(hop, flow) if flow.tenant.is_foreign else not goes_to_login(hop, flow)
    return holds(is_refused, ON_A_PAGE, where(hop))


def is_https_only(flow: Flow) -> bool:
    """Return whether the callback is https, and its http twin is known not to be registered."""
    twin = flow.redirect_uri.replace("https://", "http://", 1)
    is_known = is_exact(flow.application.get("callbacks"))
    return is_known and has_https_callback(flow) and twin not in flow.application.callbacks


@promise(
    "AUZ-06",
    "A callback by another scheme is another callback.",
    source=EXACT,
    level="read",
    real="reported",
    about="application.callbacks",
    per_application=True,
    when=is_https_only,
)
async def scheme_counts(flow: LoginFlow) -> Verdict:
    """Ask with http in place of https."""
    probe = flow.flow.redirect_uri.replace("https://", "http://", 1)
    return shown_as_page(await flow.look(redirect_uri=probe), flow, probe)


ASSERTIONS: tuple[Assertion[LoginFlow, Flow], ...] = (
    every_callback_is_accepted,
    foreign_path_is_refused,
    foreign_host_is_refused,
    slash_counts,
    scheme_counts,
)
