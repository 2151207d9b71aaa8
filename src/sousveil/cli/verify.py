"""`sousveil verify`."""

from __future__ import annotations

from pathlib import Path

import click

from sousveil.cli.output import format_option, progress, say, write_rows
from sousveil.errors import ConfigError
from sousveil.graph import ClaimStore
from sousveil.graph.verify import verify
from sousveil.settings import Settings


@click.command()
@click.option("--sources", "folder", required=True, metavar="FOLDER",
              type=click.Path(path_type=Path), help="Folder that holds the documents' text files.")
@format_option()
@click.pass_obj
def command(settings: Settings, folder: Path, format_: str) -> None:
    """Check the claims' anchors against the documents themselves.

    A claim's anchor names lines of its source's text file, and terms that must occur there. Every
    claim whose terms do not is listed, and every document that has changed or is absent. Exit
    code 1 if there is any fault.
    """
    if not folder.is_dir():
        raise ConfigError(f"{folder} is not a folder", "name the folder with the documents")
    store = ClaimStore(settings.claims)
    if not store.keys():
        raise ConfigError("no claims have been loaded", "run `sousveil load --shipped`")
    with progress("verifying"):
        report = verify(store.read_all, folder)
    if report.faults or format_ != "table":
        write_rows(
            ("claim", "about", "source", "anchor", "fault"),
            [(f.claim, f.about, f.source, f.anchor, f.fault) for f in report.faults], format_,
        )
    say(f"{report.verified} claims verified in {report.documents} documents, "
        f"{len(report.faults)} faults, {report.unanchored} claims without an anchor")
    if report.faults:
        raise click.exceptions.Exit(1)
