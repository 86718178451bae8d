"""What the name of a product says of the edition."""

from __future__ import annotations

from hotfixcheck.products import Edition

# Editions that share the fixes of the one that gives the product its name, and are covered by that name.
_COVERED = {
    Edition.WORKSTATION: {Edition.EMBEDDED},
    Edition.PROFESSIONAL: {Edition.MEDIA_CENTER, Edition.TABLET_PC},
    Edition.SERVER: {*Edition} - {Edition.WORKSTATION, Edition.PROFESSIONAL},
}


def plain_edition(editions: frozenset[Edition]) -> Edition | None:
    """The edition that a product name means: "Windows NT Server" covers Enterprise Edition and means Server."""
    if len(editions) == 1:
        return next(iter(editions))
    plain = (
        edition for edition, covered in _COVERED.items() if edition in editions and editions - {edition} <= covered
    )
    return next(plain, None)
