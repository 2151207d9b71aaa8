"""Open Contracting Data Standard 1.0 and 1.1: releases, records and packages of them.

One process gives one record, whatever its releases: they are merged as the standard says. Each
award is a transaction of its own; what was not awarded is at most a tender.
"""

from __future__ import annotations

import json
import re
import tempfile
import warnings
from array import array
from collections.abc import Iterator
from decimal import Decimal
from hashlib import blake2b
from pathlib import Path
from typing import IO, Any

import msgspec

from sousveil.errors import SourceError
from sousveil.graph import Claim
from sousveil.loaders.files import RECORD, Metered, json_items, members
from sousveil.loaders.making import Cited, clean, day, make_id, source_claims
from sousveil.loaders.parties import (
    Party,
    amount,
        country_named,
    is_person,
    numbers,
    own_id,
)
from sousveil.loaders.record import Loader, Record

__all__ = ["loader"]

_OCID = re.compile(rb'"ocid"\s*:\s*(?:"|null)')
_PACKAGE = re.compile(rb'"(?:releases|records)"\s*:\s*\[')
_PACKED = re.compile(rb'"(?:publishedDate|publicationPolicy|extensions)"\s*:')
_SCHEMA = re.compile(rb'"\$schema"|"properties"\s*:\s*\{|"statementType"|"statementID"')

_RULES: dict[tuple[str, ...], str] = {
    **dict.fromkeys((("id",), ("date",)), "omitWhenMerged"),
    **dict.fromkeys(
        (
            ("tag",), ("parties", "additionalIdentifiers"), ("parties", "roles"),
            ("buyer", "additionalIdentifiers"),
            ("tender", "procuringEntity", "additionalIdentifiers"),
            ("tender", "items", "additionalClassifications"),
            ("tender", "additionalProcurementCategories"), ("tender", "submissionMethod"),
            ("tender", "tenderers", "additionalIdentifiers"),
            ("tender", "amendments", "changes"), ("tender", "amendment", "changes"),
            ("awards", "suppliers", "additionalIdentifiers"),
            ("awards", "items", "additionalClassifications"),
            ("awards", "amendments", "changes"), ("awards", "amendment", "changes"),
            ("contracts", "items", "additionalClassifications"),
            ("contracts", "implementation", "transactions", "payer", "additionalIdentifiers"),
            ("contracts", "implementation", "transactions", "payee", "additionalIdentifiers"),
            ("contracts", "relatedProcesses", "relationship"),
            ("contracts", "amendments", "changes"), ("contracts", "amendment", "changes"),
            ("relatedProcesses", "relationship"),
        ),
        "wholeListMerge",
    ),
}
"""How the release schema of OCDS 1.1 has lists merged; passed on so that nobody fetches it."""

_META = ("uri", "publishedDate", "license", "publisher.name", "publisher.uri")
_PLACE = " "
"""The name of the field with the ids of source and publisher: no file can have it."""


# Reading ------------------------------------------------------------------------------------


def sniff(head: bytes, name: str) -> bool:
    """JSON with an `ocid`, or a package of releases or records."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start not in (b"{", b"[") or _SCHEMA.search(head):
        return False
    if _OCID.search(head):
        return True
    return _PACKAGE.search(head) is not None and _PACKED.search(head) is not None


class _Run(msgspec.Struct):
    """So many processes of one package, or without one, that follow each other in a file."""

    meta: dict[str, str]
    units: int = 0


class _Shape(msgspec.Struct):
    """What a first look at a file found: where the processes are, and whose they are."""

    runs: dict[str, list[_Run]]
    """For each prefix at which processes stand: the packages that they belong to."""
    wrong: str = ""
    """What ended the first look before the end of the file."""


class _Unmarked:
    """A stream without the byte order mark that some put before JSON."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._first = True

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        if self._first and data:
            self._first = False
            if data.startswith(b"\xef\xbb\xbf"):
                data = data[3:] or self._stream.read(size)
        return data


def read(path: Path) -> Iterator[Record]:
    """The sources of the file and its processes, each merged from its releases."""
    seen = array("Q")
    shapes = [_look(path, stream, seen) for _, stream in members(path)]
    if not any(shape.runs for shape in shapes):
        wrong = next((shape.wrong for shape in shapes if shape.wrong), "")
        raise SourceError(
            f"not well-formed JSON: {wrong}" if wrong else "holds neither releases nor records",
            path, hint="an OCDS file is a release package, a record package, or releases or "
            "records, as JSON in UTF-8; it may have been cut short",
        )
    several = _several(seen)
    del seen
    described: set[str] = set()
    number = 0
    with tempfile.TemporaryFile() as waiting:
        places: dict[int, tuple[dict[str, str], list[tuple[int, int]]]] = {}
        broken: SourceError | None = None
        try:
            for what, meta in _all_units(path, shapes):
                source, publisher = _ids(path, meta)
                if source not in described:
                    described.add(source)
                    yield Record(path, 1, "package", {
                        **meta, "file": path.name, _PLACE: [source, publisher],
                    })
                if what is None:
                    continue
                number += 1
                if not isinstance(what, dict):
                    yield Record(path, number, "broken", {"what": type(what).__name__})
                    continue
                unit = _plain(what)
                key = _key(unit.get("ocid"))
                left = several.get(key, 0) - 1
                if left < 0:
                    yield _process(path, number, [unit], (source, publisher))
                    continue
                several[key] = left
                text = json.dumps(unit).encode()
                places.setdefault(key, (meta, []))[1].append((waiting.seek(0, 2), len(text)))
                waiting.write(text)
                if not left:
                    first, at = places.pop(key)
                    yield _process(path, number, _waited(waiting, at), _ids(path, first))
        except SourceError as error:
            broken = error
        for first, at in places.values():
            number += 1
            yield _process(path, number, _waited(waiting, at), _ids(path, first))
        if broken is not None:
            raise broken


def _all_units(
    path: Path, shapes: list[_Shape]
) -> Iterator[tuple[Any, dict[str, str]]]:
    """Every release or record with the description of its package; None for an empty package."""
    for index, ((_, stream), shape) in enumerate(zip(members(path), shapes, strict=False)):
        for number, (prefix, runs) in enumerate(shape.runs.items()):
            for run in runs:
                yield None, run.meta
            if number:
                fresh = members(path)  # Held here: the file is closed when it goes.
                again = next(s for i, (_, s) in enumerate(fresh) if i == index)
                yield from _units(path, again, prefix, runs)
            else:
                yield from _units(path, stream, prefix, runs)


def _waited(file: IO[bytes], places: list[tuple[int, int]]) -> list[dict[str, Any]]:
    found = []
    for start, length in places:
        file.seek(start)
        found.append(json.loads(file.read(length)))
    return found


def _look(path: Path, stream: IO[bytes], seen: array[int]) -> _Shape:
    """Where the processes stand, their packages, and the ocids, without keeping anything else."""
    import ijson

    shape = _Shape({})
    unmarked: Any = _Unmarked(stream)
    bounded = Metered(path, unmarked)
    base, meta, counts, own = "", dict[str, str](), dict[str, int](), 0
    inner = array("Q")
    wanted = {"", "item"}
    try:
        for prefix, event, value in ijson.parse(bounded, multiple_values=True):
            bounded.left = RECORD
            if event == "start_map" and prefix in wanted:
                base = f"{prefix}." if prefix else ""
                meta, counts, own, inner = {}, {}, 0, array("Q")
            elif event == "end_map" and prefix in wanted:
                _close(shape, prefix, meta, counts, bool(own))
                seen.extend([own] if own else inner)
            elif event == "start_map" and prefix in (f"{base}releases.item", f"{base}records.item"):
                counts[prefix] = counts.get(prefix, 0) + 1
            elif event in ("string", "number"):
                name = prefix.removeprefix(base)
                if name in _META:
                    meta[name] = str(value)
                elif name == "ocid":
                    own = _key(value)
                elif name in ("releases.item.ocid", "records.item.ocid"):
                    inner.append(_key(value))
    except (
        ijson.JSONError, UnicodeDecodeError, RecursionError, ArithmeticError, OSError, EOFError,
        SourceError,
    ) as error:
        # The second reading tells what is wrong where, after all that came before.
        shape.wrong = str(error)
        _close(shape, base.rstrip("."), meta, counts, bool(own))
        seen.extend([own] if own else inner)
    return shape


def _close(
    shape: _Shape, prefix: str, meta: dict[str, str], counts: dict[str, int], own: bool
) -> None:
    found = {prefix: 1} if own else counts
    for at, units in found.items():
        runs = shape.runs.setdefault(at, [])
        known = {} if own else meta
        if runs and runs[-1].meta == known:
            runs[-1].units += units
        else:
            runs.append(_Run(known, units))


def _units(
    path: Path, stream: IO[bytes], prefix: str, runs: list[_Run]
) -> Iterator[tuple[Any, dict[str, str]]]:
    left = iter(runs)
    run = next(left)
    done = 0
    unmarked: Any = _Unmarked(stream)
    for _, unit in json_items(path, unmarked, prefix):
        if prefix in ("", "item") and isinstance(unit, dict) and "ocid" not in unit:
            continue
        while done >= run.units and (more := next(left, None)) is not None:
            run, done = more, 0
        done += isinstance(unit, dict)
        yield unit, run.meta


def _several(seen: array[int]) -> dict[int, int]:
    """The processes of which a file holds several releases, with how many."""
    import polars as pl

    if not seen:
        return {}
    # Sorted and counted in runs: a table of all of them would take three times the memory.
    runs = pl.Series("ocid", seen, dtype=pl.UInt64).sort().rle().struct.unnest()
    found = runs.filter(pl.col("len") > 1)
    return dict(zip(found["value"].to_list(), found["len"].to_list(), strict=True))


def _key(ocid: Any) -> int:
    text = str(ocid).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest(), "big") if ocid else 0


def _plain(value: Any) -> Any:
    """The value with numbers that can be written down: 1E+999999999 would fill the memory."""
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return str(value) if abs(value.adjusted()) > 30 else format(value, "f")
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _process(
    path: Path, number: int, units: list[dict[str, Any]], place: tuple[str, str]
) -> Record:
    """The record of one process; of kind `broken`, with the reason, if it cannot be merged."""
    from ocdsmerge.exceptions import OCDSMergeError

    omitted: list[str] = []
    found: list[dict[str, Any]] = []
    for unit in units:
        found += _releases(unit, omitted)
    for one in found:
        _revoke(one)
    try:
        merged = found[0] if len(found) == 1 else _merged(found, omitted)
    except (OCDSMergeError, LookupError, TypeError, ValueError, AttributeError,
            RecursionError) as error:
        # The library has errors of its own, and Python's where a value is of another kind than
        # the standard says.
        return Record(path, number, "broken", {"why": f"{error}" or type(error).__name__})
    record = Record(path, number, "release", {**merged, _PLACE: list(place)})
    for what in omitted:
        record.omit(what)
    return record


def _releases(unit: dict[str, Any], omitted: list[str]) -> list[dict[str, Any]]:
    """The releases of a unit: itself, or those of the record that it is."""
    if isinstance(compiled := unit.get("compiledRelease"), dict) and compiled:
        return [compiled]
    inner = unit.get("releases")
    if not isinstance(inner, list):
        if isinstance(versioned := unit.get("versionedRelease"), dict):
            return [_latest(versioned)]
        return [_latest(unit) if _is_versioned(unit) else unit]
    found = []
    for one in inner:
        if isinstance(one, dict) and "ocid" in one:
            found.append(one)
        else:
            omitted.append("release that the record links to without holding it")
    if not found and isinstance(versioned := unit.get("versionedRelease"), dict):
        return [_latest(versioned)]
    return found or [{"ocid": unit.get("ocid")}]


def _revoke(release: dict[str, Any]) -> None:
    """Say in the awards that their release cancels them: once merged, its tag is lost."""
    tags, awards = release.get("tag"), release.get("awards")
    if isinstance(tags, list) and "awardCancellation" in tags and isinstance(awards, list):
        for award in awards:
            if isinstance(award, dict) and not award.get("status"):
                award["status"] = "cancelled"


def _is_versioned(unit: dict[str, Any]) -> bool:
    return "id" not in unit and any(_versions(value) for value in unit.values())


def _versions(value: Any) -> bool:
    return (
        isinstance(value, list) and bool(value)
        and all(isinstance(v, dict) and {"releaseTag", "value"} <= v.keys() for v in value)
    )


def _latest(value: Any) -> Any:
    """A versioned release as it stands after its last version."""
    if _versions(value):
        return value[-1]["value"]
    if isinstance(value, dict):
        return {name: _latest(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_latest(one) for one in value]
    return value


def _merged(found: list[dict[str, Any]], omitted: list[str]) -> dict[str, Any]:
    from ocdsmerge import Merger
    from ocdsmerge.exceptions import DuplicateIdValueWarning

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        merged: dict[str, Any] = Merger(merge_rules=_RULES).create_compiled_release(found)
    omitted += [
        "part of a release that repeats an id" for w in caught
        if issubclass(w.category, DuplicateIdValueWarning)
    ]
    return merged


def _ids(path: Path, meta: dict[str, str]) -> tuple[str, str]:
    """The ids of the source and of its publisher."""
    name = clean(meta.get("publisher.name", ""))
    publisher = make_id("ocds-publisher", name) if name else make_id("ocds-publisher", path.name)
    uri = clean(meta.get("uri", ""))
    return make_id("ocds-package", uri or path.name), publisher


# Claims -------------------------------------------------------------------------------------


def claims(record: Record) -> Iterator[Claim]:
    """The claims of one package or of one process."""
    if record.kind == "broken":
        raise record.error(
            "this is no release: "
            + (record.take("why") or f"one is expected, and there is a {record.take('what')}"),
            "correct the file, or leave the record out with --max-rejects",
        )
    source, publisher = record.take_all(_PLACE)
    if record.kind == "package":
        yield from _source(record, source, publisher)
        return
    yield from _Process(record, source).claims()


def _source(record: Record, source: str, publisher: str) -> Iterator[Claim]:
    file = record.take("file")
    name = clean(record.take("publisher.name"))
    uri = record.take("uri")
    record.ignore("publisher.uri")
    yield from source_claims(
        source,
        title=f"Open contracting data of {name}" if name else f"Open contracting data, {file}",
        basis="procurement-record", publisher=publisher,
        publisher_name=name or f"Publisher of {file}, not named",
        date=_date(record.take("publishedDate")), licence=clean(record.take("license")),
        url=uri if re.fullmatch(r"https?://[^\s/]+\S*", uri) else "",
        file=file,
    )


def _date(text: str) -> str:
    """The day of an ISO date, if there is such a day."""
    from sousveil.ontology.dates import bounds

    found = day(text)
    try:
        bounds(found)
    except ValueError:
        return ""
    return found


class _Process:
    """One process: its parties by id, and what its tender, awards and contracts say."""

    def __init__(self, record: Record, source: str) -> None:
        self.record = record
        self.source = source
        self.ocid = clean(record.take("ocid"))
        if not self.ocid:
            raise record.error("a release without an ocid", "fill in its ocid")
        self.release = clean(record.take("id"))
        self.said = _date(record.take("date"))
        """When it was released: where two files differ about an award, the later is shown."""
        self.parties: dict[str, Party | None] = {}
        """Organisations by the id that the release has for them; None for a natural person."""
        self.roles: dict[str, list[str]] = {}
        self.used: dict[str, Party] = {}
        self.won: list[str] = []

    def claims(self) -> Iterator[Claim]:
        record = self.record
        record.ignore("initiationType", "language", "planning", "relatedProcesses")
        record.ignore("tag")
        bought = self._buying(record)
        for part in record.children("parties"):
            self._party(part, bought)
        tender = record.child("tender")
        buyer = self._named(record.child("buyer"), True) or self._by_role("buyer")
        procuring = (
            self._named(tender.child("procuringEntity"), True) or self._by_role("procuringEntity")
        )
        awards = record.children("awards")
        contracts = [(c, clean(c.take("awardID"))) for c in record.children("contracts")]
        bids = self._bids(record, tender)
        title = clean(tender.take("title"))
        call = self._tender(tender)
        done: list[tuple[str, dict[str, Any], list[Party], list[str], Cited, list[Claim]]] = []
        ids = {clean(str(a._fields.get("id") or "")) for a in awards}
        for award in awards:
            found = self._award(award, contracts, title, call, len(awards))
            if found is not None:
                done.append(found)
        for contract, of in contracts:
            if of not in ids or not of:
                found = self._contract(contract, of, title)
                if found is not None:
                    done.append(found)
            self._leave(contract)
        winners = {p.id for one in done for p in one[2]}
        self.won = [p.name for one in done for p in one[2]]
        out: list[Claim] = []
        for id_, values, sellers, lots, cited, more in done:
            out.append(cited.node("Transaction", id_, **values))
            out += more
            out += self._roles(cited, id_, buyer, procuring)
            for seller in sellers:
                self.used[seller.id] = seller
                out.append(cited.edge("SELLER", id_, seller.id))
            one = len(done) == 1 and len(awards) == 1
            for bidder in self._losing(bids, lots, one, winners):
                self.used[bidder.id] = bidder
                out.append(cited.edge("BIDDER", id_, bidder.id))
        spread = len(done) == 1 and len(awards) == 1
        losing = self._losing(bids, [], not spread, winners)
        if not done or (losing and not spread):
            out += self._call(call, title, buyer, procuring, losing)
        self._leave(tender)
        cited = Cited(source=self.source, locator=self._place(), said=self.said)
        for party in self.used.values():
            yield from party.claims(cited)
        yield from out

    # Parties --------------------------------------------------------------------------------

    def _place(self, *more: str) -> str:
        parts = [f"process {self.ocid}"]
        if (self.release and not self.release.startswith(f"{self.ocid}-")) or self.release:
            parts.append(f"release {self.release}")
        return ", ".join([*parts, *more])

    def _buying(self, record: Record) -> set[str]:
        """The ids of those who buy in this process: they are public bodies in all of it."""
        fields = record._fields
        tender = fields.get("tender")
        found = set()
        for one in (fields.get("buyer"), tender.get("procuringEntity") if isinstance(tender, dict)
                    else None):
            if isinstance(one, dict) and one.get("id"):
                found.add(clean(str(one["id"])))
        return found

    def _party(self, part: Record, bought: set[str]) -> None:
        id_, name = clean(part.take("id")), clean(part.take("name"))
        roles = part.take_all("roles")
        public = id_ in bought or bool({"buyer", "procuringEntity"} & set(roles))
        party = self._organisation(part, id_, name, public)
        if id_:
            self.parties[id_] = party
        for role in roles:
            self.roles.setdefault(role, []).append(id_)

    def _organisation(self, part: Record, id_: str, name: str, public: bool) -> Party | None:
        identifier = part.child("identifier")
        found = [_number(identifier)]
        legal = clean(identifier.take("legalName"))
        identifier.ignore("uri", "legalPersonality")
        for other in part.children("additionalIdentifiers"):
            found.append(_number(other))
            other.ignore("uri", "legalName")
        found = [(s, n) for s, n in found if s and n]
        address = part.child("address")
        place = country_named(address.take("country")) or country_named(
            address.take("countryName")
        )
        address.ignore_all()
        details = part.child("details")
        described = json.dumps(details._fields, ensure_ascii=False, default=str)
        details.ignore_all()
        part.ignore("contactPoint", "memberOf", "beneficialOwners", "persones",
                    "significantControl", "shareholders")
        if not found and (match := _SCHEMED.fullmatch(id_)):
            found = [(match[1], match[2])]
        person = _PERSON.search(described) is not None or any(
            _PERSONAL.search(scheme) for scheme, _ in found
        )
        codes = [s[:2].upper() for s, _ in found if re.match(r"[A-Za-z]{2}-", s)] or [place]
        if person or (not public and any(
            is_person(text, code, *[n for _, n in found])
            for text in (legal or name, name) for code in {*codes, place}
        )):
            part.omit("natural person")
            return None
        if not (name or legal or found):
            return None
        if public and any(s.upper() in _COMPANIES for s, _ in found):
            public = False
        id_ = own_id("", found, public) or self._local(id_, name or legal, place, public)
        return Party(
            id=id_, name=name or legal, public=public, country=place,
            numbers=numbers(part, found),
            aliases=(legal,) if legal and name and legal != name else (),
        )

    def _local(self, id_: str, name: str, place: str, public: bool) -> str:
        """An id for whom no register knows: the same words of the same publisher, the same id."""
        match = re.match(r"ocds-[a-z0-9]{6}", self.ocid.lower())
        whose = match[0] if match else self.source
        word = "body" if public else "party"
        return make_id(f"{whose}-{word}", id_, name, "" if id_ else place)

    def _named(self, part: Record, public: bool = False) -> Party | None:
        """The organisation that a reference means: by its id, or as it is described here."""
        id_, name = clean(part.take("id")), clean(part.take("name"))
        if id_ and id_ in self.parties:
            part.ignore_all()
            return self.parties[id_]
        if not id_:
            for known, party in self.parties.items():
                if party is not None and name and party.name == name and known:
                    part.ignore_all()
                    return party
        found = self._organisation(part, id_, name, public)
        if id_:
            self.parties[id_] = found
        return found

    def _by_role(self, role: str) -> Party | None:
        found = [p for i in self.roles.get(role, []) if (p := self.parties.get(i)) is not None]
        if len(found) > 1:
            self.record.omit(f"several parties with the role {role}")
            return None
        return found[0] if found else None

    def _roles(
        self, cited: Cited, id_: str, buyer: Party | None, procuring: Party | None
    ) -> list[Claim]:
        first = buyer or procuring
        out = []
        if first is not None:
            self.used[first.id] = first
            out.append(cited.edge("BUYER", id_, first.id))
        if procuring is not None and first is not None and (
            procuring.id != first.id and procuring.name != first.name
        ):
            self.used[procuring.id] = procuring
            out.append(cited.edge("AGENT", id_, procuring.id))
        return out

    # Bids -----------------------------------------------------------------------------------

    def _bids(self, record: Record, tender: Record) -> list[tuple[Party, list[str] | None]]:
        """Who made a bid, with the lots it was for; None where that is not said."""
        found: list[tuple[Party, list[str] | None]] = []
        for part in tender.children("tenderers"):
            if (party := self._named(part)) is not None:
                found.append((party, None))
        bids = record.child("bids")
        for bid in bids.children("details"):
            status = bid.take("status")
            lots = _lots(bid)
            for part in bid.children("tenderers"):
                party = self._named(part)
                if party is None:
                    continue
                if status in ("withdrawn", "invited", "pending"):
                    record.omit(f"bid of status {status!r}")
                else:
                    found.append((party, lots or None))
            bid.ignore_all()
        bids.ignore_all()
        if not found:
            for id_ in self.roles.get("tenderer", []):
                if (party := self.parties.get(id_)) is not None:
                    found.append((party, None))
        return found

    def _losing(
        self, bids: list[tuple[Party, list[str] | None]], lots: list[str], whole: bool,
        winners: set[str],
    ) -> list[Party]:
        """Bidders of these lots, or of the whole, who are not said to have won anything."""
        found = {}
        for party, own in bids:
            if party.id in winners:
                continue
            if any(_same(party.name, name) for name in self.won):
                self.record.omit("bidder who is the supplier under a name cut short")
                continue
            if (whole and not lots) or (own and set(own) & set(lots)) or (whole and own is None):
                found[party.id] = party
        return list(found.values())

    # Tender, awards, contracts --------------------------------------------------------------

    def _tender(self, tender: Record) -> dict[str, Any]:
        status = tender.take("status")
        lots = {}
        for lot in tender.children("lots"):
            lots[clean(lot.take("id"))] = clean(lot.take("title"))
            lot.ignore_all()
        techniques = tender.child("techniques")
        framework = techniques.take("hasFrameworkAgreement") == "true"
        techniques.ignore_all()
        items = _items(tender)
        changes = _amended(tender)
        worth = tender.child("value")
        found = {
            "id": clean(tender.take("id")), "status": status, "lots": lots, "items": items,
            "framework": framework, "changes": changes,
            "amount": amount(self.record, worth.take("amount"), worth.take("currency")),
            "date": _period(tender),
        }
        worth.ignore_all()
        return found

    def _leave(self, part: Record) -> None:
        """The fields that the documentation says are not read."""
        part.ignore(*_IGNORED)

    def _call(
        self, call: dict[str, Any], title: str, buyer: Party | None, procuring: Party | None,
        losing: list[Party],
    ) -> list[Claim]:
        if not (title or call["id"] or call["items"] or losing):
            return []
        if call["status"] in ("cancelled", "unsuccessful", "withdrawn", "planning", "planned"):
            self.record.omit(f"tender of status {call['status']!r}")
            return []
        id_ = make_id(self.ocid, "tender")
        cited = Cited(source=self.source, locator=self._place(
            f"tender {call['id']}" if call["id"] else "tender"), said=self.said)
        out = [cited.node(
            "Transaction", id_, title=title or f"Tender {call['id'] or self.ocid}", kind="tender",
            date=call["date"], reference=self.ocid,
            description=_described(call["items"], call["changes"]), **call["amount"],
        )]
        out += self._roles(cited, id_, buyer, procuring)
        for bidder in losing:
            self.used[bidder.id] = bidder
            out.append(cited.edge("BIDDER", id_, bidder.id))
        return out

    def _award(
        self, award: Record, contracts: list[tuple[Record, str]], title: str,
        call: dict[str, Any], count: int,
    ) -> Any:
        own = clean(award.take("id"))
        status = award.take("status").lower()
        mine = [c for c, of in contracts if of and of == own]
        states = [clean(str(c._fields.get("status") or "")).lower() for c in mine]
        if status and status != "active":
            award.omit(f"award of status {status!r}")
            award.ignore_all()
            return None
        if states and all(s == "cancelled" for s in states):
            award.omit("award whose contracts were cancelled before they were signed")
            award.ignore_all()
            return None
        if not own:
            # Nothing else tells two awards of a process apart from run to run.
            own = blake2b(
                json.dumps(award._fields, sort_keys=True, default=str).encode(), digest_size=4
            ).hexdigest()
        said = len(award._fields.get("suppliers") or [])
        sellers = [p for part in award.children("suppliers") if (p := self._named(part))]
        cited = Cited(source=self.source, locator=self._place(f"award {own}"),
                      said=self.said)
        if not sellers and not said and count == 1:
            sellers = [
                p for i in self.roles.get("supplier", []) if (p := self.parties.get(i)) is not None
            ]
        id_ = make_id(self.ocid, "award", own)
        if not sellers:
            award.omit("award without a supplier that may be named" if said
                       else "award without a supplier")
            award.ignore_all()
            return None
        worth = award.child("value")
        money = amount(award, worth.take("amount"), worth.take("currency"))
        worth.ignore_all()
        date = _date(award.take("date"))
        lots = _lots(award)
        items = _items(award) or [i for one in mine for i in _items(one)]
        changes = _amended(award) + [c for one in mine for c in _amended(one)]
        heading = clean(award.take("title"))
        if not heading and len(lots) == 1:
            heading = call["lots"].get(lots[0], "")
        values = {
            "title": heading or title or f"Award {own} of {self.ocid}",
            "kind": "framework" if call["framework"] else "award",
            "reference": self.ocid, "lot": ", ".join(lots),
        }
        more = []
        spared = {k: values[k] for k in ("title", "kind")}
        signed, price = self._of_contracts(mine)
        if not date and signed:
            more.append(cited.because(
                "The award has no date; its contract was signed on this day."
            ).node("Transaction", id_, **spared, date=signed))
        if not money and price:
            more.append(cited.because(
                "The award has no value; this is the value of its only contract."
            ).node("Transaction", id_, **spared, **price))
        values |= {
            "date": date, **money,  # type: ignore[dict-item]
            "description": _described(items or (call["items"] if count == 1 else []), changes),
        }
        self._leave(award)
        return id_, values, sellers, lots, cited, more

    def _of_contracts(self, mine: list[Record]) -> tuple[str, dict[str, Any]]:
        """When the only contract was signed, and its value."""
        found = []
        for contract in mine:
            if contract.take("status").lower() == "cancelled":
                continue
            worth = contract.child("value")
            found.append((_date(contract.take("dateSigned")),
                          amount(contract, worth.take("amount"), worth.take("currency"))))
            worth.ignore_all()
        return found[0] if len(found) == 1 else ("", {})

    def _contract(self, contract: Record, of: str, title: str) -> Any:
        """A contract of which no award is described here: a sale, if it says itself who sold.

        If it names its award, another file may describe that: the two are one.
        """
        own, status = clean(contract.take("id")), contract.take("status").lower()
        sellers = [p for part in contract.children("suppliers") if (p := self._named(part))]
        if status in ("cancelled", "pending") or not sellers or not own:
            contract.omit("contract without an award that says who supplies" if not sellers
                          else f"contract of status {status!r}")
            contract.ignore_all()
            return None
        worth = contract.child("value")
        money = amount(contract, worth.take("amount"), worth.take("currency"))
        worth.ignore_all()
        cited = Cited(source=self.source, locator=self._place(f"contract {own}"),
                      said=self.said)
        values = {
            "title": clean(contract.take("title")) or title or f"Contract {own} of {self.ocid}",
            "kind": "award" if of else "sale", "reference": self.ocid,
            "date": _date(contract.take("dateSigned")),
            "description": _described(_items(contract), _amended(contract)), **money,
        }
        id_ = make_id(self.ocid, "award", of) if of else make_id(self.ocid, "contract", own)
        return id_, values, sellers, [], cited, []


_SCHEMED = re.compile(r"([A-Z]{2}-[A-Z][A-Z0-9_]*)-(\S.*)")
"""A party's id as the standard recommends it: the code of a register's list, and the number."""
_COMPANIES = frozenset(("GB-COH", "IE-CRO", "NZ-NZBN", "IN-MCA", "SG-ACRA", "HK-CR", "CA-CC"))
"""Registers of companies only: who stands there is one, also where it buys."""
_PERSONAL = re.compile(
    r"(?i)(?:^|-)(?:CPF|CURP|PESEL|NINO|IPN|DRFO|CI|CC|DNI|NIE|CUI|CEDULA|C[EÉ]DULA|CNIC|EGN|CNP"
    r"|PASSPORT|PASAPORTE|SSN|TCKN|DUI|NRIC)$"
)
"""Lists that number persons."""
_PERSON = re.compile(
    r"(?i)\bnatural ?persons?\b|\bsole ?trader\b|\bindividual\b|\bpersona (?:f[ií]sica|natural)"
    r"|pessoa f[ií]sica|личност|фізична особа|физическое лицо|自然人"
)
_IGNORED = (
    "additionalProcurementCategories", "agreedMetrics", "amendment", "awardCriteria",
    "awardCriteriaDetails", "awardID", "awardPeriod", "contractPeriod", "coveredBy", "dateSigned",
    "description", "documents", "eligibilityCriteria", "enquiryPeriod", "finalStatus",
    "hasEnquiries", "implementation", "items", "legalBasis", "mainProcurementCategory",
    "milestones",
    "minValue", "numberOfTenderers", "period", "procurementMethod", "procurementMethodDetails",
    "procurementMethodRationale", "rationale", "relatedBid", "relatedProcesses", "status",
    "submissionMethod", "submissionMethodDetails", "tenderPeriod", "title", "id", "value",
)


def _same(one: str, other: str) -> bool:
    """Whether one of two long names is the beginning of the other."""
    short, long = sorted((one.casefold(), other.casefold()), key=len)
    return len(short) >= 20 and long.startswith(short)


def _number(part: Record) -> tuple[str, str]:
    scheme, number = clean(part.take("scheme")), clean(part.take("id"))
    # A spreadsheet made 11111111.0 of a number; no register has such numbers.
    return scheme, number.removesuffix(".0") if re.fullmatch(r"\d+\.0", number) else number


def _lots(part: Record) -> list[str]:
    found = [clean(one) for one in [*part.take_all("relatedLots"), part.take("relatedLot")]]
    return [one for one in dict.fromkeys(found) if one]


def _items(part: Record) -> list[str]:
    """The items in a few words: how many of what, with the class they are in."""
    found = []
    for item in part.children("items"):
        what = clean(item.take("description"))
        count = item.take("quantity")
        unit = item.child("unit")
        name = clean(unit.take("name"))
        unit.ignore_all()
        classified = item.child("classification")
        scheme, code = _number(classified)
        what = what or clean(classified.take("description"))
        item.ignore_all()
        amount_ = f"{count} {name} ".replace("  ", " ") if count and name else (
            f"{count} × " if count and count != "1" else "")
        label = f" ({scheme} {code})" if scheme and code else ""
        if what or code:
            found.append(f"{amount_}{what[:120]}{label}".strip())
    return found


def _described(items: list[str], changes: list[str]) -> str:
    parts = []
    if items:
        rest = f"; and {len(items) - 5} more" if len(items) > 5 else ""
        parts.append("Items as listed: " + "; ".join(items[:5]) + rest + ".")
    if changes:
        parts.append("Amended: " + ", ".join(dict.fromkeys(changes)) + ".")
    return " ".join(parts)


def _amended(part: Record) -> list[str]:
    """The days on which something was amended."""
    found = []
    for one in [*part.children("amendments"), *part.children("amendment")]:
        date = _date(one.take("date"))
        if date:
            found.append(date)
        elif one.left():
            found.append("without a date")
        one.ignore_all()
    return found


def _period(tender: Record) -> str:
    period = tender.child("tenderPeriod")
    start = _date(period.take("startDate"))
    period.ignore_all()
    return start


loader = Loader(
    name="ocds", title="Open Contracting Data Standard, 1.0 and 1.1", sniff=sniff, read=read,
    claims=claims,
)
