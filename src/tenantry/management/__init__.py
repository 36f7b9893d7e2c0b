"""HTTP to the Management API: credentials, pacing, retries and whole lists."""

from tenantry.management.answers import Answer
from tenantry.management.client import Counts, ManagementClient
from tenantry.management.credentials import ClientSecret, Credentials, PrivateKeyJwt, ReadyToken

__all__ = [
    "Answer",
    "ClientSecret",
    "Counts",
    "Credentials",
    "ManagementClient",
    "PrivateKeyJwt",
    "ReadyToken",
]
