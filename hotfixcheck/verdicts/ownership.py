"""Whose file it is: a file of the same name is another product's more often than not.

What counts, in this order: what its version resource says of product and company, the folder it lies in, and the line
of versions: a file of Windows' own version is Windows', one of another first part than the article's is another's.
"""

from __future__ import annotations

from functools import lru_cache

from hotfixcheck.fileversion import FileVersion
from hotfixcheck.inventory.model import FileRecord
from hotfixcheck.products import FAMILIES, Application, parse_product
from hotfixcheck.products.traces import members_of, traces_of
from hotfixcheck.readers.facts import FileFacts
from hotfixcheck.system.model import System
from hotfixcheck.targets.layout import Layout
from hotfixcheck.verdicts.candidates import Owned


def owned_by_windows(record: FileRecord, layout: Layout) -> Owned:
    """Outside the Windows folder a file of another company is none of Windows'."""
    company = (record.facts.string("CompanyName") or "").lower() if record.facts else ""
    is_outside = layout.windows is not None and layout.in_windows(record.path, "") is None
    return Owned.NO if is_outside and company and "microsoft" not in company else Owned.YES


def owned_by(record: FileRecord, owner: Application, system: System, required: FileVersion | None) -> Owned:
    """Whether a file is an application's; `required` is the version that an article gives it."""
    traces = traces_of(owner)
    at_home = not {folder.lower() for folder in record.folder.split("/")}.isdisjoint(traces.folders)
    if record.facts is None:
        return Owned.YES if at_home else Owned.MAYBE
    if required and (_is_other_line(record.facts, required) or _is_of_this_windows(record.facts, required, system)):
        return Owned.NO
    said = _whose(record.facts, owner)
    if said is Owned.MAYBE and not traces.comes_with_windows and is_windows_build(record.facts, system):
        said = Owned.NO
    return Owned.YES if at_home and said else said


def _whose(facts: FileFacts, owner: Application) -> Owned:
    """By ProductName and CompanyName: a file without them may be anyone's."""
    product, company = (facts.string("ProductName") or "").lower(), (facts.string("CompanyName") or "").lower()
    traces = traces_of(owner)
    if any(word in product for word in traces.words):
        return Owned.YES
    if company and "microsoft" not in company:
        return Owned.NO
    if not product:
        return Owned.MAYBE
    if "windows" in product and "system" in product:
        return Owned.MAYBE if traces.comes_with_windows else Owned.NO
    others = _applications_in(product)
    return Owned.NO if others and owner not in others else Owned.MAYBE


@lru_cache(maxsize=256)
def _applications_in(product: str) -> frozenset[Application]:
    """The applications that a ProductName names, and the members of the suites among them."""
    named = {printed.application for printed in parse_product(product.replace("(r)", "")).applications}
    return frozenset(named).union(*map(members_of, named))


def is_windows_build(facts: FileFacts, system: System) -> bool:
    """True for a file of the version that Windows' own files have here."""
    version = facts.file_version
    return version is not None and any(
        (version.major, version.minor) == family.version and version.build in family.builds
        for family in system.families
    )


def _is_of_this_windows(facts: FileFacts, required: FileVersion, system: System) -> bool:
    """True for a file of Windows' own version where the article's is of another line, or of another Windows.

    What an application brought to earlier ones came with this Windows, under its version: 6.1.7601 is none of ODBC's
    2000.80, nor 5.1.2600 of a fix for Windows 2000's 5.1.2195 (Q260649).
    """
    version = facts.file_version
    if version is None or not is_windows_build(facts, system):
        return False
    if (version.major, version.minor) != (required.major, required.minor):
        return True
    own = [family for family in system.families if family.version == (version.major, version.minor)]
    of_others = (family.builds for family in FAMILIES if family.is_nt and family not in own)
    return not any(required.build in family.builds for family in own) and any(
        required.build in builds for builds in of_others
    )


def is_same_line(record: FileRecord, required: FileVersion | None) -> bool:
    """True if the first two parts of the version are the article's."""
    version = record.facts.file_version if record.facts else None
    return (
        version is not None
        and required is not None
        and (version.major, version.minor)
        == (
            required.major,
            required.minor,
        )
    )


def _is_other_line(facts: FileFacts, required: FileVersion) -> bool:
    """True if the first part of the version is another than the article's: 4.0.1381 is not of the line of 5.5.2500.

    A first part of three digits is a build (786.1063) or a year (2000.80.194).
    """
    version = facts.file_version
    return version is not None and max(version.major, required.major) < 100 and version.major != required.major
