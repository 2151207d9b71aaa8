"""Words for what the graph says: neutral, and never stronger than the evidence."""

from __future__ import annotations

__all__ = ["CHANNELS", "STANCES", "date_words", "standing_words"]

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


def standing_words(standing: str) -> str:
    """A standing in words."""
    return _STANDINGS[standing]


def date_words(date: str) -> str:
    """An EDTF date in words: open ends are said, nothing is rounded.

    >>> date_words("../2013")
    'by 2013, not dated more closely'
    """
    if not date:
        return "date not stated"
    start, slash, end = date.partition("/")
    if not slash:
        return date
    if start in ("..", ""):
        return f"by {end}, not dated more closely"
    return f"{start} or later" if end in ("..", "") else f"between {start} and {end}"
