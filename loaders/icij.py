"""ICIJ's Offshore Leaks Database: entities, intermediaries, officers and their relations, as CSV.

The database does not say who of the officers and intermediaries is a natural person. Only those
are read whose name shows a form of business; of all others neither name nor id is kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from sousveil.graph import Claim
from sousveil.loaders.making import Cited, clean, country, make_id, name_values, source_claims
from sousveil.loaders.parties import country_named, is_person
from sousveil.loaders.record import Loader, Record
from sousveil.loaders.tables import header, records

__all__ = ["loader"]

_STARTS, _ENDS = ("node_id_start", "start_id", "node_1"), ("node_id_end", "end_id", "node_2")
_TYPES = ("rel_type", "type")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_BUSINESS = re.compile(
    r"(?i)\b(?:limited|ltd|ltda|inc|incorporated|corp|corporation|company|llc|llp|plc|gmbh"
    r"|s\.?a\.?r\.?l|s\.?r\.?l|s\.a|n\.v|b\.v|l\.l\.c|pte|pty|sdn|bhd|fze|holdings?|bank|banque"
    r"|banco|trust co|trustees|foundation)\b\.?"
)
_SHORT = re.compile(r"(?i)^[^,]*(?<!\bde)(?<!\bda)\s(?:sa|ag|kg|nv|bv|sas|oy|ab|as|spa)\.?\s*$")
"""Forms that are surnames, too (DE SA): only as the last word, and of no person's name."""
_TITLED = re.compile(r"(?i)\s*[-,(/]?\s*(?:attn?:?|c/o)?\s*\b(?:mr|mrs|ms|miss|dr)\b\.?.*$")


def sniff(head: bytes, name: str) -> bool:
    """A table of nodes with `node_id` and `sourceID`, or of relations between them."""
    return bool(_kind(name, header(head)))


def _kind(name: str, columns: list[str]) -> str:
    """What the rows are, by the columns; by the name where layouts have the same ones."""
    known = set(columns)
    if known & set(_STARTS) and known & set(_ENDS) and known & set(_TYPES) and "sourceid" in known:
        return "relation"
    if not {"node_id", "sourceid"} <= known:
        return ""
    low = name.lower()
    for word, kind in (("officer", "officer"), ("intermediar", "intermediary"),
                       ("address", "address"), ("other", "other"), ("entit", "entity")):
        if word in low:
            return kind
    if "jurisdiction" in known:
        return "entity" if known & {"service_provider", "ibcruc", "company_type"} else "other"
    if "name" not in known:
        return "address"
    return "intermediary" if "status" in known else "officer"


def read(path: Path) -> Iterator[Record]:
    """The rows of a file, or of all files of an archive.

    Which nodes are organisations is known from the node files of the same archive, which come
    before the relations; a relation is of use only between two of them.
    """
    organisations: set[str] = set()
    leaks: set[str] = set()
    for record in records(path, _kind):
        fields = record._fields
        leak = _leak(fields)
        if leak not in leaks and record.kind != "address":
            leaks.add(leak)
            columns = ("sourceid", "valid_until", "note")
            yield Record(path, record.line, "source", {c: fields.get(c, "") for c in columns})
        if record.kind == "relation":
            ends = (_first(fields, _STARTS), _first(fields, _ENDS))
            record.called = {"known": "yes" if organisations.issuperset(ends) else ""}
        elif record.kind != "address" and _organisation(
            record.kind, str(fields.get("name", "")), str(fields.get("type", ""))
        ):
            organisations.add(str(fields.get("node_id", "")).strip())
        yield record


def _leak(fields: dict[str, object]) -> str:
    return clean(str(fields.get("sourceid", ""))) or "Offshore Leaks"


def _first(fields: dict[str, object], names: tuple[str, ...]) -> str:
    return next((str(fields[n]).strip() for n in names if n in fields), "")


def _organisation(kind: str, text: str, sort: str = "") -> str:
    """The name of an organisation, without a person who is named beside it; else empty."""
    name = clean(text)
    if kind == "entity":
        return name
    if "sole" in sort.lower():
        return ""
    name = _TITLED.sub("", name)
    name = re.sub(r"\s+-\s+[^-]*,\s*[^-]*$", "", name)
    name = re.sub(r"\s*\(([^()]*)\)", lambda m: "" if is_person(m[1]) else m[0], name).strip()
    parts = [part for part in re.split(r"\s+/\s+", name) if _BUSINESS.search(part)]
    if parts:
        return " / ".join(parts)
    short = _SHORT.match(name) and not is_person(name.rpartition(" ")[0])
    return name if short and len(name.split()) > 1 else ""


def claims(record: Record) -> Iterator[Claim]:
    """The claims of one row."""
    if record.kind == "address":
        record.ignore_all()
        record.omit("address")
        return
    leak = _leak({"sourceid": record.take("sourceid")})
    source = make_id("icij", leak.lower().replace(" ", "-"))
    notes = (record.take("valid_until"), record.take("note"))
    through = next((m[1] for text in notes if (m := _CURRENT.search(text))), "")
    # In some editions the two columns have changed places, so both are looked at.
    if record.kind == "source":
        yield from source_claims(
            source, title=f"Offshore Leaks Database: {leak}", basis="press", publisher="icij",
            publisher_name="International Consortium of Investigative Journalists",
            publisher_kind="news-media", url="https://offshoreleaks.icij.org", date=through,
            licence="ODbL-1.0", language="en",
        )
        return
    if any(text and not _CURRENT.search(text) for text in notes):
        record.omit("note, which may name persons")
    cited = Cited(source=source, locator=f"row {record.line}")
    yield from _relation(record, cited) if record.kind == "relation" else _node(record, cited)


_CURRENT = re.compile(r"(?i)data\s+is\s+current\s+through\s+(?:[A-Za-z]+\s+)?(\d{4})")


def _node(record: Record, cited: Cited) -> Iterator[Claim]:
    number, text, sort = record.take("node_id"), record.take("name"), record.take("type")
    record.ignore(
        "address", "internal_id", "status", "service_provider", "company_type",
        "dorm_date", "inactivation_date", "closed_date", "ibcruc", "countries", "labels(n)",
    )
    if not re.fullmatch(r"\d{1,12}", number):
        raise record.error(f"node_id {number[:40]!r} is no number", "fetch the file again")
    name = _organisation(record.kind, text, sort)
    if not name:
        record.ignore_all()
        record.omit("natural person, or a name that may be a person's")
        return
    codes, seat = record.take("country_codes"), record.take("jurisdiction")
    said_seat = record.take("jurisdiction_description")
    names = [(record.take("original_name"), "alias"), (record.take("former_name"), "former")]
    founded = _date(record.take("incorporation_date"))
    struck = _date(record.take("struck_off_date"))
    cited = cited.__class__(source=cited.source, locator=f"node {number}")
    id_ = make_id("icij", number)
    yield cited.node(
        "Company", id_, **name_values(name), identifiers=[f"ICIJ:{number}"], founded=founded,
        dissolved=struck,
    )
    for other, kind in names:
        if clean(other) and clean(other) != name:
            yield cited.name(id_, clean(other), kind)
    if record.kind in ("entity", "other"):
        places = [country_named(said_seat) or (country(seat) if len(seat) == 2 else "")]
    else:
        places = [country(code) for code in codes.split(";")]
    for place in dict.fromkeys(p for p in places if p):
        yield cited.edge("LOCATED_IN", id_, place)


def _relation(record: Record, cited: Cited) -> Iterator[Claim]:
    start = next((t for n in _STARTS if (t := record.take(n))), "")
    end = next((t for n in _ENDS if (t := record.take(n))), "")
    sort = next((t for n in _TYPES if (t := record.take(n))), "").lower()
    link = record.take("link").lower()
    since, until = _date(record.take("start_date")), _date(record.take("end_date"))
    record.ignore("status")
    if not sort or not start or not end:
        raise record.error("a relation without type or ends", "fetch the file again")
    if sort not in ("officer_of", "shareholder_of") or not re.search(
        r"shareholder|(?<!nominee )(?<!beneficial )owner", link or sort
    ) or "nominee" in link:
        record.omit(f"relation {sort.replace('_', ' ')} that is no ownership")
    elif not record.called.get("known"):
        record.omit("shareholder who may be a natural person")
    elif start != end:
        for node in (start, end):
            yield cited.node("Company", make_id("icij", node), identifiers=[f"ICIJ:{node}"])
        valid = f"{since or '..'}/{until or '..'}" if since or until else ""
        # How much is held is not said; the bounds keep it from being taken for a majority.
        yield cited.edge(
            "OWNS", make_id("icij", start), make_id("icij", end), share_min="0",
            share_max="100", valid=valid,
        )


def _date(text: str) -> str:
    """The EDTF date of `23-MAR-2006`, `2006-03-23` or a year; other notations are not guessed."""
    text = text.strip()
    if match := re.fullmatch(r"(\d{1,2})-([A-Za-z]{3})-((?:18|19|20)\d\d)", text):
        month = match[2].lower()
        if month not in _MONTHS:
            return ""
        text = f"{match[3]}-{_MONTHS.index(month) + 1:02}-{int(match[1]):02}"
    if not re.fullmatch(r"(?:18|19|20)\d\d(?:-\d\d(?:-\d\d)?)?", text):
        return ""
    from sousveil.ontology.dates import bounds

    try:
        bounds(text)
    except ValueError:
        return ""
    return text


loader = Loader(
    name="icij", title="Offshore Leaks Database (ICIJ), CSV", sniff=sniff, read=read,
    claims=claims,
)
