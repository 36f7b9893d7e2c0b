"""Tokens made by bare cryptography, each right but for one thing, so that no judge of them made them.

``KINDS`` says what may be wrong; each way changes a draft before it is signed, or the text afterwards.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import strategies as st
from jwt.algorithms import RSAAlgorithm

ISSUER, CLIENT, API, NONCE = "https://tenant.example/", "client-of-the-test", "https://api.example", "nonce-of-the-test"
ACCESS_TOKEN, CODE = "an-opaque-access-token", "a-code-of-the-front-channel"
NOW = 1_900_000_000
SECRET = "a-client-secret-of-more-than-thirty-two-characters"
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
JWKS = {"keys": [{**RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True), "kid": "one", "use": "sig"}]}
STRANGERS_JWK = RSAAlgorithm.to_jwk(STRANGER.public_key(), as_dict=True)

Draw = Callable[[st.SearchStrategy[Any]], Any]


def encoded(raw: bytes) -> str:
    """Return bytes as a base64url segment."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def segment(value: Any) -> str:
    """Return JSON as a base64url segment."""
    return encoded(json.dumps(value).encode())


def half(text: str) -> str:
    """Return the left half of a SHA-256, as at_hash and c_hash hold it."""
    return encoded(hashlib.sha256(text.encode()).digest()[:16])


def signature(alg: str, text: bytes, key: rsa.RSAPrivateKey, secret: bytes) -> bytes:
    """Return the signature of an algorithm."""
    if alg.lower() == "none":
        return b""
    if alg.startswith("HS"):
        return hmac.new(secret, text, hashlib.sha256).digest()
    digest = hashes.SHA512() if alg.endswith("512") else hashes.SHA256()
    if alg.startswith("PS"):
        return key.sign(text, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)
    return key.sign(text, padding.PKCS1v15(), digest)


@dataclass
class Draft:
    """A token before it is signed; ``alg`` is what it is declared to be signed with."""

    form: str
    alg: str
    header: dict[str, Any]
    claims: dict[str, Any]
    key: rsa.RSAPrivateKey = KEY
    secret: bytes = SECRET.encode()
    payload: bytes | None = None
    edit: Callable[[str], str] = field(default=lambda text: text)

    def signed(self) -> str:
        """Return the token."""
        payload = self.payload if self.payload is not None else json.dumps(self.claims).encode()
        text = f"{segment(self.header)}.{encoded(payload)}"
        return self.edit(f"{text}.{encoded(signature(str(self.header.get('alg')), text.encode(), self.key, self.secret))}")


def draft(form: str, alg: str, draw: Draw) -> Draft:
    """Return a draft in which everything is right: an ``id`` token, or an access token of either dialect."""
    subject = f"auth0|{draw(st.integers(0, 2**64)):x}"
    times = {"iat": NOW, "exp": NOW + draw(st.integers(600, 90_000))}
    header = {"alg": alg, "typ": "at+jwt" if form == "rfc9068" else "JWT", "kid": "one"}
    if form == "id":
        audience = draw(st.sampled_from([CLIENT, [CLIENT]]))
        hashed = {"nonce": NONCE, "at_hash": half(ACCESS_TOKEN), "c_hash": half(CODE)}
        return Draft(form, alg, header, {"iss": ISSUER, "aud": audience, "sub": subject, **times, **hashed})
    audience = draw(st.sampled_from([API, [API]])) if alg == "HS256" else [API, f"{ISSUER}userinfo"]
    by = {"client_id": CLIENT, "jti": f"{draw(st.integers(0, 2**64)):x}"} if form == "rfc9068" else {"azp": CLIENT}
    claims = {"iss": ISSUER, "aud": audience, "sub": subject, **times, **by, "scope": "openid read:orders"}
    return Draft(form, alg, header, claims)


Way = Callable[[Draft, Draw], None]


@dataclass(frozen=True)
class Kind:
    """One way to make a token; ``lax`` says why the second judge lets pass what is wrong, and is not asked."""

    way: Way
    is_right: bool = False
    forms: tuple[str, ...] = ("id", "access", "rfc9068")
    algs: tuple[str, ...] = ("RS256", "PS256", "HS256")
    lax: str = ""


def claim(name: str, *values: Any) -> Way:
    """Return the way that sets a claim to one of these values."""
    return lambda draft, draw: draft.claims.update({name: draw(st.sampled_from(values))})


def header(name: str, *values: Any) -> Way:
    """Return the way that sets a member of the header to one of these values."""
    return lambda draft, draw: draft.header.update({name: draw(st.sampled_from(values))})


def without(name: str) -> Way:
    """Return the way that leaves a claim out."""
    return lambda draft, _: void(draft.claims.pop(name))


def void(_: object) -> None:
    """Return nothing."""


def edited(change: Callable[[str, Draw], str]) -> Way:
    """Return the way that changes the text after it was signed."""

    def way(draft: Draft, draw: Draw) -> None:
        draft.edit = lambda text: change(text, draw)

    return way


def followed_by(*ends: str) -> Way:
    """Return the way that adds something to the signed text."""
    return edited(lambda text, draw: text + str(draw(st.sampled_from(ends))))


def tampered(at: int) -> Way:
    """Return the way that changes one of the three segments after the text was signed."""

    def change(text: str, draw: Draw) -> str:
        parts = text.split(".")
        parts[at] = _flipped(draw, parts[at])
        return ".".join(parts)

    return edited(change)


def _in_utf_16(draft: Draft, _: Draw) -> None:
    draft.payload = json.dumps(draft.claims).encode("utf-16")


def _of_somebody_else(text: str, draw: Draw) -> str:
    one, _, three = text.split(".")
    return f"{one}.{segment({'sub': draw(st.text())})}.{three}"


def _other_alg(draft: Draft, draw: Draw) -> None:
    draft.header["alg"] = draw(st.sampled_from(sorted({"RS512", "PS256", "RS256", "HS256"} - {draft.alg})))


def _confused(draft: Draft, draw: Draw) -> None:
    jwk = json.dumps(JWKS["keys"][0]).encode()
    draft.header["alg"] = "HS256"
    draft.secret = draw(st.sampled_from([PEM, PEM.strip(), jwk, b""]))


def _another_key(draft: Draft, _: Draw) -> None:
    draft.key, draft.secret = STRANGER, b"another-secret-of-more-than-thirty-two-characters"


def _own_key_inside(draft: Draft, draw: Draw) -> None:
    _another_key(draft, draw)
    member = draw(st.sampled_from(["jwk", "jku", "x5u"]))
    draft.header[member] = STRANGERS_JWK if member == "jwk" else "https://evil.example/keys"
    draft.header["kid"] = draw(st.sampled_from(["one", "evil"]))


def _of_the_past(draft: Draft, draw: Draw) -> None:
    draft.claims |= {"iat": NOW - 9000, "exp": NOW - draw(st.integers(60, 3600))}


def _bytes(*payloads: bytes) -> Way:
    def way(draft: Draft, draw: Draw) -> None:
        draft.payload = draw(st.sampled_from(payloads))

    return way


def _flipped(draw: Draw, text: str) -> str:
    """Return the text with one character exchanged, anywhere but at its end, where some bits may mean nothing."""
    at = draw(st.integers(0, len(text) - 5))
    return f"{text[:at]}{'B' if text[at] == 'A' else 'A'}{text[at + 1 :]}"


ID, ACCESS, RSA = ("id",), ("access", "rfc9068"), ("RS256", "PS256")
HUGE = 10**4000
KINDS: dict[str, Kind] = {
    "right": Kind(lambda _, __: None, is_right=True),
    "right, a fraction of a second": Kind(
        lambda draft, _: void(draft.claims.update(iat=NOW + 0.25, exp=NOW + 600.5)), is_right=True
    ),
    "right, begun": Kind(claim("nbf", NOW, NOW - 100), is_right=True),
    "right, members that nobody knows": Kind(header("foo", 1, "x", ["y"]), is_right=True),
    "right, a key inside that nobody asked for": Kind(header("jwk", STRANGERS_JWK), is_right=True),
    "expired": Kind(_of_the_past),
    "expired at once": Kind(claim("exp", NOW - 30, NOW - 31)),
    "not yet valid": Kind(claim("nbf", NOW + 60, NOW + 10**6)),
    "issued in the future": Kind(lambda draft, _: void(draft.claims.update(iat=NOW + 600, exp=NOW + 1200))),
    "no exp": Kind(without("exp")),
    "no iat": Kind(without("iat")),
    "no iss": Kind(without("iss")),
    "no aud": Kind(without("aud")),
    "exp is no number": Kind(claim("exp", "soon", None, [NOW + 600], {"at": 1}, *(False, True))),
    "exp is a number in quotes": Kind(claim("exp", str(NOW + 600)), lax="PyJWT reads digits in quotes as a number"),
    "exp is beyond all times": Kind(claim("exp", HUGE, -HUGE, 2**53 + 1), lax="PyJWT knows no farthest time"),
    "exp is not finite": Kind(claim("exp", float("inf"), float("-inf"), float("nan"))),
    "wrong iss": Kind(claim("iss", "https://tenant.example", "https://other.example/", "HTTPS://tenant.example/", "", 5)),
    "wrong aud": Kind(claim("aud", "another", "", CLIENT.upper(), API + "/", [], ["another"])),
    "aud of the other token": Kind(claim("aud", API), forms=ID),
    "aud of the application": Kind(claim("aud", CLIENT), forms=ACCESS),
    "aud of strangers too": Kind(claim("aud", [CLIENT, "another"], ["another", CLIENT]), forms=ID),
    "aud of strangers too, and azp": Kind(
        lambda draft, _: void(draft.claims.update(aud=[CLIENT, "another"], azp=CLIENT)), forms=ID
    ),
    "another azp": Kind(claim("azp", "another", "", CLIENT.upper()), forms=("id", "access")),
    "another client_id": Kind(claim("client_id", "another", ""), forms=("rfc9068",)),
    "wrong nonce": Kind(claim("nonce", "", "another", NONCE[:-1], NONCE.upper(), None), forms=ID),
    "wrong at_hash": Kind(claim("at_hash", half("x"), half(ACCESS_TOKEN)[:-1], "", 5), forms=ID),
    "wrong c_hash": Kind(claim("c_hash", half("x"), half(ACCESS_TOKEN), ""), forms=ID),
    "wrong typ": Kind(header("typ", "dpop+jwt", "logout+jwt", "jwt-x"), forms=ACCESS),
    "typ of the other dialect": Kind(
        lambda draft, _: void(draft.header.update(typ="JWT" if draft.form == "rfc9068" else "at+jwt")), forms=ACCESS
    ),
    "wrong alg": Kind(_other_alg),
    "alg in another case": Kind(lambda draft, _: void(draft.header.update(alg=draft.alg.lower()))),
    "no alg": Kind(lambda draft, _: void(draft.header.pop("alg"))),
    "none": Kind(header("alg", "none", "None", "NONE", "nOnE")),
    "key confusion": Kind(_confused),
    "another key": Kind(_another_key),
    "another key, told inside": Kind(_own_key_inside),
    "unknown kid": Kind(header("kid", "two", "", "ONE"), algs=RSA),
    "kid is no text": Kind(header("kid", 1, ["one"], {"kid": "one"}), algs=RSA),
    "crit": Kind(lambda draft, _: void(draft.header.update({"crit": ["x"], "x": 1}))),
    "crit of nothing": Kind(header("crit", [], ["exp"], "exp", ["alg"])),
    "payload that is not encoded": Kind(lambda draft, _: void(draft.header.update({"crit": ["b64"], "b64": False}))),
    "another payload": Kind(edited(_of_somebody_else)),
    "tampered header": Kind(tampered(0)),
    "tampered payload": Kind(tampered(1)),
    "tampered signature": Kind(tampered(2)),
    "no signature": Kind(edited(lambda text, draw: text.rpartition(".")[0] + draw(st.sampled_from(["", "."])))),
    "a piece too many": Kind(followed_by(".", ".x", ".x.y")),
    "a mark at the end": Kind(followed_by("\n", " ", "é", "%")),
    "padding": Kind(
        edited(lambda text, _: text + "=" * (-len(text.rpartition(".")[2]) % 4)), lax="PyJWT does not mind padding"
    ),
    "noise": Kind(edited(lambda _, draw: str(draw(st.text(max_size=80))))),
    "payload is no object": Kind(_bytes(b"[]", b"null", b'"x"', b"5", b"", b"{", b"\xff\xfe")),
    "payload in another encoding": Kind(_in_utf_16, lax="PyJWT lets Python guess the encoding"),
    "payload nested without end": Kind(_bytes(b'{"a":' + b"[" * 9000 + b"]" * 9000 + b"}")),
}
