"""The command line: one module for each verb. Data goes to stdout, words to stderr."""

from __future__ import annotations

import importlib
import io
import os
import sys
from typing import NoReturn

import click

from sousveil.errors import (
    ClaimError,
    ConfigError,
    OntologyError,
    QueryError,
    SourceError,
    SousveilError,
    StoreError,
    StoreUnavailable,
    UnknownFormat,
)
from sousveil.version import VERSION

__all__ = ["EXIT_CODES", "main"]

EXIT_CODES: dict[type[SousveilError], int] = {
    ConfigError: 3,
    SourceError: 4,
    UnknownFormat: 5,
    ClaimError: 6,
    StoreError: 7,
    StoreUnavailable: 8,
    QueryError: 9,
    OntologyError: 10,
}
"""Exit code of each class of error, most specific first found. 0 is success, 1 a check that did
not pass, 2 a command line that cannot be read, 130 an interruption, 141 a closed pipe."""

_VERBS = {
    "read": "Print what a file would give if it were loaded; touch no store",
    "load": "Load files or folders into the claims store",
    "screen": "Look in notices and tender texts for the companies of the watch list",
    "review": "List the hits of the watch list and decide about them",
    "unload": "Forget a source that was loaded",
    "check": "Check files, what has been loaded, or data in RDF; change nothing",
    "build": "Build the graph from the claims",
    "paths": "Find supply paths from companies to public bodies",
    "dossier": "Write a dossier of supply paths: PDF, HTML, Word or Markdown",
    "query": "List, show and run the canned queries",
    "cypher": "Run a Cypher statement of your own, for reading only",
    "entity": "Show everything about a company, body, product or other node",
    "search": "Find nodes by name: Latin, Chinese, pinyin, with typing errors",
    "source": "Show a source and everything that rests on it",
    "verify": "Check the claims' anchors against the documents themselves",
    "template": "Print an empty CSV template and what its columns mean",
    "export": "Write the claims or the graph to files",
    "dedupe": "Propose pairs of ids that may mean the same organisation; decide nothing",
    "merge": "Decide that two ids mean the same thing, or that they never do",
    "unmerge": "Take such a decision back",
    "retract": "Withdraw a claim or a source from the graph, with a reason, or take that back",
    "diff": "Show what differs between two data sets, and which paths begin or end",
    "serve": "Serve the site of the present graph",
    "publish": "Write the whole site as files, to be hosted anywhere",
    "sparql": "Serve the graph to SPARQL, or show example questions",
    "info": "Show what the graph was built from, with counts and versions",
}


class _Failed(Exception):
    """The operating system refused something that no module has foreseen, such as a write to
    standard output. Click would end a command on some of these with exit code 1."""


class _Verbs(click.Group):
    """Imports a verb's module when it is asked for, so that a command starts fast."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            found = super().invoke(ctx)
            sys.stdout.flush()
        except OSError as error:
            raise _Failed from error
        return found

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _VERBS:
            return None
        module = importlib.import_module(f"sousveil.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_VERBS.items()))


@click.group(cls=_Verbs, context_settings={"help_option_names": ["-h", "--help"],
                                           "max_content_width": 100})
@click.version_option(VERSION, prog_name="sousveil")
@click.option("--store", metavar="URL", default="", help="Graph store: ladybug:FOLDER. "
              "[default: SOUSVEIL_STORE, else `graph` in the home folder]")
@click.pass_context
def cli(ctx: click.Context, store: str) -> None:
    """Follow surveillance technology from its maker to the public body that uses it.

    Load what sources say, build the graph, ask for paths:

    \b
      sousveil load --shipped
      sousveil build
      sousveil paths --from EU --to public-security-bureau

    Claims, decisions and the graph are kept in SOUSVEIL_HOME, by default the user's data folder.
    Exit codes: 0 success, 1 a check failed, 2 usage, 3 configuration, 4 a file, 5 its format,
    6 a claim, 7 the store, 8 the store is absent or busy, 9 a query, 10 Sousveil itself.
    """
    from sousveil.settings import Settings

    ctx.obj = Settings.read(store)


def main() -> NoReturn:
    """Run the command line; every error that we raise ends in words and an exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that knows no Chinese shows escapes, not a traceback.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        # What a command ends with by `Exit` is returned here; commands return nothing themselves.
        sys.exit(cli(standalone_mode=False, prog_name="sousveil"))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted; nothing was changed by halves", err=True)
        sys.exit(130)
    except _Failed as failed:
        sys.exit(_failed(failed.__cause__))
    except SousveilError as error:
        show_error(error)
        sys.exit(next(EXIT_CODES[c] for c in type(error).__mro__ if c in EXIT_CODES))


def _failed(error: BaseException | None) -> int:
    """Say what the operating system refused, and return the exit code."""
    try:
        sys.stdout.flush()
    except OSError:
        # What is still in the buffer must not be tried again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        # The reader of a pipe has seen enough (`sousveil paths … | head`).
        return 141
    assert isinstance(error, OSError)
    show_error(ConfigError(
        f"{error.filename or 'standard output'}: {error.strerror or error}",
        "look whether there is room, and whether you may read and write there",
    ))
    return EXIT_CODES[ConfigError]


def show_error(error: SousveilError) -> None:
    """What is wrong and where, then what to do next."""
    click.echo(click.style("error: ", fg="red", bold=True) + str(error), err=True)
    if error.hint:
        click.echo(click.style("  next: ", bold=True) + error.hint, err=True)
