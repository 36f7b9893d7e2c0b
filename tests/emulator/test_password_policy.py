"""Passwords are refused as the database's policy says: by strength, as common, as telling of the user, as used before."""

from __future__ import annotations

from typing import Any

import pytest

from tenantry.emulator import password_policy

ADA = {
    "email": "ada.byron@example.com",
    "name": "Ada Byron",
    "nickname": "countess",
    "user_metadata": {"first": "Augusta", "pet": "Puff"},
}


def flexible(**complexity: Any) -> dict[str, Any]:
    return {"password_options": {"complexity": complexity}}


STRENGTH: list[tuple[dict[str, Any], str, bool]] = [
    ({}, "x", True),
    ({"passwordPolicy": "none"}, "x", True),
    ({"passwordPolicy": "none", "password_complexity_options": {"min_length": 3}}, "xy", False),
    ({"passwordPolicy": "low"}, "abcde", False),
    ({"passwordPolicy": "low"}, "abcdef", True),
    ({"passwordPolicy": "fair"}, "abcDEFGH", False),
    ({"passwordPolicy": "fair"}, "abcDEF12", True),
    ({"passwordPolicy": "fair"}, "abDEF12", False),
    ({"passwordPolicy": "good"}, "abcd1234", False),
    ({"passwordPolicy": "good"}, "abcd123!", True),
    ({"passwordPolicy": "good"}, "ABCD123 ", True),
    ({"passwordPolicy": "good"}, "abcd123ß", False),
    ({"passwordPolicy": "good", "password_complexity_options": {"min_length": 12}}, "abcd123!", False),
    ({"passwordPolicy": "excellent"}, "abcd1234!", False),
    ({"passwordPolicy": "excellent"}, "abcd12345!", True),
    ({"passwordPolicy": "excellent"}, "abcd111345!", False),
    (flexible(min_length=4), "abc", False),
    (flexible(min_length=4), "abcd", True),
    (flexible(character_types=["uppercase", "special"]), "A1", False),
    (flexible(character_types=["uppercase", "special"]), "A-", True),
    (flexible(character_type_rule="three_of_four"), "aB-", True),
    (flexible(character_type_rule="three_of_four"), "ab-", False),
    (flexible(identical_characters="block"), "xaaay", False),
    (flexible(identical_characters="allow"), "xaaay", True),
    (flexible(sequential_characters="block"), "xabcx", False),
    (flexible(sequential_characters="block"), "x321x", False),
    (flexible(sequential_characters="block"), "ab-cba", False),
    (flexible(sequential_characters="block"), "ab-ba", True),
    (flexible(sequential_characters="block"), "aba", True),
    (flexible(max_length_exceeded="error"), "x" * 73, False),
    (flexible(max_length_exceeded="error"), "é" * 37, False),
    (flexible(max_length_exceeded="error"), "x" * 72, True),
    (flexible(max_length_exceeded="truncate"), "x" * 73, True),
]


@pytest.mark.parametrize(("options", "password", "is_taken"), STRENGTH)
def test_a_password_is_as_strong_as_the_policy_asks(options: dict[str, Any], password: str, *, is_taken: bool) -> None:
    refused = password_policy.refusal(options, {}, password)
    assert (refused is None) == is_taken
    assert refused is None or (refused.name, refused.message) == ("PasswordStrengthError", "Password is too weak")


PET = {"active": True, "blocked_fields": ["user_metadata.pet"]}
OTHERS: list[tuple[dict[str, Any], str, str | None]] = [
    ({"password_dictionary": {"enable": True}}, "PassWord", "PasswordDictionaryError"),
    ({"password_dictionary": {"enable": False, "dictionary": ["acme"]}}, "acme", None),
    ({"password_dictionary": {"enable": True, "dictionary": ["Acme"]}}, "aCMe", "PasswordDictionaryError"),
    ({"password_dictionary": {"enable": True, "dictionary": ["Acme"]}}, "acme-2", None),
    ({"password_options": {"dictionary": {"active": True, "custom": ["acme"]}}}, "ACME", "PasswordDictionaryError"),
    ({"password_no_personal_info": {"enable": True}}, "my-ADA.byron-1", "PasswordNoUserInfoError"),
    ({"password_no_personal_info": {"enable": True}}, "augusta!", "PasswordNoUserInfoError"),
    ({"password_no_personal_info": {"enable": True}}, "puff", None),
    ({"password_no_personal_info": {"enable": False}}, "augusta!", None),
    ({"password_options": {"profile_data": PET}}, "xPUFFx", "PasswordNoUserInfoError"),
    ({"password_options": {"profile_data": PET}}, "augusta", None),
    ({"password_options": {"profile_data": {"active": False, "blocked_fields": ["name"]}}}, "ada byron", None),
]  # fmt: skip


@pytest.mark.parametrize(("options", "password", "name"), OTHERS)
def test_a_password_is_refused_for_what_it_is(options: dict[str, Any], password: str, name: str | None) -> None:
    refused = password_policy.refusal(options, ADA, password)
    assert (refused and refused.name) == name


@pytest.mark.parametrize("form", ["password_history", "password_options"])
def test_as_many_passwords_as_are_remembered_may_not_come_back(form: str) -> None:
    history = {"enable": True, "active": True, "size": 2}
    options = {form: history} if form == "password_history" else {form: {"history": history}}
    user: dict[str, Any] = {}
    for password in ("first", "second", "third"):
        user |= password_policy.kept(user, password)
    names = {word: password_policy.refusal(options, user, word) for word in ("first", "second", "third", "fourth")}
    assert [word for word, refused in names.items() if refused] == ["second", "third"]
    assert names["third"] is not None
    assert names["third"].name == "PasswordHistoryError"
    assert password_policy.refusal({}, user, "third") is None


def test_no_more_than_what_may_be_asked_for_is_remembered() -> None:
    user: dict[str, Any] = {}
    for number in range(26):
        user |= password_policy.kept(user, str(number))
    assert len(user["_password_history"]) == 24
