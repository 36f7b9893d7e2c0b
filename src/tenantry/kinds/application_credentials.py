"""Keys and certificates of an application: how it authenticates, and how it signs its requests.

Source: Auth0's published Management API description; what only a create takes from recorded traffic of
terraform-provider-auth0 and auth0-deploy-cli.
"""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from tenantry.kinds.common import Open
from tenantry.model.marks import CREATE_ONLY, InOrder, Watch
from tenantry.model.spec import Spec
from tenantry.model.values import SetOf

Name = Annotated[str | None, Field(description="Name for people.", max_length=128)]
Certificate = Annotated[str, Field(description="Certificate in PEM form.", min_length=1, max_length=4096)]


class PublicKey(Spec):
    """A public key that verifies what the application signs."""

    credential_type: Annotated[Literal["public_key"], Field(description="That it is a public key.")]
    pem: Annotated[str, Field(description="Public key, or a certificate that holds it, in PEM form.", min_length=1)]
    name: Name = None
    alg: Annotated[
        Literal["RS256", "RS384", "PS256"] | None, Field(description="Algorithm of the signatures made with the key.")
    ] = None
    kid: Annotated[
        str | None,
        Field(description="Key identifier.", min_length=10, max_length=64, pattern=r"^([0-9a-zA-Z-_]{10,64})$"),
    ] = None
    expires_at: Annotated[str | None, Field(description="When the key ends, as an RFC 3339 date and time.")] = None
    parse_expiry_from_cert: Annotated[
        bool | None, Field(description="Whether the end is taken from the certificate that `pem` holds.")
    ] = None


class CertificateSubject(Spec):
    """A certificate of an authority, known by its subject: given itself, or only that subject."""

    credential_type: Annotated[Literal["cert_subject_dn"], Field(description="That it is the subject of a certificate.")]
    name: Name = None
    pem: Annotated[Certificate | None, Field(description="Certificate in PEM form, whose subject counts.")] = None
    subject_dn: Annotated[
        str | None, Field(description="The subject itself, in place of the certificate.", min_length=1, max_length=256)
    ] = None


class SelfSignedCertificate(Spec):
    """A certificate that the application signed itself."""

    credential_type: Annotated[Literal["x509_cert"], Field(description="That it is a certificate.")]
    pem: Certificate
    name: Name = None


class Keys(Spec):
    """Public keys that authenticate the application."""

    needs: ClassVar = ("credentials",)

    credentials: Annotated[list[PublicKey] | None, Field(description="The keys, sent on create."), InOrder()] = None


class CertificateSubjects(Spec):
    """Certificates of an authority that authenticate the application."""

    needs: ClassVar = ("credentials",)

    credentials: Annotated[
        list[CertificateSubject] | None, Field(description="The certificates, sent on create."), InOrder()
    ] = None


class SelfSignedCertificates(Spec):
    """Certificates of its own that authenticate the application."""

    needs: ClassVar = ("credentials",)

    credentials: Annotated[
        list[SelfSignedCertificate] | None, Field(description="The certificates, sent on create."), InOrder()
    ] = None


class ClientAuthenticationMethods(Spec):
    """Authentication by key or certificate; exactly one method."""

    private_key_jwt: Annotated[Keys | None, Field(description="Signed assertions (RFC 7523).")] = None
    tls_client_auth: Annotated[CertificateSubjects | None, Field(description="Mutual TLS with a certificate authority.")] = None
    self_signed_tls_client_auth: Annotated[
        SelfSignedCertificates | None, Field(description="Mutual TLS with a self-signed certificate.")
    ] = None

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        """Return the methods if there is exactly one."""
        if len(self.model_fields_set) != 1:
            raise ValueError("give exactly one of `private_key_jwt`, `tls_client_auth`, `self_signed_tls_client_auth`")
        return self


class SignedRequestObject(Spec):
    """Signed authorization requests (RFC 9101)."""

    required: Annotated[
        bool | None,
        Field(description="Whether authorization requests must be signed."),
        Watch("becomes", "signed-requests-off", "authorization requests need no signature", value=False),
    ] = None
    credentials: Annotated[
        list[PublicKey] | None, Field(description="Keys that sign them, sent on create."), InOrder(), CREATE_ONLY
    ] = None


class TokenVaultAccess(Open):
    """Privileged access to the Token Vault (early access)."""

    needs: ClassVar = ("credentials",)

    credentials: Annotated[list[PublicKey] | None, Field(description="Keys that authenticate, sent on create."), InOrder()] = (
        None
    )
    ip_allowlist: Annotated[SetOf[str] | None, Field(description="IP addresses and ranges that may use it.")] = None
