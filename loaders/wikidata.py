"""Wikidata: the entities of a dump, of Special:EntityData, or of a list that somebody made.

Organisations only. What Wikidata says is what its users wrote, and the claims say so.
docs/loaders/wikidata.md says what becomes of each property.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import IO, Any

import msgspec

from sousveil.errors import SourceError
from sousveil.graph.records import Claim, Value
from sousveil.loaders.files import Member, json_items, json_lines, members
from sousveil.loaders.making import Cited, clean, country, day, make_id, script, source_claims
from sousveil.loaders.record import Loader, Record
from sousveil.loaders.shelf import (
    Shelf,
    json_records,
    json_shape,
    opened_member,
    period,
    public_kind,
    said_lei,
    said_uscc,
    with_values,
)
from sousveil.loaders.wikidata_lists import (
    ASIDE,
    CLASSES,
    COUNTRIES,
    DIVISION,
    PERSON,
    UNSTATED,
)
from sousveil.ontology.dates import bounds

__all__ = ["loader"]

_MARK = b"\xef\xbb\xbf"
_ITEM = re.compile(r"Q[1-9]\d*")
_SOURCE = "wikidata-entities"
_OF_PERSONS = ("P21", "P27", "P106", "P569", "P570", "P734", "P735")
_OF_PLACES = ("P297", "P300", "P1082")
_RELATIONS = ("P127", "P749", "P355", "P1830", "P361", "P1366")
_TEXTS = ("P1448", "P1813", "P1705")
_READ = (
    *_RELATIONS, *_TEXTS, "P17", "P571", "P576", "P856", "P946", "P1278", "P1320", "P6795",
)
_STEPS = 4
"""Subclasses that are followed upwards, where the file has the classes: further up everything
is an organisation, and an organisation is a group of people."""


def sniff(head: bytes, name: str) -> bool:
    """JSON with an entity of Wikidata in it."""
    return json_shape(head, _known) is not None


def _known(value: dict[str, Any]) -> bool:
    id_ = value.get("id")
    return (
        value.get("type") in ("item", "property") and isinstance(id_, str)
        and re.fullmatch(r"[QP][1-9]\d*", id_) is not None
        and any(name in value for name in ("labels", "claims", "lastrevid", "datatype"))
    )


# Reading -----------------------------------------------------------------------------------------


class _Dump:
    """The lines of a dump: a list with one entity on each line, as lines of plain JSON."""

    def __init__(self, path: Path, stream: IO[bytes]) -> None:
        self._path, self._stream, self._open = path, stream, True

    def readline(self, limit: int) -> bytes:
        line = self._stream.readline(limit)
        if not line and self._open:
            raise SourceError(
                "the list of entities is not closed", self._path,
                hint="the file has been cut short: fetch it again",
            )
        text = line.strip()
        if text in (b"[", b"]"):
            self._open = text != b"]"
            return b"\n"
        return text[:-1] + b"\n" if text.endswith(b",") else line


def _entities(path: Path) -> Iterator[tuple[int, Any]]:
    first = 0
    for member in members(path):
        number = 0
        for number, value in _of_member(path, member):
            yield first + number, value
        first += number


def _of_member(path: Path, member: Member) -> Iterator[tuple[int, Any]]:
    head, stream = opened_member(member)
    if head.startswith(_MARK):
        head = head[len(stream.read(len(_MARK))):]
    lines = head.lstrip().split(b"\n", 2)
    if lines[0].strip() == b"[" and len(lines) > 1 and lines[1].strip().startswith(b'{"'):
        dump: Any = _Dump(path, stream)
        for number, (_, value) in enumerate(json_lines(path, dump), 1):
            yield number, value
        return
    shape = json_shape(head, _known)
    if shape is None or not shape.startswith("entities."):
        yield from json_records(path, Member(member.name, stream), _known)
        return
    number = 0
    for _, group in json_items(path, stream, "entities"):
        for value in group.values() if isinstance(group, dict) else [group]:
            number += 1
            yield number, value


class _Ahead:
    """What the whole file says: which items are organisations, of what class, and where."""

    def __init__(self, path: Path) -> None:
        self.shelf = Shelf()
        self._kept: dict[str, tuple[str, str]] = {}
        try:
            for _, value in _entities(path):
                if isinstance(value, dict):
                    self._note(value)
        except SourceError:
            return  # Told when the file is read for good.

    def _note(self, value: dict[str, Any]) -> None:
        own, claims = value.get("id"), _dict(value.get("claims"))
        if not isinstance(own, str) or not _ITEM.fullmatch(own):
            return
        for parent in _items(claims, "P279"):
            self.shelf.put(f"sub {own}", parent)
        for code in _items(claims, "P297", _string):
            self.shelf.put(f"iso {own}", code)
        classes = _items(claims, "P31")
        if _is_person(claims):
            classes = ["Q5"]
        # An item without a class is told from one that is not in the file.
        for one in classes or [""]:
            self.shelf.put(f"is {own}", one)
        if any(name in claims for name in _OF_PLACES):
            self.shelf.put(f"place {own}")
        if _items(claims, "P1278", _string):
            self.shelf.put(f"lei {own}")
        for parent in _items(claims, "P749"):
            self.shelf.put(f"child {parent}", own)
        for child in _items(claims, "P355"):
            self.shelf.put(f"child {own}", child)

    def meant(self, item: str) -> tuple[str, str]:
        """(what it is, why we think so): `Company`, a kind of public body, `division`, or ``."""
        if item not in self._kept:
            if len(self._kept) > 100_000:
                self._kept.clear()
            self._kept[item] = self._meant(item)
        return self._kept[item]

    def _meant(self, item: str) -> tuple[str, str]:
        what = self.stated(item)
        if what not in ("", UNSTATED) or f"is {item}" not in self.shelf:
            return what, ""
        if f"place {item}" in self.shelf:
            return ASIDE, ""
        if f"lei {item}" in self.shelf:
            return "Company", "it has a Legal Entity Identifier, and no class that says what it is"
        for child in self.shelf.get(f"child {item}"):
            if self.stated(child) in ("Company", DIVISION):
                return "Company", (
                    "it is stated to be the parent organisation of a company, and has no class "
                    "that says what it is"
                )
        return what, ""

    def stated(self, item: str) -> str:
        """What the item's classes say; the nearest known class counts, a company's first."""
        level = [one for one in self.shelf.get(f"is {item}") if one]
        seen: set[str] = set()
        for _ in range(_STEPS + 1):
            found = {CLASSES[one] for one in level if one in CLASSES}
            for what in (PERSON, ASIDE):
                # A company may be classed as its brand or its website, too.
                if what in found and (what == PERSON or found == {ASIDE}):
                    return what
            plain = sorted(found - {ASIDE, UNSTATED})
            if plain:
                return next((w for w in ("Company", DIVISION) if w in plain), _finest(plain))
            if found:
                return UNSTATED
            seen.update(level)
            level = sorted({
                above for one in level for above in self.shelf.get(f"sub {one}")
            } - seen)
        return ""

    def classes(self, item: str) -> list[str]:
        return [one for one in self.shelf.get(f"is {item}") if one]

    def land(self, item: str) -> str:
        for code in self.shelf.get(f"iso {item}"):
            if place := country(code):
                return place
        return country(COUNTRIES.get(item, ""))


def _finest(kinds: list[str]) -> str:
    """Of several kinds of public body the one that says most."""
    plain = ("public-body", "law-enforcement", "government-department")
    return next((kind for kind in kinds if kind not in plain), kinds[0])


def read(path: Path) -> Iterator[Record]:
    """The source, then each entity; the file is read twice."""
    ahead = _Ahead(path)
    first = True
    try:
        for number, value in _entities(path):
            if first:
                first = False
                yield Record(path, number, "source", {})
            yield _record(path, number, value, ahead)
    finally:
        ahead.shelf.close()


def _record(path: Path, number: int, value: Any, ahead: _Ahead) -> Record:
    if not isinstance(value, dict):
        return Record(path, number, "broken", {"@fault": f"there is {value!r:.40}"})
    id_, type_ = value.get("id"), value.get("type", "item")
    if "missing" in value or type_ in ("property", "lexeme", "mediainfo"):
        return Record(path, number, "other", {"@type": "" if "missing" in value else str(type_)})
    if not isinstance(id_, str) or not _ITEM.fullmatch(id_):
        return Record(path, number, "broken", {"@fault": "it has no id such as Q42"})
    what, why = ahead.meant(id_)
    if what in (PERSON, ASIDE, UNSTATED, ""):
        # Nothing of what is no organisation is even handed on, least of all of a person.
        classes = [] if what == PERSON else ahead.classes(id_)
        return Record(path, number, what or "unknown", {"@classes": classes})
    fields: dict[str, Any] = {
        "@id": id_, "@what": what, "@why": why,
        "@revision": str(value.get("lastrevid") or ""), "@said": str(value.get("modified") or ""),
    }
    try:
        fields["@labels"] = _terms(value, "labels")
        fields["@aliases"] = _terms(value, "aliases")
        claims = _dict(value.get("claims"))
        for name in _READ:
            found = [_statement(one) for one in _list(claims.get(name))]
            for one in found:
                item = one["value"] if one["type"] == "item" else ""
                if name == "P17":
                    one["land"] = ahead.land(item)
                elif name in _RELATIONS:
                    one["what"] = ahead.meant(item)[0]
            fields[name] = found
    except (TypeError, ValueError, KeyError, AttributeError, OverflowError):
        fault = "its labels or statements are not as Wikidata writes them"
        return Record(path, number, "broken", {"@fault": fault})
    return Record(path, number, "entity", fields)


def _dict(value: Any) -> dict[str, Any]:
    """An object; what is empty is written as a list."""
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    if value is not None and not isinstance(value, list):
        raise TypeError
    return value or []


def _terms(value: dict[str, Any], name: str) -> list[dict[str, str]]:
    found = []
    for language, terms in sorted(_dict(value.get(name)).items()):
        for term in terms if isinstance(terms, list) else [terms]:
            if not isinstance(term["value"], str):
                raise TypeError
            found.append({"lang": language, "text": clean(term["value"])})
    return [one for one in found if one["text"]]


def _string(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _item(value: Any) -> str:
    value = _dict(value)
    found = value.get("id")
    if found is None and value.get("entity-type") == "item":
        found = f"Q{value.get('numeric-id')}"
    return found if isinstance(found, str) and _ITEM.fullmatch(found) else ""


def _items(
    claims: dict[str, Any], name: str, taken: Any = _item, rank: str = ""
) -> list[str]:
    """The values of a property that count: the preferred ones, else the normal ones; or those of
    one rank."""
    ranked: dict[str, list[str]] = {}
    found = claims.get(name)
    for one in found if isinstance(found, list) else []:
        one = _dict(one)
        value = taken(_dict(_dict(one.get("mainsnak")).get("datavalue")).get("value"))
        if value:
            ranked.setdefault(str(one.get("rank", "normal")), []).append(value)
    if rank:
        return ranked.get(rank, [])
    return ranked.get("preferred") or ranked.get("normal") or []


def _is_person(claims: dict[str, Any]) -> bool:
    """Whether anything, of whatever rank, says that the item is a natural person."""
    if any(name in claims for name in _OF_PERSONS):
        return True
    return any(
        CLASSES.get(one) == PERSON for name in ("P31", "P1454")
        for rank in ("preferred", "normal", "deprecated")
        for one in _items(claims, name, rank=rank)
    )


_DOUBTS = ("P5102", "P1310", "P2241")
_PARTLY = ("P518", "P1012")
_WIKIMEDIA = {"P143", "P4656", "P813"}
_CIRCA = "Q5727902"


def _statement(one: dict[str, Any]) -> dict[str, Any]:
    """A statement, flat: its value, its qualifiers as far as they are read, its references."""
    qualifiers = _dict(one.get("qualifiers"))
    found: dict[str, Any] = {"rank": str(one.get("rank", "normal")), **_snak(one["mainsnak"])}
    for name, prop in (("start", "P580"), ("end", "P582"), ("at", "P585")):
        snaks = [_snak(s) for s in _list(qualifiers.get(prop))]
        dates = [s["value"] for s in snaks if s["type"] == "date" and s["value"]]
        found[name] = dates[0] if len(dates) == 1 == len(snaks) else ""
        if snaks and not found[name]:
            found[f"{name}-unknown"] = "yes"
    shares = [_snak(s) for s in _list(qualifiers.get("P1107"))]
    if shares:
        found["share"] = shares[0] if len(shares) == 1 else {"type": "several"}
    circa = [_snak(s)["value"] for s in _list(qualifiers.get("P1480"))]
    if circa == [_CIRCA] and found["type"] == "date" and found["value"]:
        found["value"] += "~"
    elif circa or any(prop in qualifiers for prop in _DOUBTS):
        found["doubt"] = "yes"
    if any(prop in qualifiers for prop in _PARTLY):
        found["partly"] = "yes"
    references = [_dict(r["snaks"]) for r in _list(one.get("references"))]
    found["references"] = str(len(references))
    found["others"] = "yes" if any(set(r) - _WIKIMEDIA for r in references) else ""
    found["urls"] = list(dict.fromkeys(
        url for r in references for s in _list(r.get("P854"))
        if re.fullmatch(r"https?://[^\s/]+\S{0,200}", url := _snak(s)["value"])
    ))
    return found


def _snak(snak: dict[str, Any]) -> dict[str, str]:
    """The type and the value of a statement's or qualifier's innermost part."""
    if snak["snaktype"] != "value":
        return {"type": "unknown" if snak["snaktype"] == "somevalue" else "none", "value": ""}
    value, type_ = snak["datavalue"]["value"], snak["datavalue"]["type"]
    if type_ == "wikibase-entityid":
        return {"type": "item", "value": _item(value)}
    if type_ == "time":
        text, fault = _date(value)
        return {"type": "date", "value": text, "fault": fault}
    if type_ == "quantity":
        return {
            "type": "quantity", "value": str(value["amount"]),
            "unit": str(value.get("unit", "1")).rpartition("/")[2],
            "low": str(value.get("lowerBound") or ""), "high": str(value.get("upperBound") or ""),
        }
    if type_ == "monolingualtext":
        return {"type": "text", "value": clean(value["text"]), "lang": str(value["language"])}
    if type_ != "string":
        return {"type": "other", "value": ""}
    if not isinstance(value, str):
        raise TypeError
    return {"type": "text", "value": clean(value)}


_TIME = re.compile(r"([+-])0*(\d{1,4})-(\d\d)-(\d\d)T[\d:]+Z", re.ASCII)
_JULIAN = "Q1985786"


def _date(value: dict[str, Any]) -> tuple[str, str]:
    """A date as EDTF, or why there is none."""
    match = _TIME.fullmatch(str(value["time"]))
    precision = int(value["precision"])
    if not 0 <= precision <= 14:
        raise ValueError
    if match is None or match[1] == "-" or not int(match[2]):
        return "", "date before the common era, or no date"
    if precision < 9:
        return "", "date less precise than a year"
    if value.get("before") or value.get("after"):
        return "", "date that is one of several"
    year, month, number = (int(part) for part in match.groups()[1:])
    if str(value.get("calendarmodel", "")).endswith(_JULIAN):
        if precision < 11 or not month or not number:
            month = number = 0
        else:
            year, month, number = _from_julian(year, month, number)
    text = f"{year:04}"
    if month and precision >= 10:
        text += f"-{month:02}"
        if number and precision >= 11:
            text += f"-{number:02}"
    try:
        bounds(text)
    except ValueError:
        return "", "date before the common era, or no date"
    return text, ""


def _from_julian(year: int, month: int, number: int) -> tuple[int, int, int]:
    """The Gregorian date of a Julian one, by the number of the day."""
    shift = (14 - month) // 12
    y, m = year + 4800 - shift, month + 12 * shift - 3
    days = number + (153 * m + 2) // 5 + 365 * y + y // 4 - 32083
    found = date.fromordinal(days - 1721425)
    return found.year, found.month, found.day


# Claims ------------------------------------------------------------------------------------------


def claims(record: Record) -> Iterator[Claim]:
    """The claims of one entity."""
    if record.kind == "source":
        yield from source_claims(
            _SOURCE, title="Wikidata, entities", basis="ngo-report", publisher="wikidata",
            publisher_name="Wikidata", publisher_kind="company-information",
            url="https://www.wikidata.org/", licence="CC0-1.0",
        )
    elif record.kind == "entity":
        yield from _entity(record)
    elif record.kind == "broken":
        raise record.error(
            f"this is no entity of Wikidata: {record.take('@fault')}",
            "the file is damaged, or somebody has changed it: fetch it again",
        )
    else:
        _left_out(record)


def _left_out(record: Record) -> None:
    classes = record.take_all("@classes")
    type_ = record.take("@type")
    if record.kind == PERSON:
        record.omit("natural person")
    elif record.kind == "other":
        record.omit(f"{type_}, no item" if type_ else "entity that does not exist any more")
    elif not classes:
        record.omit("item without a class")
    for one in classes:
        what = "organisation neither stated as a business nor as a public body" \
            if record.kind == UNSTATED else "item that is no organisation we know"
        record.omit(f"{what}: instance of {one}")


def _entity(record: Record) -> Iterator[Claim]:
    native, what, why = (record.take(name) for name in ("@id", "@what", "@why"))
    revision = record.take("@revision")
    cited = Cited(
        source=_SOURCE, said=_modified(record.take("@said")),
        locator=native + (f", revision {revision}" if revision else ""),
    )
    id_, cls = make_id("wikidata", native), _class(what)
    names = list(_names(record))
    if not names:
        record.ignore_all()
        record.omit("organisation without a label")
        return
    main, zh = _main(names)
    values: dict[str, Value | None] = {"name": main, "name_zh": zh, **_numbers(record, native)}
    land = _land(record)
    founded, dissolved = _scalar_date(record, "P571"), _scalar_date(record, "P576")
    if cls == "PublicBody":
        # Elsewhere a Chinese name is a translation, and its terms are those of another state.
        values["kind"] = public_kind([zh] if land == country("CN") else [], what)
        if founded or dissolved:
            record.omit("dates of a public body")
    else:
        values |= {"founded": founded, "dissolved": dissolved}
    values["website"] = _website(record)
    stated = cited.because(why) if why else cited
    yield stated.node(cls, id_, **values)
    told = {main, zh}
    for name in names:
        if name.text not in told:
            told.add(name.text)
            yield stated.name(id_, name.text, name.kind, _tag(name), name.valid)
    if land:
        yield _at(cited, "P17").edge("LOCATED_IN", id_, land)
    for prop in _RELATIONS:
        yield from _relation(record, prop, (native, what), cited)


def _modified(text: str) -> str:
    try:
        found = day(text)
        bounds(found)
    except ValueError:
        return ""
    return found


def _class(what: str) -> str:
    return "Company" if what in ("Company", DIVISION) else "PublicBody"


class _Name(msgspec.Struct, frozen=True):
    text: str
    lang: str
    kind: str
    label: bool = False
    valid: str = ""


_FIRST = ("en", "mul", "en-gb", "en-us", "en-ca")
"""Labels in several languages are often one and the same: it is told once, as the first of these.
"""
_CHINESE = ("zh-hans", "zh-cn", "zh", "zh-sg", "zh-my", "zh-hant", "zh-tw", "zh-hk", "zh-mo")


def _order(name: _Name) -> tuple[int, str]:
    return (_FIRST.index(name.lang) if name.lang in _FIRST else len(_FIRST), name.lang)


def _names(record: Record) -> Iterator[_Name]:
    """Labels, then official, short and native names, then aliases."""
    labels = [_Name(one.take("text"), one.take("lang"), "alias", label=True)
              for one in record.children("@labels")]
    yield from sorted(labels, key=_order)
    for prop, kind in zip(_TEXTS, ("legal", "abbreviation", "alias"), strict=True):
        for one in _counted(record, prop, all_ranks=True):
            text, start, end = one.take("value"), one.take("start"), one.take("end")
            gone, lang = end or one.take("end-unknown"), one.take("lang")
            one.ignore_all()
            if text:
                yield _Name(text, lang, "former" if gone and kind == "legal" else kind,
                            valid=period(record, start, end))
    aliases = [_Name(one.take("text"), one.take("lang"), "alias")
               for one in record.children("@aliases")]
    yield from sorted(aliases, key=_order)


def _main(names: list[_Name]) -> tuple[str, str]:
    """The name, in Latin letters if there is one, and the name in Chinese characters."""
    current = [n for n in names if n.kind != "former"] or names
    latin = [n for n in current if script(n.text) == "Latn"]
    labels = [n for n in latin if n.label]
    main = next(iter(labels or latin or current)).text
    chinese = {
        n.lang: n.text for n in reversed(current)
        if n.lang in _CHINESE and script(n.text) in ("Hans", "Hant")
        and (n.label or n.kind == "legal")
    }
    zh = next((chinese[lang] for lang in _CHINESE if lang in chinese), "")
    return (main if latin else zh or main), zh


_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")


def _tag(name: _Name) -> str:
    """The language of a name as a tag, with the script where Chinese is written in two."""
    written = script(name.text)
    if name.lang.partition("-")[0] == "zh" and written in ("Hans", "Hant"):
        return f"zh-{written}"
    if name.lang in ("mul", "und", "simple", "mis", "zxx") or not _LANGUAGE.fullmatch(name.lang):
        return f"und-{written}"
    return name.lang.partition("-")[0]


def _counted(record: Record, prop: str, *, all_ranks: bool = False) -> list[Record]:
    """The statements of a property that count, the others being told.

    Where one is preferred, the others are those that no longer hold or are less exact. With
    `all_ranks` they are kept if they say when they ended.
    """
    found = [(one.take("rank"), one.take("type"), one) for one in record.children(prop)]
    preferred = any(rank == "preferred" for rank, _, _ in found)
    kept = []
    for rank, type_, one in found:
        ended = "end" in one or "end-unknown" in one
        if rank not in ("preferred", "normal"):
            record.omit("statement that Wikidata ranks as deprecated")
        elif type_ == "unknown":
            record.omit("statement whose value Wikidata gives as unknown")
        elif type_ in ("none", "other"):
            record.omit("statement that there is no value")
        elif "doubt" in one:
            record.omit("statement that Wikidata gives as uncertain or disputed")
        elif "partly" in one:
            record.omit("statement that applies to a part only")
        elif preferred and rank == "normal" and not (all_ranks and ended):
            record.omit("statement that Wikidata ranks below a preferred one")
        elif ended and not all_ranks:
            record.omit("value that no longer holds")
        else:
            kept.append(one)
            continue
        one.ignore_all()
    return kept


def _scalar_date(record: Record, prop: str) -> str:
    dates = []
    for one in _counted(record, prop):
        if fault := one.take("fault"):
            record.omit(fault)
        elif found := one.take("value"):
            dates.append(found)
        one.ignore_all()
    if len(set(dates)) > 1:
        record.omit("one of several dates of foundation or dissolution")
        return ""
    return dates[0] if dates else ""


def _website(record: Record) -> str:
    sites = []
    for one in _counted(record, "P856"):
        sites.append(one.take("value"))
        one.ignore_all()
    return next((s for s in sites if re.fullmatch(r"https?://[^\s/]+\S*", s)), "")


def _numbers(record: Record, native: str) -> dict[str, Value]:
    values: dict[str, Value] = {}
    listed = [f"WIKIDATA:{native}"]
    for prop, taken in (("P1278", said_lei), ("P6795", said_uscc)):
        for one in _counted(record, prop):
            for name, value in taken(record, one.take("value").upper()).items():
                if name == "identifiers":
                    listed += value
                elif values.get(name, value) != value:
                    record.omit(f"further {name} of one organisation")
                else:
                    values[name] = value
            one.ignore_all()
    for one in _counted(record, "P1320"):
        number = one.take("value")
        one.ignore_all()
        if re.fullmatch(r"[a-z]{2}(_[a-z]{2})?/[\w.-]+", number, re.ASCII):
            listed.append(f"OPENCORPORATES:{number}")
        else:
            record.omit("OpenCorporates number of another form")
    for one in _counted(record, "P946"):
        number = one.take("value")
        one.ignore_all()
        if _is_isin(number):
            listed.append(f"ISIN:{number}")
        else:
            record.omit("ISIN whose check digit does not fit")
    return {**values, "identifiers": list(dict.fromkeys(listed))}


def _is_isin(number: str) -> bool:
    from stdnum import isin

    return len(number) == 12 and bool(isin.is_valid(number))


def _land(record: Record) -> str:
    lands = set()
    for one in _counted(record, "P17"):
        if land := one.take("land"):
            lands.add(land)
        else:
            record.omit("country that has no code of ISO 3166")
        one.ignore_all()
    if len(lands) > 1:
        record.omit("organisation with several countries, of which none is its seat for certain")
        return ""
    return next(iter(lands), "")


def _at(cited: Cited, prop: str) -> Cited:
    return msgspec.structs.replace(cited, locator=f"{cited.locator}, {prop}")


_BACKWARDS = ("P127", "P749")
"""Properties that stand with what is owned and name its owner."""


def _relation(
    record: Record, prop: str, own: tuple[str, str], cited: Cited
) -> Iterator[Claim]:
    seen: set[str] = set()
    for one in _counted(record, prop, all_ranks=True):
        other = (one.take("value"), one.take("what"))
        ends = (other, own) if prop in _BACKWARDS else (own, other)
        kind, why = _drawn(prop, *ends)
        if why:
            one.ignore_all()
            record.omit(why)
            continue
        start, end, at = (one.take(name) for name in ("start", "end", "at"))
        ended = one.take("end-unknown")
        if ended:
            one.ignore_all()
            record.omit("relation that has ended on a day that Wikidata does not give")
            continue
        first, second = (make_id("wikidata", item) for item, _ in ends)
        note = _references(one) + (f" Stated as of {at}." if at else "")
        place = _at(cited, prop)
        if kind == "SUCCEEDED_BY":
            claim = with_values(
                place.because("the source does not say in what way the company went over").edge(
                    kind, first, second
                ), kind="merger", date=at or start,
            )
        else:
            key = f"until-{end}" if end else ""
            if key in seen and start:
                key = f"{key}-since-{start}".lstrip("-")
            seen.add(key)
            if kind == "PART_OF" and prop != "P361":
                first, second = second, first
            shares = _share(record, one) if kind == "OWNS" else {}
            claim = place.edge(
                kind, first, second, key=key, valid=period(record, start, end), **shares
            )
        one.ignore_all()
        yield msgspec.structs.replace(claim, note=note)


def _drawn(prop: str, first: tuple[str, str], second: tuple[str, str]) -> tuple[str, str]:
    """The relation between two items, or why none is drawn."""
    if not all(item and what and what not in (PERSON, ASIDE, UNSTATED)
               for item, what in (first, second)):
        return "", "relation with what the file does not describe as an organisation"
    if first[0] == second[0]:
        return "", "relation of an organisation with itself"
    classes = _class(first[1]), _class(second[1])
    if prop == "P361":
        if classes == ("PublicBody", "PublicBody"):
            return "PART_OF", ""
        return "", "part of something, other than of one public body in another"
    if prop == "P1366":
        if classes == ("Company", "Company"):
            return "SUCCEEDED_BY", ""
        return "", "succession other than of one company by another"
    if prop in ("P749", "P355"):
        if classes == ("Company", "PublicBody"):
            return "", "company that is stated as the parent of a public body"
        if "PublicBody" in classes or second[1] == DIVISION:
            return "PART_OF", ""
        return "OWNS", ""
    return ("OWNS", "") if classes[1] == "Company" else ("", "ownership of a public body")


def _references(one: Record) -> str:
    number, others, urls = one.take("references"), one.take("others"), one.take_all("urls")
    if number in ("", "0"):
        return "Stated without a reference."
    if not others:
        return "No reference but to another project of Wikimedia."
    text = "1 reference" if number == "1" else f"{number} references"
    return text + (f": {', '.join(urls[:3])} ." if urls else ", none of them with an address.")


def _share(record: Record, one: Record) -> dict[str, str]:
    if "share" not in one:
        return {}
    share = one.child("share")
    type_, unit = share.take("type"), share.take("unit")
    texts = [share.take(name) for name in ("value", "low", "high")]
    share.ignore_all()
    found = [_percent(text, unit) for text in texts]
    if type_ != "quantity" or any(f is None and t for f, t in zip(found, texts, strict=True)):
        record.omit("share that is no proportion")
        return {}
    exact, low, high = found
    if low is not None and high is not None and low < high:
        return {"share_min": _plain(low), "share_max": _plain(high)}
    return {"share_exact": _plain(exact)} if exact is not None else {}


def _percent(text: str, unit: str) -> Decimal | None:
    """A proportion in percent; None if it is none."""
    if len(text) > 40 or not re.fullmatch(r"[+-]?\d+(\.\d+)?", text, re.ASCII):
        return None
    try:
        value = Decimal(text) * (100 if unit == "1" else 1)
    except InvalidOperation:
        return None
    return value if unit in ("1", "Q11229") and 0 <= value <= 100 else None


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


loader = Loader(
    name="wikidata", title="Wikidata entities, JSON", sniff=sniff, read=read, claims=claims,
)
