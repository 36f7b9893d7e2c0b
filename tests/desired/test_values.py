from __future__ import annotations

from pathlib import Path

import pytest

from tenantry.desired import load
from tenantry.desired.secrets import Secrets
from tenantry.model.address import Address
from tenantry.model.errors import ConfigError
from tenantry.model.secret import Secret
from tenantry.model.values import Exclude, Include
from tests.desired.conftest import Complaints, Loader

SHOP = Address("applications", "shop")


def test_silence_is_not_a_wish(loaded: Loader) -> None:
    file = loaded("applications: {shop: {name: Shop, jwt_configuration: {alg: RS256}}}")
    assert file.state.resources[SHOP].fields == {"name": "Shop", "jwt_configuration": {"alg": "RS256"}}


def test_null_and_empty_are_told_apart(loaded: Loader) -> None:
    fields = loaded("applications: {shop: {name: Shop, logo_uri: null, callbacks: []}}").state.resources[SHOP].fields
    assert fields["logo_uri"] is None
    assert fields["callbacks"] == []


def test_a_null_takes_one_key_out_of_a_map(complaints: Complaints) -> None:
    assert complaints("applications: {shop: {name: Shop, client_metadata: {a: null}}}") == []


def test_a_text_of_ones_own_and_its_name_have_a_length(complaints: Complaints) -> None:
    name, text = "k" * 256, "v" * 256
    told = complaints(f"applications: {{shop: {{name: Shop, client_metadata: {{ok: v, bad: {text}, {name}: v}}}}}}")
    assert [each.partition(": ")[2] for each in told] == [
        "`client_metadata.bad` may have at most 255 characters",
        f"`client_metadata`: the name `{name}` may have at most 255 characters",
    ]
    [told_of] = complaints(f"organizations: {{acme: {{name: acme, metadata: {{include: {{{name}: v}}}}}}}}")
    assert "`metadata.include`: the name `kkk" in told_of


def test_partial_forms_are_values_of_their_own(loaded: Loader) -> None:
    text = """
applications:
  shop:
    name: Shop
    callbacks: {include: ["https://a.example"]}
    client_metadata: {exclude: [a]}
apis: {orders: {identifier: "https://o.example", scopes: {include: [{value: read}]}}}
"""
    resources = loaded(text).state.resources
    assert resources[SHOP].fields["callbacks"] == Include(include=["https://a.example"])
    assert resources[SHOP].fields["client_metadata"] == Exclude(exclude=["a"])
    assert resources[Address("apis", "orders")].fields["scopes"] == Include(include=[{"value": "read"}])


def test_a_handle_may_be_called_include_or_exclude(loaded: Loader) -> None:
    text = """
tenant: {emulator: {name: test, pin: {include: {client_id: pinned}}}}
applications: {include: {name: Shop}}
smoke:
  users: {exclude: {email: a@b.example, password: "${secret.P}", user_metadata: {include: [a]}}}
  flows: {include: {flow: authorization_code, application: include, user: exclude, expect: {id_token: {claims: {exclude: 1}}}}}
"""
    file = loaded(text)
    assert file.tenant.emulator is not None
    assert file.tenant.emulator.pin == {"include": {"client_id": "pinned"}}
    assert file.state.resources[Address("applications", "include")].fields == {"name": "Shop"}
    assert file.smoke.users["exclude"].user_metadata == {"include": ["a"]}
    assert file.smoke.flows["include"].expect.id_token.claims == {"exclude": 1}


def test_a_variable_keeps_its_type_and_a_list_is_spliced(loaded: Loader) -> None:
    text = """
vars: {seconds: 60, urls: ["https://a.example", "https://b.example"], host: c.example, nested: {on: true}}
applications:
  shop:
    name: Shop
    oidc_conformant: ${var.nested.on}
    jwt_configuration: {lifetime_in_seconds: "${var.seconds}"}
    callbacks: ["${var.urls}", "https://${var.host}/cb", "https://$${literal}.example"]
"""
    fields = loaded(text).state.resources[SHOP].fields
    assert fields["jwt_configuration"]["lifetime_in_seconds"] == 60
    assert fields["oidc_conformant"] is True
    assert fields["callbacks"] == [
        "https://a.example",
        "https://b.example",
        "https://c.example/cb",
        "https://${literal}.example",
    ]


def test_variables_that_refer_to_each_other_in_a_circle_are_told(complaints: Complaints) -> None:
    told = complaints("vars: {a: '${var.b}', b: '${var.a}'}\napplications: {shop: {name: '${var.a}'}}")
    assert told == ["tenant.yaml:3:26: variables refer to each other in a circle: a → b → a"]


def test_programs_are_not_interpolated_unless_they_are_one_mark(loaded: Loader) -> None:
    text = """
actions:
  a: {name: A, supported_triggers: [{id: post-login}], code: "log(`${event.client}`)"}
  b: {name: B, supported_triggers: [{id: post-login}], code: "${file:code/b.js}"}
"""
    resources = loaded(text, {"code/b.js": "log(`${var.nothing}`)"}).state.resources
    assert resources[Address("actions", "a")].fields["code"] == "log(`${event.client}`)"
    assert resources[Address("actions", "b")].fields["code"] == "log(`${var.nothing}`)"


def test_the_text_of_a_file_counts_among_the_inputs(loaded: Loader) -> None:
    text = "actions: {a: {name: A, supported_triggers: [{id: post-login}], code: '${file:a.js}'}}"
    first, second = (loaded(text, {"a.js": code}).inputs for code in ("one", "two"))
    assert first["a.js"] != second["a.js"]
    assert first["tenant.yaml"] == second["tenant.yaml"]


def test_a_link_does_not_lead_out_of_the_workspace(complaints: Complaints, tmp_path: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside.txt"
    outside.write_text("outside", encoding="utf-8")
    (tmp_path / "link.js").symlink_to(outside)
    [told] = complaints("actions: {a: {name: A, supported_triggers: [{id: post-login}], code: '${file:link.js}'}}")
    assert "outside of the workspace" in told


def test_the_tenants_names_can_be_used(loaded: Loader) -> None:
    text = """
tenant: {domain: acme.eu.auth0.com, custom_domain: login.acme.example}
applications: {shop: {name: Shop, client_metadata: {a: "${tenant.domain}", b: "${tenant.issuer}"}}}
client_grants: {one: {client_id: shop, audience: "${tenant.api_identifier}", scope: []}}
"""
    resources = loaded(text).state.resources
    assert resources[SHOP].fields["client_metadata"] == {"a": "acme.eu.auth0.com", "b": "https://login.acme.example/"}
    assert resources[Address("client_grants", "one")].fields["audience"] == "management-api"


def test_identifiers_of_declared_apis_become_handles(loaded: Loader) -> None:
    text = """
applications: {shop: {name: Shop, refresh_token: {policies: [{audience: "https://o.example", scope: [read]}]}}}
apis: {orders: {identifier: "https://o.example", scopes: [{value: read}]}}
roles: {buyer: {name: buyer, permissions: {"https://o.example": [read]}}}
"""
    resources = loaded(text).state.resources
    assert resources[SHOP].fields["refresh_token"]["policies"][0]["audience"] == "orders"
    assert resources[Address("roles", "buyer")].fields["permissions"] == {"orders": ["read"]}


def test_secrets_are_neither_looked_up_nor_shown(loaded: Loader) -> None:
    text = """
apis: {orders: {identifier: "https://o.example", signing_alg: HS256, signing_secret: "${secret.NOWHERE}"}}
connections: {db: {name: db, strategy: auth0, options: {configuration: {URL: "pg://u:${secret.PASSWORD}@h"}}}}
"""
    file = loaded(text, environ={"PASSWORD": "hunter2-canary"})
    assert file.secrets == ("NOWHERE", "PASSWORD")
    missing = file.state.resources[Address("apis", "orders")].fields["signing_secret"]
    assert isinstance(missing, Secret)
    assert not missing.is_available
    inside = file.state.resources[Address("connections", "db")].fields["options"]["configuration"]["URL"]
    assert inside.reveal() == "pg://u:hunter2-canary@h"
    assert "hunter2" not in repr(file)


def test_a_secret_is_found_in_the_environment_then_the_folder_then_the_file(loaded: Loader, tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "B").write_text("from folder\n", encoding="utf-8")
    (tmp_path / "secrets" / "A").write_text("not this", encoding="utf-8")
    dotenv = tmp_path / ".env"
    dotenv.write_text("# comment\nexport C=\"from\\nfile\"\nB=not this\nD='x' # no\nE=plain # yes\n", encoding="utf-8")
    secrets = ", ".join(f"{name}: '${{secret.{name}}}'" for name in "ABCE")
    text = f"actions: {{a: {{name: A, supported_triggers: [{{id: post-login}}], secrets: {{{secrets}}}}}}}"
    environ = {"A": "from environment", "TENANTRY_SECRETS_DIR": str(tmp_path / "secrets")}
    file = loaded(text, environ=environ, secrets_file=dotenv)
    values = file.state.resources[Address("actions", "a")].fields["secrets"]
    assert [values[name].reveal() for name in "ABCE"] == ["from environment", "from folder", "from\nfile", "plain"]


DOTENV = """\
KEY="-----BEGIN KEY-----
line = of it
# of it too
-----END KEY-----" # the tool's
QUOTED='it''s "so"'
SAID="he said \\"no\\" # twice"
AFTER='here' # and a comment
"""


def test_a_secret_may_have_several_lines(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text(DOTENV, encoding="utf-8", newline="\r\n")
    secrets = Secrets({}, file)
    assert secrets.value("KEY") == "-----BEGIN KEY-----\nline = of it\n# of it too\n-----END KEY-----"
    assert secrets.value("SAID") == 'he said "no" # twice'
    assert secrets.value("AFTER") == "here"
    assert secrets.value("line") is None


def test_quotes_that_are_not_closed_are_told_without_what_follows(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text('A=1\nKEY="canary\nB=canary\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="the quotes around KEY are not closed") as caught:
        Secrets({}, file).value("A")
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize("wrong", ["B: canary", "canary", "export B", "= canary", "{B: canary==}", "B canary = 1"])
def test_a_line_of_secrets_that_gives_none_is_told_without_its_text(tmp_path: Path, wrong: str) -> None:
    file = tmp_path / ".env"
    file.write_text(f'# a comment\n\n  # another\nA="1\n2"\n{wrong}\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"\.env cannot be read: line 6 is no `NAME=value`") as caught:
        Secrets({}, file).value("A")
    assert "canary" not in str(caught.value)


def test_names_that_no_secret_can_have_and_a_byte_order_mark_are_let_pass(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("\ufeffA=1\nother.tool-name=2\n \t\nexport B = 3", encoding="utf-8")
    secrets = Secrets({}, file)
    assert [secrets.value(name) for name in "AB"] == ["1", "3"]


def test_an_empty_secret_is_a_missing_one(loaded: Loader) -> None:
    file = loaded(
        "actions: {a: {name: A, supported_triggers: [{id: post-login}], secrets: {K: '${secret.K}'}}}", environ={"K": ""}
    )
    assert not file.state.resources[Address("actions", "a")].fields["secrets"]["K"].is_available


def test_a_marked_text_in_plain_is_a_secret_and_warned_of(loaded: Loader) -> None:
    text = "apis: {orders: {identifier: 'https://o.example', signing_secret: canary-canary-canary}}"
    file = loaded(text)
    secret = file.state.resources[Address("apis", "orders")].fields["signing_secret"]
    assert isinstance(secret, Secret)
    [warned] = file.warnings
    assert warned.code == "plain_secret"
    assert "canary" not in warned.sentence + repr(file)


def test_a_wrong_secret_is_not_shown_in_its_mistake(complaints: Complaints) -> None:
    [told] = complaints("apis: {orders: {identifier: 'https://o.example', signing_secret: canary}}")
    assert "canary" not in told
    assert "`signing_secret` needs at least 16 characters" in told


def test_databases_are_connections_of_strategy_auth0(loaded: Loader) -> None:
    file = loaded("databases: {people: {name: people}}")
    assert file.state.resources[Address("connections", "people")].fields == {"strategy": "auth0", "name": "people"}


def test_a_trigger_is_a_plain_list_of_actions(loaded: Loader) -> None:
    text = "actions: {a: {name: A, supported_triggers: [{id: post-login}]}}\ntriggers: {post-login: [a]}"
    file = loaded(text)
    assert file.state.resources[Address("triggers", "post-login")].fields == {"actions": ["a"]}


def test_lifecycle_is_read(loaded: Loader) -> None:
    text = """
applications:
  shop:
    lifecycle: {id: abc, renamed_from: Store, ignore_changes: [description], managed: false}
"""
    lifecycle = loaded(text).state.resources[SHOP].lifecycle
    assert (lifecycle.id, lifecycle.renamed_from, lifecycle.ignore_changes) == ("abc", "Store", ("description",))
    assert not lifecycle.managed


def test_what_is_absent_cannot_be_referred_to(complaints: Complaints) -> None:
    text = """
applications: {gone: {name: Gone, lifecycle: {absent: true}}}
connections: {people: {name: people, strategy: auth0, enabled_clients: [gone]}}
"""
    [told] = complaints(text)
    assert told.endswith("`enabled_clients[0]` refers to applications.gone, which is declared absent")


def test_unchecked_fields_are_kept_and_named(loaded: Loader) -> None:
    resource = loaded("applications: {shop: {name: Shop, unchecked: {brand_new: {a: 1}}}}").state.resources[SHOP]
    assert resource.fields["brand_new"] == {"a": 1}
    assert resource.unchecked == {"brand_new"}
    assert resource.place(("brand_new", "a")) is not None


def test_outputs_keep_their_marks_under_the_sections_own_name(loaded: Loader) -> None:
    file = loaded("applications: {shop: {name: Shop}}\noutputs: {ID: '${clients.shop.client_id}'}")
    assert file.outputs == {"ID": "${applications.shop.client_id}"}
    assert str(file.output_places["ID"]) == "tenant.yaml:4:15"


def test_an_output_tells_what_its_section_has(complaints: Complaints) -> None:
    [told] = complaints("applications: {shop: {name: Shop}}\noutputs: {A: '${applications.shop.identifier}', B: '', C: x}")
    known = "`id`, `client_id`, `client_secret`, `name`"
    assert told == f"tenant.yaml:4:14: an output cannot tell `identifier` of applications; it can tell {known}"


def test_every_value_knows_where_it_was_written(loaded: Loader) -> None:
    resource = loaded("applications:\n  shop:\n    name: Shop\n    callbacks:\n      - https://a.example\n")
    place = resource.state.resources[SHOP].place
    assert str(place()) == "tenant.yaml:4:3"
    assert str(place(("name",))) == "tenant.yaml:5:11"
    assert str(place(("callbacks", 0))) == "tenant.yaml:7:9"
    assert str(place(("callbacks", 9))) == "tenant.yaml:6:5"


def test_a_folder_stands_for_its_tenant_files(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(f"tenant: {{emulator: {name}}}\n", encoding="utf-8")
    (tmp_path / "fragment.yaml").write_text("apis: {}\n", encoding="utf-8")
    assert [file.tenant.name for file in load([tmp_path], environ={})] == ["a", "b"]


def test_warnings_say_what_the_server_would_accept(loaded: Loader) -> None:
    text = """
applications:
  shop: {name: Shop, app_type: spa, token_endpoint_auth_method: client_secret_post, grant_types: [authorization_code],
    client_secret: "${secret.S}"}
apis: {orders: {identifier: "https://o.example", allow_offline_access: true}}
smoke:
  users: {u: {email: a@b.example, password: "${secret.P}"}}
  flows: {f: {flow: authorization_code, application: shop, api: orders, user: u, scope: [offline_access]}}
"""
    sentences = [warned.sentence for warned in loaded(text).warnings]
    assert sentences == [
        "a single-page application cannot keep a secret; use `none`",
        "a single-page application cannot keep a secret; leave it out",
        "flow f: applications.shop asks for `offline_access` without the `refresh_token` grant",
    ]
