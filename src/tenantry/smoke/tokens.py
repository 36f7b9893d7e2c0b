"""Reads and verifies tokens: signature by the published key of their ``kid`` (or a shared secret), then their claims.

Source: RFC 7515, RFC 7517, RFC 7519, OpenID Connect Core 3.1.3.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import warnings
from dataclasses import dataclass, field
from typing import Any

from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry, deserialize_compact

ALGORITHMS = (*(f"{family}{bits}" for family in ("RS", "PS", "ES", "HS") for bits in (256, 384, 512)), "EdDSA", "Ed25519")
"""The algorithms that are known here; anything else is refused. Which of them a token may have is for assertions to say."""
AUTH0S_ALGORITHMS = ("RS256", "HS256", "PS256", "RS512")
"""The algorithms that Auth0 signs with.

Source: Auth0's published Management API description (``signing_alg`` of an API, ``jwt_configuration.alg`` of an application).
"""
SIGNATURES = frozenset(alg for alg in ALGORITHMS if not alg.startswith("HS"))
"""Those that anybody can verify with a published key."""

RSA_MINIMUM_BITS = 2048
FARTHEST_S = 2**53
"""A time beyond it is no time, and no exact number in JSON either."""

PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


class BadToken(Exception):
    """A token that does not hold; the text says why and shows none of it."""


@dataclass(frozen=True)
class Token:
    """A signed token taken apart; nothing about it has been verified."""

    value: str = field(repr=False)
    header: dict[str, Any]
    claims: dict[str, Any]

    @property
    def alg(self) -> str:
        """Return the algorithm its header names."""
        return str(self.header.get("alg"))

    @property
    def kid(self) -> str | None:
        """Return the key its header names; what is no text names none."""
        kid = self.header.get("kid")
        return kid if isinstance(kid, str) else None

    @property
    def lifetime_s(self) -> float | None:
        """Return the seconds between issue and expiry."""
        issued, expires = moment(self.claims.get("iat")), moment(self.claims.get("exp"))
        return expires - issued if issued is not None and expires is not None else None

    @property
    def audiences(self) -> list[str]:
        """Return whom it is for, as a list."""
        audience = self.claims.get("aud", [])
        return [str(item) for item in audience] if isinstance(audience, list) else [str(audience)]

    @property
    def scopes(self) -> list[str]:
        """Return what it grants."""
        return str(self.claims.get("scope") or "").split()


def moment(value: Any) -> float | None:
    """Return a time in seconds since 1970, None when the value is none: a truth value, a text, no finite number.

    Source: RFC 7519 section 2 (NumericDate).
    """
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number and -FARTHEST_S <= value <= FARTHEST_S else None


def read(value: Any) -> Token | None:
    """Return the token taken apart, None when it is not a signed JWT of three parts."""
    if not isinstance(value, str) or value.count(".") != 2:  # noqa: PLR2004 - header, payload, signature
        return None
    head, payload, _ = value.split(".")
    header, claims = _object(head), _object(payload)
    return Token(value, header, claims) if header is not None and claims is not None else None


def is_encrypted(value: Any) -> bool:
    """Return whether the token is an encrypted one of five parts."""
    return isinstance(value, str) and value.count(".") == 4  # noqa: PLR2004 - the parts of a compact JWE


PublicKey = RSAKey | ECKey | OKPKey

_PUBLIC: dict[str, tuple[type[PublicKey], tuple[str, ...]]] = {
    "RSA": (RSAKey, ("kty", "n", "e")),
    "EC": (ECKey, ("kty", "crv", "x", "y")),
    "OKP": (OKPKey, ("kty", "crv", "x")),
}


def public_key(member: dict[str, Any]) -> PublicKey:
    """Return the public part of a published key.

    Raises: ValueError, KeyError or JoseError when there is none.
    """
    kind, names = _PUBLIC[str(member.get("kty"))]
    return kind.import_key({name: str(member[name]) for name in names})


class Keys:
    """The keys that a tenant publishes; a lone key that ``may_be_nameless`` is meant by a token that names none."""

    def __init__(self, jwks: dict[str, Any], *, may_be_nameless: bool = False) -> None:
        self._may_be_nameless = may_be_nameless
        listed = jwks.get("keys")
        self.members: list[dict[str, Any]] = (
            [key for key in listed if isinstance(key, dict)] if isinstance(listed, list) else []
        )

    def of(self, kid: str | None) -> PublicKey:
        """Return the public key with this id.

        Raises: BadToken when there is none, or it is of no kind that is known.
        """
        found = [key for key in self.members if kid is not None and key.get("kid") == kid]
        if kid is None and self._may_be_nameless and len(self.members) == 1:
            found = self.members
        if not found:
            raise BadToken("its kid names no published key" if kid else "it names no key (kid)")
        try:
            return public_key(found[0])
        except (JoseError, ValueError, KeyError) as error:
            raise BadToken("its key is not a usable public key") from error


class _Registry(JWSRegistry):
    """What a header may be: members that nobody knows are ignored (RFC 7515 section 4), certificates make it long."""

    max_header_length = 16_384


def verify(token: Token, keys: Keys, *, alg: str | None = None, secret: str | None = None) -> None:
    """Return when the signature holds, under the algorithm that was declared (any known one when none was).

    Raises: BadToken with the reason.
    """
    allowed = [alg] if alg else list(ALGORITHMS)
    if token.alg not in allowed:
        raise BadToken(f"it is signed with {token.alg}, not {' or '.join(allowed)}")
    if "crit" in token.header:
        raise BadToken("it wants something understood (crit) that is not")
    if token.alg.startswith("HS"):
        if not secret:
            raise BadToken("the shared secret is not known here")
        key: OctKey | PublicKey = OctKey.import_key(secret)
    else:
        key = keys.of(token.kid)
    try:
        with warnings.catch_warnings(action="ignore", category=SecurityWarning):  # old names are for assertions to judge
            deserialize_compact(token.value, key, registry=_Registry(algorithms=[token.alg], strict_check_header=False))
    except (JoseError, ValueError) as error:
        raise BadToken(f"its signature does not verify ({type(error).__name__})") from error


def verifies(token: Token, keys: Keys, *, alg: str | None = None, secret: str | None = None) -> str:
    """Return why the token does not verify, an empty text when it does."""
    try:
        verify(token, keys, alg=alg, secret=secret)
    except BadToken as flaw:
        return str(flaw)
    return ""


def half_hash(value: str, alg: str) -> str:
    """Return the left half of the hash of ``value``, as ``at_hash`` and ``c_hash`` hold it; nothing for an unknown algorithm.

    Source: OpenID Connect Core 3.1.3.6.
    """
    if alg not in ALGORITHMS:
        return ""
    digest = hashlib.new("sha512" if alg.startswith("Ed") else f"sha{alg[-3:]}", value.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).rstrip(b"=").decode()


def forgeries(token: Token, keys: Keys) -> dict[str, str]:
    """Return forged siblings of a token, by the trick that made each; no verifier may accept one.

    Source: RFC 8725 section 2.1.
    """
    _, payload, signature = token.value.split(".")
    header = token.value.split(".", maxsplit=1)[0]
    public = json.dumps(next(iter(keys.members), {})).encode()
    confused = _segment({**token.header, "alg": "HS256"})
    mac = hmac.new(public, f"{confused}.{payload}".encode(), hashlib.sha256).digest()
    return {
        "alg none": f"{_segment({**token.header, 'alg': 'none'})}.{payload}.",
        "HS256 with the public key": f"{confused}.{payload}.{_encode(mac)}",
        "another subject": f"{header}.{_segment({**token.claims, 'sub': 'auth0|somebody-else'})}.{signature}",
    }


def key_flaws(keys: Keys) -> list[str]:
    """Return what is wrong with the published keys.

    Source: RFC 7517 section 4; RFC 7518 section 3.3.
    """
    flaws = [] if keys.members else ["no key is published"]
    kids = [key.get("kid") for key in keys.members]
    if len(kids) > 1 and (len(set(kids)) < len(kids) or None in kids):
        flaws.append("a kid is missing or used twice")
    private = {str(key.get("kid")): sorted(PRIVATE_MEMBERS & key.keys()) for key in keys.members}
    return flaws + [f"key {kid} publishes private members: {', '.join(names)}" for kid, names in private.items() if names]


def is_named_rsa_key(key: dict[str, Any]) -> bool:
    """Return whether a key is an RSA key for signatures, with an id."""
    return key.get("kty") == "RSA" and key.get("use") == "sig" and all(key.get(name) for name in ("kid", "n", "e"))


def key_numbers(key: dict[str, Any]) -> tuple[int, int]:
    """Return modulus and exponent of an RSA key."""
    modulus, exponent = (int.from_bytes(_decode(str(key.get(name, ""))) or b"\0", "big") for name in ("n", "e"))
    return modulus, exponent


def modulus_bits(key: dict[str, Any]) -> int:
    """Return the size of an RSA key's modulus."""
    return key_numbers(key)[0].bit_length()


def _object(segment: str) -> dict[str, Any] | None:
    """Return the JSON object in a segment, None when there is none in UTF-8."""
    raw = _decode(segment)
    try:
        value = json.loads(raw.decode()) if raw is not None else None
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _decode(segment: str) -> bytes | None:
    """Return the bytes of a base64url segment, None when it is none."""
    try:
        return base64.b64decode(segment + "=" * (-len(segment) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None


def _encode(raw: bytes) -> str:
    """Return bytes as a base64url segment."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _segment(value: dict[str, Any]) -> str:
    """Return a JSON object as a base64url segment."""
    return _encode(json.dumps(value).encode())
