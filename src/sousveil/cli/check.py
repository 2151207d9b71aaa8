"""`sousveil check`."""

from __future__ import annotations

from pathlib import Path

import click

from sousveil.cli.output import counted, progress, say
from sousveil.errors import ConfigError
from sousveil.graph import ClaimStore, assemble_remaining
from sousveil.graph.retractions import present
from sousveil.loaders import LOADERS, LoadRefused, load
from sousveil.settings import Settings


class _Check(click.Group):
    """`check rdf FILE` is a command of its own; everything else is files."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        first = args[0] if args else ""
        if first not in (*self.commands, "--help", "-h"):
            args = ["files", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Check)
def command() -> None:
    """Check files, or everything that has been loaded, and change nothing.

    `sousveil check [FILE]...` looks whether files could be loaded, `sousveil check rdf FILE`
    whether data in RDF keep the shapes.
    """


@command.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@click.option("--as", "as_", default="", metavar="NAME", help="Format of the files.")
@click.pass_obj
def files(settings: Settings, paths: tuple[Path, ...], as_: str) -> None:
    """Check whether files could be loaded, or what has been loaded; the word may be left out.

    With FILEs: whether they could be loaded together, next to what has been loaded; every fault
    is listed. Without: whether the claims and the merges in force make a graph.
    """
    store = ClaimStore(settings.claims)
    if not paths:
        if not store.keys():
            raise ConfigError(
                "no claims have been loaded", "name files to check, or load some first"
            )
        with progress("assembling"):
            found = present(settings)
            graph = assemble_remaining(found)
        loaded = sum(1 for _ in store.read_all()) - len(found.withdrawn)
        say(f"{loaded} claims, and {graph.counts()['Claim'] - loaded} on the countries and regions "
            f"they refer to, make a graph; data set {graph.dataset[:12]}")
        return
    with progress("checking") as advance:
        try:
            done = load(paths, store, LOADERS, as_=as_, dry_run=True, progress=advance)
        except LoadRefused as refused:
            for reject in refused.rejects:
                click.echo(str(reject))
            number = len(refused.rejects)
            say(f"{number} fault{'s' if number != 1 else ''}")
            raise click.exceptions.Exit(1) from None
    for one in done:
        for warning in one.warnings:
            click.echo(f"warning: {warning}")
    say(f"{sum(one.claims for one in done)} claims, no faults")


@command.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True, dir_okay=False),
                metavar="FILE")
def rdf(path: Path) -> None:
    """Check whether data in RDF keep our shapes (SHACL): for partners who write them.

    Each fault is told with the line where its element is first spoken of, and the shape. Terms
    of ours that do not exist are told too.
    """
    from sousveil.cli.shapes import faults

    with progress("checking"):
        found = faults(path)
    for fault in found:
        click.echo(fault)
    say(f"{counted(len(found), 'fault')}" if found else "the shapes are kept")
    if found:
        raise click.exceptions.Exit(1)
