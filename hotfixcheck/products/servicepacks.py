"""In which series service packs stand, and when one is enough."""

from __future__ import annotations

from hotfixcheck.platforms import Platform
from hotfixcheck.products.families import SERVER_2003, XP
from hotfixcheck.products.model import Edition, Family, ServicePack
from hotfixcheck.products.naming import product_name


def service_pack_line(family: Family, edition: Edition | None, platform: Platform | None = None) -> str:
    """The series of service packs that a system takes, by name: service packs compare only inside one.

    NT 4.0 Terminal Server Edition has its own; Windows XP x64 Edition takes those of Windows
    Server 2003.
    """
    if edition is Edition.TERMINAL_SERVER:
        return product_name(family, edition)
    if family == XP and platform is Platform.AMD64:
        return SERVER_2003.name
    return family.name


def reaches(installed: ServicePack, wanted: ServicePack, edition: Edition | None) -> bool:
    """True if `installed` is the wanted service pack or a later one, on a Windows of this edition.

    NT 4.0 Terminal Server Edition never had an SP6a: articles that ask for it are for its SP6 (Q301504, Q307338).
    """
    return installed >= (ServicePack(wanted.number) if edition is Edition.TERMINAL_SERVER else wanted)
