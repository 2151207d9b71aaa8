"""EU notices: who was awarded which lot, in both notations, and that a call awards nothing."""

from __future__ import annotations

import contextlib
import io
import json
import re
import tarfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sousveil.errors import SourceError
from sousveil.graph import ClaimStore, assemble
from sousveil.loaders import LOADERS, find, load
from sousveil.loaders.eu_notices import loader
from tests.loaders.reading import Reading

REAL = (Path(__file__).parents[2].parent / "shared" / "data" / "ted-awards"
        / "ted-awards-dev.tar.xz")


def address(tag: str, name: str, country: str = "DE", number: str = "") -> str:
    return (f"<{tag}><OFFICIALNAME>{name}</OFFICIALNAME>"
            + (f"<NATIONALID>{number}</NATIONALID>" if number else "")
            + f'<TOWN>Town</TOWN><COUNTRY VALUE="{country}"/>'
            "<CONTACT_POINT>Anna Secret</CONTACT_POINT><PHONE>0301234567</PHONE></" + tag + ">")


def contract(
    *sellers: str, lot: str = "1", number: str = "C1", values: str = "", more: str = "",
    attributes: str = "",
) -> str:
    inner = "".join(f"<CONTRACTOR>{address('ADDRESS_CONTRACTOR', s)}</CONTRACTOR>" for s in sellers)
    values = values or '<VAL_TOTAL CURRENCY="EUR">1000.50</VAL_TOTAL>'
    return (f'<AWARD_CONTRACT ITEM="1"><CONTRACT_NO>{number}</CONTRACT_NO><LOT_NO>{lot}</LOT_NO>'
            "<AWARDED_CONTRACT><DATE_CONCLUSION_CONTRACT>2020-01-02</DATE_CONCLUSION_CONTRACT>"
            f"<CONTRACTORS{attributes}>{inner}</CONTRACTORS><VALUES>{values}</VALUES>{more}"
            "</AWARDED_CONTRACT></AWARD_CONTRACT>")


NONE = ('<AWARD_CONTRACT ITEM="2"><LOT_NO>2</LOT_NO><NO_AWARDED_CONTRACT>'
        "<PROCUREMENT_UNSUCCESSFUL/></NO_AWARDED_CONTRACT></AWARD_CONTRACT>")


def ted(
    *awards: str, form: str = "F03", notice: str = "", document: str = "7", more: str = "",
    category: str = "ORIGINAL", after: str = "",
) -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<TED_EXPORT xmlns="http://publications.europa.eu/resource/schema/ted/R2.0.9/publication"
 DOC_ID="000123-2020" EDITION="2020001"><CODED_DATA_SECTION>
<REF_OJS><COLL_OJ>S</COLL_OJ><NO_OJ>1</NO_OJ><DATE_PUB>20200304</DATE_PUB></REF_OJS>
<NOTICE_DATA><NO_DOC_OJS>2020/S 001-000123</NO_DOC_OJS><LG_ORIG>DE</LG_ORIG></NOTICE_DATA>
<CODIF_DATA><TD_DOCUMENT_TYPE CODE="{document}">x</TD_DOCUMENT_TYPE></CODIF_DATA>
</CODED_DATA_SECTION><FORM_SECTION><{form}_2014 CATEGORY="{category}" LG="DE">{notice}
<CONTRACTING_BODY>{address("ADDRESS_CONTRACTING_BODY", "Stadt Jena")}
<CA_TYPE VALUE="REGIONAL_AUTHORITY"/></CONTRACTING_BODY>
<OBJECT_CONTRACT><TITLE><P>Kameras</P></TITLE><REFERENCE_NUMBER>R-7</REFERENCE_NUMBER>
<CPV_MAIN><CPV_CODE CODE="32333200"/></CPV_MAIN>
<OBJECT_DESCR ITEM="1"><TITLE><P>Los eins</P></TITLE><LOT_NO>1</LOT_NO></OBJECT_DESCR>
<OBJECT_DESCR ITEM="2"><TITLE><P>Los zwei</P></TITLE><LOT_NO>2</LOT_NO></OBJECT_DESCR>
</OBJECT_CONTRACT><PROCEDURE>{more}</PROCEDURE>{"".join(awards)}</{form}_2014>{after}
</FORM_SECTION></TED_EXPORT>"""


OLD = """<TED_EXPORT DOC_ID="000009-2015"><CODED_DATA_SECTION>
<NOTICE_DATA><NO_DOC_OJS>2015/S 001-000009</NO_DOC_OJS></NOTICE_DATA></CODED_DATA_SECTION>
<FORM_SECTION><CONTRACT_AWARD CATEGORY="ORIGINAL" FORM="3" LG="EN"><FD_CONTRACT_AWARD>
<CONTRACTING_AUTHORITY_INFORMATION_CONTRACT_AWARD><NAME_ADDRESSES_CONTACT_CONTRACT_AWARD>
<CA_CE_CONCESSIONAIRE_PROFILE><ORGANISATION><OFFICIALNAME>Police of X</OFFICIALNAME></ORGANISATION>
<COUNTRY VALUE="UK"/><ATTENTION>Anna Secret</ATTENTION></CA_CE_CONCESSIONAIRE_PROFILE>
</NAME_ADDRESSES_CONTACT_CONTRACT_AWARD></CONTRACTING_AUTHORITY_INFORMATION_CONTRACT_AWARD>
<OBJECT_CONTRACT_INFORMATION_CONTRACT_AWARD_NOTICE><TITLE_CONTRACT><P>Cameras</P></TITLE_CONTRACT>
</OBJECT_CONTRACT_INFORMATION_CONTRACT_AWARD_NOTICE>
<AWARD_OF_CONTRACT ITEM="1"><CONTRACT_NUMBER>7</CONTRACT_NUMBER><LOT_NUMBER>3</LOT_NUMBER>
<CONTRACT_AWARD_DATE><DAY>5</DAY><MONTH>2</MONTH><YEAR>2015</YEAR></CONTRACT_AWARD_DATE>
<ECONOMIC_OPERATOR_NAME_ADDRESS><CONTACT_DATA_WITHOUT_RESPONSIBLE_NAME><ORGANISATION>
<OFFICIALNAME>Old Shop Ltd</OFFICIALNAME></ORGANISATION><COUNTRY VALUE="UK"/>
</CONTACT_DATA_WITHOUT_RESPONSIBLE_NAME></ECONOMIC_OPERATOR_NAME_ADDRESS>
<CONTRACT_VALUE_INFORMATION><INITIAL_ESTIMATED_TOTAL_VALUE_CONTRACT>
<COSTS_RANGE_AND_CURRENCY_WITH_VAT_RATE CURRENCY="GBP"><VALUE_COST FMTVAL="1.00">1</VALUE_COST>
</COSTS_RANGE_AND_CURRENCY_WITH_VAT_RATE></INITIAL_ESTIMATED_TOTAL_VALUE_CONTRACT>
<COSTS_RANGE_AND_CURRENCY_WITH_VAT_RATE CURRENCY="GBP">
<VALUE_COST FMTVAL="2378469.28">2 378 469,28</VALUE_COST>
</COSTS_RANGE_AND_CURRENCY_WITH_VAT_RATE></CONTRACT_VALUE_INFORMATION></AWARD_OF_CONTRACT>
<AWARD_OF_CONTRACT ITEM="2"><LOT_NUMBER>4</LOT_NUMBER></AWARD_OF_CONTRACT>
</FD_CONTRACT_AWARD></CONTRACT_AWARD></FORM_SECTION></TED_EXPORT>"""

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
EF = "http://data.europa.eu/p27/eforms-ubl-extension"


def organisation(number: int, name: str, person: str = "", code: str = "DEU") -> str:
    flag = f"<efbc:NaturalPersonIndicator>{person}</efbc:NaturalPersonIndicator>" if person else ""
    return (f"<efac:Organization>{flag}<efac:Company><cac:PartyIdentification>"
            f"<cbc:ID>ORG-{number:04}</cbc:ID></cac:PartyIdentification><cac:PartyName>"
            f'<cbc:Name languageID="ENG">English {name}</cbc:Name></cac:PartyName><cac:PartyName>'
            f'<cbc:Name languageID="DEU">{name}</cbc:Name></cac:PartyName><cac:PostalAddress>'
            f"<cac:Country><cbc:IdentificationCode>{code}</cbc:IdentificationCode></cac:Country>"
            "</cac:PostalAddress><cac:Contact><cbc:Name>Anna Secret</cbc:Name></cac:Contact>"
            "</efac:Company></efac:Organization>")


def tender(number: int, party: int, lot: str, amount: str = "5000") -> str:
    return (f"<efac:LotTender><cbc:ID>TEN-{number:04}</cbc:ID><cac:LegalMonetaryTotal>"
            f'<cbc:PayableAmount currencyID="EUR">{amount}</cbc:PayableAmount>'
            "</cac:LegalMonetaryTotal><efac:SubcontractingTerm><efbc:TermPercent>20"
            "</efbc:TermPercent><efbc:TermCode>yes</efbc:TermCode></efac:SubcontractingTerm>"
            f"<efac:TenderingParty><cbc:ID>TPA-{party:04}</cbc:ID></efac:TenderingParty>"
            f"<efac:TenderLot><cbc:ID>{lot}</cbc:ID></efac:TenderLot></efac:LotTender>")


def team(number: int, *members: int) -> str:
    inner = "".join(f"<efac:Tenderer><cbc:ID>ORG-{m:04}</cbc:ID></efac:Tenderer>" for m in members)
    return (f"<efac:TenderingParty><cbc:ID>TPA-{number:04}</cbc:ID>{inner}<efac:SubContractor>"
            "<cbc:ID>ORG-0008</cbc:ID></efac:SubContractor></efac:TenderingParty>")


def lot_result(lot: str, status: str, tenders: str, contract: str = "") -> str:
    inner = "".join(f"<efac:LotTender><cbc:ID>{t}</cbc:ID></efac:LotTender>"
                    for t in tenders.split())
    if contract:
        inner += f"<efac:SettledContract><cbc:ID>{contract}</cbc:ID></efac:SettledContract>"
    return (f"<efac:LotResult><cbc:TenderResultCode>{status}</cbc:TenderResultCode>{inner}"
            f"<efac:TenderLot><cbc:ID>{lot}</cbc:ID></efac:TenderLot></efac:LotResult>")


def settled(number: int, tender: str) -> str:
    return (f"<efac:SettledContract><cbc:ID>CON-{number:04}</cbc:ID>"
            "<cbc:IssueDate>2024-03-05+01:00</cbc:IssueDate>"
            f"<efac:LotTender><cbc:ID>{tender}</cbc:ID></efac:LotTender></efac:SettledContract>")


RESULT = (
    lot_result("LOT-0001", "selec-w", "TEN-0001 TEN-0002", "CON-0001")
    + lot_result("LOT-0002", "clos-nw", "") + lot_result("LOT-0003", "selec-w", "TEN-0003")
    + tender(1, 1, "LOT-0001") + tender(2, 2, "LOT-0001") + tender(3, 3, "LOT-0003", "-1")
    + settled(1, "TEN-0001") + team(1, 2, 3) + team(2, 4) + team(3, 5, 6)
)


def eforms(
    root: str = "ContractAwardNotice", kind: str = "can-standard", result: str = RESULT,
    folder: str = "F-1", changes: str = "", number: str = "00012345-2024",
) -> str:
    lots = "".join(
        f"<cac:ProcurementProjectLot><cbc:ID>LOT-{i:04}</cbc:ID><cac:ProcurementProject>"
        f"<cbc:Name>Los {i}</cbc:Name></cac:ProcurementProject></cac:ProcurementProjectLot>"
        for i in (1, 2, 3))
    return f"""<{root} xmlns="{UBL}{root}-2" xmlns:cac="{UBL}CommonAggregateComponents-2"
 xmlns:cbc="{UBL}CommonBasicComponents-2" xmlns:ext="{UBL}CommonExtensionComponents-2"
 xmlns:efac="{EF}-aggregate-components/1" xmlns:efbc="{EF}-basic-components/1"
 xmlns:efext="{EF}s/1"><ext:UBLExtensions><ext:UBLExtension><ext:ExtensionContent>
<efext:EformsExtension>{changes}<efac:NoticeResult>{result}</efac:NoticeResult><efac:Organizations>
{organisation(1, "Polizei Hessen")}{organisation(2, "Alpha GmbH")}{organisation(3, "Beta GmbH")}
{organisation(4, "Gamma GmbH")}{organisation(5, "Firma Secret", "true")}
{organisation(6, "Delta GmbH", "false", "AUT")}{organisation(8, "Sub GmbH")}
</efac:Organizations><efac:Publication>
<efbc:NoticePublicationID>{number}</efbc:NoticePublicationID>
<efbc:PublicationDate>2024-04-05+01:00</efbc:PublicationDate></efac:Publication>
</efext:EformsExtension></ext:ExtensionContent></ext:UBLExtension></ext:UBLExtensions>
<cbc:ID>65667997-031a-4198-bd25-7225449ef479</cbc:ID><cbc:ContractFolderID>{folder}</cbc:ContractFolderID>
<cbc:NoticeTypeCode listName="result">{kind}</cbc:NoticeTypeCode>
<cbc:NoticeLanguageCode>DEU</cbc:NoticeLanguageCode><cac:ContractingParty>
<cac:ContractingPartyType><cbc:PartyTypeCode listName="buyer-legal-type">ra</cbc:PartyTypeCode>
</cac:ContractingPartyType><cac:Party><cac:PartyIdentification><cbc:ID>ORG-0001</cbc:ID>
</cac:PartyIdentification></cac:Party></cac:ContractingParty><cac:ProcurementProject>
<cbc:Name languageID="DEU">Kameras</cbc:Name></cac:ProcurementProject>{lots}
<cac:TenderResult><cbc:AwardDate>2000-01-01Z</cbc:AwardDate></cac:TenderResult></{root}>"""


class Result(Reading):
    loader = loader


@pytest.fixture
def run(tmp_path: Path) -> Any:
    def go(text: str | bytes, name: str = "n.xml") -> Result:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        assert find(path, LOADERS).name == "eu-notices"
        return Result(path)

    return go


def names(one: dict[str, Any], role: str) -> list[str]:
    return [p["name"] for p in one["roles"].get(role, [])]


def test_an_awarded_lot_is_a_transaction(run: Any) -> None:
    found = run(ted(contract("Alpha GmbH"), NONE))
    one = found.one("Transaction")
    assert (one["kind"], one["date"], one["title"], one["lots"], one["reference"]) == (
        "award", "2020-01-02", "Los eins", ["1"], "R-7")
    assert one["amount"] == {"value": 1000.5, "currency": "EUR"}
    assert one["description"] == "CPV 32333200."
    assert (names(one, "BUYER"), names(one, "SELLER")) == (["Stadt Jena"], ["Alpha GmbH"])
    assert found.omitted == {"lot that was not awarded": 1}
    body, city = found.of("PublicBody")
    assert body["id"] == "eu-publications-office"
    assert (city["kind"], city["country"]) == ("local-government", "DE")
    (source,) = found.of("Source")
    assert (source["date"], source["reference"], source["language"]) == (
        "2020-03-04", "2020/S 001-000123", "de")
    assert source["id"] == "ted-123-2020"


def test_members_of_a_group_sell_their_lot_only(run: Any) -> None:
    found = run(ted(contract("Alpha GmbH", "Beta AG"), contract("Gamma GmbH", lot="2")))
    assert [names(t, "SELLER") for t in found.of("Transaction")] == [
        ["Alpha GmbH", "Beta AG"], ["Gamma GmbH"]]


def test_subcontracting_ranges_and_frameworks_are_told(run: Any) -> None:
    one = run(ted(contract(
        "Alpha GmbH", more="<LIKELY_SUBCONTRACTED/><PCT_SUBCONTRACTING>95</PCT_SUBCONTRACTING>",
        values='<VAL_RANGE_TOTAL CURRENCY="EUR"><LOW>5</LOW><HIGH>9</HIGH></VAL_RANGE_TOTAL>'),
        more="<FRAMEWORK/>")).one("Transaction")
    assert one["kind"] == "framework"
    assert one["amount"] is None
    assert one["description"] == (
        "CPV 32333200. Subcontracting is likely (95 %). Value between 5 and 9 EUR.")


@pytest.mark.parametrize(("form", "notice", "document", "kinds"), [
    ("F02", "", "3", ["tender"]), ("F05", "", "3", ["tender"]), ("F01", "", "0", []),
    ("F14", "", "2", []), ("F13", "", "R", []), ("F21", '<NOTICE TYPE="PRI_ONLY"/>', "0", []),
    ("F21", '<NOTICE TYPE="CONTRACT"/>', "3", ["tender"]),
    ("F21", '<NOTICE TYPE="AWARD_CONTRACT"/>', "7", ["award"]),
    ("F22", '<NOTICE TYPE="AWARD_CONTRACT"/>', "7", ["award"]), ("F03", "", "7", ["award"]),
    ("F06", "", "7", ["award"]), ("F15", "", "V", ["award"]), ("F20", "", "K", []),
    ("F25", "", "J", ["award"]), ("F03", "", "3", []),
])
def test_only_award_notices_award(
    run: Any, form: str, notice: str, document: str, kinds: list[str]
) -> None:
    found = run(ted(contract("Alpha GmbH"), form=form, notice=notice, document=document))
    assert [t["kind"] for t in found.of("Transaction")] == kinds
    assert ("award" in kinds) == any("SELLER" in t["roles"] for t in found.of("Transaction"))


def test_a_modification_says_so_and_names_who_came_in(run: Any) -> None:
    change = ("<MODIFICATIONS_CONTRACT><DESCRIPTION_PROCUREMENT><CONTRACTOR>"
              + address("ADDRESS_CONTRACTOR", "Neu GmbH") + "</CONTRACTOR>"
              "</DESCRIPTION_PROCUREMENT><INFO_MODIFICATIONS>"
              '<VAL_TOTAL_BEFORE CURRENCY="EUR">10</VAL_TOTAL_BEFORE>'
              '<VAL_TOTAL_AFTER CURRENCY="EUR">12</VAL_TOTAL_AFTER></INFO_MODIFICATIONS>'
              "</MODIFICATIONS_CONTRACT>")
    one = run(ted(contract("Alpha GmbH"), change, form="F20", document="K",
                  more="<NOTICE_NUMBER_OJ>2019/S 1-2</NOTICE_NUMBER_OJ>")).one("Transaction")
    assert names(one, "SELLER") == ["Alpha GmbH", "Neu GmbH"]
    assert "10 EUR before, 12 EUR after; its award was published in 2019/S 1-2." in (
        one["description"])


def loaded(tmp_path: Path, *texts: str) -> list[dict[str, Any]]:
    """The transactions of these notices once they are assembled, with their sellers."""
    store = ClaimStore(tmp_path / "claims")
    for number, text in enumerate(texts):
        path = tmp_path / f"n{number}.xml"
        path.write_text(text)
        load([path], store, LOADERS, key=f"n{number}")
    graph = assemble(store.read_all())
    return [
        {**node.values, "sellers": sorted(
            e.end for e in graph.edges("SELLER") if e.start == node.id)}
        for node in graph.nodes("Transaction")
    ]


def test_a_modification_is_no_second_sale(tmp_path: Path) -> None:
    first = ted(contract("Alpha GmbH", lot="01"), contract("Beta GmbH", lot="2", number="C2"))
    later = ted(
        contract("Alpha GmbH", number="other"), form="F20", document="K",
        more="<NOTICE_NUMBER_OJ>2020/S 001-000123</NOTICE_NUMBER_OJ>",
    ).replace("000123-2020", "000999-2021").replace("20200304", "20210304")
    one, two = loaded(tmp_path, first, later)
    assert (one["lot"], two["lot"]) == ("1", "2")
    assert len(one["sellers"]) == len(two["sellers"]) == 1
    assert len(one["claims"]) == 2


FOLDER = "8e8b5cf4-595b-4562-85b0-7c79922cb330"
CORRECTS = ("<efac:{0}><efbc:ChangedNoticeIdentifier>65667997-031a-4198-bd25-7225449ef479-01"
            "</efbc:ChangedNoticeIdentifier><efac:ChangeReason><cbc:ReasonCode>{1}</cbc:ReasonCode>"
            "</efac:ChangeReason></efac:{0}>")


def test_an_eforms_notice_that_corrects_another_is_no_second_sale(tmp_path: Path) -> None:
    changes = CORRECTS.format("Changes", "cor-buy")
    wrong = RESULT.replace("5000", "4000")
    first, other = loaded(
        tmp_path, eforms(folder=FOLDER, result=wrong),
        eforms(folder=FOLDER, changes=changes, number="00099999-2024").replace(
            "2024-04-05", "2024-05-06"),
    )
    one = first if len(first["sellers"]) == 2 else other
    assert one["amount"] == "5000"
    assert "amount" in one["conflicts"]
    assert "Corrects notice 65667997-031a-4198-bd25-7225449ef479-01." in one["description"]


def test_an_eforms_notice_that_takes_another_back_awards_nothing(run: Any) -> None:
    found = run(eforms(folder=FOLDER, changes=CORRECTS.format("Changes", "cancel")))
    assert found.of("Transaction") == []
    assert found.omitted["notice that takes an earlier one back"] == 1


def test_an_eforms_modification_is_of_the_contract_that_was_awarded(tmp_path: Path) -> None:
    """It has no result code, and the value is the one after the modification."""
    result = re.sub("<cbc:TenderResultCode>selec-w</cbc:TenderResultCode>", "", RESULT)
    later = eforms(kind="can-modif", folder=FOLDER, number="00099999-2024",
                   result=result.replace("5000", "7000").replace("CON-0001", "CON-0009"),
                   changes=CORRECTS.format("ContractModification", "add-wss"))
    found = loaded(tmp_path, eforms(folder=FOLDER), later)
    assert len(found) == 2
    one = next(t for t in found if len(t["sellers"]) == 2)
    assert one["amount"] == "5000"
    alone = tmp_path / "alone.xml"
    alone.write_text(later)
    texts = [t["description"] for t in Result(alone).of("Transaction")]
    assert any("The contract was modified: 7000 EUR after; its award was" in t for t in texts)


def test_the_value_of_a_notice_with_one_award_is_that_of_the_award(run: Any) -> None:
    total = '<VAL_TOTAL CURRENCY="EUR"%s>77</VAL_TOTAL></OBJECT_CONTRACT>'

    def of(*awards: str, attribute: str = "") -> list[Any]:
        text = ted(*awards).replace("</OBJECT_CONTRACT>", total % attribute)
        return [t["amount"] for t in run(text).of("Transaction")]

    bare = contract("Alpha GmbH", values="<NONE/>")
    assert of(bare, NONE) == [{"value": 77.0, "currency": "EUR"}]
    assert of(bare, attribute=' PUBLICATION="NO"') == [None]
    assert of(bare, contract("Beta GmbH", lot="2", values="<NONE/>")) == [None, None]
    assert of(contract("Alpha GmbH")) == [{"value": 1000.5, "currency": "EUR"}]
    (one,) = (t for t in run(eforms(result='<cbc:TotalAmount currencyID="EUR">9</cbc:TotalAmount>'
              + RESULT.replace("LOT-0003</cbc:ID></efac:TenderLot></efac:LotResult>", "LOT-0003"
                               "</cbc:ID></efac:TenderLot></efac:LotResult>", 1).replace(
                  "selec-w</cbc:TenderResultCode><efac:LotTender><cbc:ID>TEN-0001",
                  "clos-nw</cbc:TenderResultCode><efac:LotTender><cbc:ID>TEN-0001"))
              ).of("Transaction"))
    assert one["amount"] == {"value": 9.0, "currency": "EUR"}
    assert "The value is that of the notice" in one["description"]


def test_what_is_not_for_publication_stays_out(run: Any) -> None:
    found = run(ted(contract("Secret GmbH", attributes=' PUBLICATION="NO"')))
    assert "Secret" not in json.dumps(found.all)
    assert found.omitted["contractor that is not for publication"] == 1


def test_the_original_counts_not_its_translations(run: Any) -> None:
    copy = '<F03_2014 CATEGORY="TRANSLATION" LG="FR">' + contract("Alpha SA") + "</F03_2014>"
    found = run(ted(contract("Alpha GmbH"), after=copy))
    assert names(found.one("Transaction"), "SELLER") == ["Alpha GmbH"]
    assert found.omitted == {"translation of a notice": 1}


@pytest.mark.parametrize("name", ["Jan Kowalski", "Dr. Anna Muster", "Muster e.K."])
def test_persons_leave_no_trace(run: Any, name: str) -> None:
    found = run(ted(contract(name, "Alpha GmbH")))
    text = json.dumps(found.all, ensure_ascii=False)
    assert name not in text
    assert "Secret" not in text
    assert "0301234567" not in text
    assert found.omitted["natural person"] == 1
    assert names(found.one("Transaction"), "SELLER") == ["Alpha GmbH"]


def test_one_number_with_two_names_is_two(run: Any) -> None:
    awards = "".join(
        f"<AWARD_CONTRACT><CONTRACT_NO>{i}</CONTRACT_NO><AWARDED_CONTRACT><CONTRACTORS><CONTRACTOR>"
        f"{address('ADDRESS_CONTRACTOR', n, 'CZ', '497 13 361')}"
        "</CONTRACTOR></CONTRACTORS></AWARDED_CONTRACT></AWARD_CONTRACT>"
        for i, n in enumerate(("Alfa s.r.o.", "Beta s.r.o.", "ALFA, s.r.o.")))
    companies = run(ted(awards)).of("Company")
    assert {c["identifiers"]["CZ-ICO"] for c in companies} == {"49713361"}
    assert len({c["id"] for c in companies}) == 2


def test_the_older_notation(run: Any) -> None:
    found = run(OLD)
    one = found.one("Transaction")
    assert (names(one, "BUYER"), names(one, "SELLER")) == (["Police of X"], ["Old Shop Ltd"])
    assert (one["date"], one["lots"]) == ("2015-02-05", ["3"])
    assert one["amount"] == {"value": 2378469.28, "currency": "GBP"}
    assert found.omitted == {"lot that was not awarded": 1}
    assert "Secret" not in json.dumps(found.all)


def test_eforms_awards(run: Any) -> None:
    found = run(eforms())
    first, third = found.of("Transaction")
    assert names(first, "SELLER") == ["Alpha GmbH", "Beta GmbH"]
    assert names(first, "BIDDER") == ["Gamma GmbH"]
    assert (first["date"], first["lots"], first["title"]) == ("2024-03-05", ["LOT-0001"], "Los 1")
    assert first["amount"] == {"value": 5000.0, "currency": "EUR"}
    assert "Subcontracting is likely (20 %)." in first["description"]
    assert (names(third, "SELLER"), third["amount"], third["date"]) == (["Delta GmbH"], None, "")
    assert names(first, "BUYER") == names(third, "BUYER") == ["Polizei Hessen"]
    assert found.omitted["natural person"] == 1
    assert found.omitted["lot that was not awarded"] == 1
    text = json.dumps(found.all)
    for word in ("Secret", "Sub GmbH", "ORG-0005"):
        assert word not in text
    (source,) = found.of("Source")
    assert (source["id"], source["date"]) == ("ted-12345-2024", "2024-04-05")


def test_an_organisation_may_be_named_by_its_touch_point(run: Any) -> None:
    point = ("<efac:TouchPoint><cac:PartyIdentification><cbc:ID>TPO-0001</cbc:ID>"
             "</cac:PartyIdentification><cac:PartyName><cbc:Name>Vergabestelle</cbc:Name>"
             "</cac:PartyName></efac:TouchPoint>")
    text = eforms().replace("</efac:Company></efac:Organization>",
                            f"</efac:Company>{point}</efac:Organization>", 1)
    head, _, party = text.partition("<cac:ContractingParty>")
    first, _ = run(f"{head}<cac:ContractingParty>{party.replace('ORG-0001', 'TPO-0001')}").of(
        "Transaction")
    assert names(first, "BUYER") == ["Polizei Hessen"]


@pytest.mark.parametrize(("root", "kind", "kinds"), [
    ("ContractNotice", "cn-standard", ["tender"]), ("PriorInformationNotice", "pin-only", []),
    ("PriorInformationNotice", "pin-cfc-standard", ["tender"]),
    ("ContractAwardNotice", "can-desg", []), ("ContractNotice", "can-standard", []),
    ("ContractAwardNotice", "veat", ["award", "award"]),
    ("ContractAwardNotice", "can-modif", []),
])
def test_eforms_of_other_kinds(run: Any, root: str, kind: str, kinds: list[str]) -> None:
    found = run(eforms(root, kind))
    assert [t["kind"] for t in found.of("Transaction")] == kinds
    assert ("award" in kinds) == any("SELLER" in t["roles"] for t in found.of("Transaction"))


def bundle(*files: tuple[str, bytes]) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:xz") as archive:
        for name, content in files:
            entry = tarfile.TarInfo(f"day/{name}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return data.getvalue()


def test_a_bundle_is_read_as_it_is_and_a_broken_notice_costs_no_other(run: Any) -> None:
    found = run(bundle(("a.xml", ted(contract("Alpha GmbH")).encode()), ("b.xml", b"<TED_EXPORT>"),
                       ("c.xml", eforms().encode())), "bundle.tar.xz")
    assert len(found.of("Transaction")) == 3
    assert len(found.rejects) == 1
    assert "b.xml" in found.rejects[0].message


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><TED_EXPORT DOC_ID="&b;"/>'
FILE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><TED_EXPORT>&a;</TED_EXPORT>'


@pytest.mark.parametrize("text", [
    BOMB, FILE, "<TED_EXPORT", "<TED_EXPORT/>", ted()[:900], eforms()[:2000],
    "<TED_EXPORT>" + "<a>" * 5000, '<TED_EXPORT DOC_ID="1-2020"><FORM_SECTION/></TED_EXPORT>',
    '<ContractAwardNotice/>', "<TED_EXPORT DOC_ID='1-2020'>\0</TED_EXPORT>",
])
def test_hostile_and_damaged_files_are_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "n.xml"
    path.write_text(text)
    found = Result(path)
    assert "root:" not in json.dumps(found.all)
    assert found.of("Transaction") == []


@settings(max_examples=60, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(at=st.integers(0, 3000), length=st.integers(0, 400), text=st.text(max_size=20),
       which=st.booleans())
def test_nothing_but_a_source_error_is_raised(
    tmp_path: Path, at: int, length: int, text: str, which: bool
) -> None:
    whole = ted(contract("Alpha GmbH")) if which else eforms()
    path = tmp_path / "n.xml"
    path.write_bytes((whole[:at] + text + whole[at + length:]).encode("utf-8", "surrogatepass"))
    with contextlib.suppress(SourceError):
        Result(path)


def test_loaded_twice_it_is_the_same_and_it_assembles(tmp_path: Path) -> None:
    path = tmp_path / "n.xml"
    path.write_text(eforms())
    contents = []
    for name in ("one", "two"):
        store = ClaimStore(tmp_path / name)
        load([path], store, LOADERS)
        contents.append([f.read_bytes() for f in sorted((tmp_path / name).iterdir())])
    assert contents[0] == contents[1]
    assert assemble(store.read_all()) is not None


def test_the_real_notices(tmp_path: Path) -> None:
    if not REAL.exists():
        pytest.skip("../shared/data/ted-awards is not here")
    found = Result(REAL)
    sources, awarded, unawarded = 0, 0, 0
    with tarfile.open(REAL) as archive:
        for entry in archive:
            if not entry.name.endswith(".xml"):
                continue
            file = archive.extractfile(entry)
            assert file is not None
            text = file.read().decode()
            sources += 1
            form = re.search(r'<(\w+) [^>]*CATEGORY="ORIGINAL".*?</\1>', text, re.S)
            if form is None or 'TYPE="PRI_ONLY"' in form[0]:
                continue
            for block in re.findall(
                r"<(AWARD_CONTRACT|AWARD_OF_CONTRACT_DEFENCE)\b(.*?)</\1>", form[0], re.S
            ):
                if re.search("ADDRESS_CONTRACTOR|ECONOMIC_OPERATOR_NAME_ADDRESS", block[1]):
                    awarded += 1
                elif "AWARDED_CONTRACT>" not in block[1].replace("NO_AWARDED_CONTRACT>", ""):
                    unawarded += 1
    assert len(found.of("Source")) == sources == 310
    given = len([t for t in found.of("Transaction") if "SELLER" in t["roles"]])
    withheld = found.omitted["natural person"] + found.omitted["organisation without a name"]
    assert awarded - withheld <= given <= awarded
    assert found.omitted["lot that was not awarded"] == unawarded
    assert not found.rejects
