"""Sanctions and control lists: who is listed by which programme, since when.

United States (Consolidated Screening List, OFAC, BIS), European Union, United Kingdom. Lists name
people beside organisations: only organisations are taken, and where a list does not say which an
entry is, its name has to show that it is an organisation.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from sousveil.errors import SourceError
from sousveil.graph import Claim
from sousveil.loaders.files import members, xml_elements
from sousveil.loaders.making import Cited, clean, country, day, make_id, source_claims
from sousveil.loaders.ofac_advanced import RELATION, advanced
from sousveil.loaders.parties import country_named, has_form, is_person, numbers
from sousveil.loaders.record import Loader, Record
from sousveil.ontology import Schema
from sousveil.ontology.dates import bounds

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["loader"]

_LINE = 1 << 20


class _List(NamedTuple):
    """A list as its file presents itself."""

    code: str
    title: str
    publisher: str
    publisher_name: str
    url: str
    licence: str


_US = "US government work, public domain"
_CSL = _List("us-csl", "Consolidated Screening List", "us-ita",
             "International Trade Administration, United States Department of Commerce",
             "https://www.trade.gov/consolidated-screening-list", _US)
_OFFICE = "Office of Foreign Assets Control, United States Department of the Treasury"
_OFAC_URL = "https://sanctionslist.ofac.treas.gov"
_OFAC = _List("us-ofac", "Specially Designated Nationals (SDN)", "us-ofac-office", _OFFICE,
              _OFAC_URL, _US)
_NON_SDN = _List("us-ofac-consolidated", "Consolidated Sanctions List (non-SDN lists)",
                 "us-ofac-office", _OFFICE, _OFAC_URL, _US)
_SOME_OFAC = _List("us-ofac-list", "Sanctions list of OFAC", "us-ofac-office", _OFFICE, _OFAC_URL,
                   _US)
_BIS = _List("us-bis", "Entity List, supplement no. 4 to part 744 of the EAR", "us-bis-bureau",
             "Bureau of Industry and Security, United States Department of Commerce",
             "https://www.bis.gov/entity-list", _US)
_EU = _List("eu-fsf", "Consolidated list of persons, groups and entities subject to EU financial "
            "sanctions", "european-commission", "European Commission",
            "https://data.europa.eu/data/datasets/consolidated-list-of-persons-groups-and-entities-"
            "subject-to-eu-financial-sanctions", "CC-BY-4.0")
_UK = _List("uk-fcdo", "UK Sanctions List", "uk-fcdo-office",
            "Foreign, Commonwealth and Development Office",
            "https://www.gov.uk/government/publications/the-uk-sanctions-list", "OGL-UK-3.0")
_OFSI = _List("uk-ofsi", "Consolidated List of Financial Sanctions Targets", "uk-ofsi-office",
              "Office of Financial Sanctions Implementation, HM Treasury",
              "https://www.gov.uk/government/publications/financial-sanctions-consolidated-list-of-"
              "targets", "OGL-UK-3.0")

_FORMS: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    ("csl", re.compile(rb'\A"?(?:_id"?,"?)?source"?,"?entity_number"?,"?type"?,"?programs"?,')),
    ("bis", re.compile(rb'(?i)\A"?Source(?: List)?"?,"?Entity Number"?,"?(?:SDN )?Type"?,')),
    ("sdn-xml", re.compile(rb"<(?:\w+:)?sdnList[\s>]")),
    ("ofac-advanced", re.compile(rb"<(?:\w+:)?Sanctions[\s>]")),
    ("eu-xml", re.compile(rb"<(?:\w+:)?export\s[^>]*fsd/export")),
    ("eu-csv", re.compile(rb'\A"?fileGenerationDate"?;"?Entity_LogicalId')),
    ("uk-xml", re.compile(rb"<(?:\w+:)?Designations[\s>]")),
    ("ofsi-xml", re.compile(rb"<(?:\w+:)?ArrayOfFinancialSanctionsTarget[\s>]")),
    ("uk-csv", re.compile(rb'(?i)\A(?:"?Report Date[^\n]*\n\s*)?"?Last Updated"?,"?Unique ID"?,')),
    ("ofsi", re.compile(rb'(?i)\A(?:"?Last Updated"?,[^\n]*\n)?"?Name 6"?,"?Name 1"?,')),
    ("sdn", re.compile(rb'\A\d+,"[^"\n]+",(?:"?-0-\s*"?|"(?:individual|vessel|aircraft)"),')),
)


def _form(head: bytes) -> str:
    head = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for name, pattern in _FORMS:
        if name.endswith(("xml", "advanced")):
            if head[:1] == b"<" and pattern.search(head[:8192]):
                return name
        elif pattern.match(head):
            return name
    return ""


def sniff(head: bytes, name: str) -> bool:
    """A list by its header row, its first element, or the form of its first row."""
    return bool(_form(head))


def read(path: Path) -> Iterator[Record]:
    """The list itself, then its entries."""
    found = False
    for name, stream in members(path):
        buffered: Any = stream
        if not hasattr(buffered, "peek"):
            buffered = io.BufferedReader(buffered)
        head = buffered.peek(1 << 16)[: 1 << 16]
        form = _form(head)
        if not form:
            continue
        found = True
        if form in _BY_NAME:
            yield from _BY_NAME[form](path, buffered, _ofac(name))
        else:
            yield from _READERS[form](path, buffered)
    if not found:
        raise SourceError(
            "is none of the lists that are known", path,
            hint="docs/loaders/sanctions.md lists the files that can be read",
        )


def _entry(path: Path, line: int, **fields: Any) -> Record:
    return Record(path, line, "entry", fields)


def _start(path: Path, of: _List, date: str) -> Record:
    return Record(path, 1, "list", {"code": of.code, "date": date, "file": path.name})


_LISTS = {one.code: one for one in (_CSL, _OFAC, _NON_SDN, _SOME_OFAC, _BIS, _EU, _UK, _OFSI)}


# Tables -------------------------------------------------------------------------------------


def _rows(path: Path, stream: IO[bytes], delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
    lines = _Lines(path, text)
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        line = lines.number + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise SourceError(
                f"not well-formed CSV: {error}", path, line, "the file may have been cut short"
            ) from error
        if any(cell.strip() for cell in row):
            yield line, [_repaired(cell) for cell in row]


class _Lines:
    def __init__(self, path: Path, text: io.TextIOWrapper) -> None:
        self.path, self.text, self.number = path, text, 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.text.readline(_LINE)
        if not line:
            raise StopIteration
        self.number += 1
        if len(line) >= _LINE:
            raise SourceError("a line of more than a million characters", self.path, self.number,
                              "this is no such list, or its line breaks are lost")
        return line.replace("\0", "")


def _repaired(cell: str) -> str:
    """The cell with what was Windows-1252 read as such."""
    if any("\udc80" <= c <= "\udcff" for c in cell):
        cell = cell.encode("utf-8", "surrogateescape").decode("cp1252", "replace")
    return cell.translate(_C1)


_C1 = {
    code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)
}
"""Control characters that were letters and quotes before somebody decoded them as Latin-1."""


def _named(
    path: Path, rows: Iterator[tuple[int, list[str]]], first: str
) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows by the names of a header row that holds `first`; what stands above it is passed by."""
    header: list[str] = []
    for line, row in rows:
        names = [re.sub(r"[\s_/-]+", " ", c).strip().lower() for c in row]
        if not header:
            if first in names:
                header = names
            elif line > 20:
                break
            continue
        if names == header:
            yield line, {}
            continue
        if len(row) != len(header):
            yield line, {"": f"{len(row)} cells where the header has {len(header)}"}
            continue
        yield line, dict(zip(header, row, strict=True))
    if not header:
        raise SourceError(f"no header row with a column {first!r}", path)


def _grouped(
    path: Path, rows: Iterator[tuple[int, dict[str, str]]], key: str
) -> Iterator[tuple[int, list[dict[str, str]], str]]:
    """Rows of one entry that follow each other, and what is wrong with a row."""
    held: list[dict[str, str]] = []
    at = 0
    for line, row in rows:
        if not row or "" in row:
            yield line, [], row.get("", "") if row else "header"
            continue
        if held and row.get(key) != held[0].get(key):
            yield at, held, ""
            held = []
        if not held:
            at = line
        if len(held) < 5000:
            held.append(row)
    if held:
        yield at, held, ""


def _wrong(path: Path, line: int, why: str) -> Record:
    if why == "header":
        return Record(path, line, "header", {})
    return Record(path, line, "broken", {"why": why})


def _split(text: str) -> list[str]:
    return [part for one in text.split(";") if (part := clean(one))]


def _csl(path: Path, stream: IO[bytes]) -> Iterator[Record]:
    yield _start(path, _CSL, "")
    for line, row in _named(path, _rows(path, stream), "source"):
        if not row or "" in row:
            yield _wrong(path, line, row.get("", "header"))
            continue
        get = row.get
        stated, issuer = _source(get("source", ""))
        kind = get("type", "").strip().lower()
        ids = [tuple(clean(p) for p in one.split(",")) for one in get("ids", "").split(";")]
        listed = next((p[1] for p in ids if p[0].startswith("Listing Date") and len(p) > 1), "")
        yield _entry(
            path, line, list="us-csl", of=stated, issuer=issuer, kind=kind,
            native=clean(get("entity number", "")),
            programmes=_split(get("programs", "")), name=clean(get("name", "")),
            aliases=_split(get("alt names", "")),
            countries=[a.rsplit(",", 1)[-1].strip() for a in _split(get("addresses", ""))],
            ids=[[p[0], p[1], p[2] if len(p) > 2 else ""] for p in ids if len(p) > 1],
            start=get("start date", "").strip() or listed, end=get("end date", "").strip(),
            notice=clean(get("federal register notice", "")),
            personal=bool(get("dates of birth", "").strip() or get("places of birth", "").strip()
                          or get("nationalities", "").strip() or get("citizenships", "").strip()),
        )


def _source(text: str) -> tuple[str, str]:
    """The list and its agency, from `Entity List (EL) - Bureau of Industry and Security`."""
    name, _, issuer = clean(text).partition(" - ")
    return name, issuer


def _bis(path: Path, stream: IO[bytes]) -> Iterator[Record]:
    yield _start(path, _BIS, "")
    for line, row in _named(path, _rows(path, stream), "entity number"):
        if not row or "" in row:
            yield _wrong(path, line, row.get("", "header"))
            continue
        stated, issuer = _source(row.get("source list", "") or row.get("source", ""))
        yield _entry(
            path, line, list="us-bis", of=stated or "Entity List",
            issuer=issuer or _BIS.publisher_name,
            kind=(row.get("sdn type", "") or row.get("type", "")).strip().lower(),
            native=clean(row.get("entity number", "")), programmes=_split(row.get("programs", "")),
            name=clean(row.get("name", "")),
            aliases=_split(row.get("alternate name", "") or row.get("alt names", "")),
            countries=[row.get("country", "")] if row.get("country", "").strip() else [],
            ids=[], start=_american(row.get("effective date", "") or row.get("start date", "")),
            end=_american(row.get("date lifted waived expired", "") or row.get("end date", "")),
            notice=clean(row.get("federal register notice", "")), personal=False,
        )


def _american(text: str) -> str:
    """A day where no other reading is possible; else the year: nobody says which number is which.

    ISO dates stay.
    """
    text = text.strip()
    match = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    if match is None:
        return text
    first, second, year = int(match[1]), int(match[2]), match[3]
    return f"{year}-{first:02}-{second:02}" if second > 12 or first == second else year


def _ofac(name: str) -> _List:
    """Which list of OFAC a file is: both have one form, and only their names tell them apart.

    Nobody may be called a Specially Designated National who stands in another list.
    """
    name = name.lower()
    if name.startswith("cons") or "non_sdn" in name or "non-sdn" in name:
        return _NON_SDN
    return _OFAC if "sdn" in name else _SOME_OFAC


def _sdn(path: Path, stream: IO[bytes], of: _List) -> Iterator[Record]:
    yield _start(path, of, "")
    for line, row in _rows(path, stream):
        if row == ["\x1a"]:
            continue  # The end mark of a very old file.
        if len(row) < 4 or not row[0].strip().isdigit():
            yield _wrong(path, line, f"{len(row)} cells, and no number at the beginning")
            continue
        cells = ["" if c.strip() == "-0-" else clean(c) for c in row] + [""] * 12
        remarks = cells[11]
        ids = [
            ["Unified Social Credit Code", m, "CN"]
            for m in re.findall(r"Unified Social Credit Code \(USCC\) (\w{18})\b", remarks)
        ] + [["Legal Entity Number", m, ""]
             for m in re.findall(r"Legal Entity Number (\w{20})\b", remarks)]
        yield _entry(
            path, line, list=of.code, of=of.title, issuer=of.publisher_name,
            kind=cells[2].lower() or "entity", native=cells[0],
            programmes=[p for p in re.split(r"\]\s*\[|[\[\];]", cells[3]) if clean(p)],
            name=cells[1], aliases=[], countries=[], ids=ids, start="", end="", notice="",
            personal="DOB" in remarks or "POB" in remarks,
        )


# XML ----------------------------------------------------------------------------------------


def _local(element: Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _kids(element: Element | None, *names: str) -> list[Element]:
    """The elements at a path of names, from child to child."""
    found = [] if element is None else [element]
    for name in names:
        found = [kid for one in found for kid in one if _local(kid) == name]
    return found


def _text(element: Element | None, *names: str) -> str:
    for one in _kids(element, *names):
        if text := clean("".join(str(t) for t in one.itertext())):
            return text
    return ""


def _sdn_xml(path: Path, stream: IO[bytes], of: _List) -> Iterator[Record]:
    date, told = "", False
    number = 0
    for line, one in xml_elements(path, stream, {"publshInformation", "sdnEntry"}):
        if _local(one) == "publshInformation":
            stated = re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", _text(one, "Publish_Date"))
            # The schema of this list has the month first.
            date = f"{stated[3]}-{stated[1]}-{stated[2]}" if stated else ""
        if not told:
            told = True
            yield _start(path, of, date)
        if _local(one) != "sdnEntry":
            continue
        number += 1
        yield _entry(
            path, line or number, list=of.code, of=of.title, issuer=of.publisher_name,
            kind=_text(one, "sdnType").lower(),
            native=_text(one, "uid"),
            programmes=[_text(p) or clean(p.text or "") for p in _kids(
                one, "programList", "program")],
            name=_text(one, "lastName"),
            aliases=[_text(a, "lastName") for a in _kids(one, "akaList", "aka")
                     if _text(a, "category") != "weak"],
            countries=[_text(a, "country") for a in _kids(one, "addressList", "address")],
            ids=[[_text(i, "idType"), _text(i, "idNumber"), _text(i, "idCountry")]
                 for i in _kids(one, "idList", "id")],
            start="", end="", notice="",
            personal=bool(_text(one, "firstName") or _kids(one, "dateOfBirthList")),
        )
    if not told:
        yield _start(path, of, date)


def _ofac_advanced(path: Path, stream: IO[bytes], of: _List) -> Iterator[Record]:
    told: set[str] = set()
    for line, date, fields in advanced(path, stream):
        if not fields:
            yield Record(path, line, "omitted", {"what": RELATION})
            continue
        if stated := fields.pop("of"):
            of = _OFAC if stated == "SDN List" else _NON_SDN
        if of.code not in told:
            told.add(of.code)
            yield _start(path, of, date)
        yield _entry(path, line, list=of.code, of=of.title, issuer=of.publisher_name, end="",
                     notice="", **fields)


def _eu_xml(path: Path, stream: IO[bytes]) -> Iterator[Record]:
    told = False
    for number, (line, one) in enumerate(xml_elements(path, stream, {"sanctionEntity"}), 1):
        if not told:
            told = True
            root = one.getroottree().getroot()
            yield _start(path, _EU, day((root.get("generationDate") or "")[:10]))
        acts = [{
            "name": clean(r.get("numberTitle") or ""), "programme": clean(r.get("programme") or ""),
            "published": clean(r.get("publicationDate") or ""),
            "force": clean(r.get("entryIntoForceDate") or ""),
            "type": clean(r.get("regulationType") or ""),
        } for r in _kids(one, "regulation")]
        subject = next(iter(_kids(one, "subjectType")), None)
        kind = (subject.get("classificationCode") or subject.get("code") or "") if (
            subject is not None) else ""
        aliases = [clean(n.get("wholeName") or "") for n in _kids(one, "nameAlias")]
        yield _eu_entry(
            path, line or number, one.get("euReferenceNumber") or "", one.get("logicalId") or "",
            kind, aliases, [a.get("countryIso2Code") or "" for a in _kids(one, "address")], acts,
            one.get("designationDate") or "", bool(_kids(one, "birthdate")),
            [[i.get("identificationTypeCode") or "", i.get("number") or "",
              i.get("countryIso2Code") or ""] for i in _kids(one, "identification")],
        )
    if not told:
        yield _start(path, _EU, "")


def _eu_entry(
    path: Path, line: int, reference: str, native: str, kind: str, names: list[str],
    countries: list[str], acts: list[dict[str, str]], designated: str, personal: bool,
    ids: list[list[str]],
) -> Record:
    names = [n for n in dict.fromkeys(names) if n]
    kind = {"p": "individual", "person": "individual", "e": "entity",
            "enterprise": "entity"}.get(kind.strip().lower(), kind)
    return _entry(
        path, line, list="eu-fsf", of="EU financial sanctions", issuer=_EU.publisher_name,
        kind=kind, native=clean(reference) or clean(native), programmes=[], acts=acts,
        name=names[0] if names else "", aliases=names[1:], countries=countries, ids=ids,
        start=designated, end="", notice="", personal=personal,
    )


def _eu_csv(path: Path, stream: IO[bytes]) -> Iterator[Record]:
    told = False
    rows = _named(path, _rows(path, stream, ";"), "entity logicalid")
    for line, held, wrong in _grouped(path, rows, "entity logicalid"):
        if not told:
            told = True
            stated = held[0].get("filegenerationdate", "") if held else ""
            yield _start(path, _EU, _british(stated))
        if wrong:
            yield _wrong(path, line, wrong)
            continue

        def each(name: str, held: list[dict[str, str]] = held) -> list[str]:
            return [c for r in held if (c := clean(r.get(name, "")))]

        first = held[0]
        acts = [{
            "name": clean(r.get("entity regulation numbertitle", "")),
            "programme": clean(r.get("entity regulation programme", "")),
            "published": _british(r.get("entity regulation publicationdate", "")),
            "force": _british(r.get("entity regulation entryintoforcedate", "")),
            "type": clean(r.get("entity regulation type", "")),
        } for r in held if r.get("entity regulation numbertitle", "").strip()]
        yield _eu_entry(
            path, line, first.get("entity eu referencenumber", ""),
            first.get("entity logicalid", ""),
            next(iter(each("entity subjecttype classificationcode")
                      or each("entity subjecttype")), ""),
            each("namealias wholename"), each("address countryiso2code"), acts,
            _british(first.get("entity designationdate", "")),
            bool(each("birthdate birthdate") or each("birthdate year")),
            [[clean(r.get("identification typecode", "")), clean(
                r.get("identification number", "")),
              clean(r.get("identification countryiso2code", ""))] for r in held],
        )
    if not told:
        yield _start(path, _EU, "")


_MONTHS = {m: i for i, m in enumerate(
    "jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}  # noqa: SIM905


def _british(text: str) -> str:
    """A date of the lists of the Union and the United Kingdom, whose formats say the day first."""
    text = text.strip()
    if match := re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?: .*)?", text):
        return f"{match[3]}-{int(match[2]):02}-{int(match[1]):02}"
    if match := re.fullmatch(r"(\d{1,2})[- ](\w{3})\w*[- ](\d{4})", text):
        month = _MONTHS.get(match[2].lower())
        return f"{match[3]}-{month:02}-{int(match[1]):02}" if month else ""
    return day(text)


def _uk_xml(path: Path, stream: IO[bytes]) -> Iterator[Record]:
    told = False
    for number, (line, one) in enumerate(xml_elements(path, stream, {"Designation"}), 1):
        if not told:
            told = True
            root = one.getroottree().getroot()
            stated = next((_british(root.get(n) or "") for n in root.keys()  # noqa: SIM118
                           if "date" in n.lower()), "") or _british(_text(root, "DateGenerated"))
            yield _start(path, _UK, stated)
        names = _kids(one, "Names", "Name")
        primary = [n for n in names if "primary" in _text(n, "NameType").lower()]
        ordered = [*primary, *[n for n in names if n not in primary]]
        yield _entry(
            path, line or number, list="uk-fcdo", of="UK Sanctions List",
            issuer=_UK.publisher_name, kind=_text(one, "IndividualEntityShip").lower(),
            native=_text(one, "UniqueID"), programmes=[_text(one, "RegimeName")],
            name=_whole(ordered[0]) if ordered else "",
            aliases=[_whole(n) for n in ordered[1:]] + [
                _text(n, "NameNonLatinScript") for n in _kids(
                    one, "NonLatinNames", "NonLatinName")],
            countries=[_text(a, "AddressCountry") for a in _kids(one, "Addresses", "Address")],
            ids=[], start=_british(_text(one, "DateDesignated")), end="", notice="",
            personal=bool(_kids(one, "IndividualDetails", "Individual", "DOBs")),
        )
    if not told:
        yield _start(path, _UK, "")


def _whole(name: Element) -> str:
    return clean(" ".join(_text(name, f"Name{i}") for i in (1, 2, 3, 4, 5, 6)))


def _uk_rows(
    path: Path, stream: IO[bytes], of: _List, key: str, columns: dict[str, tuple[str, ...]]
) -> Iterator[Record]:
    date = ""
    rows = _rows(path, stream)

    def seen() -> Iterator[tuple[int, list[str]]]:
        nonlocal date
        for line, row in rows:
            if line < 3 and not date:
                date = next((d for c in row if (d := _british(re.sub(
                    r"(?i)^.*(?:date|updated)\s*:?\s*", "", c)))), "")
            yield line, row

    yield from _uk_entries(path, _named(path, seen(), "name 6"), of, key, columns, lambda: date)


def _uk_entries(
    path: Path, rows: Iterator[tuple[int, dict[str, str]]], of: _List, key: str,
    columns: dict[str, tuple[str, ...]], dated: Callable[[], str],
) -> Iterator[Record]:
    """The list and its entries, each from the rows that give its names and addresses."""
    told = False
    for line, held, wrong in _grouped(path, rows, key):
        if not told:
            told = True
            yield _start(path, of, dated())
        if wrong:
            yield _wrong(path, line, wrong)
            continue
        first = held[0]

        def one(name: str, first: dict[str, str] = first) -> str:
            return next((clean(first[c]) for c in columns[name] if first.get(c)), "")

        def primary(row: dict[str, str]) -> bool:
            stated = [row.get(c, "").lower() for c in ("name type", "alias type")]
            return any(s.startswith("primary") for s in stated)

        ordered = sorted(held, key=lambda r: not primary(r))
        names = [clean(" ".join(r.get(f"name {i}", "") for i in (1, 2, 3, 4, 5, 6)))
                 for r in ordered]
        names += [clean(r.get("name non latin script", "")) for r in held]
        names = [n for n in dict.fromkeys(names) if n]
        yield _entry(
            path, line, list=of.code, of=of.title, issuer=of.publisher_name,
            kind=one("kind").lower(), native=clean(first.get(key, "")),
            programmes=[one("regime")], name=names[0] if names else "", aliases=names[1:],
            countries=[r.get(c, "") for r in held for c in ("country", "address country")
                       if r.get(c, "").strip()],
            ids=[], start=_british(one("start")), end="", notice="",
            personal=any(r.get(c, "").strip() for r in held for c in ("dob", "d.o.b")),
        )
    if not told:
        yield _start(path, of, dated())


def _uk_csv(path: Path, stream: IO[bytes]) -> Iterator[Record]:
    return _uk_rows(path, stream, _UK, "unique id", {
        "kind": ("designation type", "individual entity ship"), "regime": ("regime name",),
        "start": ("date designated",),
    })


def _ofsi(path: Path, stream: IO[bytes]) -> Iterator[Record]:
    return _uk_rows(path, stream, _OFSI, "group id", {
        "kind": ("group type",), "regime": ("regime",),
        "start": ("uk sanctions list date designated", "listed on"),
    })


def _ofsi_xml(path: Path, stream: IO[bytes]) -> Iterator[Record]:
    def rows() -> Iterator[tuple[int, dict[str, str]]]:
        for line, one in xml_elements(path, stream, {"FinancialSanctionsTarget"}):
            # Elements as columns: `GroupID` is `group id`, `name1` is `name 1`.
            row = {
                re.sub(r"(?<=[a-z])(?=[A-Z0-9])", " ", _local(kid)).lower(): _text(kid)
                for kid in one
            }
            row["dob"] = next((v for n, v in row.items() if "birth" in n and v), "")
            yield line, row

    return _uk_entries(path, rows(), _OFSI, "group id", {
        "kind": ("group type description",), "regime": ("regime name",),
        "start": ("date designated", "date listed"),
    }, lambda: "")


_READERS: dict[str, Callable[[Path, IO[bytes]], Iterable[Record]]] = {
    "csl": _csl, "bis": _bis, "eu-xml": _eu_xml,
    "eu-csv": _eu_csv, "uk-xml": _uk_xml, "uk-csv": _uk_csv, "ofsi": _ofsi,
    "ofsi-xml": _ofsi_xml,
}

_BY_NAME: dict[str, Callable[[Path, IO[bytes], _List], Iterable[Record]]] = {
    "sdn": _sdn, "sdn-xml": _sdn_xml, "ofac-advanced": _ofac_advanced,
}


# Claims -------------------------------------------------------------------------------------


def claims(record: Record) -> Iterator[Claim]:
    """The claims of the list itself, or of one entry."""
    if record.kind == "broken":
        raise record.error(record.take("why"), "fetch the file again")
    if record.kind == "header":
        record.omit("repeated header row")
        return
    if record.kind == "omitted":
        record.omit(record.take("what"))
        return
    if record.kind == "list":
        yield from _describe(record)
        return
    yield from _listed(record)


def _describe(record: Record) -> Iterator[Claim]:
    of = _LISTS[record.take("code")]
    yield from source_claims(
        of.code, title=of.title, basis="government-record", publisher=of.publisher,
        publisher_name=of.publisher_name, publisher_kind="government-department"
        if of is not _EU else "international-organisation", publisher_class="PublicBody",
        date=_valid_day(record.take("date")), url=of.url, licence=of.licence,
        file=record.take("file"),
    )


def _valid_day(text: str) -> str:
    found = day(text.strip())
    try:
        bounds(found)
    except ValueError:
        return ""
    return found


_THINGS = {"vessel": "vessel", "ship": "vessel", "aircraft": "aircraft"}
_PUBLIC = re.compile(
    r"(?i)\b(?:public security (?:bureau|department|organ)|ministry of|people'?s government|"
    r"government of|police|procuratorate|people'?s liberation army|air force|"
    r"intelligence (?:service|agency|organization)|revolutionary guard|"
    r"university|central bank of|national guard|federal security service)\b"
)
_ORGANISATION = re.compile(
    r"(?i)\b(?:academ\w+|agenc\w+|airlines?|airways|army|associat\w+|authority|aviation|"
    r"bank|board|brigade|bureau|businesses|cent(?:er|re)s?|chemicals?|college|command|"
    r"commercial|commission|committee|communications?|components|comput\w+|construction|"
    r"consult\w+|corps|council|defen[cs]e|department|development|directorate|division|"
    r"electr\w+|energy|engineering|enterprises?|equipment|establishment|export|factory|federation|"
    r"forces?|foundry|general trading|global|government|hospital|imaging|import|"
    r"industr\w+|information|innovation|institut\w+|instruments?|intelligence|international|"
    r"investments?|laborator\w+|labs?|logistics|machine\w*|manufactur\w+|"
    r"materials?|media|metals?|microelectronics|military|ministry|network|"
    r"networks|nuclear|oil|operations?|optical|optics|optoelectronics|organi[sz]ations?|"
    r"petroleum|pharma\w*|photonics|police|port|procurement|production|products|"
    r"project|prison|procuratorate|reactor|refinery|regiment|research|robotics|satellite|"
    r"school|science\w*|scientific|security|semiconductors?|sensors?|services?|ship\w+|shops?|"
    r"software|solutions?|spaceflight|spares?|station|stores?|supercomput\w+|"
    r"suppl\w+|systems?|tech\w*|telecom\w*|tools?|traders?|trading|transport\w*|travel|turbine|"
    r"union|university|ventures?|works|workshop)\b"
)


_BUSINESS = re.compile(
    r"(?i)\b(?:ltd|limited|llp|llc|l\.l\.c|plc|inc|incorporated|corp|corporation|company|"
    r"companies|gmbh|ooo|oao|pao|zao|ojsc|pjsc|jsc|cjsc|jsb|fgup|fze|fzc|fzco|fz-llc|dmcc|"
    r"sdn\.? bhd|berhad|ltda|pte|pty|sarl|srl|spa|oyj?|ou|ab|ag|sas|bv|nv|anstalt|kft|doo|"
    r"group|holdings?|foundation|offshore|trade|general trading|marketing|management|"
    r"exporters?|importers?|ticaret|sanayi|contracting|gazprom|rosneft|zavod|byuro)\b|"
    r"\bA\.?[SO]\.?$|\bAO\b|\bS\.\s?[AR]\.|\bS\.L\.|\bCo\b\.?|公司|集团|有限"
)
"""Words that only a business has in its name; a person may be called Sau, Bros or Power."""


_OFAC_LISTS = (_OFAC.code, _NON_SDN.code, _SOME_OFAC.code)


def _listed(record: Record) -> Iterator[Claim]:
    code = record.take("list")
    kind, native, name = record.take("kind"), record.take("native"), record.take("name")
    programmes, aliases = record.take_all("programmes"), record.take_all("aliases")
    countries = list(record._fields.pop("countries", []))
    ids: list[list[str]] = record._fields.pop("ids", [])
    acts: list[dict[str, str]] = record._fields.pop("acts", [])
    stated, issuer = record.take("of"), record.take("issuer")
    start, end = _valid_day(record.take("start")), _valid_day(record.take("end"))
    notice, personal = record.take("notice"), record.take("personal") == "true"
    if kind in _THINGS:
        record.omit(_THINGS[kind])
        return
    if kind.startswith(("individual", "person")) or personal:
        record.omit("natural person")
        return
    if kind and kind not in ("entity", "organisation", "organization"):
        raise record.error(f"an entry of type {kind!r}", "see docs/loaders/sanctions.md")
    if not name:
        raise record.error("an entry without a name", "fetch the file again")
    if not kind and not _is_organisation(name):
        record.omit("entry of which the list does not say that it is no natural person")
        return
    words = re.sub(r"[\W_]+", " ", name.casefold()).strip()
    prefix = "ofac" if "Treasury Department" in issuer or code in _OFAC_LISTS else code
    id_ = make_id(prefix, native) if native else make_id(code, words)
    cited = Cited(
        source=code, locator=f"line {record.line}" + (f", entry {native}" if native else "")
        + f": {stated}",
    )
    public = _PUBLIC.search(name) is not None and not has_form(_without(name))
    values: dict[str, Any] = {"name": name, **dict(numbers(record, _numbers(record, ids)))}
    if public:
        values["kind"] = _kind(name)
    yield cited.node("PublicBody" if public else "Company", id_, **values)
    others = [a for one in aliases if (a := clean(one)) and a != name]
    for alias in others:
        if is_person(alias) and not _BUSINESS.search(alias):
            record.omit("alias that looks like the name of a natural person")
    yield from cited.names(
        id_, [a for a in others if not is_person(a) or _BUSINESS.search(a)]
    )
    places = {p for text in countries if (p := country(text) or country_named(text))}
    if len(places) == 1:
        yield cited.edge("LOCATED_IN", id_, next(iter(places)))
    elif places:
        record.omit("addresses in several countries: the seat is not stated")
    valid = f"{start}/{end or '..'}" if start else (f"../{end}" if end else "")
    said = f"Federal Register: {notice}." if notice else ""
    yield from _programmes(cited, code, stated, issuer, programmes, acts, id_, valid, said)


def _without(name: str) -> str:
    """The name without brackets: an abbreviation in them is no form of business."""
    return re.sub(r"\([^)]*\)|[/&+\d]|\b(?:and|institute?|university|association)\b", " ", name,
                  flags=re.I)


def _is_organisation(name: str) -> bool:
    """Whether an untyped name can only be that of an organisation."""
    if re.search(r"(?i)\bindividuals?\b|\b[af]/?\.?k/?\.?a\b.*\)\s*\w", name):
        return False
    plain = re.sub(r"\([^)]*\)", " ", name).strip()
    if _BUSINESS.search(plain):
        return True
    if is_person(name):
        return False
    return bool(
        _ORGANISATION.search(plain) or len(plain.split()) == 1 or (
            not name.isascii() and Schema.load().classify(name))
    )


def _kind(name: str) -> str:
    for pattern, kind in (
        (r"police (?:college|academy|university|institute)", "police-academy"),
        # 公安厅 is a bureau in many translations: only below the province is the word sure.
        (r"\b(?:count(?:y|ies)|city|district|municipal\w*|prefecture|corps)\b.*"
         r"\bpublic security (?:sub-?)?bureau", "public-security-bureau"),
        (r"\bpublic security\b", "public-security-organ"), (r"\bministry of\b", "ministry"),
        (r"\buniversity\b", "university"), (r"\bprison\b", "prison"),
    ):
        if re.search(pattern, name, re.I):
            return kind
    return Schema.load().classify(name) or "public-body"


def _numbers(record: Record, ids: list[list[str]]) -> list[tuple[str, str]]:
    found = []
    for what, number, place in ids:
        lowered, number = what.lower(), clean(number)
        if "unified social credit" in lowered:
            found.append(("CN-USCC", number))
        elif "legal entity number" in lowered or lowered == "lei":
            found.append(("LEI", number))
        elif lowered == "registration id" and country(place) == "RU" and re.fullmatch(
            r"\d{13}", number
        ):
            found.append(("RU-OGRN", number))
        elif "tax id" in lowered and country_named(place) == "RU" and re.fullmatch(
            r"\d{10}", number
        ):
            found.append(("RU-INN", number))
        elif re.search(r"regist|tax id|number|regnumber|fiscalcode", lowered):
            record.omit("number whose register is not stated")
    return found


def _programmes(
    cited: Cited, code: str, stated: str, issuer: str, programmes: list[str],
    acts: list[dict[str, str]], id_: str, valid: str, said: str,
) -> Iterator[Claim]:
    """The list, its programmes or acts, and that the organisation is listed."""
    body = make_id(code, "issuer", re.sub(r"\W+", " ", issuer.casefold()).strip())
    of = _LISTS[code]
    if issuer == of.publisher_name:
        body = of.publisher
    instrument = make_id(code, re.sub(r"\W+", " ", stated.casefold()).strip().replace(" ", "-"))
    yield cited.node("Instrument", instrument, name=stated, kind="sanction")
    if issuer:
        kind = "international-organisation" if of is _EU else "government-department"
        yield cited.node("PublicBody", body, name=issuer, kind=kind)
        yield cited.edge("ISSUED_BY", instrument, body)
    yield cited.edge(
        "SUBJECT_TO", id_, instrument, effect="listed-in", valid=valid, description=said
    )
    named = [p for p in dict.fromkeys(map(clean, programmes)) if p]
    # Of several programmes nobody says which one the day belongs to.
    since = valid if len(named) == 1 else ""
    for programme in named:
        one = make_id(code, "programme", programme)
        yield cited.node("Instrument", one, name=programme, kind="sanction", reference=programme)
        yield cited.edge("SUBJECT_TO", id_, one, effect="listed-in", valid=since)
    seen = set()
    for act in acts:
        title = act.get("name") or act.get("programme") or ""
        if not title or title in seen:
            continue
        seen.add(title)
        one = make_id(code, "act", title)
        force = _valid_day(act.get("force") or "")
        programme = act.get("programme") or ""
        yield cited.node(
            "Instrument", one, name=f"{title} ({programme})" if programme else title,
            kind="sanction", reference=title, adopted=_valid_day(act.get("published") or ""),
            in_force=f"{force}/.." if force else "",
        )
        yield cited.edge(
            "SUBJECT_TO", id_, one, effect="listed-in",
            valid=valid or (f"{force}/.." if force else ""),
        )


loader = Loader(
    name="sanctions",
    title="Sanctions and control lists of the United States, the European Union and the United "
    "Kingdom", sniff=sniff, read=read, claims=claims,
)
