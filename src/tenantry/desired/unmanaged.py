"""Sections that people bring along from elsewhere: kinds that are not managed here, and other spellings of those that are.

Source: names of sections in Auth0's Deploy CLI and of resources in its Terraform provider; Auth0 docs on rules and hooks.
"""

from __future__ import annotations

import re

from tenantry.kinds import ALIASES, KINDS

INSTEAD = {
    "rules": "code of old that ran at logins; write it as `actions:`, named in order under `triggers: {post-login: […]}`",
    "rulesconfigs": "the settings of rules; an action has its own, under `actions.X.secrets`",
    "hooks": "code of old that Auth0 replaced by actions; write it as `actions:`, named under `triggers:`",
    "pages": (
        "pages of the classic login; they stand where the API keeps them: `tenant_settings.change_password`,"
        " `tenant_settings.guardian_mfa_page`, `tenant_settings.error_page` and `applications.X.custom_login_page`"
    ),
    "migrations": "switches of the tenant; they stand under `tenant_settings.flags`",
    "users": "people, not configuration; who logs in for a smoke run stands under `smoke.users`",
    "flows": "either Auth0's forms and flows, which this version does not manage, or what is proved: that is `smoke.flows`",
}
"""What sections are that have their place elsewhere, and where that is, by the folded name."""

OTHERS = frozenset(
    {
        "attackprotection",
        "branding",
        "brandings",
        "brandingthemes",
        "bruteforceprotection",
        "connectionprofiles",
        "customdomains",
        "emailproviders",
        "emails",
        "emailtemplates",
        "encryptionkeys",
        "eventstreams",
        "flowvaultconnections",
        "forms",
        "grants",
        "guardian",
        "guardianfactorproviders",
        "guardianfactors",
        "guardianfactortemplates",
        "guardianphonefactormessagetypes",
        "guardianphonefactorselectedproviders",
        "guardianpolicies",
        "logstreams",
        "mfa",
        "networkacls",
        "phonenotificationtemplates",
        "phoneproviders",
        "phonetemplates",
        "prompts",
        "promptscustomtexts",
        "riskassessments",
        "scimconfigurations",
        "selfserviceprofiles",
        "signingkeys",
        "supplementalsignals",
        "suspiciousipthrottling",
        "themes",
        "tokenexchangeprofiles",
        "triggersecrets",
        "userattributeprofiles",
    }
)
"""The other kinds of Auth0 that this version does not manage, by the folded name."""


def what_it_is(name: str) -> str:
    """Return what a section is that is none of ours, and what to do about it; nothing when it is not known either."""
    for folded in (_folded(name), f"{_folded(name)}s"):
        if folded in SPELLINGS:
            return f"write `{SPELLINGS[folded]}`"
        if folded in INSTEAD:
            return INSTEAD[folded]
        if folded in OTHERS:
            return (
                "this version does not manage that kind, and leaves what the tenant holds of it as it is;"
                " take the section out, and keep it with what manages it now"
            )
    return ""


def _folded(name: str) -> str:
    """Return a name without what spellings differ in: case, hyphens, and the prefix of the Terraform provider."""
    return re.sub(r"[^a-z]", "", name.lower().removeprefix("auth0_"))


SPELLINGS = {_folded(name): section for name, section in {**{section: section for section in KINDS}, **ALIASES}.items()}
"""Our own sections, by the folded name."""
