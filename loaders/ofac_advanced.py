"""OFAC's advanced XML (SDN_ADVANCED.XML, CONS_ADVANCED.XML), whose parts refer to each other.

Parties, their numbers, their places and the entries of the lists stand in sections of their own,
tied together by ids; what an id means stands in tables before them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from sousveil.errors import SourceError
from sousveil.loaders.files import xml_elements
from sousveil.loaders.making import clean

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["RELATION", "advanced"]

RELATION = "relation between two listed parties, of which none says who owns how much"
_PARTIES = 1_000_000
"""Most parties that are kept until their entries come: OFAC lists some twenty thousand."""
_NUMBERS = re.compile(r"(?i)social credit|legal entity number|regist|tax id")
"""Kinds of documents that may be an organisation's; passports are not even kept."""
_TABLES = ("PartyType", "PartySubType", "List", "SanctionsType", "IDRegDocType", "Country",
           "EntryEventType", "Script", "FeatureType")


class _Party(NamedTuple):
    native: str
    kind: str
    name: str
    aliases: tuple[str, ...]
    identities: tuple[str, ...]
    places: tuple[str, ...]
    personal: bool


def advanced(path: Path, stream: IO[bytes]) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Line, date of issue, and the fields of an entry: one for each listing of a party.

    The field `of` names the list as the file does. A relation between parties has no fields.
    """
    told: dict[str, dict[str, str]] = {}
    groups: dict[str, str] = {}
    issued = ""
    countries: dict[str, str] = {}
    documents: dict[str, list[list[str]]] = {}
    parties: dict[str, _Party] = {}
    wanted = {"DateOfIssue", "ReferenceValueSets", "Location", "IDRegDocument", "DistinctParty",
              "ProfileRelationship", "SanctionsEntry"}
    for number, (found, one) in enumerate(xml_elements(path, stream, wanted), 1):
        line = found or number
        tag = str(one.tag).rpartition("}")[2]
        if tag == "DateOfIssue":
            issued = _date(one)
        elif tag == "ReferenceValueSets":
            told = {t: {v.get("ID", ""): clean(v.text or "") for v in one.iter(f"{{*}}{t}")}
                    for t in _TABLES}
            groups = {v.get("ID", ""): v.get("PartyTypeID", "")
                      for v in one.iter("{*}PartySubType")}
        elif tag == "Location":
            for place in one.iterfind("{*}LocationCountry"):
                if name := told.get("Country", {}).get(place.get("CountryID", "")):
                    countries[one.get("ID", "")] = name
        elif tag == "IDRegDocument":
            what = told.get("IDRegDocType", {}).get(one.get("IDRegDocTypeID", ""), "")
            if _NUMBERS.search(what):
                land = told["Country"].get(one.get("IssuedBy-CountryID", ""), "")
                documents.setdefault(one.get("IdentityID", ""), []).append(
                    [what, clean(one.findtext("{*}IDRegistrationNo") or ""), land])
        elif tag == "DistinctParty":
            for profile in one.iterfind("{*}Profile"):
                if len(parties) >= _PARTIES:
                    raise SourceError("more than a million parties", path, line)
                parties[profile.get("ID", "")] = _party(one, profile, told, groups)
        elif tag == "ProfileRelationship":
            yield line, issued, {}
        else:
            party = parties.get(one.get("ProfileID", ""))
            if party is None:
                raise SourceError(
                    f"an entry names the profile {one.get('ProfileID')!r}, which is not described",
                    path, line, "the file is damaged: fetch it again")
            yield line, issued, {
                "of": told.get("List", {}).get(one.get("ListID", ""), ""), "kind": party.kind,
                "native": party.native, "name": party.name, "aliases": list(party.aliases),
                "programmes": _programmes(one, told), "start": _listed(one, told),
                "countries": [countries[p] for p in party.places if p in countries],
                "ids": [d for i in party.identities for d in documents.get(i, ())],
                "personal": party.personal,
            }


def _party(
    one: Element, profile: Element, told: dict[str, dict[str, str]], groups: dict[str, str]
) -> _Party:
    sub = profile.get("PartySubTypeID", "")
    group = told.get("PartyType", {}).get(groups.get(sub, ""), "").lower()
    named = told.get("PartySubType", {}).get(sub, "").lower()
    kind = named if named in ("vessel", "aircraft", "individual", "entity") else group
    if kind == "individual":
        return _Party(one.get("FixedRef", ""), kind, "", (), (), (), True)
    features = [(told.get("FeatureType", {}).get(f.get("FeatureTypeID", ""), ""), f)
                for f in profile.iterfind("{*}Feature")]
    names = _names(profile, told.get("Script", {}))
    return _Party(
        one.get("FixedRef", ""), kind, names[0] if names else "", tuple(names[1:]),
        tuple(i.get("ID", "") for i in profile.iterfind("{*}Identity")),
        tuple(v.get("LocationID", "") for what, f in features if what == "Location"
              for v in f.iter("{*}VersionLocation")),
        any(what in ("Birthdate", "Place of Birth", "Gender") for what, _ in features),
    )


def _names(profile: Element, scripts: dict[str, str]) -> list[str]:
    """The names, the primary one in Latin script first; weak aliases are left out."""
    found: list[tuple[bool, bool, str]] = []
    for alias in profile.iterfind("{*}Identity/{*}Alias"):
        if alias.get("LowQuality") == "true":
            continue
        for name in alias.iterfind("{*}DocumentedName"):
            parts = [p for p in name.iter("{*}NamePartValue") if p.text]
            latin = all(scripts.get(p.get("ScriptID", ""), "Latin") == "Latin" for p in parts)
            text = clean(" ".join(str(p.text) for p in parts))
            found.append((alias.get("Primary") != "true", not latin, text))
    found.sort(key=lambda one: one[:2])
    return [text for text in dict.fromkeys(text for _, _, text in found) if text]


def _programmes(entry: Element, told: dict[str, dict[str, str]]) -> list[str]:
    types = told.get("SanctionsType", {})
    return [
        clean(measure.findtext("{*}Comment") or "")
        for measure in entry.iterfind("{*}SanctionsMeasure")
        if types.get(measure.get("SanctionsTypeID", "")) == "Program"
    ]


def _listed(entry: Element, told: dict[str, dict[str, str]]) -> str:
    """The first day on which the party was entered."""
    types = told.get("EntryEventType", {})
    days = [
        _date(day) for event in entry.iterfind("{*}EntryEvent")
        if types.get(event.get("EntryEventTypeID", "")) == "Created"
        for day in event.iterfind("{*}Date")
    ]
    return min((d for d in days if d), default="")


def _date(element: Element) -> str:
    """Year, month and day as EDTF, as far as they are stated."""
    parts = []
    for name, width in (("Year", 4), ("Month", 2), ("Day", 2)):
        text = clean(element.findtext(f"{{*}}{name}") or "")
        if not re.fullmatch(rf"[0-9]{{1,{width}}}", text) or not int(text):
            break
        parts.append(text.zfill(width))
    return "-".join(parts)
