"""Actions as a tenant holds them once they are deployed and bound."""

from __future__ import annotations

from tests.emulator.oauth.world import World


def deploy(world: World, *sources: str, trigger: str = "post-login", **more: object) -> None:
    """Bind actions with these sources to a trigger, as deployed."""
    bindings = []
    for number, source in enumerate(sources):
        action = {"id": f"act_{number}", "name": f"Action {number}", "_deployed": f"ver_{number}"}
        world.tenant.store.put("actions", action["id"], action)
        world.tenant.store.put("action_versions", f"ver_{number}", {"id": f"ver_{number}", "code": source, **more})
        bindings.append({"action_id": action["id"]})
    world.tenant.store.put("trigger_bindings", trigger, {"bindings": bindings})


def login(body: str) -> str:
    """Return the source of an action that does this at a login."""
    return f"exports.onExecutePostLogin = async (event, api) => {{ {body} }};"


def machine(body: str) -> str:
    """Return the source of an action that does this when an application asks for itself."""
    return f"exports.onExecuteCredentialsExchange = async (event, api) => {{ {body} }};"
