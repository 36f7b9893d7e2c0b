"""Addons of an application: single sign-on to products and older delegation targets.

Source: Auth0's published Management API description, schema of ``addons``; which members are secret: own judgement.
"""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from tenantry.kinds.common import Open
from tenantry.model.marks import READABLE_SECRET
from tenantry.model.spec import Spec

Free = dict[str, Any] | None


class Aws(Open):
    """Delegation to Amazon Web Services."""

    principal: Annotated[str | None, Field(description="ARN of the identity provider.")] = None
    role: Annotated[str | None, Field(description="ARN of the role to assume.")] = None
    lifetime_in_seconds: Annotated[
        int | None, Field(description="Lifetime of the AWS credentials, in seconds.", ge=900, le=43200)
    ] = None


class AzureBlob(Open):
    """Delegation to Azure Blob Storage."""

    accountName: Annotated[str | None, Field(description="Name of the storage account.", pattern=r"^([a-z0-9]){3,24}$")] = None
    storageAccessKey: Annotated[
        str | None, Field(description="Access key of the storage account.", pattern=r"^([A-Za-z0-9+/]){86}==$"), READABLE_SECRET
    ] = None
    containerName: Annotated[
        str | None, Field(description="Name of the container.", pattern=r"^([a-z0-9]){1}([a-z0-9-]){2,62}$")
    ] = None
    blobName: Annotated[str | None, Field(description="Name of the blob.", pattern=r"^(.){1,1024}$")] = None
    expiration: Annotated[int | None, Field(description="Lifetime of the signature, in minutes.", ge=0)] = None
    signedIdentifier: Annotated[str | None, Field(description="Stored access policy of the container.")] = None
    blob_read: Annotated[bool | None, Field(description="Whether the signature permits to read the blob.")] = None
    blob_write: Annotated[bool | None, Field(description="Whether the signature permits to write the blob.")] = None
    blob_delete: Annotated[bool | None, Field(description="Whether the signature permits to delete the blob.")] = None
    container_read: Annotated[bool | None, Field(description="Whether the signature permits to read in the container.")] = None
    container_write: Annotated[bool | None, Field(description="Whether the signature permits to write in the container.")] = (
        None
    )
    container_delete: Annotated[bool | None, Field(description="Whether the signature permits to delete in the container.")] = (
        None
    )
    container_list: Annotated[bool | None, Field(description="Whether the signature permits to list in the container.")] = None


class AzureServiceBus(Open):
    """Delegation to Azure Service Bus."""

    namespace: Annotated[str | None, Field(description="Namespace of the bus.")] = None
    sasKeyName: Annotated[str | None, Field(description="Name of the shared access policy.")] = None
    sasKey: Annotated[str | None, Field(description="Key of the shared access policy."), READABLE_SECRET] = None
    entityPath: Annotated[str | None, Field(description="Entity, such as a queue.")] = None
    expiration: Annotated[int | None, Field(description="Lifetime of a token, in minutes.")] = None


class Firebase(Open):
    """Delegation to Firebase."""

    secret: Annotated[str | None, Field(description="Legacy Firebase secret."), READABLE_SECRET] = None
    private_key_id: Annotated[str | None, Field(description="Id of the private key.")] = None
    private_key: Annotated[str | None, Field(description="Private key of the service account."), READABLE_SECRET] = None
    client_email: Annotated[str | None, Field(description="Address of the service account.")] = None
    lifetime_in_seconds: Annotated[int | None, Field(description="Lifetime of a Firebase token, in seconds.")] = None


class Layer(Open):
    """Delegation to Layer."""

    needs: ClassVar = ("providerId", "keyId", "privateKey")

    providerId: Annotated[str | None, Field(description="Id of the provider.")] = None
    keyId: Annotated[str | None, Field(description="Id of the authentication key.")] = None
    privateKey: Annotated[str | None, Field(description="Private key in PEM form."), READABLE_SECRET] = None
    principal: Annotated[str | None, Field(description="Profile field that names the user.")] = None
    expiration: Annotated[int | None, Field(description="Lifetime of a token, in minutes.", ge=0)] = None


class SapApi(Open):
    """Delegation to SAP."""

    clientid: Annotated[str | None, Field(description="Client id at SAP.")] = None
    usernameAttribute: Annotated[str | None, Field(description="Profile field that names the user.")] = None
    tokenEndpointUrl: Annotated[str | None, Field(description="Token endpoint at SAP.")] = None
    scope: Annotated[str | None, Field(description="Scope to ask for.")] = None
    servicePassword: Annotated[str | None, Field(description="Password of the service user."), READABLE_SECRET] = None
    nameIdentifierFormat: Annotated[str | None, Field(description="Format of the name identifier.")] = None


class Wams(Open):
    """Delegation to Windows Azure Mobile Services."""

    masterkey: Annotated[str | None, Field(description="Master key of the service."), READABLE_SECRET] = None


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
