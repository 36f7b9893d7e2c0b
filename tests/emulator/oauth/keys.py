"""Keys of applications: one that a tenant is told of, and one that it never saw."""

from __future__ import annotations

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc.jwk import RSAKey

PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
KEY = RSAKey.import_key(
    PRIVATE.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
)
OTHER_KEY = RSAKey.generate_key(2048, private=True)
PEM = PRIVATE.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()
