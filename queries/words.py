"""Words for what the graph says: neutral, and never stronger than the evidence.

Whole sentences with places for their values, so that another language can have its own order:
`say` gives a text in the language of the reader, and in English unless it is told otherwise.
"""

from __future__ import annotations

from typing import Protocol

from sousveil.ontology import Schema

__all__ = ["CHANNELS", "STANCES", "Say", "basis_words", "date_words", "said", "standing_words"]


class Say(Protocol):
    """How a text with places for values is said in some language."""

    def __call__(self, text: str, /, **values: object) -> str:
        """The text in that language, with its values."""


def said(text: str, /, **values: object) -> str:
    """The text as it is, in English, with its values."""
    return text.format(**values)


CHANNELS = {
    "direct": "sold by the maker itself",
    "own-subsidiary": "sold through its own subsidiary",
    "third-party-reseller": "sold through a third-party reseller",
    "not-stated": "seller not stated",
}

STANCES = {
    "confirms": "Confirmed",
    "disputes": "Disputed",
    "does-not-confirm": "Not confirmed",
    "explains": "Explained",
    "asserts": "Stated",
}

_STANDINGS = {
    "confirmed": "confirmed by a party",
    "documented": "documented in a record",
    "self-published": "published by a party itself",
    "reported": "reported",
    "inferred": "inferred, not stated by any source",
}


def standing_words(standing: str, say: Say = said) -> str:
    """A standing in words."""
    return say(_STANDINGS[standing])


def basis_words(basis: str) -> str:
    """A basis as it stands within a sentence.

    >>> basis_words("ngo-report")
    'NGO report'
    """
    concept = Schema.load().concept("basis", basis)
    label = concept.label if concept else basis
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def date_words(date: str, say: Say = said) -> str:
    """An EDTF date in words: open ends are said, nothing is rounded.

    >>> date_words("../2013")
    'by 2013, not dated more closely'
    """
    if not date:
        return say("date not stated")
    start, slash, end = date.partition("/")
    if not slash:
        return date
    if start in ("..", ""):
        return say("by {end}, not dated more closely", end=end)
    if end in ("..", ""):
        return say("{start} or later", start=start)
    return say("between {start} and {end}", start=start, end=end)
