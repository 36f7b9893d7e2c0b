"""Where an application runs: native apps, social providers' SDKs, browsers that log in by themselves.

Source: Auth0's published Management API description; merge behaviour from recorded traffic of terraform-provider-auth0 and
auth0-deploy-cli.
"""

from typing import Annotated

from pydantic import Field

from tenantry.kinds.formats import SomeOf, Text
from tenantry.model.marks import Clear
from tenantry.model.spec import Spec


class Android(Spec):
    """The Android app that belongs to this application."""

    app_package_name: Annotated[str | None, Field(description="Package name of the app."), Clear("")] = None
    sha256_cert_fingerprints: Annotated[
        SomeOf[Text] | None, Field(description="SHA-256 fingerprints of the signing certificates.")
    ] = None


class Ios(Spec):
    """The iOS app that belongs to this application."""

    team_id: Annotated[str | None, Field(description="Apple team identifier."), Clear("")] = None
    app_bundle_identifier: Annotated[str | None, Field(description="Bundle identifier of the app."), Clear("")] = None


class Mobile(Spec):
    """Native apps that may use app links and passkeys."""

    android: Annotated[Android | None, Field(description="The Android app.")] = None
    ios: Annotated[Ios | None, Field(description="The iOS app.")] = None


class Switch(Spec):
    """One native social login provider."""

    enabled: Annotated[bool | None, Field(description="Whether its tokens may be exchanged.")] = None


class NativeSocialLogin(Spec):
    """Exchange of tokens that a native app got from a social provider's SDK."""

    apple: Annotated[Switch | None, Field(description="Sign in with Apple."), Clear()] = None
    facebook: Annotated[Switch | None, Field(description="Facebook Login."), Clear()] = None
    google: Annotated[Switch | None, Field(description="Sign in with Google."), Clear()] = None


class FedcmProvider(Spec):
    """One identity provider of federated credential management."""

    is_enabled: Annotated[bool | None, Field(description="Whether the browser's prompt is offered.")] = None


class FedcmLogin(Spec):
    """Federated credential management in the browser (early access)."""

    google: Annotated[FedcmProvider | None, Field(description="Google."), Clear()] = None
