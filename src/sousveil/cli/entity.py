"""`sousveil entity`."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import click
import msgspec

from sousveil.cli.output import counted, format_option, wrapped
from sousveil.graph import connect
from sousveil.graph.retractions import Tombstone
from sousveil.ontology import Schema
from sousveil.queries import resolve
from sousveil.queries.facts import entity_facts
from sousveil.queries.telling import place
from sousveil.queries.words import STANCES, standing_words
from sousveil.settings import Settings

_HIDDEN = {"class", "id", "names", "names_json", "kinds", "claims", "merged", "carries",
           "asof_from", "asof_to", "standing", "contested", "origins"}


@click.command()
@click.argument("name")
@format_option(("table", "json"))
@click.pass_obj
def command(settings: Settings, name: str, format_: str) -> None:
    """Show everything about a node: NAME is an id or a name in any language.

    Names, properties, every relation with its standing, what it says and what is said about it.
    Of an id that was in a graph before and is described no more: why.
    """
    schema = Schema.load()
    with connect(settings.store) as store:
        if gone := store.info.tombstone(name.strip()):
            _say_gone(gone, format_)
            return
        node = resolve(store, "entity", name, set(schema.classes) - {"Claim"})
        facts = entity_facts(store, node.id)
    if format_ == "json":
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        _print(schema, facts)


def _say_gone(gone: Tombstone, format_: str) -> None:
    if format_ == "json":
        click.echo(json.dumps({"id": gone.id, "gone": msgspec.to_builtins(gone)},
                              ensure_ascii=False, indent=2))
        return
    name = f"{gone.name} ({gone.id})" if gone.name else gone.id
    click.echo(f"{name} has not been described since {gone.date}: {gone.because}")


def _print(schema: Schema, facts: Mapping[str, Any]) -> None:
    cls = schema.classes[facts["class"]]
    title = facts.get("name") or facts.get("title") or facts["id"]
    click.echo(click.style(f"{title}  ", bold=True) + f"{cls.label} · {facts['id']}")
    state = standing_words(facts["standing"])
    click.echo(f"  {state}; {counted(facts['origins'], 'independent origin')}, "
               f"{counted(len(facts['claims']), 'claim')}"
               + click.style("; contested" if facts["contested"] else "", fg="red"))
    for name in facts["names"]:
        if name["text"] != title:
            notes = ", ".join(n for n in (name["lang"], name["kind"], name["valid"]) if n)
            click.echo(wrapped(f"{name['text']} ({notes})", 18, "  name"))
    if facts.get("merged"):
        click.echo(wrapped(", ".join(facts["merged"]), 18, "  merged ids"))
    properties = cls.properties_by_name
    for key, value in facts.items():
        if key in properties and key not in _HIDDEN and not key.startswith(("name", "title")):
            prop = properties[key]
            text = "; ".join(value) if isinstance(value, list) else str(value)
            concept = schema.concept(prop.scheme, text) if prop.scheme else None
            click.echo(wrapped(concept.label if concept else text, 18, f"  {prop.label}"))
    groups: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for relation in facts["relations"]:
        found = schema.relations[relation["kind"].upper().replace("-", "_")]
        groups[found.label if relation["direction"] == "out" else found.inverse].append(relation)
    for label, found_relations in sorted(groups.items()):
        click.echo(f"\n  {label}")
        for r in found_relations:
            valid = f", {r['valid']}" if r["valid"] else ""
            mark = ", contested" if r["contested"] else ""
            state = f"[{r['standing']}{valid}{mark}]"
            click.echo(wrapped(f"{r['name'] or r['other']}  {state}  {r['other']}", 6, "    "))
    for heading, key in (("said about it", "statements"), ("says", "says")):
        if facts[key]:
            click.echo(f"\n  {heading}")
        for claim in facts[key]:
            click.echo(wrapped(
                f"{STANCES[claim['stance']]} ({claim['topic']}): {claim['summary']} "
                f"[{place(claim)}]", 6, "    "
            ))
    click.echo(f"\n  data set {facts['dataset'][:12]}")
