"""`sousveil load`."""

from __future__ import annotations

from pathlib import Path

import click

from sousveil.cli.output import progress, say
from sousveil.cli.rejects import tell
from sousveil.errors import ConfigError
from sousveil.graph import ClaimStore
from sousveil.loaders import LOADERS, Loaded, LoadRefused, load, update
from sousveil.loaders import shipped as shipped_cases
from sousveil.settings import Settings


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="FILE...")
@click.option("--as", "as_", default="", metavar="NAME", help="Format of the files, if it cannot "
              "be told from them.")
@click.option("--source", "key", default="", metavar="KEY", help="Key under which the file is "
              "kept; what was loaded under it before is replaced.")
@click.option("--update", "updated", default="", metavar="KEY", help="The file holds only the "
              "records that have changed since what was loaded under KEY.")
@click.option("--max-rejects", default=0, show_default=True, type=click.IntRange(0), metavar="N",
              help="Records that may be left out; one more, and nothing changes.")
@click.option("--rejects", "reject_file", type=click.Path(path_type=Path), metavar="CSV",
              help="Where to list the records that were left out.")
@click.option("--shipped", is_flag=True, help="Load the case data that comes with Sousveil.")
@click.pass_obj
def command(
    settings: Settings, paths: tuple[Path, ...], as_: str, key: str, updated: str,
    max_rejects: int, reject_file: Path | None, shipped: bool,
) -> None:
    """Load files or folders into the claims store.

    A FILE is a CSV template (`sousveil template`) or a folder of them. Loading the same file
    again changes nothing; loading a newer edition replaces the older one at once and as a whole.
    A file with faults is refused as a whole, with file, line and reason. With --update a file of
    changes is applied: its records replace those of the same name, deleted ones go.
    """
    if not paths and not shipped:
        raise ConfigError("nothing to load", "name files or folders, or say --shipped")
    if key and len(paths) != 1:
        raise ConfigError("--source names one file or folder", "load them one by one")
    if updated and (key or shipped or not paths):
        raise ConfigError("--update KEY takes files of changes, and nothing beside them",
                          "load the rest in a command of its own")
    store = ClaimStore(settings.claims)
    try:
        with progress("loading") as advance:
            done: list[Loaded] = []
            if shipped:
                done += load(shipped_cases(), store, LOADERS, progress=advance)
            for path in paths if updated else ():
                done.append(update(
                    path, store, LOADERS, updated, as_=as_, max_rejects=max_rejects,
                    progress=advance,
                ))
            if paths and not updated:
                done += load(
                    paths, store, LOADERS, as_=as_, key=key, max_rejects=max_rejects,
                    progress=advance,
                )
    except LoadRefused as refused:
        tell(refused.rejects, reject_file)
        raise
    for one in done:
        for warning in one.warnings:
            say(f"warning: {warning}")
        left = f", {one.taken_back} taken back" if updated else ""
        left += f", {len(one.rejects)} records left out" if one.rejects else ""
        for what, times in one.omitted:
            say(f"{one.key}: left out on purpose: {what} ({times})")
        say(f"{one.key}: " + ("unchanged" if one.unchanged else f"{one.claims} claims{left}"))
    if rejects := [reject for one in done for reject in one.rejects]:
        tell(rejects, reject_file)

