"""What must hold between the members of a connection.

Source: Auth0's published Management API description (/connections); refusals in recorded traffic of terraform-provider-auth0.
That the fewest characters may not be more than the most: assumed.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tenantry.model.kind import Breach


def methods_agree(fields: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield a breach where sign-up blocks passwords that the API requires."""
    password = _object(_object(_object(fields, "options"), "authentication_methods"), "password")
    if password.get("signup_behavior") == "block" and password.get("api_behavior") == "required":
        yield Breach(
            ("options", "authentication_methods", "password", "api_behavior"),
            "`signup_behavior: block` needs `api_behavior: optional`",
        )


def attributes_identify(fields: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield a breach where no attribute identifies users, or one does that two users may share."""
    attributes = _object(_object(fields, "options"), "attributes")
    states = [_object(_object(attributes, name), "identifier").get("active") for name in attributes]
    if states and all(state is False for state in states):
        yield Breach(("options", "attributes"), "at least one attribute must identify users: set `identifier.active: true`")
    email = _object(attributes, "email")
    if email.get("unique") is False and _object(email, "identifier").get("active"):
        yield Breach(("options", "attributes", "email", "unique"), "an e-mail address that identifies users must be unique")


def lengths_agree(fields: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield a breach where the shortest username is longer than the longest."""
    options = _object(fields, "options")
    username = _object(_object(options, "validation"), "username")
    length = _object(_object(_object(options, "attributes"), "username"), "validation")
    for path, low, high in (
        (("options", "validation", "username", "min"), username.get("min"), username.get("max")),
        (("options", "attributes", "username", "validation", "min_length"), length.get("min_length"), length.get("max_length")),
    ):
        if isinstance(low, int) and isinstance(high, int) and low > high:
            yield Breach(path, f"the fewest characters, {low}, are more than the most, {high}")


def _object(fields: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return an object member, or an empty one."""
    value = fields.get(name)
    return value if isinstance(value, Mapping) else {}


RULES = (methods_agree, attributes_identify, lengths_agree)
