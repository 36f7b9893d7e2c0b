"""A small login site: what its pages say, and what was typed into them."""

from __future__ import annotations

import httpx

from tenantry.smoke.lending.people import Person

BASE = "https://acme.example"
AUTHORIZE = f"{BASE}/authorize"
CALLBACK = "https://app.example/callback"
PERSON = Person("ada@example.com", "correct horse", email="ada@example.com")
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # of RFC 6238 appendix B
DONE = (302, {"location": f"{CALLBACK}?code=c0de&state=s"}, "")
USERNAME = '<input id="username" name="username" type="text">'
PASSWORD = '<input id="password" name="password" type="password">'
Answer = tuple[int, dict[str, str], str]


def form(fields: str, action: str = "", button: str = '<button name="action" value="default">Go</button>') -> str:
    state = '<input type="hidden" name="state" value="S">'
    return f'<title>T</title><form method="post" action="{action}">{state}{fields}{button}</form>'


class Site:
    """A small login site: pages by method and path, and what was posted to them."""

    def __init__(self, answers: dict[str, Answer]) -> None:
        self._answers: dict[str, Answer] = {"GET /favicon.ico": (404, {}, ""), **answers}
        self.posted: dict[str, httpx.QueryParams] = {}
        self.cookies: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        key = f"{request.method} {request.url.path}"
        self.cookies.append(request.headers.get("cookie", ""))
        if request.method == "POST":
            self.posted[request.url.path] = httpx.QueryParams(request.content.decode())
        assert request.url.host == "acme.example", "the browser left the tenant"
        status, headers, text = self._answers[key]
        return httpx.Response(status, headers={"content-type": "text/html", **headers}, text=text)


def to(path: str) -> Answer:
    return 302, {"location": path}, ""


def page(text: str) -> Answer:
    return 200, {}, text


def script(program: str, html: str = "<div id=root></div>") -> Answer:
    return page(f"<title>T</title>{html}<script>{program}</script>")


def entry(answer: Answer, **more: Answer) -> Site:
    return Site({"GET /authorize": to("/login"), "GET /login": answer, **more})
