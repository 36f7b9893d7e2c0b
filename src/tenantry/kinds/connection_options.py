"""The options of a connection of any strategy: those of a database, and what other strategies share.

Source: Auth0's published Management API description (options of PATCH /connections/{id}); what is replaced from recorded
traffic of terraform-provider-auth0.

Options are one open object: any strategy but a database's may use every member, typed where this room knows it. Members that
the server derives (thumbprints, oidc_metadata, cert …) are not declared; a write of the whole object carries them along, as
recorded.
"""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from tenantry.kinds.common import Active, Open
from tenantry.kinds.database_options import DatabaseOptions
from tenantry.model.marks import READABLE_SECRET, Clear, Program, Ref, Unordered
from tenantry.model.spec import Spec
from tenantry.model.values import SetOf

Algorithm = Literal["ES256", "ES384", "PS256", "PS384", "RS256", "RS384", "RS512"]
AlgorithmName = Annotated[str, Field(min_length=1, max_length=100)]


class GatewayAuthentication(Open):
    """How the tenant authenticates at a gateway for messages."""

    needs: ClassVar = ("method", "audience", "secret")

    method: Annotated[str | None, Field(description="Method, such as bearer.")] = None
    subject: Annotated[str | None, Field(description="Subject of the token.")] = None
    audience: Annotated[str | None, Field(description="Audience of the token.")] = None
    secret: Annotated[str | None, Field(description="Secret that signs the token."), READABLE_SECRET] = None
    secret_base64_encoded: Annotated[bool | None, Field(description="Whether the secret is base64 encoded.")] = None


class IdpInitiated(Open):
    """Logins that begin at the identity provider."""

    enabled: Annotated[bool | None, Field(description="Whether they are accepted.")] = None
    client_id: Annotated[str | None, Field(description="Application that they lead to, by handle."), Ref("applications")] = None
    client_protocol: Annotated[str | None, Field(description="How that application is answered.")] = None
    client_authorizequery: Annotated[str | None, Field(description="Parameters of the request made for it.")] = None


class DecryptionSettings(Spec):
    """How encrypted SAML assertions are read."""

    needs: ClassVar = ("algorithm_profile",)

    algorithm_profile: Annotated[Literal["v2026-1"] | None, Field(description="Set of algorithms.")] = None
    algorithm_exceptions: Annotated[SetOf[AlgorithmName] | None, Field(description="Further algorithms.")] = None


class Options(DatabaseOptions):
    """Settings of a connection; which of them apply depends on its strategy."""

    upstream_params: Annotated[dict[str, Any] | None, Field(description="Parameters passed on to the provider."), Clear()] = (
        None
    )
    api_enable_users: Annotated[bool | None, Field(description="Whether users are read from the directory.")] = None
    api_enable_groups: Annotated[bool | None, Field(description="Whether groups are read (early access).")] = None
    basic_profile: Annotated[bool | None, Field(description="Whether the basic profile is read.")] = None
    ext_admin: Annotated[bool | None, Field(description="Whether the administrator flag is read.")] = None
    ext_is_suspended: Annotated[bool | None, Field(description="Whether the suspension flag is read.")] = None
    ext_agreed_terms: Annotated[bool | None, Field(description="Whether agreement to terms is read.")] = None
    ext_groups: Annotated[bool | None, Field(description="Whether group names are read.")] = None
    ext_assigned_plans: Annotated[bool | None, Field(description="Whether assigned plans are read.")] = None
    ext_profile: Annotated[bool | None, Field(description="Whether the extended profile is read.")] = None
    gateway_authentication: Annotated[
        GatewayAuthentication | None, Field(description="How the tenant authenticates at the gateway for messages."), Clear()
    ] = None
    federated_connections_access_tokens: Annotated[
        Active | None, Field(description="Whether the provider's tokens are kept in the Token Vault."), Clear()
    ] = None
    assertion_decryption_settings: Annotated[DecryptionSettings | None, Field(description="Encrypted assertions.")] = None
    id_token_signed_response_algs: Annotated[
        SetOf[Algorithm] | None, Field(description="Algorithms of the provider's ID tokens."), Clear()
    ] = None
    dpop_signing_alg: Annotated[
        Literal["ES256", "ES384", "ES512", "Ed25519"] | None, Field(description="Algorithm that binds tokens to a key.")
    ] = None
    token_endpoint_auth_method: Annotated[
        Literal["client_secret_post", "private_key_jwt"] | None,
        Field(description="How the tenant authenticates at the provider."),
        Clear(),
    ] = None
    token_endpoint_auth_signing_alg: Annotated[
        Algorithm | None, Field(description="Algorithm of the tenant's assertions."), Clear()
    ] = None
    token_endpoint_jwtca_aud_format: Annotated[
        Literal["issuer", "token_endpoint"] | None, Field(description="Audience of the tenant's assertions.")
    ] = None
    id_token_session_expiry_supported: Annotated[
        bool | None, Field(description="Whether the provider's session expiry ends the session.")
    ] = None
    client_id: Annotated[str | None, Field(description="The tenant's identifier at the provider.")] = None
    client_secret: Annotated[str | None, Field(description="The tenant's secret at the provider."), READABLE_SECRET] = None
    app_secret: Annotated[str | None, Field(description="The tenant's secret or key at the provider."), READABLE_SECRET] = None
    twilio_token: Annotated[str | None, Field(description="Token for the message provider."), READABLE_SECRET] = None
    decryptionKey: Annotated[
        dict[str, str] | str | None, Field(description="Key that reads encrypted assertions."), READABLE_SECRET
    ] = None
    signing_key: Annotated[dict[str, str] | None, Field(description="Key that signs requests."), READABLE_SECRET] = None
    customHeaders: Annotated[
        dict[str, str] | None, Field(description="Headers sent to the provider; they may authorise."), READABLE_SECRET
    ] = None
    scope: Annotated[
        SetOf[str] | str | None, Field(description="What is asked of the provider; of a list the order means nothing.")
    ] = None
    freeform_scopes: Annotated[SetOf[str] | None, Field(description="Further scopes, by name."), Clear([])] = None
    idpinitiated: Annotated[IdpInitiated | None, Field(description="Logins that begin at the identity provider (SAML).")] = None
    scripts: Annotated[dict[str, Annotated[str, Program()]] | None, Field(description="Programs that read profiles.")] = None
    domain_aliases: Annotated[
        list[str] | None, Field(description="E-mail domains that belong to this connection."), Unordered(), Clear([])
    ] = None
