"""Random worlds: what files may declare about a handful of resources that refer to each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from tenantry.model.secret import Secret
from tenantry.model.state import DesiredState, Lifecycle, Manage
from tenantry.model.values import Exclude, Include
from tests.declared import declare
from tests.older import without

APPS = ["web", "spa", "job"]
APIS = ["orders", "stock"]
SCOPES = ["read", "write", "admin"]
URLS = ["https://a.example/cb", "https://b.example/cb", "com.acme.app://cb"]

CODES = ["exports.onExecutePostLogin = async () => {};", "exports.onExecutePreUserRegistration = async () => {};"]
POINTS = {"post-login": "v3", "pre-user-registration": "v2"}
CANARY = "canary-4f1c9d"
"""The value of every secret of a world; no plan and no journal may hold it."""

World = dict[str, dict[str, dict[str, Any]]]

OLDER = without(
    applications=("initiate_login_uri", "client_aliases", "oidc_logout"),
    apis=("allow_online_access", "consent_policy"),
    connections=("display_name",),
    organizations=("branding",),
    tenant_settings=("support_email", "session_cookie"),
)
"""The kinds of these worlds: what they do not know, files declare under ``unchecked:``."""
KEYS = {
    "applications": "name",
    "apis": "identifier",
    "connections": "name",
    "roles": "name",
    "organizations": "name",
    "actions": "name",
}
"""By section: the member that people know one by."""
NAMES = {
    "applications": {handle: handle.title() for handle in APPS},
    "apis": {handle: f"https://{handle}.example" for handle in APIS},
    "connections": {"staff": "staff", "guests": "guests"},
    "roles": {"clerk": "Clerk", "boss": "Boss"},
    "organizations": {"acme": "acme"},
    "actions": {"claim": "Claim", "audit": "Audit"},
}
"""What the resources of these worlds are called, unless they are called anew."""
IGNORABLE = {
    "applications": [
        *("description", "callbacks", "grant_types", "client_metadata", "client_metadata.tier", "refresh_token", "name"),
        *("jwt_configuration.lifetime_in_seconds", "refresh_token.leeway", "initiate_login_uri"),
    ],
    "apis": ["name", "identifier", "scopes", "scopes[read]", "scopes[hand]", "token_lifetime"],
    "client_grants": ["scope"],
    "connections": ["options", "options.passwordPolicy", "enabled_clients", "metadata", "metadata.hand"],
    "roles": ["description", "permissions", "name"],
    "organizations": ["name", "display_name", "metadata.hand", "connections"],
    "actions": ["code", "runtime", "dependencies"],
    "triggers": ["actions"],
    "tenant_settings": ["session_lifetime", "friendly_name", "flags.revoke_refresh_token_grant", "support_email"],
}
"""What a file may say to leave alone, by section."""


def members(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return objects that hold any of these members."""
    return st.fixed_dictionaries({}, optional=fields)


def parts(exact: st.SearchStrategy[dict[str, Any]], keys: list[str]) -> st.SearchStrategy[Any]:
    """Return what may be said about a map of parts: all of it, some of it, what must not be in it."""
    some_keys = st.lists(st.sampled_from(keys), unique=True) if keys else st.just([])
    return st.one_of(
        exact,
        exact,
        exact.map(lambda items: Include[dict[str, Any]](include=items)),
        some_keys.map(lambda names: Exclude(exclude=names)),
    )


def collections(pool: list[str]) -> st.SearchStrategy[Any]:
    """Return what may be said about a set: all of it, more of it, less of it."""
    lists = st.lists(st.sampled_from(pool), unique=True)
    return st.one_of(
        lists,
        lists.map(lambda items: Include[list[str]](include=items)),
        lists.map(lambda items: Exclude(exclude=items)),
    )


refresh_tokens = st.sampled_from(
    [
        {"rotation_type": "rotating", "expiration_type": "expiring", "leeway": 0, "token_lifetime": 2592000},
        {"rotation_type": "rotating", "expiration_type": "expiring", "leeway": 30},
        {"rotation_type": "non-rotating", "expiration_type": "non-expiring"},
    ]
)

applications = members(
    description=st.sampled_from(["", "One", "Two", None]),
    app_type=st.sampled_from(["spa", "native", "regular_web", "non_interactive"]),
    callbacks=collections(URLS),
    allowed_logout_urls=collections(URLS[:2]),
    oidc_conformant=st.booleans(),
    # not `none`: a tenant refuses it beside client_credentials, a grant that new applications have
    token_endpoint_auth_method=st.sampled_from(["client_secret_post", "client_secret_basic", None]),
    jwt_configuration=members(alg=st.sampled_from(["RS256", "HS256"]), lifetime_in_seconds=st.sampled_from([60, 36000])),
    grant_types=st.lists(st.sampled_from(["authorization_code", "refresh_token", "client_credentials"]), unique=True),
    refresh_token=refresh_tokens,
    client_metadata=st.one_of(
        st.dictionaries(st.sampled_from(["team", "tier"]), st.sampled_from(["x", "y"])),
        st.sampled_from([Include[dict[str, str]](include={"team": "z"}), Exclude(exclude=["tier"])]),
    ),
    initiate_login_uri=st.sampled_from(["https://a.example/start", "https://b.example/start", ""]),
    client_aliases=st.lists(st.sampled_from(["one", "two"]), unique=True),
    oidc_logout=st.sampled_from(  # with what the server would add, for who has not heard of it compares it as it is
        [
            {"backchannel_logout_urls": [url], "backchannel_logout_initiators": {"mode": "all"}}
            for url in ("https://a.example/out", "https://b.example/out")
        ]
    ),
    mobile=members(ios=st.just({"team_id": "T", "app_bundle_identifier": "B"})),
)

apis = st.fixed_dictionaries(
    {
        "scopes": st.one_of(
            scopes := st.lists(st.sampled_from(SCOPES), unique=True).map(lambda names: [{"value": name} for name in names]),
            scopes,
            scopes.map(lambda items: Include[list[dict[str, str]]](include=items)),
        )
    },
    optional={
        "name": st.sampled_from(["Orders", "Stock"]),
        "allow_offline_access": st.booleans(),
        "token_lifetime": st.sampled_from([7200, 86400]),
        "signing_alg": st.sampled_from(["RS256", "HS256"]),
        "enforce_policies": st.booleans(),
        "allow_online_access": st.booleans(),
        "consent_policy": st.sampled_from(["transactional-authorization-with-mfa", None]),
    },
)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Return a valid configuration of a few resources."""

    def named(section: str, handle: str, fields: st.SearchStrategy[dict[str, Any]]) -> dict[str, Any]:
        return {**draw(called(KEYS[section], NAMES[section][handle])), **draw(fields)}

    world: World = {
        "applications": {handle: named("applications", handle, applications) for handle in draw(some(APPS))},
        "apis": {handle: named("apis", handle, apis) for handle in draw(some(APIS))},
    }
    clients = sorted(world["applications"])
    world["client_grants"] = {
        f"{client}-{api}": {"client_id": client, "audience": api, "scope": draw(granted(world, api))}
        for client in clients
        for api in sorted(world["apis"])
        if draw(st.booleans())
    }
    world["connections"] = {
        handle: {**named("connections", handle, connections(clients)), "strategy": "auth0"}
        for handle in draw(some(["staff", "guests"]))
    }
    world["roles"] = {handle: named("roles", handle, roles(world)) for handle in draw(some(["clerk", "boss"]))}
    linked = organizations(sorted(world["connections"]))
    world["organizations"] = {handle: named("organizations", handle, linked) for handle in draw(some(["acme"]))}
    world["actions"] = {handle: named("actions", handle, actions) for handle in draw(some(["claim", "audit"]))}
    world["triggers"] = {point: {"actions": draw(bound(world, point))} for point in POINTS}
    world["tenant_settings"] = {"": draw(settings)} if draw(st.booleans()) else {}
    for section, paths in IGNORABLE.items():
        for fields in world[section].values():
            if ignored := draw(left_alone(paths, draw(st.sampled_from([0, 0, 1, 2])))):
                fields["lifecycle"] = replace(fields.get("lifecycle", Lifecycle()), ignore_changes=tuple(ignored))
    for section, key in KEYS.items():
        for handle in draw(some(list(NAMES[section]))):
            world[section].setdefault(handle, {key: NAMES[section][handle], "lifecycle": Lifecycle(absent=True)})
    return world


def left_alone(paths: list[str], most: int) -> st.SearchStrategy[list[str]]:
    """Return what is to be left alone of a resource."""
    return st.lists(st.sampled_from(paths), max_size=most, unique=True)


def some(pool: list[str]) -> st.SearchStrategy[list[str]]:
    """Return some of the pool; a list, for the order of a set is another in every process, and with it all that is drawn."""
    return st.lists(st.sampled_from(pool), unique=True)


def called(key: str, name: str) -> st.SearchStrategy[dict[str, Any]]:
    """Return what a resource is called: mostly as ever, sometimes anew, with the name it had."""
    other = f"{name}-2"
    anew = {key: other, "lifecycle": Lifecycle(renamed_from=name)}
    back = {key: name, "lifecycle": Lifecycle(renamed_from=other)}
    return st.sampled_from([{key: name}, {key: name}, back, anew])


def treatment(fields: Mapping[str, Any]) -> Lifecycle:
    """Return how a resource is to be treated over time."""
    found: Lifecycle = fields.get("lifecycle", Lifecycle())
    return found


def present(world: World) -> World:
    """Return what a world wants to be there, without how it is to be treated."""
    return {
        section: {
            handle: {name: value for name, value in fields.items() if name != "lifecycle"}
            for handle, fields in entries.items()
            if not treatment(fields).absent
        }
        for section, entries in world.items()
    }


actions = st.fixed_dictionaries(
    {"supported_triggers": st.sampled_from([[{"id": point, "version": version}] for point, version in POINTS.items()])},
    optional={
        "code": st.sampled_from(CODES),
        "runtime": st.sampled_from(["node18", "node22"]),
        "dependencies": st.lists(st.sampled_from([{"name": "lodash", "version": "4.17.21"}]), max_size=1),
        "secrets": st.sets(st.sampled_from(["KEY", "PASSWORD"])).map(
            lambda names: {name: Secret.of(name, CANARY) for name in sorted(names)}
        ),
    },
)


def bound(world: World, point: str) -> st.SearchStrategy[list[str]]:
    """Return actions that are written for a trigger, in any order."""
    fit = [handle for handle, action in world["actions"].items() if action["supported_triggers"][0]["id"] == point]
    return st.permutations(sorted(fit)).flatmap(lambda order: st.sampled_from([order[:n] for n in range(len(order) + 1)]))


def granted(world: World, api: str) -> st.SearchStrategy[Any]:
    """Return scopes that the API has."""
    said = world["apis"][api]["scopes"]
    held = [scope["value"] for scope in (said.include if isinstance(said, Include) else said)]
    return st.lists(st.sampled_from(held), unique=True) if held else st.just([])


def connections(clients: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Return databases with some of the applications enabled."""
    options = members(
        passwordPolicy=st.sampled_from(["good", "excellent"]),
        brute_force_protection=st.booleans(),
        disable_signup=st.booleans(),
    )
    enabled = collections(clients) if clients else st.just([])
    metadata, display_name = st.sampled_from([{}, {"a": "1"}, {"b": "2"}]), st.sampled_from(["Staff", "Guests"])
    return members(options=options, enabled_clients=enabled, metadata=metadata, display_name=display_name)


@st.composite
def roles(draw: st.DrawFn, world: World) -> dict[str, Any]:
    """Return roles with permissions that the APIs have."""
    role: dict[str, Any] = draw(members(description=st.sampled_from(["Some", "Other"])))
    if draw(st.booleans()) and world["apis"]:
        exact = st.fixed_dictionaries({}, optional={api: granted(world, api) for api in sorted(world["apis"])})
        role["permissions"] = draw(parts(exact, sorted(world["apis"])))
    return role


def organizations(held: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Return organizations with some of the connections."""
    links = st.dictionaries(st.sampled_from(held), members(assign_membership_on_login=st.booleans())) if held else st.just({})
    return members(
        display_name=st.sampled_from(["Acme", "ACME"]),
        metadata=st.sampled_from([{}, {"k": "v"}]),
        branding=st.sampled_from([{"logo_url": f"https://{name}.example/logo.png"} for name in ("a", "b")]),
        connections=parts(links, held),
    )


settings = members(
    session_lifetime=st.sampled_from([24, 168]),
    friendly_name=st.sampled_from(["Acme", "Other"]),
    flags=members(revoke_refresh_token_grant=st.booleans(), enable_client_connections=st.booleans()),
    allowed_logout_urls=st.lists(st.sampled_from(URLS[:2]), unique=True),
    support_email=st.sampled_from(["help@a.example", "help@b.example"]),
    session_cookie=st.sampled_from([{"mode": "persistent"}, {"mode": "non-persistent"}]),
)


def state(world: World, manage: Manage | None = None) -> DesiredState:
    """Return the world as the loader would give it."""
    made = declare(manage, **world)
    resources = {
        address: replace(resource, unchecked=frozenset(resource.fields) - set(OLDER[address.section].shape.members))
        for address, resource in made.resources.items()
    }
    return replace(made, resources=resources)
