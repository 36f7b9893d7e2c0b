from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from tenantry.kinds.formats import Colour, EmailOrEmpty, HttpsUrlOrEmpty, OrganizationName, Url, UrlOrEmpty

GOOD: list[tuple[Any, str]] = [
    (Url, "https://shop.example/callback?x=1"),
    (Url, "http://localhost:3000"),
    (Url, "com.acme.app://login/callback"),
    (Url, "com.acme.app:/callback"),
    (Url, "https://*.preview.example/cb"),
    (Url, "https://shop-*.preview.example/cb"),
    (Url, "https://{organization_name}.example/cb"),
    (Url, "https://shop.example/*"),
    (UrlOrEmpty, ""),
    (HttpsUrlOrEmpty, ""),
    (HttpsUrlOrEmpty, "https://shop.example"),
    (Colour, "#0af"),
    (Colour, "#00aaff"),
    (OrganizationName, "acme-1_x"),
    (EmailOrEmpty, ""),
    (EmailOrEmpty, "help@acme.example"),
]

BAD: list[tuple[Any, str]] = [
    (Url, ""),
    (Url, "shop.example/callback"),
    (Url, "//shop.example"),
    (Url, "https:"),
    (Url, "https://shop .example"),
    (Url, "https://shop.*.example"),
    (Url, "https://[shop"),
    (Url, "javascript:alert(1)"),
    (HttpsUrlOrEmpty, "http://shop.example"),
    (Colour, "red"),
    (Colour, "#12345"),
    (OrganizationName, "Acme"),
    (OrganizationName, "a" * 51),
    (EmailOrEmpty, "nobody"),
]


@pytest.mark.parametrize(("form", "text"), GOOD)
def test_legal_texts_pass(form: Any, text: str) -> None:
    assert TypeAdapter(form).validate_python(text, strict=True) == text


@pytest.mark.parametrize(("form", "text"), BAD)
def test_other_texts_do_not(form: Any, text: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(form).validate_python(text, strict=True)


@pytest.mark.parametrize("text", [" https://shop.example", "https://shop.example ", "https://shop.example\n"])
def test_a_space_around_a_url_is_told_as_a_space(text: str) -> None:
    with pytest.raises(ValidationError, match="it holds a space"):
        TypeAdapter(Url).validate_python(text, strict=True)
