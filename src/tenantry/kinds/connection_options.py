"""The options of a connection: the database strategy in full, and what other strategies share.

Source: Auth0's published Management API description (options of PATCH /connections/{id} and of strategy auth0); which members
exclude each other, what is replaced and what is encrypted from recorded traffic of terraform-provider-auth0.

Options are one open object: a database connection may use the members of ``DATABASE`` and no others, any other strategy may use
every member, typed where this file knows it. Members that the server derives (thumbprints, oidc_metadata, cert …) are not
declared; a write of the whole object carries them along, as recorded.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from tenantry.kinds.formats import Json, Open, Text
from tenantry.kinds.password_options import (
    OLDER_POLICY,
    PasswordDictionary,
    PasswordHistory,
    PasswordLength,
    PasswordOptions,
    PasswordPersonalInfo,
)
from tenantry.model.marks import (
    READABLE_SECRET,
    WRITE_ONLY_SECRET,
    Clear,
    Excludes,
    InOrder,
    Program,
    Ref,
    Unordered,
    Unreadable,
    Watch,
)
from tenantry.model.spec import Spec
from tenantry.model.values import MapOf, SetOf

SignupStatus = Literal["required", "optional", "inactive"]
Algorithm = Literal["ES256", "ES384", "PS256", "PS384", "RS256", "RS384", "RS512"]
Word = Annotated[str, Field(max_length=50)]
FieldName = Annotated[str, Field(max_length=100)]
AlgorithmName = Annotated[str, Field(min_length=1, max_length=100)]
AttributeName = Annotated[str, Field(max_length=255)]


class UsernameLength(Spec):
    """How long a username may be."""

    needs: ClassVar = ("min", "max")

    min: Annotated[int | None, Field(description="Fewest characters.", ge=1)] = None
    max: Annotated[int | None, Field(description="Most characters.", le=128)] = None


class Validation(Spec):
    """Checks of usernames."""

    username: Annotated[UsernameLength | None, Field(description="Length of usernames."), Clear()] = None


class Activity(Spec):
    """Something that can be active."""

    active: Annotated[bool | None, Field(description="Whether it is active.")] = None


class Enabling(Spec):
    """Something that can be enabled."""

    enabled: Annotated[bool | None, Field(description="Whether it is enabled.")] = None


class Signup(Spec):
    """Whether an attribute is asked for at sign-up."""

    status: Annotated[SignupStatus | None, Field(description="Whether it must be given.")] = None
    verification: Annotated[Activity | None, Field(description="Whether it is verified at sign-up.")] = None


class EmailIdentifier(Spec):
    """Whether users log in with their e-mail address."""

    active: Annotated[bool | None, Field(description="Whether it identifies users.")] = None
    default_method: Annotated[
        Literal["password", "email_otp"] | None, Field(description="What is asked for first (early access).")
    ] = None


class PhoneIdentifier(Spec):
    """Whether users log in with their phone number."""

    active: Annotated[bool | None, Field(description="Whether it identifies users.")] = None
    default_method: Annotated[
        Literal["password", "phone_otp"] | None, Field(description="What is asked for first (early access).")
    ] = None


class EmailAttribute(Spec):
    """The e-mail address of users."""

    identifier: Annotated[EmailIdentifier | None, Field(description="Use as identifier.")] = None
    unique: Annotated[bool | None, Field(description="Whether two users may not share an address.")] = None
    profile_required: Annotated[bool | None, Field(description="Whether every profile has one.")] = None
    verification_method: Annotated[Literal["link", "otp"] | None, Field(description="How an address is verified.")] = None
    signup: Annotated[Signup | None, Field(description="Use at sign-up.")] = None


class PhoneAttribute(Spec):
    """The phone number of users."""

    identifier: Annotated[PhoneIdentifier | None, Field(description="Use as identifier.")] = None
    profile_required: Annotated[bool | None, Field(description="Whether every profile has one.")] = None
    signup: Annotated[Signup | None, Field(description="Use at sign-up.")] = None


class AllowedTypes(Spec):
    """What else a username may look like."""

    email: Annotated[bool | None, Field(description="Whether it may be an e-mail address.")] = None
    phone_number: Annotated[bool | None, Field(description="Whether it may be a phone number.")] = None


class UsernameValidation(Spec):
    """Checks of usernames in the attribute form."""

    min_length: Annotated[int | None, Field(description="Fewest characters.", ge=1, le=128)] = None
    max_length: Annotated[int | None, Field(description="Most characters.", ge=1, le=128)] = None
    allowed_types: Annotated[AllowedTypes | None, Field(description="Forms that are allowed.")] = None


class UsernameAttribute(Spec):
    """The username of users."""

    identifier: Annotated[Activity | None, Field(description="Use as identifier.")] = None
    profile_required: Annotated[bool | None, Field(description="Whether every profile has one.")] = None
    signup: Annotated[Signup | None, Field(description="Use at sign-up.")] = None
    validation: Annotated[UsernameValidation | None, Field(description="Checks.")] = None


class Attributes(Spec):
    """Which attributes identify users; at least one must."""

    email: Annotated[EmailAttribute | None, Field(description="E-mail address.")] = None
    phone_number: Annotated[PhoneAttribute | None, Field(description="Phone number.")] = None
    username: Annotated[UsernameAttribute | None, Field(description="Username.")] = None


class CustomScripts(Open):
    """Programs of a custom database."""

    login: Annotated[Text | None, Field(description="Checks a password."), Program()] = None
    get_user: Annotated[Text | None, Field(description="Finds a user."), Program()] = None
    delete: Annotated[Text | None, Field(description="Deletes a user."), Program()] = None
    change_password: Annotated[Text | None, Field(description="Changes a password."), Program()] = None
    verify: Annotated[Text | None, Field(description="Marks an address as verified."), Program()] = None
    create: Annotated[Text | None, Field(description="Creates a user."), Program()] = None
    change_username: Annotated[Text | None, Field(description="Changes a username."), Program()] = None
    change_email: Annotated[Text | None, Field(description="Changes an e-mail address."), Program()] = None
    change_phone_number: Annotated[Text | None, Field(description="Changes a phone number."), Program()] = None


class PasswordMethod(Spec):
    """Login with a password."""

    enabled: Annotated[bool | None, Field(description="Whether it is enabled.")] = None
    api_behavior: Annotated[
        Literal["required", "optional"] | None, Field(description="Whether users made by API need a password (early access).")
    ] = None
    signup_behavior: Annotated[
        Literal["allow", "block"] | None, Field(description="Whether sign-up asks for a password (early access).")
    ] = None


class AuthenticationMethods(Spec):
    """How users of the database log in."""

    password: Annotated[PasswordMethod | None, Field(description="Password.")] = None
    passkey: Annotated[Enabling | None, Field(description="Passkey.")] = None
    email_otp: Annotated[Enabling | None, Field(description="Code by e-mail (early access).")] = None
    phone_otp: Annotated[Enabling | None, Field(description="Code by phone (early access).")] = None


class PasskeyOptions(Spec):
    """How passkeys are offered."""

    challenge_ui: Annotated[Literal["both", "autofill", "button"] | None, Field(description="How they are asked for.")] = None
    progressive_enrollment_enabled: Annotated[bool | None, Field(description="Whether users are invited to make one.")] = None
    local_enrollment_enabled: Annotated[bool | None, Field(description="Whether one per device is offered.")] = None


class Mfa(Spec):
    """Legacy settings of multi-factor authentication."""

    active: Annotated[bool | None, Field(description="Whether it is on.")] = None
    return_enroll_settings: Annotated[bool | None, Field(description="Whether enrolment settings are answered.")] = None


class GatewayAuthentication(Open):
    """How the tenant authenticates at a gateway for messages."""

    needs: ClassVar = ("method", "audience")

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


class Options(Open):
    """Settings of a connection; which of them apply depends on its strategy."""

    non_persistent_attrs: Annotated[
        SetOf[AttributeName] | None, Field(description="Profile fields that are never kept."), Clear([])
    ] = None
    validation: Annotated[Validation | None, Field(description="Checks of usernames; excludes attributes."), Clear()] = None
    requires_username: Annotated[bool | None, Field(description="Whether users have a username; excludes attributes.")] = None
    attributes: Annotated[
        Attributes | None,
        Field(description="Attributes that identify users."),
        Excludes(("validation", "requires_username")),
    ] = None
    precedence: Annotated[
        list[Literal["email", "phone_number", "username"]] | None,
        Field(description="Order in which identifiers are tried, all three.", min_length=3, max_length=3),
        InOrder(),
    ] = None
    authentication_methods: Annotated[AuthenticationMethods | None, Field(description="How users log in."), Clear()] = None
    passkey_options: Annotated[PasskeyOptions | None, Field(description="Passkeys."), Clear()] = None
    brute_force_protection: Annotated[
        bool | None,
        Field(description="Whether an account is blocked after failed logins."),
        Watch("becomes", "protection-off", "passwords may be guessed without a block", value=False),
    ] = None
    disable_signup: Annotated[
        bool | None,
        Field(description="Whether nobody may sign up."),
        Watch("becomes", "signup-open", "anybody may sign up", value=False),
    ] = None
    disable_self_service_change_password: Annotated[
        bool | None, Field(description="Whether users cannot reset their password by themselves.")
    ] = None
    import_mode: Annotated[bool | None, Field(description="Whether users move from the custom database at login.")] = None
    enabledDatabaseCustomization: Annotated[bool | None, Field(description="Whether a custom database is used.")] = None
    enable_script_context: Annotated[
        bool | None, Field(description="Whether scripts get a context; it cannot be switched off again.")
    ] = None
    customScripts: Annotated[CustomScripts | None, Field(description="Programs of a custom database.")] = None
    configuration: Annotated[
        MapOf[str] | None,
        Field(description="Secrets of the custom database's programs, by name."),
        WRITE_ONLY_SECRET,
        Unreadable(),
        Clear(),
    ] = None
    realm_fallback: Annotated[bool | None, Field(description="Whether other realms are tried.")] = None
    mfa: Annotated[Mfa | None, Field(description="Legacy multi-factor settings.")] = None
    strategy_version: Annotated[int | None, Field(description="Version of the strategy, chosen by the server.")] = None
    passwordPolicy: Annotated[
        Literal["none", "low", "fair", "good", "excellent"] | None,
        Field(description="Strength of passwords in the older policy; excludes password_options."),
        Clear(),
        Watch("changes", "password-policy", "another strength of passwords is asked for"),
    ] = None
    password_complexity_options: Annotated[PasswordLength | None, Field(description="Length of passwords."), Clear()] = None
    password_history: Annotated[PasswordHistory | None, Field(description="Former passwords."), Clear()] = None
    password_no_personal_info: Annotated[PasswordPersonalInfo | None, Field(description="Personal data."), Clear()] = None
    password_dictionary: Annotated[PasswordDictionary | None, Field(description="Forbidden words."), Clear()] = None
    password_options: Annotated[
        PasswordOptions | None,
        Field(description="Flexible password policy; excludes the older one."),
        Excludes(OLDER_POLICY),
    ] = None
    set_user_root_attributes: Annotated[
        Literal["on_each_login", "on_first_login", "never_on_login"] | None,
        Field(description="When profile fields are taken from the provider."),
    ] = None
    upstream_params: Annotated[Json | None, Field(description="Parameters passed on to the provider."), Clear()] = None
    api_enable_users: Annotated[bool | None, Field(description="Whether users are read from the directory.")] = None
    api_enable_groups: Annotated[bool | None, Field(description="Whether groups are read (early access).")] = None
    basic_profile: Annotated[bool | None, Field(description="Whether the basic profile is read.")] = None
    ext_admin: Annotated[bool | None, Field(description="Whether the administrator flag is read.")] = None
    ext_is_suspended: Annotated[bool | None, Field(description="Whether the suspension flag is read.")] = None
    ext_agreed_terms: Annotated[bool | None, Field(description="Whether agreement to terms is read.")] = None
    ext_groups: Annotated[bool | None, Field(description="Whether group names are read.")] = None
    ext_assigned_plans: Annotated[bool | None, Field(description="Whether assigned plans are read.")] = None
    ext_profile: Annotated[bool | None, Field(description="Whether the extended profile is read.")] = None
    gateway_authentication: Annotated[GatewayAuthentication | None, Field(description="Message gateway."), Clear()] = None
    federated_connections_access_tokens: Annotated[Activity | None, Field(description="Token Vault."), Clear()] = None
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


DATABASE = frozenset(
    {
        "non_persistent_attrs",
        "validation",
        "requires_username",
        "attributes",
        "precedence",
        "authentication_methods",
        "passkey_options",
        "brute_force_protection",
        "disable_signup",
        "disable_self_service_change_password",
        "import_mode",
        "enabledDatabaseCustomization",
        "enable_script_context",
        "customScripts",
        "configuration",
        "realm_fallback",
        "mfa",
        "strategy_version",
        "passwordPolicy",
        "password_complexity_options",
        "password_history",
        "password_no_personal_info",
        "password_dictionary",
        "password_options",
        "set_user_root_attributes",
    }
)
"""The members that a connection of strategy ``auth0`` may use."""
