"""Addons of an application: single sign-on to products and older delegation targets.

Source: Auth0's published Management API description, schema of ``addons``; which members are secret: own judgement.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from tenantry.kinds.formats import Open
from tenantry.model.marks import READABLE_SECRET
from tenantry.model.spec import Spec

Free = dict[str, Any] | None


class AzureBlob(Open):
    """Delegation to Azure Blob Storage."""

    storageAccessKey: Annotated[str | None, Field(description="Access key of the storage account."), READABLE_SECRET] = None  # noqa: N815 - the API's own name


class AzureServiceBus(Open):
    """Delegation to Azure Service Bus."""

    sasKey: Annotated[str | None, Field(description="Key of the shared access policy."), READABLE_SECRET] = None  # noqa: N815 - the API's own name


class Firebase(Open):
    """Delegation to Firebase."""

    secret: Annotated[str | None, Field(description="Legacy Firebase secret."), READABLE_SECRET] = None
    private_key: Annotated[str | None, Field(description="Private key of the service account."), READABLE_SECRET] = None
    lifetime_in_seconds: Annotated[int | None, Field(description="Lifetime of a Firebase token, in seconds.")] = None


class Layer(Open):
    """Delegation to Layer."""

    privateKey: Annotated[str | None, Field(description="Private key in PEM form."), READABLE_SECRET] = None  # noqa: N815 - the API's own name
    expiration: Annotated[int | None, Field(description="Lifetime of a token, in minutes.", ge=0)] = None


class SapApi(Open):
    """Delegation to SAP."""

    servicePassword: Annotated[str | None, Field(description="Password of the service user."), READABLE_SECRET] = None  # noqa: N815 - the API's own name


class Wams(Open):
    """Delegation to Windows Azure Mobile Services."""

    masterkey: Annotated[str | None, Field(description="Master key of the service."), READABLE_SECRET] = None


class Aws(Open):
    """Delegation to Amazon Web Services."""

    lifetime_in_seconds: Annotated[
        int | None, Field(description="Lifetime of the AWS credentials, in seconds.", ge=900, le=43200)
    ] = None


class Addons(Spec):
    """The addons that are switched on, each with its settings."""

    aws: Annotated[Aws | None, Field(description="Amazon Web Services.")] = None
    azure_blob: Annotated[AzureBlob | None, Field(description="Azure Blob Storage.")] = None
    azure_sb: Annotated[AzureServiceBus | None, Field(description="Azure Service Bus.")] = None
    rms: Annotated[Free, Field(description="Active Directory Rights Management.")] = None
    mscrm: Annotated[Free, Field(description="Microsoft Dynamics CRM.")] = None
    slack: Annotated[Free, Field(description="Slack.")] = None
    sentry: Annotated[Free, Field(description="Sentry.")] = None
    box: Annotated[Free, Field(description="Box.")] = None
    cloudbees: Annotated[Free, Field(description="CloudBees.")] = None
    concur: Annotated[Free, Field(description="Concur.")] = None
    dropbox: Annotated[Free, Field(description="Dropbox.")] = None
    echosign: Annotated[Free, Field(description="Adobe EchoSign.")] = None
    egnyte: Annotated[Free, Field(description="Egnyte.")] = None
    firebase: Annotated[Firebase | None, Field(description="Firebase.")] = None
    newrelic: Annotated[Free, Field(description="New Relic.")] = None
    office365: Annotated[Free, Field(description="Office 365.")] = None
    salesforce: Annotated[Free, Field(description="Salesforce.")] = None
    salesforce_api: Annotated[Free, Field(description="Salesforce API.")] = None
    salesforce_sandbox_api: Annotated[Free, Field(description="Salesforce sandbox API.")] = None
    samlp: Annotated[Free, Field(description="SAML 2 identity provider for this application.")] = None
    layer: Annotated[Layer | None, Field(description="Layer.")] = None
    sap_api: Annotated[SapApi | None, Field(description="SAP API.")] = None
    sharepoint: Annotated[Free, Field(description="SharePoint.")] = None
    springcm: Annotated[Free, Field(description="SpringCM.")] = None
    wams: Annotated[Wams | None, Field(description="Windows Azure Mobile Services.")] = None
    wsfed: Annotated[Free, Field(description="WS-Federation identity provider for this application.")] = None
    zendesk: Annotated[Free, Field(description="Zendesk.")] = None
    zoom: Annotated[Free, Field(description="Zoom.")] = None
    sso_integration: Annotated[Free, Field(description="An integration of the SSO catalogue.")] = None
    oag: Annotated[Free, Field(description="Okta Access Gateway.")] = None
