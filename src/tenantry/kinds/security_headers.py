"""The security headers of a tenant's login pages.

Source: Auth0's published Management API description (schema of PATCH /tenants/settings).
"""

from typing import Annotated, Literal

from pydantic import Field

from tenantry.model.marks import Clear, InOrder, Keyed, Unordered
from tenantry.model.spec import Spec

Source = Annotated[str, Field(max_length=2048)]


class CspReporting(Spec):
    """Where browsers report breaches of a policy."""

    report_uri: Annotated[str | None, Field(description="Address for reports.")] = None
    report_to_group: Annotated[str | None, Field(description="Group of endpoints for reports.")] = None


class CspPolicy(Spec):
    """One content security policy."""

    mode: Annotated[
        Literal["enforcing", "reporting"] | None, Field(description="Whether breaches are blocked or reported.")
    ] = None
    directives: Annotated[
        dict[str, Annotated[list[Source], Unordered()]] | None,
        Field(description="Directives and their sources.", max_length=30),
    ] = None
    flags: Annotated[
        list[Literal["upgrade-insecure-requests", "block-all-mixed-content"]] | None,
        Field(description="Directives without sources."),
        Unordered(),
    ] = None
    reporting: Annotated[CspReporting | None, Field(description="Where browsers report breaches."), Clear()] = None


class ReportEndpoint(Spec):
    """An address that takes reports."""

    url: Annotated[str, Field(description="The address.")]


class ReportTo(Spec):
    """A named group of addresses for reports."""

    group: Annotated[str | None, Field(description="Name of the group.")] = None
    max_age: Annotated[int | None, Field(description="How long browsers remember it, in seconds.")] = None
    endpoints: Annotated[list[ReportEndpoint] | None, Field(description="The addresses."), Keyed("url")] = None


class ReportingInfrastructure(Spec):
    """Where reports go."""

    report_to: Annotated[ReportTo | None, Field(description="Group of the older header."), Clear()] = None
    reporting_endpoints: Annotated[dict[str, str] | None, Field(description="Addresses by name, for the newer header.")] = None


class ContentSecurityPolicy(Spec):
    """Content security policies of the login pages."""

    enabled: Annotated[bool | None, Field(description="Whether the header is sent.")] = None
    policies: Annotated[list[CspPolicy] | None, Field(description="The policies, each a header of its own."), InOrder()] = None
    reporting_infrastructure: Annotated[
        ReportingInfrastructure | None, Field(description="Groups of addresses that reports go to."), Clear()
    ] = None


class XssProtection(Spec):
    """The X-XSS-Protection header."""

    enabled: Annotated[bool | None, Field(description="Whether the header is sent.")] = None
    mode: Annotated[Literal["block"] | None, Field(description="Whether the page is blocked.")] = None
    report_uri: Annotated[str | None, Field(description="Address for reports.")] = None


class SecurityHeaders(Spec):
    """Security headers of the login pages."""

    content_security_policy: Annotated[ContentSecurityPolicy | None, Field(description="Content security policy."), Clear()] = (
        None
    )
    x_xss_protection: Annotated[XssProtection | None, Field(description="Cross-site scripting filter."), Clear()] = None
