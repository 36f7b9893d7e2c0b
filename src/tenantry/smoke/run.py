"""Runs the contract: asks every assertion that applies, and says what is proved."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Callable
from typing import Any

from tenantry.model.smoke import FlowName, Level
from tenantry.smoke.asked import Applicable, asked_of
from tenantry.smoke.contract.assertion import Assertion, Verdict
from tenantry.smoke.contract.claims import SKEW_S
from tenantry.smoke.decoded import tokens_of
from tenantry.smoke.findings import LEFT_OUT, Finding, Outcome, Proved, Report, Usage
from tenantry.smoke.flows.derived import Skipped
from tenantry.smoke.flows.device import DeviceFlow
from tenantry.smoke.flows.direct import ExchangeFlow, PasswordFlow
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.flows.login import LoginFlow
from tenantry.smoke.flows.machine import MachineFlow
from tenantry.smoke.flows.run import FlowRun
from tenantry.smoke.flows.user import UserFlow
from tenantry.smoke.going import Asking, going
from tenantry.smoke.stops import Stopped
from tenantry.smoke.story import TELLING, Story, Telling, cleaned
from tenantry.smoke.tenant import Tenant

Progress = Callable[[Finding], None]
AT_ONCE_EMULATED, AT_ONCE = 4, 2
AUTH0S_OWN = "not applicable: Auth0's own"
UNPROVEN = {Outcome.FAILED, Outcome.BLOCKED, Outcome.INCONCLUSIVE}
PROOFS = {"COD-01", "M2M-01", "PWD-01", "PWD-02", "DEV-04", "TEX-01"}
"""The assertions without which a flow has shown nothing."""
RUNS: dict[FlowName, type[FlowRun]] = {
    "authorization_code": LoginFlow,
    "authorization_code_pkce": LoginFlow,
    "client_credentials": MachineFlow,
    "password": PasswordFlow,
    "password_realm": PasswordFlow,
    "device_code": DeviceFlow,
    "token_exchange": ExchangeFlow,
}


async def prove(asking: Asking, *, level: Level | None = None, progress: Progress | None = None) -> Report:
    """Return what whoever is asked keeps of what is declared; users made for the run are gone at its end."""
    notes: list[str] = []
    async with going(asking, notes) as tenant:
        await tenant.learn()
        plan = asked_of(tenant.configuration, asking.config, level)
        notes += await tenant.people.sweep() if any(flow.user and flow.user.may_be_harmed for flow in plan.flows) else []
        running = _Run(tenant, plan, progress or (lambda _: None))
        findings = await running.findings()
    stories = tuple(running.stories[flow.handle] for flow in plan.flows if flow.handle in running.stories)
    usage = Usage(**tenant.used, requests=tenant.wire.requests)
    notes += clock_notes(tenant.wire.ahead_s)
    return Report(tuple(findings), _proved(plan.flows, findings), plan.level, usage, tuple(notes), stories)


def clock_notes(ahead_s: float) -> list[str]:
    """Return a sentence for the tenant's clock, if it is so far from ours that applications here would mind."""
    if abs(ahead_s) <= SKEW_S:
        return []
    side = "behind" if ahead_s > 0 else "ahead of"
    return [f"the clock of this machine is {abs(ahead_s):.0f} s {side} the tenant's; applications here may refuse its tokens"]


class _Run:
    """One run: the tenant first, then the flows, a few at a time."""

    def __init__(self, tenant: Tenant, plan: Applicable, progress: Progress) -> None:
        self._tenant = tenant
        self._plan = plan
        self._progress = progress
        self.stories: dict[str, Story] = {}
        self._at_once = asyncio.Semaphore(AT_ONCE_EMULATED if tenant.is_emulated else AT_ONCE)

    async def findings(self) -> list[Finding]:
        """Return every finding, in the order of the plan."""
        findings = [await self._ask(one, self._tenant, None) for one, flow in self._plan.asked if flow is None]
        findings += self._not_applicable(None)
        findings += [self._left_out(skipped) for skipped in self._plan.skipped]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._flow(flow)) for flow in self._plan.flows]
        return findings + [finding for task in tasks for finding in task.result()]

    async def _flow(self, flow: Flow) -> list[Finding]:
        """Return the findings of one flow."""
        async with self._at_once:
            subject, telling = RUNS[flow.kind](self._tenant, flow), Telling()
            TELLING.set(telling)
            try:
                found = [await self._ask(one, subject, flow) for one, its in self._plan.asked if its is flow]
                return found + self._not_applicable(flow)
            finally:
                await self._tell(flow, subject, telling)
                if isinstance(subject, UserFlow):
                    await subject.tidy()

    async def _tell(self, flow: Flow, subject: FlowRun, telling: Telling) -> None:
        """Keep the story of a flow."""
        TELLING.set(None)
        try:
            tokens = await tokens_of(subject)
        except Exception:  # noqa: BLE001 - what cannot be shown is left out, and ends the run as little as in `_ask`
            tokens = ()
        names = (flow.handle, flow.kind, flow.application.handle, flow.api_name)
        story = Story(*names, tuple(telling.exchanges), tokens)
        self.stories[flow.handle] = cleaned(story, self._tenant.vault.clean)

    async def _ask(self, assertion: Assertion[Any, Any], subject: Any, flow: Flow | None) -> Finding:
        """Return what one assertion found."""
        if (telling := TELLING.get()) is not None:
            telling.asked_by = assertion.id
        try:
            verdict = await self._verdict(assertion, subject, flow)
        except Stopped as stop:
            verdict = Verdict(stop.outcome, stop.expected, stop.observed)
        except Exception as error:  # noqa: BLE001 - an answer that nobody thought of must not end the run, nor pass
            place = traceback.extract_tb(error.__traceback__)[-1]
            said = f"the answer could not be judged ({type(error).__name__} in {place.name}, line {place.lineno})"
            verdict = Verdict(Outcome.INCONCLUSIVE, "", said)
        judged = assertion.judged(verdict, emulated=self._tenant.is_emulated, foreign=self._tenant.is_foreign)
        return self._found(assertion, flow, judged)

    def _not_applicable(self, flow: Flow | None) -> list[Finding]:
        """Return the findings of what is Auth0's own."""
        verdict = Verdict(Outcome.SKIPPED, "", AUTH0S_OWN)
        return [self._found(one, flow, verdict) for one, its in self._plan.auth0s if its is flow]

    def _found(self, assertion: Assertion[Any, Any], flow: Flow | None, verdict: Verdict) -> Finding:
        """Return the finding of a verdict, as it may be shown."""
        clean = self._tenant.vault.clean
        finding = Finding(
            id=assertion.id,
            outcome=verdict.outcome,
            sentence=assertion.sentence,
            flow=flow.handle if flow else "",
            application=flow.application.handle if flow else "",
            api=flow.api_name if flow else "",
            expected=clean(verdict.expected),
            observed=clean(verdict.observed),
            source=assertion.source,
            declared_at=assertion.declared_at(flow) if flow else None,
        )
        self._progress(finding)
        return finding

    async def _verdict(self, assertion: Assertion[Any, Any], subject: Any, flow: Flow | None) -> Verdict:
        """Return the verdict; what destroys or fails to log in is for users of the run alone."""
        is_harsh = {"family", "failed-login"} & set(assertion.costs)
        if is_harsh and flow and flow.user and not flow.user.may_be_harmed:
            return Verdict(Outcome.SKIPPED, "", "tried with ephemeral and disposable users only")
        if isinstance(subject, LoginFlow) and subject.would_log_in_again(assertion.costs):
            self._tenant.way.can_repeat()
        verdict: Verdict = await assertion.check(subject)
        return verdict

    def _left_out(self, skipped: Skipped) -> Finding:
        """Return the finding that a flow was left out, with the line that would bring it in."""
        finding = Finding(
            id=LEFT_OUT,
            outcome=Outcome.SKIPPED,
            sentence="The flow is proved.",
            flow=skipped.handle,
            application=skipped.application.handle,
            api=skipped.api.handle if skipped.api else "",
            expected=skipped.line,
            observed=skipped.reason,
            declared_at=skipped.application.place(),
        )
        self._progress(finding)
        return finding


def _proved(flows: tuple[Flow, ...], findings: list[Finding]) -> Proved:
    """Return which flows are proved: tokens came, and nothing about the flow failed, was blocked or is open."""
    missing = []
    for flow in flows:
        mine = [finding for finding in findings if finding.flow == flow.handle]
        has_tokens = any(finding.id in PROOFS and finding.outcome is Outcome.PASSED for finding in mine)
        if not has_tokens or any(finding.outcome in UNPROVEN for finding in mine):
            missing.append(flow.handle)
    return Proved(len(flows), tuple(missing))
