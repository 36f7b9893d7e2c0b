"""HTTP to the Management API: credentials, pacing, retries and whole lists."""

from tenantry.management.answers import Answer
from tenantry.management.client import ManagementClient
from tenantry.management.credentials import ClientSecret, Credentials, PrivateKeyJwt, ReadyToken
from tenantry.management.wire import Counts

__all__ = [
    "Answer",
    "ClientSecret",
    "Counts",
    "Credentials",
    "ManagementClient",
    "PrivateKeyJwt",
    "ReadyToken",
]
