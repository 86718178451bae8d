"""The registry of a system as it was identified: the values that say so, whatever they were known from."""

from __future__ import annotations

from dataclasses import dataclass

from hotfixcheck.manifest.model import article_number
from hotfixcheck.oval.logic import Datatype, RegistryObject
from hotfixcheck.oval.systems import (
    ARCHITECTURE,
    BUILD,
    EDITION_ID,
    HOTFIX,
    MAJOR,
    PRODUCT_SUITE,
    PRODUCT_TYPE,
    SERVICE_PACK,
    SYSTEM_ROOT,
    TERMINAL_SERVER_SUITE,
    VERSION,
    WORKSTATION_TYPE,
    architecture,
    kernels_of,
    printed_version,
)
from hotfixcheck.products import EDITION_IDS, SUITES, Edition, Family, Role
from hotfixcheck.system.model import System

SERVER_TYPE = "ServerNT"


@dataclass(frozen=True, slots=True)
class RegistryValue:
    """`type` is the schema's word for it; several values are one REG_MULTI_SZ."""

    type: str
    values: tuple[str, ...]
    datatype: Datatype = Datatype.STRING


def registry_value(system: System, asked: RegistryObject) -> RegistryValue | None:
    """None where the fact is not known; no values where the registry of such a system would not have it."""
    if asked.key.startswith(f"{HOTFIX}\\"):
        return _hotfix(system, asked.key.removeprefix(f"{HOTFIX}\\"))
    return {
        VERSION: _version,
        MAJOR: _major,
        BUILD: _build,
        EDITION_ID: _edition_id,
        PRODUCT_TYPE: _product_type,
        PRODUCT_SUITE: _product_suite,
        SERVICE_PACK: _service_pack,
        ARCHITECTURE: _architecture,
        SYSTEM_ROOT: _system_root,
    }[asked](system)


def _hotfix(system: System, name: str) -> RegistryValue:
    """One key says it, under the name that the system's own key has."""
    number = article_number(name)
    fix = system.installed_fix(number)
    if fix is None or (fix.article != name and (fix.article.startswith("KB") or name.startswith("KB"))):
        return _nothing("reg_dword")
    return _number(int(fix.installed))


def _version(system: System) -> RegistryValue | None:
    if (kernel := _kernel(system)) is None:
        return None
    return _text("6.3" if kernel[0] >= (10, 0) else printed_version(kernel[0]))


def _major(system: System) -> RegistryValue | None:
    """Windows 10 brought it."""
    if (kernel := _kernel(system)) is None:
        return None
    return _number(kernel[0][0]) if kernel[0] >= (10, 0) else _nothing("reg_dword")


def _build(system: System) -> RegistryValue | None:
    """A string in the registry, compared as a number."""
    if system.build is not None:
        return RegistryValue("reg_sz", (str(system.build),), Datatype.INT)
    kernel = _kernel(system)
    if kernel is None or len(kernel[1]) > 1:
        return None
    return RegistryValue("reg_sz", (str(kernel[1].start),), Datatype.INT)


def _kernel(system: System) -> tuple[tuple[int, int], range] | None:
    """Where a family has several, that of the system's build."""
    if system.family is None or (system.platform is None and system.family.name == "Windows XP"):
        return None
    kernels = kernels_of(system.family, system.platform)
    fitting = [kernel for kernel in kernels if system.build is None or system.build in kernel[1]]
    return fitting[0] if len(fitting) == 1 else None


def _product_type(system: System) -> RegistryValue | None:
    role = system.role or (system.family.role if system.family else None) or _role_of(system.edition)
    return None if role is None else _text(WORKSTATION_TYPE if role is Role.WORKSTATION else SERVER_TYPE)


_CLIENT_EDITIONS = frozenset({Edition.WORKSTATION, Edition.PROFESSIONAL})


def _role_of(edition: Edition | None) -> Role | None:
    """Where one family has both roles, as up to Windows 2000."""
    if edition is None:
        return None
    return Role.WORKSTATION if edition in _CLIENT_EDITIONS else Role.SERVER


def _product_suite(system: System) -> RegistryValue | None:
    if system.family is None or system.edition is None:
        return None
    suites = tuple(suite for suite, edition in SUITES.items() if edition is system.edition)
    if system.edition is Edition.TERMINAL_SERVER:
        suites = (TERMINAL_SERVER_SUITE,)
    return RegistryValue("reg_multi_sz", suites[:1])


def _edition_id(system: System) -> RegistryValue | None:
    """From Vista on; servers and clients of one edition have names of their own."""
    if system.family is None:
        return None
    if system.family.version < (6, 0):
        return _nothing("reg_sz")
    named = _edition_ids(system.family, system.edition)
    return _text(named[0]) if named else None


def _edition_ids(family: Family, edition: Edition | None) -> list[str]:
    is_server = family.role is Role.SERVER
    return [name for name, each in EDITION_IDS.items() if each is edition and name.startswith("server") is is_server]


def _service_pack(system: System) -> RegistryValue | None:
    return None if system.service_pack is None else _number(system.service_pack.number << 8)


def _architecture(system: System) -> RegistryValue | None:
    return None if system.platform is None else _text(architecture(system.platform))


def _system_root(system: System) -> RegistryValue:
    """Files are found by their paths in the target; no engine that analyses asks where that was mounted."""
    return _nothing("reg_sz")


def _text(value: str) -> RegistryValue:
    return RegistryValue("reg_sz", (value,))


def _number(value: int) -> RegistryValue:
    return RegistryValue("reg_dword", (str(value),), Datatype.INT)


def _nothing(kind: str) -> RegistryValue:
    return RegistryValue(kind, ())
