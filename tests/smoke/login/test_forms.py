"""What a login form asks for, and which of its buttons goes on, whatever they are called."""

from __future__ import annotations

import pytest

from tenantry.smoke.login.forms import AGREEING, Form, read_page


def only_form(inputs: str) -> Form:
    (form,) = read_page("https://id.example/login", 200, f"<form method=post>{inputs}</form>").forms
    return form


@pytest.mark.parametrize(
    ("inputs", "identifier", "password"),
    [
        ("<input name=login><input type=password name=pw>", "login", "pw"),
        ("<input name=konto><input type=password name=kennwort><input type=hidden name=csrf value=1>", "konto", "kennwort"),
        ("<input name=username><input name=nickname><input type=password name=password>", "username", "password"),
        ("<input name=first><input name=last><input type=password name=password>", None, "password"),
        ("<input type=email name=loginfmt>", "loginfmt", None),
        ("<input name=code>", None, None),
    ],
)
def test_a_login_form_is_known_by_its_password(inputs: str, identifier: str | None, password: str | None) -> None:
    form = only_form(inputs)
    assert (form.identifier_field, form.password_field) == (identifier, password)


@pytest.mark.parametrize(
    ("buttons", "pressed"),
    [
        (
            '<button name="Input.Button" value=login>Login</button><button name="Input.Button" value=cancel>',
            {"Input.Button": "login"},
        ),
        ("<input type=submit name=cancel value=No><input type=submit name=accept value=Yes>", {"accept": "Yes"}),
        ("<button name=action value=deny><button name=action value=authorize>", {"action": "authorize"}),
        ("<button>Continue</button>", {}),
    ],
)
def test_the_button_that_goes_on_is_found_by_its_words(buttons: str, pressed: dict[str, str]) -> None:
    assert only_form(buttons).button(AGREEING) == pressed
