"""`sousveil read`."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import click
import msgspec

from sousveil.cli.output import progress, say
from sousveil.cli.rejects import tell
from sousveil.loaders import LOADERS, Reject, find
from sousveil.loaders.view import read


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path),
                metavar="FILE...")
@click.option("--as", "as_", default="", metavar="FORMAT", help="Format of the files, if it cannot "
              "be told from them.")
@click.option("--format", "form", default="jsonl", show_default=True,
              type=click.Choice(["jsonl"]), help="One JSON object on each line.")
@click.option("--rejects", "reject_file", type=click.Path(path_type=Path), metavar="CSV",
              help="Where to list the records that cannot be read; else FILE.rejects.csv in this "
              "folder, if there are any.")
def command(paths: tuple[Path, ...], as_: str, form: str, reject_file: Path | None) -> None:
    """Print what a file would give if it were loaded; touch no store.

    One object for each entity, relation and transaction, in the order of the file. Records with a
    fault are listed on stderr and in a file of their own; the exit code is then 1.
    """
    rejects: list[Reject] = []
    omitted: Counter[str] = Counter()
    encode = msgspec.json.Encoder().encode
    out = sys.stdout.buffer

    def left_out(what: str, times: int) -> None:
        omitted[what] += times

    with progress("reading") as advance:
        for path in paths:
            loader = find(path, LOADERS, as_)
            for number, one in enumerate(read(path, loader, rejects.append, left_out), 1):
                out.write(encode(one) + b"\n")
                if number % 1000 == 0:
                    advance(1000)
    out.flush()
    for what, times in omitted.most_common():
        say(f"left out on purpose: {what} ({times})")
    if rejects:
        tell(rejects, reject_file or Path(f"{paths[0].name}.rejects.csv"))
        raise click.exceptions.Exit(1)

