"""`sousveil paths`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import click
import msgspec

from sousveil.cli.output import counted, format_option, say, wrapped, write_rows
from sousveil.graph import Store, connect
from sousveil.ontology import Schema
from sousveil.queries import Paths, Question, SupplyPath, find_paths
from sousveil.queries.telling import FLAT, Told, chain, flat, told
from sousveil.queries.words import (
    CHANNELS,
    STANCES,
    basis_words,
    date_words,
    standing_words,
)
from sousveil.settings import Settings

_option = click.option
_QUESTION = (
    _option("--from", "from_", required=True, metavar="WHERE|WHO",
            help="Region, country or company at which paths start: EU, SE, \"Idemia\"."),
    _option("--to", required=True, metavar="KIND|BODY",
            help="Kind of end user, a kind within a country, or one body: "
            "public-security-bureau, CN:university, \"上海市公安局\"."),
    _option("--within", default="", metavar="PLACE", help="Place of the end user: CN-XJ, Guilin."),
    _option("--programme", default="", help="Programme, its phases included."),
    _option("--product", default="", help="Product, its models included."),
    _option("--channel", type=click.Choice(sorted(CHANNELS)),
            metavar="CHANNEL", help="How it was sold: " + ", ".join(sorted(CHANNELS)) + "."),
    _option("--standing-at-least", metavar="STANDING",
            type=click.Choice(["reported", "self-published", "documented", "confirmed"]),
            help="reported, self-published, documented or confirmed."),
    _option("--contested/--uncontested", default=None,
            help="Only paths that somebody disputes or does not confirm, or only the others."),
    _option("--as-of", default="", metavar="DAY", help="Judge seats and ownership as of this day "
            "instead of the date of each transaction."),
    _option("--after", default="", metavar="DAY", help="Deliveries on this day or later."),
    _option("--before", default="", metavar="DAY", help="Deliveries on this day or earlier."),
    _option("--max-ownership", default=6, show_default=True, type=click.IntRange(0, 6),
            help="Longest chain of ownership."),
    _option("--max-transactions", default=3, show_default=True, type=click.IntRange(1, 3),
            help="Most transactions in a path."),
    _option("--roll-up", default=None, type=click.IntRange(0, 4),
            help="Steps above the end user at which --to may be met. [default: 4 for a body, 0 "
            "for a kind]"),
    _option("--include-inferred", is_flag=True, help="Also paths that no source states as such."),
    _option("--include-minority", is_flag=True, help="Also through shares of half or less."),
    _option("--limit", default=1000, show_default=True, type=click.IntRange(0),
            help="Most paths to show; 0 for all."),
    _option("--timeout", default=0.0, type=click.FloatRange(0), metavar="SECONDS",
            help="Stop after so many seconds; 0 for never."),
)


def question_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options with which a question is asked, the same for each command that asks it."""
    for option in reversed(_QUESTION):
        command = option(command)
    return command


def question_of(asked: Mapping[str, Any]) -> Question:
    """The question that the values of these options ask."""
    given = {k: v for k, v in asked.items() if k not in ("roll_up", "timeout") and v is not None}
    return Question(max_rollup=asked["roll_up"], **given)


@click.command()
@question_options
@format_option()
@click.pass_obj
def command(settings: Settings, /, format_: str, **asked: Any) -> None:
    """Find supply paths from companies to public bodies.

    A path is held together by transactions: who made the goods, who sold them, who received them.
    Seats and ownership are those of the date of the sale. Its standing is that of its weakest
    step: confirmed, documented, self-published, reported, inferred.

    \b
      sousveil paths --from EU --to public-security-bureau
      sousveil paths --from Noldus --to CN:university --within CN-XJ
      sousveil paths --from SE --to 上海市公安局 --format json
    """
    question, timeout = question_of(asked), asked["timeout"]
    with connect(settings.store) as store:
        answer, notes = find_paths(store, question, timeout)
        if format_ == "json":
            click.echo(msgspec.json.format(msgspec.json.encode(answer), indent=2))
        elif format_ == "table":
            _blocks(store, answer)
        else:
            write_rows(FLAT, (flat(p) for p in answer.paths), format_)
    for text in notes.understood:
        say(f"understood {text}")
    if question.as_of:
        say(f"seats and ownership are those of {question.as_of}, not of the dates of the "
            "transactions")
    transactions = len({p.transaction.id for p in answer.paths})
    say(f"{counted(len(answer.paths), 'path')} in {counted(transactions, 'transaction')}; "
        f"data set {answer.dataset[:12]}")
    if answer.truncated:
        say(f"cut off: {counted(notes.found, 'path')} match; --limit 0 shows all")
    if notes.inferred:
        say(f"left out: {counted(notes.inferred, 'inferred path')}; --include-inferred shows them")
    if notes.undated:
        say(f"left out: {counted(notes.undated, 'path')} not dated closely enough to say")
    if len(notes.companies) > 1:
        say("searched with its predecessors: " + ", ".join(notes.companies))


def _blocks(store: Store, answer: Paths) -> None:
    """One block for each path: the chain as a line of arrows, the evidence below it."""
    for number, (path, about) in enumerate(
        zip(answer.paths, told(store, answer.paths), strict=True), 1
    ):
        if number > 1:
            click.echo()
        click.echo(click.style(wrapped(" → ".join(chain(path)), 4, f"{number}."), bold=True))
        for line in _lines(path, about.used_in):
            click.echo(line)
        for label, text in _evidence(about):
            click.echo(wrapped(text, 20, f"    {label}"))
        click.echo(click.style(f"    {path.id}", dim=True))


def _lines(path: SupplyPath, used_in: Sequence[str]) -> Iterator[str]:
    schema = Schema.load()
    kind = schema.concept("transaction-kind", path.transaction.kind)
    marks = [
        date_words(path.transaction.date),
        kind.label if kind else path.transaction.kind,
        CHANNELS[path.channel],
        click.style(standing_words(path.standing), fg=_COLOURS[path.standing]),
    ]
    if path.contested:
        marks.append(click.style("contested", fg="red", bold=True))
    yield "    " + " · ".join(marks)
    facts: list[tuple[str, str]] = [
        ("Transaction", path.transaction.title),
        ("Product", ", ".join(path.products)),
        ("Programme", ", ".join(path.programmes)),
        ("Parent", ", ".join(
            f"{p.name} ({p.country})" if p.country else p.name for p in path.ultimate_parents)),
        ("Used in", ", ".join(used_in)),
        ("Part of", ", ".join(b.name for b in path.part_of)),
    ]
    for label, text in facts:
        if text:
            yield wrapped(text, 20, f"    {label}")


_COLOURS = {
    "confirmed": "green", "documented": "cyan", "self-published": "blue", "reported": "yellow",
    "inferred": "magenta",
}


def _evidence(about: Told) -> Iterator[tuple[str, str]]:
    for held in about.subsidiaries:
        because = f", because {held.because}" if held.because else ""
        yield "Subsidiary", f"{held.seller}: ownership {standing_words(held.standing)}{because}"
    for document in about.documents:
        where = "; ".join(f"{r.source}: {'; '.join(r.locators)}" for r in document.readings)
        yield "Evidence", f"{document.title} ({basis_words(document.basis)}) [{where}]"
    for reason in about.reasons:
        yield "Inferred", f"because {reason}"
    for saying in about.sayings:
        text = saying.text
        if text.split()[0] != saying.author_name.split()[0]:
            text = f"{saying.author_name}: {text}"
        yield STANCES[saying.stance], f"{text} [{saying.place}]"
