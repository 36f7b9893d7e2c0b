"""The control endpoints below `/_emulator`: what a test, not an application, asks of the emulator.

Source: the emulator's own control interface.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse
from starlette.routing import Route

from tenantry.emulator.bodies import BadBody, Members, parse, shown
from tenantry.emulator.exchange import CONTROL_PATH
from tenantry.emulator.oauth import minting, misbehaviours
from tenantry.emulator.oauth.errors import NO_STORE, OAuthError
from tenantry.emulator.tenant import Timing

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from tenantry.emulator.faults import Faults
    from tenantry.emulator.limits import Traffic
    from tenantry.emulator.tenant import Tenant

DAY_MS = 86_400_000
CLOCK_RANGE_S = 10**10
TOKEN_MEMBERS = ("application", "api", "user", "scope", "claims", "expires_in")


@dataclass(frozen=True, slots=True)
class Controls:
    """What the control endpoints turn: one tenant, its faults and its traffic."""

    tenant: Tenant
    faults: Faults
    traffic: Traffic

    def reset(self) -> None:
        """Make the tenant a fresh one, with its own time, no faults, no misbehaviours and nothing counted."""
        self.tenant.clock.offset_s = 0.0
        _set_timing(self.tenant.timing, Timing())
        self.faults.clear()
        self.traffic.reset()
        self.tenant.reset()


def _set_timing(timing: Timing, wanted: Timing) -> None:
    for name, value in asdict(wanted).items():
        setattr(timing, name, value)


def routes(controls: Controls) -> list[Route]:
    """Return the routes of every control endpoint."""
    tenant, faults, traffic = controls.tenant, controls.faults, controls.traffic

    def put_timing(document: Any) -> None:
        _set_timing(tenant.timing, read_timing(document))

    def put_clock(document: Any) -> None:
        tenant.clock.offset_s = read_offset(document)

    def put_misbehaviours(document: Any) -> None:
        misbehaviours.activate(tenant, read_names(document))

    def misbehaviours_document() -> dict[str, Any]:
        available = [{"name": name, "description": text} for name, text in misbehaviours.MISBEHAVIOURS.items()]
        return {"available": available, "active": misbehaviours.active(tenant)}

    health = _showing(lambda: {"status": "ok", "tenant": tenant.name})
    stats = _showing(traffic.stats.document)
    return [
        _route("health", "GET", health),
        _route("reset", "POST", _doing(controls.reset, lambda: {"status": "ok", "tenant": tenant.name})),
        _route("stats", "GET", stats),
        _route("stats", "DELETE", _doing(traffic.stats.clear, traffic.stats.document)),
        _route("faults", "GET", _showing(faults.document)),
        _route("faults", "PUT", _taking(faults.put, faults.document)),
        _route("misbehaviours", "GET", _showing(misbehaviours_document)),
        _route("misbehaviours", "PUT", _taking(put_misbehaviours, misbehaviours_document)),
        _route("timing", "GET", _showing(lambda: asdict(tenant.timing))),
        _route("timing", "PUT", _taking(put_timing, lambda: asdict(tenant.timing))),
        _route("clock", "GET", _showing(lambda: {"offset_s": tenant.clock.offset_s})),
        _route("clock", "PUT", _taking(put_clock, lambda: {"offset_s": tenant.clock.offset_s})),
        _route("token", "POST", _token_endpoint(tenant)),
        _route("outbox", "GET", _showing(lambda: {"outbox": tenant.store.all("outbox")})),
        _route("logs", "GET", _showing(lambda: {"logs": tenant.store.all("action_logs")})),
    ]


def read_timing(document: Any) -> Timing:
    """Return the durations of a body.

    Raises: BadBody.
    """
    mistakes: list[str] = []
    names = tuple(asdict(Timing()))
    members = Members(document, "", mistakes, names)
    values = {name: members.whole(name, 0, high=DAY_MS) or 0 for name in names}
    if mistakes:
        raise BadBody(mistakes)
    return Timing(**values)


def read_offset(document: Any) -> float:
    """Return the clock's offset of a body.

    Units: seconds. Raises: BadBody.
    """
    mistakes: list[str] = []
    members = Members(document, "", mistakes, ("offset_s",))
    offset_s = members.number("offset_s", 0.0, low=-CLOCK_RANGE_S / 10, high=CLOCK_RANGE_S)
    if mistakes:
        raise BadBody(mistakes)
    return offset_s


def read_token_request(document: Any) -> dict[str, Any]:
    """Return what a token is asked to be; only the members that were sent.

    Raises: BadBody.
    """
    mistakes: list[str] = []
    members = Members(document, "", mistakes, TOKEN_MEMBERS)
    for name in ("application", "api"):
        if not members.text(name, ""):
            members.mistake(name, "is missing: name one, or give its id")
    members.text("user", "")
    if not isinstance(members.get("claims") or {}, dict):
        members.mistake("claims", f"expected an object, got {shown(members.get('claims'))}")
    scope = members.get("scope")
    if not (scope is None or isinstance(scope, str) or (isinstance(scope, list) and _are_texts(scope))):
        members.mistake("scope", f"expected a text or a list of texts, got {shown(scope)}")
    members.whole("expires_in", None, low=-CLOCK_RANGE_S, high=CLOCK_RANGE_S)  # below 0 makes an expired token
    if mistakes:
        raise BadBody(mistakes)
    return {name: members.get(name) for name in TOKEN_MEMBERS if name in members}


def read_names(document: Any) -> list[str]:
    """Return the names of misbehaviours that a body lists.

    Raises: BadBody that tells which are not known.
    """
    if not isinstance(document, list) or not _are_texts(document):
        raise BadBody([f'expected a list of names such as ["wrong_audience"], got {shown(document)}'])
    unknown = [name for name in document if name not in misbehaviours.MISBEHAVIOURS]
    if unknown:
        raise BadBody([f"no misbehaviour is called {', '.join(unknown)}; GET lists the names"])
    return document


def _are_texts(values: list[Any]) -> bool:
    return all(isinstance(value, str) for value in values)


_Endpoint = Callable[["Request"], Awaitable["Response"]]


def _route(name: str, method: str, endpoint: _Endpoint) -> Route:
    return Route(f"{CONTROL_PATH}/{name}", endpoint, methods=[method])


def _showing(document: Callable[[], Any]) -> _Endpoint:
    async def show(_request: Request) -> Response:
        return JSONResponse(document())

    return show


def _doing(act: Callable[[], None], document: Callable[[], Any]) -> _Endpoint:
    async def do(_request: Request) -> Response:
        act()
        return JSONResponse(document())

    return do


def _taking(put: Callable[[Any], None], document: Callable[[], Any]) -> _Endpoint:
    async def take(request: Request) -> Response:
        try:
            put(parse(await request.body()))
        except BadBody as error:
            return bad_body(error)
        return JSONResponse(document())

    return take


def _token_endpoint(tenant: Tenant) -> _Endpoint:
    async def mint(request: Request) -> Response:
        try:
            wanted = read_token_request(parse(await request.body()))
            return JSONResponse(minting.mint(tenant, request, wanted), headers=NO_STORE)
        except BadBody as error:
            return bad_body(error)
        except OAuthError as error:
            return bad_body(BadBody([error.description]))

    return mint


def bad_body(error: BadBody) -> Response:
    """Return the 400 that says everything that is wrong with a body."""
    return JSONResponse({"error": "invalid_body", "message": str(error), "mistakes": error.mistakes}, 400)
