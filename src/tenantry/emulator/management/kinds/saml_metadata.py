"""What a SAML connection learns from its identity provider's metadata document.

Source: SAML 2.0 Metadata (element names); recorded traffic of terraform-provider-auth0 (TestAccConnectionSAML).
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from lxml import etree

from tenantry.emulator.management.answers import invalid

if TYPE_CHECKING:
    from tenantry.emulator.management.call import Document

_NAMES = {"md": "urn:oasis:names:tc:SAML:2.0:metadata", "ds": "http://www.w3.org/2000/09/xmldsig#"}
_CERTIFICATE = ".//md:IDPSSODescriptor//ds:X509Certificate"


def learned(text: str) -> Document:
    """Return the options that the document sets.

    Raises: Refusal.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(text.strip().encode(), parser)
    except (etree.XMLSyntaxError, ValueError) as broken:
        raise invalid("The metadataXml is not a valid XML document.") from broken
    made: Document = {}
    for option, element in (("signInEndpoint", "SingleSignOnService"), ("signOutEndpoint", "SingleLogoutService")):
        found = root.find(f".//md:IDPSSODescriptor/md:{element}", _NAMES)
        if found is not None:
            made[option] = found.get("Location", "")
    service = root.find(".//md:IDPSSODescriptor/md:SingleSignOnService", _NAMES)
    if service is not None:
        made["bindingMethod"] = service.get("Binding", "")
    certificate = root.findtext(_CERTIFICATE, namespaces=_NAMES)
    if certificate:
        made["signingCert"] = base64.b64encode(_pem(certificate).encode()).decode()
    return made


def _pem(certificate: str) -> str:
    text = "".join(certificate.split())
    lines = [text[start : start + 64] for start in range(0, len(text), 64)]
    return "\n".join(["-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""])
