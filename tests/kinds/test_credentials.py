"""Each way to authenticate by key or certificate takes credentials of its own kind."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from tenantry.kinds.applications import Application

KEY = {"credential_type": "public_key", "pem": "-----BEGIN PUBLIC KEY-----", "alg": "RS256", "kid": "key-number-one"}
SUBJECT = {"credential_type": "cert_subject_dn", "subject_dn": "CN=shop"}
CERTIFICATE = {"credential_type": "x509_cert", "pem": "-----BEGIN CERTIFICATE-----"}
TAKES = {"private_key_jwt": KEY, "tls_client_auth": SUBJECT, "self_signed_tls_client_auth": CERTIFICATE}


def application(method: str, credential: dict[str, Any]) -> dict[str, Any]:
    return {"client_authentication_methods": {method: {"credentials": [credential]}}}


@pytest.mark.parametrize("method", TAKES)
def test_each_method_takes_its_own_kind_of_credential_alone(method: str) -> None:
    for credential in TAKES.values():
        if credential is TAKES[method]:
            Application.model_validate(application(method, credential))
        else:
            with pytest.raises(ValidationError, match="credential_type"):
                Application.model_validate(application(method, credential))


@pytest.mark.parametrize("member", ["signed_request_object", "token_vault_privileged_access"])
def test_signatures_are_verified_by_public_keys(member: str) -> None:
    Application.model_validate({member: {"credentials": [KEY]}})
    with pytest.raises(ValidationError, match="credential_type"):
        Application.model_validate({member: {"credentials": [CERTIFICATE]}})


@pytest.mark.parametrize("method", ["private_key_jwt", "self_signed_tls_client_auth"])
def test_only_a_subject_stands_for_its_certificate(method: str) -> None:
    bare = {name: value for name, value in TAKES[method].items() if name != "pem"}
    with pytest.raises(ValidationError, match="pem"):
        Application.model_validate(application(method, bare))
