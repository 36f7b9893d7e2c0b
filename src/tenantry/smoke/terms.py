"""How exactly answers are judged: as Auth0 documents its own, or as far as the standards bind every provider.

Source: RFC 6749 section 5.2 (400, or 401 for ``invalid_client``), RFC 6750 section 3, OpenID Connect Core section 3.1.2.6;
recorded traffic for Auth0.
"""

from __future__ import annotations

from dataclasses import dataclass

Refusal = tuple[frozenset[int], frozenset[str]]
"""Statuses and error codes by which a request may be refused; no codes means any."""

NOT_PROVED = frozenset({"access_denied", "invalid_client", "unauthorized_client"})


@dataclass(frozen=True)
class Terms:
    """What counts as refused, where Auth0 is more exact than the standards, or other than they."""

    unauthenticated: Refusal
    """Who has not proved to be the application."""
    unknown_client: Refusal
    """A client id that nobody has."""
    foreign_grant: frozenset[str]
    """What an application is told besides ``unauthorized_client`` when it uses a grant that it does not have."""
    foreign_grant_statuses: frozenset[int]
    without_token: frozenset[int]
    """Userinfo, asked without a token."""
    bad_token: frozenset[int]
    """Userinfo, asked with a token that nobody issued."""
    wrong_token: frozenset[int]
    """Userinfo, asked with a token of another kind."""
    silent: frozenset[str]
    """A silent request without a session."""


AUTH0 = Terms(
    unauthenticated=(frozenset({401}), NOT_PROVED),
    unknown_client=(frozenset({401, 403}), NOT_PROVED | {"invalid_request"}),
    foreign_grant=frozenset(),
    foreign_grant_statuses=frozenset({401, 403}),
    without_token=frozenset({401}),
    bad_token=frozenset({401}),
    wrong_token=frozenset({401, 403}),
    silent=frozenset({"login_required"}),
)

STANDARD = Terms(
    unauthenticated=(frozenset({400, 401}), NOT_PROVED | {"invalid_request"}),
    unknown_client=(frozenset({400, 401, 403}), NOT_PROVED | {"invalid_request"}),
    foreign_grant=frozenset({"unsupported_grant_type", "invalid_client", "invalid_request"}),
    foreign_grant_statuses=frozenset({400, 401, 403}),
    without_token=frozenset({400, 401, 403}),
    bad_token=frozenset({400, 401, 403}),
    wrong_token=frozenset({400, 401, 403}),
    silent=frozenset({"login_required", "interaction_required", "account_selection_required", "consent_required"}),
)
