"""Texts with a form of their own: URLs with placeholders, names, colours.

Source: formats named in Auth0's published Management API description; wildcards and ``{organization_name}`` as in Auth0
docs, "Subdomain URL placeholders" and "Application URIs". Checks are no stricter than the server where it is unknown.
"""

import re
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from tenantry.model.marks import Unordered
from tenantry.model.values import Exclude, Include, T

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?=.)")
_SPACE = re.compile(r"\s")
_PROGRAM_SCHEMES = frozenset({"javascript", "data", "vbscript"})
_COLOUR = re.compile(r"#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
_ORGANIZATION = re.compile(r"[a-z0-9][a-z0-9_-]*")
_CONNECTION = re.compile(r"[a-zA-Z0-9](-[a-zA-Z0-9]|[a-zA-Z0-9])*")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


@dataclass(frozen=True)
class Matches:
    """The pattern that a JSON Schema can check in place of a format."""

    pattern: str


def _url(text: str) -> str:
    """Return the text if it has a scheme (any, custom ones too), no space, and wildcards in the first host label only."""
    if _SPACE.search(text):
        raise ValueError(f"`{text}` is no URL: it holds a space")
    scheme = _SCHEME.match(text)
    if not scheme:
        raise ValueError(f"`{text}` is no URL: it needs a scheme, as in `https://{text.lstrip('/')}`")
    if scheme.group()[:-1].lower() in _PROGRAM_SCHEMES:
        raise ValueError(f"`{text}` would run as a program; give an address")
    if "*" in _host(text).partition(".")[2]:
        raise ValueError(f"`{text}` has a wildcard that is not in the first part of the host, as in `https://*.example.com`")
    return text


def _host(text: str) -> str:
    """Return the host part of a URL, placeholders included, or nothing."""
    try:
        return urlsplit(text).netloc.rpartition("@")[2]
    except ValueError as wrong:
        raise ValueError(f"`{text}` is no URL: {wrong}") from wrong


def _https(text: str) -> str:
    """Return the text if it is an https URL."""
    if not text.startswith("https://"):
        raise ValueError(f"`{text}` must begin with `https://`")
    return _url(text)


def _or_empty(text: str) -> str:
    """Return a URL or the empty text."""
    return _url(text) if text else text


def _https_or_empty(text: str) -> str:
    """Return an https URL or the empty text."""
    return _https(text) if text else text


def _colour(text: str) -> str:
    """Return the text if it is a colour."""
    if not _COLOUR.fullmatch(text):
        raise ValueError(f"`{text}` is no colour: write it as `#1a2b3c`")
    return text


def _organization(text: str) -> str:
    """Return the text if it may name an organization."""
    if not _ORGANIZATION.fullmatch(text):
        raise ValueError(f"`{text}` may not name an organization: use lower case letters, digits, `-` and `_`")
    return text


def _connection(text: str) -> str:
    """Return the text if it may name a connection."""
    if not _CONNECTION.fullmatch(text):
        raise ValueError(f"`{text}` may not name a connection: use letters, digits and single hyphens between them")
    return text


def _email_or_empty(text: str) -> str:
    """Return an e-mail address or the empty text."""
    if text and not _EMAIL.fullmatch(text):
        raise ValueError(f"`{text}` is no e-mail address")
    return text


_ANY_URL = r"[A-Za-z][A-Za-z0-9+.-]*:\S+"

Url = Annotated[str, AfterValidator(_url), Matches(rf"^{_ANY_URL}$")]
"""A URL of any scheme, with ``*`` in the first part of the host and ``{organization_name}`` allowed."""

UrlOrEmpty = Annotated[str, AfterValidator(_or_empty), Matches(rf"^({_ANY_URL})?$")]
HttpsUrl = Annotated[str, AfterValidator(_https), Matches(r"^https://\S+$")]
HttpsUrlOrEmpty = Annotated[str, AfterValidator(_https_or_empty), Matches(r"^(https://\S+)?$")]
Colour = Annotated[str, AfterValidator(_colour), Matches(rf"^({_COLOUR.pattern})$")]
OrganizationName = Annotated[
    str, Field(min_length=1, max_length=50), AfterValidator(_organization), Matches(rf"^{_ORGANIZATION.pattern}$")
]
ConnectionName = Annotated[str, Field(max_length=128), AfterValidator(_connection), Matches(rf"^{_CONNECTION.pattern}$")]
EmailOrEmpty = Annotated[str, AfterValidator(_email_or_empty), Matches(rf"^({_EMAIL.pattern})?$")]
Text = Annotated[str, Field(min_length=1)]
ScopeName = Annotated[str, Field(min_length=1, max_length=280)]
NoAngles = Annotated[str, Field(pattern=r"^[^<>]+$")]

SomeOf = Annotated[Annotated[list[T], Field(min_length=1)] | Include[list[T]] | Exclude, Unordered()]
"""A list whose order means nothing, and which may not be empty."""

MetadataText = Annotated[str, Field(max_length=255)]

TextByText = dict[MetadataText, MetadataText]

Metadata = Annotated[TextByText, Field(max_length=10)] | Include[TextByText] | Exclude
"""Texts of one's own by names of one's own, at most ten."""
