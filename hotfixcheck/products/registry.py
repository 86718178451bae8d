"""What the registry of an installed system says about its role and edition."""

from __future__ import annotations

from collections.abc import Collection

from hotfixcheck.products.model import Edition, Family, Role

# Control\ProductOptions\ProductType, Q152078.
_PRODUCT_TYPES = {"winnt": Role.WORKSTATION, "servernt": Role.SERVER, "lanmannt": Role.SERVER}

# Control\ProductOptions\ProductSuite, the most telling first: Datacenter Server also says Enterprise.
# "Small Business" alone is left by a system that was upgraded from it (OSVERSIONINFOEX, VER_SUITE_SMALLBUSINESS).
SUITES = {
    "small business(restricted)": Edition.SMALL_BUSINESS,
    "datacenter": Edition.DATACENTER,
    "blade": Edition.WEB,
    "storage server": Edition.STORAGE,
    "compute server": Edition.COMPUTE_CLUSTER,
    "enterprise": Edition.ENTERPRISE,
    "embeddednt": Edition.EMBEDDED,
    "personal": Edition.HOME,
}

# How EditionID begins; what follows (N, KN, Core, V, Eval, IA64, S ...) decides no fix.
EDITION_IDS = {
    "serverstandard": Edition.SERVER,
    "serverenterprise": Edition.ENTERPRISE,
    "serverdatacenter": Edition.DATACENTER,
    "serverturbine": Edition.DATACENTER,  # Azure Edition
    "serverweb": Edition.WEB,
    "serversbs": Edition.SMALL_BUSINESS,
    "serverwinsb": Edition.SMALL_BUSINESS,
    "serversolution": Edition.ESSENTIALS,
    "serverfoundation": Edition.FOUNDATION,
    "serverstorage": Edition.STORAGE,
    "serverhpc": Edition.COMPUTE_CLUSTER,
    "servercluster": Edition.COMPUTE_CLUSTER,
    "serverrdsh": Edition.ENTERPRISE,  # Windows 10 and 11 Enterprise multi-session
    "starter": Edition.STARTER,
    "home": Edition.HOME,
    "core": Edition.HOME,
    "business": Edition.PROFESSIONAL,
    "professional": Edition.PROFESSIONAL,
    "enterprise": Edition.ENTERPRISE,
    "iotenterprise": Edition.ENTERPRISE,
    "ultimate": Edition.ULTIMATE,
    "education": Edition.EDUCATION,
    "embedded": Edition.EMBEDDED,
}


def role_from_registry(product_type: str) -> Role | None:
    """The role that ProductType tells, None for a type that is not known."""
    return _PRODUCT_TYPES.get(product_type.strip().lower())


def edition_from_registry(
    family: Family, product_type: str, suites: Collection[str], edition_id: str
) -> tuple[Role | None, Edition | None]:
    """Role and edition from ProductType, the strings of ProductSuite, and EditionID ("" before Vista).

    Case counts for nothing. None where the values do not tell. Media Center and Tablet PC Edition say Professional.
    """
    role = role_from_registry(product_type)
    said = {suite.strip().lower() for suite in suites}
    # Later systems say so too, and mean only that Terminal Services are there.
    if "terminal server" in said and family.version == (4, 0):
        return role, Edition.TERMINAL_SERVER
    named = edition_id.strip().lower()
    for beginning, edition in EDITION_IDS.items():
        if named.startswith(beginning):
            return role, edition
    for suite, edition in SUITES.items():
        if suite in said:
            return role, edition
    return role, _plain_edition(family, role)


def _plain_edition(family: Family, role: Role | None) -> Edition | None:
    """The edition of a system that names no suite: from Vista on several do not."""
    if role is None or family.version >= (6, 0):
        return None
    if role is Role.SERVER:
        return Edition.SERVER
    return Edition.PROFESSIONAL if family.version >= (5, 0) else Edition.WORKSTATION
