"""Which passwords a database refuses: the five levels of the older policy with their options, and the flexible policy.

Source: Auth0 docs, "Configure password policies" and "Flexible password policy"; auth0/password-sheriff (levels, characters,
what a rule is called); go-auth0 (the refusal of a sign-up); auth0/lock and clients of the Management API (the other names and
their sentences). Assumed: the order of the checks, and of the thousands of common passwords only a few are known here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from tenantry.emulator import passwords

if TYPE_CHECKING:
    from collections.abc import Iterator

Document = dict[str, Any]

SHORTEST = {"none": 1, "low": 6, "fair": 8, "good": 8, "excellent": 10}
MOST_BYTES = 72
MOST_REMEMBERED = 24
REPEATED = 2
COMMON = frozenset(
    ("123456", "12345678", "123456789", "111111", "123123", "abc123", "qwerty", "qwerty123", "1q2w3e4r", "letmein", "welcome",
     "password", "password1", "password123", "passw0rd", "iloveyou", "admin", "monkey", "dragon", "football", "baseball",
     "sunshine", "princess", "superman", "master", "trustno1")
)  # fmt: skip
PERSONAL = ("name", "username", "nickname", "email", "user_metadata.name", "user_metadata.first", "user_metadata.last")

_KINDS: dict[str, tuple[str, str, str]] = {  # what the flexible policy calls it → pattern, code, message
    "lowercase": ("[a-z]", "lowerCase", "lower case letters (a-z)"),
    "uppercase": ("[A-Z]", "upperCase", "upper case letters (A-Z)"),
    "number": ("[0-9]", "numbers", "numbers (i.e. 0-9)"),
    "special": (r"[ -/:-@\[-`{-~]", "specialCharacters", "special characters (e.g. !@#$%^&*)"),
}


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a password is refused: the name of the error and its sentence; ``rules`` are those of strength, met or not."""

    name: str
    message: str
    rules: tuple[Document, ...] = ()

    def policy(self) -> str:
        """Return the rules as a list for people, as a sign-up is told them."""
        return "\n".join(line for rule in self.rules for line in _lines(rule))


def refusal(options: Document, user: Document, password: str) -> Refused | None:
    """Return why the database refuses the password of this user, None where it takes it."""
    rules = tuple(_strength(options, password))
    if not all(rule["verified"] for rule in rules):
        return Refused("PasswordStrengthError", "Password is too weak", rules)
    if password.lower() in _words(options):
        return Refused("PasswordDictionaryError", "Password is too common")
    if any(part in password.lower() for part in _personal(options, user)):
        return Refused("PasswordNoUserInfoError", "Password contains user information")
    if any(passwords.matches(password, kept) for kept in _former(user)[: remembered(options)]):
        return Refused("PasswordHistoryError", "Password has previously been used")
    return None


def remembered(options: Document) -> int:
    """Return how many of a user's passwords may not come back."""
    flexible, older = _flexible(options, "history"), options.get("password_history") or {}
    if flexible.get("active") or older.get("enable"):
        return int(flexible.get("size") or older.get("size") or 5)
    return 0


def kept(user: Document, password: str) -> Document:
    """Return what the user's document holds of a new password, and of those before it."""
    return {"_password_hash": passwords.hashed(password), "_password_history": _former(user)[:MOST_REMEMBERED]}


def _former(user: Document) -> list[str]:
    """Return the digests of the passwords that the user had, the newest first."""
    now = user.get("_password_hash")
    return [*([now] if now else []), *user.get("_password_history", ())]


def _flexible(options: Document, part: str) -> Document:
    found = (options.get("password_options") or {}).get(part)
    return found if isinstance(found, dict) else {}


def _strength(options: Document, password: str) -> Iterator[Document]:
    """Yield the rules of strength, each with whether the password meets it."""
    if isinstance(options.get("password_options"), dict):
        yield from _flexible_strength(_flexible(options, "complexity"), password)
        return
    level = str(options.get("passwordPolicy") or "none")
    least = (options.get("password_complexity_options") or {}).get("min_length") or SHORTEST.get(level, 1)
    yield _rule("lengthAtLeast", "At least %d characters in length", [least], verified=len(password) >= least)
    if level == "fair":
        yield _all_of(("lowercase", "uppercase", "number"), password)
    if level in {"good", "excellent"}:
        yield _three_of_four(password)
    if level == "excellent":
        yield _no_repetition(password)


def _flexible_strength(complexity: Document, password: str) -> Iterator[Document]:
    least = complexity.get("min_length") or 1
    yield _rule("lengthAtLeast", "At least %d characters in length", [least], verified=len(password) >= least)
    if complexity.get("character_type_rule") == "three_of_four":
        yield _three_of_four(password)
    elif kinds := complexity.get("character_types"):
        yield _all_of(tuple(kinds), password)
    if complexity.get("identical_characters") == "block":
        yield _no_repetition(password)
    if complexity.get("sequential_characters") == "block":
        message = 'No more than %d sequential alphanumeric characters (e.g., "%s" not allowed)'
        yield _rule("sequentialChars", message, [REPEATED, "abc"], verified=not _has_sequence(password))
    if complexity.get("max_length_exceeded") == "error":
        fits = len(password.encode()) <= MOST_BYTES
        yield _rule("maxLength", "Maximum password length exceeded", [MOST_BYTES], verified=fits)


def _rule(code: str, message: str, form: list[Any], *, verified: bool) -> Document:
    return {"message": message, "format": form, "code": code, "verified": verified}


def _items(kinds: tuple[str, ...], password: str) -> list[Document]:
    found = [(_KINDS[kind], re.search(_KINDS[kind][0], password)) for kind in kinds]
    return [{"message": message, "code": code, "verified": bool(there)} for (_, code, message), there in found]


def _all_of(kinds: tuple[str, ...], password: str) -> Document:
    items = _items(kinds, password)
    return {
        "message": "Should contain:",
        "code": "shouldContain",
        "items": items,
        "verified": all(item["verified"] for item in items),
    }


def _three_of_four(password: str) -> Document:
    items = _items(tuple(_KINDS), password)
    message, enough = "Contain at least %d of the following %d types of characters:", len(_KINDS) - 1
    is_met = sum(item["verified"] for item in items) >= enough
    return {**_rule("containsAtLeast", message, [enough, len(_KINDS)], verified=is_met), "items": items}


def _no_repetition(password: str) -> Document:
    message = 'No more than %d identical characters in a row (e.g., "%s" not allowed)'
    return _rule("identicalChars", message, [REPEATED, "aaa"], verified=not re.search(r"(.)\1\1", password, re.DOTALL))


def _has_sequence(password: str) -> bool:
    """Return whether three letters or digits follow one another upwards or downwards."""
    steps = [_step(one, other) for one, other in pairwise(password)]
    return any(step and step == following for step, following in pairwise(steps))


def _step(one: str, other: str) -> int:
    is_plain = one.isascii() and other.isascii() and one.isalnum() and other.isalnum()
    step = ord(other) - ord(one)
    return step if is_plain and abs(step) == 1 else 0


def _words(options: Document) -> frozenset[str]:
    """Return the passwords that are too common, in lower case."""
    flexible, older = _flexible(options, "dictionary"), options.get("password_dictionary") or {}
    if flexible.get("active"):
        return COMMON | {word.lower() for word in flexible.get("custom") or ()}
    return COMMON | {word.lower() for word in older.get("dictionary") or ()} if older.get("enable") else frozenset()


def _personal(options: Document, user: Document) -> Iterator[str]:
    """Yield what the password may not contain of the user's profile, in lower case."""
    flexible = _flexible(options, "profile_data")
    older = (options.get("password_no_personal_info") or {}).get("enable")
    fields = flexible.get("blocked_fields") or () if flexible.get("active") else PERSONAL if older else ()
    for field in fields:
        value: Any = user
        for step in field.split("."):
            value = value.get(step) if isinstance(value, dict) else None
        if isinstance(value, str) and value:
            yield (value.partition("@")[0] if field == "email" else value).lower()


def _lines(rule: Document) -> Iterator[str]:
    """Yield a rule as a sign-up is told it: the sentence, then what it counts."""
    yield f"* {rule['message'] % tuple(rule.get('format', ()))}"
    yield from (f" * {item['message']}" for item in rule.get("items", ()))
