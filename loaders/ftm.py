"""FollowTheMoney: entities as JSON lines, OpenSanctions' nested targets, statements and deltas.

Organisations, what they own, what was bought from them, and what lists they are on. Natural persons
are counted and nothing else. docs/loaders/ftm.md says what becomes of each schema and property.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from sousveil.errors import SourceError
from sousveil.graph.records import Claim, Value
from sousveil.loaders.files import Member, members
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
from sousveil.loaders.parties import has_form, is_person
from sousveil.loaders.record import Loader, Record
from sousveil.loaders.shelf import (
    Shelf,
    explained,
    json_records,
    json_shape,
    opened_member,
    period,
    public_kind,
    said_number,
    with_values,
)
from sousveil.loaders.text import rows
from sousveil.ontology import Schema
from sousveil.ontology.dates import bounds
from sousveil.ontology.identifiers import check_uscc

__all__ = ["loader"]

_COLUMNS = ("prop", "schema", "value")
_IDS = ("canonical_id", "entity_id")
_ORGANISATIONS = ("Company", "Organization", "PublicBody", "LegalEntity")
_OF_PERSONS = ("Person", "Family", "Associate", "Passport", "Identification", "Position",
               "PositionHeld", "Occupancy", "Post", "Employment", "UserAccount")
_BACK = {"sanctions": "entity", "ownershipOwner": "owner", "ownershipAsset": "asset",
         "unknownLinkFrom": "subject", "unknownLinkTo": "object", "awards": "contract",
         "contractAwardSupplier": "supplier", "successors": "predecessor",
         "predecessors": "successor"}
"""Where adjacent entities are nested, and by which of their own properties they point back."""
_DEPTH = 20


# Recognising and reading -------------------------------------------------------------------------


def sniff(head: bytes, name: str) -> bool:
    """JSON with an FtM entity in it, or a table of FtM statements."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith((b"{", b"[")):
        return json_shape(head, _known) is not None
    return _is_table(text)


def _is_table(text: bytes) -> bool:
    columns = {c.strip(b'" \r') for c in text.partition(b"\n")[0].split(b",")}
    return all(c.encode() in columns for c in _COLUMNS) and any(
        c.encode() in columns for c in _IDS
    )


def _known(value: dict[str, Any]) -> bool:
    if value.get("op") in ("ADD", "MOD", "DEL"):
        inner = value.get("entity")
        return isinstance(inner, dict) and isinstance(inner.get("id"), str)
    return (
        isinstance(value.get("id"), str) and isinstance(value.get("schema"), str)
        and isinstance(value.get("properties"), dict)
    )


def read(path: Path) -> Iterator[Record]:
    """The file as a source, then its entities, nested ones included; the file is read twice."""
    shelf = Shelf()
    try:
        _look_ahead(path, shelf)
        source = ""
        for number, name, op, entity in _entities(path):
            if not source:
                stem = clean(name.partition(".")[0])
                source = make_id("ftm", stem)
                yield Record(path, number, "source", {"id": source, "name": stem})
            id_, schema = _text(entity.get("id")), _text(entity.get("schema"))
            if op == "DEL":
                yield Record(path, number, "deleted", {})
            elif shelf.get(f"newest {id_}")[-1:] not in ([f"{number:012}"], []):
                yield Record(path, number, "older", {})
            elif schema in _OF_PERSONS:
                # Nothing of a person is even handed on.
                yield Record(path, number, "person", {"schema": schema})
            else:
                about = {**entity, "@source": source, "@number": str(number)}
                about["@parties"] = _parties(entity, shelf)
                about["@class"] = _class_of(shelf, id_)
                yield Record(path, number, "entity", about)
    finally:
        shelf.close()


def _entities(path: Path) -> Iterator[tuple[int, str, str, dict[str, Any]]]:
    """(number, member, operation, entity) of every entity, one after the other."""
    first = 0
    for member in members(path):
        number = first
        head, stream = opened_member(member)
        if _is_table(head.removeprefix(b"\xef\xbb\xbf")):
            for number, entity in _stated(path, stream):
                yield first + number, member.name, "", entity
        else:
            for number, value in json_records(path, Member(member.name, stream), _known):
                if not isinstance(value, dict):
                    raise SourceError(
                        f"an entity is expected, and there is {value!r:.40}", path, number,
                        "the file is damaged: fetch it again",
                    )
                op = value.get("op") if isinstance(value.get("entity"), dict) else ""
                entity = value["entity"] if op else value
                for one in _flat(entity, 0):
                    yield first + number, member.name, str(op), one
        first += number


def _flat(entity: dict[str, Any], depth: int) -> Iterator[dict[str, Any]]:
    """The entity with ids in place of those nested in it, and each of those."""
    properties = entity.get("properties")
    if not isinstance(properties, dict) or depth > _DEPTH:
        yield {**entity, "properties": {}}
        return
    own: dict[str, Any] = {}
    nested: list[dict[str, Any]] = []
    for name, values in properties.items():
        kept = []
        for value in values if isinstance(values, list) else [values]:
            if isinstance(value, dict):
                back = _BACK.get(name)
                inner = value.get("properties")
                if back and isinstance(inner, dict) and not inner.get(back):
                    value = {**value, "properties": {**inner, back: [entity.get("id")]}}
                nested.append(value)
                value = value.get("id")
            kept.append(value)
        if name not in _BACK:
            own[name] = kept
    yield {**entity, "properties": own}
    for one in nested:
        yield from _flat(one, depth + 1)


def _stated(path: Path, stream: Any) -> Iterator[tuple[int, dict[str, Any]]]:
    """The entities that a table of statements describes, put together on disk."""
    table = rows(path, io.TextIOWrapper(stream, "utf-8-sig", newline=""))
    first = [c.strip() for c in next(table)[1]]
    at = {name: first.index(name) for name in (*_COLUMNS, *_IDS, "dataset") if name in first}
    shelf = Shelf()
    try:
        for line, cells in table:
            if len(cells) != len(first):
                raise SourceError(
                    f"{len(cells)} cells where the header has {len(first)}", path, line,
                    "if this is the last row, the file may have been cut short: fetch it again",
                )
            id_ = next((cells[at[n]] for n in _IDS if n in at and cells[at[n]]), "")
            if not id_:
                raise SourceError("the statement has no entity", path, line, "leave it out")
            shelf.put("", id_)
            shelf.put(id_, msgspec.json.encode([
                cells[at["prop"]], cells[at["value"]], cells[at["schema"]],
                cells[at["dataset"]] if "dataset" in at else "",
            ]).decode())
        for number, id_ in enumerate(shelf.get(""), 1):
            properties: dict[str, list[str]] = {}
            schemata, datasets = set(), set()
            for text in shelf.get(id_):
                prop, value, schema, dataset = msgspec.json.decode(text, type=list[str])
                schemata.add(schema)
                datasets.add(dataset)
                if prop not in ("id", ""):
                    properties.setdefault(prop, []).append(value)
            yield number, {
                "id": id_, "schema": max(schemata, key=_special), "properties": properties,
                "datasets": sorted(filter(None, datasets)),
            }
    finally:
        shelf.close()


def _special(schema: str) -> tuple[int, str]:
    """How special a schema is: what is a person in any statement is one."""
    order = ("Thing", "Asset", "LegalEntity", "Organization", "Company", "PublicBody", "Person")
    return (order.index(schema) if schema in order else 3, schema)


def _text(value: Any) -> str:
    return clean(value) if isinstance(value, str) else ""


def _texts(entity: dict[str, Any], name: str) -> list[str]:
    properties = entity.get("properties")
    values = properties.get(name) if isinstance(properties, dict) else None
    values = values if isinstance(values, list) else [values]
    return [text for text in map(_text, values) if text]


# What an entity is -------------------------------------------------------------------------------


_SIGNS = (
    "registrationNumber", "leiCode", "uscCode", "ogrnCode", "dunsCode", "swiftBic", "legalForm",
    "incorporationDate", "dissolutionDate", "cikCode", "bvdId", "permId", "okpoCode", "kppCode",
    "voenCode", "sector", "parent", "subsidiaries", "uniqueEntityId", "isinCode",
)
_WORDS = re.compile(
    r"(?:^|\W)(?:group|holdings?|foundation|association|university|institute|bank|ministry|agency"
    r"|committee|party|government|department|bureau|enterprise|technolog(?:y|ies)|industries"
    r"|trading|services|systems|factory|academy|council)(?:\W|$)"
    r"|公司|集团|集團|株式会社|企业|会社|주식회사|[局部院厅]$", re.I,
)
_GOVERNMENT = {
    "gov.igo": "international-organisation", "gov.muni": "local-government",
    "gov.national": "government", "gov.state": "government", "gov.security": "law-enforcement",
    "gov.executive": "government", "gov.legislative": "legislature", "gov.judicial": "judiciary",
    "mil": "armed-forces", "gov": "public-body", "gov.admin": "government-department",
}


def _class(entity: dict[str, Any]) -> str:
    """The class of an organisation; `person` and the like for what is none."""
    schema = _text(entity.get("schema"))
    if schema in _OF_PERSONS:
        return "person"
    if schema not in _ORGANISATIONS:
        return f"other {schema}"
    names = _texts(entity, "name") or ([_text(entity.get("caption"))] if schema != _text(
        entity.get("caption")) else [])
    if not any(names):
        return "unnamed"
    if any(_texts(entity, trait) for trait in ("birthDate", "firstName", "lastName")):
        return "person"
    if schema == "LegalEntity" and not _is_organisation(entity, names):
        return "unclear"
    topics = _texts(entity, "topics")
    public = schema == "PublicBody" or (
        schema in ("Organization", "LegalEntity") and any(t in _GOVERNMENT for t in topics)
    )
    return "PublicBody" if public else "Company"


def _is_organisation(entity: dict[str, Any], names: list[str]) -> bool:
    """Whether anything shows that a legal entity, which may be a person or a company, is none."""
    if any(is_person(name) for name in names):
        return False
    return (
        any(_texts(entity, sign) for sign in _SIGNS)
        or any(t.startswith(("corp", "gov", "fin")) for t in _texts(entity, "topics"))
        or any(has_form(name) or _WORDS.search(name) for name in names)
    )


_POINTERS = {
    "Ownership": ("owner", "asset"), "Succession": ("predecessor", "successor"),
    "UnknownLink": ("subject", "object"), "Sanction": ("entity",),
    "ContractAward": ("supplier", "contract"), "Contract": ("authority", "customer", "project"),
    "CallForTenders": ("authority", "onBehalfOf", "tenderer", "tenderers"),
    **dict.fromkeys(_ORGANISATIONS, ("parent", "subsidiaries")),
}
_BUYERS = ("authority", "customer")
_OF_CONTRACT = ("title", "name", "currency", "procedureNumber", "cancelled", "type")


def _look_ahead(path: Path, shelf: Shelf) -> None:
    """Note what every entity is, and what a contract says, before anything refers to them."""
    try:
        for number, _, _, entity in _entities(path):
            id_ = _text(entity.get("id"))
            shelf.put(f"newest {id_}", f"{number:012}")
            shelf.put(f"class {id_}", f"{number:012} {_class(entity)}")
            schema = _text(entity.get("schema"))
            if schema == "Ownership":
                for asset in _texts(entity, "asset"):
                    shelf.put(f"asset {asset}")
            if schema == "ContractAward":
                for contract in _texts(entity, "contract"):
                    shelf.put(f"awarded {contract}")
            if schema == "Contract":
                for name in (*_OF_CONTRACT, *_BUYERS, "project"):
                    for value in _texts(entity, name):
                        shelf.put(f"contract {id_} {name}", value)
    except SourceError:
        return  # Told when it is read for good.


def _class_of(shelf: Shelf, id_: str) -> str:
    """What the last line about an entity makes of it."""
    found = shelf.get(f"class {id_}")
    return found[-1].partition(" ")[2] if found else "unknown"


def _parties(entity: dict[str, Any], shelf: Shelf) -> dict[str, Any]:
    """What the entities are that this one refers to, by the property: `class id` for each."""
    schema = _text(entity.get("schema"))
    found: dict[str, Any] = {}
    for name in _POINTERS.get(schema, ()):
        found[name] = [f"{_class_of(shelf, id_)} {id_}"
                       for id_ in dict.fromkeys(_texts(entity, name))]
    if schema == "ContractAward":
        for contract in _texts(entity, "contract")[:1]:
            for name in _OF_CONTRACT:
                found[f"contract-{name}"] = shelf.get(f"contract {contract} {name}")
            for name in (*_BUYERS, "project"):
                found[f"contract-{name}"] = [
                    f"{_class_of(shelf, id_)} {id_}"
                    for id_ in shelf.get(f"contract {contract} {name}")
                ]
    if schema == "Contract" and f"awarded {_text(entity.get('id'))}" in shelf:
        found["awarded"] = ["yes"]
    return found


# Claims ------------------------------------------------------------------------------------------


_ABOUT = ("caption", "referents", "datasets", "first_seen", "last_seen", "last_change", "target",
          "origin", "id", "createdAt", "updatedAt", "mutable", "role_id", "collection_id",
          "writeable")
_COMMON = (
    "summary", "description", "notes", "sourceUrl", "publisher", "publisherUrl", "modifiedAt",
    "createdAt", "retrievedAt", "keywords", "topics", "status", "recordId", "recordHash", "proof",
    "namesMentioned", "wikipediaUrl", "program", "programId", "address", "addressEntity",
    "alephUrl", "indexText", "sourceId", "date", "rank", "weakAlias", "previousName",
)


def claims(record: Record) -> Iterator[Claim]:
    """The claims of one entity."""
    if record.kind == "source":
        name = record.take("name")
        yield from source_claims(
            record.take("id"), title=f"FollowTheMoney data {name}", basis="ngo-report",
            publisher="ftm-publisher-unnamed", publisher_kind="research",
            publisher_name="Publisher of FollowTheMoney data (not named in the file)",
        )
        return
    if record.kind in ("deleted", "older"):
        record.omit("entity that this edition deletes" if record.kind == "deleted"
                    else "entity that a later line changes")
        return
    if record.kind == "person":
        schema = record.take("schema")
        record.omit("natural person" if schema == "Person" else f"{schema}, of natural persons")
        return
    id_, schema, cls = clean(record.take("id")), record.take("schema"), record.take("@class")
    datasets = ", ".join(clean(d) for d in record.take_all("datasets"))
    cited = Cited(
        source=record.take("@source"),
        locator=f"entity {record.take('@number')}, {id_}" + (f", from {datasets}" if datasets
                                                             else ""),
    )
    caption = clean(record.take("caption"))
    record.ignore(*_ABOUT)
    parties, found = record.child("@parties"), record.child("properties")
    if not id_:
        raise record.error("the entity has no id", "correct the entity, or leave it out")
    if schema in _ORGANISATIONS:
        yield from _organisation(record, found, parties, (id_, cls, caption), cited)
    elif schema in _MAKERS:
        yield from _MAKERS[schema](record, found, parties, id_, caption, cited)
        found.ignore(*_COMMON)
    elif schema == "Directorship":
        found.ignore_all()
        record.omit("directorship, which is no ownership")
    else:
        found.ignore_all()
        record.omit(f"schema that is not read: {clean(schema) or 'none'}")
    parties.ignore_all()


_WITHHELD = {"person": "natural person", "unclear": "legal entity that may be a natural person"}
_NAMES = (("name", "alias"), ("alias", "alias"), ("weakAlias", "alias"),
          ("previousName", "former"), ("abbreviation", "abbreviation"))
_NUMBERS = (
    ("leiCode", "XI-LEI"), ("uscCode", "CN-USC"), ("wikidataId", "WIKIDATA"),
    ("ogrnCode", "RU-OGRN"), ("okpoCode", "RU-OKPO"), ("dunsCode", "DUNS"), ("swiftBic", "SWIFT"),
    ("cikCode", "US-SEC"), ("permId", "PERMID"), ("bvdId", "BVD"), ("icijId", "ICIJ"),
    ("uniqueEntityId", "US-SAM"), ("npiCode", "US-NPI"),
)
_ASIDE = (
    "email", "phone", "taxStatus", "sector", "classification", "idNumber", "taxNumber", "vatCode",
    "opencorporatesUrl", "legalForm", "kppCode", "capital", "okvedCode", "okopfCode", "fnsCode",
    "fssCode", "bikCode", "pfrNumber", "oksmCode", "isinCode", "ticker", "ricCode", "amount",
    "amountUsd", "amountEur", "currency", "voenCode", "coatoCode", "irsCode", "ipoCode", "jibCode",
    "mbsCode", "ibcRuc", "caemCode", "passport", "licenseNumber", "giiNumber", "nationality",
    "political", "isinCodes", "purpose", "ownershipType", "cageCode", "logo", "imageUrl",
    "passportNumber", "registrationDate", "jurisdictionFull", "wikidataLabel",
)


def _organisation(
    record: Record, found: Record, parties: Record, who: tuple[str, str, str], cited: Cited
) -> Iterator[Claim]:
    native, cls, caption = who
    if cls not in ("Company", "PublicBody"):
        found.ignore_all()
        record.omit(_WITHHELD.get(cls, "organisation without a name"))
        return
    id_ = make_id("ftm", native)
    names = {prop: [clean(n) for n in found.take_all(prop)] for prop, _ in _NAMES}
    topics = found.take_all("topics")
    land, several = _land(found)
    values: dict[str, Value | None] = {**_main(caption, names["name"])}
    values |= _numbers(record, found, native, land)
    site = next((w for w in found.take_all("website") if re.fullmatch(r"https?://[^\s/]+\S*", w)),
                "")
    values["website"] = site
    founded, gone = (_dates(record, found, n) for n in ("incorporationDate", "dissolutionDate"))
    if cls == "Company":
        values |= {"founded": founded, "dissolved": gone}
    else:
        values["kind"] = public_kind(
            [*names["name"], caption],
            next((_GOVERNMENT[t] for t in topics if t in _GOVERNMENT), "public-body"),
        )
    yield cited.node(cls, id_, **values)
    given = {values["name"], values["name_zh"]}
    for prop, kind in _NAMES:
        for text in names[prop]:
            if text and text not in given:
                given.add(text)
                yield cited.name(id_, text, kind)
    if several:
        record.omit("organisation with several countries, of which none is its seat for certain")
    if land:
        yield cited.edge("LOCATED_IN", id_, land)
    found.ignore("parent", "subsidiaries")
    for name in ("parent", "subsidiaries"):
        for other_cls, other in _each(parties, name):
            ends = (other, native) if name == "parent" else (native, other)
            why = _why_not(other_cls if name == "parent" else cls,
                           cls if name == "parent" else other_cls, *ends)
            if why:
                record.omit(why)
                continue
            yield cited.edge("OWNS", make_id("ftm", ends[0]), make_id("ftm", ends[1]))
    found.ignore(*_COMMON, *_ASIDE)


def _each(parties: Record, name: str) -> list[tuple[str, str]]:
    """(class, native id) of the entities that a property refers to."""
    found = []
    for text in parties.take_all(name):
        cls, _, id_ = text.partition(" ")
        if cls == "other":
            id_ = id_.partition(" ")[2]
        found.append((cls, id_))
    return found


def _why_not(owner: str, asset: str, first: str, second: str) -> str:
    """Why no ownership is drawn between two entities; empty if one may be."""
    for cls in (owner, asset):
        if cls in _WITHHELD:
            return "interest of a " + _WITHHELD[cls]
        if cls not in ("Company", "PublicBody"):
            return "relation with what is no organisation of this file"
    if asset != "Company":
        return "ownership of a public body"
    return "relation of an entity with itself" if first == second else ""


def _main(caption: str, names: list[str]) -> dict[str, Value | None]:
    """The name and the Chinese name: as the publisher shows it, in Latin letters if it can be."""
    listed = [*([caption] if caption in names or not names else []), *sorted(names)]
    latin = [n for n in listed if script(n) == "Latn"]
    chinese = [n for n in listed if script(n) in ("Hans", "Hant")]
    main = latin[0] if latin else listed[0] if listed else caption
    return name_values(main, chinese[0] if chinese else "")


def _land(found: Record) -> tuple[str, bool]:
    """The country of an organisation, and whether there are several and none stands out."""
    groups = [found.take_all(n) for n in ("jurisdiction", "mainCountry", "country")]
    for texts in groups:
        codes = sorted({country(t.partition("-")[0]) for t in texts} - {""})
        if codes:
            return (codes[0], False) if len(codes) == 1 else ("", True)
    return "", False


def _numbers(record: Record, found: Record, native: str, land: str) -> dict[str, Value]:
    values: dict[str, Value] = {}
    listed: list[str] = []
    if re.fullmatch(r"Q[1-9]\d*", native):
        listed.append(f"WIKIDATA:{native}")
    pairs = [(scheme, n) for prop, scheme in _NUMBERS for n in found.take_all(prop)]
    # Twelve digits are the tax number of a natural person.
    pairs += [("RU-INN", n) for n in found.take_all("innCode") if re.fullmatch(r"\d{10}", n)]
    for number in found.take_all("registrationNumber"):
        if land == "GB" and re.fullmatch(r"[A-Z]{2}\d{6}|\d{6,8}", number):
            pairs.append(("GB-COH", number))
        elif land == "CN" and len(number) == 18 and check_uscc(number) is None:
            pairs.append(("CN-USC", number))
        elif land:
            pairs.append((f"{land}-STATED", number))
        else:
            record.omit("number in a register that is not known")
    for scheme, number in pairs:
        for name, value in said_number(record, scheme, number).items():
            if name == "identifiers":
                listed += value
            elif values.get(name, value) != value:
                record.omit(f"further {name} of one organisation")
            else:
                values[name] = value
    return {**values, "identifiers": sorted(set(listed))} if listed else values


def _dates(record: Record, found: Record, *names: str) -> str:
    """The date that some properties give; the span of several."""
    dates = []
    for name in names:
        for text in found.take_all(name):
            try:
                date = day(text)
                bounds(date)
            except ValueError:
                date = ""
            if date:
                dates.append(date)
            else:
                record.omit("date that is none")
    dates = sorted(set(dates))
    return "" if not dates else dates[0] if len(dates) == 1 else f"{dates[0]}/{dates[-1]}"


def _span(record: Record, found: Record, *starts: str) -> str:
    start = _dates(record, found, *(starts or ("startDate",))).partition("/")[0]
    end = _dates(record, found, "endDate").rpartition("/")[2]
    return period(record, start, end)


def _ownership(
    record: Record, found: Record, parties: Record, id_: str, caption: str, cited: Cited
) -> Iterator[Claim]:
    valid = _span(record, found)
    shares = _share(record, found.take_all("percentage"))
    found.ignore("owner", "asset", "role", "sharesCount", "sharesValue", "sharesCurrency",
                 "sharesType", "legalBasis", "ownershipType")
    end = valid.rpartition("/")[2]
    key = f"until-{end}" if end not in ("", "..") else ""
    assets = _each(parties, "asset")
    for cls, owner in _each(parties, "owner"):
        for asset_cls, asset in assets:
            why = _why_not(cls, asset_cls, owner, asset)
            if why:
                record.omit(why)
                continue
            yield cited.edge("OWNS", make_id("ftm", owner), make_id("ftm", asset), key=key,
                             valid=valid, **shares)


_RANGE = re.compile(r"(\d+(?:\.\d+)?)\s*(?:%\s*)?(?:-|–|to)\s*(\d+(?:\.\d+)?)\s*%?")


def _share(record: Record, texts: list[str]) -> dict[str, str]:
    found: set[tuple[str, ...]] = set()
    for text in texts:
        text = text.strip()
        exact = re.fullmatch(r"(\d+(?:\.\d+)?)\s*%?", text)
        span = _RANGE.fullmatch(text)
        numbers = exact.groups() if exact else span.groups() if span else ()
        if not numbers or any(float(n) > 100 for n in numbers) or (
            span and float(numbers[0]) > float(numbers[1])
        ):
            record.omit("share that is no percentage")
        else:
            found.add(numbers)
    if len(found) > 1:
        record.omit("ownership with several shares, of which none is taken")
        return {}
    for numbers in found:
        return dict(zip(("share_min", "share_max"), numbers, strict=True)) if (
            len(numbers) == 2) else {"share_exact": numbers[0]}
    return {}


def _succession(
    record: Record, found: Record, parties: Record, id_: str, caption: str, cited: Cited
) -> Iterator[Claim]:
    date = _dates(record, found, "startDate").partition("/")[0]
    found.ignore("predecessor", "successor", "endDate", "role")
    after = _each(parties, "successor")
    for cls, first in _each(parties, "predecessor"):
        for second_cls, second in after:
            if (cls, second_cls) != ("Company", "Company") or first == second:
                record.omit("succession other than of one company by another")
                continue
            yield with_values(
                cited.because("the source does not say in what way the company went over").edge(
                    "SUCCEEDED_BY", make_id("ftm", first), make_id("ftm", second)
                ), kind="merger", date=date,
            )


def _link(
    record: Record, found: Record, parties: Record, id_: str, caption: str, cited: Cited
) -> Iterator[Claim]:
    roles = [r for r in map(clean, found.take_all("role"))
             if len(r) <= 60 and re.fullmatch(r"[a-z ,/-]+", r)]
    found.ignore("subject", "object", "startDate", "endDate")
    objects = _each(parties, "object")
    for cls, subject in _each(parties, "subject"):
        for other_cls, other in objects:
            if {cls, other_cls} - {"Company", "PublicBody"}:
                record.omit("link with what is no organisation of this file")
                continue
            record.omit("link of unknown kind, said but not drawn")
            yield explained(
                cited, make_id("ftm", subject), "A link of unknown kind to "
                f"{make_id('ftm', other)} is stated" + (f": {roles[0]}." if roles else "."),
            )


def _sanction(
    record: Record, found: Record, parties: Record, id_: str, caption: str, cited: Cited
) -> Iterator[Claim]:
    authorities = [clean(a) for a in found.take_all("authority")]
    programmes = [clean(p) for p in found.take_all("program")]
    codes = [clean(c) for c in found.take_all("programId")]
    valid = _span(record, found, "startDate", "listingDate")
    provisions = found.take_all("provisions")
    found.ignore("entity", "reason", "duration", "authorityId", "unscId", "country",
                 "programUrl", "listingDate")
    subjects = []
    for cls, subject in _each(parties, "entity"):
        if cls in ("Company", "PublicBody"):
            subjects.append(subject)
        else:
            record.omit("sanction of a " + _WITHHELD[cls] if cls in _WITHHELD
                        else "sanction of what is no organisation of this file")
    if not subjects:
        return
    authority = authorities[0] if authorities else ""
    name = next((p for p in programmes if len(p) <= 200), "") or (
        f"Listing by {authority}" if authority else "Listing by an authority that is not named")
    instrument = make_id("ftm-listing", authority, codes[0] if codes else name)
    yield cited.node(
        "Instrument", instrument, name=name, kind="restrictive-measure",
        reference=codes[0] if codes else "",
        description=f"Measure of {authority}." if authority else "",
    )
    for subject in subjects:
        yield cited.edge(
            "SUBJECT_TO", make_id("ftm", subject), instrument, key=make_id(id_),
            effect="banned-by" if "banned-by" in provisions else "listed-in", valid=valid,
        )


def _award(
    record: Record, found: Record, parties: Record, id_: str, caption: str, cited: Cited
) -> Iterator[Claim]:
    titles = [*parties.take_all("contract-title"), *parties.take_all("contract-name")]
    currency = parties.take_all("contract-currency")
    numbers = parties.take_all("contract-procedureNumber")
    if "true" in parties.take_all("contract-cancelled"):
        found.ignore_all()
        record.omit("award of a contract that was cancelled")
        return
    transaction = make_id("ftm", id_)
    yield with_values(cited.node(
        "Transaction", transaction, kind=_kind(parties.take_all("contract-type"), "award"),
        date=_dates(record, found, "date"),
        title=clean(titles[0]) if titles else f"Contract award {id_}",
        reference=clean(numbers[0]) if numbers else "",
        lot=clean(next(iter(found.take_all("lotNumber")), "")),
    ), **_money(record, found, currency))
    buyers = [*_each(parties, "contract-authority"), *_each(parties, "contract-customer")]
    yield from _roles(record, cited, transaction, "SELLER", _each(parties, "supplier"))
    yield from _roles(record, cited, transaction, "BUYER", buyers)
    yield from _under(cited, transaction, _each(parties, "contract-project"))
    found.ignore("supplier", "contract", "callForTenders", "documentNumber", "documentType",
                 "decisionReason", "cpvCode", "nutsCode", "amended", "startDate", "endDate", "role")


def _contract(
    record: Record, found: Record, parties: Record, id_: str, caption: str, cited: Cited
) -> Iterator[Claim]:
    if "awarded" in parties or "true" in found.take_all("cancelled"):
        found.ignore_all()
        record.omit("contract whose awards stand for it" if "awarded" in parties
                    else "contract that was cancelled")
        return
    titles = [*found.take_all("title"), *found.take_all("name")]
    transaction = make_id("ftm", id_)
    yield with_values(cited.node(
        "Transaction", transaction, kind=_kind(found.take_all("type"), "sale"),
        date=_dates(record, found, "contractDate"),
        title=clean(next(iter(titles), "")) or caption or f"Contract {id_}",
        reference=clean(next(iter(found.take_all("procedureNumber")), "")),
    ), **_money(record, found, []))
    buyers = [*_each(parties, "authority"), *_each(parties, "customer")]
    yield from _roles(record, cited, transaction, "BUYER", buyers)
    yield from _under(cited, transaction, _each(parties, "project"))
    found.ignore("authority", "customer", "project", "totalValue", "documentNumber",
                 "decisionReason", "documentDate", "identifier", "numberAwards", "noticeId",
                 "classification", "criteria", "procedure", "language", "method", "alias",
                 "country", "lotNumber", "startDate", "endDate", "awardDate")


def _tender(
    record: Record, found: Record, parties: Record, id_: str, caption: str, cited: Cited
) -> Iterator[Claim]:
    titles = [*found.take_all("title"), *found.take_all("name")]
    transaction = make_id("ftm", id_)
    yield cited.node(
        "Transaction", transaction, kind=_kind(found.take_all("procurementType"), "tender"),
        date=_dates(record, found, "pubDate", "publicationDate"),
        title=clean(next(iter(titles), "")) or caption or f"Call for tenders {id_}",
        reference=clean(next(iter([*found.take_all("uid"), *found.take_all("callId")]), "")),
    )
    buyers = [*_each(parties, "authority"), *_each(parties, "onBehalfOf")]
    yield from _roles(record, cited, transaction, "BUYER", buyers)
    bidders = [*_each(parties, "tenderer"), *_each(parties, "tenderers")]
    yield from _roles(record, cited, transaction, "BIDDER", bidders)
    found.ignore(
        "authority", "onBehalfOf", "tenderer", "tenderers", "cftCaUid", "evalMechanism",
        "directive", "procedure", "involves", "cpvCode", "eAuctionsIncluded", "nutsCode",
        "relToThreshold", "awardingDate", "paymentOptions", "submitDeadline", "clarifDeadline",
        "clarifDocUpload", "notifAllowed", "awardedInLots", "euFunding", "multipleTenders",
        "tedLinksForNotices", "fallsUnderGPPScope", "certifCheck", "startDate", "endDate",
        "country", "amount", "amountEur", "amountUsd", "currency", "alias",
    )


def _kind(types: list[str], otherwise: str) -> str:
    """The kind of a transaction, where the file says it in a word of ours; our own exports do."""
    kinds = Schema.load().concepts["transaction-kind"]
    return next((t for t in map(clean, types) if t in kinds), otherwise)


def _roles(
    record: Record, cited: Cited, transaction: str, role: str, parties: list[tuple[str, str]]
) -> Iterator[Claim]:
    for cls, party in dict.fromkeys(parties):
        if cls in ("Company", "PublicBody"):
            yield cited.edge(role, transaction, make_id("ftm", party))
        else:
            record.omit(f"{role.lower()} who is a {_WITHHELD[cls]}" if cls in _WITHHELD
                        else f"{role.lower()} that is no organisation of this file")


def _under(
    cited: Cited, transaction: str, projects: list[tuple[str, str]]
) -> Iterator[Claim]:
    for cls, project in projects:
        if cls == "other":
            yield cited.edge("UNDER", transaction, make_id("ftm", project))


def _money(record: Record, found: Record, currency: list[str]) -> dict[str, str]:
    amounts, euros = found.take_all("amount"), found.take_all("amountEur")
    currencies = [*found.take_all("currency"), *currency]
    found.ignore("amountUsd")
    for texts, unit in ((amounts, next(iter(currencies), "").upper()), (euros, "EUR")):
        for text in texts[:1]:
            if re.fullmatch(r"\d{1,18}(\.\d+)?", text) and re.fullmatch(r"[A-Z]{3}", unit):
                import pycountry  # slow to import

                if pycountry.currencies.get(alpha_3=unit):
                    return {"amount": text, "currency": unit}
            record.omit("amount without a number or currency")
    return {}


def _project(
    record: Record, found: Record, parties: Record, id_: str, caption: str, cited: Cited
) -> Iterator[Claim]:
    names = [clean(n) for n in found.take_all("name")]
    start, end = (_dates(record, found, n) for n in ("startDate", "endDate"))
    found.ignore("projectId", "aim", "phase", "goal", "country", "alias", "amount", "amountEur",
                 "amountUsd", "currency")
    yield cited.because("the source calls it a project and does not say of what kind").node(
        "Programme", make_id("ftm", id_), kind="construction-project", start=start, end=end,
        **name_values(next(iter(names), "") or caption or f"Project {id_}"),
    )


_MAKERS = {
    "Ownership": _ownership, "Succession": _succession, "UnknownLink": _link,
    "Sanction": _sanction, "ContractAward": _award, "Contract": _contract,
    "CallForTenders": _tender, "Project": _project,
}


loader = Loader(
    name="ftm", title="FollowTheMoney entities, nested targets, statements and deltas",
    sniff=sniff, read=read, claims=claims,
)
