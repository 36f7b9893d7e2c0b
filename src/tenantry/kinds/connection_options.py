"""The options of connections: what is secret, what refers, what is a set and what a program.

Source: Auth0's published Management API description (/connections: 54 strategies with 376 options between them), compared on
23 November 2026; types of auth0-python 6.8; what is replaced from recorded traffic of terraform-provider-auth0.

Options are one open object: any strategy but a database's may use every member. The many that are plain switches are told in
``option_switches``, all others are typed by family. What the server makes of other members is carried along by a write of the
whole object, as recorded; what would be stale then is dropped when a connection is read.
"""

from typing import Annotated, Literal

from pydantic import Field

from tenantry.kinds.common import Active
from tenantry.kinds.database_options import DatabaseOptions
from tenantry.kinds.directory_options import DirectoryOptions
from tenantry.kinds.message_options import MessageOptions
from tenantry.kinds.oidc_options import ProviderOptions
from tenantry.kinds.option_switches import SCOPED
from tenantry.kinds.saml_options import SamlOptions
from tenantry.model.marks import READABLE_SECRET, Clear, MadeOf, Program
from tenantry.model.values import SetOf

Algorithm = Literal["ES256", "ES384", "PS256", "PS384", "RS256", "RS384", "RS512"]


class Options(MessageOptions, DirectoryOptions, SamlOptions, ProviderOptions, DatabaseOptions):
    """Settings of a connection; which of them apply depends on its strategy."""

    name: Annotated[str | bool | None, Field(description="Name of the connection; for apple, whether it is asked for.")] = None
    upstream_params: Annotated[
        dict[str, dict[str, str]] | None,
        Field(description="Parameters passed on to the provider, each `{value: …}` or `{alias: …}`."),
        Clear(),
    ] = None
    federated_connections_access_tokens: Annotated[
        Active | None, Field(description="Whether the provider's tokens are kept in the Token Vault."), Clear()
    ] = None
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
    customHeaders: Annotated[
        dict[str, str] | None, Field(description="Headers sent to the provider; they may authorise."), READABLE_SECRET
    ] = None
    scope: Annotated[
        SetOf[str] | str | None,
        Field(description="What is asked of the provider; of a list the order means nothing."),
        MadeOf(SCOPED),
    ] = None
    freeform_scopes: Annotated[SetOf[str] | None, Field(description="Further scopes, by name."), Clear([])] = None
    scripts: Annotated[dict[str, Annotated[str, Program()]] | None, Field(description="Programs that read profiles.")] = None
