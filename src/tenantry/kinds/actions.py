"""Actions: code that runs inside the tenant's flows, built, then deployed.

Source: Auth0's published Management API description (/actions/actions); life cycle and whole-list replacement from recorded
traffic of terraform-provider-auth0 and auth0-deploy-cli. Every declared action is deployed, so ``deploy`` is no field.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field

from tenantry.kinds.formats import Text
from tenantry.model.kind import Breach, Condition, Finish, Kind, Pages, Scopes
from tenantry.model.marks import IMMUTABLE, WRITE_ONLY_SECRET, Clear, Keyed, Program, Unreadable, Unreturned, Watch
from tenantry.model.spec import Spec
from tenantry.model.values import ListOf, MapOf

TriggerName = Literal[
    "post-login", "credentials-exchange", "pre-user-registration", "post-user-registration", "post-change-password",
    "send-phone-message", "custom-phone-provider", "custom-email-provider", "password-reset-post-challenge",
    "custom-token-exchange", "event-stream", "password-hash-migration", "login-post-identifier", "signup-post-identifier",
]  # fmt: skip


class SupportedTrigger(Spec):
    """The trigger that an action is written for."""

    id: Annotated[TriggerName, Field(description="Name of the trigger.")]
    version: Annotated[str | None, Field(description="Version of the trigger's interface, such as v3.")] = None


class Dependency(Spec):
    """A package from the registry that the code requires."""

    name: Annotated[Text, Field(description="Name of the package.")]
    version: Annotated[str | None, Field(description="Exact version of the package.")] = None
    registry_url: Annotated[str | None, Field(description="Address of another registry."), Unreturned()] = None


class Module(Spec):
    """A shared module at a version."""

    module_id: Annotated[str, Field(description="Id of the module.")]
    module_name: Annotated[str | None, Field(description="Name of the module.")] = None
    module_version_id: Annotated[str | None, Field(description="Id of the version.")] = None
    module_version_number: Annotated[int | None, Field(description="Number of the version.")] = None


class Action(Spec):
    """Code that runs at one point of a flow."""

    name: Annotated[Text | None, Field(description="Unique name of the action.")] = None
    supported_triggers: Annotated[
        list[SupportedTrigger] | None,
        Field(description="The one trigger the action is written for.", min_length=1, max_length=1),
        Keyed("id"),
        IMMUTABLE,
    ] = None
    code: Annotated[
        str | None,
        Field(description="JavaScript source."),
        Program(),
        Watch("changes", "code-changed", "other code decides about logins and tokens"),
    ] = None
    dependencies: Annotated[
        ListOf[Dependency] | None, Field(description="Packages that the code requires, at most ten."), Keyed("name"), Clear([])
    ] = None
    runtime: Annotated[str | None, Field(description="Node.js runtime, such as node22.")] = None
    secrets: Annotated[
        MapOf[str] | None,
        Field(description="Values that only the code can read, by name, at most thirty."),
        WRITE_ONLY_SECRET,
        Unreadable(),
        Clear([]),
        Watch("shrinks", "secret-lost", "the code no longer gets them"),
    ] = None
    modules: Annotated[
        ListOf[Module] | None, Field(description="Shared modules, pinned to a version."), Keyed("module_id"), Clear([])
    ] = None


_SET_CLAIM = re.compile(r"""setCustomClaim\(\s*["'`]([^"'`]+)["'`]""")
_RESERVED = frozenset(
    {
        "acr", "act", "active", "amr", "at_hash", "ath", "attest", "aud", "auth_time", "authorization_details", "azp",
        "c_hash", "client_id", "cnf", "cty", "dest", "entitlements", "events", "exp", "groups", "gty", "htm", "htu", "iat",
        "internalService", "iss", "jcard", "jku", "jti", "jwe", "jwk", "kid", "may_act", "mky", "nbf", "nonce", "object_id",
        "org_id", "org_name", "orig", "origid", "permissions", "roles", "rph", "s_hash", "scope", "sid", "sip_callid",
        "sip_cseq_num", "sip_date", "sip_from_tag", "sip_via_branch", "sub", "sub_jwk", "toe", "txn", "typ", "uuid", "vot",
        "vtm", "x5t#S256",
    }
)  # fmt: skip


def claims_are_free(fields: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield a warning for each claim that the code sets and that no action can set.

    Source: Auth0 docs, "Create custom claims", for restricted names; `scope` because Auth0 issues it itself.
    """
    for claim in _SET_CLAIM.findall(str(fields.get("code") or "")):
        if claim in _RESERVED:
            yield Breach(
                ("code",),
                f"`{claim}` is a claim that no action can set: the tenant drops it; use a name of your own, such as "
                f"`https://example.com/{claim}`",
                is_warning=True,
            )


def from_wire(live: dict[str, Any]) -> dict[str, Any]:
    """Return the action with secrets as a map of names, and whether all of it is deployed."""
    names = {secret["name"]: None for secret in live.get("secrets") or ()}
    triggers = [
        {name: value for name, value in trigger.items() if name in SupportedTrigger.model_fields}
        for trigger in live.get("supported_triggers") or ()
    ]
    is_deployed = live.get("all_changes_deployed") is True
    return {**live, "secrets": names, "supported_triggers": triggers, "deployed": is_deployed}


def to_wire(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields with secrets as a list of names and values."""
    if not isinstance(fields.get("secrets"), dict):
        return fields
    return {**fields, "secrets": [{"name": name, "value": value} for name, value in fields["secrets"].items()]}


ACTIONS = Kind(
    section="actions",
    noun="action",
    spec=Action,
    path=("actions", "actions"),
    scopes=Scopes(("read:actions",), ("create:actions",), ("update:actions",), ("delete:actions",)),
    listing=Pages(("actions", "actions"), "actions", "offset", by_key="actionName"),
    finish=Finish(
        flag="deployed",
        verb="POST",
        suffix=("deploy",),
        ready=Condition("status", "built", ("failed",)),
        done=Condition("all_changes_deployed", value=True),
        scopes=("create:actions",),
    ),
    from_wire=from_wire,
    to_wire=to_wire,
    rules=(claims_are_free,),
    required=("name", "supported_triggers"),
    answered=frozenset(
        {
            "created_at",
            "updated_at",
            "built_at",
            "status",
            "deployed_version",
            "current_version",
            "all_changes_deployed",
            "installed_integration_id",
            "integration",
            "binding_policy",
            "deployed",
        }
    ),
)
