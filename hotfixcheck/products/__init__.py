"""Windows families, editions and service packs: what they are (`families`), how registries tell them (`registry`) and
how articles print them (`printed`)."""

from hotfixcheck.products.families import (
    FAMILIES,
    Edition,
    Family,
    Role,
    ServicePack,
    families_named,
    family_candidates,
    product_name,
    service_pack_line,
)
from hotfixcheck.products.printed import ProductScope, parse_product
from hotfixcheck.products.registry import EDITION_IDS, SUITES, edition_from_registry, role_from_registry

__all__ = [
    "EDITION_IDS",
    "FAMILIES",
    "SUITES",
    "Edition",
    "Family",
    "ProductScope",
    "Role",
    "ServicePack",
    "edition_from_registry",
    "families_named",
    "family_candidates",
    "parse_product",
    "product_name",
    "role_from_registry",
    "service_pack_line",
]
