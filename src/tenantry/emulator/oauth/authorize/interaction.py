"""What must still happen before a request can be answered: logging in, confirming the application, consenting.

A step says whether it is due, which page does it, and what a request that forbids pages (`prompt=none`) is told.
Source: OpenID Connect Core sections 3.1.2.3 to 3.1.2.6; Auth0 docs, "Silent authentication", "Force reauthentication", "Login
flows for organizations", "Measures against application impersonation". The path and wording of the confirmation page are
assumed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from tenantry.emulator.oauth import callbacks, connections, consents, cookies, logs, sessions, transactions
from tenantry.emulator.oauth.answers import redirect
from tenantry.emulator.oauth.authorize import finish
from tenantry.emulator.oauth.authorize.request import AuthorizationRequest
from tenantry.emulator.oauth.authorize.respond import refuse

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.responses import Response

    from tenantry.emulator.oauth.authority import Authority

Document = dict[str, Any]


@dataclass(frozen=True)
class Progress:
    """A request, how far it has come, and the session of the browser."""

    request: AuthorizationRequest
    transaction: Document
    session: Document | None

    @property
    def authority(self) -> Authority:
        """The tenant that was asked."""
        return self.request.authority

    @property
    def user(self) -> Document:
        """The user of the session."""
        return self.authority.user((self.session or {}).get("user_id")) or {}

    @property
    def wanted_scope(self) -> tuple[str, ...]:
        """What the token would say if the user agrees."""
        return self.request.granted_by(self.user)


@dataclass(frozen=True)
class Step:
    """Something a person does on a page."""

    is_due: Callable[[Progress], bool]
    page: Callable[[Progress], str]
    error: str
    description: str


def login_is_due(progress: Progress) -> bool:
    """Return whether the user must log in: no session, or one that is too old or not what was asked for."""
    if progress.session is None:
        return True
    if progress.transaction["authenticated"]:
        return False
    request, session = progress.request, progress.session
    if request.authority.misbehaves("forget_session"):
        return True
    if request.authority.misbehaves("ignore_prompt_login"):
        return False
    if request.prompt & {"login", "select_account"}:
        return True
    age = request.authority.now - session["authenticated_at"]
    return _is_too_old(request, age) or not _may_use_connection(progress)


def organization_is_due(when: str) -> Callable[[Progress], bool]:
    """Return whether the user must say for which organization, `pre_login_prompt` or `post_login_prompt`."""

    def is_due(progress: Progress) -> bool:
        client = progress.request.client
        required = client.get("organization_usage") == "require" and client.get("organization_require_behavior") == when
        return required and not progress.request.get("organization")

    return is_due


def confirmation_is_due(progress: Progress) -> bool:
    """Return whether the user must confirm an application that its callback cannot prove, having seen no other page."""
    request, done = progress.request, progress.transaction
    if done["purpose"] != "authorize" or request.is_legacy or callbacks.is_verifiable(request.redirect_uri):
        return False
    return not (done["shown"] or done["confirmed"] or _skips_confirmation(request))


def consent_is_due(progress: Progress) -> bool:
    """Return whether the user must consent to what the application would get."""
    if progress.transaction["consented"] or progress.request.is_legacy:
        return False
    if "consent" in progress.request.prompt and not progress.authority.misbehaves("ignore_prompt_consent"):
        return True
    request = progress.request
    return consents.is_due(request.authority, request.client, request.api, progress.user["user_id"], progress.wanted_scope)


def login_path(progress: Progress) -> str:
    """Return the first page of the login."""
    if progress.request.get("screen_hint") == "signup":
        return "/u/signup"
    prompts = progress.authority.store.get("settings", "prompts") or {}
    return "/u/login/identifier" if prompts.get("identifier_first") else "/u/login"


NO_ORGANIZATION = ("interaction_required", "An organization must be chosen")
STEPS = (
    Step(organization_is_due("pre_login_prompt"), lambda _: "/u/organization", *NO_ORGANIZATION),
    Step(login_is_due, login_path, "login_required", "Login required"),
    Step(organization_is_due("post_login_prompt"), lambda _: "/u/organization-picker", *NO_ORGANIZATION),
    Step(confirmation_is_due, lambda _: "/u/confirmation", "interaction_required", "User confirmation required"),
    Step(consent_is_due, lambda _: "/u/consent", "consent_required", "Consent required"),
)


def advance(authority: Authority, transaction: Document) -> Response:
    """Return the response that takes the browser to the next page, or to the application when nothing is left to do."""
    progress = Progress(AuthorizationRequest(authority, transaction["parameters"]), transaction, sessions.current(authority))
    step = next((step for step in STEPS if step.is_due(progress)), None)
    if step is None:
        return finish.conclude(progress.request, transaction, progress.session or {})
    if "none" in progress.request.prompt:
        transactions.end(authority, transaction)
        logs.write(authority, logs.SILENT_REFUSED, step.description, client_id=progress.request.get("client_id"))
        return refuse(progress.request, step.error, step.description)
    return to_page(authority, transaction, step.page(progress))


def to_page(authority: Authority, transaction: Document, path: str) -> Response:
    """Return the redirect to a page of the login."""
    name = "consent" if path == "/u/consent" else "universal-login"
    query = urlencode({"state": transactions.state(transaction, name)})
    response = redirect(f"{path}?{query}")
    cookies.set_device(response, authority.request, transaction["device"])
    return response


def _is_too_old(request: AuthorizationRequest, age: int) -> bool:
    if request.max_age is None or request.authority.misbehaves("ignore_max_age"):
        return False
    return age > request.max_age or request.max_age == 0


def _may_use_connection(progress: Progress) -> bool:
    """Return whether the session came from a connection that the application takes, and the one asked for if any."""
    request, connection = progress.request, (progress.session or {}).get("connection")
    usable = connections.databases(request.authority, request.client["client_id"], request.organization)
    return connection in {one["name"] for one in usable} and request.get("connection") in {None, connection}


def _skips_confirmation(request: AuthorizationRequest) -> bool:
    """Return what the application says, else what the tenant says."""
    name = "skip_non_verifiable_callback_uri_confirmation_prompt"
    own = request.client.get(name)
    return bool(request.authority.setting(name) if own is None else own)
