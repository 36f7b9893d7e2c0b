"""What ties an application to organizations: the one of requests that name none, express configuration, My Organization.

Source: Auth0's published Management API description.
"""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from tenantry.model.marks import Clear, Keyed, Ref, Unordered
from tenantry.model.spec import Spec
from tenantry.model.values import ListOf, SetOf


class DefaultOrganization(Spec):
    """The organization used when a request names none."""

    needs: ClassVar = ("organization_id", "flows")

    organization_id: Annotated[str | None, Field(description="The organization, by handle."), Ref("organizations")] = None
    flows: Annotated[SetOf[Literal["client_credentials"]] | None, Field(description="The flows it is the default for.")] = None


class LinkedClient(Spec):
    """An application that takes part in the express configuration."""

    client_id: Annotated[str, Field(description="The application, by handle."), Ref("applications")]


class ExpressConfiguration(Spec):
    """Express configuration for the Okta integration network."""

    needs: ClassVar = (
        "initiate_login_uri_template",
        "user_attribute_profile_id",
        "connection_profile_id",
        "enable_client",
        "enable_organization",
        "okta_oin_client_id",
        "admin_login_domain",
    )

    initiate_login_uri_template: Annotated[str | None, Field(description="Template of the login address.")] = None
    user_attribute_profile_id: Annotated[str | None, Field(description="Id of the user attribute profile.")] = None
    connection_profile_id: Annotated[str | None, Field(description="Id of the connection profile.")] = None
    enable_client: Annotated[bool | None, Field(description="Whether connections are enabled for the application.")] = None
    enable_organization: Annotated[bool | None, Field(description="Whether connections are enabled for the organization.")] = (
        None
    )
    linked_clients: Annotated[
        ListOf[LinkedClient] | None, Field(description="Further applications to enable."), Keyed("client_id"), Clear([])
    ] = None
    okta_oin_client_id: Annotated[
        str | None, Field(description="The application of the integration, by handle."), Ref("applications")
    ] = None
    admin_login_domain: Annotated[str | None, Field(description="Domain where administrators log in.", min_length=1)] = None
    oin_submission_id: Annotated[
        str | None, Field(description="Identifier of the submission.", min_length=1, max_length=200)
    ] = None


class MyOrganizationConfiguration(Spec):
    """What the application may do through the My Organization API (early access)."""

    needs: ClassVar = ("allowed_strategies", "connection_deletion_behavior")

    connection_profile_id: Annotated[str | None, Field(description="Id of the connection profile.")] = None
    user_attribute_profile_id: Annotated[str | None, Field(description="Id of the user attribute profile.")] = None
    allowed_strategies: Annotated[
        list[Literal["pingfederate", "adfs", "waad", "google-apps", "okta", "oidc", "samlp"]] | None,
        Field(description="Strategies of connections that members may make."),
        Unordered(),
    ] = None
    connection_deletion_behavior: Annotated[
        Literal["allow", "allow_if_empty"] | None, Field(description="When members may delete a connection.")
    ] = None
    invitation_landing_client_id: Annotated[
        str | None, Field(description="The application that invitations lead to, by handle."), Ref("applications")
    ] = None
