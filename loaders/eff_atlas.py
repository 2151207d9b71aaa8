"""The Atlas of Surveillance of the Electronic Frontier Foundation: agency, technology, vendor."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from sousveil.graph import Claim
from sousveil.loaders.making import Cited, clean, country, make_id, source_claims
from sousveil.loaders.record import Loader, Record
from sousveil.loaders.tables import header, records

__all__ = ["loader"]

_COLUMNS = {"aosnumber", "agency", "technology", "vendor", "state"}
_KINDS = {
    "police": "police-force", "state police": "police-force", "highway patrol": "police-force",
    "transit police": "police-force", "sheriff": "law-enforcement",
    "constables": "law-enforcement", "marshals": "law-enforcement", "rangers": "law-enforcement",
    "fusion center": "law-enforcement", "task force": "law-enforcement",
    "public safety": "law-enforcement", "dmv": "government-department",
    "dhs": "government-department", "homeland security": "government-department",
    "state agency": "government-department", "district attorney": "procuratorate",
    "attorney general": "procuratorate", "county attorney": "procuratorate",
    "prosecutor": "procuratorate", "corrections": "corrections", "school district": "education",
}
_CATEGORIES = {
    "body-worn cameras": "body-worn-camera", "drones": "drone",
    "automated license plate readers": "licence-plate-recognition",
    "face recognition": "face-recognition", "cell-site simulator": "imsi-catcher",
    "video analytics/computer vision": "video-analytics",
}
_NO_GOODS = ("camera registry", "fusion center", "real-time crime center")


def sniff(head: bytes, name: str) -> bool:
    """A table with the columns of the Atlas."""
    return set(header(head)) >= _COLUMNS


def read(path: Path) -> Iterator[Record]:
    """The rows of the export."""
    match = re.search(r"(20\d\d)-?(\d\d)-?(\d\d)", path.name)
    date = "-".join(match.groups()) if match else ""
    yield Record(path, 1, "source", {}, {"date": date})
    for record in records(path, lambda _, columns: "row" if set(columns) >= _COLUMNS else ""):
        record.called = {"date": date}
        yield record


def claims(record: Record) -> Iterator[Claim]:
    """The claims of one row: an agency uses a technology of a vendor."""
    date = record.called.get("date", "")
    source = make_id("eff-atlas", date)
    if record.kind == "source":
        yield from source_claims(
            source, title="Atlas of Surveillance", basis="ngo-report", publisher="eff",
            publisher_name="Electronic Frontier Foundation", publisher_kind="advocacy", date=date,
            url="https://atlasofsurveillance.org", licence="CC-BY-4.0", language="en",
        )
        return
    number, agency = record.take("aosnumber"), clean(record.take("agency"))
    technology = clean(record.take("technology"))
    vendors = _vendors(record.take("vendor"))
    state, sort = record.take("state"), record.take("type of lea").lower()
    record.ignore(
        "city", "county", "summary", "type of juris", *(
            f"link {n}{part}" for n in range(1, 10)
            for part in ("", " snapshot", " source", " type", " date")
        ),
    )
    if not agency or not technology:
        raise record.error(
            "a row without agency or technology", "correct the row, or leave it out"
        )
    cited = Cited(source=source, locator=f"row {number or record.line}")
    body = make_id("eff-atlas", state.lower(), agency.casefold())
    yield cited.node("PublicBody", body, name=agency, kind=_KINDS.get(sort, "public-body"))
    if place := country(f"US-{state}") or country("US"):
        yield cited.edge("LOCATED_IN", body, place)
    if technology.lower() in _NO_GOODS and not vendors:
        record.omit("facility or register of an agency, which nobody is said to have supplied")
        return
    for vendor in vendors or [""]:
        yield from _use(cited, number or str(record.line), body, agency, technology, vendor)


def _use(
    cited: Cited, number: str, body: str, agency: str, technology: str, vendor: str
) -> Iterator[Claim]:
    id_ = make_id("eff-atlas-use", number, body, technology.casefold(), vendor.casefold())
    yield cited.node("Transaction", id_, title=f"{agency}: {technology}", kind="supply")
    yield cited.edge("END_USER", id_, body)
    if not vendor:
        return
    company = make_id("eff-atlas-vendor", vendor.casefold())
    yield cited.node("Company", company, name=vendor)
    why = "whether it sold to the agency itself or made what somebody else sold is not said"
    if "partnership" in technology.lower():
        why = "a partnership with the agency, of which no price is said"
    yield cited.because(f"the Atlas gives the company as the vendor: {why}").edge(
        "SELLER", id_, company)
    product = make_id("eff-atlas-goods", vendor.casefold(), technology.casefold())
    category = _CATEGORIES.get(technology.lower(), "")
    yield cited.node(
        "Product", product, name=f"{vendor}: {technology}", category=[category] if category else ""
    )
    yield cited.edge("INCLUDES", id_, product)


def _vendors(text: str) -> list[str]:
    """The vendors of a row; `Neology/PIPS` is one, by two names."""
    found = [clean(part) for part in re.split(r"[,;](?!\s*(?:Inc|LLC|Ltd|Corp)\b)", text)]
    return list({
        name.casefold(): name for name in found
        if name and name.lower() not in ("unknown", "n/a", "none", "various", "multiple", "tbd")
    }.values())


loader = Loader(
    name="eff-atlas", title="Atlas of Surveillance (EFF), CSV", sniff=sniff, read=read,
    claims=claims,
)
