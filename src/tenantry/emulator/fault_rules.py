"""The rules of faults: which requests they meet, and what they make of the answers.

A rule looks at method and path. Its first `skip` matches and what comes after `times` firings pass it by, and with a
`probability` below 1 a seeded die decides; the first rule that fires wins. What the action does:

- `{status, headers, body}` answers this instead;
- `{drop: true}` cuts the connection without an answer;
- `{truncate: BYTES}` sends the true headers and the first BYTES of the true body, then cuts the connection;
- `{content_type}` sends the true answer under another content type.

With `after_commit` the request is carried out first, so its answer is lost and its effect is not; `truncate` and
`content_type` always need the true answer. `commit_delay_ms` lets the effect come that much later than the lost answer.
Embedded, a cut connection is a `ConnectionDropped`, because `httpx.ASGITransport` has no connection to cut.

Source: the emulator's own control interface; the form of error bodies is Auth0's (Auth0 docs, Management API); RFC 9110
section 6.4.1 (answers without a body).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.datastructures import MutableHeaders

from tenantry.emulator.bodies import BadBody, Members, shown
from tenantry.emulator.exchange import Answer
from tenantry.emulator.limits import LIMITED_BODY

if TYPE_CHECKING:
    from random import Random

    from tenantry.emulator.exchange import Call

RULE_MEMBERS = (
    "id", "method", "path", "skip", "times", "probability",
    "after_commit", "commit_delay_ms", "latency_ms", "action",
)  # fmt: skip
READ_ONLY_MEMBERS = ("fired", "matched")
ACTIONS = ("status", "drop", "truncate", "content_type")
FRAMING = ("connection", "content-length", "transfer-encoding")
WITHOUT_BODY = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
METHODS = ("*", "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@dataclass(slots=True)
class Rule:
    """One rule and how often it has matched and fired since it was put."""

    id: str
    document: dict[str, Any]
    method: str = "*"
    path: str = "*"
    skip: int = 0
    times: int | None = None
    probability: float = 1.0
    after_commit: bool = False
    commit_delay_ms: int = 0
    latency_ms: int = 0
    action: dict[str, Any] = field(default_factory=dict)
    matched: int = 0
    fired: int = 0

    def fires(self, call: Call, die: Random) -> bool:
        """Count a matching call and tell whether the rule acts on it."""
        if self.method not in ("*", call.method) or not fnmatchcase(call.path, self.path):
            return False
        self.matched += 1
        if self.matched <= self.skip or (self.times is not None and self.fired >= self.times):
            return False
        if self.probability < 1 and die.random() >= self.probability:
            return False
        self.fired += 1
        return True

    @property
    def needs_true_answer(self) -> bool:
        """Tell whether the request is carried out before the client hears of it."""
        return not self.action or self.after_commit or "truncate" in self.action or "content_type" in self.action

    def spoil(self, answer: Answer) -> Answer:
        """Return the answer as the action leaves it."""
        if "status" in self.action:
            return self._made_up()
        if "drop" in self.action:
            answer.dropped = True
        elif "truncate" in self.action:
            answer.deliver_bytes = self.action["truncate"]
        elif "content_type" in self.action:
            answer.headers["content-type"] = self.action["content_type"]
        return answer

    def _made_up(self) -> Answer:
        status = self.action["status"]
        body = self.action.get("body", _error_body(status, self.id))
        answer = Answer(status, MutableHeaders({"content-type": "application/json; charset=utf-8"}))
        if status not in WITHOUT_BODY:
            answer.replace_body(body.encode() if isinstance(body, str) else json.dumps(body).encode())
        answer.headers.update(self.action.get("headers", {}))
        return answer


def _error_body(status: int, rule_id: str) -> dict[str, Any] | str:
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return LIMITED_BODY
    if status < HTTPStatus.BAD_REQUEST:
        return ""
    reason = next((known.phrase for known in HTTPStatus if known == status), "Error")
    return {"statusCode": status, "error": reason, "message": f"fault {rule_id} of the emulator"}


def read(document: Any) -> tuple[int, list[Rule]]:
    """Return the seed and the rules that a body holds.

    Raises: BadBody that names every mistake.
    """
    mistakes: list[str] = []
    members = Members(document, "", mistakes, ("seed", "rules"))
    seed = members.whole("seed", 0)
    rules = [_rule(item, f"rules[{n}]", f"rule-{n + 1}", mistakes) for n, item in enumerate(members.items("rules"))]
    repeated = sorted({rule.id for rule in rules if sum(other.id == rule.id for other in rules) > 1})
    if repeated:
        members.mistake("rules", f"the id {', '.join(repeated)} is used more than once")
    if mistakes:
        raise BadBody(mistakes)
    return seed or 0, rules


def _rule(value: Any, place: str, default_id: str, mistakes: list[str]) -> Rule:
    members = Members(value, place, mistakes, RULE_MEMBERS + READ_ONLY_MEMBERS)
    rule = Rule(
        id=members.text("id", default_id),
        document={name: members.get(name) for name in RULE_MEMBERS if name in members},
        method=members.text("method", "*").upper(),
        path=members.text("path", "*"),
        skip=members.whole("skip", 0) or 0,
        times=members.whole("times", None),
        probability=members.number("probability", 1.0, low=0, high=1),
        after_commit=members.flag("after_commit", default=False),
        commit_delay_ms=members.whole("commit_delay_ms", 0) or 0,
        latency_ms=members.whole("latency_ms", 0) or 0,
        action=_action(members, place, mistakes) if "action" in members else {},
    )
    if rule.method not in METHODS:
        members.mistake("method", f"expected one of {', '.join(METHODS)}, got {shown(rule.method)}")
    if rule.commit_delay_ms and not (rule.after_commit and {"status", "drop"} & set(rule.action)):
        members.mistake("commit_delay_ms", "needs after_commit: true and an action with status or drop")
    if not rule.action and (rule.after_commit or not rule.latency_ms):
        members.mistake("action", f"is missing: one of {', '.join(ACTIONS)}, or latency_ms alone")
    return rule


def _action(rule: Members, place: str, mistakes: list[str]) -> dict[str, Any]:
    place = f"{place}.action"
    members = Members(rule.get("action"), place, mistakes, (*ACTIONS, "headers", "body"))
    chosen = [name for name in ACTIONS if name in members]
    if len(chosen) != 1:
        members.mistake("", f"expected exactly one of {', '.join(ACTIONS)}")
        return {}
    if chosen[0] != "status" and ("headers" in members or "body" in members):
        members.mistake("", "headers and body go with status only")
    return _ACTION_READERS[chosen[0]](members)


def _read_status(members: Members) -> dict[str, Any]:
    status = members.whole("status", 500, low=200, high=599)
    action: dict[str, Any] = {"status": status, "headers": _headers(members)}
    if "body" in members:
        action["body"] = members.get("body")
        if status in WITHOUT_BODY:
            members.mistake("body", f"an answer with the status {status} has none")
    return action


def _headers(members: Members) -> dict[str, str]:
    headers = members.get("headers") or {}
    if not isinstance(headers, dict):
        members.mistake("headers", f"expected an object, got {shown(headers)}")
        return {}
    for name, value in headers.items():
        if name.lower() in FRAMING:
            members.mistake(f"headers.{name}", "is written by the server; to cut an answer short use truncate or drop")
        elif not (_is_token(name) and isinstance(value, str) and _is_field_value(value)):
            members.mistake(f"headers.{name}", "expected a header name and a text of one line")
    return headers


def _is_token(name: str) -> bool:
    return bool(name) and name.isascii() and all(char.isalnum() or char in "!#$%&'*+-.^_`|~" for char in name)


def _is_field_value(value: str) -> bool:
    return value.isascii() and value.isprintable() and value == value.strip()


def _read_drop(members: Members) -> dict[str, Any]:
    if members.get("drop") is not True:
        members.mistake("drop", "expected true")
    return {"drop": True}


def _read_truncate(members: Members) -> dict[str, Any]:
    return {"truncate": members.whole("truncate", 0)}


def _read_content_type(members: Members) -> dict[str, Any]:
    value = members.text("content_type", "")
    if not value or not _is_field_value(value):
        members.mistake("content_type", "expected a media type of one line")
    return {"content_type": value}


_ACTION_READERS = {
    "status": _read_status,
    "drop": _read_drop,
    "truncate": _read_truncate,
    "content_type": _read_content_type,
}
