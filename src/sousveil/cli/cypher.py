"""`sousveil cypher`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from sousveil.cli.output import counted, format_option, say, write_rows
from sousveil.errors import BadParameter, ConfigError
from sousveil.graph import connect
from sousveil.graph.readonly import MOST_CHARACTERS, check, run_readonly
from sousveil.graph.tokens import NAME
from sousveil.settings import Settings


@click.command()
@click.argument("statement", required=False)
@click.option("--file", "path", type=click.Path(path_type=Path), metavar="FILE",
              help="Read the statement from a file.")
@click.option("--param", "parameters", multiple=True, metavar="NAME=VALUE",
              help="Value of $NAME, as JSON (12, true, [\"a\", \"b\"]), else as text. Write "
              "'\"12\"' for a text of digits.")
@click.option("--limit", default=1000, show_default=True, type=click.IntRange(1),
              help="Most rows to write.")
@click.option("--timeout", default=30.0, show_default=True, metavar="SECONDS",
              type=click.FloatRange(0, 86_400, min_open=True), help="Stop after so many seconds.")
@click.option("--memory", default=1024, show_default=True, type=click.IntRange(64), metavar="MB",
              help="Stop when reading needs more. A Neo4j server has limits of its own besides.")
@format_option()
@click.pass_obj
def command(
    settings: Settings, statement: str | None, path: Path | None, parameters: tuple[str, ...],
    limit: int, timeout: float, memory: int, format_: str,
) -> None:
    """Run a Cypher statement of your own, for reading only.

    The statement is the argument, a file, or standard input. One that could change the graph,
    read files or open connections is refused.

    \b
      sousveil cypher 'MATCH (c:Company) WHERE c.name = $name RETURN c.id' --param name=Axis

    The rows are the graph's own: unlike `sousveil paths` and `sousveil query`, nothing checks
    dates of ownership, standing or contradiction unless your statement does.
    """
    text = _statement(statement, path)
    check(text)
    with connect(settings.store) as store:
        answer = run_readonly(
            store, text, _parameters(parameters), timeout=timeout, rows=limit, memory=memory
        )
        dataset = store.info.dataset
    rows = answer.result.rows
    if format_ != "json":
        rows = tuple(tuple(_written(v) for v in row) for row in rows)
    write_rows(answer.result.columns, rows, format_)
    for warning in answer.warnings:
        say(f"the server warns: {warning}")
    if answer.truncated:
        say(f"{counted(len(rows), 'row')}, and there are more: "
            + ("--limit writes more" if len(rows) == limit else "16 MB is the most of an answer"))
    else:
        say(f"{counted(len(rows), 'row')}; data set {dataset[:12]}")
    say("raw rows of the graph, not vetted paths: dates, standing and contradictions are unchecked")


def _statement(statement: str | None, path: Path | None) -> str:
    """The statement, from the one place that was named."""
    if statement is not None and path is not None:
        raise click.UsageError("give a statement or --file, not both")
    if statement is not None and statement != "-":
        return statement
    if path is None and sys.stdin.isatty():
        raise click.UsageError('no statement; write one, such as "MATCH (n) RETURN n.id"')
    most = 4 * MOST_CHARACTERS + 4
    try:
        if path is None:
            # Bytes, whatever the terminal's encoding; a stream without them gives text.
            buffer = getattr(sys.stdin, "buffer", None)
            data = buffer.read(most) if buffer is not None else sys.stdin.read(most).encode()
        else:
            with path.open("rb") as file:
                data = file.read(most)
        return str(data.decode("utf-8-sig"))
    except OSError as error:
        raise ConfigError(
            f"{path or 'standard input'}: {error.strerror or error}", "name a file with a statement"
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{path or 'standard input'}: not UTF-8: {error.reason} at byte {error.start}",
            "save the statement as UTF-8",
        ) from error


def _parameters(given: tuple[str, ...]) -> dict[str, Any]:
    """`NAME=VALUE` as values."""
    found: dict[str, Any] = {}
    for text in given:
        name, equals, value = text.partition("=")
        name = name.removeprefix("$")
        if not equals or not name:
            raise BadParameter(f"{text!r} is no parameter", NAME, "write --param NAME=VALUE")
        if name in found:
            raise BadParameter(f"the parameter ${name} is given twice", NAME, "give it once")
        try:
            found[name] = json.loads(value)
        except (ValueError, RecursionError):
            found[name] = value
    return found


def _written(value: Any) -> Any:
    """A value for a cell: what a cell cannot hold is written as JSON."""
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        if any(isinstance(v, dict | list) for v in value):
            return json.dumps(value, ensure_ascii=False)
        return [v if isinstance(v, str) else json.dumps(v) for v in value]
    return value
