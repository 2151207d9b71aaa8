"""Places that data refers to by ISO 3166 code, as claims like any others.

A file may say `SE` or `CN-XJ` without describing Sweden or Xinjiang; the names come from
ISO 3166 and the membership of the European Union, with its periods, from the treaties.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sousveil.graph.records import Claim, edge_id, identified
from sousveil.ontology.places import EU, country_place, eu_periods

__all__ = ["is_reference", "reference_claims"]

ISO, EU_TREATIES, UNION = "iso-3166", "eu-membership", "european-union"
_VOICES = {ISO: ("iso", "registry"), EU_TREATIES: (UNION, "government-record")}


def is_reference(id_: str) -> bool:
    """Whether the id is one that `reference_claims` can describe."""
    return id_ == EU or id_ in (ISO, EU_TREATIES, UNION, "iso") or country_place(id_) is not None


def reference_claims(ids: Iterable[str]) -> Iterator[Claim]:
    """Claims that describe the ISO 3166 places among `ids`, and what contains them."""
    wanted = sorted({i for i in ids if country_place(i) is not None or i == EU})
    if not wanted:
        return
    yield from _sources()
    periods = eu_periods()
    members = {p.country for p in periods}
    done: set[str] = set()
    while wanted:
        code = wanted.pop(0)
        if code in done:
            continue
        done.add(code)
        if code == EU:
            yield _claim("Place", EU, EU_TREATIES, "membership", name="European Union",
                         name_zh="欧洲联盟", kind="region")
            continue
        place = country_place(code)
        if place is None:
            continue
        name, kind, parent = place
        yield _claim("Place", code, ISO, code, name=name, kind=kind)
        if parent:
            yield _within(code, parent, ISO, code)
            wanted.append(parent)
        if code in members:
            wanted.append(EU)
            for period in periods:
                if period.country == code:
                    valid = f"{period.valid_from}/{period.valid_to or '..'}"
                    yield _within(code, EU, EU_TREATIES, period.source, valid)


def _sources() -> Iterator[Claim]:
    yield _claim("Publisher", "iso", ISO, "title", kind="research",
                 name="International Organization for Standardization")
    yield _claim("Source", ISO, ISO, "title", basis="registry", publisher="iso",
                 title="ISO 3166: codes for countries and their subdivisions",
                 url="https://www.iso.org/iso-3166-country-codes.html")
    yield _claim("PublicBody", UNION, EU_TREATIES, "title", name="European Union",
                 name_zh="欧洲联盟", kind="international-organisation")
    yield _claim("Source", EU_TREATIES, EU_TREATIES, "title", basis="government-record",
                 title="Treaties of accession to the European Union and the agreement on the "
                 "withdrawal of the United Kingdom", publisher=UNION)


def _claim(cls: str, about: str, source: str, locator: str, /, **values: str) -> Claim:
    author, basis = _VOICES[source]
    return identified(
        Claim(about=about, kind=cls, values=dict(values), source=source, locator=locator,
              author=author, basis=basis)
    )


def _within(inner: str, outer: str, source: str, locator: str, valid: str = "") -> Claim:
    # A country can leave and return: each period of membership is an edge of its own.
    key = valid.split("/")[0] if valid else ""
    author, basis = _VOICES[source]
    return identified(
        Claim(about=edge_id("WITHIN", inner, outer, key), kind="WITHIN", start=inner, end=outer,
              key=key, values={"valid": valid} if valid else {}, source=source, locator=locator,
              author=author, basis=basis)
    )
