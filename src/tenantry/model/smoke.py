"""The ``smoke:`` block: which users log in, which flows are proved, and what their tokens must say.

None of it is sent to the tenant; handles name declared resources.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from tenantry.model.marks import READABLE_SECRET, Ref, RefKeys
from tenantry.model.secret import Secret
from tenantry.model.spec import Spec

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

USERINFO = "userinfo"
"""In place of an API's handle: the tenant's own userinfo endpoint, whose access tokens are opaque."""


class SmokeUser(Spec):
    """A user who logs in: an existing one with a password, or an ephemeral one that lives as long as the run."""

    connection: Annotated[str | None, Ref("connections")] = None
    """The database connection that holds the user."""
    ephemeral: bool = False
    """The user is created for the run, with a password nobody knows, and deleted at its end."""
    disposable: bool = False
    """The user exists for such runs alone: logins may fail on purpose, and sessions and families of tokens may be ended."""
    email: str | None = None
    username: str | None = None
    password: Annotated[Secret | str | None, READABLE_SECRET] = Field(default=None, repr=False)
    totp: Annotated[Secret | str | None, READABLE_SECRET] = Field(default=None, repr=False)
    """The base32 secret of the user's one-time password generator."""
    roles: Annotated[list[str] | None, Ref("roles")] = None
    """The roles the user holds; an ephemeral user is given them, an existing one is believed to have them."""
    organizations: Annotated[list[str] | None, Ref("organizations")] = None
    user_metadata: dict[str, Any] | None = None
    app_metadata: dict[str, Any] | None = None

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


class ExpectedToken(Spec):
    """What a token must say beyond what the configuration already promises."""

    claims: dict[str, Any] = Field(default_factory=dict)
    """Claims with their exact values."""
    absent: list[str] = Field(default_factory=list)
    """Claims that must not be there."""


class Expectation(Spec):
    """What the tokens of one flow must say."""

    access_token: ExpectedToken = ExpectedToken()
    id_token: ExpectedToken = ExpectedToken()


class SmokeFlow(Spec):
    """One way to tokens that is to be proved."""

    flow: FlowName
    application: Annotated[str, Ref("applications")]
    api: Annotated[str | None, Ref("apis")] = None
    """The API the access token is for; absent: the tenant's default, else an opaque token; ``userinfo``: opaque."""
    user: str | None = None
    """A handle under ``smoke.users``."""
    scope: list[str] | None = None
    """What is asked for; absent: everything that the configuration allows this flow to get."""
    organization: Annotated[str | None, Ref("organizations")] = None
    connection: Annotated[str | None, Ref("connections")] = None
    redirect_uri: str | None = None
    """The callback to use; absent: the first concrete one that the application declares."""
    authorize: dict[str, str] = Field(default_factory=dict)
    """Further parameters of the authorization request, such as ``device``."""
    subject_token: Annotated[Secret | str | None, READABLE_SECRET] = Field(default=None, repr=False)
    """What ``token_exchange`` gives in exchange."""
    subject_token_type: str | None = None
    """The type of ``subject_token``, as the tenant's exchange profile names it."""
    expect: Expectation = Expectation()


class SmokeApplication(Spec):
    """How the run authenticates as an application whose secret it may not read from the tenant."""

    client_secret: Annotated[Secret | str | None, READABLE_SECRET] = Field(default=None, repr=False)
    private_key: Annotated[Secret | str | None, READABLE_SECRET] = Field(default=None, repr=False)


class Budget(Spec):
    """The most that one run may use of what the tenant counts."""

    logins: int | None = None
    tokens: int | None = None
    m2m_tokens: int | None = None
    failed_logins: int | None = None


class SmokeConfig(Spec):
    """The whole block; an empty one derives everything from the declared applications, APIs and grants."""

    level: Level | None = None
    """Absent: ``contract`` on emulated tenants, ``smoke`` elsewhere."""
    users: dict[str, SmokeUser] = Field(default_factory=dict)
    flows: dict[str, SmokeFlow] = Field(default_factory=dict)
    applications: Annotated[dict[str, SmokeApplication], RefKeys("applications")] = Field(default_factory=dict)
    budget: Budget = Budget()
