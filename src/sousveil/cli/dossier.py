"""`sousveil dossier`."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import Any

import click

from sousveil.cli.output import counted, say
from sousveil.cli.paths import question_of, question_options
from sousveil.errors import ConfigError
from sousveil.graph import connect
from sousveil.graph.writers.files import whole
from sousveil.queries import find_paths
from sousveil.queries.dossier import dossier
from sousveil.settings import Settings

_ENDINGS = {".md": "markdown", ".html": "html", ".docx": "docx", ".pdf": "pdf"}


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH_ID]...")
@question_options
@click.option("--format", "format_", type=click.Choice(list(_ENDINGS.values())),
              help="[default: by the ending of --output, else markdown]")
@click.option("--output", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Where to write it; else to standard output.")
@click.option("--date", metavar="DAY", default="", help="Date of printing. [default: today]")
@click.option("--fonts", type=click.Path(path_type=Path), metavar="FOLDER",
              help="Fonts for PDF and pictures, beside those of this machine.")
@click.pass_obj
def command(
    settings: Settings, /, paths: tuple[str, ...], format_: str | None, output: Path | None,
    date: str, fonts: Path | None, **asked: Any,
) -> None:
    """Write a dossier of supply paths: chain, evidence, replies, conflicts, gaps, documents.

    The question is the one with which `sousveil paths` showed the paths; PATH_ID are their ids,
    and without any the dossier has all of its paths.

    \b
      sousveil dossier --from EU --to public-security-bureau --output paths.pdf
      sousveil dossier --from SE --to 上海市公安局 path-15623ae7af414b1f --output axis.docx
    """
    from sousveil.web.app import create_app
    from sousveil.web.dossiers import write

    form = format_ or _ENDINGS.get(output.suffix.lower() if output else ".md", "")
    if not form:
        raise ConfigError(f"{output}: the ending names no format", "add --format, or end it in "
                          + ", ".join(_ENDINGS))
    if output is None and form in ("docx", "pdf") and sys.stdout.isatty():
        raise ConfigError(f"{form} is nothing for a terminal", "name a file with --output")
    printed = _day(date) if date else datetime.date.today().isoformat()
    with connect(settings.store) as store:
        answer, notes = find_paths(store, question_of(asked), asked["timeout"])
        found = dossier(store, answer, notes, ids=paths, date=printed, by_clock=not date)
    made = write(found, form, create_app(settings), fonts)
    if output is None:
        sys.stdout.buffer.write(made)
        sys.stdout.buffer.flush()
    else:
        with whole(output) as temporary:
            temporary.write_bytes(made)
        say(f"{output}: {counted(found.paths, 'path')}; data set {answer.dataset[:12]}")


def _day(text: str) -> str:
    try:
        return datetime.date.fromisoformat(text).isoformat()
    except ValueError:
        raise ConfigError(f"{text!r} is not a day", "write YYYY-MM-DD") from None
