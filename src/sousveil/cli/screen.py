"""`sousveil screen`."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from sousveil.cli.output import counted, format_option, say, write_rows
from sousveil.cli.rejects import tell
from sousveil.errors import SourceError
from sousveil.loaders import Reject
from sousveil.loaders.reviews import STATES, ReviewList
from sousveil.loaders.screen import Hit, Watchlist, screen
from sousveil.settings import Settings

COLUMNS = ("hit", "company", "word", "documented", "place", "state")


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path),
                metavar="FILE...")
@click.option("--watchlist", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER",
              help="A watch list of your own, in place of the one that comes with Sousveil.")
@click.option("--all", "all_", is_flag=True, help="Show rejected hits, too.")
@click.option("--jsonl", is_flag=True, help="Print every hit with all its fields, one JSON object "
              "on each line, and leave the review list as it is.")
@format_option()
@click.pass_obj
def command(
    settings: Settings, paths: tuple[Path, ...], watchlist: Path | None, all_: bool, jsonl: bool,
    format_: str,
) -> None:
    """Look in notices and tender texts for the companies of the watch list.

    Each hit says where it stands and what is documented there: goods of an award, a brand that a
    tender recommends or asks for, or a mention. New hits go to the review list; what was rejected
    there stays rejected.
    """
    known = Watchlist.read(watchlist) if watchlist else Watchlist.shipped()
    list_ = ReviewList(settings.home)
    found: list[Hit] = []
    rejects: list[Reject] = []
    for path in paths:
        try:
            found += screen(path, known)
        except SourceError as error:
            rejects.append(Reject(error.path or str(path), error.line, error.message, error.hint))
    if jsonl:
        for hit in found:
            click.echo(msgspec.json.encode(hit).decode())
    else:
        states = list_.states()
        fresh = list_.add(found)
        write_rows(COLUMNS, [
            row(hit, state) for hit in found
            if (state := STATES[states[hit.id].action] if hit.id in states else "pending")
            and (all_ or state != "rejected")
        ], format_)
        say(f"{counted(len(found), 'hit')}, {fresh} of them new on the review list")
    if rejects:
        tell(rejects, None)
        raise click.exceptions.Exit(1)


def row(hit: Hit, state: str) -> tuple[str, ...]:
    """The cells of a hit, in the order of COLUMNS."""
    record = f", record {hit.record}" if hit.record > 1 else ""
    place = f"{hit.file}{record}, line {hit.line}, characters {hit.start + 1}-{hit.end}"
    return hit.id, hit.company, hit.text, hit.documented, place, state
