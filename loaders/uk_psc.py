"""The United Kingdom's register of people with significant control: the daily snapshot's lines.

Companies and other legal persons that control companies. Natural persons are counted and nothing
else. docs/loaders/uk_psc.md says what becomes of each field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec

from sousveil.errors import SourceError
from sousveil.graph.records import Claim, Value
from sousveil.loaders.files import members
from sousveil.loaders.making import (
    Cited,
    clean,
    country,
    day,
    make_id,
    name_values,
    source_claims,
)
from sousveil.loaders.parties import is_person
from sousveil.loaders.record import Loader, Record
from sousveil.loaders.shelf import explained, json_records, json_shape, period
from sousveil.ontology.dates import bounds

__all__ = ["loader"]

_OURS = re.compile(r"significant-control|beneficial-owner")
_STAMP = re.compile(r"(20\d\d)-?([01]\d)-?([0-3]\d)(?!\d)")
_NUMBER = re.compile(r"[A-Z]{2}\d{6}|[A-Z]{2}\d{5}[A-Z]|R\d{7}|\d{8}", re.ASCII)
_ABROAD = ("OE", "FC", "SF", "NF", "BR")
"""Beginnings of the numbers of overseas entities and of companies registered elsewhere."""


_OWN = re.compile(r"/company/(\w{8})/persons-with-significant-control(?:-statements)?/")


def sniff(head: bytes, name: str) -> bool:
    """JSON with a company number and the data of a controlling person, or of a statement."""
    return json_shape(head, _known) is not None


def _known(value: dict[str, Any]) -> bool:
    data = _line(value).get("data")
    if not isinstance(data, dict) or not isinstance(data.get("kind"), str):
        return False
    if _OURS.search(data["kind"]) and "company_number" in _line(value):
        return True
    return set(value) <= {"company_number", "data"} and isinstance(data.get("etag"), str)


def _line(value: dict[str, Any]) -> dict[str, Any]:
    """An item of the web service's list as a line of the snapshot."""
    links = value.get("links")
    own = links.get("self") if isinstance(links, dict) else ""
    match = _OWN.match(own) if isinstance(own, str) and isinstance(value.get("kind"), str) else None
    return {"company_number": match[1], "data": value} if match else value


def read(path: Path) -> Iterator[Record]:
    """The snapshot as a source, then its lines."""
    first = True
    for member in members(path):
        for number, value in json_records(path, member, _known):
            if first:
                first = False
                date = _date_of(member.name)
                yield Record(path, number, "source", {"date": date})
            value = _line(value) if isinstance(value, dict) else {}
            data = value.get("data")
            if not isinstance(data, dict):
                raise SourceError(
                    "the line has no `data`", path, number, "the file is damaged: fetch it again"
                )
            kind = data.get("kind")
            kind = kind if isinstance(kind, str) else ""
            if _is_person(kind, data):
                # Nothing of a person is even handed on.
                yield Record(path, number, "person", {})
                continue
            yield Record(path, number, "line", {
                "@source": make_id("gb-psc", date or "snapshot"), "@number": str(number), **value,
            })


def _is_person(kind: str, data: dict[str, Any]) -> bool:
    """Whether it is a natural person, whatever it was filed as."""
    name = data.get("name")
    return (
        kind.startswith(("individual", "super-secure")) or "date_of_birth" in data
        or "name_elements" in data or "nationality" in data
        or (isinstance(name, str) and (
            is_person(name)
            or (_FAMILY.search(name) is not None and not _INCORPORATED.search(name))))
    )


_FAMILY = re.compile(
    r"(?i)\b(?:family|will|discretionary|life interest|(?:grand)?children'?s?'?|personal|marriage|"
    r"maintenance|accumulation) (?:trust|settlement)s?\b|\bsettlement\b|\bestate of\b|"
    r"\b(?:executors?|personal representatives?) of\b"
)
"""Trusts and estates, which bear the names of those who made them."""
_INCORPORATED = re.compile(r"(?i)\b(?:limited|ltd|plc|llp|inc|corporation|company|s\.?a\.?)\b")


def _date_of(name: str) -> str:
    stamp = _STAMP.search(name)
    date = "-".join(stamp.groups()) if stamp else ""
    try:
        bounds(date)
    except ValueError:
        return ""
    return date


def claims(record: Record) -> Iterator[Claim]:
    """The claims of one line."""
    if record.kind == "source":
        yield from _source(record)
        return
    if record.kind == "person":
        record.omit("natural person")
        return
    cited = Cited(source=record.take("@source"), locator=f"line {record.take('@number')}")
    number = clean(record.take("company_number")).upper().zfill(8)
    data = record.child("data")
    kind = data.take("kind")
    if kind.startswith("totals#"):
        data.ignore_all()
        record.omit("totals of the snapshot")
        return
    data.ignore("etag", "address", "description", "is_sanctioned", "principal_office_address")
    if not re.search(r"corporate-entity|legal-person|statement$|^exemptions$", kind):
        data.ignore_all()
        record.omit(f"kind that is not known: {clean(kind) or 'none'}")
        return
    if number == "00000000":
        raise record.error("the line has no company number", "correct the line, or leave it out")
    own = data.child("links").take("self").rpartition("/")[2]
    cited = msgspec.structs.replace(cited, locator=f"{cited.locator}, company {number}"
                                    + (f", {clean(own)}" if own else ""))
    company = make_id("gb-coh", number)
    yield cited.node("Company", company, identifiers=[f"GB-COH:{number}"])
    if not number.startswith(_ABROAD):
        yield cited.because(
            "companies with a number of this form are registered in the United Kingdom"
        ).edge("LOCATED_IN", company, "GB")
    if kind == "exemptions":
        yield from _exemption(record, data, company, cited)
    elif kind.endswith("statement"):
        yield from _statement(record, data, company, cited)
    else:
        yield from _controller(record, data, kind, company, own, cited)


def _source(record: Record) -> Iterator[Claim]:
    date = record.take("date")
    yield from source_claims(
        make_id("gb-psc", date or "snapshot"), basis="registry", date=date,
        title="People with significant control, snapshot" + (f" of {date}" if date else ""),
        publisher="gb-companies-house", publisher_name="Companies House",
        publisher_class="PublicBody", publisher_kind="government-department",
        url="https://download.companieshouse.gov.uk/en_pscdata.html",
    )


def _controller(
    record: Record, data: Record, kind: str, company: str, own: str, cited: Cited
) -> Iterator[Claim]:
    name = clean(data.take("name"))
    found = data.child("identification")
    form, land = found.take("legal_form"), clean(found.take("country_registered"))
    number, place = clean(found.take("registration_number")), clean(found.take("place_registered"))
    found.ignore("legal_authority")
    start, end = _day(record, data.take("notified_on")), _day(record, data.take("ceased_on"))
    ceased = data.take("ceased") == "true"
    natures = data.take_all("natures_of_control")
    if not name:
        raise record.error("the controlling entity has no name", "leave the line out")
    body = _public(form) if kind.startswith("legal-person") else ""
    code = _land(land)
    id_, numbers = _numbers(record, name, number, land, code, company, own, body)
    if id_ == company:
        record.omit("company that is stated to control itself")
        return
    if body:
        yield cited.node("PublicBody", id_, kind=body, **name_values(name), **numbers)
    else:
        yield cited.node("Company", id_, **name_values(name), **numbers)
    if code:
        yield cited.edge("LOCATED_IN", id_, code)
    elif land or place:
        record.omit("place of registration that is no country by name")
    if ceased and not end:
        record.omit("control that ceased, without a date")
        return
    bands = [band for band in map(_band, natures) if band]
    if not bands:
        words = ", ".join(_words(n) for n in natures)
        record.omit("control other than through shares" if natures else
                    "control whose nature is not stated")
        yield explained(
            cited, company, f"{name} is registered as having significant control"
            + (f": {words}" if words else ", of a nature that is not stated")
            + (f" (until {end})." if end else "."),
        )
        return
    rank, low, high, key = min(bands)
    if end:
        # The same two may be bound anew, to another share: that is another relation in time.
        key = f"{key}-until-{end}".lstrip("-")
    edge = cited.edge(
        "OWNS", id_, company, key=key, valid=period(record, start, end),
        share_min=low, share_max=high,
    )
    yield msgspec.structs.replace(edge, note=_NOTES[rank])


_BANDS = (
    (re.compile(r"ownership-of-shares-(?P<band>.+)"), ""),
    (re.compile(r"(?:part-)?right-to-share-surplus-assets-(?P<band>.+)"), "surplus-assets"),
    (re.compile(r"voting-rights-(?P<band>.+)"), "voting-rights"),
)
_NOTES = {
    0: "", 1: "Held as trustee of a trust.", 2: "Held through a firm without legal personality.",
    10: "The percentage is a share in surplus assets.",
    11: "The percentage is a share in surplus assets, held as trustee.",
    12: "The percentage is a share in surplus assets, held through a firm.",
    20: "The percentage is one of voting rights.",
    21: "The percentage is one of voting rights, held as trustee.",
    22: "The percentage is one of voting rights, held through a firm.",
}


def _band(nature: str) -> tuple[int, str, str, str] | None:
    """(rank, minimum, maximum, key) of a nature of control that is a percentage; lower is nearer
    to holding shares oneself."""
    for rank, (pattern, key) in enumerate(_BANDS):
        match = pattern.fullmatch(nature)
        if match is None:
            continue
        band = match["band"]
        capacity = 1 if "-as-trust" in band else 2 if "-as-firm" in band else 0
        key = "-".join(k for k in (key, ("", "as-trust", "as-firm")[capacity]) if k)
        if numbers := re.match(r"(\d{1,3})-to-(\d{1,3})-percent", band):
            return rank * 10 + capacity, numbers[1], numbers[2], key
        if more := re.match(r"more-than-(\d{1,3})-percent", band):
            return rank * 10 + capacity, more[1], "", key
    return None


def _numbers(
    record: Record, name: str, number: str, land: str, code: str, company: str, own: str, body: str
) -> tuple[str, dict[str, Value]]:
    """The id of the controlling entity, and its number. Numbers are as their owners filed them."""
    filled = number.upper().replace(" ", "")
    if filled.isascii() and filled.isdigit() and len(filled) >= 5:
        filled = filled.zfill(8)
    numbers: dict[str, Value] = {}
    if code == "GB" and _NUMBER.fullmatch(filled):
        numbers = {"identifiers": [f"GB-COH:{filled}"]}
        if not body:
            return make_id("gb-coh", filled), numbers
    elif re.search(r"\d", number):
        if code:
            numbers = {"identifiers": [f"{code}-STATED:{number}"]}
        else:
            record.omit("number in a register that is not known")
    kind = "public-body" if body else ""
    if numbers:
        return make_id("gb-psc", kind, name, number, land), numbers
    return make_id("gb-psc", kind, company, own or name), numbers


_UNITED_KINGDOM = re.compile(
    r"(?:the )?(?:united kingdom|uk|u\.k\.|great britain|gb|england|wales|scotland|northern ireland"
    r"|england (?:and|&) wales|england, ?wales|united kingdom \(?.*\)?)\.?", re.I,
)
_COMMON = {"usa": "US", "u.s.a.": "US", "us": "US", "united states of america": "US",
           "british virgin islands": "VG", "bvi": "VG", "russia": "RU", "south korea": "KR",
           "the netherlands": "NL", "holland": "NL", "republic of ireland": "IE", "eire": "IE",
           "uae": "AE", "turkey": "TR", "taiwan": "TW", "vietnam": "VN", "channel islands": ""}


@lru_cache(maxsize=4096)
def _land(text: str) -> str:
    """The code of a country that is written by its name; empty if it is none."""
    text = text.strip()
    if not text:
        return ""
    if _UNITED_KINGDOM.fullmatch(text):
        return "GB"
    if text.lower() in _COMMON:
        return _COMMON[text.lower()]
    import pycountry  # slow to import

    try:
        found: Any = pycountry.countries.lookup(text)
    except LookupError:
        return ""
    return country(found.alpha_2)


def _public(form: str) -> str:
    """The kind of public body that a legal form names; empty if it names none."""
    text = form.lower()
    for word, kind in (("local authority", "local-government"), ("council", "local-government"),
                       ("government department", "government-department"),
                       ("ministry", "government-department"), ("government", "government"),
                       ("international organi", "international-organisation"),
                       ("public authority", "public-body"), ("crown", "public-body"),
                       ("statutory corporation", "public-body")):
        if word in text:
            return kind
    return ""


def _words(code: str) -> str:
    """A code of the register in words; the register itself has misspelt some."""
    return clean(code).replace("signficant", "significant").replace("-", " ")


def _statement(record: Record, data: Record, company: str, cited: Cited) -> Iterator[Claim]:
    text, end = _words(data.take("statement")), _day(record, data.take("ceased_on"))
    start = _day(record, data.take("notified_on"))
    data.ignore("linked_psc_name", "restrictions_notice_withdrawal_reason")
    if not text:
        record.omit("statement without a text")
        return
    claim = explained(
        cited, company, f"The company's register of controlling persons states: {text}"
        + (f" (withdrawn on {end})." if end else "."),
    )
    yield msgspec.structs.replace(claim, said=start)


def _exemption(record: Record, data: Record, company: str, cited: Cited) -> Iterator[Claim]:
    data.ignore("notified_on", "ceased_on")
    exemptions = data.child("exemptions")
    for name in sorted(exemptions.left()):
        for one in exemptions.children(name.partition(".")[0]):
            type_ = _words(one.take("exemption_type")) or _words(name.replace("_", "-"))
            for item in one.children("items"):
                start = _day(record, item.take("exempt_from"))
                end = _day(record, item.take("exempt_to"))
                span = f"from {start}" if start else "from a day that is not stated"
                span += f" to {end}" if end else ""
                yield explained(
                    cited, company, f"Exempt from registering controlling persons {span}: {type_}.",
                )


def _day(record: Record, text: str) -> str:
    try:
        found = day(text)
        bounds(found)
    except ValueError:
        found = ""
    if text and not found:
        record.omit("date that is none")
    return found


loader = Loader(
    name="uk-psc", title="People with significant control (Companies House), snapshot",
    sniff=sniff, read=read, claims=claims,
)
