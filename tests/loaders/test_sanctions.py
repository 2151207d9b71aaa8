"""Sanctions lists: organisations and what lists them; never a person, a ship or an aircraft."""

from __future__ import annotations

import contextlib
import csv
import json
import lzma
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sousveil.errors import SourceError
from sousveil.graph import ClaimStore, assemble
from sousveil.loaders import LOADERS, find, load
from sousveil.loaders.sanctions import loader
from tests.loaders.reading import Reading

REAL = Path(__file__).parents[2].parent / "shared" / "data" / "sanctions-us-csl" / "csl.csv.xz"

CSL_HEADER = (
    "_id,source,entity_number,type,programs,name,title,addresses,federal_register_notice,"
    "start_date,end_date,standard_order,license_requirement,license_policy,call_sign,vessel_type,"
    "gross_tonnage,gross_registered_tonnage,vessel_flag,vessel_owner,remarks,source_list_url,"
    "alt_names,citizenships,dates_of_birth,nationalities,places_of_birth,source_information_url,ids"
)
EL = "Entity List (EL) - Bureau of Industry and Security"
SDN = "Specially Designated Nationals (SDN) - Treasury Department"


def csl(*rows: dict[str, str], header: str = CSL_HEADER) -> str:
    names = header.split(",")
    lines = [header]
    for row in rows:
        lines.append(",".join('"' + row.get(n, "").replace('"', '""') + '"' for n in names))
    return "\n".join(lines) + "\n"


def row(name: str, source: str = EL, **more: str) -> dict[str, str]:
    return {"source": source, "name": name, **more}


class Result(Reading):
    loader = loader

    def listed(self) -> dict[str, list[str]]:
        """Names of the instruments for each organisation that is subject to them."""
        names = {o["id"]: o["names"][0]["text"] for o in self.all if o.get("names")}
        found: dict[str, list[str]] = {}
        for one in self.of("SUBJECT_TO"):
            assert one["effect"] == "listed-in"
            found.setdefault(names[one["from"]], []).append(names[one["to"]])
        return found


@pytest.fixture
def run(tmp_path: Path) -> Any:
    def go(text: str | bytes, name: str = "list.csv") -> Result:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        assert find(path, LOADERS).name == "sanctions"
        return Result(path)

    return go


def test_an_entry_is_subject_to_its_list(run: Any) -> None:
    found = run(csl(row(
        "Camera Technology Co., Ltd.", start_date="2019-10-09",
        federal_register_notice="84 FR 54004", alt_names="Camtech; Cam Tec",
        addresses="Street 1, Hangzhou, CN; Street 2, Ürümqi, CN",
        ids="Unified Social Credit Code (USCC), 91330000733796106P, CN")))
    (one,) = found.of("Company")
    assert [n["text"] for n in one["names"]] == ["Camera Technology Co., Ltd.", "Camtech",
                                                "Cam Tec"]
    assert (one["country"], one["identifiers"]) == ("CN", {"uscc": "91330000733796106P"})
    (edge,) = found.of("SUBJECT_TO")
    assert (edge["valid"], edge["description"]) == (
        "2019-10-09/..", "Federal Register: 84 FR 54004.")
    (instrument,) = found.of("Instrument")
    assert (instrument["names"][0]["text"], instrument["kind"]) == ("Entity List (EL)", "sanction")
    assert [b["names"][0]["text"] for b in found.of("PublicBody")][1:] == [
        "Bureau of Industry and Security"]
    assert "Street" not in json.dumps(found.all)


def test_programmes_are_instruments_of_their_own(run: Any) -> None:
    found = run(csl(row("Bank JSC", SDN, type="Entity", entity_number="17",
                        programs="UKRAINE-EO13662; RUSSIA-EO14024", end_date="2023-01-01")))
    assert found.listed() == {"Bank JSC": [
        "Specially Designated Nationals (SDN)", "UKRAINE-EO13662", "RUSSIA-EO14024"]}
    assert found.of("Company")[0]["id"] == "ofac-17"
    assert found.of("SUBJECT_TO")[0]["valid"] == "../2023-01-01"


def test_persons_ships_and_aircraft_leave_no_trace(run: Any) -> None:
    found = run(csl(
        row("SECRET, Ali", SDN, type="Individual"), row("SECRET STAR", SDN, type="Vessel"),
        row("SECRET WING", SDN, type="Aircraft"), row("Secret Name", dates_of_birth="1 Jan 1970"),
        row("Ali Secret Person"), row("Igor Secret (Russian individual)"),
        row("GE SECRET (GE)"), row("Good Trading Company", alt_names="Jan Secret")))
    assert "ecret" not in json.dumps(found.all).lower().replace("secretar", "")
    assert [c["names"][0]["text"] for c in found.of("Company")] == ["Good Trading Company"]
    assert found.omitted["natural person"] == 2
    assert (found.omitted["vessel"], found.omitted["aircraft"]) == (1, 1)
    assert found.omitted[
        "entry of which the list does not say that it is no natural person"] == 3


@pytest.mark.parametrize(("name", "type_", "kind"), [
    ("Xinjiang Public Security Bureau", "PublicBody", "public-security-organ"),
    ("Aksu District Public Security Bureau", "PublicBody", "public-security-bureau"),
    ("Xinjiang Police College", "PublicBody", "police-academy"),
    ("Sichuan University", "PublicBody", "university"),
    ("Sichuan University Technology Co., Ltd.", "Company", ""),
    ("Magtech", "Company", ""), ("SenseTime Group", "Company", ""),
])
def test_public_bodies_are_told_by_their_names(
    run: Any, name: str, type_: str, kind: str
) -> None:
    found = run(csl(row(name)))
    (edge,) = found.of("SUBJECT_TO")
    (one,) = [o for o in found.all if o.get("id") == edge["from"]]
    assert (one["type"], one["kind"]) == (type_, kind)


def test_a_seat_is_not_guessed_from_several_addresses(run: Any) -> None:
    found = run(csl(row("Trading Ltd", addresses="A, DE; B, CN")))
    assert found.of("Company")[0]["country"] == ""
    assert sum(found.omitted.values()) == 1


def test_the_repeated_header_row_is_counted_not_loaded(run: Any) -> None:
    found = run(csl(dict(zip(CSL_HEADER.split(","), CSL_HEADER.split(","), strict=True)),
                    row("A Ltd")))
    assert found.omitted == {"repeated header row": 1}
    assert len(found.of("Company")) == 1


def test_a_row_cut_short_is_rejected_with_its_line(run: Any) -> None:
    found = run(csl(row("A Ltd")) + '"x","y"')
    (reject,) = found.rejects
    assert (reject.line, "2 cells" in reject.message) == (3, True)
    assert len(found.of("Company")) == 1


def test_letters_lost_in_windows_are_found_again(run: Any) -> None:
    (one,) = run(csl(row("X")).replace('"X"', '"Xi@an Factory Ltd"').encode().replace(
        b"@", b"\xc2\x92")).of("Company")
    assert one["names"][0]["text"] == "Xi’an Factory Ltd"


SDN_CSV = (
    '36,"AEROCARIBBEAN AIRLINES",-0- ,"CUBA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n'
    '173,"SECRET, Ali","individual","SDGT] [IRGC",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"DOB 1970."\n'
    '9,"BIG CO. LTD.",-0- ,"SDGT] [IRGC",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,"Unified Social Credit '
    'Code (USCC) 91330000733796106P (China)."\n'
    '10,"SECRET SHIP","vessel","CUBA",-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- ,-0- \n\x1a'
)


def test_sdn_without_a_header(run: Any) -> None:
    found = run(SDN_CSV, "sdn.csv")
    assert found.listed() == {
        "AEROCARIBBEAN AIRLINES": ["Specially Designated Nationals (SDN)", "CUBA"],
        "BIG CO. LTD.": ["Specially Designated Nationals (SDN)", "SDGT", "IRGC"]}
    assert found.of("Company")[1]["identifiers"] == {"uscc": "91330000733796106P"}
    assert found.omitted == {"natural person": 1, "vessel": 1}


SDN_XML = """<sdnList xmlns="http://tempuri.org/sdnList.xsd"><publshInformation>
<Publish_Date>03/04/2024</Publish_Date><Record_Count>2</Record_Count></publshInformation>
<sdnEntry><uid>36</uid><lastName>AERO AIRLINES</lastName><sdnType>Entity</sdnType><programList>
<program>CUBA</program></programList><akaList><aka><uid>12</uid><type>a.k.a.</type>
<category>strong</category><lastName>AERO-C</lastName></aka></akaList><addressList><address>
<city>Havana</city><country>Cuba</country></address></addressList></sdnEntry>
<sdnEntry><uid>37</uid><firstName>Ali</firstName><lastName>SECRET</lastName>
<sdnType>Individual</sdnType></sdnEntry></sdnList>"""


def test_sdn_in_xml(run: Any) -> None:
    found = run(SDN_XML, "SDN.XML")
    assert found.listed() == {"AERO AIRLINES": ["Specially Designated Nationals (SDN)", "CUBA"]}
    (one,) = found.of("Company")
    assert (one["country"], [n["text"] for n in one["names"]][1:]) == ("CU", ["AERO-C"])
    assert found.of("Source")[0]["date"] == "2024-03-04"
    assert "SECRET" not in json.dumps(found.all)


def party(number: int, subtype: int, name: str, more: str = "") -> str:
    names = "".join(
        f'<DocumentedName><DocumentedNamePart><NamePartValue ScriptID="{script}">{text}'
        "</NamePartValue></DocumentedNamePart></DocumentedName>"
        for script, text in ((501, "云山智安科技有限公司"), (215, name)))
    return (f'<DistinctParty FixedRef="{number}"><Profile ID="{number}1" '
            f'PartySubTypeID="{subtype}"><Identity ID="{number}2"><Alias LowQuality="true">'
            "<DocumentedName><DocumentedNamePart>"
            '<NamePartValue ScriptID="215">Weak Ltd</NamePartValue></DocumentedNamePart>'
            f'</DocumentedName></Alias><Alias Primary="true">{names}</Alias></Identity>{more}'
            "</Profile></DistinctParty>")


def entry(number: int, list_: int, *programmes: str) -> str:
    measures = "".join(f'<SanctionsMeasure SanctionsTypeID="1"><Comment>{p}</Comment>'
                       "</SanctionsMeasure>" for p in programmes)
    events = "".join(
        f'<EntryEvent EntryEventTypeID="1"><Date><Year>{year}</Year><Month>12</Month><Day>6</Day>'
        "</Date></EntryEvent>" for year in (2022, 2021))
    return (f'<SanctionsEntry ProfileID="{number}1" ListID="{list_}">{events}'
            f'<SanctionsMeasure SanctionsTypeID="9"><Comment/></SanctionsMeasure>{measures}'
            "</SanctionsEntry>")


PLACE = ('<Feature FeatureTypeID="25"><FeatureVersion><VersionLocation LocationID="7"/>'
         "</FeatureVersion></Feature>")
ADVANCED = f"""<Sanctions xmlns="https://ofac.example/ADVANCED_XML"><DateOfIssue><Year>2026</Year>
<Month>8</Month><Day>2</Day></DateOfIssue><ReferenceValueSets>
<CountryValues><Country ID="1">China</Country></CountryValues>
<EntryEventTypeValues><EntryEventType ID="1">Created</EntryEventType></EntryEventTypeValues>
<FeatureTypeValues><FeatureType ID="25">Location</FeatureType></FeatureTypeValues>
<IDRegDocTypeValues><IDRegDocType ID="5">Unified Social Credit Code (USCC)</IDRegDocType>
<IDRegDocType ID="6">Passport</IDRegDocType></IDRegDocTypeValues>
<ListValues><List ID="1550">SDN List</List><List ID="3">Menu-Based List</List></ListValues>
<PartySubTypeValues><PartySubType ID="1" PartyTypeID="4">Vessel</PartySubType>
<PartySubType ID="3" PartyTypeID="2">Unknown</PartySubType>
<PartySubType ID="4" PartyTypeID="1">Unknown</PartySubType></PartySubTypeValues>
<PartyTypeValues><PartyType ID="1">Individual</PartyType><PartyType ID="2">Entity</PartyType>
</PartyTypeValues><SanctionsTypeValues><SanctionsType ID="1">Program</SanctionsType>
<SanctionsType ID="9">Block</SanctionsType></SanctionsTypeValues>
<ScriptValues><Script ID="215">Latin</Script><Script ID="501">Han</Script></ScriptValues>
</ReferenceValueSets><Locations><Location ID="7"><LocationCountry CountryID="1"/></Location>
</Locations><IDRegDocuments>
<IDRegDocument IDRegDocTypeID="5" IdentityID="902" IssuedBy-CountryID="1"><IDRegistrationNo>
91110108551385082Q</IDRegistrationNo></IDRegDocument><IDRegDocument IDRegDocTypeID="6"
IdentityID="912"><IDRegistrationNo>P-SECRET</IDRegistrationNo></IDRegDocument></IDRegDocuments>
<DistinctParties>{party(90, 3, "Yunshan Technology Co Ltd", PLACE)}{party(91, 4, "SECRET, Li")}
{party(92, 1, "Vessel")}{party(93, 3, "Other Ltd")}</DistinctParties><ProfileRelationships>
<ProfileRelationship From-ProfileID="901" To-ProfileID="911"/></ProfileRelationships>
<SanctionsEntries>{entry(90, 1550, "CMIC")}{entry(91, 1550, "CMIC")}{entry(92, 1550, "CMIC")}
{entry(93, 3, "ONE", "TWO")}</SanctionsEntries></Sanctions>"""


def test_the_advanced_xml_of_ofac(run: Any) -> None:
    found = run(ADVANCED, "SDN_ADVANCED.XML")
    assert found.rejects == []
    one, _ = found.of("Company")
    assert (one["id"], one["country"], one["identifiers"]) == (
        "ofac-90", "CN", {"uscc": "91110108551385082Q"})
    assert [n["text"] for n in one["names"]] == [
        "Yunshan Technology Co Ltd", "云山智安科技有限公司"]
    valid = {(e["from"], e["to"]): e.get("valid") for e in found.of("SUBJECT_TO")}
    assert valid == {
        ("ofac-90", "us-ofac-specially-designated-nationals-sdn"): "2021-12-06/..",
        ("ofac-90", "us-ofac-programme-CMIC"): "2021-12-06/..",
        ("ofac-93", "us-ofac-consolidated-consolidated-sanctions-list-non-sdn-lists"):
            "2021-12-06/..",
        ("ofac-93", "us-ofac-consolidated-programme-ONE"): None,
        ("ofac-93", "us-ofac-consolidated-programme-TWO"): None,
    }
    assert {s["id"]: s["date"] for s in found.of("Source")} == {
        "us-ofac": "2026-08-02", "us-ofac-consolidated": "2026-08-02"}
    assert sorted(found.omitted.values()) == [1, 1, 1]
    text = json.dumps(found.all)
    assert "SECRET" not in text
    assert "Weak" not in text


def test_an_entry_of_a_party_that_is_not_described_is_damage(run: Any) -> None:
    found = run(ADVANCED.replace('ProfileID="931"', 'ProfileID="77"'), "SDN_ADVANCED.XML")
    assert "not described" in found.rejects[0].message
    assert [one["id"] for one in found.of("Company")] == ["ofac-90"]


@pytest.mark.parametrize(("name", "of"), [
    ("sdn.xml", "Specially Designated Nationals (SDN)"),
    ("CONSOLIDATED.XML", "Consolidated Sanctions List (non-SDN lists)"),
    ("2024.xml", "Sanctions list of OFAC"),
])
def test_nobody_is_called_a_specially_designated_national_of_another_list(
    run: Any, name: str, of: str
) -> None:
    found = run(SDN_XML, name)
    assert found.listed() == {"AERO AIRLINES": [of, "CUBA"]}
    assert found.of("Company")[0]["id"].startswith("ofac-")
    (source,) = found.of("Source")
    assert source["names"][0]["text"] == of


BIS = """Source List,Entity Number,SDN Type,Programs,Name,Title,Address,City,State/Province,\
Postal Code,Country,Federal Register Notice,Effective Date,Date Lifted/Waived/Expired,Alternate Name
Entity List,,,,Good Electronics Ltd,,Street 1,City,,,CN,84 FR 54004,10/25/2019,,Goodel
Entity List,,,,Other Electronics Ltd,,Street 1,City,,,CN,84 FR 54004,10/09/2019,,
Entity List,,,,Ali Secret,,Street 1,City,,,CN,84 FR 54004,10/09/2019,,
"""


def test_bis_legacy_columns_and_dates_that_could_be_two(run: Any) -> None:
    found = run(BIS)
    assert [e["valid"] for e in found.of("SUBJECT_TO")] == ["2019-10-25/..", "2019/.."]
    assert [c["country"] for c in found.of("Company")] == ["CN", "CN"]
    assert "Secret" not in json.dumps(found.all)


EU_XML = """<export xmlns="http://eu.europa.ec/fpi/fsd/export" generationDate="2024-05-06T10:00:00">
<sanctionEntity euReferenceNumber="EU.1.2" logicalId="1" designationDate="2022-03-02">
<regulation regulationType="amendment" publicationDate="2022-03-01" entryIntoForceDate="2022-03-02"
 numberTitle="2022/345 (OJ L63)" programme="UKR"/><subjectType code="enterprise"
 classificationCode="E"/><nameAlias wholeName="Bank Rossiya" nameLanguage="EN"/>
<nameAlias wholeName="Банк Россия"/><address countryIso2Code="RU"/></sanctionEntity>
<sanctionEntity euReferenceNumber="EU.3.4" logicalId="2"><subjectType code="person"
 classificationCode="P"/><nameAlias wholeName="Ali Secret"/><birthdate year="1970"/>
</sanctionEntity></export>"""


def test_the_eu_list(run: Any) -> None:
    found = run(EU_XML, "eu.xml")
    (one,) = found.of("Company")
    assert (one["id"], one["country"]) == ("eu-fsf-EU.1.2", "RU")
    assert [n["script"] for n in one["names"]] == ["Latn", "Cyrl"]
    assert found.listed() == {"Bank Rossiya": ["EU financial sanctions", "2022/345 (OJ L63) (UKR)"]}
    act = found.of("Instrument")[1]
    assert (act["adopted"], act["in_force"]) == ("2022-03-01", "2022-03-02/..")
    assert {e["valid"] for e in found.of("SUBJECT_TO")} == {"2022-03-02/.."}
    assert "Secret" not in json.dumps(found.all)
    assert found.of("Source")[0]["date"] == "2024-05-06"


EU_CSV = """\ufefffileGenerationDate;Entity_LogicalId;Entity_EU_ReferenceNumber;\
Entity_DesignationDate;Entity_SubjectType;Entity_SubjectType_ClassificationCode;\
Entity_Regulation_NumberTitle;Entity_Regulation_Programme;Entity_Regulation_PublicationDate;\
Entity_Regulation_EntryIntoForceDate;NameAlias_WholeName;Address_CountryIso2Code
06/05/2024;1;EU.1.2;;enterprise;E;2022/345;UKR;01/03/2022;02/03/2022;Bank Rossiya;
06/05/2024;1;EU.1.2;;enterprise;E;;;;;Rossiya Bank;RU
06/05/2024;2;EU.3.4;;person;P;;;;;Ali Secret;
"""


def test_the_eu_list_as_a_table(run: Any) -> None:
    found = run(EU_CSV)
    (one,) = found.of("Company")
    assert [n["text"] for n in one["names"]] == ["Bank Rossiya", "Rossiya Bank"]
    assert [e.get("valid", "") for e in found.of("SUBJECT_TO")] == ["", "2022-03-02/.."]
    assert "Secret" not in json.dumps(found.all)
    assert found.of("Source")[0]["date"] == "2024-05-06"


UK_XML = """<Designations><DateGenerated>06/05/2024</DateGenerated><Designation>
<DateDesignated>02/03/2022</DateDesignated><UniqueID>RUS0001</UniqueID><Names><Name>
<Name6>OTHER BANK</Name6><NameType>Alias</NameType></Name><Name><Name6>BANK ROSSIYA</Name6>
<NameType>Primary Name</NameType></Name></Names><RegimeName>The Russia Regulations 2019</RegimeName>
<IndividualEntityShip>Entity</IndividualEntityShip><Addresses><Address>
<AddressCountry>Russia</AddressCountry></Address></Addresses></Designation><Designation>
<UniqueID>RUS0002</UniqueID><Names><Name><Name1>Ali</Name1><Name6>SECRET</Name6></Name></Names>
<IndividualEntityShip>Individual</IndividualEntityShip></Designation><Designation>
<UniqueID>RUS0003</UniqueID><Names><Name><Name6>SECRET STAR</Name6></Name></Names>
<IndividualEntityShip>Ship</IndividualEntityShip></Designation></Designations>"""

UK_CSV = """Report Date: 06-May-2024
Last Updated,Unique ID,OFSI Group ID,Name 6,Name 1,Name 2,Name 3,Name 4,Name 5,Name type,\
Regime Name,Designation Type,Address Country,Date Designated
01/01/2023,RUS0001,9,OTHER BANK,,,,,,Alias,The Russia Regulations 2019,Entity,Russia,02/03/2022
01/01/2023,RUS0001,9,BANK ROSSIYA,,,,,,Primary Name,The Russia Regulations 2019,Entity,,02/03/2022
01/01/2023,RUS0002,9,SECRET,Ali,,,,,Primary Name,The Russia Regulations 2019,Individual,,
01/01/2023,RUS0003,9,SECRET STAR,,,,,,Primary Name,The Russia Regulations 2019,Ship,,
"""

OFSI = """Last Updated,06/05/2024,,,,,,,,,,,
Name 6,Name 1,Name 2,Name 3,Name 4,Name 5,Country,Group Type,Alias Type,Regime,Listed On,\
Last Updated,Group ID
BANK ROSSIYA,,,,,,Russia,Entity,Primary name,The Russia Regulations 2019,02/03/2022,01/01/2023,77
OTHER BANK,,,,,,Russia,Entity,AKA,The Russia Regulations 2019,02/03/2022,01/01/2023,77
SECRET,Ali,,,,,Russia,Individual,Primary name,The Russia Regulations 2019,02/03/2022,01/01/2023,78
SECRET STAR,,,,,,,Ship,Primary name,The Russia Regulations 2019,02/03/2022,01/01/2023,79
"""


def target(group: int, kind: str, alias: str, **more: str) -> str:
    given = {"GroupTypeDescription": kind, "AliasType": alias, "Country": "Russia",
             "RegimeName": "The Russia Regulations 2019", "DateDesignated": "2022-03-02T00:00:00",
             "GroupID": str(group), **more}
    return ("<FinancialSanctionsTarget>" + "".join(f"<{n}>{v}</{n}>" for n, v in given.items())
            + "</FinancialSanctionsTarget>")


OFSI_XML = (
    '<?xml version="1.0"?><ArrayOfFinancialSanctionsTarget '
    'xmlns="http://schemas.hmtreasury.gov.uk/ofsi/consolidatedlist">'
    + target(77, "Entity", "AKA", Name6="OTHER BANK")
    + target(77, "Entity", "Primary name", Name6="BANK ROSSIYA")
    + target(78, "Individual", "Primary name", Name6="SECRET", name1="Ali")
    + target(79, "Ship", "Primary name", Name6="SECRET STAR")
    + target(80, "Entity", "Primary name", Name6="SECRET Ivan", IndividualDateOfBirth="1970")
    + "</ArrayOfFinancialSanctionsTarget>"
)


def test_the_consolidated_list_of_the_united_kingdom_as_xml(run: Any) -> None:
    found = run(OFSI_XML, "ConList.xml")
    (one,) = found.of("Company")
    assert (one["id"], one["country"]) == ("uk-ofsi-77", "RU")
    assert [n["text"] for n in one["names"]] == ["BANK ROSSIYA", "OTHER BANK"]
    assert {e["valid"] for e in found.of("SUBJECT_TO")} == {"2022-03-02/.."}
    assert found.omitted == {"natural person": 2, "vessel": 1}
    assert "SECRET" not in json.dumps(found.all)


@pytest.mark.parametrize(("text", "name", "id_", "of"), [
    (UK_XML, "uk.xml", "uk-fcdo-RUS0001", "UK Sanctions List"),
    (UK_CSV, "uk.csv", "uk-fcdo-RUS0001", "UK Sanctions List"),
    (OFSI, "ConList.csv", "uk-ofsi-77", "Consolidated List of Financial Sanctions Targets"),
])
def test_the_lists_of_the_united_kingdom(
    run: Any, text: str, name: str, id_: str, of: str
) -> None:
    found = run(text, name)
    (one,) = found.of("Company")
    assert (one["id"], one["country"]) == (id_, "RU")
    assert [n["text"] for n in one["names"]] == ["BANK ROSSIYA", "OTHER BANK"]
    assert found.listed() == {"BANK ROSSIYA": [of, "The Russia Regulations 2019"]}
    assert {e["valid"] for e in found.of("SUBJECT_TO")} == {"2022-03-02/.."}
    assert found.omitted == {"natural person": 1, "vessel": 1}
    assert found.of("Source")[0]["date"] == "2024-05-06"
    assert "SECRET" not in json.dumps(found.all)


ALL = [csl(row("A Ltd")), SDN_CSV, SDN_XML, BIS, EU_XML, EU_CSV, UK_XML, UK_CSV, OFSI, OFSI_XML]


@pytest.mark.parametrize("text", ALL, ids=range(len(ALL)))
@pytest.mark.parametrize("part", [0.4, 0.8])
def test_damage_is_told(tmp_path: Path, text: str, part: float) -> None:
    path = tmp_path / "x"
    path.write_bytes(text.encode()[: int(len(text) * part)] + b"\xff\x00\"")
    with contextlib.suppress(SourceError):
        Result(path)


@settings(max_examples=80, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(which=st.sampled_from(ALL), at=st.integers(0, 900), length=st.integers(0, 80),
       text=st.text(max_size=12))
def test_nothing_but_a_source_error_is_raised(
    tmp_path: Path, which: str, at: int, length: int, text: str
) -> None:
    path = tmp_path / "x"
    path.write_bytes((which[:at] + text + which[at + length:]).encode("utf-8", "surrogatepass"))
    with contextlib.suppress(SourceError):
        Result(path)


@pytest.mark.parametrize("text", [
    '<!DOCTYPE x [<!ENTITY a "b">]><sdnList>&a;</sdnList>', "<sdnList>" + "<a>" * 5000,
    CSL_HEADER + "\n" + "x" * 2_000_000, CSL_HEADER + '\n"' + "x" * 200_000])
def test_hostile_files_are_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x"
    path.write_text(text)
    assert Result(path).rejects


def test_loaded_twice_it_is_the_same_and_it_assembles(tmp_path: Path) -> None:
    path = tmp_path / "csl.csv.xz"
    path.write_bytes(lzma.compress(csl(row("A Ltd"), row("B Group")).encode()))
    contents = []
    for name in ("one", "two"):
        store = ClaimStore(tmp_path / name)
        load([path], store, LOADERS)
        contents.append([f.read_bytes() for f in sorted((tmp_path / name).iterdir())])
    assert contents[0] == contents[1]
    assert assemble(store.read_all()) is not None


def test_the_real_list() -> None:
    if not REAL.exists():
        pytest.skip("../shared/data/sanctions-us-csl is not here")
    with lzma.open(REAL, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    header, body = rows[0], rows[1:]
    column = header.index("type")
    whole = [r for r in body if len(r) == len(header) and r != header]
    kinds = Counter(r[column] for r in whole)
    found = Result(REAL)
    named = "entry of which the list does not say that it is no natural person"
    assert found.omitted["vessel"] == kinds["Vessel"]
    assert found.omitted["repeated header row"] == body.count(header) == 1
    assert len(found.rejects) == len(body) - len(whole) - 1 == 1
    # Individuals as stated, and untyped entries that have a date of birth.
    assert found.omitted["natural person"] >= kinds["Individual"] > 1000
    untyped = kinds[""]
    kept = len({e["from"] for e in found.of("SUBJECT_TO")})
    assert kinds["Entity"] < kept <= kinds["Entity"] + untyped - found.omitted[named]
    companies = {n["text"] for c in found.of("Company") for n in c["names"]}
    assert {"Hikvision", "Megvii Technology Limited"} <= companies
    persons = {r[header.index("name")] for r in whole if r[column] == "Individual"}
    assert not persons & companies
