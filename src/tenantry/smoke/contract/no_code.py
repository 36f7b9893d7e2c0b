"""Applications that have no business at the authorization endpoint (AUZ-12).

Source: Auth0 docs, "Update grant types"; RFC 6749 section 4.1.2.1.
"""

from __future__ import annotations

from urllib.parse import urlencode

from tenantry.smoke.contract.answers import where
from tenantry.smoke.contract.assertion import Assertion, Verdict, holds, promise
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.run import FlowRun
from tenantry.smoke.login.browser import Browser, callback_in
from tenantry.smoke.login.visitor import is_login_path


def has_idle_callback(flow: Flow) -> bool:
    """Return whether there is a callback, and no grant that would use it."""
    return flow.application.may_not("authorization_code") and bool(flow.application.callbacks)


@promise(
    "AUZ-12",
    "An application without the grant gets no code.",
    source="Auth0 docs, Update grant types",
    level="read",
    real="reported",
    per_application=True,
    about="application.grant_types",
    when=has_idle_callback,
)
async def code_is_refused(flow: FlowRun) -> Verdict:
    """Ask for a code, in a fresh browser."""
    callback, client_id = flow.flow.application.callbacks[0], (await flow.credentials()).client_id
    query = urlencode({"response_type": "code", "client_id": client_id, "redirect_uri": callback, "scope": "openid"})
    hop = await Browser(flow.tenant.wire).open(f"{await flow.tenant.endpoint('authorization_endpoint')}?{query}")
    answered = callback_in(hop, callback)
    is_login = answered is None and hop.reply.is_redirect and is_login_path(hop.reply.location)
    said = f"the callback with {answered.error or 'a code'}" if answered else where(hop)
    return holds(not is_login and (answered is None or not answered.code), "unauthorized_client, or an error page", said)


ASSERTIONS: tuple[Assertion[FlowRun, Flow], ...] = (code_is_refused,)
