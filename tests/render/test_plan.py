from __future__ import annotations

import io
import json
import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenantry.model.address import Address
from tenantry.model.note import Note
from tenantry.model.state import Purpose
from tenantry.plan.types import Action, Attention, Change, Effect, FieldChange, Plan
from tenantry.render.changes import dangerous_first
from tenantry.render.clean import clean, fenced, markdown, shown
from tenantry.render.comment import LIMIT
from tenantry.render.documents import envelope, plan_body, to_json
from tenantry.render.plan_markdown import plan_markdown
from tenantry.render.plan_text import plan_text
from tenantry.render.terminal import write
from tests.render.plans import CLAIMS, CREATE, DELETE, EMPTY, ORDERS, PROGRAM, REPLACE, SHOP, UPDATE, a_plan


def text_of(plan: Plan) -> str:
    return plan_text(plan, commit="3f2a1c9", next_step="tenantry apply tenants/dev.yaml").plain


def test_the_first_two_lines_say_whose_plan_it_is_and_how_much_it_changes() -> None:
    first, second, *_ = text_of(a_plan()).splitlines()
    assert first == "acme-dev.eu.auth0.com  ·  as deployer  ·  commit 3f2a1c9"
    assert second == "+ 1 create  ~ 2 update  -/+ 1 replace  - 1 delete  = 41 unchanged  ? 7 undeclared"


def test_attention_and_refusals_come_before_the_changes() -> None:
    text = text_of(a_plan())
    assert text.index("Attention") < text.index("Refused") < text.index("- delete applications.legacy")
    assert "! applications.storefront: a new callback may receive codes" in text
    assert "x apis.orders: apis.orders would be replaced  allow it with --allow-replace" in text


@pytest.mark.parametrize(
    ("purpose", "sentence"),
    [
        (Purpose.DECLARED, "No change: the tenant holds what is declared."),
        (Purpose.DESTROY, "No change: nothing is left to delete."),
        (Purpose.REVERT, "No change: nothing is left to take back."),
    ],
)
def test_a_plan_that_changes_nothing_says_so_in_the_words_of_its_purpose(purpose: Purpose, sentence: str) -> None:
    plan = replace(EMPTY, purpose=purpose)
    assert sentence in text_of(plan)
    assert sentence in plan_markdown(plan)


def test_what_is_the_same_in_many_places_is_told_once() -> None:
    several = tuple(Attention(Address("applications", f"a{number}"), "grant-added", "a further way") for number in range(200))
    plan = Plan("p", "t", "", attention=(Attention(ORDERS, "replace", "it goes"), *several))
    where = "applications.a0, applications.a1, applications.a2 and 197 more"
    assert f"Attention\n  ! apis.orders: it goes\n  ! {where}: a further way\n" in text_of(plan)
    assert f"- **{where}**: a further way\n" in plan_markdown(plan)
    assert len(plan_body(plan)["attention"]) == 201


def test_dangerous_changes_come_first() -> None:
    assert dangerous_first(a_plan()) == [DELETE, REPLACE, UPDATE, PROGRAM, CREATE]


def test_a_line_per_field_says_live_then_desired() -> None:
    assert '    name: "Shop" → "Storefront"\n' in text_of(a_plan())


def test_list_items_stand_below_their_path_with_a_sign() -> None:
    lines = text_of(a_plan()).splitlines()
    at = lines.index("    callbacks")
    assert lines[at + 1 : at + 3] == ['      - "https://old.example/cb"', '      + "https://new.example/cb"']


def test_an_item_that_goes_by_its_id_is_called_by_its_name() -> None:
    gone = FieldChange("enabled_clients", "dXV4", None, Effect.REMOVED, called="Legacy CRM")
    text = text_of(Plan("p", "t", "", changes=(Change(SHOP, Action.UPDATE, "x", "name", "", (gone,)),)))
    assert '      - "dXV4"  "Legacy CRM"\n' in text


def test_a_secret_is_only_said_to_have_changed() -> None:
    assert "    client_secret: (secret, changed)\n" in text_of(a_plan())


def test_a_replacement_names_the_field_that_forces_it() -> None:
    assert '"https://a.example" → "https://b.example"  forces the replacement' in text_of(a_plan())


def test_a_program_is_shown_as_a_short_diff() -> None:
    text = text_of(a_plan())
    assert "      -b\n      +B\n" in text
    long = Change(
        SHOP,
        Action.UPDATE,
        "x",
        "name",
        "",
        (FieldChange("code", "\n".join("ab" * 40), "\n".join("cd" * 40), is_program=True),),
    )
    assert "more lines" in text_of(Plan("p", "t", "", changes=(long,)))


def test_what_goes_along_with_a_delete_is_said() -> None:
    assert "- with it: client_grants.old" in text_of(a_plan())


def test_the_end_is_the_cost_and_the_next_command() -> None:
    assert text_of(a_plan()).endswith(
        "Apply will need the 1 secret API_KEY.\n14 requests made, 2 to apply.\n"
        "Next, if what is refused is meant: tenantry apply tenants/dev.yaml\n"
    )
    allowed = replace(a_plan(), guards=())
    assert text_of(allowed).endswith("\nNext: tenantry apply tenants/dev.yaml\n")


def test_an_empty_plan_says_so() -> None:
    assert text_of(EMPTY).endswith("No change: the tenant holds what is declared. 4 requests made, 0 to apply.\n")


def test_an_empty_plan_claims_no_more_than_was_compared() -> None:
    uncompared = replace(EMPTY, notes=(Note("secret X is not set, so it is not compared", code="unverifiable"),))
    assert "No change: the tenant holds what is declared, as far as it can be compared. " in text_of(uncompared)


def test_without_colour_the_same_words_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    out = io.StringIO()
    write(plan_text(a_plan()), out)
    assert out.getvalue() == plan_text(a_plan()).plain
    assert "\x1b" not in out.getvalue()


def test_control_characters_and_markup_of_a_value_are_shown_and_not_obeyed() -> None:
    text = text_of(a_plan())
    assert "\\u001b[31m" in text
    assert "[red]things[/red]" in text


@given(st.text())
def test_no_text_survives_that_a_terminal_could_obey(text: str) -> None:
    assert not {unicodedata.category(character) for character in clean(text)} & {"Cc", "Cf", "Zl", "Zp"}


@given(st.text())
def test_no_markdown_of_a_value_survives(text: str) -> None:
    assert not re.search(r"[<>`|*_\[\]@]", markdown(text))


@given(st.text(alphabet="`a\n"))
def test_no_value_can_close_its_fence(text: str) -> None:
    block = fenced(text)
    fence = block.splitlines()[0]
    assert fence not in text
    assert block.endswith(f"\n{fence}")


def test_long_values_are_cut_and_their_length_is_said() -> None:
    assert shown("x" * 500).endswith("… (502 characters)")


def test_markdown_has_a_marker_the_counts_and_folded_changes() -> None:
    page = plan_markdown(a_plan(), next_step="tenantry apply x.yaml")
    assert page.startswith("<!-- tenantry:plan:acme-dev.eu.auth0.com -->\n")
    assert "`+ 1 create  ~ 2 update" in page
    assert page.count("<details>") == page.count("</details>") == 5
    assert '\n-       "https://old.example/cb"\n+       "https://new.example/cb"\n' in page


def test_markdown_names_the_secrets_that_an_apply_will_need() -> None:
    assert "\nApply will need the 1 secret API&#95;KEY.\n\n14 requests made, 2 to apply." in plan_markdown(a_plan())


def test_markdown_fits_a_comment() -> None:
    fields = tuple(FieldChange(f"field{number}", "a" * 100, "b" * 100) for number in range(50))
    changes = tuple(Change(SHOP, Action.UPDATE, "x", "name", "", fields) for _ in range(50))
    page = plan_markdown(Plan("p", "t", "", changes=changes))
    assert len(page) < LIMIT + 1000
    assert "more changes" in page


def test_markdown_fits_a_comment_whatever_deserves_attention() -> None:
    told = tuple(Attention(SHOP, "delete", f"application number {number} is deleted") for number in range(3000))
    notes = tuple(Note(f"value {number} cannot be verified", CLAIMS) for number in range(3000))
    page = plan_markdown(Plan("p", "t", "", changes=(DELETE,), attention=told, notes=notes))
    assert len(page) < LIMIT
    assert re.search(r"number 0 is deleted\n(.*\n)+\n… and \d+ more sentences, too long to show here.\n", page)


def test_json_says_the_same_with_calls_and_without_values_in_them() -> None:
    document = json.loads(
        to_json([envelope(tool_version="1", tenant="acme", exit_code=2, guards=a_plan().guards, body=plan_body(a_plan()))])
    )
    assert document["ok"] is True
    assert document["summary"] == {
        "create": 1,
        "update": 2,
        "replace": 1,
        "delete": 1,
        "unchanged": 41,
        "undeclared": 7,
    }
    shop = next(change for change in document["changes"] if change["address"] == "applications.storefront")
    assert shop["calls"] == [{"method": "PATCH", "path": "/clients/{applications.storefront}", "fields": ["name"]}]
    assert shop["fields"][0] == {"path": "name", "live": "Shop", "desired": "Storefront", "effect": "set", "called": None}
    assert (shop["file"], shop["line"], shop["column"]) == ("dev.yaml", 12, 3)
    assert document["requests"] == {"made": 14, "to_apply": 2}


def test_several_tenants_make_one_document() -> None:
    one = envelope(tool_version="1", tenant="a", exit_code=0)
    assert json.loads(to_json([one, one])) == {"tenants": [one, one]}
