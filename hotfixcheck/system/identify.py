"""What a system is, offline: from its hives, else from its kernel files, else from the user's word."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from hotfixcheck.platforms import Platform
from hotfixcheck.products import Edition, Family, ServicePack, edition_from_registry, parse_product, product_name
from hotfixcheck.readers.facts import FileFacts
from hotfixcheck.system.clues import Clues, Problem
from hotfixcheck.system.conflicts import settled
from hotfixcheck.system.editions import plain_edition
from hotfixcheck.system.kernel import kernel_files, with_kernel
from hotfixcheck.system.media import from_media
from hotfixcheck.system.model import System, SystemEvidence
from hotfixcheck.system.registry import from_hives
from hotfixcheck.targets.tree import FileTree


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the user says the system is."""

    product: str | None = None
    service_pack: ServicePack | None = None
    platform: Platform | None = None


def identify(
    tree: FileTree, hives: str | None, system32: str | None, read: Callable[[str], FileFacts]
) -> tuple[System, tuple[Problem, ...]]:
    """The system in `tree`, and what of it could not be read.

    `hives` and `system32` are folders of the tree; `read` gives the facts of a file by its path in the tree and raises
    UnreadableFileError or OSError.
    """
    clues = Clues()
    system = from_media(tree, system32, clues) if hives is None else from_hives(tree, hives, clues)
    if system32 is not None:
        kernel = tuple(kernel_files(tree, system32, read, clues))
        if hives is None:
            system = _with_its_kernel(system, kernel, clues)
        else:
            system = with_kernel(settled(system, kernel, clues), kernel, clues)
    elif hives is not None:
        system = settled(system, (), clues)
    system = _with_edition(system, clues)
    return replace(system, evidence=tuple(clues.evidence)), tuple(sorted(clues.problems))


def _with_its_kernel(media: System, kernel: Iterable[tuple[str, FileFacts]], clues: Clues) -> System:
    """Of install media the kernel's version tells the family, and a product's name only where there is none."""
    system = with_kernel(replace(media, families=()), kernel, clues)
    return system if system.families else replace(system, families=media.families)


def _with_edition(system: System, clues: Clues) -> System:
    """The edition by the registry's words, which differ in meaning between families."""
    if not clues.product_type or system.family is None:
        return system
    role, edition = edition_from_registry(system.family, clues.product_type, clues.suites, clues.edition_id)
    source = "product type and suites"
    if edition is None and not clues.edition_id:
        edition, source = _named_edition(clues.product_name, system.family), "product name"
    product = product_name(system.family, edition)
    if edition is not None:
        clues.note("edition", product, source)
    if system.terminal_server and edition is not Edition.TERMINAL_SERVER:
        said = f"say {product}, which is believed; the kernel is of Terminal Server Edition"
        clues.problems.append(Problem(source, said))
    if system.terminal_server is False and edition is Edition.TERMINAL_SERVER:
        clues.problems.append(Problem(source, f"say {product}, which is believed; the kernel is a plain build"))
    return replace(system, role=role, edition=edition, terminal_server=edition is Edition.TERMINAL_SERVER)


def _named_edition(name: str, family: Family) -> Edition | None:
    """The edition in a ProductName that names this family: from Vista on product type and suites do not tell it."""
    scope = parse_product(name)
    versions = {each.version for each in scope.families}  # Windows 11 calls itself Windows 10
    edition = plain_edition(scope.editions) if family.version in versions else None
    return edition if edition in family.editions else None


def override(system: System, overrides: Overrides) -> System:
    """The system with the user's word over the evidence; raises ValueError for a product that is no Windows."""
    evidence = list(system.evidence)
    if overrides.product is not None:
        scope = parse_product(overrides.product)
        if not scope.families:
            raise ValueError(f"{overrides.product!r} names no Windows, such as 'Windows NT Server 4.0'")
        families = tuple(sorted(scope.families, key=lambda family: family.version))
        edition = plain_edition(scope.editions)
        system = replace(
            system,
            families=families,
            edition=edition,
            build=system.build if families == system.families else None,  # a build of what the files said
            role=families[0].role if len(families) == 1 else None,
            terminal_server=Edition.TERMINAL_SERVER in scope.editions if scope.editions else None,
        )
        if len(families) == 1 and len(packs := scope.service_packs_of(families[0])) == 1:
            system = replace(system, service_pack=next(iter(packs)))
        elif not any(system.service_pack in family.service_packs for family in families):
            system = replace(system, service_pack=None)  # one of what the files said
        evidence.append(SystemEvidence("product", overrides.product, "--product"))
    if overrides.service_pack is not None:
        system = replace(system, service_pack=overrides.service_pack)
        evidence.append(SystemEvidence("service pack", str(overrides.service_pack), "--service-pack"))
    if overrides.platform is not None:
        system = replace(system, platform=overrides.platform)
        evidence.append(SystemEvidence("platform", overrides.platform.value, "--platform"))
    return replace(system, evidence=tuple(evidence))
