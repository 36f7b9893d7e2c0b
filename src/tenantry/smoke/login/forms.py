"""Reads the forms and the signs of trouble on a page, as far as a browser without JavaScript would see them."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from lxml import html
from lxml.etree import ParserError

CAPTCHAS = (
    "ulp-auth0-v2-captcha",
    "ulp-captcha",
    "ulp-captcha-container",
    "ulp-arkose",
    "ulp-friendly-captcha",
    "g-recaptcha",
    "h-captcha",
    "cf-turnstile",
)
PLACE = "data-tenantry-form"
"""The attribute in which a browser says which form of the document it is."""
IDENTIFIERS = ("username", "email", "login", "user", "identifier", "userid", "user_id", "loginfmt", "j_username", "sub")
"""What login pages call the field for an e-mail address or user name; Auth0's names first."""
AGREEING = (
    *("accept", "confirm", "allow", "yes", "continue", "default"),
    *("authorize", "approve", "agree", "login", "signin", "next"),
)
"""What the button that goes on is called; Auth0's names first."""


@dataclass(frozen=True)
class Form:
    """One form: where it goes, what it already holds, what a person may fill in, and its buttons."""

    action: str
    method: str
    hidden: dict[str, str]
    inputs: dict[str, str]
    """Visible fields: name → type."""
    buttons: tuple[tuple[str, str], ...]
    """Submit buttons: name and value."""
    place: str = ""
    """Which form of the document it is, where a browser has counted them."""

    @property
    def password_field(self) -> str | None:
        """Return the field for a password, None when there is none."""
        return next((name for name, kind in self.inputs.items() if "password" in {name, kind}), None)

    @property
    def identifier_field(self) -> str | None:
        """Return the field for an e-mail address or user name: one of a known name, else the only text beside a password."""
        named = [name for name in IDENTIFIERS if name in self.inputs]
        texts = [name for name, kind in self.inputs.items() if kind in {"text", "email"} and name != self.password_field]
        alone = texts if len(texts) == 1 and self.password_field else []
        return next(iter(named or alone), None)

    @property
    def asks_for_password(self) -> bool:
        """Return whether there is a field for a password."""
        return self.password_field is not None

    @property
    def asks_for_identifier(self) -> bool:
        """Return whether there is a field for an e-mail address or user name."""
        return self.identifier_field is not None

    @property
    def is_search(self) -> bool:
        """Return whether there is a field to search with."""
        return "search" in self.inputs.values()

    def button(self, wanted: tuple[str, ...]) -> dict[str, str]:
        """Return the first button that says one of these words by its value or name, nothing when there is none."""
        for word in wanted:
            for name, offered in self.buttons:
                if name and word in {offered.lower(), name.lower()}:
                    return {name: offered}
        return {}


@dataclass(frozen=True)
class Page:
    """What a page shows a person."""

    url: str
    status: int
    forms: tuple[Form, ...] = ()
    errors: tuple[str, ...] = ()
    has_captcha: bool = False
    title: str = ""
    text: str = field(default="", repr=False)
    is_live: bool = False
    """It is what scripts have made of it, and they say what becomes of a form."""

    @property
    def path(self) -> str:
        """Return the page's path."""
        return urlsplit(self.url).path

    @property
    def asks_to_log_in(self) -> bool:
        """Return whether a person may say here who they are."""
        form = self.main_form
        return form is not None and (form.asks_for_password or form.asks_for_identifier)

    @property
    def main_form(self) -> Form | None:
        """Return the form that carries on: the one with something to fill in or hidden state; never a search box."""
        ways = [form for form in self.forms if form.method == "POST" or (self.is_live and not form.is_search)]
        filled = [form for form in ways if form.asks_for_password or form.asks_for_identifier]
        candidates = filled or [form for form in ways if "state" in form.hidden] or ways
        return candidates[0] if candidates else None


def read_page(url: str, status: int, text: str, *, is_live: bool = False) -> Page:
    """Return what is on the page; a text that is no HTML has nothing on it.

    On a live page, fields that stand in no form count as one more.
    """
    try:
        tree = html.document_fromstring(text or "<html/>")
    except (ParserError, ValueError):
        return Page(url, status)
    return Page(
        url=url,
        status=status,
        forms=(*(_form(form, url) for form in tree.iter("form")), *(_loose(tree, url) if is_live else ())),
        errors=tuple(_errors(tree)),
        has_captcha=_has_captcha(tree),
        title=(tree.findtext(".//title") or "").strip(),
        text=_text(tree),
        is_live=is_live,
    )


def _loose(tree: html.HtmlElement, url: str) -> list[Form]:
    """Return the fields outside of every form as one, if there are any."""
    rest_of_tree = deepcopy(tree)
    for form in list(rest_of_tree.iter("form")):
        form.drop_tree()
    rest = _form(rest_of_tree, url)
    return [rest] if rest.inputs else []


def _form(form: html.HtmlElement, url: str) -> Form:
    """Return what a form holds."""
    hidden: dict[str, str] = {}
    inputs: dict[str, str] = {}
    buttons: list[tuple[str, str]] = []
    for element in form.iter("input", "button", "select", "textarea"):
        kind = (element.get("type") or ("submit" if element.tag == "button" else "text")).lower()
        name, value = element.get("name") or "", element.get("value") or ""
        if kind == "hidden":
            hidden[name] = value
        elif kind in {"submit", "image"}:
            buttons.append((name, value))
        elif kind in {"checkbox", "radio"}:
            if element.get("checked") is not None:
                hidden[name] = value or "on"
        elif name and kind != "button":
            inputs[name] = kind
    action = urljoin(url, form.get("action") or url)
    method = (form.get("method") or "GET").upper()
    return Form(action, method, hidden, inputs, tuple(buttons), form.get(PLACE) or "")


def _errors(tree: html.HtmlElement) -> list[str]:
    """Return the messages that the page shows about what went wrong."""
    marked = tree.xpath(
        "//*[starts-with(@id,'error-element-') or contains(@class,'ulp-input-error-message')"
        " or contains(@class,'ulp-error-info') or contains(@class,'ulp-error-description') or @role='alert']"
    )
    elements = marked if isinstance(marked, list) else []
    texts = [_text(element) for element in elements if isinstance(element, html.HtmlElement)]
    return list(dict.fromkeys(text for text in texts if text))


def _text(element: html.HtmlElement) -> str:
    """Return the words inside an element."""
    return " ".join("".join(map(str, element.itertext())).split())


def _has_captcha(tree: html.HtmlElement) -> bool:
    """Return whether the page asks to prove that a person is there."""
    for element in tree.iter():
        words = {*(element.get("class") or "").split(), element.get("id") or ""}
        if words & set(CAPTCHAS) or element.get("data-captcha-provider") or element.get("name") == "captcha":
            return True
    return False
