"""Objects that several kinds hold.

Source: Auth0's published Management API description.
"""

from typing import Annotated, ClassVar

from pydantic import Field

from tenantry.model.spec import Spec


class Open(Spec, extra="allow"):
    """An object whose known members are typed, and that may hold more."""


class Active(Spec):
    """Something that can be active."""

    active: Annotated[bool | None, Field(description="Whether it is active.")] = None


class Quota(Spec):
    """How many tokens the client credentials grant may get."""

    enforce: Annotated[bool | None, Field(description="Whether requests beyond the quota are refused or only logged.")] = None
    per_day: Annotated[int | None, Field(description="Tokens per day.", ge=1, le=2147483647)] = None
    per_hour: Annotated[int | None, Field(description="Tokens per hour.", ge=1, le=2147483647)] = None


class TokenQuota(Spec):
    """The token quota of an application or an organization."""

    needs: ClassVar = ("client_credentials",)

    client_credentials: Annotated[Quota | None, Field(description="Quota of machine-to-machine tokens.")] = None
