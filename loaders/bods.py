"""The Beneficial Ownership Data Standard, 0.1 to 0.4: entities, and who owns or controls them.

A list, one statement on each line, or a package. Statements on natural persons are counted and
nothing else. docs/loaders/bods.md says what becomes of each field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from sousveil.errors import SourceError
from sousveil.graph.records import Claim, Value
from sousveil.loaders.files import members
from sousveil.loaders.making import Cited, clean, country, day, make_id, name_values, source_claims
from sousveil.loaders.record import Loader, Record
from sousveil.loaders.shelf import (
    Shelf,
    explained,
    json_records,
    json_shape,
    period,
    public_kind,
    said_number,
)
from sousveil.ontology.dates import bounds

__all__ = ["loader"]

_TYPES = {
    "entity": "entity", "entityStatement": "entity", "person": "person",
    "personStatement": "person", "relationship": "relationship",
    "ownershipOrControlStatement": "relationship",
}
_UNNAMED = ("unknownEntity", "anonymousEntity", "arrangement")
_PUBLIC = {"state": "government", "stateBody": "public-body"}
_BODIES = {"governmentDepartment": "government-department", "stateAgency": "public-body"}
_BASES = {"thirdParty": "ngo-report", "primaryResearch": "ngo-report"}
_SLUG = re.compile(r"[^a-z0-9]+")


def sniff(head: bytes, name: str) -> bool:
    """JSON with a BODS statement in it."""
    return json_shape(head, _known) is not None


def _known(value: dict[str, Any]) -> bool:
    return _type(value) != "" and _statement_id(value) != ""


def _type(value: dict[str, Any]) -> str:
    found = value.get("recordType") or value.get("statementType")
    return _TYPES.get(found, "") if isinstance(found, str) else ""


def _statement_id(value: dict[str, Any]) -> str:
    return _str(value.get("statementId", value.get("statementID")))


def _str(value: Any) -> str:
    return clean(value) if isinstance(value, str) else ""


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _details(value: dict[str, Any]) -> dict[str, Any]:
    """Where a statement's own fields stand: in `recordDetails` since 0.4, before beside the rest"""
    return _dict(value.get("recordDetails")) if "recordDetails" in value else value


# Reading -----------------------------------------------------------------------------------------


class _Ahead:
    """What the whole file says of a statement: who is meant by it, and whether it still counts."""

    def __init__(self, path: Path) -> None:
        self.shelf = Shelf()
        try:
            self._read(path)
        except SourceError:
            return  # Told when the file is read for good.

    def _read(self, path: Path) -> None:
        for number, value in _statements(path):
            type_, own = _type(value), _statement_id(value)
            if not type_ or not own:
                continue
            record = _str(value.get("recordId")) or own
            replaces = [_str(one) for one in _list(value.get("replacesStatements"))]
            for old in replaces:
                self.shelf.put("replaced", old)
                self.shelf.put(f"older {own}", old)
                self.shelf.put(f"replaced {old}", own)
            self.shelf.put(f"newest {record}", f"{_str(value.get('statementDate'))} {number:012}")
            for name in {own, record}:
                self.shelf.put(f"type {name}", type_)
                if type_ == "entity":
                    self.shelf.put(f"entity {name}", " ".join(_who(value, self._root(own, record))))

    def _root(self, own: str, record: str) -> str:
        """The name under which the versions of a statement are one: that of the oldest known."""
        name, seen = record, set()
        while name not in seen:
            seen.add(name)
            name = self.shelf.one(f"older {name}") or name
        return name

    def replaced(self, value: dict[str, Any], number: int) -> bool:
        own = _statement_id(value)
        record = _str(value.get("recordId")) or own
        newest = self.shelf.get(f"newest {record}")
        return f"replaced {own}" in self.shelf or bool(
            newest and not newest[-1].endswith(f" {number:012}")
        )

    def party(self, value: Any) -> tuple[str, str, str]:
        """(what it is, class, id) of a subject or interested party, however it is written."""
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if isinstance(value, dict):
            if _str(value.get("describedByPersonStatement")):
                return "person", "", ""
            inner = _dict(value.get("unspecified")) or value
            if "reason" in inner:
                return "unspecified", "", _str(inner.get("reason"))
            value = value.get("describedByEntityStatement")
        name = _str(value)
        if not name:
            return "none", "", ""
        # A statement may still speak of a version that has been replaced since.
        if found := self.shelf.one(f"entity {name}"):
            cls, _, id_ = found.partition(" ")
            return "entity", cls, id_
        return self.shelf.one(f"type {name}") or "unknown", "", ""

    def complete(self, value: dict[str, Any]) -> bool:
        """Whether all components of a chain that the statement sums up stand in the file."""
        details = _details(value)
        names = [_str(one) for field in ("componentRecords", "componentStatementIDs")
                 for one in _list(details.get(field, value.get(field)))]
        return bool(names) and all(f"type {name}" in self.shelf for name in names)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _statements(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    first = 0
    for member in members(path):
        number = 0
        for number, value in json_records(path, member, _known):
            if not isinstance(value, dict):
                raise SourceError(
                    f"a statement is expected, and there is {value!r:.40}", path, number,
                    "the file is damaged: fetch it again",
                )
            yield first + number, value
        first += number


def _who(value: dict[str, Any], root: str) -> tuple[str, str]:
    """The class and the id of the entity that a statement describes."""
    details = _details(value)
    cls = "PublicBody" if _entity_type(details)[0] in _PUBLIC else "Company"
    if cls == "Company" and _entity_type(details)[0] not in _UNNAMED:
        for one in _list(details.get("identifiers")):
            one = _dict(one)
            scheme, number = _str(one.get("scheme")), _str(one.get("id"))
            if scheme in ("XI-LEI", "GB-COH") and number:
                number = number.upper()
                return cls, make_id(
                    *(("lei", number) if scheme == "XI-LEI" else ("gb-coh", number.zfill(8)))
                )
    return cls, make_id("bods", _publisher(value)[0], root)


def _entity_type(details: dict[str, Any]) -> tuple[str, str]:
    found = details.get("entityType")
    if isinstance(found, dict):
        return _str(found.get("type")), _str(found.get("subtype"))
    return _str(found), ""


def _publisher(value: dict[str, Any]) -> tuple[str, str, str]:
    """The publisher as part of an id, its name, and the day of publication."""
    found = _dict(value.get("publicationDetails"))
    name = _str(_dict(found.get("publisher")).get("name"))
    slug = _SLUG.sub("-", name.lower()).strip("-")[:40].strip("-")
    return slug or make_id("publisher", name or "unnamed"), name, day(
        _str(found.get("publicationDate"))
    )


def read(path: Path) -> Iterator[Record]:
    """The source of the statements, then each statement; the file is read twice."""
    ahead = _Ahead(path)
    known: set[str] = set()
    try:
        for number, value in _statements(path):
            source = _source_fields(value)
            if source["id"] not in known:
                known.add(source["id"])
                yield Record(path, number, "source", source)
            type_ = _type(value)
            own = {
                "@number": str(number), "@source": source["id"], "@own": _statement_id(value),
                "@replaced": "yes" if ahead.replaced(value, number) else "",
            }
            if type_ == "person":
                # Nothing of a person is even handed on.
                yield Record(path, number, "person", {})
                continue
            if type_ == "entity":
                value = _grouped(value)
                name = _str(value.get("recordId")) or _statement_id(value)
                own["@class"], _, own["@id"] = ahead.shelf.one(f"entity {name}").partition(" ")
            elif type_ == "relationship":
                own |= _ends(value, ahead)
            yield Record(path, number, type_ or "other", {**value, **own})
    finally:
        ahead.shelf.close()


def _grouped(value: dict[str, Any]) -> dict[str, Any]:
    """The statement with a country and a type as groups of fields, as later versions have them."""
    details = dict(_details(value))
    if isinstance(details.get("entityType"), str):
        details["entityType"] = {"type": details["entityType"]}
    for field in ("jurisdiction", "incorporatedInJurisdiction"):
        if isinstance(details.get(field), str):
            details[field] = {"code": details[field]}
    if isinstance(details.get("addresses"), list):
        details["addresses"] = [
            {**one, "country": {"code": one["country"]}}
            if isinstance(one, dict) and isinstance(one.get("country"), str) else one
            for one in details["addresses"]
        ]
    return {**value, "recordDetails": details} if "recordDetails" in value else details


def _ends(value: dict[str, Any], ahead: _Ahead) -> dict[str, str]:
    details, found = _details(value), dict[str, str]()
    for field, name in (("subject", "@subject"), ("interestedParty", "@party")):
        what, cls, id_ = ahead.party(details.get(field))
        found |= {name: id_, f"{name}-class": cls, f"{name}-is": what}
    found["@complete"] = "yes" if ahead.complete(value) else ""
    return found


def _source_fields(value: dict[str, Any]) -> dict[str, str]:
    slug, name, date = _publisher(value)
    found = _dict(value.get("publicationDetails"))
    url = _str(_dict(found.get("publisher")).get("url"))
    try:
        bounds(date)
    except ValueError:
        date = ""
    return {
        "id": make_id("bods-source", slug, date), "publisher": make_id("bods-publisher", slug),
        "name": name, "date": date, "licence": _str(found.get("license")),
        "url": url if re.match(r"https?://[^\s/]+\S*$", url) else "",
    }


# Claims ------------------------------------------------------------------------------------------


_AROUND = (
    "declaration", "declarationSubject", "annotations", "publicationDetails", "replacesStatements",
    "statementId", "statementID", "statementType", "recordType", "recordId", "isComponent",
)


def claims(record: Record) -> Iterator[Claim]:
    """The claims of one statement."""
    if record.kind == "source":
        yield from _source(record)
        return
    if record.kind == "person":
        record.omit("natural person")
        return
    if record.kind == "other":
        raise record.error(
            "this is no statement of a type that is known",
            "a statement has a statementType, or since 0.4 a recordType",
        )
    basis = "registry"
    for source in record.children("source"):
        types = source.take_all("type")
        if types and "officialRegister" not in types:
            basis = next((_BASES[t] for t in types if t in _BASES), basis)
        source.ignore_all()  # Who asserts it, and who is asked, are mostly natural persons.
    cited = Cited(
        source=record.take("@source"), basis=basis,
        locator=f"statement {record.take('@number')}, {record.take('@own')}",
    )
    said, status = _date(record, record.take("statementDate")), record.take("recordStatus")
    if record.take("@replaced"):
        record.ignore_all()
        record.omit("statement that a newer one replaces")
        return
    record.ignore(*_AROUND)
    details = record.child("recordDetails") if "recordDetails" in record else record
    if record.kind == "entity":
        yield from _entity(record, details, cited)
    else:
        yield from _relationship(record, details, cited, said if status == "closed" else None)


def _source(record: Record) -> Iterator[Claim]:
    name, date = record.take("name"), record.take("date")
    yield from source_claims(
        record.take("id"), basis="registry", publisher=record.take("publisher"),
        title=f"Ownership statements of {name or 'an unnamed publisher'}"
        + (f", {date}" if date else ""),
        publisher_name=name or "Unnamed publisher of ownership statements", date=date,
        licence=record.take("licence"), url=record.take("url"),
    )


def _entity(record: Record, entity: Record, cited: Cited) -> Iterator[Claim]:
    cls, id_ = record.take("@class"), record.take("@id")
    type_, sub = _kind(entity)
    entity.ignore(
        "isComponent", "uri", "publicListing", "formedByStatute", "entitySubtype", "annotations",
    )
    reason = ""
    for one in entity.children("unspecifiedEntityDetails"):
        reason = one.take("reason")
        one.ignore_all()
    if type_ in _UNNAMED:
        # The names of trusts and nominations are those of the families behind them.
        record.ignore_all()
        record.omit(f"name of a party: {_words(type_)}")
        what = {"arrangement": "legal arrangement", "anonymousEntity": "entity not disclosed",
                "unknownEntity": "entity not known"}[type_]
        why = f", {_words(reason)}" if reason else ""
        yield cited.node("Company", id_, name=f"Unnamed {what} {id_.rpartition('-')[2]}{why}")
        return
    name, others = clean(entity.take("name")), entity.take_all("alternateNames")
    for one in entity.children("names"):
        text = clean(one.take("fullName"))
        one.ignore_all()
        name, others = (name, [*others, text]) if name else (text, others)
    numbers = _numbers(record, entity)
    place = _place(entity)
    dates = {field: _date(record, entity.take(source)) for field, source in (
        ("founded", "foundingDate"), ("dissolved", "dissolutionDate"))}
    if not name and not numbers:
        raise record.error(
            "the entity has neither a name nor a number", "correct the statement, or leave it out"
        )
    values: dict[str, Value | None] = {**name_values(name), **numbers}
    if cls == "PublicBody":
        values["kind"] = public_kind([name], _BODIES.get(sub, _PUBLIC.get(type_, "public-body")))
    else:
        values |= dates
    yield cited.node(cls, id_, **values)
    yield from cited.names(id_, [clean(one) for one in others if clean(one) != name])
    if place:
        yield cited.edge("LOCATED_IN", id_, place)


def _kind(entity: Record) -> tuple[str, str]:
    found = entity.child("entityType")
    found.ignore("details")
    return found.take("type"), found.take("subtype")


def _numbers(record: Record, entity: Record) -> dict[str, Value]:
    found: dict[str, Value] = {}
    listed: list[str] = []
    for one in entity.children("identifiers"):
        scheme, number, name = one.take("scheme"), one.take("id"), one.take("schemeName")
        if not scheme and name.isupper():
            scheme = name  # A list without a code of org-id.guide, by a code of its own.
        one.ignore("uri")
        for name, value in said_number(record, scheme, number).items():
            if name == "identifiers":
                listed += value
            else:
                found[name] = value
    return {**found, "identifiers": list(dict.fromkeys(listed))} if listed else found


def _place(entity: Record) -> str:
    place = ""
    for field in ("jurisdiction", "incorporatedInJurisdiction"):
        for one in entity.children(field):
            place = place or country(one.take("code").partition("-")[0])
            one.ignore_all()
    business = ""
    for address in entity.children("addresses"):
        type_, code = address.take("type"), address.child("country").take("code")
        if type_ == "registered":
            place = place or country(code)
        elif type_ == "business":
            business = business or country(code)
        address.ignore_all()
    return place or business


def _date(record: Record, text: str) -> str:
    try:
        found = day(text)
        bounds(found)
    except ValueError:
        found = ""
    if text and not found:
        record.omit("date that is none")
    return found


def _words(text: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])|-", " ", text).lower()


_SHARES = {"shareholding": "", "votingRights": "voting-rights"}
_NOT_OWNED = ("nominee", "nominator")


def _relationship(
    record: Record, details: Record, cited: Cited, closed: str | None
) -> Iterator[Claim]:
    party, subject = (
        (record.take(n), record.take(f"{n}-class"), record.take(f"{n}-is"))
        for n in ("@party", "@subject")
    )
    complete = record.take("@complete")
    details.ignore("subject", "interestedParty", "componentRecords", "componentStatementIDs",
                   "isComponent", "annotations")
    interests = details.children("interests")
    why = _not_drawn(party, subject, complete)
    if why:
        for one in interests:
            one.ignore_all()
        record.omit(why)
        if party[2] == "unspecified" and subject[2] == "entity":
            yield explained(
                cited, subject[0], "No owner or controller is named: "
                f"{_words(clean(party[0])) or 'no reason is given'}.",
            )
        return
    others: list[str] = []
    owned: list[tuple[str, Record]] = []
    for one in interests:
        type_ = _camel(one.take("type"))
        if type_ in _SHARES:
            owned.append((type_, one))
        else:
            one.ignore_all()
            others.append(type_)
    if any(t == "shareholding" for t, _ in owned):
        for type_, one in owned:
            if type_ != "shareholding":
                one.ignore_all()
        owned = [(t, one) for t, one in owned if t == "shareholding"]
    seen: set[str] = set()
    for type_, one in owned:
        yield _owns(record, one, type_, (party[0], subject[0]), cited, closed, seen)
    if owned:
        return
    told = [t for t in others if t and t not in ("unknownInterest", "unpublishedInterest")]
    if told and all(t in _NOT_OWNED for t in told):
        record.omit("nominee or nominator, who owns nothing by that")
        return
    record.omit("control other than through shares" if told else
                "relationship whose interest is not stated")
    yield explained(
        cited, subject[0], f"{party[0]} is stated to have "
        + (f"{', '.join(_words(t) for t in told)}" if told else "an interest of unstated kind")
        + (" (no longer)." if closed is not None else "."),
    )


def _not_drawn(
    party: tuple[str, str, str], subject: tuple[str, str, str], complete: str
) -> str:
    """Why no relation is made of a relationship; empty if one may be."""
    if "person" in (party[2], subject[2]):
        return "interest of a natural person"
    if party[2] == "unspecified":
        return "owner or controller who is not named"
    if party[2] != "entity" or subject[2] != "entity":
        return "relationship with a party that the file does not describe"
    if party[0] == subject[0]:
        return "relationship of an entity with itself"
    if subject[1] != "Company":
        return "ownership of a public body"
    return "summary of a chain whose components stand in the file" if complete else ""


def _owns(
    record: Record, interest: Record, type_: str, ends: tuple[str, str], cited: Cited,
    closed: str | None, seen: set[str],
) -> Claim:
    start, end = (_date(record, interest.take(n)) for n in ("startDate", "endDate"))
    level = interest.take("directOrIndirect") or interest.take("interestLevel")
    interest.ignore("interestLevel", "beneficialOwnershipOrControl", "details")
    if closed and not end:
        end = closed
        cited = cited.because(
            "the statement closes its record and gives no end, so it ended by the statement's date"
        )
    elif closed == "" and not end:
        record.omit("closed relationship without any date")
        end = "0001"
    parts = [_SHARES[type_]]
    if level == "indirect":
        parts.append("indirect")
    if end:
        # The same two may be bound anew, to another share: that is another relation in time.
        parts.append(f"until-{end}")
    key = "-".join(p for p in parts if p)
    if key in seen:
        key = f"{key}-{start or len(seen)}".lstrip("-")
    seen.add(key)
    shares = _share(record, interest)
    edge = cited.edge("OWNS", *ends, key=key, valid=period(record, start, end), **shares)
    notes = []
    if type_ == "votingRights":
        notes.append("The percentage is one of voting rights.")
    if level == "indirect":
        notes.append("Stated as indirect: entities that are not named here may stand between.")
    return msgspec.structs.replace(edge, note=" ".join(notes))


def _camel(text: str) -> str:
    """An interest's type as 0.3 and 0.4 write it; 0.1 and 0.2 have hyphens."""
    first, *more = text.split("-")
    return first + "".join(part.capitalize() for part in more)


def _share(record: Record, interest: Record) -> dict[str, str]:
    found: dict[str, str] = {}
    for share in interest.children("share"):
        exact = _percent(record, share.take("exact"))
        low, high = _percent(record, share.take("minimum")), _percent(record, share.take("maximum"))
        for name in ("exclusiveMinimum", "exclusiveMaximum"):
            text = share.take(name)
            if text in ("true", "false", ""):
                continue  # Before 0.4 it says whether the minimum itself is meant.
            if name == "exclusiveMinimum":
                low = low or _percent(record, text)
            else:
                high = high or _percent(record, text)
        if exact:
            found = {"share_exact": exact}
        elif low and high and float(low) > float(high):
            record.omit("share whose minimum is above its maximum")
        else:
            found = {n: v for n, v in (("share_min", low), ("share_max", high)) if v}
    return found


def _percent(record: Record, text: str) -> str:
    if not text:
        return ""
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 100 or not re.fullmatch(r"\d+(\.\d+)?", text):
        record.omit("share that is no percentage")
        return ""
    return text


loader = Loader(
    name="bods", title="Beneficial Ownership Data Standard 0.1 to 0.4", sniff=sniff, read=read,
    claims=claims,
)
