"""How answers are written: tables for reading, JSON, CSV and Markdown for other programs."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import click

from sousveil.graph.writers import safe_cell

__all__ = [
    "Format",
    "counted",
    "format_option",
    "progress",
    "say",
    "width",
    "wrapped",
    "write_rows",
]

FORMATS = ("table", "json", "csv", "markdown")
Format = str


def format_option(formats: Sequence[str] = FORMATS) -> Callable[[Any], Any]:
    """The option `--format`, the same for every command that prints a table."""
    return click.option(
        "--format", "format_", type=click.Choice(formats), default=formats[0], show_default=True,
        help="How to write the answer.",
    )


def say(text: str) -> None:
    """Words for a person: they go to stderr, so that data can be piped."""
    click.echo(text, err=True)


def counted(number: int, noun: str) -> str:
    """A number with its noun: `1 path`, `2 paths`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def width() -> int | None:
    """Columns of the terminal; None where the output is no terminal and nothing is wrapped."""
    if not sys.stdout.isatty():
        return None
    return max(60, shutil.get_terminal_size().columns)


def write_rows(columns: Sequence[str], rows: Iterable[Sequence[Any]], format_: Format) -> None:
    """Write rows to stdout in one of the formats."""
    if format_ == "json":
        items = [dict(zip(columns, row, strict=True)) for row in rows]
        click.echo(json.dumps(items, ensure_ascii=False, indent=2))
    elif format_ == "csv":
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(columns)
        for row in rows:
            writer.writerow([safe_cell(v) for v in row])
        click.echo(out.getvalue(), nl=False)
    elif format_ == "markdown":
        click.echo("| " + " | ".join(columns) + " |")
        click.echo("|" + " --- |" * len(columns))
        for row in rows:
            click.echo("| " + " | ".join(_cell(v).replace("|", "\\|") for v in row) + " |")
    else:
        _table(columns, rows)


_MOST_COLUMNS = 8
"""More columns than this cannot be read side by side: each row becomes a block of lines."""


def _table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    if len(columns) > _MOST_COLUMNS:
        _records(columns, rows)
        return
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for name in columns:
        table.add_column(name, overflow="fold")
    for row in rows:
        # Text, not markup: a name may contain square brackets.
        table.add_row(*(Text(_cell(v)) for v in row))
    out = io.StringIO()
    console = Console(file=out, width=width() or 10_000, color_system=None)
    console.print(table)
    for line in out.getvalue().splitlines():
        click.echo(line.rstrip())


def _records(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    indent = max(len(c) for c in columns) + 2
    for number, row in enumerate(rows):
        if number:
            click.echo()
        for name, value in zip(columns, row, strict=True):
            if text := _cell(value):
                click.echo(wrapped(text, indent, name))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return "; ".join(_cell(v) for v in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:g}" if abs(value) < 1e15 else repr(value)
    return str(value).replace("\r", " ").replace("\n", " ")


def wrapped(text: str, indent: int, first: str = "") -> str:
    """A paragraph that hangs at `indent`, wrapped to the terminal; one long line if piped."""
    columns = width()
    head = first.ljust(indent) if len(first) < indent else first + "  "
    if columns is None:
        return head + text
    return textwrap.fill(
        text, columns, initial_indent=head, subsequent_indent=" " * indent,
        break_long_words=False, break_on_hyphens=False,
    )


@contextmanager
def progress(label: str) -> Iterator[Callable[[int], None]]:
    """A line on stderr for work that may take longer than a second; a counter to move it."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    bar = Progress(
        SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.fields[count]}"),
        TimeElapsedColumn(), console=Console(stderr=True), transient=True,
    )
    done = 0
    with bar:
        task = bar.add_task(label, total=None, count="")

        def advance(steps: int) -> None:
            nonlocal done
            done += steps
            bar.update(task, count=f"{done:,}")

        yield advance
