"""The product families by which a catalogue is arranged in folders."""

from __future__ import annotations

from hotfixcheck.manifest.model import FilesFix, Manifest
from hotfixcheck.products import Family, parse_product

# What a product line that is no Windows begins with, after "Microsoft" and "The", and its folder; the first counts.
_PRODUCTS = (
    ("exchange", "exchange"),
    ("outlook web access", "exchange"),
    ("systems management server", "sms"),
    ("sna server", "sna-server"),
    ("host integration server", "sna-server"),
    ("com transaction integrator", "sna-server"),
    ("internet information", "iis"),
    ("index server", "iis"),
    ("internet explorer", "internet-explorer"),
    ("visual foxpro", "visual-foxpro"),
    ("visual basic", "visual-basic"),
    ("visual sourcesafe", "visual-sourcesafe"),
    ("visual c++", "visual-cpp"),
    ("foundation classes", "visual-cpp"),
    ("active template library", "visual-cpp"),
    ("c/c++ compiler", "visual-cpp"),
    ("odbc", "data-access"),
    ("ole db", "data-access"),
    ("open database connectivity", "data-access"),
    ("data access", "data-access"),
    ("sql server", "sql-server"),
    ("word", "office"),
    ("excel", "office"),
    ("powerpoint", "office"),
    ("outlook", "office"),
    ("office", "office"),
    ("frontpage", "office"),
)
_OTHER = "other"


def folder_of(manifest: Manifest) -> str:
    """The folder of an article: its first product's, Windows before what runs on it."""
    lines = [*manifest.applies_to, *(_product(fix) for fix in manifest.fixes)]
    for line in lines:
        families = parse_product(line).families
        if families:
            return _windows(max(families, key=lambda family: (family.is_nt, family.version)))
    for line in lines:
        name = line.lower().removeprefix("microsoft ").removeprefix("the ").removeprefix("microsoft ")
        for beginning, folder in _PRODUCTS:
            if name.startswith(beginning):
                return folder
    return _OTHER


def _product(fix: object) -> str:
    return (fix.scope or "") if isinstance(fix, FilesFix) else getattr(fix, "product", "")


def _windows(family: Family) -> str:
    """`windows-nt` for all of NT 3.1 to 4.0, `windows-9x` for what is no NT, else the family's own name."""
    if not family.is_nt:
        return "windows-9x"
    if family.version < (5, 0):
        return "windows-nt"
    name = family.name.lower().replace(" (semi-annual channel)", "")
    return name.replace(" ", "-").replace(".", "-")
