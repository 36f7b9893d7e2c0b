"""The smoke run: sees a tenant from outside, logs in, gets tokens, and holds them against what the configuration promises.

``prove`` does it, ``applicable`` says without the network what it would do. What must be borrowed from inside (ids, secrets,
users that live as long as the run) comes through a ``Borrow``; ``Lending`` is one over the Management API.
"""

from tenantry.smoke.asked import ELSEWHERE, Applicable, applicable
from tenantry.smoke.configuration import Configuration
from tenantry.smoke.findings import Finding, Outcome, Proved, Report, Usage, exit_code
from tenantry.smoke.flows.flow import Flow
from tenantry.smoke.going import Asking
from tenantry.smoke.lending.borrow import Borrow, Leftover, NewUser
from tenantry.smoke.lending.management import Lending
from tenantry.smoke.lending.stated import Stated
from tenantry.smoke.login.chromium import OverChromium
from tenantry.smoke.login.interactive import ByHand
from tenantry.smoke.login.ways import Way
from tenantry.smoke.look import Look, choose, look
from tenantry.smoke.run import AUTH0S_OWN, prove
from tenantry.smoke.timing import Timing

__all__ = [
    "AUTH0S_OWN",
    "ELSEWHERE",
    "Applicable",
    "Asking",
    "Borrow",
    "ByHand",
    "Configuration",
    "Finding",
    "Flow",
    "Leftover",
    "Lending",
    "Look",
    "NewUser",
    "Outcome",
    "OverChromium",
    "Proved",
    "Report",
    "Stated",
    "Timing",
    "Usage",
    "Way",
    "applicable",
    "choose",
    "exit_code",
    "look",
    "prove",
]
