"""A browser without JavaScript: it keeps cookies, sees pages, fills in forms, and knows the callback when it comes."""

from __future__ import annotations

from dataclasses import dataclass, field
from http.cookiejar import Cookie, CookieJar
from urllib.parse import parse_qs, urlsplit

from tenantry.smoke.login.cookies import new_jar
from tenantry.smoke.login.forms import Form, Page, read_page
from tenantry.smoke.reply import Reply
from tenantry.smoke.wire import Wire, origin_of


@dataclass(frozen=True)
class Callback:
    """The browser was sent to the application: by which means, and with what. It did not go there."""

    mode: str
    """``query``, ``fragment`` or ``form_post``."""
    values: dict[str, str] = field(repr=False)
    repeated: tuple[str, ...] = ()
    query: dict[str, str] = field(default_factory=dict, repr=False)
    fragment: dict[str, str] = field(default_factory=dict, repr=False)

    @property
    def code(self) -> str | None:
        """Return the authorization code."""
        return self.values.get("code")

    @property
    def error(self) -> str:
        """Return the error code, empty when there is none."""
        return self.values.get("error", "")

    @property
    def gist(self) -> str:
        """Return what it was told in a few words: the error, and what the tenant says about it."""
        told = self.values.get("error_description", "")
        return (f"{self.error}: {told}" if told else self.error) or ("a code" if self.code else "nothing")

    @property
    def token_members(self) -> list[str]:
        """Return the names of the tokens that came along."""
        return [name for name in ("access_token", "id_token", "refresh_token") if self.values.get(name)]


@dataclass(frozen=True)
class Hop:
    """One step of the browser: what it asked, what it got, and the state of its authorization request if it was one."""

    reply: Reply
    page: Page | None = None
    state: str = field(default="", repr=False)

    @property
    def path(self) -> str:
        """Return the path that was asked."""
        return self.reply.path


class Browser:
    """One person's browser, with a jar of its own."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self._jar = new_jar(wire.host)

    @property
    def jar(self) -> CookieJar:
        """Return where it keeps its cookies."""
        return self._jar

    @property
    def cookies(self) -> list[Cookie]:
        """Return the cookies it holds."""
        return list(self.jar)

    async def open(self, url: str) -> Hop:
        """Go to an address."""
        return self._seen(await self.wire.get(url, jar=self.jar, headers={"Accept": "text/html,*/*"}))

    async def submit(self, form: Form, values: dict[str, str]) -> Hop:
        """Send a form: what it held, overlaid with what a person filled in."""
        filled = {**form.hidden, **values}
        if form.method == "GET":
            return self._seen(await self.wire.get(form.action, query=filled, jar=self.jar))
        parts = urlsplit(form.action)
        origin = {"Origin": f"{parts.scheme}://{parts.netloc}", "Accept": "text/html,*/*"}
        return self._seen(await self.wire.post(form.action, filled, jar=self.jar, headers=origin))

    def is_home(self, url: str) -> bool:
        """Return whether an address is the tenant's own."""
        return self.wire.is_home(url)

    def _seen(self, reply: Reply) -> Hop:
        """Return a step as a person would see it."""
        is_page = reply.content_type == "text/html" and not reply.is_redirect
        return Hop(reply, read_page(reply.url, reply.status, reply.text) if is_page else None)


def callback_in(hop: Hop, redirect_uri: str) -> Callback | None:
    """Return the callback that an answer sends the browser to, None when it leads elsewhere."""
    location = hop.reply.location if hop.reply.is_redirect else None
    if location is not None and leads_to(location, redirect_uri):
        return callback_of(location, redirect_uri)
    for form in hop.page.forms if hop.page else ():
        if leads_to(form.action, redirect_uri):
            return Callback("form_post", dict(form.hidden))
    return None


def leads_to(url: str, redirect_uri: str) -> bool:
    """Return whether an address is the callback, whatever was added to its query and fragment."""
    there, here = urlsplit(url), urlsplit(redirect_uri)
    if (origin_of(url), there.path or "/") != (origin_of(redirect_uri), here.path or "/"):
        return False
    added = parse_qs(there.query, keep_blank_values=True)
    own = parse_qs(here.query, keep_blank_values=True)
    return all(added.get(name) == values for name, values in own.items())


def callback_of(url: str, redirect_uri: str) -> Callback:
    """Return what an address carries beyond the callback itself."""
    parts = urlsplit(url)
    own = parse_qs(urlsplit(redirect_uri).query, keep_blank_values=True)
    query = {name: values for name, values in _pairs(parts.query).items() if name not in own}
    fragment = _pairs(parts.fragment)
    repeated = tuple(name for name, values in [*query.items(), *fragment.items()] if len(values) > 1)
    flat_query = {name: values[0] for name, values in query.items()}
    flat_fragment = {name: values[0] for name, values in fragment.items()}
    mode = "fragment" if flat_fragment else "query"
    return Callback(mode, {**flat_query, **flat_fragment}, repeated, flat_query, flat_fragment)


def posted(text: str) -> Callback:
    """Return what a form brings to the callback."""
    values = _pairs(text)
    repeated = tuple(name for name, given in values.items() if len(given) > 1)
    return Callback("form_post", {name: given[0] for name, given in values.items()}, repeated)


def _pairs(text: str) -> dict[str, list[str]]:
    """Return the names and values of a query or fragment."""
    return parse_qs(text, keep_blank_values=True)
