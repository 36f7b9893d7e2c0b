"""APIs: resource servers, the audiences of access tokens.

Source: Auth0's published Management API description (/resource-servers); ``token_lifetime_for_web``, defaults and
what system APIs accept from recorded traffic of terraform-provider-auth0 and auth0-deploy-cli; anonymous sessions and mapped
claims from the documentation of terraform-provider-auth0.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from tenantry.kinds.common import Open
from tenantry.kinds.formats import NoAngles, ScopeName, Text
from tenantry.model.kind import Breach, Cascade, Kind, Pages, Scopes
from tenantry.model.marks import IMMUTABLE, READABLE_SECRET, Clear, InOrder, Keyed, Unreturned, Watch
from tenantry.model.spec import Spec
from tenantry.model.values import ListOf


class Scope(Spec):
    """One permission that the API knows."""

    value: Annotated[ScopeName, Field(description="The scope as it stands in tokens.")]
    description: Annotated[str | None, Field(description="What it permits.", max_length=500), Clear("")] = None


class EncryptionKey(Spec):
    """The public key that access tokens are encrypted with."""

    needs: ClassVar = ("alg", "pem")

    name: Annotated[Text | None, Field(description="Name for people.", max_length=128)] = None
    alg: Annotated[
        Literal["RSA-OAEP-256", "RSA-OAEP-384", "RSA-OAEP-512"] | None, Field(description="Algorithm that wraps the key.")
    ] = None
    kid: Annotated[Text | None, Field(description="Key identifier.", max_length=128)] = None
    pem: Annotated[Text | None, Field(description="Public key in PEM form.", max_length=4096), Unreturned()] = None


class TokenEncryption(Spec):
    """Encryption of access tokens."""

    needs: ClassVar = ("format", "encryption_key")

    format: Annotated[Literal["compact-nested-jwe"] | None, Field(description="Form of the encrypted token.")] = None
    encryption_key: Annotated[EncryptionKey | None, Field(description="Public key that encrypts access tokens.")] = None


class ProofOfPossession(Spec):
    """Binding of access tokens to a key of the application."""

    needs: ClassVar = ("mechanism", "required")

    mechanism: Annotated[Literal["mtls", "dpop"] | None, Field(description="How possession is proved.")] = None
    required: Annotated[
        bool | None,
        Field(description="Whether unbound tokens are refused."),
        Watch("becomes", "proof-off", "access tokens need not be bound to a key", value=False),
    ] = None
    required_for: Annotated[
        Literal["public_clients", "all_clients"] | None, Field(description="Whose tokens must be bound.")
    ] = None


class UserPolicy(Spec):
    """Who may get tokens for users."""

    policy: Annotated[
        Literal["allow_all", "deny_all", "require_client_grant"] | None,
        Field(description="Whether applications need a grant to act for users."),
        Watch("becomes", "grant-not-needed", "every application may get tokens for users", value="allow_all"),
    ] = None


class MachinePolicy(Spec):
    """Who may get tokens for itself."""

    policy: Annotated[
        Literal["deny_all", "require_client_grant"] | None, Field(description="Whether machine access is possible at all.")
    ] = None


class SubjectTypes(Spec):
    """Which applications may get tokens, for users and for themselves."""

    user: Annotated[UserPolicy | None, Field(description="Access for users.")] = None
    client: Annotated[MachinePolicy | None, Field(description="Access for machines.")] = None
    anonymous_user: Annotated[MachinePolicy | None, Field(description="Access in anonymous sessions.")] = None


class MappedClaim(Open):
    """One claim of access tokens, and where its value comes from."""

    name: Annotated[Text, Field(description="Name of the claim; not one of the standards'.")]
    expression: Annotated[Text, Field(description="Path to the value, such as anonymous_session.metadata.country.")]


class ClaimsMapping(Open):
    """The claims that are put into access tokens."""

    custom_claims: Annotated[
        ListOf[MappedClaim] | None, Field(description="The claims, at most twenty."), Keyed("name"), Clear([])
    ] = None


class AccessTokenSettings(Open):
    """What access tokens carry."""

    claims_mapping: Annotated[ClaimsMapping | None, Field(description="Claims of one's own."), Clear()] = None


class AuthorizationPolicy(Spec):
    """A policy that decides about tokens (early access)."""

    needs: ClassVar = ("policy_id",)

    policy_id: Annotated[Text | None, Field(description="Id of the policy.", max_length=1024)] = None


class Api(Spec):
    """An API that access tokens are issued for."""

    name: Annotated[NoAngles | None, Field(description="Name that people see, at most 200 characters.", max_length=200)] = None
    identifier: Annotated[
        Text | None,
        Field(description="The audience of access tokens, at most 600 characters; it can never change.", max_length=600),
        IMMUTABLE,
    ] = None
    scopes: Annotated[
        ListOf[Scope] | None,
        Field(description="Permissions that the API knows, at most 1000; the order means nothing."),
        Keyed("value"),
        Clear([]),
        Watch("grows", "scope-added", "there is a further scope to ask for"),
    ] = None
    signing_alg: Annotated[
        Literal["HS256", "RS256", "RS512", "PS256"] | None,
        Field(description="Algorithm that signs access tokens."),
        Watch("changes", "algorithm-changed", "the API must verify the new algorithm"),
    ] = None
    signing_secret: Annotated[
        str | None, Field(description="Secret that signs with HS256, at least 16 characters.", min_length=16), READABLE_SECRET
    ] = None
    allow_offline_access: Annotated[
        bool | None,
        Field(description="Whether refresh tokens may be issued."),
        Watch("becomes", "offline-access", "access outlives the login by refresh tokens", value=True),
    ] = None
    allow_online_access: Annotated[bool | None, Field(description="Whether online refresh tokens may be issued.")] = None
    allow_online_access_with_ephemeral_sessions: Annotated[
        bool | None, Field(description="Whether online refresh tokens may be issued in ephemeral sessions.")
    ] = None
    token_lifetime: Annotated[
        int | None,
        Field(description="Lifetime of access tokens, in seconds, at most 30 days.", ge=0, le=2592000),
        Watch("rises", "lifetime-up", "access tokens live longer"),
    ] = None
    token_lifetime_for_web: Annotated[
        int | None,
        Field(
            description="Lifetime of access tokens issued to browsers, in seconds; not above token_lifetime.", ge=0, le=2592000
        ),
        Watch("rises", "lifetime-up", "access tokens in browsers live longer"),
    ] = None
    token_lifetime_for_anonymous_access_tokens: Annotated[
        int | None,
        Field(
            description="Lifetime of access tokens of anonymous sessions, in seconds, 1 to 30 days (early access).",
            ge=86400,
            le=2592000,
        ),
        Clear(),
    ] = None
    token_dialect: Annotated[
        Literal["access_token", "access_token_authz", "rfc9068_profile", "rfc9068_profile_authz"] | None,
        Field(description="Profile of access tokens; the authz ones carry permissions and need enforce_policies."),
    ] = None
    skip_consent_for_verifiable_first_party_clients: Annotated[
        bool | None,
        Field(description="Whether your own applications need no consent of the user."),
        Watch("becomes", "consent-skipped", "users are not asked for consent", value=True),
    ] = None
    enforce_policies: Annotated[
        bool | None,
        Field(description="Whether scopes are limited to the user's permissions."),
        Watch("becomes", "permissions-off", "users get every scope that is asked for", value=False),
    ] = None
    token_encryption: Annotated[TokenEncryption | None, Field(description="Encryption of access tokens."), Clear()] = None
    consent_policy: Annotated[
        Literal["transactional-authorization-with-mfa"] | None, Field(description="Consent for single transactions."), Clear()
    ] = None
    require_consent_non_repudiation: Annotated[bool | None, Field(description="Whether consent is kept as proof.")] = None
    authorization_details: Annotated[
        list[dict[str, Any]] | None, Field(description="Types of rich authorization requests (RFC 9396)."), InOrder(), Clear()
    ] = None
    proof_of_possession: Annotated[ProofOfPossession | None, Field(description="Binding of tokens."), Clear()] = None
    subject_type_authorization: Annotated[SubjectTypes | None, Field(description="Who may get tokens.")] = None
    authorization_policy: Annotated[AuthorizationPolicy | None, Field(description="Policy (early access)."), Clear()] = None
    verification_location: Annotated[str | None, Field(description="Legacy address of the verification endpoint.")] = None
    access_token: Annotated[
        AccessTokenSettings | None, Field(description="Claims that access tokens carry (early access)."), Clear()
    ] = None


def lifetimes_agree(fields: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield a breach where tokens of browsers would outlive all others."""
    web, whole = fields.get("token_lifetime_for_web"), fields.get("token_lifetime")
    if isinstance(web, int) and isinstance(whole, int) and web > whole:
        yield Breach(("token_lifetime_for_web",), f"{web} seconds is more than `token_lifetime`, {whole}; change both together")


def dialect_fits(fields: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield a breach where permissions are asked for but not enforced, or a signing secret has no use."""
    if str(fields.get("token_dialect", "")).endswith("_authz") and fields.get("enforce_policies") is False:
        yield Breach(
            ("token_dialect",),
            "tokens carry permissions only with `enforce_policies: true`",
            is_warning=True,
        )
    if fields.get("signing_secret") and fields.get("signing_alg") not in (None, "HS256"):
        yield Breach(("signing_secret",), "a signing secret is for `signing_alg: HS256` only", is_warning=True)


def _is_system(live: Mapping[str, Any]) -> bool:
    """Return whether the API is Auth0's own."""
    return live.get("is_system") is True


APIS = Kind(
    section="apis",
    noun="API",
    spec=Api,
    path=("resource-servers",),
    scopes=Scopes(
        ("read:resource_servers",), ("create:resource_servers",), ("update:resource_servers",), ("delete:resource_servers",)
    ),
    listing=Pages(
        ("resource-servers",), "resource_servers", "offset", query=(("include_totals", "true"),), by_key="identifiers"
    ),
    key=("identifier",),
    system=_is_system,
    system_fields=frozenset(
        {
            "token_lifetime",
            "skip_consent_for_verifiable_first_party_clients",
            "proof_of_possession",
            "subject_type_authorization",
            "authorization_policy",
        }
    ),
    cascades=(Cascade("client_grants", "audience"),),
    rules=(lifetimes_agree, dialect_fits),
    replace_flag="--allow-replace",
    required=("identifier",),
    aliases=("resource_servers", "resourceServers"),
    answered=frozenset({"is_system", "client_id"}),
)
