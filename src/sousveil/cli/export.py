"""`sousveil export`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import click

from sousveil.cli.output import progress, say
from sousveil.errors import ConfigError
from sousveil.graph import Assembly, ClaimStore, DecisionLog, assemble, canonical_ids, writers
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
    """Write every claim to FILE, or to stdout.

    Those on countries and regions that the data refer to are among them.
    """
    store = ClaimStore(settings.claims)
    if not store.keys():
        raise ConfigError("no claims have been loaded", "run `sousveil load --shipped`")
    write = writers.claims_jsonl if format_ == "jsonl" else writers.claims_csv
    with progress("writing"), _writing(target), (
        nullcontext(sys.stdout) if str(target) == "-"
        else target.open("w", encoding="utf-8", newline="")
    ) as file:
        number = write(assemble(store.read_all()).claims(), file)
        file.flush()
    say(f"{number} claims")


@command.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--format", "format_", type=click.Choice(["csv", "graphml", "gexf"]), default="csv",
              show_default=True,
              help="A folder with nodes.csv and edges.csv, or a GraphML or GEXF file.")
@click.pass_obj
def graph(settings: Settings, target: Path, format_: str) -> None:
    """Write the graph: nodes and relations with standing, dates and claims.

    It is made from the claims and the merges in force, like `sousveil build`.
    """
    with progress("writing"), _writing(target):
        assembly = _assembly(settings)
        if format_ == "csv":
            target.mkdir(parents=True, exist_ok=True)
            writers.graph_csv(assembly, target)
        elif format_ == "gexf":
            writers.graph_gexf(assembly, target)
        else:
            writers.graph_graphml(assembly, target)
    say(f"{target}: data set {assembly.dataset[:12]}")


@command.command("neo4j-admin")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--gzip", "compress", is_flag=True, help="Compress the data files.")
@click.pass_obj
def neo4j_admin(settings: Settings, folder: Path, compress: bool) -> None:
    """Write CSV files for Neo4j's bulk import into FOLDER, with the command that imports them.

    For graphs of millions of nodes; `sousveil build --store neo4j://…` does for the others.
    """
    from sousveil.graph.writers.neo4j_admin import graph_neo4j_admin

    with progress("writing"), _writing(folder):
        info = graph_neo4j_admin(_assembly(settings), folder, compress)
    say(f"{folder}: data set {info.dataset[:12]}")
    say(f"import with the server stopped:  sh {folder}/import.sh")
    say(f"then with the server running:    cypher-shell -f {folder}/finish.cypher")


def _assembly(settings: Settings) -> Assembly:
    store = ClaimStore(settings.claims)
    if not store.keys():
        raise ConfigError("no claims have been loaded", "run `sousveil load --shipped`")
    return assemble(store.read_all(), canonical_ids(DecisionLog(settings.decisions).read()))


@contextmanager
def _writing(target: Path) -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        name = "standard output" if str(target) == "-" else target
        raise ConfigError(
            f"{name}: cannot write: {error.strerror or error}",
            "make room, or name another place; what has been written there is not complete",
        ) from error
