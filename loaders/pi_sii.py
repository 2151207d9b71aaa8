"""The Surveillance Industry Index of Privacy International: companies, and transfers of goods."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sousveil.errors import SourceError
from sousveil.graph import Claim
from sousveil.loaders.files import json_items, members
from sousveil.loaders.making import Cited, clean, make_id, source_claims
from sousveil.loaders.parties import country_named, has_form, is_person
from sousveil.loaders.record import Loader, Record

__all__ = ["loader"]

_SOURCE, _PUBLISHER = "pi-sii", "privacy-international"
_CATEGORIES = (
    ("intrusion-software", "intrusion"), ("interception", "lawful interception|interception"),
    ("interception", "monitoring cent|phone monitoring|internet monitoring|probe|fibre|packet"),
    ("imsi-catcher", "off the air|off-the-air|imsi"), ("device-forensics", "forensic"),
    ("biometric", "biometric"), ("video-analytics", "video"), ("drone", "drone|uav"),
)
_NOBODY = re.compile(
    r"(?i)(?:unknown|undisclosed|n/?a|none|not stated|government|law enforcement"
    r"|private|private sector|military|police|intelligence(?: agency)?|various|multiple)\.?"
)
_PERSONS = ("ceo", "founder", "founders", "director", "directors", "employees", "contact",
            "key_people", "owner")
_IGNORED_COMPANY = (
    "bibtex_key", "address", *(f"address_line_{n}" for n in range(1, 9)), "date_added",
    "date_modified", "hq_city", "offices_in", "technology_sold", "description",
    "company_documents", "company_sales", "defense_contractor", "eu", "nato", "oecd", "wassenaar",
    "found_in", "news", *(f"news_{n}" for n in range(1, 20)), "email", "phone", "fax",
)


def sniff(head: bytes, name: str) -> bool:
    """JSON with the fields of a transfer or of a company of the index."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return start in (b"[", b"{") and (
        (b'"supplier_company"' in head and b'"recipient_country"' in head)
        or (b'"bibtex_type"' in head and b'"company_name"' in head)
    )


def read(path: Path) -> Iterator[Record]:
    """The transfers or companies of a file."""
    number = 0
    yield Record(path, 1, "source", {})
    for _, stream in members(path):
        start = stream.peek(64)[:64] if hasattr(stream, "peek") else b"["
        one = start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"
        if start.startswith(b"\xef\xbb\xbf"):
            stream.read(3)
        for _, value in json_items(path, stream, "" if one else "item"):
            number += 1
            if not isinstance(value, dict):
                raise SourceError(
                    f"a transfer or company is expected, and there is {value!r:.40}", path, number,
                    "look whether this is the file it should be",
                )
            fields: dict[str, Any] = dict(value)
            yield Record(path, number, "transfer" if "recipient_country" in fields or
                         "supplier_company" in fields else "company", fields)


def claims(record: Record) -> Iterator[Claim]:
    """The claims of a transfer or of a company."""
    if record.kind == "source":
        yield from source_claims(
            _SOURCE, title="Surveillance Industry Index", basis="ngo-report",
            publisher=_PUBLISHER, publisher_name="Privacy International", publisher_kind="ngo",
            language="en", url="https://sii.transparencytoolkit.org",
        )
        return
    yield from _transfer(record) if record.kind == "transfer" else _company(record)


def _transfer(record: Record) -> Iterator[Claim]:
    for name in [n for n in record.left() if n.startswith("goods__")]:
        record.ignore(name)
    record.ignore("company_name", "bibtex_type", "sources", "source_links",
                  "export_data_or_open_source")
    native = record.take("unique_id")
    supplier, bases = clean(record.take("supplier_company")), record.take("supplier_company_hq")
    recipient, user = clean(record.take("recipient_country")), clean(record.take("enduser"))
    goods = [clean(one) for one in record.take_all("goods")]
    year, title = record.take("order_year"), clean(record.take("title"))
    complete = record.take("transfer_to_enduser_reported_as_complete").lower()
    if is_person(re.sub(r"\(.*?\)", "", supplier)):
        # The title and the id of the transfer hold the supplier's name.
        record.omit("natural person")
        return
    cited = Cited(source=_SOURCE, locator=f"transfer {native or record.line}")
    said = cited
    if complete not in ("yes", "no"):
        said = cited.because("the index does not know whether the transfer took place")
    id_ = make_id("sii", native) if native else make_id(
        "sii-transfer", supplier, recipient, user, year, str(record.line))
    yield said.node(
        "Transaction", id_, title=title or f"{supplier or 'Unknown supplier'} to {recipient}",
        kind="non-supply" if complete == "no" else "sale",
        date=year if re.fullmatch(r"(?:19|20)\d\d", year) else "",
    )
    broker = re.search(r"(?i)\s*\(broker\)", supplier)
    supplier = re.sub(r"(?i)\s*\(broker\)", "", supplier)
    if supplier and not _NOBODY.fullmatch(supplier):
        company = _company_id(supplier)
        yield cited.node("Company", company, name=supplier)
        yield from _located(record, cited, company, bases)
        if broker:
            record.omit("broker, whose part in the sale is not said")
        else:
            yield said.edge("SELLER", id_, company)
        for one in goods if not broker else []:
            product = make_id("sii-goods", supplier.casefold(), one.casefold())
            yield cited.node("Product", product, name=f"{supplier}: {one}",
                             category=_category(one))
            yield said.edge("INCLUDES", id_, product)
    else:
        record.omit("supplier who is not named")
    if not user or _NOBODY.fullmatch(user):
        record.omit("end user who is not named, only the country")
    elif is_person(user):
        record.omit("natural person")
    else:
        cls = "Company" if has_form(user) else "PublicBody"
        body = make_id("sii-user", recipient.casefold(), user.casefold())
        yield cited.node(cls, body, name=user, kind="" if cls == "Company" else "public-body")
        if place := country_named(recipient):
            yield cited.edge("LOCATED_IN", body, place)
        yield said.edge("END_USER", id_, body)


def _company(record: Record) -> Iterator[Claim]:
    name = clean(record.take("company_name"))
    for field in _PERSONS:
        if field in record:
            record.omit("natural person")
        record.ignore(field)
    record.ignore(*_IGNORED_COMPANY)
    record.ignore("bibtex_type")
    if not name:
        raise record.error("a company without a name", "correct the record, or leave it out")
    if is_person(name):
        record.omit("natural person")
        record.ignore_all()
        return
    website, founded = record.take("website"), record.take("incorporation_date")
    cited = Cited(source=_SOURCE, locator=f"company {name}")
    company = _company_id(name)
    yield cited.node(
        "Company", company, name=name,
        website=website if re.fullmatch(r"https?://[^\s\"<>]+\.[^\s\"<>]+", website) else "",
        founded=founded if re.fullmatch(r"(?:18|19|20)\d\d", founded) else "",
    )
    yield from _located(record, cited, company, record.take("hq_country"))


def _company_id(name: str) -> str:
    return make_id("sii-company", name.casefold())


def _located(record: Record, cited: Cited, company: str, text: str) -> Iterator[Claim]:
    """Where a company has its seat; several countries are several seats."""
    whole = country_named(text)
    for part in [text] if whole else text.split(","):
        if place := country_named(part):
            yield cited.edge("LOCATED_IN", company, place)
        elif part.strip():
            record.omit("country that cannot be told")


def _category(goods: str) -> list[str]:
    return next((
        [category] for category, words in _CATEGORIES if re.search(words, goods.lower())
    ), [])


loader = Loader(
    name="pi-sii", title="Surveillance Industry Index (Privacy International), JSON", sniff=sniff,
    read=read, claims=claims,
)
