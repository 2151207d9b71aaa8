"""Transactions in time: each as a point or, where its date is not one day, as a span."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sousveil.ontology.dates import FIRST, LAST, bounds
from sousveil.web.language import date_words

__all__ = ["Bar", "Timeline", "by_year", "timeline", "year_of"]

WIDE = 680
_ROW = 24
_TOP = 26
_LEAST = 7.0
"""Width of the shortest span: a month in a picture of thirty years must still be seen."""
_LETTER = 6.9
_TICKS = 9


class Bar(NamedTuple):
    """One transaction: where it stands in the picture, in its units, and what is said of it."""

    id: str
    text: str
    when: str
    x: float
    wide: float
    y: int
    point: bool
    open_start: bool
    open_end: bool
    said_x: float
    anchor: str
    said: str
    upon: bool
    """Whether the words stand upon the bar, because there is no room beside it."""
    standing: str
    contested: bool


class Timeline(NamedTuple):
    """A picture of transactions in time, and those of which no date is stated."""

    height: int
    ticks: tuple[tuple[float, str], ...]
    bars: tuple[Bar, ...]
    undated: tuple[Mapping[str, Any], ...]


def year_of(text: str) -> str:
    """The year that a date lies in, `several` if it may be in one of several, else empty."""
    if not text:
        return ""
    first, last = bounds(text)
    return first[:4] if first[:4] == last[:4] else "several"


def by_year(rows: Iterable[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """How many transactions there are of each year that occurs, then of several, then undated."""
    counted = Counter(year_of(r["date"] or "") for r in rows)
    order = sorted(y for y in counted if y.isdigit())
    return [(y, counted[y]) for y in (*order, "several", "") if counted[y]]


def timeline(rows: Sequence[Mapping[str, Any]]) -> Timeline | None:
    """The picture of transactions, each with `id`, `title`, `date`; None if none is dated."""
    dated = [(r, bounds(r["date"])) for r in rows if r["date"]]
    known = [d for _, span in dated for d in span if d not in (FIRST, LAST)]
    if not known:
        return None
    start, end = int(min(known)[:4]), int(max(known)[:4]) + 1
    whole = (date(end, 1, 1) - date(start, 1, 1)).days

    def place(day: str) -> float:
        return WIDE * (date.fromisoformat(day) - date(start, 1, 1)).days / whole

    bars: list[Bar] = []
    for row, (first, last) in dated:
        left = 0.0 if first == FIRST else place(first)
        right = float(WIDE) if last == LAST else place(last)
        y = _TOP + _ROW * len(bars)
        middle = (left + right) / 2
        wide = max(right - left, _LEAST)
        left = min(left, WIDE - wide)
        after = middle < WIDE / 2
        room = WIDE - left - wide if after else left
        # Beside the bar, on the side that has more room; a long bar has its words upon it.
        beside = room > 120
        bars.append(Bar(
            row["id"], row["title"], date_words(row["date"]), left, wide, y, first == last,
            first == FIRST, last == LAST,
            (left + wide + 8 if after else left - 8) if beside else left + 8,
            "start" if after or not beside else "end",
            _cut(row["title"], (room if beside else wide) - 16), not beside,
            row["standing"], bool(row["contested"]),
        ))
    step = -(-(end - start) // _TICKS)
    ticks = tuple((place(f"{year}-01-01"), str(year)) for year in range(start, end, step))
    return Timeline(
        _TOP + _ROW * len(bars) + 6, ticks, tuple(bars), tuple(r for r in rows if not r["date"]),
    )


def _cut(text: str, room: float) -> str:
    """As much of the text as has room; a Chinese character is two letters wide."""
    used = 0.0
    for at, letter in enumerate(text):
        used += _LETTER * (1.9 if "\u2e80" <= letter <= "\uffef" else 1.0)
        if used > room:
            return text[: max(at - 1, 0)].rstrip() + "…"
    return text
