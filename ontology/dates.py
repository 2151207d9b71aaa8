"""Partial dates in EDTF (ISO 8601-2:2019), levels 0 and 1, and the days they may stand for.

A date keeps the precision of its source: `2012`, `2018-10`, `2018-10-31`, `2015~` (about),
`2015?` (uncertain), `201X` (some year of the decade), `2001-21` (spring), and intervals such as
`2017-09/2018`, `2019/..` and `../2020`. For range queries each has a first and a last day.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

__all__ = ["FIRST", "LAST", "Bounds", "bounds", "day_after", "is_point"]

FIRST = "0000-01-01"
LAST = "9999-12-31"


class Bounds(NamedTuple):
    """The first and the last day of a date, both included, as ISO 8601 days.

    `FIRST` and `LAST` stand for a start and an end that are open or not known.
    """

    first: str
    last: str


_OPEN = Bounds(FIRST, LAST)
_PLAIN = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_LEVEL_1 = re.compile(
    r"\d{4}(?:-\d{2}(?:-\d{2})?)?[?~%]|\d{3}X|\d{2}XX|\d{4}-XX(?:-XX)?|\d{4}-\d{2}-XX|\d{4}-2[1-4]",
    re.ASCII,
)
_TIME = re.compile(r"(.+)T\d{2}:\d{2}(?::\d{2})?(?:Z|[+-]\d{2}(?::?\d{2})?)?", re.ASCII)
_LOCAL = re.compile(r"\d{1,2}([/.-])\d{1,2}\1(?:\d{4}|\d{2})", re.ASCII)
_LOOSE = re.compile(r"(\d{4})(?:年|[-/.])(\d{1,2})(?:月|[-/.]|$)(?:(\d{1,2})日?)?", re.ASCII)
_WINTER = "24"


@lru_cache(maxsize=65536)
def bounds(text: str) -> Bounds:
    """The days that a partial date or an interval may stand for; the empty text is fully open.

    `2015~` and `2015?` have the bounds of `2015`; a time of day is dropped; winter runs to the end
    of February of the next year. Raises ValueError with advice for anything else, above all for
    days and months in an order that only the writer knows.
    """
    if not text:
        return _OPEN
    plain = _PLAIN.fullmatch(text)
    if plain:
        return _plain(text, *plain.groups())
    if _LOCAL.fullmatch(text):
        raise ValueError(f"{text} is ambiguous: write YYYY-MM-DD")
    if "/" not in text:
        return _point(text)
    parts = text.split("/")
    if len(parts) != 2 or text == "/":
        raise _not_a_date(text)
    try:
        start, end = (_OPEN if part in {"", ".."} else _point(part) for part in parts)
    except ValueError as error:
        if _LOOSE.fullmatch(text):
            raise _not_a_date(text) from None
        raise ValueError(f"{text}: {error}") from None
    if start.first > end.last:
        raise ValueError(f"{text} ends before it starts")
    return Bounds(start.first, end.last)


def is_point(text: str) -> bool:
    """Whether the text is one date, of whatever precision, and not an interval."""
    bounds(text)
    return bool(text) and "/" not in text


def day_after(day: str) -> str:
    """The day after an ISO 8601 day; `LAST` has none but itself."""
    return day if day == LAST else (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def _point(text: str) -> Bounds:
    plain = _PLAIN.fullmatch(text)
    if plain:
        return _plain(text, *plain.groups())
    if _LEVEL_1.fullmatch(text):
        return _level_1(text)
    timed = _TIME.fullmatch(text)
    if timed:
        return _point(timed[1])
    raise _not_a_date(text)


def _plain(text: str, year: str, month: str | None, day: str | None) -> Bounds:
    if year == "0000":
        raise ValueError(f"{text}: there is no year 0000; leave an unknown date empty")
    if month is None:
        return Bounds(f"{year}-01-01", f"{year}-12-31")
    if month in {"21", "22", "23", "24"} and day is None:
        return _level_1(text)
    if not "01" <= month <= "12":
        raise ValueError(f"{text}: there is no month {month}; write YYYY-MM-DD")
    last = monthrange(int(year), int(month))[1]
    if day is None:
        return Bounds(f"{year}-{month}-01", f"{year}-{month}-{last:02}")
    if not 1 <= int(day) <= last:
        raise ValueError(f"{text}: there is no such day")
    return Bounds(text, text)


def _level_1(text: str) -> Bounds:
    """The forms that leave digits out or qualify the whole, which the edtf library reads."""
    if text[-1] in "?~%":
        _plain(text[:-1], *_PLAIN.fullmatch(text[:-1]).groups())  # type: ignore[union-attr]
    from edtf import EDTFParseException, parse_edtf  # slow to import, and seldom needed

    try:
        date = parse_edtf(text)
        first, last = date.lower_strict(), date.upper_strict()
    except (EDTFParseException, ValueError) as error:
        raise _not_a_date(text) from error
    if not 1 <= first.tm_year <= last.tm_year <= 9999:
        raise ValueError(f"{text}: years run from 0001 to 9999")
    if text[4:] == f"-{_WINTER}":
        year = first.tm_year + 1
        return Bounds(_day(first.tm_year, 12, 1), _day(year, 2, monthrange(year, 2)[1]))
    return Bounds(
        _day(first.tm_year, first.tm_mon, first.tm_mday),
        _day(last.tm_year, last.tm_mon, last.tm_mday),
    )


def _day(year: int, month: int, day: int) -> str:
    return f"{year:04}-{month:02}-{day:02}"


def _not_a_date(text: str) -> ValueError:
    loose = _LOOSE.fullmatch(text)
    if loose:
        parts = [loose[1], *(f"{int(part):02}" for part in loose.groups()[1:] if part)]
        return ValueError(f"{text!r} is not in EDTF: write {'-'.join(parts)}")
    return ValueError(
        f"{text!r} is not a date: write YYYY, YYYY-MM or YYYY-MM-DD, or an interval such as "
        "2017-09/2018, 2019/.. or ../2020"
    )
