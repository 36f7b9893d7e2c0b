"""What an endpoint of the authorization server refuses with.

Source: RFC 6749 section 5.2; Auth0 docs and recorded traffic of go-auth0 for the status codes, which differ from the RFC's.
"""

from __future__ import annotations

from starlette.responses import JSONResponse

NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class OAuthError(Exception):
    """A refusal in the form of RFC 6749: a status, an error code and a sentence for people; ``more`` is said beside them."""

    def __init__(self, status: int, error: str, description: str, **more: str) -> None:
        super().__init__(f"{error}: {description}")
        self.status = status
        self.error = error
        self.description = description
        self.more = more

    def response(self) -> JSONResponse:
        """Return the refusal as JSON that no cache keeps."""
        body = {"error": self.error, "error_description": self.description, **self.more}
        return JSONResponse(body, self.status, NO_STORE)


def invalid_request(description: str) -> OAuthError:
    """Return the refusal of a request that lacks something or contradicts itself."""
    return OAuthError(400, "invalid_request", description)


def invalid_grant(description: str) -> OAuthError:
    """Return the refusal of a code, refresh token or password; Auth0 answers 403 where the RFC says 400."""
    return OAuthError(403, "invalid_grant", description)


def access_denied(description: str) -> OAuthError:
    """Return the refusal of an application that may not have what it asks for."""
    return OAuthError(403, "access_denied", description)


def unauthorized() -> OAuthError:
    """Return the refusal of an application that did not prove who it is; Auth0 does not say `invalid_client`."""
    return OAuthError(401, "access_denied", "Unauthorized")
