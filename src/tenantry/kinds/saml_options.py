"""The options of connections to SAML identity providers: samlp and pingfederate.

Source: Auth0's published Management API description (options per strategy); what the tenant takes from a certificate or a
metadata document, and that it never shows the latter again, from recorded traffic of terraform-provider-auth0.
"""

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from tenantry.kinds.common import Open
from tenantry.model.marks import READABLE_SECRET, Clear, Excludes, InOrder, Ref, Unreturned
from tenantry.model.spec import Spec
from tenantry.model.values import SetOf

AlgorithmName = Annotated[str, Field(min_length=1, max_length=100)]
STRATEGIES = frozenset({"samlp", "pingfederate"})
FROM_CERTIFICATE = ("cert", "expires", "subject", "thumbprints", "thumbprints_sha384")
"""What the tenant itself takes from the signing certificate of a SAML connection."""


class IdpInitiated(Open):
    """Logins that begin at the identity provider."""

    enabled: Annotated[bool | None, Field(description="Whether they are accepted.")] = None
    client_id: Annotated[str | None, Field(description="Application that they lead to, by handle."), Ref("applications")] = None
    client_protocol: Annotated[
        Literal["oidc", "samlp", "wsfed"] | None, Field(description="How that application is answered.")
    ] = None
    client_authorizequery: Annotated[
        str | None, Field(description="Parameters of the request made for it.", max_length=2048)
    ] = None


class DecryptionSettings(Spec):
    """How encrypted SAML assertions are read."""

    needs: ClassVar = ("algorithm_profile",)

    algorithm_profile: Annotated[Literal["v2026-1"] | None, Field(description="Set of algorithms.")] = None
    algorithm_exceptions: Annotated[SetOf[AlgorithmName] | None, Field(description="Further algorithms.")] = None


class SamlOptions(Open):
    """Settings that connections to SAML identity providers may have."""

    signInEndpoint: Annotated[str | None, Field(description="Where the provider takes requests."), Clear()] = None
    signOutEndpoint: Annotated[str | None, Field(description="Where the provider takes logouts."), Clear()] = None
    disableSignout: Annotated[bool | None, Field(description="Whether users stay logged in at the provider.")] = None
    signingCert: Annotated[
        str | None, Field(description="The provider's certificate, in PEM form or that in base64.", max_length=10240)
    ] = None
    metadataUrl: Annotated[
        str | None, Field(description="Where the provider's metadata is fetched."), Clear(), Excludes(("signingCert",))
    ] = None
    metadataXml: Annotated[
        str | None,
        Field(
            description="The provider's metadata, read when it is written and never shown again: another document is no "
            "difference. What it says can be declared one by one (`signInEndpoint`, `signOutEndpoint`, `signingCert`)."
        ),
        Unreturned(),
        Excludes(("signingCert",)),
    ] = None
    signSAMLRequest: Annotated[bool | None, Field(description="Whether requests are signed.")] = None
    signatureAlgorithm: Annotated[Literal["rsa-sha1", "rsa-sha256"] | None, Field(description="How requests are signed.")] = (
        None
    )
    digestAlgorithm: Annotated[Literal["sha1", "sha256"] | None, Field(description="Digest of signed requests.")] = None
    protocolBinding: Annotated[
        Literal["urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST", "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"] | None,
        Field(description="How requests travel."),
    ] = None
    requestTemplate: Annotated[str | None, Field(description="Form of the request.", max_length=10240), Clear()] = None
    deflate: Annotated[bool | None, Field(description="Whether requests are compressed.")] = None
    debug: Annotated[bool | None, Field(description="Whether exchanges are logged in full.")] = None
    entityId: Annotated[str | None, Field(description="The tenant's name at the provider.", max_length=128), Clear()] = None
    destinationUrl: Annotated[str | None, Field(description="Destination that answers must name."), Clear()] = None
    recipientUrl: Annotated[str | None, Field(description="Recipient that answers must name."), Clear()] = None
    user_id_attribute: Annotated[
        str | None, Field(description="Attribute that identifies users.", max_length=2396), Clear()
    ] = None
    fieldsMap: Annotated[
        dict[str, Annotated[list[str], InOrder()] | str] | None,
        Field(description="Profile fields, each with attributes it is taken from."),
        Clear(),
    ] = None
    global_token_revocation_jwt_iss: Annotated[
        str | None, Field(description="Issuer of tokens that revoke sessions.", max_length=1024), Clear()
    ] = None
    global_token_revocation_jwt_sub: Annotated[
        str | None, Field(description="Subject of tokens that revoke sessions.", max_length=1024), Clear()
    ] = None
    idpinitiated: Annotated[IdpInitiated | None, Field(description="Logins that begin at the identity provider.")] = None
    assertion_decryption_settings: Annotated[DecryptionSettings | None, Field(description="Encrypted assertions.")] = None
    decryptionKey: Annotated[
        dict[str, str] | str | None, Field(description="Key that reads encrypted assertions."), READABLE_SECRET
    ] = None
    signing_key: Annotated[dict[str, str] | None, Field(description="Key that signs requests."), READABLE_SECRET] = None
    pingFederateBaseUrl: Annotated[str | None, Field(description="Address of the PingFederate server."), Clear()] = None


def without_derived(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options of a SAML connection with one source of what it knows of its provider, and nothing made of that."""
    certificate = options.get("signingCert") or options.get("cert")
    if not certificate:
        return dict(options)
    own = {name: value for name, value in options.items() if name not in (*FROM_CERTIFICATE, "signingCert")}
    return own if own.get("metadataUrl") else {**own, "signingCert": certificate}
