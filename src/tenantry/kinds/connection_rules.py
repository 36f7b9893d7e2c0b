"""What must hold between the members of a connection.

Source: Auth0's published Management API description (/connections); refusals in recorded traffic of terraform-provider-auth0.
That the fewest characters may not be more than the most: assumed.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tenantry.model.kind import Breach
from tenantry.model.values import value_at


def methods_agree(fields: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield a breach where sign-up blocks passwords that the API requires."""
    password = ("options", "authentication_methods", "password")
    signup, api = (value_at(fields, (*password, name)) for name in ("signup_behavior", "api_behavior"))
    if signup == "block" and api == "required":
        yield Breach((*password, "api_behavior"), "`signup_behavior: block` needs `api_behavior: optional`")


def attributes_identify(fields: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield a breach where no attribute identifies users, or one does that two users may share."""
    attributes = value_at(fields, ("options", "attributes"))
    if not isinstance(attributes, Mapping):
        return
    states = {name: value_at(attributes, (name, "identifier", "active")) for name in attributes}
    if states and all(state is False for state in states.values()):
        yield Breach(("options", "attributes"), "at least one attribute must identify users: set `identifier.active: true`")
    if states.get("email") and value_at(attributes, ("email", "unique")) is False:
        yield Breach(("options", "attributes", "email", "unique"), "an e-mail address that identifies users must be unique")


def lengths_agree(fields: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield a breach where the shortest username is longer than the longest."""
    for path, fewest, most in (
        (("options", "validation", "username"), "min", "max"),
        (("options", "attributes", "username", "validation"), "min_length", "max_length"),
    ):
        low, high = (value_at(fields, (*path, name)) for name in (fewest, most))
        if isinstance(low, int) and isinstance(high, int) and low > high:
            yield Breach((*path, fewest), f"the fewest characters, {low}, are more than the most, {high}")


RULES = (methods_agree, attributes_identify, lengths_agree)
