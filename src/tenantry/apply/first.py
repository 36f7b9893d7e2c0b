"""What is asked before the first write: whether the token may do it, and whether all that must be sent is at hand."""

from __future__ import annotations

from tenantry.model.errors import ConfigError, ConfigErrors, lacking
from tenantry.model.secret import LiveSecret, PlainSecret, Secret, secrets_in, sources
from tenantry.model.state import Caller
from tenantry.plan.types import Plan


def require_scopes(plan: Plan, caller: Caller) -> None:
    """Return when the token covers the whole plan.

    Raises: NotAllowed that names the scopes that are missing.
    """
    missing = sorted(plan.scopes - caller.scopes)
    if missing:
        raise lacking(missing, "which this plan needs", caller)


def require_secrets(plan: Plan) -> None:
    """Return when every secret that will be sent can be fetched.

    Raises: ConfigErrors that name those that cannot, all at once.
    """
    errors = {
        source.name: ConfigError(
            _not_at_hand(source), plan.by_address[step.address].place, str(step.address), code="secret_missing"
        )
        for step in plan.steps
        for secret in secrets_in(step.call.body)
        for source in sources(secret)
        if not source.is_available
    }
    if errors:
        raise ConfigErrors(list(errors.values()))


def _not_at_hand(secret: Secret) -> str:
    """Return a sentence that says what to do about a secret that is not there."""
    if isinstance(secret, LiveSecret):
        return f"the tenant no longer shows {secret.name}, which would have to be sent back to it; plan again"
    if isinstance(secret, PlainSecret):
        return f"{secret.name} stands in plain in the file, and no plan holds it: name the file too, `apply --plan PLAN FILE`"
    return f"secret {secret.name} is not set: export it as an environment variable, or put it into the file of --secrets"
