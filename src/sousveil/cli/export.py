"""`sousveil export`."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path

import click

from sousveil.cli.output import progress, say
from sousveil.errors import ConfigError
from sousveil.graph import ClaimStore, DecisionLog, assemble, canonical_ids
from sousveil.graph import export as writers
from sousveil.settings import Settings


@click.group()
def command() -> None:
    """Write the claims or the graph to files."""


@command.command()
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False), default="-")
@click.option("--format", "format_", type=click.Choice(["jsonl", "csv"]), default="jsonl",
              show_default=True, help="JSON Lines carry everything; CSV is for spreadsheets.")
@click.pass_obj
def claims(settings: Settings, target: Path, format_: str) -> None:
    """Write every claim that has been loaded to FILE, or to stdout."""
    store = ClaimStore(settings.claims)
    if not store.keys():
        raise ConfigError("no claims have been loaded", "run `sousveil load --shipped`")
    write = writers.claims_jsonl if format_ == "jsonl" else writers.claims_csv
    try:
        with progress("writing"), (
            nullcontext(sys.stdout) if str(target) == "-"
            else target.open("w", encoding="utf-8", newline="")
        ) as file:
            number = write(store.read_all(), file)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise ConfigError(f"{target}: cannot write: {error.strerror or error}") from error
    say(f"{number} claims")


@command.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--format", "format_", type=click.Choice(["csv", "graphml"]), default="csv",
              show_default=True, help="A folder with nodes.csv and edges.csv, or a GraphML file.")
@click.pass_obj
def graph(settings: Settings, target: Path, format_: str) -> None:
    """Write the graph: nodes and relations with standing, dates and claims.

    It is made from the claims and the merges in force, like `sousveil build`.
    """
    store = ClaimStore(settings.claims)
    if not store.keys():
        raise ConfigError("no claims have been loaded", "run `sousveil load --shipped`")
    with progress("writing"):
        merged = canonical_ids(DecisionLog(settings.decisions).read())
        assembly = assemble(store.read_all(), merged)
        try:
            if format_ == "csv":
                target.mkdir(parents=True, exist_ok=True)
                writers.graph_csv(assembly, target)
            else:
                writers.graph_graphml(assembly, target)
        except OSError as error:
            raise ConfigError(f"{target}: cannot write: {error.strerror or error}") from error
    say(f"{target}: data set {assembly.dataset[:12]}")
