"""The ``smoke:`` block: which users log in, which flows are proved, and what their tokens must say.

None of it is sent to the tenant; handles name declared resources.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from tenantry.model.marks import READABLE_SECRET, Ref, RefKeys
from tenantry.model.secret import Secret
from tenantry.model.spec import Block

Level = Literal["read", "smoke", "contract", "full"]

LoginWay = Literal["http", "browser", "interactive"]
"""How somebody logs in: through the pages over HTTP, with a driven Chromium, or a person with a browser of their own."""

FlowName = Literal[
    "authorization_code",
    "authorization_code_pkce",
    "client_credentials",
    "password",
    "password_realm",
    "device_code",
    "token_exchange",
]


class SmokeUser(Block):
    """A user who logs in: an existing one with a password, or an ephemeral one that lives as long as the run."""

    connection: Annotated[
        str | None, Field(description="The database connection that holds the user, by handle."), Ref("connections")
    ] = None
    ephemeral: Annotated[
        bool,
        Field(description="Whether the user is created for the run, with a password nobody knows, and deleted at its end."),
    ] = False
    disposable: Annotated[
        bool,
        Field(
            description="Whether the user exists for such runs alone: logins may fail on purpose, and sessions and families of "
            "tokens may be ended."
        ),
    ] = False
    email: Annotated[str | None, Field(description="E-mail address of an existing user.")] = None
    username: Annotated[str | None, Field(description="Username of an existing user, in place of the address.")] = None
    password: Annotated[
        Secret | str | None,
        Field(description="Password of an existing user, as `${secret.NAME}`.", repr=False),
        READABLE_SECRET,
    ] = None
    totp: Annotated[
        Secret | str | None,
        Field(description="The base32 secret of the user's one-time password generator, as `${secret.NAME}`.", repr=False),
        READABLE_SECRET,
    ] = None
    roles: Annotated[
        list[str] | None,
        Field(description="Roles by handle; an ephemeral user is given them, an existing one is believed to hold them."),
        Ref("roles"),
    ] = None
    organizations: Annotated[
        list[str] | None,
        Field(description="Organizations by handle that the user is a member of; an ephemeral user is added to them."),
        Ref("organizations"),
    ] = None
    user_metadata: Annotated[dict[str, Any] | None, Field(description="Metadata that an ephemeral user is created with.")] = (
        None
    )
    app_metadata: Annotated[
        dict[str, Any] | None, Field(description="Application metadata that an ephemeral user is created with.")
    ] = None

    @property
    def may_be_harmed(self) -> bool:
        """Return whether a run may let logins fail, and end sessions and families of tokens."""
        return self.ephemeral or self.disposable

    @model_validator(mode="after")
    def _can_log_in(self) -> SmokeUser:
        """Return the user if there is a way for it to log in."""
        if self.ephemeral and (self.password is not None or self.totp is not None):
            raise ValueError("an ephemeral user gets a password of its own: leave out `password` and `totp`")
        if self.ephemeral and self.connection is None:
            raise ValueError("an ephemeral user needs `connection`, the database it is created in")
        if not self.ephemeral and (self.password is None or (self.email is None and self.username is None)):
            raise ValueError("an existing user needs `email` (or `username`) and `password`; or say `ephemeral: true`")
        return self


class ExpectedToken(Block):
    """What a token must say beyond what the configuration already promises."""

    claims: dict[str, Any] = Field(description="Claims with their exact values.", default_factory=dict)
    absent: list[str] = Field(description="Claims that must not be there.", default_factory=list)


class Expectation(Block):
    """What the tokens of one flow must say."""

    access_token: Annotated[ExpectedToken, Field(description="The access token, also after a refresh.")] = ExpectedToken()
    id_token: Annotated[ExpectedToken, Field(description="The ID token, also after a refresh.")] = ExpectedToken()


class SmokeFlow(Block):
    """One way to tokens that is to be proved."""

    flow: Annotated[FlowName, Field(description="How the tokens are got.")]
    application: Annotated[str, Field(description="The application that gets them, by handle."), Ref("applications")]
    api: Annotated[
        str | None,
        Field(
            description="The API the access token is for, by handle; absent: the tenant's default, else an opaque token; "
            "`userinfo`: opaque; `management-api`: the tenant's own."
        ),
        Ref("apis"),
    ] = None
    user: Annotated[str | None, Field(description="Who logs in: a handle under `smoke.users`.")] = None
    scope: Annotated[
        list[str] | None,
        Field(description="What is asked for; absent: everything that the configuration allows this flow to get."),
    ] = None
    organization: Annotated[
        str | None, Field(description="The organization that is logged in to, by handle."), Ref("organizations")
    ] = None
    connection: Annotated[
        str | None,
        Field(description="The connection of the user and of a password_realm request, by handle; absent: the user's own."),
        Ref("connections"),
    ] = None
    redirect_uri: Annotated[
        str | None, Field(description="The callback to use; absent: the first concrete one that the application declares.")
    ] = None
    authorize: dict[str, str] = Field(
        description="Further parameters of the authorization request, such as `device`.", default_factory=dict
    )
    subject_token: Annotated[
        Secret | str | None,
        Field(description="What `token_exchange` gives in exchange, as `${secret.NAME}`.", repr=False),
        READABLE_SECRET,
    ] = None
    subject_token_type: Annotated[
        str | None, Field(description="The type of `subject_token`, as the tenant's exchange profile names it.")
    ] = None
    expect: Annotated[
        Expectation, Field(description="What the tokens must say beyond what the configuration already promises.")
    ] = Expectation()


class SmokeApplication(Block):
    """How the run authenticates as an application whose secret it may not read from the tenant."""

    client_secret: Annotated[
        Secret | str | None, Field(description="Its client secret, as `${secret.NAME}`.", repr=False), READABLE_SECRET
    ] = None
    private_key: Annotated[
        Secret | str | None,
        Field(description="Its private key in PEM form, for private_key_jwt, as `${secret.NAME}`.", repr=False),
        READABLE_SECRET,
    ] = None


class Budget(Block):
    """The most that one run may use of what the tenant counts."""

    logins: Annotated[int | None, Field(description="Logins of users.")] = None
    tokens: Annotated[int | None, Field(description="Answers with tokens for users.")] = None
    m2m_tokens: Annotated[int | None, Field(description="Machine-to-machine tokens, which the tenant's plan counts.")] = None
    failed_logins: Annotated[int | None, Field(description="Logins that fail on purpose, which attack protection counts.")] = (
        None
    )


class SmokeConfig(Block):
    """The whole block; an empty one derives everything from the declared applications, APIs and grants."""

    level: Annotated[
        Level | None, Field(description="How much is tried; absent: `contract` on emulated tenants, `smoke` elsewhere.")
    ] = None
    users: dict[str, SmokeUser] = Field(description="Users who log in, by a handle.", default_factory=dict)
    flows: dict[str, SmokeFlow] = Field(
        description="Flows to prove, by a handle; where there are any, none is derived.", default_factory=dict
    )
    applications: Annotated[dict[str, SmokeApplication], RefKeys("applications")] = Field(
        description="What the run knows of applications that the tenant does not tell, by handle.", default_factory=dict
    )
    budget: Annotated[Budget, Field(description="The most that one run may use of what the tenant counts.")] = Budget()
