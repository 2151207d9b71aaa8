"""`sousveil diff`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click
import msgspec

from sousveil.cli.output import format_option, progress, say, write_rows
from sousveil.errors import ConfigError, SourceError
from sousveil.graph import Assembly, Claim, ClaimStore, assemble, assemble_remaining
from sousveil.graph.records import identified
from sousveil.graph.retractions import present
from sousveil.graph.writers.rdf_formats import format_of
from sousveil.loaders import rdf
from sousveil.queries.changes import Change, Changes, changes, rdf_patch
from sousveil.settings import Settings

_COLUMNS = ("change", "element", "what differs", "source", "locator", "claim")


@click.command()
@click.argument("old", type=click.Path(path_type=Path, exists=True))
@click.argument("new", type=click.Path(path_type=Path, exists=True))
@click.option("--no-paths", is_flag=True, help="Compare claims only; do not build the graphs to "
              "look for paths.")
@format_option(("table", "json", "rdf-patch"))
@click.pass_obj
def command(
    settings: Settings, old: Path, new: Path, no_paths: bool, format_: str
) -> None:
    """Show what differs between two data sets: claims, elements, and supply paths.

    OLD and NEW are files of `sousveil export claims` or `sousveil export rdf`, homes, or folders
    of claims. In a home the merges and retractions count, elsewhere the claims alone.
    """
    with progress("comparing"):
        before, after = _read(settings, old), _read(settings, new)
        if format_ == "rdf-patch":
            for line in rdf_patch(before, after, settings.base):
                sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()
            return
        found = changes(before, after, paths=not no_paths)
    if format_ == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2))
    else:
        _print(found)
    kinds = [c.change for c in found.claims]
    say(f"claims: {kinds.count('added')} added, {kinds.count('removed')} removed, "
        f"{kinds.count('changed')} changed; "
        f"elements: {len(found.added)} added, {len(found.removed)} removed")
    if not no_paths:
        effects = [p.effect for p in found.paths]
        say(f"paths: {effects.count('new')} begin, {effects.count('gone')} end, "
            f"{effects.count('changed')} change")
    say(f"data set {found.old[:12]} → {found.new[:12]}")


def _print(found: Changes) -> None:
    if found.claims:
        write_rows(_COLUMNS, (_row(c) for c in found.claims), "table")
    if found.paths:
        words = {"new": "begins", "gone": "ends", "changed": "changes"}
        click.echo()
        write_rows(
            ("effect", "path", "origin", "end user", "transactions", "standing", "change"),
            [(words[p.effect], p.id, p.origin, p.end_user, list(p.transactions), p.standing,
              p.change) for p in found.paths], "table",
        )


def _row(change: Change) -> tuple[Any, ...]:
    differs = "; ".join(
        f"{name}: {_text(was)} → {_text(now)}" for name, (was, now) in change.what.items()
    )
    return (change.change, change.about, differs, change.source, change.locator,
            change.new or change.old)


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or "nothing"
    return str(value) if value not in (None, "") else "nothing"


def _read(settings: Settings, path: Path) -> Assembly:
    """The graph of a file, a home or a folder of claims."""
    if path.is_dir():
        home = msgspec.structs.replace(settings, home=path)
        if ClaimStore(home.claims).keys():
            return assemble_remaining(present(home))
        folder = ClaimStore(path)
        if not folder.keys():
            raise ConfigError(f"{path}: no claims are in this folder",
                              "name a home, a folder of claims, or a file of claims")
        return assemble(folder.read_all())
    return assemble(_rdf(path) if format_of(path) else _lines(path))


def _rdf(path: Path) -> Iterable[Claim]:
    for record in rdf.read(path):
        yield from map(identified, rdf.claims(record))


def _lines(path: Path) -> Iterable[Claim]:
    decode = msgspec.json.Decoder(Claim).decode
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                yield identified(decode(line))
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise SourceError(
                    f"is no claim: {error}", path, number,
                    "name a file of `sousveil export claims` or `sousveil export rdf`",
                ) from error
