"""Products: Windows families, editions and service packs (`model`, `families`), how registries tell them (`registry`),
products that are no Windows (`applications`), and how articles print both (`printed`)."""

from hotfixcheck.products.applications import APPLICATIONS, Application, applications_named
from hotfixcheck.products.families import FAMILIES, families_named, family_candidates
from hotfixcheck.products.model import Edition, Family, Role, ServicePack
from hotfixcheck.products.naming import product_name
from hotfixcheck.products.printed import parse_product
from hotfixcheck.products.registry import EDITION_IDS, SUITES, edition_from_registry, role_from_registry
from hotfixcheck.products.scope import PrintedApplication, ProductScope
from hotfixcheck.products.servicepacks import reaches, service_pack_line

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
