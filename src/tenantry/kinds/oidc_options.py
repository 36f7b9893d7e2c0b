"""The options of connections to providers that speak OpenID Connect or OAuth: oidc, okta, oauth2, oauth1 and social ones.

Source: Auth0's published Management API description (options per strategy); types of auth0-python 6.8; that endpoints may be
null from recorded traffic of terraform-provider-auth0.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from tenantry.kinds.common import Open
from tenantry.model.marks import Clear, MadeOf
from tenantry.model.values import MapOf, SetOf

FOUND = MadeOf(frozenset({"discovery_url"}))
"""The tenant finds it by the discovery URL where it is not sent."""


class AttributeMap(Open):
    """How the provider's claims become a profile."""

    mapping_mode: Annotated[
        Literal["bind_all", "basic_profile", "use_map"] | None, Field(description="All of them, the basic ones, or a map.")
    ] = None
    userinfo_scope: Annotated[str | None, Field(description="Scopes for the UserInfo endpoint.", max_length=255)] = None
    attributes: Annotated[MapOf[Any] | None, Field(description="Profile fields, each with what it is made of.")] = None


class ConnectionSettings(Open):
    """How the provider is spoken to."""

    pkce: Annotated[Literal["auto", "S256", "plain", "disabled"] | None, Field(description="Use of PKCE.")] = None


class ProviderOptions(Open):
    """Settings that connections to OpenID Connect and OAuth providers may have."""

    issuer: Annotated[str | None, Field(description="Issuer of the provider's tokens."), Clear(), FOUND] = None
    discovery_url: Annotated[str | None, Field(description="Where the provider describes itself."), Clear()] = None
    authorization_endpoint: Annotated[
        str | None, Field(description="Authorization endpoint; the tenant finds it by the discovery URL."), Clear(), FOUND
    ] = None
    token_endpoint: Annotated[str | None, Field(description="Token endpoint; found likewise."), Clear(), FOUND] = None
    userinfo_endpoint: Annotated[str | None, Field(description="UserInfo endpoint; found likewise."), Clear(), FOUND] = None
    jwks_uri: Annotated[str | None, Field(description="The provider's keys; found likewise."), Clear(), FOUND] = None
    pushed_authorization_request_endpoint: Annotated[
        str | None, Field(description="Endpoint of pushed authorization requests; found likewise."), Clear(), FOUND
    ] = None
    enable_pushed_authorization_requests: Annotated[
        bool | None, Field(description="Whether requests are pushed to the provider.")
    ] = None
    type: Annotated[
        Literal["front_channel", "back_channel"] | None,
        Field(description="Whether the browser brings the ID token, or the token endpoint gives it."),
    ] = None
    send_back_channel_nonce: Annotated[bool | None, Field(description="Whether a nonce is sent on the back channel too.")] = (
        None
    )
    attribute_map: Annotated[AttributeMap | None, Field(description="How claims become a profile.")] = None
    connection_settings: Annotated[ConnectionSettings | None, Field(description="Use of PKCE.")] = None
    schema_version: Annotated[str | None, Field(description="Form of the options, chosen by the server.")] = None
    pkce_enabled: Annotated[bool | None, Field(description="Whether PKCE is used (oauth2).")] = None
    useOauthSpecScope: Annotated[bool | None, Field(description="Whether scopes are divided by blanks (oauth2).")] = None
    authorizationURL: Annotated[str | None, Field(description="Authorization endpoint (oauth2)."), Clear()] = None
    tokenURL: Annotated[str | None, Field(description="Token endpoint (oauth2)."), Clear()] = None
    logoutUrl: Annotated[str | None, Field(description="Where users log out of the provider (oauth2)."), Clear()] = None
    authParams: Annotated[
        dict[str, str] | str | None, Field(description="Fixed parameters of requests to the provider."), Clear()
    ] = None
    authParamsMap: Annotated[
        dict[str, str] | None, Field(description="Parameters of the application's request that are passed on."), Clear()
    ] = None
    accessTokenURL: Annotated[str | None, Field(description="Where an access token is fetched (oauth1)."), Clear()] = None
    requestTokenURL: Annotated[str | None, Field(description="Where a request token is fetched (oauth1)."), Clear()] = None
    userAuthorizationURL: Annotated[str | None, Field(description="Where users agree (oauth1)."), Clear()] = None
    signatureMethod: Annotated[Literal["RSA-SHA1"] | None, Field(description="How requests are signed (oauth1).")] = None
    protocol: Annotated[Literal["oauth1", "oauth2"] | None, Field(description="Version of OAuth (twitter).")] = None
    team_id: Annotated[str | None, Field(description="Team at Apple.", max_length=256), Clear()] = None
    kid: Annotated[str | None, Field(description="Name of the key at Apple.", max_length=1536), Clear()] = None
    allowed_audiences: Annotated[
        SetOf[str] | None, Field(description="Applications at Google whose ID tokens are accepted."), Clear([])
    ] = None
    baseUrl: Annotated[str | None, Field(description="The provider's address (exact).", max_length=128), Clear()] = None
    community_base_url: Annotated[str | None, Field(description="The community's address (salesforce)."), Clear()] = None
