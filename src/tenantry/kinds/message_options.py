"""The options of passwordless connections: email and sms.

Source: Auth0's published Management API description (options per strategy).
"""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from tenantry.kinds.common import Open
from tenantry.model.marks import READABLE_SECRET, Clear, Program
from tenantry.model.spec import Spec


class OneTimePassword(Spec):
    """The code that is sent."""

    length: Annotated[int | None, Field(description="Digits.", ge=4, le=40)] = None
    time_step: Annotated[int | None, Field(description="Seconds for which it is valid.", ge=60)] = None


class Mail(Open):
    """The mail that carries the code; its sender is the member `from`."""

    subject: Annotated[str | None, Field(description="Subject, a template.")] = None
    body: Annotated[str | None, Field(description="Text, a template.", max_length=20480), Program()] = None
    syntax: Annotated[Literal["liquid"] | None, Field(description="Language of the templates.")] = None


class GatewayAuthentication(Open):
    """How the tenant authenticates at a gateway for messages."""

    needs: ClassVar = ("method", "audience", "secret")

    method: Annotated[str | None, Field(description="Method, such as bearer.", max_length=20)] = None
    subject: Annotated[str | None, Field(description="Subject of the token.")] = None
    audience: Annotated[str | None, Field(description="Audience of the token.")] = None
    secret: Annotated[str | None, Field(description="Secret that signs the token."), READABLE_SECRET] = None
    secret_base64_encoded: Annotated[bool | None, Field(description="Whether the secret is base64 encoded.")] = None


class MessageOptions(Open):
    """Settings that passwordless connections may have."""

    totp: Annotated[OneTimePassword | None, Field(description="The code that is sent.")] = None
    email: Annotated[
        Mail | bool | None, Field(description="The mail; for other strategies, whether the e-mail address is asked for.")
    ] = None
    syntax: Annotated[Literal["liquid", "md_with_macros"] | None, Field(description="Language of the message (sms).")] = None
    template: Annotated[str | None, Field(description="Text of the message (sms).", max_length=5120)] = None
    provider: Annotated[Literal["sms_gateway", "twilio"] | None, Field(description="Who sends messages (sms).")] = None
    twilio_sid: Annotated[str | None, Field(description="Account at Twilio.")] = None
    twilio_token: Annotated[str | None, Field(description="Token for the message provider."), READABLE_SECRET] = None
    messaging_service_sid: Annotated[str | None, Field(description="Messaging service at Twilio."), Clear()] = None
    gateway_url: Annotated[str | None, Field(description="Address of the gateway for messages."), Clear()] = None
    gateway_authentication: Annotated[
        GatewayAuthentication | None, Field(description="How the tenant authenticates at the gateway for messages."), Clear()
    ] = None
    forward_req_info: Annotated[bool | None, Field(description="Whether the gateway is told of the request.")] = None
