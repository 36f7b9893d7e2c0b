"""Reads the forms and the signs of trouble on a page, as far as a browser without JavaScript would see them."""

from __future__ import annotations

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
AGREEING = ("accept", "confirm", "allow", "yes", "continue", "default")


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

    @property
    def asks_for_password(self) -> bool:
        """Return whether there is a field for a password."""
        return "password" in self.inputs

    @property
    def asks_for_identifier(self) -> bool:
        """Return whether there is a field for an e-mail address or user name."""
        return any(name in self.inputs for name in ("username", "email"))

    def button(self, wanted: tuple[str, ...]) -> dict[str, str]:
        """Return the name and value of the first button with one of these values, nothing when there is none."""
        for value in wanted:
            for name, offered in self.buttons:
                if name and offered == value:
                    return {name: value}
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

    @property
    def path(self) -> str:
        """Return the page's path."""
        return urlsplit(self.url).path

    @property
    def main_form(self) -> Form | None:
        """Return the form that carries on: the one with something to fill in or hidden state; never a search box."""
        posts = [form for form in self.forms if form.method == "POST"]
        filled = [form for form in posts if form.asks_for_password or form.asks_for_identifier]
        candidates = filled or [form for form in posts if "state" in form.hidden] or posts
        return candidates[0] if candidates else None


def read_page(url: str, status: int, text: str) -> Page:
    """Return what is on the page; a text that is no HTML has nothing on it."""
    try:
        tree = html.document_fromstring(text or "<html/>")
    except (ParserError, ValueError):
        return Page(url, status)
    return Page(
        url=url,
        status=status,
        forms=tuple(_form(form, url) for form in tree.iter("form")),
        errors=tuple(_errors(tree)),
        has_captcha=_has_captcha(tree),
        title=(tree.findtext(".//title") or "").strip(),
        text=_text(tree),
    )


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
    return Form(action, (form.get("method") or "GET").upper(), hidden, inputs, tuple(buttons))


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
