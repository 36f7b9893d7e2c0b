"""State and State to Plan: match, diff, order and guards; pure.

``plan`` is the front door; ``check`` asks if the tenant is still what a plan was made from; ``save`` and ``load`` keep it.
"""

from tenantry.plan.binding import bindings
from tenantry.plan.cascades import lost_along
from tenantry.plan.check import Ruling, check, names_of
from tenantry.plan.drafts import Wishes
from tenantry.plan.file import bound, load, save
from tenantry.plan.guards import Allowances, refusals
from tenantry.plan.images import departures, image, shortcomings
from tenantry.plan.judge import Verdict, judge, settled
from tenantry.plan.match import in_key_order, name_builtins
from tenantry.plan.names import Names
from tenantry.plan.needs import secrets_to_fetch, sections_to_read
from tenantry.plan.plan import Options, plan
from tenantry.plan.references import references
from tenantry.plan.types import Action, Attention, Change, Effect, FieldChange, Guard, Lost, Op, Plan, Step, Summary
from tenantry.plan.view import view

__all__ = [
    "Action",
    "Allowances",
    "Attention",
    "Change",
    "Effect",
    "FieldChange",
    "Guard",
    "Lost",
    "Names",
    "Op",
    "Options",
    "Plan",
    "Ruling",
    "Step",
    "Summary",
    "Verdict",
    "Wishes",
    "bindings",
    "bound",
    "check",
    "departures",
    "image",
    "in_key_order",
    "judge",
    "load",
    "lost_along",
    "name_builtins",
    "names_of",
    "plan",
    "references",
    "refusals",
    "save",
    "secrets_to_fetch",
    "sections_to_read",
    "settled",
    "shortcomings",
    "view",
]
