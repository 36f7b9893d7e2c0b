"""Connections: where users come from.

Source: Auth0's published Management API description (/connections, /connections/{id}/clients); whole replacement of options,
background deletion and immutable members from recorded traffic of terraform-provider-auth0 and auth0-deploy-cli.
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import ConfigDict, Field, ModelWrapValidatorHandler, ValidationError, model_validator
from pydantic.config import JsonDict
from pydantic_core import InitErrorDetails, PydanticCustomError

from tenantry.kinds.connection_option_rules import DISCOVERING
from tenantry.kinds.connection_option_rules import RULES as OPTION_RULES
from tenantry.kinds.connection_options import Options
from tenantry.kinds.connection_rules import RULES
from tenantry.kinds.database_options import DatabaseOptions
from tenantry.kinds.formats import ConnectionName, Metadata
from tenantry.kinds.saml_options import STRATEGIES as SAML
from tenantry.kinds.saml_options import without_derived
from tenantry.model.address import IdOf
from tenantry.model.call import Call
from tenantry.model.kind import DeleteGuard, Kind, Pages, Part, PartCall, Scopes
from tenantry.model.marks import IMMUTABLE, Clear, Ref, Watch
from tenantry.model.spec import Spec
from tenantry.model.values import SetOf

Strategy = Literal[
    "ad", "adfs", "amazon", "apple", "asana", "atlassian", "auth0", "auth0-oidc", "baidu", "bitbucket", "bitly", "box",
    "cloudflare-mcp", "custom", "daccount", "dropbox", "dwolla", "email", "evernote", "evernote-sandbox", "exact", "facebook",
    "fitbit", "github", "gitlab", "google-apps", "google-oauth2", "hubspot-mcp", "instagram", "ip", "line", "linear-mcp",
    "linkedin", "notion-mcp", "oauth1", "oauth2", "office365", "oidc", "okta", "paypal", "paypal-sandbox", "pingfederate",
    "planningcenter", "salesforce", "salesforce-community", "salesforce-sandbox", "samlp", "sentry-mcp", "sharepoint", "shop",
    "shopify", "slack", "sms", "soundcloud", "thirtysevensignals", "twitter", "untappd", "vkontakte", "waad", "weibo",
    "windowslive", "wordpress", "yahoo", "yandex",
]  # fmt: skip


class Authentication(Spec):
    """Use of the connection for logins."""

    needs: ClassVar = ("active",)

    active: Annotated[bool | None, Field(description="Whether users may log in with it.")] = None


class ConnectedAccounts(Spec):
    """Use of the connection for the Token Vault."""

    needs: ClassVar = ("active",)

    active: Annotated[bool | None, Field(description="Whether users may connect accounts.")] = None
    cross_app_access: Annotated[bool | None, Field(description="Whether cross-app access is on.")] = None


class CrossAppRequest(Spec):
    """Cross-app access as the requesting side (early access)."""

    needs: ClassVar = ("active",)

    active: Annotated[bool | None, Field(description="Whether it is on.")] = None


class CrossAppResource(Spec):
    """Cross-app access as the resource side."""

    status: Annotated[Literal["enabled", "disabled"] | None, Field(description="State of the feature.")] = None


_DATABASE_OPTIONS: JsonDict = {
    "if": {"properties": {"strategy": {"const": "auth0"}}, "required": ["strategy"]},
    "then": {"properties": {"options": {"propertyNames": {"enum": [*sorted(DatabaseOptions.model_fields)]}}}},
}
"""What a JSON Schema can say of options that depend on the strategy."""


class Connection(Spec):
    """A source of users: a database, a social or an enterprise provider."""

    model_config = ConfigDict(json_schema_extra=_DATABASE_OPTIONS)

    name: Annotated[ConnectionName | None, Field(description="Unique name; it can never change."), IMMUTABLE] = None
    strategy: Annotated[Strategy | None, Field(description="What sort of source it is; `auth0` is a database."), IMMUTABLE] = (
        None
    )
    display_name: Annotated[str | None, Field(description="Name on the login button.", min_length=1, max_length=128)] = None
    options: Annotated[Options | None, Field(description="Settings of the strategy.")] = None
    enabled_clients: Annotated[
        SetOf[str] | None,
        Field(description="Applications whose users may log in with it, by handle."),
        Ref("applications"),
        Clear([]),
        Watch("grows", "connection-enabled", "a further application accepts these users"),
        Watch("shrinks", "connection-disabled", "an application no longer accepts these users"),
    ] = None
    is_domain_connection: Annotated[bool | None, Field(description="Whether third parties' applications may use it.")] = None
    show_as_button: Annotated[bool | None, Field(description="Whether the login page shows a button; enterprise only.")] = None
    realms: Annotated[SetOf[str] | None, Field(description="Names by which it is chosen; the name itself by default.")] = None
    metadata: Annotated[
        Metadata | None,
        Field(description="Up to ten texts of your own; each, and its name, of at most 255 characters."),
        Clear({}),
    ] = None
    authentication: Annotated[Authentication | None, Field(description="Use for logins.")] = None
    connected_accounts: Annotated[ConnectedAccounts | None, Field(description="Use for the Token Vault.")] = None
    cross_app_access_requesting_app: Annotated[CrossAppRequest | None, Field(description="Requesting side.")] = None
    cross_app_access_resource_app: Annotated[CrossAppResource | None, Field(description="Resource side."), Clear()] = None

    @model_validator(mode="wrap")
    @classmethod
    def _options_fit_strategy(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        """Return the connection if a database has no option that databases do not have."""
        strange = _strange_options(data)
        try:
            connection = handler(data)
        except ValidationError as wrong:
            known = list(_line_errors(wrong))
            raise ValidationError.from_exception_data(cls.__name__, [*known, *strange]) from None
        if strange:
            raise ValidationError.from_exception_data(cls.__name__, strange)
        return connection


def _strange_options(data: Any) -> list[InitErrorDetails]:
    """Return an error for each option of a database that databases do not have."""
    options = data.get("options") if isinstance(data, Mapping) and data.get("strategy") == "auth0" else None
    strange = [name for name in options if name not in DatabaseOptions.model_fields] if isinstance(options, Mapping) else []
    wrong = PydanticCustomError("extra_forbidden", "no option of a database")
    return [InitErrorDetails(type=wrong, loc=("options", name), input=None) for name in strange]


def _line_errors(wrong: ValidationError) -> Iterator[InitErrorDetails]:
    """Yield the errors that a validation found, ready to be raised again."""
    for error in wrong.errors(include_url=False):
        message = PydanticCustomError(error["type"], "{text}", {"text": error["msg"], **error.get("ctx", {})})
        yield InitErrorDetails(type=message, loc=error["loc"], input=error["input"])


BATCH = 50
"""How many applications one PATCH may name."""


def clients_from_wire(items: list[dict[str, Any]]) -> list[str]:
    """Return the ids of the enabled applications."""
    return [item["client_id"] for item in items]


def client_calls(connection: IdOf, live: Any, target: Any) -> tuple[PartCall, ...]:
    """Return the calls that enable what is missing, then those that disable what is too much, 50 at a time."""
    path = ("connections", connection, "clients")
    held, wanted = live or [], target or []
    calls: list[PartCall] = []
    for clients, status in (
        ([client for client in wanted if client not in held], True),
        ([client for client in held if client not in wanted], False),
    ):
        for start in range(0, len(clients), BATCH):
            body = [{"client_id": client, "status": status} for client in clients[start : start + BATCH]]
            calls.append(PartCall(Call("PATCH", path, body), "attach" if status else "detach"))
    return tuple(calls)


def from_wire(live: dict[str, Any]) -> dict[str, Any]:
    """Return the connection without its deprecated list of applications, which is not the truth, and what others make up."""
    connection = {name: value for name, value in live.items() if name != "enabled_clients"}
    options = live.get("options")
    if isinstance(options, dict):
        connection["options"] = _own(live.get("strategy"), options)
    return connection


def _own(strategy: Any, options: dict[str, Any]) -> dict[str, Any]:
    """Return the options without those that the tenant makes of the others by itself, whenever it is written."""
    if strategy in SAML:
        return without_derived(options)
    if strategy in DISCOVERING:
        return {name: value for name, value in options.items() if name != "oidc_metadata"}
    return options


def _holds_users(live: Mapping[str, Any]) -> bool:
    """Return whether deleting the connection deletes users."""
    return live.get("strategy") == "auth0"


CONNECTIONS = Kind(
    section="connections",
    noun="connection",
    spec=Connection,
    path=("connections",),
    scopes=Scopes(
        ("read:connections", "read:connections_options"),
        ("create:connections", "update:connections_options"),
        ("update:connections", "update:connections_options"),
        ("delete:connections",),
    ),
    withheld={"options": "read:connections_options"},
    listing=Pages(("connections",), "connections", "checkpoint"),
    parts=(
        Part(
            field="enabled_clients",
            read=Pages(("connections", "{id}", "clients"), "clients", "checkpoint", size=1000),
            from_wire=clients_from_wire,
            calls=client_calls,
            scopes=Scopes(("read:connections",), ("update:connections",), ("update:connections",), ("update:connections",)),
        ),
    ),
    from_wire=from_wire,
    rules=(*RULES, *OPTION_RULES),
    delete_guard=DeleteGuard(
        rule="user-loss",
        flag="--allow-user-loss",
        sentence="deleting a database connection deletes all of its users",
        applies=_holds_users,
    ),
    replace_flag="--allow-replace",
    deletes_later=True,
    required=("name", "strategy"),
    aliases=("databases",),
    answered=frozenset({"provisioning_ticket_url"}),
)
