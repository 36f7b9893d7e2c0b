"""The options of a database connection.

Source: Auth0's published Management API description (options of strategy auth0); which members exclude each other, what is
replaced and what is encrypted from recorded traffic of terraform-provider-auth0.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from tenantry.kinds.common import Open
from tenantry.kinds.formats import Text
from tenantry.kinds.password_options import (
    OLDER_POLICY,
    PasswordDictionary,
    PasswordHistory,
    PasswordLength,
    PasswordOptions,
    PasswordPersonalInfo,
)
from tenantry.kinds.user_attributes import Attributes
from tenantry.model.marks import WRITE_ONLY_SECRET, Clear, Excludes, InOrder, Program, Unreadable, Watch
from tenantry.model.spec import Spec
from tenantry.model.values import MapOf, SetOf

AttributeName = Annotated[str, Field(max_length=255)]


class UsernameLength(Spec):
    """How long a username may be."""

    needs: ClassVar = ("min", "max")

    min: Annotated[int | None, Field(description="Fewest characters.", ge=1)] = None
    max: Annotated[int | None, Field(description="Most characters.", le=128)] = None


class Validation(Spec):
    """Checks of usernames."""

    username: Annotated[UsernameLength | None, Field(description="Length of usernames."), Clear()] = None


class Enabling(Spec):
    """Something that can be enabled."""

    enabled: Annotated[bool | None, Field(description="Whether it is enabled.")] = None


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


class DatabaseOptions(Open):
    """Settings that a connection of strategy ``auth0`` may have; it may have no others."""

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
        Watch("shrinks", "secret-lost", "the programs no longer get them"),
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
