"""Replays recorded Management API traffic against an emulator and says how much of it is answered as recorded.

Usage: fidelity.py --base-url http://127.0.0.1:4400 RECORDINGS.jsonl...
A line of a file is one recording: {"name", "source", "interactions": [{"method", "path", "body", "status", "response"}]}, with
`path` from the host on, bodies as parsed JSON. The tenant is reset before each.

- status: the recorded status. shape: also every recorded member, with its type. value: also every recorded value.
- Ids differ between tenants: where an answer has another id than the recorded one, the pair is remembered and used in what
  follows. Dates, secrets, keys and such need only the right type, unless the recording sent them itself.
- Left out, as the fresh tenant cannot know better: calls that name what the recording has not made, and 401, 403, 429, 5xx.
- Settings that a fresh tenant lacks and what a tenant fetched from identity providers are left out.
- Of lists only the items that the recording made are compared, of settings only the members that it wrote.
- What the recording tenant had before, such as keys, counts against the emulator: the figures are a lower bound.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx

LEVELS = ("status", "shape", "value")
ID_NAME = re.compile(r"(^|_)(k?id|ids)$|^themeId$")
ID = re.compile(
    r"\b(?:[a-z]{2,5}_[0-9A-Za-z]{14,24}|[0-9a-f]{24}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9A-Za-z]{32}|01[0-9A-Z]{24})\b"
)
VOLATILE = re.compile(
    r"(_at|_on|_url|date|secret|token|ticket|cert|pkcs7|thumbprint\w*|fingerprint|public_key|password|picture|tenant\w*|record"
    r"|built|updated|created|verification|expires|last_\w+|domain|origin_domain_name|aws\w+|azure\w+)$",
    re.IGNORECASE,
)
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
BUILD = {"building", "built", "packaged", "pending", "retrying"}  # how far an action is depends on when one asks
ABSENT = re.compile(r"/api/v2/(emails/provider|email-templates/|branding/templates/|branding/themes/default)")
"""What a fresh tenant lacks until it is written."""
FETCHED = ".oidc_metadata"  # what a real tenant got from an identity provider
RECORDED_ELSEWHERE = {401, 403, 429}


class Recording:
    """One recording, replayed against one tenant."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._pairs: dict[str, str] = {}
        self._made: set[str] = set()
        self._sent: set[str] = set()
        self._written: dict[str, Any] = {}

    def replay(self, call: dict[str, Any]) -> tuple[int, list[str]] | None:
        """Send the call and return how many levels it reaches and what differs, `None` if it cannot be judged."""
        if self._is_foreign(call):
            return None
        method, path, body = call["method"], self._own(call["path"]), call.get("body")
        self._note_sent(path, body)
        answer = (
            self._client.request(method, path, json=self._own_value(body))
            if body is not None
            else self._client.request(method, path)
        )
        live = _read(answer)
        expected = call["response"]
        if answer.status_code != call["status"]:
            return 0, [f"status {call['status']} is {answer.status_code}"]
        self._pair(expected, live)
        expected = self._own_value(self._comparable(path, expected))
        differences = list(_differences(expected, live, self._sent))
        self._made.update(ID.findall(json.dumps(call["response"])))
        shaped = all(level != "shape" for level, _ in differences)
        return 1 + shaped + (not differences), [f"{level}: {place}" for level, place in differences]

    def _is_foreign(self, call: dict[str, Any]) -> bool:
        status = call["status"]
        if status in RECORDED_ELSEWHERE or status >= 500:  # noqa: PLR2004 - a server's own trouble
            return True
        resource = call["path"].partition("?")[0]
        if ABSENT.match(resource) and call["method"] in ("GET", "PATCH") and resource not in self._written and status < 400:  # noqa: PLR2004
            return True
        named = set(ID.findall(unquote(call["path"]).removeprefix("/api/v2"))) | set(ID.findall(json.dumps(call.get("body"))))
        return bool(named - self._made) and status not in (400, 404)

    def _own(self, text: str) -> str:
        for recorded, live in self._pairs.items():
            text = text.replace(recorded, live)
        return text

    def _own_value(self, value: Any) -> Any:
        return json.loads(self._own(json.dumps(value)))

    def _note_sent(self, path: str, body: Any) -> None:
        self._sent.update(_texts(body))
        resource = path.partition("?")[0]
        if isinstance(body, dict):
            self._written[resource] = _joined(self._written.get(resource, {}), body)
        if resource == "/api/v2/email-templates":
            self._written[f"{resource}/{body['template']}"] = body

    def _pair(self, recorded: Any, live: Any, name: str = "") -> None:
        """Remember which live id stands for which recorded one."""
        if isinstance(recorded, dict) and isinstance(live, dict):
            for member in recorded.keys() & live.keys():
                self._pair(recorded[member], live[member], member)
        elif isinstance(recorded, list) and isinstance(live, list) and len(recorded) == len(live):
            for left, right in zip(recorded, live, strict=True):
                self._pair(left, right, name)
        elif isinstance(recorded, str) and isinstance(live, str) and recorded != live and self._is_id(name, recorded):
            self._pairs.setdefault(recorded, live)

    def _is_id(self, name: str, value: str) -> bool:
        return bool(ID_NAME.search(name)) and value not in self._sent and len(value) > 8  # noqa: PLR2004 - a word is no id

    def _comparable(self, path: str, response: Any) -> Any:
        """Return the part of a recorded answer that a fresh tenant can give too."""
        resource = path.partition("?")[0]
        if isinstance(response, dict) and not ID.search(unquote(resource)) and not _has_own_id(response):
            lists = {name: self._items(value) for name, value in response.items() if isinstance(value, list)}
            return {
                **_common(response, self._written.get(resource, {})),
                **{name: made for name, made in lists.items() if made},
            }
        return self._items(response) if isinstance(response, list) else response

    def _items(self, items: list[Any]) -> list[Any]:
        return [item for item in items if isinstance(item, dict) and set(ID.findall(json.dumps(item))) & self._made]


def _joined(before: Any, body: Any) -> Any:
    if not (isinstance(before, dict) and isinstance(body, dict)):
        return body
    return {**before, **{name: _joined(before.get(name), value) for name, value in body.items()}}


def _common(response: Any, written: Any) -> Any:
    """Return the members of a response that were written, at any depth."""
    if not (isinstance(response, dict) and isinstance(written, dict)):
        return response
    return {name: _common(value, written[name]) for name, value in response.items() if name in written}


def _has_own_id(response: dict[str, Any]) -> bool:
    return any(ID_NAME.search(name) and isinstance(value, str) for name, value in response.items()) or "statusCode" in response


def _read(answer: httpx.Response) -> Any:
    try:
        return answer.json() if answer.content else None
    except ValueError:
        return answer.text


def _texts(value: Any) -> set[str]:
    if isinstance(value, dict):
        return {text for member in value.values() for text in _texts(member)}
    if isinstance(value, list):
        return {text for item in value for text in _texts(item)}
    return {value} if isinstance(value, str) else set()


def _differences(recorded: Any, live: Any, sent: set[str], place: str = "") -> Any:
    """Yield `(level, place)` for everything that is not as recorded."""
    if recorded is None or place.endswith(FETCHED):
        return
    if isinstance(recorded, dict) and isinstance(live, dict):
        for name, value in recorded.items():
            if name not in live:
                yield "shape", f"{place}.{name} is missing"
            else:
                yield from _differences(value, live[name], sent, f"{place}.{name}")
    elif isinstance(recorded, list) and isinstance(live, list):
        for item in recorded:
            if item not in live:
                nearest = next((each for each in live if _same_id(item, each)), None)
                yield from _differences(item, nearest, sent, f"{place}[]") if nearest else [("value", f"{place} lacks an item")]
    elif type(recorded) is not type(live):
        yield "shape", f"{place} is {type(live).__name__}, not {type(recorded).__name__}"
    elif recorded != live and (str(recorded) in sent or not _is_volatile(place, recorded, live)):
        yield "value", f"{place} is {str(live)[:60]!r}, not {str(recorded)[:60]!r}"


def _is_volatile(place: str, recorded: Any, live: Any) -> bool:
    """Tell whether a value is one that no two tenants share."""
    both = {recorded, live}
    dated = all(isinstance(value, str) and DATE.match(value) for value in both)
    return bool(VOLATILE.search(place.rstrip("[]"))) or dated or both <= BUILD


def _same_id(left: Any, right: Any) -> bool:
    if not (isinstance(left, dict) and isinstance(right, dict)):
        return False
    names = [name for name in left if ID_NAME.search(name) or name == "name"]
    return any(left[name] == right.get(name) for name in names)


def fresh(base_url: str, client_id: str, client_secret: str) -> dict[str, str]:
    """Reset the tenant and return the header of a token for everything."""
    httpx.post(f"{base_url}/_emulator/reset", timeout=30).raise_for_status()
    form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret}
    answer = httpx.post(f"{base_url}/oauth/token", data={**form, "audience": f"{base_url}/api/v2/"}, timeout=30)
    return {"Authorization": f"Bearer {answer.raise_for_status().json()['access_token']}"}


def main() -> None:
    """Replay the files and print the figures by kind."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--base-url", default="http://127.0.0.1:4400", type=lambda url: url.rstrip("/"))
    parser.add_argument("--client-id", default="tenantry-emulator")
    parser.add_argument("--client-secret", default="tenantry-emulator-secret")
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print the first N differences")
    parser.add_argument("recordings", nargs="+", type=Path)
    options = parser.parse_args()
    reached: Counter[tuple[str, str]] = Counter()
    shown = skipped = 0
    for line in (line for path in options.recordings for line in path.read_text(encoding="utf-8").splitlines()):
        recorded = json.loads(line)
        headers = fresh(options.base_url, options.client_id, options.client_secret)
        with httpx.Client(base_url=options.base_url, headers=headers, timeout=30) as client:
            recording = Recording(client)
            for call in recorded["interactions"]:
                result = recording.replay(call) if call["path"].startswith("/api/v2/") else None
                if result is None:
                    skipped += 1
                    continue
                kind = call["path"].removeprefix("/api/v2/").partition("?")[0].partition("/")[0]
                reached.update((kind, level) for level in ("all", *LEVELS[: result[0]]))
                if result[1] and shown < options.show:
                    shown += 1
                    print(f"{recorded['name']}: {call['method']} {call['path']}\n    " + "\n    ".join(result[1][:5]))
    report(reached, skipped)


def report(reached: Counter[tuple[str, str]], skipped: int) -> None:
    """Print a line for each kind and one for all."""
    kinds = sorted({kind for kind, _ in reached})
    totals = {level: sum(reached[kind, level] for kind in kinds) for level in ("all", *LEVELS)}
    for kind in kinds:
        print(
            f"{kind:32} {reached[kind, 'all']:6}",
            *(f"{100 * reached[kind, level] / reached[kind, 'all']:7.1f}" for level in LEVELS),
        )
    shares = " ".join(f"{level} {100 * totals[level] / max(totals['all'], 1):.1f}%" for level in LEVELS)
    print(f"fidelity: {shares} of {totals['all']} calls ({skipped} left out)")


if __name__ == "__main__":
    main()
