"""What must hold between the options of a connection that is no database.

Source: Auth0's published Management API description (options per strategy; names and types of options); what the tenant derives
by itself from recorded traffic of terraform-provider-auth0.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from tenantry.kinds.connection_options import Options
from tenantry.kinds.option_switches import SWITCHES
from tenantry.kinds.saml_options import FROM_CERTIFICATE, STRATEGIES
from tenantry.model.kind import Breach

DISCOVERING = frozenset({"oidc", "okta"})
"""Strategies whose provider describes itself."""

_KNOWN = {name.replace("_", "").lower(): name for name in (*Options.model_fields, *SWITCHES)}


def certificate_is_declared_once(fields: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield a breach for each option that the tenant takes from the signing certificate of a SAML connection."""
    options = _options(fields)
    if fields.get("strategy") not in STRATEGIES:
        return
    for name in options.keys() & {*FROM_CERTIFICATE}:
        if "signingCert" in options or not name.startswith("thumbprints"):
            message = "the tenant takes it from the provider's certificate; declare `signingCert` and leave it out"
            yield Breach(("options", name), message)


def discovery_is_the_providers(fields: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield a breach where what the provider says of itself is declared."""
    if fields.get("strategy") in DISCOVERING and "oidc_metadata" in _options(fields):
        yield Breach(("options", "oidc_metadata"), "the tenant takes it from the provider; leave it out")


def parameters_have_one_source(fields: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield a breach for each parameter passed on that is neither a value nor an alias."""
    parameters = _options(fields).get("upstream_params")
    for name, source in parameters.items() if isinstance(parameters, Mapping) else ():
        if isinstance(source, Mapping) and set(source) not in ({"alias"}, {"value"}):
            yield Breach(("options", "upstream_params", name), "give either `value` or `alias`")


def options_are_spelled(fields: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield a warning for each option that is a known one in another spelling: the tenant would keep it and heed it not."""
    for name in _options(fields):
        known = _KNOWN.get(str(name).replace("_", "").replace("-", "").lower(), name)
        if known != name and name not in Options.model_fields and name not in SWITCHES:
            yield Breach(("options", name), f"no option is called `{name}`; did you mean `{known}`?", is_warning=True)


def switches_are_true_or_false(fields: Mapping[str, Any]) -> Iterator[Breach]:
    """Yield a warning for each switch that is set to something else."""
    for name, value in _options(fields).items():
        if name in SWITCHES and value is not None and not isinstance(value, bool):
            yield Breach(("options", name), f"`{name}` is either true or false", is_warning=True)


def _options(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the options, as far as they are a map."""
    options = fields.get("options")
    return options if isinstance(options, Mapping) else {}


RULES = (
    certificate_is_declared_once,
    discovery_is_the_providers,
    parameters_have_one_source,
    options_are_spelled,
    switches_are_true_or_false,
)
