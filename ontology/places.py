"""Countries and subdivisions by ISO 3166 code, and who was in the European Union when."""

from __future__ import annotations

import csv
import gettext
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, NamedTuple

__all__ = ["EU", "Membership", "Place", "chinese_name", "country_place", "eu_periods"]

EU = "EU"

_REGIONS = Path(__file__).parent / "regions.csv"


class Place(NamedTuple):
    """A place by its code: its name, its kind (`country` or `subdivision`) and what it is in."""

    name: str
    kind: str
    parent: str | None


class Membership(NamedTuple):
    """A period in which a country belonged to a region.

    ISO days, both included; `valid_to` is empty while it lasts. `source` is the treaty.
    """

    region: str
    country: str
    valid_from: str
    valid_to: str
    source: str


@lru_cache(maxsize=4096)
def country_place(code: str) -> Place | None:
    """The place of an ISO 3166-1 alpha-2 or ISO 3166-2 code in capitals, or None.

    Names are those of the standard, in the short form in common use where there is one.
    """
    if "-" not in code:
        country = _entry(code) if _two_capitals(code) else None
        if country is None:
            return None
        return Place(getattr(country, "common_name", country.name), "country", None)
    if code != code.upper():
        return None
    subdivision = _entry(code)
    if subdivision is None:
        return None
    parent = subdivision.parent_code or subdivision.country_code
    return Place(subdivision.name, "subdivision", parent)


@lru_cache(maxsize=4096)
def chinese_name(code: str) -> str | None:
    """The name in simplified Chinese, or None if the code or its translation is missing."""
    entry = _entry(code)
    if entry is None:
        return None
    translation = _translation("iso3166-1" if _two_capitals(code) else "iso3166-2")
    for name in (getattr(entry, "common_name", ""), entry.name):
        chinese = translation.gettext(name) if name else ""
        if chinese and chinese != name:
            return chinese
    return None


@cache
def eu_periods() -> tuple[Membership, ...]:
    """Every period of membership in the European Union and the Communities before it."""
    with _REGIONS.open(encoding="utf-8", newline="") as file:
        return tuple(Membership(**row) for row in csv.DictReader(file))


def _entry(code: str) -> Any:
    import pycountry  # slow to import; most commands never ask

    countries: Any = pycountry.countries
    subdivisions: Any = pycountry.subdivisions
    if _two_capitals(code):
        return countries.get(alpha_2=code)
    return subdivisions.get(code=code)


@cache
def _translation(domain: str) -> gettext.NullTranslations:
    import pycountry

    return gettext.translation(domain, pycountry.LOCALES_DIR, languages=["zh_CN"], fallback=True)


def _two_capitals(code: str) -> bool:
    return len(code) == 2 and code.isascii() and code.isalpha() and code.isupper()
