"""Notices of the Official Journal of the European Union: TED XML R2.0.8 and R2.0.9, and eForms.

An award notice gives a transaction for each lot or contract that was awarded. Every other notice
gives at most a tender: nobody becomes a seller by it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sousveil.errors import SourceError
from sousveil.graph import Claim
from sousveil.loaders.files import members, xml_elements
from sousveil.loaders.making import Cited, clean, country, day, make_id, source_claims
from sousveil.loaders.parties import Party, amount, has_form, is_person, numbers
from sousveil.loaders.record import Loader, Record
from sousveil.ontology.dates import bounds

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

__all__ = ["loader"]

_EFORMS = ("ContractAwardNotice", "ContractNotice", "PriorInformationNotice")
_ROOT = re.compile(rb"<(?:\w+:)?(TED_EXPORT|ContractAwardNotice|ContractNotice|"
                   rb"PriorInformationNotice)[\s>]")
_PUBLISHER = "eu-publications-office"
_LICENCE = "Commission Decision 2011/833/EU"


def sniff(head: bytes, name: str) -> bool:
    """XML whose first element is that of a notice."""
    text = head[:8192].replace(b"\0", b"")
    first = re.search(rb"<(?![?!])[^>]*", text)
    return first is not None and _ROOT.match(first[0] + b">") is not None


def read(path: Path) -> Iterator[Record]:
    """The notices of a file or of a bundle."""
    number = 0
    found = False
    for name, stream in members(path):
        if not name.lower().endswith((".xml", ".tar", ".zip")) and number:
            continue
        tags = {"TED_EXPORT", *_EFORMS}
        try:
            for line, element in xml_elements(path, stream, tags):
                number += 1
                found = True
                notice = _ted(element) if _local(element) == "TED_EXPORT" else _eforms(element)
                yield Record(path, line if number == 1 else number, "notice", {
                    "file": name, **notice,
                })
        except SourceError as error:
            if name == path.name or not number:
                raise
            yield Record(path, number, "broken", {"why": f"{name}: {error.message}"})
    if not found:
        raise SourceError(
            "holds no notice", path,
            hint="a notice is an XML file of TED or of eForms; so is each file of a bundle",
        )


# XML ----------------------------------------------------------------------------------------


def _local(element: Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _all(element: Element | None, name: str) -> list[Element]:
    """Every element of this name below, in the order of the document."""
    return [] if element is None else list(element.iter(f"{{*}}{name}"))


def _kids(element: Element | None, name: str) -> list[Element]:
    return [] if element is None else [e for e in element if _local(e) == name]


def _at(element: Element | None, path: str) -> Element | None:
    """The first element at a path of names, from child to child."""
    for name in path.split("/"):
        element = next(iter(_kids(element, name)), None)
    return element


def _text(element: Element | None) -> str:
    if element is None:
        return ""
    return clean(" ".join(str(t) for t in element.itertext()))


def _first(element: Element | None, *names: str) -> str:
    """The text of the first element below that has one of these names and a text."""
    for name in names:
        for one in _all(element, name):
            if text := _text(one):
                return text
    return ""


def _attribute(element: Element | None, path: str, name: str) -> str:
    found = _at(element, path) if path else element
    return clean(found.get(name) or "") if found is not None else ""


# TED XML ------------------------------------------------------------------------------------

_AWARDS = {"03", "06", "15", "18", "25", "T02"}
_CALLS = {"02", "05", "09", "10", "12", "17", "24"}
_OLD = (
    ("VOLUNTARY_EX_ANTE", "15"), ("CONTRACT_AWARD_DEFENCE", "18"),
    ("CONTRACT_AWARD_UTILITIES", "06"), ("CONTRACT_AWARD", "03"), ("CONTRACT_DEFENCE", "17"),
    ("CONTRACT_UTILITIES", "05"), ("SIMPLIFIED_CONTRACT", "09"), ("CONTRACT_CONCESSIONAIRE", "11"),
    ("CONCESSION", "10"), ("PRIOR_INFORMATION", "01"), ("DESIGN_CONTEST", "12"),
    ("CONTRACT", "02"),
)
_NAMES = {
    "02": "Contract notice", "03": "Contract award notice", "05": "Contract notice, utilities",
    "06": "Contract award notice, utilities", "15": "Voluntary ex ante transparency notice",
    "18": "Contract award notice, defence", "20": "Modification notice",
    "17": "Contract notice, defence", "24": "Concession notice", "25": "Concession award notice",
    "21": "Social and other specific services", "22": "Social services, utilities",
    "23": "Social services, concession",
}
_TYPES = {
    "MINISTRY": "government", "1": "government", "NATIONAL_AGENCY": "government-department",
    "N": "government-department", "REGIONAL_AUTHORITY": "local-government",
    "3": "local-government", "REGIONAL_AGENCY": "government-department",
    "R": "government-department", "EU_INSTITUTION": "international-organisation",
    "5": "international-organisation",
}
"""Kinds of public bodies by the type of authority that the notice states."""


def _ted(root: Element) -> dict[str, Any]:
    coded = _at(root, "CODED_DATA_SECTION")
    section = _at(root, "FORM_SECTION")
    forms = [f for f in (section if section is not None else []) if f.get("CATEGORY") or f.get("LG")
             or _local(f).startswith("F")]
    forms = [f for f in forms if _local(f) != "NOTICE_UUID"]
    original = [f for f in forms if f.get("CATEGORY", "ORIGINAL") == "ORIGINAL"] or forms[:1]
    form = original[0] if original else None
    name = _local(form) if form is not None else ""
    number = _number(name, form)
    data = _at(coded, "NOTICE_DATA")
    notice: dict[str, Any] = {
        "doc": clean(root.get("DOC_ID") or ""), "number": number,
        "translations": str(len(forms) - len(original)) if len(forms) > len(original) else "",
        "second": str(len(original) - 1) if len(original) > 1 else "",
        "published": _compact(_text(_at(coded, "REF_OJS/DATE_PUB"))),
        "oj": _text(_at(data, "NO_DOC_OJS")),
        "language": _text(_at(data, "LG_ORIG")).split(" ")[0].lower()
        or (form.get("LG", "").lower() if form is not None else ""),
        "authority": _attribute(coded, "CODIF_DATA/AA_AUTHORITY_TYPE", "CODE"),
        "document": _attribute(coded, "CODIF_DATA/TD_DOCUMENT_TYPE", "CODE"),
        "unknown": sorted({_local(e) for e in form if _local(e) not in _SECTIONS})
        if form is not None and re.match(r"F\d\d_20|MOVE", name) else [],
    }
    uris = _at(data, "URI_LIST")
    for uri in _kids(uris, "URI_DOC"):
        if not notice.get("url") or uri.get("LG", "").lower() == notice["language"]:
            notice["url"] = _text(uri)
    if form is None:
        return notice
    if re.match(r"F\d\d_20|MOVE", name):
        notice |= _new_form(form, number)
    else:
        notice |= _old_form(form)
    if not notice.get("authority_type"):
        notice["authority_type"] = notice["authority"]
    notice["role"] = _role(number, notice.pop("type", ""), notice["document"])
    return notice


_SECTIONS = frozenset((
    "LEGAL_BASIS", "LEGAL_BASIS_OTHER", "NOTICE", "CONTRACTING_BODY", "OBJECT_CONTRACT", "LEFTI",
    "PROCEDURE", "AWARD_CONTRACT", "COMPLEMENTARY_INFO", "MODIFICATIONS_CONTRACT", "RESULTS",
    "CHANGES", "DIRECTIVE", "",
))


def _number(name: str, form: Element | None) -> str:
    match = re.match(r"F(\d\d)_", name)
    if match:
        return match[1]
    stated = (form.get("FORM") or "") if form is not None else ""
    if stated:
        return stated.zfill(2)
    if name.startswith(("RESULT_DESIGN", "ADDITIONAL_INFORMATION", "BUYER_PROFILE")):
        return "00"
    return next((number for start, number in _OLD if name.startswith(start)), "00")


def _role(number: str, stated: str, document: str) -> str:
    """Whether a notice tells of an award, of its modification, of a call, or of neither."""
    if number == "20" or document == "K":
        return "modification"
    if stated:
        return ("award" if "AWARD_CONTRACT" in stated
                else "call" if stated in ("CONTRACT", "CONCESSION_CONTRACT", "PRI_CALL_COMPETITION",
                                          "PER_CALL_COMPETITION", "QSU_CALL_COMPETITION")
                else "")
    if number in _AWARDS:
        return "award" if document in ("", "7", "J", "V", "9", "Z", "T") else ""
    return "call" if number in _CALLS else ""


def _new_form(form: Element, number: str) -> dict[str, Any]:
    body, subject = _at(form, "CONTRACTING_BODY"), _at(form, "OBJECT_CONTRACT")
    procedure = _at(form, "PROCEDURE")
    notice: dict[str, Any] = {
        "type": _attribute(form, "NOTICE", "TYPE"),
        "title": _text(_at(subject, "TITLE")),
        "reference": _text(_at(subject, "REFERENCE_NUMBER")),
        "cpv": _attribute(subject, "CPV_MAIN/CPV_CODE", "CODE"),
        "authority_type": _attribute(body, "CA_TYPE", "VALUE"),
        "utility": "true" if _at(body, "CE_ACTIVITY") is not None else "",
        "framework": "true" if _at(procedure, "FRAMEWORK") is not None else "",
        "earlier": _text(_at(procedure, "NOTICE_NUMBER_OJ")),
        "buyers": [
            _address(one) for one in [
                *_kids(body, "ADDRESS_CONTRACTING_BODY"),
                *_kids(body, "ADDRESS_CONTRACTING_BODY_ADDITIONAL"),
            ]
        ],
        "lots": {}, "total": _shown(_at(subject, "VAL_TOTAL")),
    }
    for lot in _kids(subject, "OBJECT_DESCR"):
        if key := _text(_at(lot, "LOT_NO")):
            notice["lots"][key] = _text(_at(lot, "TITLE"))
    notice["awards"] = [_award(one) for one in _kids(form, "AWARD_CONTRACT")]
    changes = _at(form, "MODIFICATIONS_CONTRACT")
    if changes is not None:
        before, after = _all(changes, "VAL_TOTAL_BEFORE"), _all(changes, "VAL_TOTAL_AFTER")
        lots = [lot for a in notice["awards"] if (lot := a["lot"])] or list(notice["lots"])
        for award in notice["awards"]:
            award["lot"] = award["lot"] or (lots[0] if len(lots) == 1 else "")
        notice["before"] = _money(before[0] if before else None)
        notice["after"] = _money(after[0] if after else None)
        notice["changed"] = [
            _address(a) for a in _all(changes, "ADDRESS_CONTRACTOR") if _published(a)
        ]
    return notice


def _award(one: Element) -> dict[str, Any]:
    awarded = _at(one, "AWARDED_CONTRACT")
    contractors = [a for a in _all(awarded, "ADDRESS_CONTRACTOR") if _published(a)]
    values = _at(awarded, "VALUES")
    if values is None:
        values = _at(awarded, "VALUE")
    if values is None:
        values = awarded
    withheld = values is not None and values.get("PUBLICATION", "YES").upper() == "NO"
    low, high = _first(values, "LOW"), _first(values, "HIGH")
    spread = next(iter(_all(values, "VAL_RANGE_TOTAL")), None)
    return {
        "item": clean(one.get("ITEM") or ""), "contract": _text(_at(one, "CONTRACT_NO")),
        "lot": _text(_at(one, "LOT_NO")), "title": _text(_at(one, "TITLE")),
        "awarded": "true" if awarded is not None else "",
        "date": _text(_at(awarded, "DATE_CONCLUSION_CONTRACT")),
        "sellers": [_address(a) for a in contractors],
        "hidden": str(len(_all(awarded, "ADDRESS_CONTRACTOR")) - len(contractors) or ""),
        "money": {} if withheld else _money(_at(values, "VAL_TOTAL")),
        "range": [] if withheld or spread is None else [low, high, spread.get("CURRENCY", "")],
        "subcontracted": _subcontracting(
            _at(awarded, "LIKELY_SUBCONTRACTED") is not None,
            _text(_at(awarded, "PCT_SUBCONTRACTING")), _money(_at(awarded, "VAL_SUBCONTRACTING")),
        ),
    }


def _published(element: Element) -> bool:
    """Whether the notice allows what stands here to be published."""
    at: Element | None = element
    while at is not None and _local(at) not in ("AWARD_CONTRACT", "MODIFICATIONS_CONTRACT"):
        if (at.get("PUBLICATION") or "YES").upper() == "NO":
            return False
        at = at.getparent()
    return True


def _subcontracting(likely: bool, share: str, money: dict[str, str]) -> str:
    if not likely:
        return ""
    parts = []
    if share:
        parts.append(f"{share} %")
    if money.get("amount"):
        parts.append(f"{money['amount']} {money.get('currency', '')}".strip())
    return "Subcontracting is likely" + (f" ({', '.join(parts)})" if parts else "") + "."


def _money(element: Element | None) -> dict[str, str]:
    if element is None:
        return {}
    text = element.get("FMTVAL") or "".join(str(t) for t in element.itertext())
    return {"amount": "".join(text.split()), "currency": element.get("CURRENCY") or ""}


def _shown(element: Element | None) -> dict[str, str]:
    """An amount, unless it is not for publication."""
    if element is None or (element.get("PUBLICATION") or "YES").upper() == "NO":
        return {}
    return _money(element)


def _address(element: Element) -> dict[str, str]:
    return {
        "name": _first(element, "OFFICIALNAME") or _text(_at(element, "ORGANISATION")),
        "id": _first(element, "NATIONALID"),
        "country": next(
            (clean(c.get("VALUE") or "") for c in _all(element, "COUNTRY") if c.get("VALUE")), ""
        ),
        "town": _first(element, "TOWN"),
    }


def _old_form(form: Element) -> dict[str, Any]:
    """A form of R2.0.8, where each kind of notice has element names of its own."""
    buyers = _all(form, "CA_CE_CONCESSIONAIRE_PROFILE")
    kind = next((e.get("VALUE", "") for e in _all(form, "TYPE_OF_CONTRACTING_AUTHORITY")), "")
    cpv = next((e for e in _all(form, "CPV_MAIN")), None)
    notice: dict[str, Any] = {
        "title": _first(form, "TITLE_CONTRACT"),
        "reference": _first(form, "FILE_REFERENCE_NUMBER"),
        "cpv": _attribute(cpv, "CPV_CODE", "CODE"),
        "authority_type": kind,
        "utility": "true" if "UTILITIES" in _local(form) else "",
        "framework": "true" if _all(form, "CONCLUSION_FRAMEWORK_AGREEMENT")
        or _all(form, "FRAMEWORK_AGREEMENT") else "",
        "earlier": _first(form, "NOTICE_NUMBER_OJ"),
        "buyers": [_address(b) for b in buyers[:1]],
        "lots": {}, "awards": [],
    }
    operators = [
        e for e in form.iter()
        if _local(e) in ("ECONOMIC_OPERATOR_NAME_ADDRESS", "ECONOMIC_OPERATOR_NAME_ADDRESS_F06")
    ]
    blocks = list(dict.fromkeys(
        [e for e in form.iter() if re.match(
            r"AWARD_OF_CONTRACT|AWARD_AND_CONTRACT_VALUE|AWARDED_CONTRACT", _local(e))]
    ))
    for number, block in enumerate(blocks, 1):
        mine = [o for o in operators if any(a is block for a in o.iterancestors())]
        date = next(iter(_all(block, "CONTRACT_AWARD_DATE")), None)
        price = next((
            e for e in _all(block, "COSTS_RANGE_AND_CURRENCY_WITH_VAT_RATE")
            if _local_parent(e) != "INITIAL_ESTIMATED_TOTAL_VALUE_CONTRACT"
        ), None)
        money = _money(next(iter(_all(price, "VALUE_COST")), None))
        spread = next(iter(_all(price, "RANGE_VALUE_COST")), None)
        currency = price.get("CURRENCY", "") if price is not None else ""
        if money:
            money["currency"] = currency
        likely = bool(_all(block, "CONTRACT_LIKELY_SUB_CONTRACTED"))
        notice["awards"].append({
            "item": clean(block.get("ITEM") or "") or str(number),
            "contract": _first(block, "CONTRACT_NUMBER"), "lot": _first(block, "LOT_NUMBER"),
            "title": _first(block, "CONTRACT_TITLE", "TITLE_CONTRACT"),
            "awarded": "true" if mine else "",
            "date": "-".join((
                _first(date, "YEAR"), _first(date, "MONTH").zfill(2), _first(date, "DAY").zfill(2),
            )) if date is not None else "",
            "sellers": [_address(o) for o in mine], "hidden": "",
            "money": money,
            "range": [] if spread is None else [
                _formatted(spread, "LOW_VALUE"), _formatted(spread, "HIGH_VALUE"), currency,
            ],
            "subcontracted": _subcontracting(
                likely, _first(block, "EXCLUDING_VAT_PRCT", "PERCENTAGE") if likely else "", {}
            ),
        })
    return notice


def _local_parent(element: Element) -> str:
    parent = element.getparent()
    return _local(parent) if parent is not None else ""


def _formatted(element: Element, name: str) -> str:
    found = next(iter(_all(element, name)), None)
    return "" if found is None else _money(found)["amount"]


def _compact(text: str) -> str:
    """20200102 as 2020-01-02."""
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if re.fullmatch(r"\d{8}", text) else ""


# eForms -------------------------------------------------------------------------------------

_LEGAL = {
    "cga": "government", "ra": "government", "la": "local-government", "body-pl": "public-body",
    "body-pl-cga": "public-body", "body-pl-la": "public-body", "body-pl-ra": "public-body",
    "eu-ins-bod-ag": "international-organisation", "int-org": "international-organisation",
    "def-cont": "public-body", "rl-aut": "local-government", "eu-int-bod-ag":
    "international-organisation",
}
"""Kinds of public bodies by the buyer's legal type."""
_NOT_PUBLIC = {"org-sub", "org-sub-cga", "org-sub-la", "org-sub-ra", "spec-rights-entity"}
"""Buyers that are no public bodies: subsidised organisations, and those with special rights."""


def _eforms(root: Element) -> dict[str, Any]:
    code = _at(root, "NoticeTypeCode")
    listed = (code.get("listName") or "") if code is not None else ""
    kind = _text(code)
    language = _text(_at(root, "NoticeLanguageCode"))
    extension = next(iter(_all(root, "EformsExtension")), None)
    publication = _at(extension, "Publication")
    organisations = _organisations(extension, language)
    project = _at(root, "ProcurementProject")
    legal, buyers, agents = "", [], []
    for party in _kids(root, "ContractingParty"):
        for one in _all(party, "PartyTypeCode"):
            if "legal" in (one.get("listName") or ""):
                legal = legal or _text(one)
        for key in [_text(e) for e in _kids(_at(party, "Party/PartyIdentification"), "ID")]:
            buyers.append(organisations.get(key, {"name": "", "key": key}))
        for service in _all(party, "ServiceProviderParty"):
            if _first(service, "ServiceTypeCode") == "serv-prov":
                key = _first(service, "ID")
                agents.append(organisations.get(key, {"name": "", "key": key}))
    if (kind.startswith(("can", "veat")) and "desg" not in kind) or kind == "compl":
        role = "modification" if "modif" in kind else "award"
    elif kind.startswith(("cn", "pin-cfc", "subco", "qu-sy")) and "desg" not in kind:
        role = "call"
    else:
        role = ""
    if _local(root) != "ContractAwardNotice" and role in ("award", "modification"):
        role = ""
    lots: dict[str, str] = {}
    frameworks = set()
    for lot in _kids(root, "ProcurementProjectLot"):
        key = _text(_at(lot, "ID"))
        lots[key] = _in(_kids(_at(lot, "ProcurementProject"), "Name"), language)
        for system in _all(lot, "ContractingSystemTypeCode"):
            if system.get("listName") == "framework-agreement" and _text(system).startswith("fa-"):
                frameworks.add(key)
    procedure = _text(_at(root, "ContractFolderID"))
    changes = _at(extension, "Changes")
    if changes is None:
        changes = _at(extension, "ContractModification")
    native = _text(_at(publication, "NoticePublicationID"))
    uuid, version = _text(_at(root, "ID")), _text(_at(root, "VersionID"))
    return {
        "doc": native or (f"{uuid}-{version}" if uuid and version else uuid), "number": kind,
        "published": day(_text(_at(publication, "PublicationDate"))[:10])
        or day(_text(_at(root, "IssueDate"))[:10]),
        "oj": native, "language": _LANGUAGES.get(language, ""),
        "url": "", "authority_type": legal, "document": listed,
        "title": _in(_kids(project, "Name"), language),
        "reference": procedure, "procedure": procedure if _UUID.fullmatch(procedure) else "",
        "earlier": _first(changes, "ChangedNoticeIdentifier"),
        "corrected": "true" if role != "modification" and changes is not None else "",
        "withdrawn": "true" if role != "modification" and "cancel" in [
            _text(c) for c in _all(changes, "ReasonCode")] else "",
        "cpv": _text(_at(project, "MainCommodityClassification/ItemClassificationCode")),
        "buyers": buyers, "agents": agents, "lots": lots, "role": role,
        "awards": _results(extension, organisations, root, frameworks, role == "modification"),
        "total": _payable(_at(extension, "NoticeResult"), "TotalAmount"),
        "eforms": "true", "veat": "true" if kind.startswith("veat") else "",
    }


_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I)
_LANGUAGES = {
    "BUL": "bg", "CES": "cs", "DAN": "da", "DEU": "de", "ELL": "el", "ENG": "en", "SPA": "es",
    "EST": "et", "FIN": "fi", "FRA": "fr", "GLE": "ga", "HRV": "hr", "HUN": "hu", "ITA": "it",
    "LIT": "lt", "LAV": "lv", "MLT": "mt", "NLD": "nl", "POL": "pl", "POR": "pt", "RON": "ro",
    "SLK": "sk", "SLV": "sl", "SWE": "sv", "NOR": "no", "ISL": "is",
}


def _in(elements: list[Element], language: str) -> str:
    """The text in the language of the notice; the first where none is in it."""
    for one in elements:
        if one.get("languageID") == language:
            return _text(one)
    return _text(elements[0]) if elements else ""


def _organisations(extension: Element | None, language: str) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for one in _kids(_at(extension, "Organizations"), "Organization"):
        for company in _kids(one, "Company"):
            key = _text(_at(company, "PartyIdentification/ID"))
            legal = _at(company, "PartyLegalEntity/CompanyID")
            person = _text(_at(one, "NaturalPersonIndicator")).lower() in ("true", "1") or (
                _text(_at(company, "NaturalPersonIndicator")).lower() in ("true", "1")
            )
            found[key] = {
                "key": key,
                "name": _in([
                    name for each in _kids(company, "PartyName")
                    for name in _kids(each, "Name")
                ], language),
                "id": _text(legal),
                "scheme": (legal.get("schemeID") or legal.get("schemeName") or "")
                if legal is not None else "",
                "country": _text(_at(company, "PostalAddress/Country/IdentificationCode")),
                "town": _text(_at(company, "PostalAddress/CityName")),
                "person": "true" if person else "",
            }
            for point in _kids(one, "TouchPoint"):
                # A department or an address of the organisation, by which a notice may name it.
                found[_text(_at(point, "PartyIdentification/ID"))] = found[key]
    return found


def _results(
    extension: Element | None, organisations: dict[str, dict[str, str]], root: Element,
    frameworks: set[str], modified: bool,
) -> list[dict[str, Any]]:
    """What became of each lot: one award for each contract, or that there is none.

    A modification tells of a contract that exists: it does not say again that there was a winner.
    """
    result = _at(extension, "NoticeResult")
    by_id = {
        name: {_text(_at(e, "ID")): e for e in _kids(result, name)}
        for name in ("LotTender", "SettledContract", "TenderingParty")
    }
    decided = day(_text(_at(root, "TenderResult/AwardDate"))[:10])
    awards: list[dict[str, Any]] = []
    for lot in _kids(result, "LotResult"):
        key = _text(_at(lot, "TenderLot/ID"))
        won = _text(_at(lot, "TenderResultCode")) in ("selec-w", *([""] if modified else []))
        tenders = [_text(_at(t, "ID")) for t in _kids(lot, "LotTender")]
        contracts = [_text(_at(c, "ID")) for c in _kids(lot, "SettledContract")]
        base: dict[str, Any] = {
            "item": key, "lot": key, "framework": "true" if key in frameworks else "",
            "hidden": "", "range": [],
        }
        if not won:
            awards.append({**base, "awarded": "", "sellers": [], "status": _text(
                _at(lot, "TenderResultCode"))})
            continue
        settled = []
        for id_ in contracts:
            contract = by_id["SettledContract"].get(id_)
            named = [_text(_at(t, "ID")) for t in _kids(contract, "LotTender")]
            mine = [t for t in named if t in tenders or _lot_of(by_id, t) == key]
            settled.append((id_, contract, mine))
        if not any(mine for _, _, mine in settled):
            ranked = [t for t in tenders if _first(by_id["LotTender"].get(t), "RankCode") == "1"]
            chosen = ranked or (tenders if len(tenders) == 1 else [])
            settled = [(contracts[0] if len(contracts) == 1 else "",
                        by_id["SettledContract"].get(contracts[0]) if len(contracts) == 1 else None,
                        chosen)]
        winners = {t for _, _, mine in settled for t in mine}
        losing = [p for t in tenders if t not in winners for p in _team(by_id, t, organisations)]
        for id_, contract, mine in settled:
            money = [m for t in mine if (m := _payable(by_id["LotTender"].get(t)))]
            price = money[0] if len(money) == 1 else {}
            date = day(_text(_at(contract, "AwardDate"))[:10]) or day(
                _text(_at(contract, "IssueDate"))[:10])
            awards.append({
                **base, "contract": _first(_at(contract, "ContractReference"), "ID") or id_,
                "lasting": _first(_at(contract, "ContractReference"), "ID"),
                "title": _in(_kids(contract, "Title"), ""), "awarded": "true",
                "date": date or ("" if decided.startswith("2000-01-01") else decided),
                "sellers": [p for t in mine for p in _team(by_id, t, organisations)],
                "bidders": losing, "money": {} if modified else price,
                "after": price if modified else {},
                "subcontracted": " ".join(dict.fromkeys(
                    s for t in mine if (s := _subcontract(by_id["LotTender"].get(t))))),
                "framework": "true" if key in frameworks or _first(
                    contract, "ContractFrameworkIndicator") == "true" else "",
            })
    return awards


def _lot_of(by_id: dict[str, dict[str, Element]], tender: str) -> str:
    return _text(_at(by_id["LotTender"].get(tender), "TenderLot/ID"))


def _team(
    by_id: dict[str, dict[str, Element]], tender: str, organisations: dict[str, dict[str, str]]
) -> list[dict[str, str]]:
    """The tenderers of a tender, without those to whom they would subcontract."""
    keys = [_text(_at(e, "ID")) for e in _kids(by_id["LotTender"].get(tender), "TenderingParty")]
    return [
        organisations.get(key, {"name": "", "key": key})
        for party in keys
        for key in [_text(_at(t, "ID")) for t in _kids(by_id["TenderingParty"].get(party),
                                                      "Tenderer")]
    ]


def _payable(
    tender: Element | None, path: str = "LegalMonetaryTotal/PayableAmount"
) -> dict[str, str]:
    found = _at(tender, path)
    if found is None:
        return {}
    return {"amount": _text(found), "currency": found.get("currencyID") or ""}


def _subcontract(tender: Element | None) -> str:
    terms = _at(tender, "SubcontractingTerm")
    money = _at(terms, "TermAmount")
    return _subcontracting(
        _text(_at(terms, "TermCode")) == "yes", _text(_at(terms, "TermPercent")),
        {"amount": _text(money), "currency": money.get("currencyID") or ""}
        if money is not None else {},
    )


# Claims -------------------------------------------------------------------------------------


def claims(record: Record) -> Iterator[Claim]:
    """The claims of one notice: its source, and what was awarded or asked for."""
    if record.kind == "broken":
        raise record.error(record.take("why"), "fetch the notice again")
    fields = record._fields
    notice = {name: fields.get(name) for name in fields}
    record.ignore_all()
    for name in notice.get("unknown") or []:
        record._fields[f"section {name}"] = "not read"
    doc = _doc(str(notice.get("doc") or ""))
    if not doc:
        raise record.error("a notice without a number", "fetch the notice again")
    yield from _Notice(record, notice, doc).claims()


def _doc(text: str) -> str:
    """The number of a notice as TED writes it now: 000053-2020 and 2020/S 1-53 are 53-2020."""
    text = clean(text)
    if match := re.fullmatch(r"0*(\d+)-(\d{4})", text):
        return f"{match[1]}-{match[2]}"
    match = re.fullmatch(r"(\d{4})\s?/\s?S\s?\d+\s?-\s?0*(\d+)", text)
    return f"{match[2]}-{match[1]}" if match else text


class _Notice:
    def __init__(self, record: Record, notice: dict[str, Any], doc: str) -> None:
        self.record, self.notice, self.doc = record, notice, doc
        self.source = make_id("ted", doc)
        self.used: dict[str, Party] = {}
        self.about = doc
        """What a transaction's id begins with: the procedure of eForms; else the notice of the
        award. By it a later notice of the same award speaks of the same transaction."""

    def claims(self) -> Iterator[Claim]:
        """The source; then parties and transactions."""
        notice, record = self.notice, self.record
        title = notice.get("title") or ""
        number = notice.get("number") or ""
        what = _NAMES.get(number) or ("Notice" if number.isdigit() or not number else
                                      f"Notice {number}")
        official = re.fullmatch(r"\d+-\d{4}", self.doc)
        url = notice.get("url") or (
            f"https://ted.europa.eu/en/notice/-/detail/{self.doc}" if official else "")
        yield from source_claims(
            self.source, title=f"{what}, {notice.get('oj') or self.doc}",
            basis="procurement-record", publisher=_PUBLISHER,
            publisher_name="Publications Office of the European Union",
            publisher_kind="international-organisation", publisher_class="PublicBody",
            date=_valid(notice.get("published") or ""),
            url=url if re.fullmatch(r"https?://[^\s/]+\S*", url) else "",
            language=notice["language"] if re.fullmatch(
                "[a-z]{2}", notice.get("language") or "") else "",
            reference=notice.get("oj") or self.doc, licence=_LICENCE,
            file=notice.get("file") or "",
        )
        for _ in range(int(notice.get("translations") or 0)):
            record.omit("translation of a notice")
        if notice.get("second"):
            record.omit("second original language of a notice")
        role = notice.get("role") or ""
        earlier = _doc(notice.get("earlier") or "")
        if not role:
            record.omit("corrigendum, which says in words what it changes" if number == "14" else
                        f"notice that neither awards nor calls for tenders (form {number})")
            return
        if notice.get("withdrawn"):
            record.omit("notice that takes an earlier one back")
            return
        if role == "modification" and not (notice.get("procedure") or earlier):
            # Its contract would stand as a second sale beside that of the award notice.
            record.omit("modification of a contract whose award notice is not named")
            return
        self.about = notice.get("procedure") or (earlier if role == "modification" else self.doc)
        buyers = self._buyers()
        agents = [p for a in notice.get("agents") or [] if (p := self._party(a, False))]
        out: list[Claim] = []
        if role == "call":
            out += self._call(title, buyers, agents)
        else:
            out += self._awards(role, title, buyers, agents)
        place = Cited(source=self.source, locator=f"notice {notice.get('oj') or self.doc}")
        for party in self.used.values():
            yield from party.claims(place)
        yield from out

    # Parties --------------------------------------------------------------------------------

    def _buyers(self) -> list[Party]:
        notice = self.notice
        kind = str(notice.get("authority_type") or "")
        found = []
        for raw in notice.get("buyers") or []:
            if raw.get("person"):
                self.record.omit("natural person")
                continue
            utility = kind in ("4", "spec-rights-entity") or kind.startswith("pub-undert") or (
                notice.get("utility"))
            company = kind in _NOT_PUBLIC or bool(utility and has_form(raw.get("name") or ""))
            party = self._party(raw, not company, _LEGAL.get(kind) or _TYPES.get(kind) or "")
            if party is not None:
                found.append(party)
        if len(notice.get("buyers") or []) > 1 or not found:
            # The type is stated once, for the first of several buyers.
            found = [p if i == 0 else _general(p) for i, p in enumerate(found)]
        for party in found:
            self.used[party.id] = party
        return found

    def _party(self, raw: dict[str, str], public: bool, kind: str = "") -> Party | None:
        name = clean(raw.get("name") or "")
        place = country(raw.get("country") or "")
        number = clean(raw.get("id") or "")
        if raw.get("person") or (not public and is_person(name, place, number)):
            self.record.omit("natural person")
            return None
        if not name or name.lower() in ("unpublished", "n/a", "-"):
            self.record.omit("organisation without a name")
            return None
        scheme, plain = _register(place, number, raw.get("scheme") or "")
        if number and not plain:
            self.record.omit("national number whose register is not stated")
        found = [(scheme, plain)] if plain else []
        # A number alone does not make two one: it is often the buyer's own, or mistyped.
        words = re.sub(r"[\W_]+", " ", name.casefold()).strip()
        where = "" if plain or not public else (raw.get("town") or "").casefold()
        id_ = make_id("ted-body" if public else "ted-party", place, plain, words, where)
        return Party(
            id=id_, name=name, public=public, kind=kind or "public-body", country=place,
            numbers=numbers(self.record, found),
        )

    # Transactions ---------------------------------------------------------------------------

    def _call(self, title: str, buyers: list[Party], agents: list[Party]) -> list[Claim]:
        notice = self.notice
        cited = Cited(source=self.source, locator=f"notice {notice.get('oj') or self.doc}",
                      said=_valid(notice.get("published") or ""))
        id_ = make_id("ted", self.about, "tender")
        out = [cited.node(
            "Transaction", id_, title=title or f"Notice {self.doc}", kind="tender",
            date=_valid(notice.get("published") or ""),
            reference=notice.get("reference") or self.doc,
            description=self._described([self._corrects()]),
        )]
        return out + self._roles(cited, id_, buyers, agents)

    def _roles(
        self, cited: Cited, id_: str, buyers: list[Party], agents: list[Party]
    ) -> list[Claim]:
        out = [cited.edge("BUYER", id_, p.id) for p in buyers]
        for agent in agents:
            if agent.id not in [b.id for b in buyers]:
                self.used[agent.id] = agent
                out.append(cited.edge("AGENT", id_, agent.id))
        return out

    def _awards(
        self, role: str, title: str, buyers: list[Party], agents: list[Party]
    ) -> list[Claim]:
        notice, record = self.notice, self.record
        awards = notice.get("awards") or []
        out: list[Claim] = []
        seen: dict[str, int] = {}
        counted = Counter(_lot(a) for a in awards if a.get("awarded"))
        for award in awards:
            if not award.get("awarded"):
                record.omit("lot that was not awarded")
                continue
            for _ in range(int(award.get("hidden") or 0)):
                record.omit("contractor that is not for publication")
            sellers = self._several(award.get("sellers") or [])
            if role == "modification":
                sellers += [p for p in self._several(notice.get("changed") or [])
                            if p.id not in [s.id for s in sellers]]
            if not sellers:
                record.omit("award without a contractor that may be named")
                continue
            out += self._one(role, award, title, buyers, agents, sellers, seen, counted)
        if not awards:
            record.omit("award notice without an award")
        return out

    def _several(self, raws: list[dict[str, str]]) -> list[Party]:
        found = {p.id: p for raw in raws if (p := self._party(raw, False))}
        return list(found.values())

    def _one(
        self, role: str, award: dict[str, Any], title: str, buyers: list[Party],
        agents: list[Party], sellers: list[Party], seen: dict[str, int], counted: Counter[str],
    ) -> list[Claim]:
        notice, record = self.notice, self.record
        lot, contract = award.get("lot") or "", award.get("contract") or ""
        # CON-0001 is a contract's name within one notice only; the contract's own number lasts.
        numbered = counted[_lot(award)] > 1 or (notice.get("procedure") and award.get("lasting"))
        key = f"lot-{_lot(award)}" + (f"-{contract}" if contract and numbered else "")
        seen[key] = seen.get(key, 0) + 1
        id_ = make_id("ted", self.about, key, f"again-{seen[key]}" if seen[key] > 1 else "")
        where = [f"notice {notice.get('oj') or self.doc}"]
        if lot:
            where.append(f"lot {lot}")
        if contract:
            where.append(f"contract {contract}")
        if not lot and not contract:
            where.append(f"award {award.get('item') or '1'}")
        cited = Cited(source=self.source, locator=", ".join(where),
                      said=_valid(notice.get("published") or ""))
        lots: dict[str, str] = notice.get("lots") or {}
        heading = award.get("title") or (lots.get(lot, "") if len(lots) > 1 else "") or title
        money = award.get("money") or {}
        more = [award.get("subcontracted") or ""]
        if spread := [v for v in award.get("range") or [] if v]:
            more.append(f"Value between {spread[0]} and {' '.join(spread[1:])}.")
        if len(sellers) > 1:
            more.append(f"Awarded to {len(sellers)} organisations.")
        if notice.get("number") == "15" or notice.get("veat"):
            more.append("Ex ante notice: the contract was decided on and, as far as the notice "
                        "says, not signed yet.")
        if role == "modification":
            more.append(self._changes(award.get("after") or {}))
        more.append(self._corrects())
        framework = award.get("framework") or notice.get("framework")
        price = amount(record, money.get("amount") or "", money.get("currency") or "")
        total = notice.get("total") or {}
        if not price and not award.get("range") and role == "award" and counted.total() == 1 and (
            price := amount(record, total.get("amount") or "", total.get("currency") or "")
        ):
            more.append("The value is that of the notice, which tells of one award only.")
        if not price and re.fullmatch("[A-Z]{3}", money.get("currency") or ""):
            # Kuna, lev and other currencies that are no more.
            more.append(f"Value {money['amount']} {money['currency']}.")
        out = [cited.node(
            "Transaction", id_, title=heading or f"Award of notice {self.doc}",
            kind="framework" if framework else "award", date=_valid(award.get("date") or ""),
            reference=notice.get("reference") or notice.get("oj") or self.doc,
            lot=lot, description=self._described(more),
            **price,
        )]
        out += self._roles(cited, id_, buyers, agents)
        for seller in sellers:
            self.used[seller.id] = seller
            out.append(cited.edge("SELLER", id_, seller.id))
        for bidder in self._several(award.get("bidders") or []):
            if bidder.id not in [s.id for s in sellers]:
                self.used[bidder.id] = bidder
                out.append(cited.edge("BIDDER", id_, bidder.id))
        return out

    def _changes(self, after: dict[str, str]) -> str:
        notice = self.notice
        told = [
            f"{money['amount']} {money['currency']} {when}"
            for money, when in ((notice.get("before") or {}, "before"),
                                (notice.get("after") or after, "after")) if money.get("amount")
        ]
        text = "The contract was modified" + (f": {', '.join(told)}" if told else "")
        earlier = notice.get("earlier")
        return text + (f"; its award was published in {earlier}." if earlier else ".")

    def _corrects(self) -> str:
        earlier = self.notice.get("earlier")
        return f"Corrects notice {earlier}." if self.notice.get("corrected") and earlier else ""

    def _described(self, more: list[str]) -> str:
        cpv = self.notice.get("cpv") or ""
        return " ".join(p for p in ([f"CPV {cpv}."] if cpv else []) + more if p)


def _lot(award: dict[str, Any]) -> str:
    """The lot as ids have it: 1 where a procurement is not divided, or so it seems."""
    lot = clean(award.get("lot") or "")
    if re.fullmatch(r"(?i)[-/.]*|n[/.]?a\.?|none|sans objet|nicht zutreffend|nie dotyczy", lot):
        return "1"
    return (lot.lstrip("0") or "1") if lot.isdigit() else lot


def _general(party: Party) -> Party:
    import msgspec

    return msgspec.structs.replace(party, kind="public-body")


def _valid(text: str) -> str:
    found = day(text)
    try:
        bounds(found)
    except ValueError:
        return ""
    # A notice from before the journal went online, or a year with a slip of the finger.
    return found if not found or "1980" <= found[:4] <= "2100" else ""


_REGISTERS = {
    "CZ": ("CZ-ICO", r"(?:CZ|IČO?:?|ICO:?)?(\d{8})"), "DK": ("DK-CVR", r"(?:DK|CVR:?)?(\d{8})"),
    "FI": ("FI-PRO", r"(?:FI)?(\d{7}-?\d)"), "NO": ("NO-BRC", r"(?:NO)?(\d{9})(?:MVA)?"),
    "SE": ("SE-BLV", r"(?:SE)?(?:16)?(\d{6}-?\d{4})(?:01)?"), "SK": ("SK-ORSR", r"(\d{8})"),
    "LV": ("LV-RE", r"(?:LV)?([459]\d{10})"), "LT": ("LT-RC", r"(\d{9})"),
    "EE": ("EE-RIK", r"(\d{8})"), "FR": ("FR-SIRENE", r"(\d{9})(?:\d{5})?"),
    "BE": ("BE-BCE-KBO", r"(?:BE)?([01]\d{9})"), "NL": ("NL-KVK", r"(\d{8})"),
    "PT": ("PT-NIPC", r"(?:PT)?([5-9]\d{8})"), "HR": ("HR-OIB", r"(?:HR)?(\d{11})"),
    "RO": ("RO-CUI", r"(?:RO)?(\d{6,10})"), "BG": ("BG-EIK", r"(?:BG)?(\d{9})"),
    "SI": ("SI-AJPES", r"(\d{10})"), "ES": ("ES-NIF", r"(?:ES)?([A-HJNP-SUVW]\d{7}[0-9A-J])"),
    "AT": ("AT-FB", r"(?:FN)?(\d{5,6}[a-zA-Z])"), "IT": ("IT-PI", r"(?:IT)?(\d{11})"),
    "PL": ("PL-NIP", r"(?:PL|NIP:?)?(\d{10})"), "HU": ("HU-AFA", r"(?:HU)?(\d{8})(?:\d{3})?"),
}
"""What a national number of this form is in a country, and the code of its list."""


def _register(place: str, number: str, scheme: str) -> tuple[str, str]:
    """List code and plain number; both empty where the number could be of several registers."""
    if re.fullmatch(r"(?i)lei|0199", scheme):
        return "LEI", number
    entry = _REGISTERS.get(place)
    if entry is None:
        return "", ""
    match = re.fullmatch(entry[1], re.sub(r"[\s.]|(?<=\d)-(?=\d)", "", number).upper())
    if match is None or len(set(match[1])) < 3 or match[1] in ("12345678", "123456789"):
        return "", ""
    return entry[0], match[1]


loader = Loader(
    name="eu-notices", title="EU procurement notices: TED XML R2.0.8, R2.0.9 and eForms",
    sniff=sniff, read=read, claims=claims,
)
