"""The tokens of an application: how ID tokens are signed, how long refresh tokens live, what may be exchanged.

Source: Auth0's published Management API description; merge behaviour and defaults from recorded traffic of
terraform-provider-auth0 and auth0-deploy-cli.
"""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from tenantry.kinds.formats import ScopeName
from tenantry.model.marks import Clear, Keyed, MemberOf, Ref, Watch
from tenantry.model.spec import Spec
from tenantry.model.values import Exclude, Include, SetOf


class JwtConfiguration(Spec):
    """How ID tokens are signed and how long they live."""

    lifetime_in_seconds: Annotated[
        int | None,
        Field(description="Lifetime of ID tokens, in seconds."),
        Watch("rises", "lifetime-up", "ID tokens live longer"),
    ] = None
    secret_encoded: Annotated[
        bool | None, Field(description="Whether the client secret is base64 encoded when it signs with HS256.")
    ] = None
    scopes: Annotated[dict[str, Any] | None, Field(description="Legacy map of scopes.")] = None
    alg: Annotated[
        Literal["HS256", "RS256", "RS512", "PS256"] | None,
        Field(description="Algorithm that signs ID tokens."),
        Watch("changes", "algorithm-changed", "verifiers of ID tokens must know the new algorithm"),
    ] = None


class EncryptionKey(Spec):
    """Public key material that encrypts assertions for this application."""

    pub: Annotated[str | None, Field(description="Public key in PEM form.")] = None
    cert: Annotated[str | None, Field(description="Certificate in PEM form.")] = None
    subject: Annotated[str | None, Field(description="Subject of the certificate.")] = None


class RefreshTokenPolicy(Spec):
    """What one refresh token may get beyond the API it was issued for."""

    audience: Annotated[
        str, Field(description="The API, by handle.", min_length=1, max_length=600), Ref("apis", by="identifier")
    ]
    scope: Annotated[
        SetOf[ScopeName],
        Field(description="Scopes of that API."),
        MemberOf("audience", "scopes"),
        Watch("grows", "scope-added", "refresh tokens reach a further scope"),
    ]


Policies = Annotated[list[RefreshTokenPolicy], Field(min_length=1)] | Include[list[RefreshTokenPolicy]] | Exclude


class RefreshToken(Spec):
    """Rotation and lifetimes of refresh tokens."""

    needs: ClassVar = ("rotation_type", "expiration_type")

    rotation_type: Annotated[
        Literal["rotating", "non-rotating"] | None,
        Field(description="Whether each use replaces the refresh token."),
        Watch("becomes", "rotation-off", "a stolen refresh token stays good", value="non-rotating"),
    ] = None
    expiration_type: Annotated[
        Literal["expiring", "non-expiring"] | None,
        Field(description="Whether refresh tokens expire; rotating ones must."),
        Watch("becomes", "lifetime-up", "refresh tokens never expire", value="non-expiring"),
    ] = None
    leeway: Annotated[
        int | None,
        Field(description="How long a replaced token may still be used, in seconds.", ge=0),
        Watch("rises", "leeway-up", "a replaced refresh token stays usable for longer"),
    ] = None
    token_lifetime: Annotated[
        int | None,
        Field(description="Absolute lifetime of a refresh token, in seconds.", ge=1, le=157788000),
        Watch("rises", "lifetime-up", "refresh tokens live longer"),
    ] = None
    infinite_token_lifetime: Annotated[
        bool | None,
        Field(description="Whether the absolute lifetime is endless, whatever token_lifetime says."),
        Watch("becomes", "lifetime-up", "refresh tokens never expire", value=True),
    ] = None
    idle_token_lifetime: Annotated[
        int | None,
        Field(description="How long a refresh token may stay unused, in seconds.", ge=1),
        Watch("rises", "lifetime-up", "unused refresh tokens live longer"),
    ] = None
    infinite_idle_token_lifetime: Annotated[
        bool | None,
        Field(description="Whether the idle lifetime is endless, whatever idle_token_lifetime says."),
        Watch("becomes", "lifetime-up", "unused refresh tokens never expire", value=True),
    ] = None
    policies: Annotated[
        Policies | None,
        Field(description="Further APIs that a refresh token may get access tokens for."),
        Keyed("audience"),
        Clear(),
        Watch("grows", "audience-added", "refresh tokens reach a further API"),
    ] = None


class TokenExchange(Spec):
    """Token exchange profiles that the application may use."""

    allow_any_profile_of_type: Annotated[
        SetOf[Literal["custom_authentication", "on_behalf_of_token_exchange"]] | None,
        Field(description="Types of profiles that may be used."),
        Watch("grows", "grant-added", "the application may exchange tokens"),
    ] = None
