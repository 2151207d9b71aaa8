"""`sousveil export`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click

from sousveil.cli.output import progress, say
from sousveil.errors import ConfigError
from sousveil.graph import Assembly, ClaimStore, assemble_remaining, writers
from sousveil.graph.retractions import present
from sousveil.graph.writers.files import whole
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

    Those on countries and regions that the data refer to are among them, retracted ones are not.
    """
    write = writers.claims_jsonl if format_ == "jsonl" else writers.claims_csv
    found = assembled(settings).claims()
    with progress("writing"), _opened(target) as file:
        number = write(found, file)
        file.flush()
    say(f"{number} claims")


_FILES = {
    "graphml": writers.graph_graphml, "gexf": writers.graph_gexf,
    "cytoscape": writers.graph_cytoscape, "ftm": writers.graph_ftm,
    "bods": writers.graph_bods,
}
_FOLDERS = {"csv": writers.graph_csv, "parquet": writers.graph_parquet}


@command.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--format", "format_", type=click.Choice([*_FOLDERS, *_FILES]), default="csv",
              show_default=True, help="csv and parquet make a folder, the others a file.")
@click.pass_obj
def graph(settings: Settings, target: Path, format_: str) -> None:
    """Write the graph: nodes and relations with standing, dates and claims.

    It is made from the claims and the merges in force, like `sousveil build`.
    """
    with progress("writing"):
        assembly = assembled(settings)
        with whole(target) as temporary:
            if format_ in _FOLDERS:
                temporary.mkdir()
                _FOLDERS[format_](assembly, temporary)
            else:
                _FILES[format_](assembly, temporary)
    say(f"{target}: data set {assembly.dataset[:12]}")


@command.command()
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False), default="-")
@click.option("--format", "format_", type=click.Choice(["turtle", "ntriples", "rdfxml", "trig",
              "nquads", "jsonld"]), help="How to write it; by default what the name of FILE says, "
              "TriG for stdout. TriG, N-Quads and JSON-LD keep apart what each source says.")
@click.option("--derived", is_flag=True, help="Add chains of ownership, place and supply, which "
              "follow from the rest.")
@click.option("--annotations", is_flag=True, help="Add to each relation the triple that it stands "
              "for, in RDF 1.2.")
@click.option("--entity", "entities", multiple=True, metavar="NAME", help="Only what the graph "
              "knows of one node, by id or name; may be given again.")
@click.option("--query", metavar="NAME", help="Only what a canned query answers, with evidence.")
@click.option("--with", "parameters", multiple=True, metavar="PARAMETER=VALUE",
              help="A parameter of that query.")
@click.option("--since", type=click.Path(path_type=Path, exists=True, dir_okay=False),
              metavar="EXPORT", help="Only claims that an earlier export does not have.")
@click.pass_obj
def rdf(
    settings: Settings, target: Path, format_: str | None, derived: bool, annotations: bool,
    entities: tuple[str, ...], query: str | None, parameters: tuple[str, ...], since: Path | None,
) -> None:
    """Write the graph in RDF to FILE, or to stdout; packed if its name ends in .gz.

    Beside a FILE with everything stands its description, FILE.dcat.ttl (DCAT-AP and VoID), with
    counts, licences and checksums. IRIs begin with SOUSVEIL_BASE.
    """
    from sousveil.cli.rdf import write

    if sum((bool(entities), bool(query), since is not None)) > 1 or (parameters and not query):
        raise ConfigError(
            "--entity, --query and --since exclude each other, and --with belongs to --query",
            "ask for one of them",
        )
    with progress("writing"):
        said = write(
            settings, target, format_, derived, annotations, entities, query, parameters, since
        )
    say(said)


@command.command("neo4j-admin")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--gzip", "compress", is_flag=True, help="Compress the data files.")
@click.pass_obj
def neo4j_admin(settings: Settings, folder: Path, compress: bool) -> None:
    """Write CSV files for Neo4j's bulk import into FOLDER, with the command that imports them.

    For graphs of millions of nodes; `sousveil build --store neo4j://…` does for the others.
    """
    from sousveil.graph.writers.neo4j_admin import graph_neo4j_admin

    with progress("writing"):
        assembly = assembled(settings)
        with whole(folder) as temporary:
            info = graph_neo4j_admin(assembly, temporary, compress)
    say(f"{folder}: data set {info.dataset[:12]}")
    say(f"import with the server stopped:  sh {folder}/import.sh")
    say(f"then with the server running:    cypher-shell -f {folder}/finish.cypher")


def assembled(settings: Settings) -> Assembly:
    """The graph that the claims, the merges and the retractions in force make."""
    if not ClaimStore(settings.claims).keys():
        raise ConfigError("no claims have been loaded", "run `sousveil load --shipped`")
    return assemble_remaining(present(settings))


@contextmanager
def _opened(target: Path) -> Iterator[TextIO]:
    """The file to write, or stdout for `-`."""
    if str(target) != "-":
        with whole(target) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
            yield file
        return
    try:
        yield sys.stdout
    except BrokenPipeError:
        raise
    except OSError as error:
        raise ConfigError(
            f"standard output: cannot write: {error.strerror or error}",
            "make room, or name a file; what has been written there is not complete",
        ) from error
