"""HTTP without opinions: one request, one answer as it came; no redirect is followed, patience with 429 is bounded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http.cookiejar import CookieJar
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

import httpx

from tenantry.model.errors import Surroundings
from tenantry.model.trust import silence
from tenantry.smoke.login.cookies import header_for, keep, no_jar
from tenantry.smoke.pacing import Pacing
from tenantry.smoke.redact import Vault
from tenantry.smoke.reply import TOKEN_MEMBERS, Reply
from tenantry.smoke.stops import blocked, inconclusive
from tenantry.smoke.story import TELLING, Exchange, pairs, shown_authorization, shown_url
from tenantry.smoke.timing import Timing, ahead_s

TOO_MANY_REQUESTS = 429
SERVER_ERROR = 500
MOST_ATTEMPTS = 4
PROTOCOL_ANSWERS = ('"slow_down"', '"too_many_attempts"')
DEFAULT_PORTS = {"http": 80, "https": 443}


def origin_of(url: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port; a text that is no address is an origin of its own."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "", url, None
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").lower(), port or DEFAULT_PORTS.get(scheme)


class Wire:
    """Sends requests to the tenant: paced, counted, with what must stay secret remembered in the vault."""

    def __init__(
        self,
        base_url: str,
        vault: Vault,
        timing: Timing,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        user_agent: str = "tenantry-smoke",
        longest_wait_s: float = 20.0,
        paced: bool = False,
        per_window: Mapping[str, int] | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._homes = {origin_of(base_url)}
        self.vault = vault
        self.timing = timing
        self.requests = 0
        self.ahead_s = 0.0
        """How far the tenant's clock is ahead of ours, as far as its answers have told."""
        self._longest_wait_s = longest_wait_s
        self._pacing = Pacing(timing, longest_wait_s=longest_wait_s, per_window=per_window) if paced else None
        self._is_borrowed = transport is not None
        try:
            self._client = httpx.AsyncClient(
                transport=transport,
                cookies=no_jar(),
                timeout=30.0,
                headers={"User-Agent": user_agent, "Accept": "*/*"},
            )
        except (OSError, ValueError, ImportError, httpx.InvalidURL):
            raise Surroundings from None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._is_borrowed:
            await self._client.aclose()

    @property
    def host(self) -> str:
        """Return the tenant's host name."""
        return urlsplit(self.base_url).hostname or ""

    def is_home(self, url: str) -> bool:
        """Return whether an address is the tenant's own."""
        return origin_of(url) in self._homes

    @property
    def origins(self) -> list[str]:
        """Return the origins that are the tenant's own, as browsers write them."""
        hosts = [(scheme, f"[{host}]" if ":" in host else host, port) for scheme, host, port in self._homes]
        return [f"{scheme}://{host}" + (f":{port}" if port else "") for scheme, host, port in hosts]

    def admit(self, url: str) -> None:
        """Take the place of an address for the tenant's own from now on."""
        self._homes.add(origin_of(url))

    def url(self, path: str) -> str:
        """Return the absolute URL of a path of the tenant."""
        return f"{self.base_url}{path}"

    def now(self) -> float:
        """Return the time by the tenant's clock, as well as that is known."""
        return self.timing.now() + self.ahead_s

    async def get(
        self,
        url: str,
        *,
        query: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        jar: CookieJar | None = None,
        user: str = "",
    ) -> Reply:
        """Return the answer to a GET; ``user`` is whom it is paced for."""
        target = httpx.URL(url, params={**dict(httpx.URL(url).params), **query}) if query else httpx.URL(url)
        return await self._send(lambda: self._client.build_request("GET", target, headers=headers), jar, user=user)

    async def post(
        self,
        url: str,
        form: Mapping[str, str] | str,
        *,
        headers: Mapping[str, str] | None = None,
        jar: CookieJar | None = None,
    ) -> Reply:
        """Return the answer to a POST of a form; a text is sent as it is, for what no form can say (a name twice)."""
        kind = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        body: dict[str, Any] = {"content": form} if isinstance(form, str) else {"data": dict(form)}
        return await self._send(lambda: self._client.build_request("POST", url, headers=kind, **body), jar)

    async def relay(self, method: str, url: str, *, headers: Mapping[str, str], content: bytes | None) -> Reply:
        """Return the answer to a request that a browser has made up, with its own cookies and under both names.

        Raises: Stopped as for every request, and when an embedded tenant's page asks for what is not the tenant's.
        """
        if self._is_borrowed and not self.is_home(url):
            raise inconclusive(f"an embedded tenant's page asks for {urlsplit(url).netloc}, which is not asked")
        agent = f"{headers.get('User-Agent', '')} {self._client.headers['User-Agent']}".strip()
        said = {**headers, "User-Agent": agent}
        return await self._send(lambda: self._client.build_request(method, url, headers=said, content=content), None)

    async def _send(self, build: Callable[[], httpx.Request], jar: CookieJar | None, *, user: str = "") -> Reply:
        """Return the answer, after waiting for as long as the server asks and we are willing to.

        Raises: Stopped when the server keeps answering 429 (blocked), errs or is silent (inconclusive).
        """
        attempt, sent_at = 1, self.timing.now()
        response = await self._once(build(), jar, user)
        while is_rate_limit(response) and attempt < MOST_ATTEMPTS:
            wait_s = wait_after(response.headers, attempt, self.now())
            if wait_s > self._longest_wait_s:
                break
            await self.timing.sleep(wait_s)
            attempt, sent_at = attempt + 1, self.timing.now()
            response = await self._once(build(), jar, user)
        reply = self._reply(response, sent_at)
        where = f"{reply.method} {reply.path}"
        if is_rate_limit(response):
            raise blocked(f"rate limited: {where} answered 429")
        if reply.status >= SERVER_ERROR:
            raise inconclusive(f"{where} answered {reply.status}", status=reply.status)
        return reply

    async def _once(self, request: httpx.Request, jar: CookieJar | None, user: str) -> httpx.Response:
        """Return the answer to one request, cookies looked after."""
        if self._pacing:
            await self._pacing.turn(request.url.path, user)
        self.requests += 1
        if jar is not None and (cookie := header_for(jar, request.url)):
            request.headers["Cookie"] = cookie
        sent_at = self.timing.now()
        try:
            response = await self._client.send(request)
        except httpx.HTTPError as error:
            raise inconclusive(f"{request.method} {request.url.path} got no answer: {no_answer(error, request.url)}") from error
        if (said_s := ahead_s(response.headers, sent_at, self.timing.now())) is not None:
            self.ahead_s = said_s
        if self._pacing:
            self._pacing.learn(request.url.path, response.headers, self.ahead_s)
        if jar is not None:
            keep(jar, response)
            self.vault.add(*(cookie.value for cookie in jar))
        return response

    def _reply(self, response: httpx.Response, sent_at: float) -> Reply:
        """Return the response as a value, its tokens remembered as secret."""
        request = response.request
        reply = Reply(
            method=request.method,
            url=str(request.url),
            status=response.status_code,
            headers=response.headers,
            text=response.text,
            sent_at=sent_at,
            received_at=self.timing.now(),
            ahead_s=self.ahead_s,
            content=response.content,
        )
        self.vault.add(*(value for name in TOKEN_MEMBERS if isinstance(value := reply.body.get(name), str)))
        if (telling := TELLING.get()) is not None:
            telling.exchanges.append(told(request, reply, telling.asked_by))
        return reply


def told(request: httpx.Request, reply: Reply, asked_by: str) -> Exchange:
    """Return a request and its answer as they may be shown."""
    is_form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
    sent = parse_qsl(request.content.decode(errors="replace"), keep_blank_values=True) if is_form else []
    return Exchange(
        asked_by=asked_by,
        method=reply.method,
        url=shown_url(reply.url),
        sent=pairs(sent),
        authorization=shown_authorization(request.headers),
        status=reply.status,
        location=shown_url(reply.location) if reply.location else "",
        answered=pairs(reply.body.items()),
    )


def no_answer(failure: httpx.HTTPError, url: httpx.URL) -> str:
    """Return why there was no answer, and what may help."""
    is_reached = not isinstance(failure, httpx.ConnectError | httpx.ConnectTimeout)
    server = f"{url.scheme}://{url.netloc.decode()}"
    return silence(server, failure, is_reached=is_reached, is_late=isinstance(failure, httpx.TimeoutException))


def is_rate_limit(response: httpx.Response) -> bool:
    """Return whether a 429 is about too many requests, not an answer of a protocol that uses the same status."""
    return response.status_code == TOO_MANY_REQUESTS and not any(word in response.text for word in PROTOCOL_ANSWERS)


def wait_after(headers: Mapping[str, str], attempt: int, now: float) -> float:
    """Return the seconds to wait after a 429: what the server says, else a little longer each time."""
    retry_after, reset = headers.get("retry-after", ""), headers.get("x-ratelimit-reset", "")
    if retry_after.isdigit():
        return float(retry_after)
    if reset.isdigit():
        return max(1.0, float(reset) - now)
    return float(2 ** (attempt - 1))
