"""What must be installed before a fix can be (rule 2): `4.0 SP5`, `Windows 2000 SP1 or SP2; Windows NT 4.0 SP6a`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hotfixcheck.products import ServicePack, parse_product, reaches
from hotfixcheck.system.model import System
from hotfixcheck.verdicts.applicability import YES, Applicability, Applies

_PACK = re.compile(
    r"(?<![\w.])(?:(?P<pack>(?:SP|Service\s+Pack)\s*\d{1,2}[a-z]?)|(?P<release>Gold|RTM))(?!\w)", re.IGNORECASE
)
_BETWEEN = re.compile(r"^(?:[\s,;()]|(?:and|or|later|higher|newer|above)\b)+|[\s,;(]+$", re.IGNORECASE)
_VERSION = re.compile(r"(?:version\s+)?(\d+)\.(\d+)", re.IGNORECASE)


def prerequisite_applies(printed: str | None, system: System) -> Applicability:
    """A fix whose service pack is not there yet cannot be installed: it does not apply until then.

    What is printed for other products, or is no service pack, asks nothing of this system.
    """
    required = required_pack(printed, system)
    if required is None:
        return YES
    if system.service_pack is None:
        return Applicability(Applies.UNKNOWN, f"it requires {printed}, and the service pack is not known")
    if reaches(system.service_pack, required, system.edition):
        return YES
    here = str(system.service_pack) if system.service_pack.number else "no service pack"
    return Applicability(Applies.NO, f"it requires {printed}, and this system has {here}")


def required_pack(printed: str | None, system: System) -> ServicePack | None:
    """The least service pack of this system's Windows that a prerequisite asks for; None where it asks for none."""
    packs = [pack for product, pack in _alternatives(printed or "") if _is_here(product, system)]
    return min(packs, default=None)


def _alternatives(printed: str) -> Iterator[tuple[str, ServicePack]]:
    """Each printed service pack with its product; a bare one is for the product before it."""
    product, end = "", 0
    found = list(_PACK.finditer(printed))
    for index, pack in enumerate(found):
        before = _trimmed(printed[end : pack.start()])
        product = before or product
        end = pack.end()
        # `Windows NT 4.0 Service Pack 6a, Terminal Server Edition` names the edition last.
        after = _trimmed(printed[end:]) if index == len(found) - 1 else ""
        edition = f", {after}" if after.lower().startswith("terminal server") else ""
        named_behind = after[4:] if not product and after.lower().startswith("for ") else ""
        yield (product or named_behind) + edition, ServicePack.parse(pack["pack"] or "none")


def _trimmed(text: str) -> str:
    previous = None
    while text != previous:
        previous, text = text, _BETWEEN.sub("", text)
    return text


def _is_here(product: str, system: System) -> bool:
    """True if a prerequisite's product is this system's Windows; one without a name is, and a bare version may be."""
    if system.family is None:
        return False
    if version := _VERSION.fullmatch(product):
        return (int(version[1]), int(version[2])) == system.family.version
    if not product:
        return True
    scope = parse_product(product)
    return system.family in scope.families and (system.edition is None or scope.covers(system.edition))
