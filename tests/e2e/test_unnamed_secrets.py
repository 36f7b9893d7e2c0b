"""Keys, headers and tokens inside `options` that somebody set by hand survive a change of the options, and are in no file."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.shop import Shop

IDP = {
    "signInEndpoint": "https://idp.example/in",
    "signing_key": {"cert": "public", "key": "canary-1"},
    "decryptionKey": {"cert": "public", "key": "canary-2"},
    "vendor_api_key": "canary-3",
}
PARTNER = {
    "client_id": "x",
    "authorizationURL": "https://p.example",
    "tokenURL": "https://p.example/token",
    "customHeaders": {"Authorization": "Basic canary-4"},
    "scope": "openid",
}
DECLARED = """
  idp: {name: idp, strategy: samlp, options: {signInEndpoint: "https://idp.example/other"}}
  partner: {name: partner, strategy: oauth2, options: {scope: openid email}}
  users:
    name: users"""


def test_what_nobody_declared_is_sent_back_and_written_down_nowhere(shop: Shop, tmp_path: Path) -> None:
    shop.up()
    for name, strategy, options in (("idp", "samlp", IDP), ("partner", "oauth2", PARTNER)):
        shop.api("POST", "/connections", {"name": name, "strategy": strategy, "options": options})
    shop.edit("\n  users:\n    name: users", DECLARED)
    saved = str(tmp_path / "saved.plan")
    exported = shop("export", "--out", str(tmp_path / "exported"))
    planned = shop("plan", "--out", saved)
    applied = shop("apply", "--plan", saved, "--yes")
    assert [exported.code, planned.code, applied.code] == [0, 0, 0]
    held = {each["name"]: each["options"] for each in shop.api("GET", "/connections")}
    assert held["idp"] | IDP | {"signInEndpoint": "https://idp.example/other"} == held["idp"]
    assert held["partner"] | PARTNER | {"scope": "openid email"} == held["partner"]
    kept = [path.read_text(encoding="utf-8", errors="replace") for path in tmp_path.rglob("*") if path.is_file()]
    said = [text for ran in (exported, planned, applied) for text in (ran.out, ran.err)]
    assert len(kept) > 10
    assert not [text for text in (*kept, *said) if "canary" in text]
    assert any("tokenURL: https://p.example/token" in text for text in kept)
