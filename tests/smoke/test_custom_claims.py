"""What is read from the text of actions: what is certain, and nothing else."""

from __future__ import annotations

import pytest

from tenantry.model.call import Call
from tenantry.smoke import Outcome
from tenantry.smoke.custom_claims import UNKNOWN, CustomClaim, claims_of, surely_set
from tests.smoke.inside import Sections
from tests.smoke.world import EXAMPLE, WALK, World, ids_of, proven

HEAD = "exports.onExecutePostLogin = async (event, api) => {\n"


def read(body: str) -> list[CustomClaim]:
    return claims_of(f"{HEAD}{body}\n}};\n")


def test_a_literal_is_read_with_its_value() -> None:
    assert read("api.idToken.setCustomClaim('https://a.example/plan', 'gold');") == [
        CustomClaim("id", "https://a.example/plan", "gold")
    ]
    assert read('api.accessToken.setCustomClaim("https://a.example/n", 7);')[0].value == 7
    assert read('api.accessToken.setCustomClaim("https://a.example/n", true);')[0].value is True


def test_names_are_put_together_from_constants() -> None:
    (claim,) = read('const ns = "https://a.example"; // ours\n api.idToken.setCustomClaim(`${ns}/roles`, roles || []);')
    assert (claim.name, claim.value) == ("https://a.example/roles", UNKNOWN)


@pytest.mark.parametrize(
    "body",
    [
        "if (event.authorization) { api.idToken.setCustomClaim('https://a/x', 1); }",
        "if (event.authorization) api.idToken.setCustomClaim('https://a/x', 1);",
        "if (event.authorization)\n  api.idToken.setCustomClaim('https://a/x', 1);",
        "event.x && api.idToken.setCustomClaim('https://a/x', 1);",
        "if (!event.x) return;\napi.idToken.setCustomClaim('https://a/x', 1);",
        "if (!event.x) { api.access.deny('no'); }\napi.idToken.setCustomClaim('https://a/x', 1);",
        "// api.idToken.setCustomClaim('https://a/x', 1);",
        "/* ; api.idToken.setCustomClaim('https://a/x', 1); */",
        "const s = \"; api.idToken.setCustomClaim('https://a/x', 1);\";",
        "api.idToken.setCustomClaim(`${event.ns}/x`, 1);",
        "api.idToken.setCustomClaim('email', 1);",
    ],
)
def test_what_is_not_certain_is_not_read(body: str) -> None:
    assert read(body) == []


def test_a_value_that_another_call_may_change_is_not_certain() -> None:
    certain = f"{HEAD}api.idToken.setCustomClaim('https://a/x', 1); }}"
    maybe = f"{HEAD}if (event.x) {{ api.idToken.setCustomClaim('https://a/x', 2); }} }}"
    assert surely_set([certain]) == [CustomClaim("id", "https://a/x", 1)]
    assert surely_set([certain, maybe]) == [CustomClaim("id", "https://a/x", UNKNOWN)]


CODE = f"""{HEAD}
  api.idToken.setCustomClaim('https://a.example/x', 'y');
  api.accessToken.setCustomClaim('https://a.example/x', 7);
}};"""


def test_claims_of_actions_are_proved_and_missed() -> None:
    action = {"name": "Claims", "code": CODE, "supported_triggers": [{"id": "post-login", "version": "v3"}]}
    triggers = {"post-login": {"actions": ["claims"]}}
    sections: Sections = {**EXAMPLE, "actions": {"claims": action}, "triggers": triggers}
    world = World(EXAMPLE)
    world.does(Call("POST", ("actions", "actions"), {**action, "deploy": True}))
    missed = world.proves(WALK, level="smoke", declared=sections)
    assert ids_of(missed, Outcome.FAILED) == {"IDT-23", "ACT-27", "ACT-27b"}
    binding = {"ref": {"type": "action_name", "value": "Claims"}, "display_name": "Claims"}
    world.does(Call("PATCH", ("actions", "triggers", "post-login", "bindings"), {"bindings": [binding]}))
    report = world.proves(WALK, level="smoke", declared=sections)
    assert proven(report)
    assert {"IDT-23", "ACT-27", "ACT-27b"} <= ids_of(report, Outcome.PASSED)
