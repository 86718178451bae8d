"""Products: Windows families, editions and service packs (`families`), how registries tell them (`registry`), products
that are no Windows (`applications`), and how articles print both (`printed`)."""

from hotfixcheck.products.applications import APPLICATIONS, Application, applications_named
from hotfixcheck.products.families import (
    FAMILIES,
    Edition,
    Family,
    Role,
    ServicePack,
    families_named,
    family_candidates,
    product_name,
    reaches,
    service_pack_line,
)
from hotfixcheck.products.printed import parse_product
from hotfixcheck.products.registry import EDITION_IDS, SUITES, edition_from_registry, role_from_registry
from hotfixcheck.products.scope import PrintedApplication, ProductScope

__all__ = [
    "APPLICATIONS",
    "EDITION_IDS",
    "FAMILIES",
    "SUITES",
    "Application",
    "Edition",
    "Family",
    "PrintedApplication",
    "ProductScope",
    "Role",
    "ServicePack",
    "applications_named",
    "edition_from_registry",
    "families_named",
    "family_candidates",
    "parse_product",
    "product_name",
    "reaches",
    "role_from_registry",
    "service_pack_line",
]
