"""The Global LEI Index: who is who (Level 1), who owns whom (Level 2), and why no parent is named.

CSV, XML and JSON of LEI-CDF 2.1 and 3, RR-CDF 1 and 2 and the reporting exceptions, golden copies,
deltas and concatenated files alike. docs/loaders/gleif.md says what becomes of each field.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from sousveil.errors import SourceError
from sousveil.graph.records import Claim, Value
from sousveil.loaders.files import Member, members, xml_elements
from sousveil.loaders.making import (
    Cited,
    clean,
    country,
    day,
    make_id,
    name_values,
    script,
    source_claims,
)
from sousveil.loaders.record import Loader, Record
from sousveil.loaders.shelf import (
    Shelf,
    explained,
    json_records,
    json_shape,
    opened_member,
    public_kind,
    said_lei,
    with_values,
)
from sousveil.loaders.text import rows
from sousveil.ontology.dates import bounds
from sousveil.ontology.identifiers import check_uscc

__all__ = ["loader"]

_XML = re.compile(rb"<(?:\w+:)?(?:LEIData|RelationshipData|ReportingExceptionData)[\s>]")
_CSV = (b"Entity.LegalName", b"Relationship.StartNode.NodeID", b"Exception.Category")
_TAGS = {"LEIRecord", "RelationshipRecord", "Exception", "LEIHeader", "Header"}
_WRAPPED = ("LEIRecord", "RelationshipRecord", "Exception", "ReportingException")
_TITLES = {
    "lei": "Level 1, legal entities", "rr": "Level 2, relationships",
    "repex": "Level 2, reporting exceptions",
}
_STAMP = re.compile(r"(20\d\d)-?([01]\d)-?([0-3]\d)(?:-?T?(\d{4}))?(?!\d)")
_NAMES = ("OtherEntityNames", "TransliteratedOtherEntityNames")
_KEPT_LEAVES = {"LegalName", "OtherEntityName", "TransliteratedOtherEntityName",
                "SuccessorEntityName"}
_PARENTS = {"IS_DIRECTLY_CONSOLIDATED_BY": "direct", "IS_ULTIMATELY_CONSOLIDATED_BY": "ultimate"}
_FUNDS = ("IS_FUND-MANAGED_BY", "IS_SUBFUND_OF", "IS_FEEDER_TO", "IS_FUND_MANAGED_BY")
_FAR = 20
"""Direct parents that are followed upwards from a company to its ultimate one."""


# Recognising and reading -------------------------------------------------------------------------


def sniff(head: bytes, name: str) -> bool:
    """A file with the namespace, the columns or the fields of a GLEIF format."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"<"):
        return _XML.search(text[:8192]) is not None
    if text.startswith((b"{", b"[")):
        return json_shape(head, _known) is not None
    line = text.partition(b"\n")[0]
    return any(column in line for column in _CSV)


def _known(value: dict[str, Any]) -> bool:
    if _served(value):
        return True
    value = _unwrapped(value)
    if "LEI" in value:
        return isinstance(value.get("Entity"), dict) or "ExceptionCategory" in value
    found = value.get("Relationship")
    return isinstance(found, dict) and "StartNode" in found


def _served(value: dict[str, Any]) -> bool:
    return str(value.get("type")) in _API and isinstance(value.get("attributes"), dict)


def _unwrapped(value: dict[str, Any]) -> dict[str, Any]:
    if _served(value):
        return _API[value["type"]](value["attributes"])
    for name in _WRAPPED:
        inner = value.get(name)
        if isinstance(inner, dict) and len(value) == 1:
            return inner
    return value


def _api_entity(record: dict[str, Any]) -> dict[str, Any]:
    """A record as the web service of the register gives it, under the names of its files."""
    entity, registration = _group(record, "entity"), _group(record, "registration")

    def names(of: str) -> list[dict[str, Any]]:
        return [
            {"$": one.get("name"), "@lang": one.get("language"), "@type": one.get("type")}
            for one in _several(entity.get(of), "") if isinstance(one, dict)
        ]

    return {"LEI": record.get("lei"), "Entity": {
        "LegalName": next(iter(names("legalName")), None),
        "OtherEntityNames": names("otherNames"),
        "TransliteratedOtherEntityNames": names("transliteratedOtherNames"),
        "LegalAddress": {"Country": _group(entity, "legalAddress").get("country")},
        "LegalJurisdiction": entity.get("jurisdiction"),
        "RegistrationAuthority": {
            "RegistrationAuthorityID": _group(entity, "registeredAt").get("id"),
            "RegistrationAuthorityEntityID": entity.get("registeredAs"),
        },
        "EntityCategory": entity.get("category"), "EntitySubCategory": entity.get("subCategory"),
        "EntityStatus": entity.get("status"), "EntityCreationDate": entity.get("creationDate"),
        "EntityExpirationDate": _group(entity, "expiration").get("date"),
        "SuccessorEntity": [
            {"SuccessorLEI": one.get("lei"), "SuccessorEntityName": one.get("name")}
            for name in ("successorEntity", "successorEntities")
            for one in _several(entity.get(name), "") if isinstance(one, dict)
        ],
    }, "Registration": _api_registration(registration)}


def _api_relationship(record: dict[str, Any]) -> dict[str, Any]:
    found = _group(record, "relationship")
    return {"Relationship": {
        **{name: {"NodeID": node.get("id"), "NodeIDType": node.get("type")} for name, node in (
            ("StartNode", _group(found, "startNode")), ("EndNode", _group(found, "endNode")))},
        "RelationshipType": found.get("type"), "RelationshipStatus": found.get("status"),
        "RelationshipPeriods": [
            {"StartDate": one.get("startDate"), "EndDate": one.get("endDate"),
             "PeriodType": one.get("type")}
            for one in _several(found.get("periods"), "") if isinstance(one, dict)
        ],
    }, "Registration": _api_registration(_group(record, "registration"))}


def _api_registration(found: dict[str, Any]) -> dict[str, Any]:
    return {"LastUpdateDate": found.get("lastUpdateDate"),
            "RegistrationStatus": found.get("status")}


def _group(fields: dict[str, Any], name: str) -> dict[str, Any]:
    found = fields.get(name)
    return found if isinstance(found, dict) else {}


_API: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "lei-records": _api_entity, "relationship-records": _api_relationship,
    "rr-relationship-records": _api_relationship,
}


def read(path: Path) -> Iterator[Record]:
    """The source, then each record; the file is read twice where it holds relationships."""
    parents = Shelf()
    try:
        _look_ahead(path, parents)
        known: set[str] = set()
        for member in members(path):
            edition: dict[str, str] = {}
            sources: dict[str, dict[str, str]] = {}
            for number, line, fields in _raw(path, member):
                kind = _kind_of(fields)
                if kind == "header":
                    edition, sources = _edition(fields), {}
                    continue
                source = sources.get(kind) or _source_fields(kind, edition, member.name)
                sources[kind] = source
                if source["id"] not in known:
                    known.add(source["id"])
                    yield Record(path, line, "source", source)
                if kind == "rr":
                    fields = {**fields, "@chain": _chain(fields, parents)}
                place = {"@number": str(number), "@source": source["id"]}
                yield Record(path, line, kind, {**fields, **place})
    finally:
        parents.close()


def _look_ahead(path: Path, parents: Shelf) -> None:
    """Note every direct parent, so that an ultimate one can be told from a second mention."""
    try:
        for member in members(path):
            head, stream = opened_member(member)
            mixed = json_shape(head, _known) in ("lines", "item")
            for _, _, fields in _raw(path, Member(member.name, stream)):
                kind = _kind_of(fields)
                if kind in ("lei", "repex") and not mixed:
                    break  # Only lists that somebody made by hand hold records of several kinds.
                if kind != "rr":
                    continue
                child, parent, type_ = _ends(fields)
                if _PARENTS.get(type_) == "direct" and not _dead(fields):
                    parents.put(child, parent)
    except SourceError:
        return  # Told when it is read for good.


def _raw(path: Path, member: Member) -> Iterator[tuple[int, int, dict[str, Any]]]:
    """(number, line, fields) of each record and header of a member, in one arrangement."""
    head, stream = opened_member(member)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    number = 0
    if text.startswith(b"<"):
        for line, element in xml_elements(path, stream, _TAGS):
            fields = _tree(element)
            if not isinstance(fields, dict):
                fields = {}
            header = element.tag.rpartition("}")[2] in ("LEIHeader", "Header")
            number += not header
            yield number, line, {"@header": fields} if header else _arranged(fields)
    elif text.startswith((b"{", b"[")):
        for place, value in json_records(path, Member(member.name, stream), _known):
            if not isinstance(value, dict):
                raise SourceError(
                    f"a record is expected, and there is {value!r:.40}", path, place,
                    "the file is damaged: fetch it again",
                )
            fields = _plain(_unwrapped(value))
            yield place, place, _arranged(fields if isinstance(fields, dict) else {})
    elif any(column in text.partition(b"\n")[0] for column in _CSV):
        table = rows(path, io.TextIOWrapper(stream, "utf-8-sig", newline=""))
        first = next(table)[1]
        columns = [_column(name) for name in first]
        listed = any(part.isdecimal() for column in columns for part in column)
        for line, cells in table:
            if not any(cells):
                continue
            number += 1
            if len(cells) != len(columns):
                raise SourceError(
                    f"{len(cells)} cells where the header has {len(columns)}", path, line,
                    "if this is the last row, the file may have been cut short: fetch it again",
                )
            fields = _nested(columns, cells)
            yield number, line, _arranged(_listed(fields) if listed else fields)
    elif text:
        raise SourceError(
            "neither XML nor JSON nor a table of the Global LEI Index", path,
            hint="name the format of the file with --as",
        )


def _tree(element: Any) -> Any:
    """An XML element as JSON would have it."""
    found: dict[str, Any] = {}
    for name, value in element.attrib.items():
        found["@" + name.rpartition("}")[2]] = value
    for child in element:
        name = child.tag.rpartition("}")[2]
        value = _tree(child)
        if name in found:
            old = found[name]
            found[name] = [*old, value] if isinstance(old, list) else [old, value]
        else:
            found[name] = value
    text = (element.text or "").strip()
    if not len(element):
        if not found or element.tag.rpartition("}")[2] not in _KEPT_LEAVES:
            return text
        return {**found, "$": text}
    return found


def _plain(value: Any, name: str = "") -> Any:
    """Golden copy JSON without its `$`, except where the language or type of a name stands."""
    if isinstance(value, list):
        return [_plain(one, name) for one in value]
    if not isinstance(value, dict):
        return value
    if "$" in value and not (name in _KEPT_LEAVES and len(value) > 1):
        return value["$"]
    found = {}
    for key, one in value.items():
        bare = key.rpartition(":")[2]
        found["@" + bare if key.startswith("@xml") else bare] = _plain(one, bare)
    return found


_RENAMED = {"xmllang": "@lang", "type": "@type", "startDate": "StartDate", "endDate": "EndDate",
            "periodType": "PeriodType"}


def _column(name: str) -> tuple[str, ...]:
    parts = name.strip().split(".")
    if len(parts) > 1 and parts[0] == "Exception":
        parts = ["Exception" + parts[1], *parts[2:]]
    return tuple(_RENAMED.get(p, p) for p in parts if p != "xsi:nil")


def _nested(columns: list[tuple[str, ...]], cells: list[str]) -> dict[str, Any]:
    """A row as JSON would have it, but for lists: `A.B.1` is `1` of the group B in A."""
    found: dict[str, Any] = {}
    for path, text in zip(columns, cells, strict=True):
        text = text.strip()
        if not text:
            continue
        at = found
        for part in path[:-1]:
            inner = at.get(part)
            if inner is None:
                inner = at[part] = {}
            elif not isinstance(inner, dict):
                inner = at[part] = {"$": inner}
            at = inner
        old = at.get(path[-1])
        if isinstance(old, dict):
            old["$"] = text
        else:
            at[path[-1]] = text
    return found


def _listed(value: Any) -> Any:
    """The same with lists: what is called 1, 2, 3 are the members of one."""
    if not isinstance(value, dict):
        return value
    if value and all(k.isdecimal() for k in value):
        return [_listed(value[k]) for k in sorted(value, key=int)]
    return {k: _listed(v) for k, v in value.items()}


def _arranged(fields: dict[str, Any]) -> dict[str, Any]:
    """The record with its lists as lists of the same make, whatever the file's notation."""
    fields = dict(fields)
    if isinstance(entity := fields.get("Entity"), dict):
        entity = fields["Entity"] = dict(entity)
        for holder in _NAMES:
            entity[holder] = [
                _name_of(one, holder.removesuffix("s"))
                for one in _several(entity.get(holder), holder.removesuffix("s"))
            ]
        if "LegalName" in entity:
            entity["LegalName"] = _name_of(entity["LegalName"], "LegalName")
        successors = [
            *_several(entity.pop("SuccessorEntities", None), "SuccessorEntity"),
            *_several(entity.get("SuccessorEntity"), ""),
        ]
        entity["SuccessorEntity"] = [
            {**one, "SuccessorEntityName": _text(one.get("SuccessorEntityName"))}
            if isinstance(one, dict) else {"SuccessorEntityName": _text(one)}
            for one in successors if one
        ]
    if isinstance(found := fields.get("Relationship"), dict):
        found = fields["Relationship"] = dict(found)
        periods = found.pop("Period", None) or found.get("RelationshipPeriods")
        found["RelationshipPeriods"] = _several(periods, "RelationshipPeriod")
    return fields


def _several(value: Any, item: str) -> list[Any]:
    if isinstance(value, dict) and item in value:
        value = value[item]
    if value in (None, "", {}):
        return []
    return value if isinstance(value, list) else [value]


def _name_of(value: Any, item: str) -> dict[str, str]:
    if isinstance(value, dict):
        return {
            "text": _text(value.get("$", value.get(item))), "lang": _text(value.get("@lang")),
            "type": _text(value.get("@type", value.get("type"))),
        }
    return {"text": _text(value), "lang": "", "type": ""}


def _text(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("$")
    return clean(value) if isinstance(value, str) else ""


# The edition -------------------------------------------------------------------------------------


def _kind_of(fields: dict[str, Any]) -> str:
    if "@header" in fields:
        return "header"
    if "Relationship" in fields:
        return "rr"
    return "repex" if "ExceptionCategory" in fields else "lei"


def _edition(fields: dict[str, Any]) -> dict[str, str]:
    header = fields["@header"]
    return {"date": _text(header.get("ContentDate")), "content": _text(header.get("FileContent"))}


def _source_fields(kind: str, edition: dict[str, str], name: str) -> dict[str, str]:
    """What is known of the file as a source. A delta is an edition of its own."""
    stamp = _STAMP.search(name)
    date = edition.get("date") or ("-".join(stamp.group(1, 2, 3)) if stamp else "")
    time = re.sub(r"\D", "", date[10:16]) or (stamp[4] or "" if stamp and not edition else "")
    delta = "DELTA" in edition.get("content", "") or "delta" in name.lower()
    if not _is_day(date):
        date = ""
    what = "delta" if delta else ""
    where = f"{date[:10]}-{time}".strip("-") if date else name.partition(".")[0]
    return {
        "id": make_id("gleif", kind, what, clean(where)), "kind": kind, "date": date,
        "delta": what,
    }


def _is_day(text: str) -> bool:
    found = day(text)
    try:
        bounds(found)
    except ValueError:
        return False
    return bool(found)


# Claims ------------------------------------------------------------------------------------------


def claims(record: Record) -> Iterator[Claim]:
    """The claims of one record."""
    if record.kind == "source":
        yield from _source(record)
        return
    number = record.take("@number")
    cited = Cited(source=record.take("@source"), locator=f"record {number}")
    if _deleted(record):
        record.ignore_all()
        record.omit("record that this edition marks as deleted")
    elif record.kind == "lei":
        yield from _entity(record, cited)
    elif record.kind == "rr":
        yield from _relation(record, cited)
    else:
        yield from _exception(record, cited)


def _source(record: Record) -> Iterator[Claim]:
    kind, date, delta = record.take("kind"), record.take("date"), record.take("delta")
    title = f"Global LEI Index, {_TITLES[kind]}"
    title += ", changes" if delta else ""
    yield from source_claims(
        record.take("id"), title=f"{title}, {day(date)}" if date else title, basis="registry",
        publisher="gleif", publisher_name="Global Legal Entity Identifier Foundation",
        publisher_kind="company-information", date=day(date), licence="CC0-1.0",
        url="https://www.gleif.org/en/lei-data/gleif-golden-copy",
    )


def _deleted(record: Record) -> bool:
    """Whether the record's extension says that it was withdrawn."""
    found = False
    for extension in record.children("Extension"):
        found = found or "Deletion" in extension or "DeletedAt" in extension
        extension.ignore_all()
    if "DeletedAt" in record:
        found = True
        record.ignore("DeletedAt")
    return found


_NO_COMPANY = {
    "DUPLICATE": "duplicate LEI, which another record replaces",
    "ANNULLED": "annulled LEI", "CANCELLED": "cancelled application for an LEI",
    "PENDING": "LEI not issued yet", "PENDING_VALIDATION": "LEI not issued yet",
}
_NAME_KINDS = {
    "PREVIOUS_LEGAL_NAME": "former", "TRADING_OR_OPERATING_NAME": "trade",
    "ALTERNATIVE_LANGUAGE_LEGAL_NAME": "translation",
    "PREFERRED_ASCII_TRANSLITERATED_LEGAL_NAME": "transliteration",
    "AUTO_ASCII_TRANSLITERATED_LEGAL_NAME": "transliteration",
}
_PUBLIC = {
    "RESIDENT_GOVERNMENT_ENTITY": "government",
    "INTERNATIONAL_ORGANIZATION": "international-organisation",
}
_LOCAL = {"LOCAL_GOVERNMENT": "local-government", "SOCIAL_SECURITY": "public-body"}
_NO_NUMBER = ("RA999999", "RA888888", "")
_COMPANIES_HOUSE = ("RA000585", "RA000586", "RA000587")
_ENTITY_IGNORED = (
    "HeadquartersAddress", "OtherAddresses", "TransliteratedOtherAddresses", "LegalForm",
    "EntityExpirationReason", "LegalEntityEvents", "AssociatedEntity", "NextVersion", "@lang",
)


def _entity(record: Record, cited: Cited) -> Iterator[Claim]:
    code = clean(record.take("LEI")).upper()
    if not code:
        raise record.error("the record has no LEI", "correct the record, or leave it out")
    cited = msgspec.structs.replace(cited, locator=f"{cited.locator}, LEI {code}")
    entity, registration = record.child("Entity"), record.child("Registration")
    status = registration.take("RegistrationStatus").upper()
    updated = _day(record, registration.take("LastUpdateDate"))
    registration.ignore_all()
    record.ignore("ConformityFlag", "Conformity", "NextVersion")
    category = entity.take("EntityCategory").upper()
    if status in _NO_COMPANY or category == "SOLE_PROPRIETOR":
        record.omit(_NO_COMPANY.get(status, "natural person"))
        record.ignore_all()
        return
    legal = entity.child("LegalName")
    name, lang = legal.take("text"), legal.take("lang")
    legal.ignore("type")
    if not name:
        raise record.error(f"LEI {code} has no legal name", "correct the record, or leave it out")
    others = [
        (one.take("text"), one.take("lang"), one.take("type").upper())
        for holder in _NAMES for one in entity.children(holder)
    ]
    sub = entity.take("EntitySubCategory").upper()
    cls, id_, values = "Company", make_id("lei", code), name_values(_latin(name, others), name)
    if category in _PUBLIC:
        cls, id_ = "PublicBody", make_id("lei-public-body", code)
        values["kind"] = public_kind([name], _LOCAL.get(sub, _PUBLIC[category]))
    elif category not in ("", "GENERAL", "FUND", "BRANCH", "OTHER"):
        record.omit(f"category not known, read as a company: {category}")
    place, numbers = _registered(record, entity)
    numbers = {**numbers, **_joined(said_lei(record, code), numbers)}
    founded = _day(record, entity.take("EntityCreationDate"))
    gone, reason = _gone(record, entity, status, updated)
    if cls == "Company":
        values |= {"founded": founded, "dissolved": "" if reason else gone}
    elif gone:
        record.omit("public body that has ceased to exist")
        record.ignore_all()
        return
    yield cited.node(cls, id_, **values, **numbers)
    if gone and reason and cls == "Company":
        yield cited.because(reason).node(cls, id_, **{**values, **numbers, "dissolved": gone})
    for text, kind, tag in _names(name, lang, others):
        yield cited.name(id_, text, kind, tag)
    if place:
        yield cited.edge("LOCATED_IN", id_, place)
    successors = entity.children("SuccessorEntity")
    if cls == "Company":
        for successor in successors:
            yield from _successor(record, successor, id_, status, gone, cited)
    elif successors:
        record.omit("successor of a public body")
    entity.ignore(*_ENTITY_IGNORED)


def _joined(
    left: dict[str, Value], right: dict[str, Value]
) -> dict[str, Value]:
    """Both; their identifiers together."""
    both = [*left.get("identifiers", ()), *right.get("identifiers", ())]
    return {**left, "identifiers": both} if both else left


def _latin(name: str, others: list[tuple[str, str, str]]) -> str:
    """The Latin name beside a Chinese one, if the record states one that no machine made."""
    if script(name) not in ("Hans", "Hant"):
        return name
    for wanted in ("ALTERNATIVE_LANGUAGE_LEGAL_NAME", "PREFERRED_ASCII_TRANSLITERATED_LEGAL_NAME"):
        for text, _, type_ in others:
            if type_ == wanted and text and script(text) == "Latn":
                return text
    return name


def _names(
    name: str, lang: str, others: list[tuple[str, str, str]]
) -> Iterator[tuple[str, str, str]]:
    given = {(name, "legal")}
    yield name, "legal", _tag(name, lang)
    for text, other, type_ in others:
        kind = _NAME_KINDS.get(type_, "alias")
        if text and (text, kind) not in given and text != name:
            given.add((text, kind))
            yield text, kind, _tag(text, other)


_LANG = re.compile(r"[a-z]{2,3}", re.ASCII)
_NOT_LATIN = ("zh", "ja", "ko", "ru", "uk", "bg", "be", "sr", "mk", "el", "ar", "he", "fa", "ur",
              "th", "hi", "ka", "hy", "kk", "mn", "yue")
_USUAL = {"Jpan": ("ja",), "Kore": ("ko",), "Hans": ("zh", "ja"), "Hant": ("zh", "ja", "ko"),
          "Cyrl": ("ru", "uk", "bg", "be", "sr", "mk", "kk", "mn"), "Grek": ("el",)}


def _tag(text: str, lang: str) -> str:
    """The tag of a language and script; a language that is never written so is not believed."""
    found, lang = script(text), lang.lower().partition("-")[0]
    if not _LANG.fullmatch(lang):
        return f"und-{found}"
    if found == "Latn":
        return f"{lang}-Latn" if lang in _NOT_LATIN else lang
    if found in _USUAL and lang not in _USUAL[found]:
        return f"und-{found}"
    return lang if lang in ("ja", "ko") else f"{lang}-{found}"


def _registered(record: Record, entity: Record) -> tuple[str, dict[str, Value]]:
    """Where the entity is registered, and its numbers there."""
    place, jurisdiction = "", clean(entity.take("LegalJurisdiction")).upper()
    for address in entity.children("LegalAddress"):
        place = country(address.take("Country"))
        address.ignore_all()
    place = place or country(jurisdiction.partition("-")[0])
    numbers: list[str] = []
    found: dict[str, Value] = {}
    for authority in entity.children("RegistrationAuthority"):
        list_ = clean(authority.take("RegistrationAuthorityID")).upper()
        number = clean(authority.take("RegistrationAuthorityEntityID"))
        authority.ignore("OtherRegistrationAuthorityID")
        if not number or list_ in _NO_NUMBER or not re.fullmatch(r"RA\d{6}", list_):
            continue
        if list_ in _COMPANIES_HOUSE:
            numbers.append(f"GB-COH:{number.upper().zfill(8)}")
            continue
        numbers.append(f"{list_}:{number}")
        if place == "CN" and len(number) == 18 and check_uscc(number.upper()) is None:
            found["uscc"] = number.upper()
    if numbers:
        found["identifiers"] = numbers
    return place, found


def _gone(record: Record, entity: Record, status: str, updated: str) -> tuple[str, str]:
    """When the entity ceased to exist, and why this is concluded if the record does not say when.

    An entity that has ceased must never look like a living one.
    """
    expired = _day(record, entity.take("EntityExpirationDate"))
    state = entity.take("EntityStatus").upper()
    if state != "INACTIVE" and status not in ("RETIRED", "MERGED"):
        if expired:
            record.omit("expiration date of an active entity")
        return "", ""
    if expired:
        return expired, ""
    return f"../{updated}" if updated else "../..", (
        f"the record is {status or 'without status'} and its entity {state or 'without status'}; "
        "it gives no date, so the entity had ceased when the record was last changed"
    )


def _successor(
    record: Record, successor: Record, id_: str, status: str, gone: str, cited: Cited
) -> Iterator[Claim]:
    code = clean(successor.take("SuccessorLEI")).upper()
    name = clean(successor.take("SuccessorEntityName"))
    if not code and not name:
        return
    after = make_id("lei", code) if code else make_id("gleif-successor", id_, name)
    if after == id_:
        record.omit("entity that is named as its own successor")
        return
    values = said_lei(record, code) if code else {}
    yield cited.node("Company", after, **name_values(name), **values)
    because = cited if status == "MERGED" else cited.because(
        "the record names a successor and does not say how the entity went over into it"
    )
    yield with_values(
        because.edge("SUCCEEDED_BY", id_, after), kind="merger", date="" if "/" in gone else gone
    )


def _day(record: Record, text: str) -> str:
    """The day of a date and time; what is no date is counted, not guessed at."""
    if not text:
        return ""
    if not _is_day(text):
        record.omit("date that is none")
        return ""
    return day(text)


# Relationships -----------------------------------------------------------------------------------


_NO_RELATION = {
    "DUPLICATE": "duplicate relationship record", "ANNULLED": "annulled relationship record",
    "CANCELLED": "cancelled relationship record", "PENDING": "relationship not published yet",
    "PENDING_VALIDATION": "relationship not published yet",
}


def _ends(fields: dict[str, Any]) -> tuple[str, str, str]:
    found = fields.get("Relationship")
    if not isinstance(found, dict):
        return "", "", ""
    ends = [found.get(name) for name in ("StartNode", "EndNode")]
    child, parent = (
        _text(end.get("NodeID")).upper() if isinstance(end, dict) else "" for end in ends
    )
    return child, parent, _text(found.get("RelationshipType")).upper()


def _dead(fields: dict[str, Any]) -> bool:
    """Whether a relationship record is no evidence of a parent of today."""
    found, registration = fields.get("Relationship"), fields.get("Registration")
    status = _text(found.get("RelationshipStatus")) if isinstance(found, dict) else ""
    state = _text(registration.get("RegistrationStatus")) if isinstance(registration, dict) else ""
    return (
        status.upper() not in ("ACTIVE", "") or state.upper() in (*_NO_RELATION, "RETIRED")
        or "Deletion" in str(fields.get("Extension"))
    )


def _chain(fields: dict[str, Any], parents: Shelf) -> str:
    """The direct parents in this file by which a living ultimate parent is reached."""
    child, parent, type_ = _ends(fields)
    if _PARENTS.get(type_) != "ultimate" or _dead(fields) or not child:
        return ""
    ways: list[tuple[str, ...]] = [(child,)]
    seen = {child}
    for _ in range(_FAR):
        longer = []
        for way in ways:
            for above in parents.get(way[-1]):
                if above == parent:
                    return " ".join((*way, above))
                if above not in seen:
                    seen.add(above)
                    longer.append((*way, above))
        ways = longer
    return ""


def _relation(record: Record, cited: Cited) -> Iterator[Claim]:
    found, registration = record.child("Relationship"), record.child("Registration")
    chain = record.take("@chain").split()
    status, type_ = found.take("RelationshipStatus").upper(), found.take("RelationshipType").upper()
    state = registration.take("RegistrationStatus").upper()
    updated = _day(record, registration.take("LastUpdateDate"))
    registration.ignore_all()
    ends = []
    for name in ("StartNode", "EndNode"):
        node = found.child(name)
        code, code_type = clean(node.take("NodeID")).upper(), node.take("NodeIDType").upper()
        if not code:
            raise record.error(f"{name} has no NodeID", "correct the record, or leave it out")
        if code_type not in ("LEI", ""):
            record.omit(f"relationship with an entity that has no LEI ({code_type})")
            record.ignore_all()
            return
        ends.append(code)
    child, parent = ends
    cited = msgspec.structs.replace(
        cited, locator=f"{cited.locator}, {child} {type_} {parent}"
    )
    found.ignore("RelationshipQualifiers", "RelationshipQuantifiers", "Qualifiers", "Quantifiers")
    valid, reason = _period(record, found, status, state, updated)
    why = ""
    if state in _NO_RELATION:
        why = _NO_RELATION[state]
    elif type_ in _FUNDS:
        why = "fund relationship, which is no ownership"
    elif type_ not in (*_PARENTS, "IS_INTERNATIONAL_BRANCH_OF"):
        why = f"relationship of an unknown type: {type_ or 'none'}"
    elif child == parent:
        why = "relationship of an entity with itself"
    if why:
        record.omit(why)
        record.ignore_all()
        return
    ids = {code: make_id("lei", code) for code in ends}
    for code in ends:
        yield cited.node("Company", ids[code], **said_lei(record, code))
    by = cited.because(reason) if reason else cited
    if type_ == "IS_INTERNATIONAL_BRANCH_OF":
        yield by.edge("PART_OF", ids[child], ids[parent], valid=valid)
    elif chain:
        record.omit("ultimate parent that direct parents in the same file lead to")
        way = "directly" if len(chain) == 2 else "through " + ", ".join(chain[1:-1])
        yield explained(
            cited, ids[child], f"The register names {parent} as the ultimate accounting "
            f"consolidation parent; its direct relationships lead there {way}.",
        )
    else:
        edge = by.edge("OWNS", ids[parent], ids[child], _PARENTS[type_], valid=valid)
        if _PARENTS[type_] == "ultimate":
            edge = msgspec.structs.replace(
                edge, note="Ultimate accounting consolidation parent: companies may stand between "
                "the two, which this source does not name.",
            )
        yield edge


def _period(
    record: Record, found: Record, status: str, state: str, updated: str
) -> tuple[str, str]:
    """When the relationship held, and why an end is concluded that the record does not give.

    Accounting and filing periods say what the evidence covers, not when the relationship held.
    """
    starts, ends = [], []
    for period in found.children("RelationshipPeriods"):
        start, end = (_day(record, period.take(name)) for name in ("StartDate", "EndDate"))
        if period.take("PeriodType").upper() == "RELATIONSHIP_PERIOD":
            starts.append(start)
            ends.append(end)
    start = min((s for s in starts if s), default="")
    end = "" if "" in ends else max(ends, default="")
    if start and end and start > end:
        record.omit("relationship period that ends before it starts")
        start = ""
    over = status not in ("ACTIVE", "") or state == "RETIRED"
    if over and not end and updated:
        start = "" if start > updated else start
        return f"{start or '..'}/{updated}", (
            f"the record calls the relationship {status or 'nothing'} and itself {state} without "
            "an end, so it had ended when the record was last changed"
        )
    if over and not end:
        return "../0001", "the record says that the relationship is over, and never when it held"
    if not start and not end:
        return "", ""
    return f"{start or '..'}/{end or '..'}", ""


# Reporting exceptions ----------------------------------------------------------------------------


_REASONS = {
    "NATURAL_PERSONS": "it is controlled by natural persons, with no parent entity between that "
                       "consolidates it",
    "NON_CONSOLIDATING": "it is controlled by entities that need not prepare consolidated accounts",
    "NO_KNOWN_PERSON": "nobody is known to control it, as where shares are widely held",
    "NO_LEI": "the parent has no LEI or does not consent to one",
    "NON_PUBLIC": "the relationship is not public",
    "BINDING_LEGAL_COMMITMENTS": "law or contract forbids to say",
    "LEGAL_OBSTACLES": "the law forbids to say",
    "CONSENT_NOT_OBTAINED": "the parent's consent to say was not obtained",
    "DISCLOSURE_DETRIMENTAL": "saying it would harm the entity or its parent",
    "DETRIMENT_NOT_EXCLUDED": "harm to the entity or its parent by saying it is not excluded",
}
_WHICH = {"DIRECT_ACCOUNTING_CONSOLIDATION_PARENT": "direct",
          "ULTIMATE_ACCOUNTING_CONSOLIDATION_PARENT": "ultimate"}


def _exception(record: Record, cited: Cited) -> Iterator[Claim]:
    code = clean(record.take("LEI")).upper()
    category = record.take("ExceptionCategory").upper()
    reasons = [r.upper() for r in record.take_all("ExceptionReason")]
    record.ignore("ExceptionReference", "ContentDate", "NextVersion")
    if not code:
        raise record.error("the exception has no LEI", "correct the record, or leave it out")
    which = _WHICH.get(category)
    if which is None or not reasons:
        record.omit(f"exception of an unknown category: {category or 'none'}"
                    if which is None else "exception without a reason")
        return
    cited = msgspec.structs.replace(cited, locator=f"{cited.locator}, LEI {code}, {which} parent")
    yield cited.node("Company", make_id("lei", code), **said_lei(record, code))
    told = []
    for reason in reasons:
        if reason not in _REASONS:
            record.omit(f"exception with an unknown reason: {reason}")
        told.append(f"{_REASONS.get(reason, 'for a reason not known here')} ({reason})")
    yield explained(
        cited, make_id("lei", code),
        f"No {which} accounting consolidation parent is registered: {'; '.join(told)}.",
    )


def native(record: Record) -> str:
    """The entity, the relationship or the exception that a record is about."""
    fields = record._fields
    if record.kind == "rr":
        child, parent, type_ = _ends(fields)
        return f"{child} {type_} {parent}"
    if record.kind not in ("lei", "repex"):
        return ""
    code = clean(str(fields.get("LEI") or "")).upper()
    if record.kind == "lei":
        return f"LEI {code}"
    which = _WHICH.get(clean(str(fields.get("ExceptionCategory") or "")).upper(), "")
    return f"LEI {code}, {which} parent"


loader = Loader(
    name="gleif", title="Global LEI Index: LEI records, relationships, reporting exceptions",
    sniff=sniff, read=read, claims=claims, native=native,
)
