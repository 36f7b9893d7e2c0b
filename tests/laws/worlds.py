"""Random worlds: what files may declare about a handful of resources that refer to each other."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tenantry.model.address import Address
from tenantry.model.secret import Secret
from tenantry.model.state import DesiredState, Lifecycle, Manage, Resource
from tenantry.model.values import Exclude, Include

APPS = ["web", "spa", "job"]
APIS = ["orders", "stock"]
SCOPES = ["read", "write", "admin"]
URLS = ["https://a.example/cb", "https://b.example/cb", "com.acme.app://cb"]

CODES = ["exports.onExecutePostLogin = async () => {};", "exports.onExecutePreUserRegistration = async () => {};"]
POINTS = {"post-login": "v3", "pre-user-registration": "v2"}
CANARY = "canary-4f1c9d"
"""The value of every secret of a world; no plan and no journal may hold it."""

World = dict[str, dict[str, dict[str, Any]]]


def members(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return objects that hold any of these members."""
    return st.fixed_dictionaries({}, optional=fields)


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
    token_endpoint_auth_method=st.sampled_from(["none", "client_secret_post", "client_secret_basic", None]),
    jwt_configuration=members(alg=st.sampled_from(["RS256", "HS256"]), lifetime_in_seconds=st.sampled_from([60, 36000])),
    grant_types=st.lists(st.sampled_from(["authorization_code", "refresh_token", "client_credentials"]), unique=True),
    refresh_token=refresh_tokens,
    client_metadata=st.one_of(
        st.dictionaries(st.sampled_from(["team", "tier"]), st.sampled_from(["x", "y"])),
        st.sampled_from([Include[dict[str, str]](include={"team": "z"}), Exclude(exclude=["tier"])]),
    ),
    mobile=members(ios=st.just({"team_id": "T", "app_bundle_identifier": "B"})),
)

apis = st.fixed_dictionaries(
    {"scopes": st.lists(st.sampled_from(SCOPES), unique=True).map(lambda names: [{"value": name} for name in names])},
    optional={
        "name": st.sampled_from(["Orders", "Stock"]),
        "allow_offline_access": st.booleans(),
        "token_lifetime": st.sampled_from([7200, 86400]),
        "signing_alg": st.sampled_from(["RS256", "HS256"]),
        "enforce_policies": st.booleans(),
    },
)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Return a valid configuration of a few resources."""
    world: World = {
        "applications": {handle: {**draw(called("name", handle.title())), **draw(applications)} for handle in draw(some(APPS))},
        "apis": {
            handle: {**draw(called("identifier", f"https://{handle}.example")), **draw(apis)} for handle in draw(some(APIS))
        },
    }
    clients = sorted(world["applications"])
    world["client_grants"] = {
        f"{client}-{api}": {"client_id": client, "audience": api, "scope": draw(granted(world, api))}
        for client in clients
        for api in sorted(world["apis"])
        if draw(st.booleans())
    }
    world["connections"] = {
        handle: {"name": handle, "strategy": "auth0", **draw(connections(clients))}
        for handle in draw(some(["staff", "guests"]))
    }
    world["roles"] = {
        handle: {**draw(called("name", handle.title())), **draw(roles(world))} for handle in draw(some(["clerk", "boss"]))
    }
    if draw(st.booleans()):
        world["organizations"] = {"acme": {"name": "acme", **draw(organizations(sorted(world["connections"])))}}
    world["actions"] = {handle: {"name": handle.title(), **draw(actions)} for handle in draw(some(["claim", "audit"]))}
    world["triggers"] = {point: {"actions": draw(bound(world, point))} for point in POINTS}
    world["tenant_settings"] = {"": draw(settings)} if draw(st.booleans()) else {}
    for section, key, handles in (("applications", "name", APPS), ("roles", "name", ["clerk", "boss"])):
        for handle in draw(some(handles)):
            world[section].setdefault(handle, {key: handle.title(), "lifecycle": Lifecycle(absent=True)})
    return world


def some(pool: list[str]) -> st.SearchStrategy[list[str]]:
    """Return some of the pool; a list, for the order of a set is another in every process, and with it all that is drawn."""
    return st.lists(st.sampled_from(pool), unique=True)


def called(key: str, name: str) -> st.SearchStrategy[dict[str, Any]]:
    """Return what a resource is called: mostly as ever, sometimes anew, with the name it had."""
    anew = {key: f"{name}/2", "lifecycle": Lifecycle(renamed_from=name)}
    back = {key: name, "lifecycle": Lifecycle(renamed_from=f"{name}/2")}
    return st.sampled_from([{key: name}, {key: name}, back, anew])


def absent(world: World) -> World:
    """Return what a world wants not to be there."""
    return {
        section: {handle: each for handle, each in entries.items() if each.get("lifecycle", Lifecycle()).absent}
        for section, entries in world.items()
    }


def present(world: World) -> World:
    """Return what a world wants to be there, without how it is to be treated."""
    return {
        section: {
            handle: {name: value for name, value in fields.items() if name != "lifecycle"}
            for handle, fields in entries.items()
            if not fields.get("lifecycle", Lifecycle()).absent
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
    held = [scope["value"] for scope in world["apis"][api]["scopes"]]
    return st.lists(st.sampled_from(held), unique=True) if held else st.just([])


def connections(clients: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Return databases with some of the applications enabled."""
    options = members(
        passwordPolicy=st.sampled_from(["good", "excellent"]),
        brute_force_protection=st.booleans(),
        disable_signup=st.booleans(),
    )
    enabled = collections(clients) if clients else st.just([])
    return members(options=options, enabled_clients=enabled, metadata=st.sampled_from([{}, {"a": "1"}, {"b": "2"}]))


@st.composite
def roles(draw: st.DrawFn, world: World) -> dict[str, Any]:
    """Return roles with permissions that the APIs have."""
    role: dict[str, Any] = draw(members(description=st.sampled_from(["Some", "Other"])))
    if draw(st.booleans()) and world["apis"]:
        role["permissions"] = {api: draw(granted(world, api)) for api in sorted(world["apis"]) if draw(st.booleans())}
    return role


def organizations(held: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    """Return organizations with some of the connections."""
    links = st.dictionaries(st.sampled_from(held), members(assign_membership_on_login=st.booleans())) if held else st.just({})
    return members(
        display_name=st.sampled_from(["Acme", "ACME"]), metadata=st.sampled_from([{}, {"k": "v"}]), connections=links
    )


settings = members(
    session_lifetime=st.sampled_from([24, 168]),
    friendly_name=st.sampled_from(["Acme", "Other"]),
    flags=members(revoke_refresh_token_grant=st.booleans(), enable_client_connections=st.booleans()),
    allowed_logout_urls=st.lists(st.sampled_from(URLS[:2]), unique=True),
)


def state(world: World, manage: Manage | None = None) -> DesiredState:
    """Return the world as the loader would give it."""
    resources = {
        Address(section, handle): Resource(
            Address(section, handle),
            {name: value for name, value in fields.items() if name != "lifecycle"},
            fields.get("lifecycle", Lifecycle()),
        )
        for section, entries in world.items()
        for handle, fields in entries.items()
    }
    return DesiredState("laws", resources, manage or Manage())
