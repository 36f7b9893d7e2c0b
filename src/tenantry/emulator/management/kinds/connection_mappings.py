"""Default mappings of provisioning: what an identity provider's attribute becomes in a user profile.

Source: recorded traffic of terraform-provider-auth0 (TestAccDataSCIMConfiguration, TestAccDirectoryDefaultMapping*).
"""

from __future__ import annotations

_SAME = (
    *("primaryEmail", "isAdmin", "isDelegatedAdmin", "agreedToTerms", "suspended", "suspensionReason", "archived"),
    *("ipWhitelisted", "kind", "etag", "customerId", "orgUnitPath", "emails", "phones", "externalIds", "aliases"),
    *("addresses", "organizations", "nonEditableAliases", "relations", "languages", "posixAccounts", "notes"),
    *("websites", "locations", "keywords", "gender", "ims", "creationTime", "lastLoginTime"),
    *("changePasswordAtNextLogin", "isMailboxSetup", "includeInGlobalAddressList", "thumbnailPhotoUrl"),
    *("thumbnailPhotoEtag", "isEnrolledIn2Sv", "isEnforcedIn2Sv", "recoveryEmail", "recoveryPhone"),
    *("sshPublicKeys", "customSchemas"),
)
_RENAMED = (
    ("id", "app_metadata.external_id"),
    ("primaryEmail", "email"),
    ("name.fullName", "name"),
    ("name.givenName", "given_name"),
    ("name.familyName", "family_name"),
    ("isAdmin", "is_admin"),
    ("agreedToTerms", "tou_accepted"),
    ("suspended", "is_suspended"),
    ("suspended", "blocked"),
    ("ipWhitelisted", "is_ipWhitelisted"),
)
_ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
_SCIM = (
    ("preferred_username", "userName"),
    ("email", "emails[primary eq true].value"),
    ("app_metadata.external_id", "externalId"),
    ("blocked", "active"),
    ("name", "displayName"),
    ("given_name", "name.givenName"),
    ("family_name", "name.familyName"),
    ("app_metadata.middle_name", "name.middleName"),
    ("app_metadata.honorific_prefix", "name.honorificPrefix"),
    ("app_metadata.honorific_suffix", "name.honorificSuffix"),
    ("nickname", "nickName"),
    ("picture", 'photos[type eq "photo"].value'),
    ("app_metadata.primary_phone_number", "phoneNumbers[primary eq true].value"),
    ("app_metadata.mobile_phone_number", 'phoneNumbers[type eq "mobile"].value'),
    ("app_metadata.street_address", 'addresses[type eq "work"].streetAddress'),
    ("app_metadata.city", 'addresses[type eq "work"].locality'),
    ("app_metadata.state", 'addresses[type eq "work"].region'),
    ("app_metadata.postal_code", 'addresses[type eq "work"].postalCode'),
    ("app_metadata.postal_address", 'addresses[type eq "work"].formatted'),
    ("app_metadata.country", 'addresses[type eq "work"].country'),
    ("app_metadata.profile_url", "profileUrl"),
    ("app_metadata.user_type", "userType"),
    ("app_metadata.title", "title"),
    ("app_metadata.language", "preferredLanguage"),
    ("app_metadata.locale", "locale"),
    ("app_metadata.timezone", "timezone"),
    ("app_metadata.employee_id", f"{_ENTERPRISE}.employeeNumber"),
    ("app_metadata.cost_center", f"{_ENTERPRISE}.costCenter"),
    ("app_metadata.organization", f"{_ENTERPRISE}.organization"),
    ("app_metadata.division", f"{_ENTERPRISE}.division"),
    ("app_metadata.department", f"{_ENTERPRISE}.department"),
    ("app_metadata.manager", f"{_ENTERPRISE}.manager"),
)


def _directory() -> list[dict[str, str]]:
    order = list(dict.fromkeys([*(idp for idp, _ in _RENAMED[:5]), *_SAME]))
    pairs = [*_RENAMED, *((name, name) for name in _SAME)]
    rank = {name: index for index, name in enumerate(order)}
    kept = {pair: index for index, pair in enumerate(pairs)}
    placed = sorted(pairs, key=lambda pair: (rank[pair[0]], _first(pair), kept[pair]))
    return [{"idp": idp, "auth0": auth0} for idp, auth0 in placed]


def _first(pair: tuple[str, str]) -> bool:
    """Sort an attribute's own name before what it is renamed to, but an e-mail address after."""
    return (pair[0] == pair[1]) == (pair[0] == "primaryEmail")


DIRECTORY_MAPPING = _directory()
SCIM_MAPPING = [{"scim": scim, "auth0": auth0} for auth0, scim in _SCIM]
SCIM_STRATEGIES = frozenset({"okta", "oidc", "samlp", "waad"})
