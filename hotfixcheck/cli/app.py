"""The typer application: every command, and what each outcome means as an exit code."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from hotfixcheck import __version__
from hotfixcheck.cli.check import CheckOptions, check
from hotfixcheck.cli.completing import check_installation
from hotfixcheck.cli.demo import demo
from hotfixcheck.cli.export import export_app
from hotfixcheck.cli.flags import Command, Group, with_options
from hotfixcheck.cli.fleet import fleet_app
from hotfixcheck.cli.identify import identify
from hotfixcheck.cli.import_ import import_
from hotfixcheck.cli.inventory import inventory
from hotfixcheck.cli.manifest import manifest_app
from hotfixcheck.cli.output import Exit, OutputError, ReaderGoneError, say, say_where_it_failed
from hotfixcheck.cli.schema import schema
from hotfixcheck.cli.usage import UsageError, say_usage
from hotfixcheck.errors import HotfixcheckError, printable, said_by

app = typer.Typer(
    cls=Group,
    name="hotfixcheck",
    help="Says offline, with evidence, which Windows hotfixes an installed system is missing.",
    epilog="Example: hotfixcheck check /mnt/plant-disk",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command(
    cls=Command, no_args_is_help=True, epilog="Example: hotfixcheck check /mnt/disk/WINNT -f json -o report.json"
)(with_options(CheckOptions, check))
app.command(cls=Command, no_args_is_help=True, epilog="Example: hotfixcheck identify /mnt/disk")(identify)
app.command(cls=Command, no_args_is_help=True, epilog="Example: hotfixcheck inventory /mnt/disk -o disk.jsonl")(
    inventory
)
app.command(
    "import",
    cls=Command,
    no_args_is_help=True,
    epilog="Example: hotfixcheck import kb-archive.tar.gz -o manifests --report import.json",
)(import_)
app.command(cls=Command, epilog="Example: hotfixcheck demo ./nt4")(demo)
app.command(cls=Command, no_args_is_help=True, epilog="Example: hotfixcheck schema report -o report.schema.json")(
    schema
)
app.add_typer(manifest_app, name="manifest")
app.add_typer(fleet_app, name="fleet")
app.add_typer(export_app, name="export")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"hotfixcheck {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None: ...


def run() -> int:
    """Run the command that sys.argv names and return its exit code."""
    try:
        check_installation(sys.argv[1:])
        # Not as typer's standalone program, so that wrong usage is said in the voice of every other error.
        code = app(prog_name="hotfixcheck", standalone_mode=False)
        return code if isinstance(code, int) else Exit.OK
    except UsageError as error:
        say_usage(error)
        return Exit.USAGE
    except SystemExit as stopped:
        return stopped.code if isinstance(stopped.code, int) else Exit.OK if stopped.code is None else Exit.USAGE
    except ReaderGoneError:
        return Exit.READER_GONE
    except OutputError as error:
        say(error)
        return Exit.USAGE
    except HotfixcheckError as error:
        say(error)
        return Exit.UNUSABLE
    except OSError as error:  # no place for temporary files, a folder that is closed to us
        where = f"{printable(str(error.filename))}: " if error.filename else ""
        say(f"{where}{said_by(error)}")
        return Exit.UNUSABLE
    except Exception:  # Python would exit with 1, which says that a fix is missing
        say_where_it_failed()
        say("this is a mistake in hotfixcheck: please report it with the lines above")
        return Exit.UNUSABLE
