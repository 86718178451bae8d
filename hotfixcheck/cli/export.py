"""`hotfixcheck export oval`: manifests and a scanned system for an OVAL engine."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer

from hotfixcheck.cli.flags import Command, Group
from hotfixcheck.cli.options import (
    Articles,
    Image,
    Manifests,
    Output,
    PlatformOption,
    Product,
    ServicePackOption,
    Target,
    overrides,
)
from hotfixcheck.cli.output import write_whole
from hotfixcheck.cli.places import expect_place_for
from hotfixcheck.cli.reporting import only_one

export_app = typer.Typer(
    cls=Group,
    help="Write manifests and systems in the formats of other tools.",
    epilog="Example: hotfixcheck export oval definitions -o definitions.xml",
    no_args_is_help=True,
)
oval_app = typer.Typer(
    cls=Group,
    help="OVAL 5.10.1: definitions of articles, and the characteristics of a system to evaluate them against.",
    epilog="Example: hotfixcheck export oval characteristics /mnt/disk -o characteristics.xml",
    no_args_is_help=True,
)
export_app.add_typer(oval_app, name="oval")


@oval_app.command(
    cls=Command, epilog="Example: hotfixcheck export oval definitions --article Q246691 -o definitions.xml"
)
def definitions(manifests: Manifests = None, article: Articles = None, output: Output = None) -> None:
    """Write two definitions for each article and platform: whether it applies, and whether it should be installed."""
    from hotfixcheck.cli.loading import chosen, load_manifests
    from hotfixcheck.cli.output import say
    from hotfixcheck.oval.articles import why_not
    from hotfixcheck.oval.definitions import definitions_of, definitions_xml

    expect_place_for(output, inputs=manifests or ())
    judged = chosen(load_manifests(manifests, strict=False).manifests, article or [])
    pairs = definitions_of(judged)
    if not pairs:
        raise typer.BadParameter(f"OVAL cannot say any of these articles: {why_not(judged[0])}", param_hint="--article")
    write_whole(definitions_xml(pairs), output)
    left_out = Counter(reason for manifest in judged if (reason := why_not(manifest)))
    for reason, count in sorted(left_out.items()):
        say(f"{count} article{'s'[: count != 1]} left out: {reason}")


@oval_app.command(
    cls=Command,
    no_args_is_help=True,
    epilog="Example: hotfixcheck export oval characteristics /mnt/disk -o characteristics.xml",
)
def characteristics(
    target: Target,
    manifests: Manifests = None,
    article: Articles = None,
    output: Output = None,
    image: Image = None,
    product: Product = None,
    service_pack: ServicePackOption = None,
    platform: PlatformOption = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Do not show how far the scan is.")] = False,
) -> None:
    """Write what was found of a system, for the definitions of the same manifests."""
    from hotfixcheck.cli.loading import chosen, load_manifests, scan_for
    from hotfixcheck.oval.characteristics import characteristics_xml
    from hotfixcheck.oval.definitions import definitions_of
    from hotfixcheck.verdicts.candidates import names_to_read

    expect_place_for(output, target=target, inputs=manifests or ())
    said = overrides(product, service_pack, platform)
    judged = chosen(load_manifests(manifests, strict=False).manifests, article or [])
    scanned = scan_for(target, names_to_read(judged), said, only=image, quiet=quiet)
    if len(scanned.inventories) > 1:
        raise only_one("a document of characteristics", [each.target for each in scanned.inventories])
    write_whole(characteristics_xml(scanned.inventories[0], definitions_of(judged)), output)
