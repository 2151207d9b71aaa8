"""An answer of paths as a reader wants it: sorted, in groups, and only what holds some words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sousveil.errors import BadParameter
from sousveil.ontology import Schema
from sousveil.ontology.dates import FIRST, bounds
from sousveil.queries import SupplyPath
from sousveil.queries.words import CHANNELS
from sousveil.web.language import say, standing_words
from sousveil.web.timeline import year_of

__all__ = ["GROUPS", "SORTS", "Bundle", "arranged", "page_of"]


class Bundle(NamedTuple):
    """Paths that have something in common, in the order asked for."""

    key: str
    name: str
    paths: tuple[SupplyPath, ...]
    narrowed: dict[str, str]
    """What to add to the question to get these only; empty where no question says it."""


def arranged(
    paths: Iterable[SupplyPath], sort: str = "", group: str = "", only: str = ""
) -> list[Bundle]:
    """The paths that hold the words, sorted and in groups; raises BadParameter.

    Without groups it is one bundle without a name. Within equal keys the order of the answer stays.
    """
    if sort not in SORTS:
        raise BadParameter(f"{sort!r} is no order", "sort", "use one of " + ", ".join(SORTS)[2:])
    if group not in GROUPS:
        raise BadParameter(f"{group!r} is no group", "group", "use one of " + ", ".join(GROUPS)[2:])
    kept = sorted((p for p in paths if _holds(p, only)), key=SORTS[sort][1])
    if sort == "-date":
        kept = [*reversed([p for p in kept if p.transaction.date]),
                *(p for p in kept if not p.transaction.date)]
    if not group:
        return [Bundle("", "", tuple(kept), {})] if kept else []
    inside: dict[tuple[Any, ...], list[SupplyPath]] = {}
    for path in kept:
        inside.setdefault(GROUPS[group][1](path), []).append(path)
    return [
        Bundle(key[-1], name, tuple(found), _narrowed(group, key[-1]))
        for key, found in sorted(inside.items())
        for name in [key[-2]]
    ]


def _holds(path: SupplyPath, words: str) -> bool:
    """Whether every word occurs in a name, a product, a programme or a title of the path."""
    ends = [end.name for step in path.steps for end in (step.from_, step.to)]
    text = " ".join([
        *ends, path.origin.name, path.end_user.name, path.end_user.name_zh, path.end_user.place,
        path.transaction.title, *path.products, *path.programmes,
        *(p.name for p in (*path.part_of, *path.sellers)),
        *(p.name for p in path.ultimate_parents),
    ]).casefold()
    return all(word in text for word in words.casefold().split())


def _day(path: SupplyPath) -> tuple[bool, str]:
    """A delivery of which only the end is known stands at that end, one without a date last."""
    span = bounds(path.transaction.date)
    return not path.transaction.date, span.first if span.first != FIRST else span.last


def _rank(path: SupplyPath) -> int:
    return -Schema.load().rank(path.standing)


SORTS: Mapping[str, tuple[str, Callable[[SupplyPath], Any]]] = {
    "": ("origin, then date", lambda p: 0),
    "date": ("date, oldest first", _day),
    "-date": ("date, newest first", _day),
    "end-user": ("end user", lambda p: p.end_user.name.casefold()),
    "standing": ("standing, strongest first", _rank),
}
"""Orders, with their words and keys."""


def _channel(path: SupplyPath) -> tuple[Any, ...]:
    at = list(Schema.load().concepts["channel"]).index(path.channel)
    return at, say(CHANNELS[path.channel]).capitalize(), path.channel


def _year(path: SupplyPath) -> tuple[Any, ...]:
    year = year_of(path.transaction.date)
    name = {
        "": say("Date not stated"), "several": say("May lie in more than one year"),
    }.get(year, year)
    return not year, year == "several", name, year


GROUPS: Mapping[str, tuple[str, Callable[[SupplyPath], tuple[Any, ...]]]] = {
    "": ("none", lambda p: ("", "")),
    "channel": ("channel", _channel),
    "origin": ("origin", lambda p: (p.origin.name, p.origin.id)),
    "end-user": ("end user", lambda p: (p.end_user.name or p.end_user.id, p.end_user.id)),
    "year": ("year", _year),
    "standing": (
        "standing",
        lambda p: (_rank(p), standing_words(p.standing).capitalize(), p.standing),
    ),
}
"""Groups, with their words and the key of a path: its order, its name, its id."""


def _narrowed(group: str, key: str) -> dict[str, str]:
    if group == "year":
        return {"after": f"{key}-01-01", "before": f"{key}-12-31"} if key.isdigit() else {}
    names = {"channel": "channel", "origin": "from", "end-user": "to"}
    return {names[group]: key} if group in names else {}


def page_of(bundles: Sequence[Bundle], start: int, size: int) -> list[Bundle]:
    """The part of the bundles that stands on one page."""
    found, at = [], 0
    for bundle in bundles:
        low, high = max(start - at, 0), max(start + size - at, 0)
        if part := bundle.paths[low:high]:
            found.append(bundle._replace(paths=part))
        at += len(bundle.paths)
    return found
