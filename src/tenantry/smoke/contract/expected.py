"""What ``smoke.flows.X.expect`` says beyond the contract (EXP): claims by name and value, also after a refresh.

Source: the configuration itself.
"""

from __future__ import annotations

from tenantry.model.smoke import ExpectedToken
from tenantry.smoke.contract.assertion import Assertion, Verdict, no_flaw, promise
from tenantry.smoke.contract.conditions import refreshes
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.run import FlowRun, Tokens
from tenantry.smoke.flows.user import UserFlow
from tenantry.smoke.tokens import Token

SOURCE = "the configuration (smoke.flows.NAME.expect)"


def says_something(expected: ExpectedToken) -> bool:
    """Return whether anything is expected."""
    return bool(expected.claims or expected.absent)


def flaws_of(token: Token | None, expected: ExpectedToken, name: str) -> list[str]:
    """Return what of the expected claims does not hold."""
    if token is None:
        return [f"the {name} cannot be read"]
    wrong = [claim for claim, value in expected.claims.items() if token.claims.get(claim) != value]
    flaws = [f"{name}: {claim} is {token.claims.get(claim, 'absent')!r}" for claim in wrong]
    return flaws + [f"{name}: {claim} is there" for claim in expected.absent if claim in token.claims]


def wanted(expected: ExpectedToken) -> str:
    """Return what is expected, as people read it."""
    claims = [f"{name} {value!r}" for name, value in expected.claims.items()]
    return ", ".join(claims + [f"no {name}" for name in expected.absent])


def expects_access(flow: Flow) -> bool:
    """Return whether something is expected of the access token."""
    return says_something(flow.expect.access_token)


def expects_id(flow: Flow) -> bool:
    """Return whether something is expected of the ID token."""
    return says_something(flow.expect.id_token)


@promise("EXP-01", "The access token says what this flow expects.", source=SOURCE, level="smoke", when=expects_access)
async def access_token_is_as_expected(flow: FlowRun) -> Verdict:
    """Compare the claims."""
    expected = flow.flow.expect.access_token
    return no_flaw(flaws_of((await flow.tokens()).access, expected, "access token"), wanted(expected))


@promise("EXP-02", "The ID token says what this flow expects.", source=SOURCE, level="smoke", when=expects_id)
async def id_token_is_as_expected(flow: UserFlow) -> Verdict:
    """Compare the claims."""
    expected = flow.flow.expect.id_token
    return no_flaw(flaws_of((await flow.tokens()).id_token, expected, "ID token"), wanted(expected))


def expects_after_refresh(flow: Flow) -> bool:
    """Return whether something is expected of tokens that will be refreshed."""
    return refreshes(flow) and (expects_access(flow) or expects_id(flow))


@promise(
    "EXP-03", "The refreshed tokens still say what this flow expects.", source=SOURCE, level="smoke", when=expects_after_refresh
)
async def refreshed_tokens_are_as_expected(flow: UserFlow) -> Verdict:
    """Compare the claims of the tokens after the refresh."""
    after: Tokens = await flow.refreshed()
    access, identity = flow.flow.expect.access_token, flow.flow.expect.id_token
    flaws = flaws_of(after.access, access, "access token") if says_something(access) else []
    flaws += flaws_of(after.id_token, identity, "ID token") if says_something(identity) else []
    return no_flaw(flaws, "; ".join(filter(None, (wanted(access), wanted(identity)))))


ALL: tuple[Assertion[FlowRun, Flow], ...] = (access_token_is_as_expected,)

LOGIN: tuple[Assertion[UserFlow, Flow], ...] = (id_token_is_as_expected,)

REFRESHED: tuple[Assertion[UserFlow, Flow], ...] = (refreshed_tokens_are_as_expected,)
