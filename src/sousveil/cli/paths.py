"""`sousveil paths`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import click
import msgspec

from sousveil.cli.output import counted, format_option, say, wrapped, write_rows
from sousveil.graph import Store, connect
from sousveil.ontology import Schema
from sousveil.queries import Paths, Question, SupplyPath, find_paths, get
from sousveil.queries.words import CHANNELS, STANCES, date_words, standing_words
from sousveil.settings import Settings

_FLAT = (
    "path", "origin", "origin_country", "ultimate_parents", "channel", "sellers", "transaction",
    "kind", "date", "title", "products", "programmes", "end_user", "end_user_zh", "place",
    "part_of", "standing", "contested", "inferred", "claims",
)


@click.command()
@click.option("--from", "from_", required=True, metavar="WHERE|WHO",
              help="Region, country or company at which paths start: EU, SE, \"Idemia\".")
@click.option("--to", required=True, metavar="KIND|BODY",
              help="Kind of end user, a kind within a country, or one body: "
              "public-security-bureau, CN:university, \"上海市公安局\".")
@click.option("--within", default="", metavar="PLACE", help="Place of the end user: CN-XJ, Guilin.")
@click.option("--programme", default="", help="Programme, its phases included.")
@click.option("--product", default="", help="Product, its models included.")
@click.option("--channel", type=click.Choice(sorted(CHANNELS)),
              metavar="CHANNEL", help="How it was sold: " + ", ".join(sorted(CHANNELS)) + ".")
@click.option("--standing-at-least", metavar="STANDING",
              type=click.Choice(["reported", "self-published", "documented", "confirmed"]),
              help="reported, self-published, documented or confirmed.")
@click.option("--contested/--uncontested", default=None,
              help="Only paths that somebody disputes or does not confirm, or only the others.")
@click.option("--as-of", default="", metavar="DAY", help="Judge seats and ownership as of this day "
              "instead of the date of each transaction.")
@click.option("--after", default="", metavar="DAY", help="Deliveries on this day or later.")
@click.option("--before", default="", metavar="DAY", help="Deliveries on this day or earlier.")
@click.option("--max-ownership", default=6, show_default=True, type=click.IntRange(0, 6),
              help="Longest chain of ownership.")
@click.option("--max-transactions", default=3, show_default=True, type=click.IntRange(1, 3),
              help="Most transactions in a path.")
@click.option("--roll-up", default=None, type=click.IntRange(0, 4),
              help="Steps above the end user at which --to may be met. [default: 4 for a body, 0 "
              "for a kind]")
@click.option("--include-inferred", is_flag=True, help="Also paths that no source states as such.")
@click.option("--include-minority", is_flag=True, help="Also through shares of half or less.")
@click.option("--limit", default=1000, show_default=True, type=click.IntRange(0),
              help="Most paths to show; 0 for all.")
@click.option("--timeout", default=0.0, type=click.FloatRange(0), metavar="SECONDS",
              help="Stop after so many seconds; 0 for never.")
@format_option()
@click.pass_obj
def command(
    settings: Settings, from_: str, to: str, within: str, programme: str, product: str,
    channel: str | None, standing_at_least: str | None, contested: bool | None, as_of: str,
    after: str, before: str, max_ownership: int, max_transactions: int, roll_up: int | None,
    include_inferred: bool, include_minority: bool, limit: int, timeout: float, format_: str,
) -> None:
    """Find supply paths from companies to public bodies.

    A path is held together by transactions: who made the goods, who sold them, who received them.
    Seats and ownership are those of the date of the sale. Its standing is that of its weakest
    step: confirmed, documented, self-published, reported, inferred.

    \b
      sousveil paths --from EU --to public-security-bureau
      sousveil paths --from Noldus --to CN:university --within CN-XJ
      sousveil paths --from SE --to 上海市公安局 --format json
    """
    question = Question(
        from_=from_, to=to, within=within, programme=programme, product=product,
        channel=channel or "", standing_at_least=standing_at_least or "", contested=contested,
        as_of=as_of, after=after,
        before=before, max_ownership=max_ownership, max_transactions=max_transactions,
        max_rollup=roll_up, include_inferred=include_inferred,
        include_minority=include_minority, limit=limit,
    )
    with connect(settings.store) as store:
        answer, notes = find_paths(store, question, timeout)
        if format_ == "json":
            click.echo(msgspec.json.format(msgspec.json.encode(answer), indent=2))
        elif format_ == "table":
            _blocks(store, answer)
        else:
            write_rows(_FLAT, (_flat(p) for p in answer.paths), format_)
    for text in notes.understood:
        say(f"understood {text}")
    if as_of:
        say(f"seats and ownership are those of {as_of}, not of the dates of the transactions")
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


def _flat(path: SupplyPath) -> tuple[Any, ...]:
    return (
        path.id, path.origin.name, path.origin.country,
        [f"{p.name} ({p.country})" if p.country else p.name for p in path.ultimate_parents],
        path.channel, [s.name for s in path.sellers], path.transaction.id, path.transaction.kind,
        path.transaction.date, path.transaction.title, path.products, path.programmes,
        path.end_user.name, path.end_user.name_zh, path.end_user.place,
        [b.name for b in path.part_of], path.standing, path.contested, path.inferred,
        [c.id for c in path.claims],
    )


def _blocks(store: Store, answer: Paths) -> None:
    """One block for each path: the chain as a line of arrows, the evidence below it."""
    ids = sorted({c.id for p in answer.paths for c in p.claims})
    claims = {c["id"]: c for c in get("claims").run(store, ids=ids).dicts()} if ids else {}
    sources = {c["primary_source"] for c in claims.values()} - {""}
    titles = {
        r["id"]: r["name"] for r in get("node-class").run(store, ids=sorted(sources)).dicts()
    }
    transactions = sorted({p.transaction.id for p in answer.paths})
    used: dict[str, list[str]] = {t: [] for t in transactions}
    for row in get("goods").run(store, ids=transactions).dicts():
        if row["relation"] == "USED_IN":
            used[row["transaction"]].append(row["name"])
    for number, path in enumerate(answer.paths, 1):
        if number > 1:
            click.echo()
        click.echo(click.style(wrapped(_arrows(path), 4, f"{number}."), bold=True))
        for line in _lines(path, used[path.transaction.id]):
            click.echo(line)
        for label, text in (*_subsidiaries(store, path), *_evidence(path, claims, titles)):
            click.echo(wrapped(text, 20, f"    {label}"))
        click.echo(click.style(f"    {path.id}", dim=True))


def _arrows(path: SupplyPath) -> str:
    """The chain in one line: owners, maker, sellers, recipient."""
    def country(code: str) -> str:
        return f" ({code})" if code else ""

    names = [path.origin.name + country(path.origin.country)]
    for step in path.steps:
        if step.relation == "OWNS":
            names.append(f"its subsidiary {step.to.name}")
        elif step.relation == "SELLER" and step.from_.id != path.origin.id:
            own = path.channel == "own-subsidiary"
            name = f"its subsidiary {step.from_.name}" if own else step.from_.name
            if name not in names:
                names.append(name)
        elif (step.relation in ("BUYER", "END_USER") and step.to.id != path.end_user.id
              and step.to.name not in names):
            names.append(step.to.name)
    if not path.sellers:
        names.append("(seller not stated)")
    end = path.end_user
    names.append(f"{end.name} {end.name_zh}".strip())
    return " → ".join(names)


def _lines(path: SupplyPath, used_in: list[str]) -> Iterator[str]:
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


def _subsidiaries(store: Store, path: SupplyPath) -> Iterator[tuple[str, str]]:
    """Why the seller counts as the maker's own: the path does not rest on it, the channel does."""
    maker = next((s.from_ for s in path.steps if s.relation == "MANUFACTURER"), None)
    if path.channel != "own-subsidiary" or maker is None:
        return
    ids = sorted({maker.id, *(s.id for s in path.sellers)})
    for edge in get("ownerships").run(store, ids=ids).dicts():
        if edge["owner"] != maker.id:
            continue
        claims = get("claims").run(store, ids=edge["claims"]).dicts()
        reasons = [c["inferred_because"] for c in claims if c["inferred_because"]]
        because = f", because {reasons[0]}" if edge["standing"] == "inferred" and reasons else ""
        name = next(s.name for s in path.sellers if s.id == edge["owned"])
        yield "Subsidiary", f"{name}: ownership {standing_words(edge['standing'])}{because}"


def _evidence(
    path: SupplyPath, claims: Mapping[str, Mapping[str, Any]], titles: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """What the steps rest on, once for each document, then what the parties and others say."""
    places: dict[tuple[str, str], dict[str, list[str]]] = {}
    reasons: dict[str, None] = {}
    said: dict[tuple[str, str], None] = {}
    for claim in (claims[c.id] for c in path.claims if c.id in claims):
        place = f"{claim['source']}, {claim['locator']}"
        if claim["summary"]:
            voice, text = claim["author_name"], claim["summary"]
            if text.split()[0] != voice.split()[0]:
                text = f"{voice}: {text}"
            if claim["primary_source"]:
                place = f"{claim['primary_source']} as cited in {place}"
            said.setdefault((STANCES[claim["stance"]], f"{text} [{place}]"))
            continue
        document = titles.get(claim["primary_source"], claim["source_title"])
        found = places.setdefault((claim["basis"].replace("-", " "), document), {})
        locators = found.setdefault(claim["source"], [])
        if claim["locator"] not in locators:
            locators.append(claim["locator"])
        if claim["inferred_because"]:
            reasons.setdefault(claim["inferred_because"])
    for (basis, document), found in places.items():
        where = "; ".join(f"{source}: {'; '.join(at)}" for source, at in found.items())
        yield "Evidence", f"{document} ({basis}) [{where}]"
    for reason in reasons:
        yield "Inferred", f"because {reason}"
    order = list(STANCES.values())
    for label, text in sorted(said, key=lambda s: order.index(s[0])):
        yield label, text
