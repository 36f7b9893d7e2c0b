"""Password policies of database connections: the older family and the flexible one, which exclude each other.

Source: Auth0's published Management API description (options of strategy auth0); the exclusion from recorded traffic of
terraform-provider-auth0.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from tenantry.model.spec import Spec
from tenantry.model.values import SetOf

Word = Annotated[str, Field(max_length=50)]
OLDER_POLICY = (
    "passwordPolicy",
    "password_history",
    "password_dictionary",
    "password_no_personal_info",
    "password_complexity_options",
)
"""The options that make up the older policy."""

FieldName = Annotated[str, Field(max_length=100)]


class PasswordLength(Spec):
    """Length of passwords in the older policy."""

    min_length: Annotated[int | None, Field(description="Fewest characters.", ge=1, le=128)] = None


class PasswordHistory(Spec):
    """Passwords that may not come back, in the older policy."""

    needs: ClassVar = ("enable",)

    enable: Annotated[bool | None, Field(description="Whether it is on.")] = None
    size: Annotated[int | None, Field(description="How many are remembered.", ge=0, le=24)] = None


class PasswordPersonalInfo(Spec):
    """Personal data in passwords, in the older policy."""

    needs: ClassVar = ("enable",)

    enable: Annotated[bool | None, Field(description="Whether it is forbidden.")] = None


class PasswordDictionary(Spec):
    """Words that may not be passwords, in the older policy."""

    needs: ClassVar = ("enable",)

    enable: Annotated[bool | None, Field(description="Whether it is on.")] = None
    dictionary: Annotated[SetOf[Word] | None, Field(description="Further words, at most 50 characters each.")] = None


class Complexity(Spec):
    """What a password must be made of."""

    min_length: Annotated[int | None, Field(description="Fewest characters.", ge=1, le=72)] = None
    character_types: Annotated[
        SetOf[Literal["uppercase", "lowercase", "number", "special"]] | None, Field(description="Types it must hold.")
    ] = None
    character_type_rule: Annotated[
        Literal["all", "three_of_four"] | None, Field(description="How many of the types are needed.")
    ] = None
    identical_characters: Annotated[Literal["allow", "block"] | None, Field(description="Same characters in a row.")] = None
    sequential_characters: Annotated[Literal["allow", "block"] | None, Field(description="Sequences such as abc.")] = None
    max_length_exceeded: Annotated[
        Literal["truncate", "error"] | None, Field(description="What happens to a password beyond 72 bytes.")
    ] = None


class Dictionary(Spec):
    """Words that may not be passwords."""

    active: Annotated[bool | None, Field(description="Whether it is on.")] = None
    custom: Annotated[SetOf[Word] | None, Field(description="Further words, at most 50 characters each.")] = None
    default: Annotated[Literal["en_10k", "en_100k"] | None, Field(description="List of common passwords.")] = None


class History(Spec):
    """Passwords that may not come back."""

    active: Annotated[bool | None, Field(description="Whether it is on.")] = None
    size: Annotated[int | None, Field(description="How many are remembered.", ge=1, le=24)] = None


class ProfileData(Spec):
    """Personal data in passwords."""

    active: Annotated[bool | None, Field(description="Whether it is forbidden.")] = None
    blocked_fields: Annotated[SetOf[FieldName] | None, Field(description="Profile fields that count.")] = None


class PasswordOptions(Spec):
    """The flexible password policy; it excludes the older one."""

    complexity: Annotated[Complexity | None, Field(description="Length and kinds of characters.")] = None
    dictionary: Annotated[Dictionary | None, Field(description="Forbidden words.")] = None
    history: Annotated[History | None, Field(description="Forbidden former passwords.")] = None
    profile_data: Annotated[ProfileData | None, Field(description="Forbidden personal data.")] = None
