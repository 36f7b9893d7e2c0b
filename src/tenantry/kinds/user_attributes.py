"""The attributes by which the users of a database are known: e-mail address, phone number, username.

Source: Auth0's published Management API description (options of strategy auth0).
"""

from typing import Annotated, Literal

from pydantic import Field

from tenantry.kinds.common import Active
from tenantry.model.spec import Spec

SignupStatus = Literal["required", "optional", "inactive"]


class Signup(Spec):
    """Whether an attribute is asked for at sign-up."""

    status: Annotated[SignupStatus | None, Field(description="Whether it must be given.")] = None


class VerifiedSignup(Signup):
    """Whether an attribute is asked for at sign-up, and verified there."""

    verification: Annotated[Active | None, Field(description="Whether it is verified at sign-up.")] = None


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
    signup: Annotated[VerifiedSignup | None, Field(description="Use at sign-up.")] = None


class PhoneAttribute(Spec):
    """The phone number of users."""

    identifier: Annotated[PhoneIdentifier | None, Field(description="Use as identifier.")] = None
    profile_required: Annotated[bool | None, Field(description="Whether every profile has one.")] = None
    signup: Annotated[VerifiedSignup | None, Field(description="Use at sign-up.")] = None


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

    identifier: Annotated[Active | None, Field(description="Use as identifier.")] = None
    profile_required: Annotated[bool | None, Field(description="Whether every profile has one.")] = None
    signup: Annotated[Signup | None, Field(description="Use at sign-up.")] = None
    validation: Annotated[UsernameValidation | None, Field(description="Length and form of usernames.")] = None


class Attributes(Spec):
    """Which attributes identify users; at least one must."""

    email: Annotated[EmailAttribute | None, Field(description="E-mail address.")] = None
    phone_number: Annotated[PhoneAttribute | None, Field(description="Phone number.")] = None
    username: Annotated[UsernameAttribute | None, Field(description="Username.")] = None
