"""What a person writes, as the id of a node: an id, a merged id, or a name."""

from __future__ import annotations

import difflib
from collections.abc import Collection

import msgspec

from sousveil.errors import BadParameter
from sousveil.graph import Store
from sousveil.ontology.places import EU, country_place
from sousveil.queries.catalogue import get

__all__ = ["Resolved", "resolve"]

_SURE = 95.0
"""Search scores from here on mean the same name, but for case, accents or company form."""

_BEGINS = 84.0
"""Search scores from here on mean a name that begins with the text."""


class Resolved(msgspec.Struct, frozen=True):
    """A node that was meant."""

    id: str
    cls: str
    name: str


def resolve(
    store: Store, parameter: str, text: str, classes: Collection[str],
    also: Collection[str] = (),
) -> Resolved:
    """The node that `text` means; raises BadParameter with suggestions if that is not clear.

    `also` are words that would have been understood in its place, for the suggestions.
    """
    text = text.strip()
    for wanted in dict.fromkeys((text, text.upper() if len(text) <= 6 else text)):
        for row in get("node-class").run(store, ids=[wanted]).dicts():
            if row["cls"] in classes:
                return Resolved(row["id"], row["cls"], row["name"])
    hits = store.search(text, 8, classes)
    sure = [h for h in hits if h.score >= _SURE]
    begun = [h for h in hits if h.score >= _BEGINS]
    if not sure and len(begun) == 1:
        # "Xinjiang", "Ministry of Public Security": what was understood is said beside the answer.
        return Resolved(begun[0].id, begun[0].cls, begun[0].name)
    best = [h for h in sure if h.score == sure[0].score]
    if len(best) == 1:
        return Resolved(best[0].id, best[0].cls, best[0].name)
    if len(best) > 1:
        raise BadParameter(
            f"several are called {text!r}", parameter,
            "give the id of one: " + ", ".join(f"{h.id} ({h.name})" for h in best[:5]),
        )
    code = text.upper()
    if "Place" in classes and (code == EU or country_place(code) is not None):
        raise BadParameter(
            f"nothing in this data set is in {code}", parameter,
            "`sousveil info` counts what there is",
        )
    close = difflib.get_close_matches(text, also, 2)
    close += [f"{h.id} ({h.name})" for h in hits[:3]]
    raise BadParameter(
        f"nothing is called {text!r}", parameter,
        "did you mean " + " or ".join(close) + "?" if close else
        f"`sousveil search {text}` looks for similar names",
    )
