"""`sousveil check`."""

from __future__ import annotations

from pathlib import Path

import click

from sousveil.cli.output import progress, say
from sousveil.errors import ConfigError
from sousveil.graph import ClaimStore, DecisionLog, assemble, canonical_ids
from sousveil.loaders import LOADERS, LoadRefused, load
from sousveil.settings import Settings


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@click.option("--as", "as_", default="", metavar="NAME", help="Format of the files.")
@click.pass_obj
def command(settings: Settings, paths: tuple[Path, ...], as_: str) -> None:
    """Check files, or everything that has been loaded, and change nothing.

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
            merged = canonical_ids(DecisionLog(settings.decisions).read())
            graph = assemble(store.read_all(), merged)
        loaded = sum(1 for _ in store.read_all())
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
