"""`sousveil load`."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

import click

from sousveil.cli.output import progress, say
from sousveil.errors import ConfigError
from sousveil.graph import ClaimStore
from sousveil.graph.export import safe_cell
from sousveil.loaders import LOADERS, Loaded, LoadRefused, Reject, load
from sousveil.loaders import shipped as shipped_cases
from sousveil.settings import Settings

_SHOWN = 20


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--as", "as_", default="", metavar="NAME", help="Format of the files, if it cannot "
              "be told from them.")
@click.option("--source", "key", default="", metavar="KEY", help="Key under which the file is "
              "kept; what was loaded under it before is replaced.")
@click.option("--max-rejects", default=0, show_default=True, type=click.IntRange(0), metavar="N",
              help="Records that may be left out; one more, and nothing changes.")
@click.option("--rejects", "reject_file", type=click.Path(path_type=Path), metavar="CSV",
              help="Where to list the records that were left out.")
@click.option("--shipped", is_flag=True, help="Load the case data that comes with Sousveil.")
@click.pass_obj
def command(
    settings: Settings, paths: tuple[Path, ...], as_: str, key: str, max_rejects: int,
    reject_file: Path | None, shipped: bool,
) -> None:
    """Load files or folders into the claims store.

    A FILE is a CSV template (`sousveil template`) or a folder of them. Loading the same file
    again changes nothing; loading a newer edition replaces the older one at once and as a whole.
    A file with faults is refused as a whole, with file, line and reason.
    """
    if not paths and not shipped:
        raise ConfigError("nothing to load", "name files or folders, or say --shipped")
    if key and len(paths) != 1:
        raise ConfigError("--source names one file or folder", "load them one by one")
    store = ClaimStore(settings.claims)
    try:
        with progress("loading") as advance:
            done: list[Loaded] = []
            if shipped:
                done += load(shipped_cases(), store, LOADERS, progress=advance)
            if paths:
                done += load(
                    paths, store, LOADERS, as_=as_, key=key, max_rejects=max_rejects,
                    progress=advance,
                )
    except LoadRefused as refused:
        _list(refused.rejects, reject_file)
        raise
    for one in done:
        for warning in one.warnings:
            say(f"warning: {warning}")
        left = f", {len(one.rejects)} records left out" if one.rejects else ""
        say(f"{one.key}: " + ("unchanged" if one.unchanged else f"{one.claims} claims{left}"))
    if rejects := [reject for one in done for reject in one.rejects]:
        _list(rejects, reject_file)


def _list(rejects: Sequence[Reject], path: Path | None) -> None:
    for reject in rejects[:_SHOWN]:
        say(str(reject))
    if len(rejects) > _SHOWN and path is None:
        say(f"… and {len(rejects) - _SHOWN} more; --rejects FILE lists them all")
    if path is not None:
        try:
            with path.open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file, lineterminator="\n")
                writer.writerow(["file", "line", "message", "hint"])
                writer.writerows(
                    (safe_cell(r.path), r.line, safe_cell(r.message), safe_cell(r.hint))
                    for r in rejects
                )
        except OSError as error:
            raise ConfigError(
                f"{path}: cannot write: {error.strerror or error}", "name another file"
            ) from error
        say(f"{len(rejects)} rejected records are listed in {path}")
