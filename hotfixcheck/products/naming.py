"""What a Windows is called for people."""

from __future__ import annotations

from hotfixcheck.platforms import Platform
from hotfixcheck.products.model import Edition, Family

_PLATFORM_NAMES = {
    Platform.ALPHA: "Alpha",
    Platform.ALPHA64: "Alpha64",
    Platform.IA64: "Itanium",
    Platform.AMD64: "x64",
    Platform.MIPS: "MIPS",
    Platform.PPC: "PowerPC",
    Platform.ARM: "ARM",
    Platform.ARM64: "ARM64",
}


def product_name(family: Family, edition: Edition | None, platform: Platform | None = None) -> str:
    """The product's name for people, which `parse_product` reads back; with no edition the family's name.

    The platform is said where it is part of the name or sets the product apart, x86 never.
    """
    name = dict(family.names).get(edition, f"{family.name} {edition}") if edition else family.name
    if platform is None or platform is Platform.X86:
        return name
    if platform is Platform.AMD64 and family.version < (6, 0):
        return f"{name.removesuffix(' Edition')} x64 Edition"
    return f"{name} for {_PLATFORM_NAMES[platform]}-based Systems"
