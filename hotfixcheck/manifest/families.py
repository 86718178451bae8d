"""The product families by which a catalogue is arranged in folders."""

from __future__ import annotations

from hotfixcheck.manifest.model import Manifest
from hotfixcheck.products import Family, parse_product

_OTHER = "other"
# What follows a product to say where it runs, and is no product of the article's.
_MACHINES = ("the operating system:", "the hardware:")


def folder_of(manifest: Manifest) -> str:
    """The folder of an article: its first product's, Windows before what runs on it."""
    lines = list(manifest.product_lines())
    scopes = [parse_product(line) for line in lines if not line.lower().startswith(_MACHINES)]
    scopes = scopes or [parse_product(line) for line in lines]
    for scope in scopes:
        if scope.families:
            return _windows_folder(max(scope.families, key=lambda family: (family.is_nt, family.version)))
    applications = (printed.application for scope in scopes for printed in scope.applications)
    return next((application.folder for application in applications), _OTHER)


def _windows_folder(family: Family) -> str:
    """`windows-nt` for all of NT 3.1 to 4.0, `windows-9x` for what is no NT, else the family's own name."""
    if not family.is_nt:
        return "windows-9x"
    if family.version < (5, 0):
        return "windows-nt"
    name = family.name.lower().replace(" (semi-annual channel)", "")
    return name.replace(" ", "-").replace(".", "-")
