"""The rules that the five documents force on the shipped data, one test for each."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sousveil.graph import Assembly, Claim, ClaimStore, Store, assemble
from sousveil.graph.records import Edge, Node
from sousveil.graph.verify import plain, verify
from sousveil.ontology.dates import bounds
from sousveil.queries import Question, SupplyPath, find_paths, get

DATASETS = Path(__file__).parents[1] / "datasets"
SEEDS = Path(__file__).parents[2] / "shared" / "seeds"
DOCUMENTS = {
    "amnesty-2020", "bhrrc-2020", "bscc-letter-dahua-2022", "hikvision-amendment-briefing",
    "un-ol-usa-23-2019",
}
needs_documents = pytest.mark.skipif(
    not SEEDS.is_dir(), reason=f"the documents are not here: {SEEDS}")

# Fixtures ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def claims(shipped_claims: ClaimStore) -> list[Claim]:
    return list(shipped_claims.read_all())


@pytest.fixture(scope="module")
def graph(claims: list[Claim]) -> Assembly:
    return assemble(claims)


@pytest.fixture(scope="module")
def edges(graph: Assembly) -> Callable[[str], dict[str, Edge]]:
    return lambda kind: {e.values["id"]: e for e in graph.edges(kind)}


@pytest.fixture(scope="module")
def nodes(graph: Assembly) -> Callable[[str], dict[str, Node]]:
    return lambda cls: {n.id: n for n in graph.nodes(cls)}


@pytest.fixture(scope="module")
def paths(shipped_store: Store) -> list[SupplyPath]:
    """Every path from anywhere to any public body, the inferred ones too."""
    found = {}
    for place in ("EU", "CN", "JP", "GB"):
        question = Question(from_=place, to="public-body", include_inferred=True, limit=0,
                            include_minority=True)
        for path in find_paths(shipped_store, question)[0].paths:
            found[path.id] = path
    return list(found.values())


def rows() -> Iterator[tuple[str, int, dict[str, str]]]:
    """Every row of every case, with its file and line; the watch list has rows of its own."""
    for path in sorted(p for name in DOCUMENTS for p in (DATASETS / name).glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            for row in reader:
                yield f"{path.parent.name}/{path.name}", reader.line_num, row


def parties(edges: Callable[[str], dict[str, Edge]], kind: str) -> dict[str, set[str]]:
    found = defaultdict(set)
    for edge in edges(kind).values():
        found[edge.start].add(edge.end)
    return found


def about(claims: list[Claim], element: str) -> list[Claim]:
    return [c for c in claims if c.about == element]


Edges = Callable[[str], dict[str, Edge]]
Nodes = Callable[[str], dict[str, Node]]
ROLES = ("SELLER", "MANUFACTURER", "BUYER", "END_USER", "AGENT", "BIDDER")

# A mention is not a supply -----------------------------------------------------------------

MENTIONS = {"hefei-2012-mention", "xiaji-2016-mention", "xinguan-2019-mention"}
TENDERS = {"shihezi-2012-tender"}


def test_recommended_and_compatible_brands_are_mentions(nodes: Nodes, edges: Edges) -> None:
    transactions = nodes("Transaction")
    assert {t.id for t in transactions.values() if t.values["kind"] == "brand-mention"} == MENTIONS
    brands = {(e.start, e.end): e.values["as"] for e in edges("MENTIONS").values()
              if e.start in MENTIONS}
    assert brands == {
        ("hefei-2012-mention", "axis-communications"): "recommended-brand",
        ("xiaji-2016-mention", "axis-communications"): "recommended-brand",
        ("xinguan-2019-mention", "axis-communications"): "compatible-brand",
    }


def test_a_tender_without_a_purchase_is_no_sale(nodes: Nodes) -> None:
    transactions = nodes("Transaction")
    assert {t.id for t in transactions.values() if t.values["kind"] == "tender"} == TENDERS
    for id_ in MENTIONS | TENDERS:
        assert transactions[id_].values["carries"] is False


def test_neither_has_a_maker_a_seller_or_goods(edges: Edges) -> None:
    for kind in ("SELLER", "MANUFACTURER", "INCLUDES"):
        assert not parties(edges, kind).keys() & (MENTIONS | TENDERS), kind


def test_neither_carries_a_path(paths: list[SupplyPath], graph: Assembly) -> None:
    used = {s.to.id for p in paths for s in p.steps} | {s.from_.id for p in paths for s in p.steps}
    assert "huangpu-2018" in used
    assert not used & (MENTIONS | TENDERS)
    chained = {t for e in graph.edges("SUPPLY_CHAIN") for t in e.values["via"]}
    assert "huangpu-2018" in chained
    assert not chained & (MENTIONS | TENDERS)


def test_bodies_of_mentions_only_are_reached_by_nobody_from_the_eu(
    paths: list[SupplyPath],
) -> None:
    reached = {p.end_user.id for p in paths if p.origin.country in ("SE", "NL", "FR")}
    assert not reached & {"xiaji-government", "xinguan-government", "hefei-bidding-center"}


AGENTS = {
    "hefei-bidding-center", "jiangsu-huicheng", "guangxi-jianxin", "guangxi-jianye-zhongtian",
    "bingtuan-procurement-center",
}


def test_a_bidding_agent_is_an_agent_and_nothing_else(edges: Edges, graph: Assembly) -> None:
    roles = defaultdict(set)
    for kind in ROLES:
        for edge in graph.edges(kind):
            roles[edge.end].add(kind)
    assert {org for org, kinds in roles.items() if "AGENT" in kinds} == AGENTS
    assert all(roles[agent] == {"AGENT"} for agent in AGENTS)


def test_no_path_goes_through_an_agent(paths: list[SupplyPath]) -> None:
    on_paths = {x for p in paths for s in p.steps for x in (s.from_.id, s.to.id)}
    assert not on_paths & AGENTS


def test_co_winners_do_not_inherit_each_others_goods(
    edges: Edges, paths: list[SupplyPath], shipped_store: Store
) -> None:
    assert parties(edges, "SELLER")["ppsuc-2017-noldus"] == {"noldus-beijing"}
    for other, winner in (("ppsuc-2017-fistar", "beijing-fistar"),
                          ("ppsuc-2017-fedu", "shanghai-fedu")):
        assert parties(edges, "SELLER")[other] == {winner}
        assert parties(edges, "BUYER")[other] == {"ppsuc"}
        for kind in ("INCLUDES", "MANUFACTURER"):
            assert other not in parties(edges, kind)
    # What reached the university from Noldus came through Noldus' own company only.
    noldus = [p for p in paths if p.origin.id == "noldus" and p.end_user.id == "ppsuc"]
    assert [p.transaction.id for p in noldus] == ["ppsuc-2017-noldus"]
    # The two rows of a co-winner's own sale name no product.
    goods = get("goods").run(shipped_store, ids=["ppsuc-2017-fistar", "ppsuc-2017-fedu"])
    assert goods.rows == ()


CLASSES = ("nhs", "schools", "police-forces")


def test_a_class_or_a_percentage_is_a_figure(nodes: Nodes, edges: Edges) -> None:
    figures = nodes("Figure")
    shares = {id_: figures[id_].values for id_ in (
        "uk-nhs-trusts-cctv-2020", "uk-police-forces-cctv-2020", "uk-schools-cctv-2020")}
    assert {v["unit"] for v in shares.values()} == {"per cent"}
    assert {v["date"] for v in shares.values()} == {"2020"}
    assert shares["uk-schools-cctv-2020"]["value"] == "60"
    assert shares["uk-nhs-trusts-cctv-2020"]["qualifier"] == "over half"
    concerned = parties(edges, "CONCERNS")
    assert all({"hikvision", "GB"} <= concerned[f] for f in shares)
    # And no body was made up for it.
    bodies = nodes("PublicBody")
    assert not [b for b in bodies if any(c in b for c in CLASSES)]
    assert not [b for b in bodies.values() if b.values["kind"] in ("school", "health-service")]


def test_nothing_is_sold_to_the_united_kingdom(edges: Edges, paths: list[SupplyPath]) -> None:
    seated = _within(edges, "GB")
    assert {"uk-government", "uk-parliament"} <= seated
    for kind in ROLES:
        assert not {e.end for e in edges(kind).values()} & seated, kind
    assert not [p for p in paths if p.end_user.place == "GB"]
    # The contracts in the Uyghur region are a figure, too: their buyers are not named.
    assert {e.start for e in edges("CONCERNS").values() if e.end == "CN-XJ"} == {
        "xinjiang-contracts-value", "xinjiang-contracts-number"}
    for kind in ROLES:
        assert not {e.end for e in edges(kind).values()} & {"hikvision", "dahua"}, kind


def _within(edges: Edges, place: str) -> set[str]:
    inside = {place}
    while more := {e.start for e in edges("WITHIN").values() if e.end in inside} - inside:
        inside |= more
    return {e.start for e in edges("LOCATED_IN").values() if e.end in inside}


# Roles, and what stays unsaid --------------------------------------------------------------


def test_who_sold_made_bought_and_uses_are_told_apart(edges: Edges) -> None:
    roles = {kind: parties(edges, kind) for kind in ROLES}
    assert {kind: of["shanghai-psb-2015"] for kind, of in roles.items()
            if "shanghai-psb-2015" in of} == {
        "SELLER": {"morpho-shanghai"}, "MANUFACTURER": {"safran-identity-security"},
        "BUYER": {"shanghai-psb"}, "END_USER": {"shanghai-psb"}}
    assert {kind: of["xinjiang-normal-2018"] for kind, of in roles.items()
            if "xinjiang-normal-2018" in of} == {
        "SELLER": {"beijing-fistar"}, "MANUFACTURER": {"noldus"},
        "BUYER": {"xinjiang-normal-university"}, "END_USER": {"xinjiang-normal-university"}}
    # The unit that uses the goods is not the body that received them.
    used = parties(edges, "USED_IN")
    assert used["ppsuc-2017-noldus"] == {"ppsuc-behaviour-lab"}
    assert used["shihezi-2012"] == {"shihezi-college-of-education"}


UNKNOWN_SELLER = {"guilin-2013", "jingjiang-story", "shihezi-2012", "axis-shanghai-2018-2020",
                  "axis-wuhan", "axis-lingui-2015"}


def test_a_seller_that_is_not_stated_stays_unknown(edges: Edges, nodes: Nodes) -> None:
    sellers = parties(edges, "SELLER")
    silent = {t for t, n in nodes("Transaction").items() if n.values["carries"]} - sellers.keys()
    assert silent == UNKNOWN_SELLER
    for edge in edges("MANUFACTURER").values():
        assert (edge.values["channel"] == "not-stated") == (edge.start in UNKNOWN_SELLER)


def test_channels(edges: Edges) -> None:
    channels = {e.start: e.values["channel"] for e in edges("MANUFACTURER").values()}
    assert {t: c for t, c in channels.items() if c != "not-stated"} == {
        "shanghai-psb-2015": "own-subsidiary", "ppsuc-2017-noldus": "own-subsidiary",
        "chongqing-2018": "own-subsidiary", "noldus-mps": "direct",
        "lingchuan-2015": "third-party-reseller", "lingchuan-2018": "third-party-reseller",
        "huangpu-2018": "third-party-reseller",
        "fujian-police-academy-2018": "third-party-reseller",
        "xinjiang-normal-2018": "third-party-reseller",
        "beijing-forestry-2019": "third-party-reseller",
    }


def test_an_acknowledged_participation_names_no_recipient(edges: Edges, nodes: Nodes) -> None:
    acknowledged = {t for t, n in nodes("Transaction").items()
                    if n.values["kind"] == "acknowledged-participation"}
    assert acknowledged == {"axis-shanghai-2018-2020", "axis-wuhan", "axis-lingui-2015"}
    for kind in ("BUYER", "END_USER", "SELLER"):
        assert not acknowledged & parties(edges, kind).keys()


def test_what_is_inferred_gives_its_reason(claims: list[Claim], graph: Assembly) -> None:
    inferred = [c for c in claims if c.inferred_because]
    assert len(inferred) > 20
    for claim in inferred:
        assert len(claim.inferred_because.split()) >= 3, claim
    # Taken from the title of the notice only.
    assert {c.about for c in inferred} >= {
        "chongqing-2018--buyer--chongqing-university", "lingchuan-2015--agent--guangxi-jianxin",
        "safran-identity-security--owns--morpho-shanghai"}
    for kind in ("BUYER", "AGENT", "OWNS"):
        for edge in graph.edges(kind):
            told = [c for c in about(claims, edge.values["id"]) if not c.inferred_because]
            assert (edge.values["standing"] == "inferred") == (not told)


# Dates -------------------------------------------------------------------------------------


def test_days_and_months_are_not_swapped(claims: list[Claim]) -> None:
    written = re.compile(r"(\d{2})/(\d{2})/(\d{4})")
    dated = 0
    for claim in claims:
        days = {"-".join(reversed(m.groups())) for t in claim.terms if (m := written.fullmatch(t))}
        if days and claim.kind in ("Transaction", "Source"):
            assert days == {claim.values["date"]}, claim
            dated += 1
    assert dated >= 20


def test_a_customer_story_gives_only_a_latest_date(nodes: Nodes) -> None:
    transactions = nodes("Transaction")
    assert transactions["guilin-2013"].values["date"] == "../2013"
    assert "date" not in transactions["jingjiang-story"].values
    # The page says 2013, the delivery says nothing.
    assert nodes("Source")["axis-story-2901"].values["date"] == "2013"


def test_the_date_of_a_document_is_not_that_of_a_delivery(
    nodes: Nodes, claims: list[Claim]
) -> None:
    transactions, sources = nodes("Transaction"), nodes("Source")
    # Reported in 2019, confirmed in 2020: when it was sold, nobody says.
    assert "date" not in transactions["noldus-mps"].values
    assert sources["correspondent-2019-07-12"].values["date"] == "2019-07-12"
    # Only of an award does the notice's own date say when it happened.
    for claim in claims:
        if claim.kind == "Transaction" and claim.primary_source:
            document = sources[claim.primary_source].values.get("date", "")
            if claim.values["kind"] not in ("award", "brand-mention", "tender"):
                assert claim.values.get("date") != document or not document, claim


def test_the_day_on_which_a_page_was_read_is_no_date_of_anything(nodes: Nodes) -> None:
    sources, transactions = nodes("Source"), nodes("Transaction")
    read = {s.values["retrieved"] for s in sources.values() if s.values.get("retrieved")}
    assert read == {"2020-05-28", "2020-08-15"}
    assert not read & {s.values.get("date") for s in sources.values()}
    assert not read & {t.values.get("date") for t in transactions.values()}


def test_dates_of_events_lie_before_the_report(nodes: Nodes) -> None:
    for node in nodes("Transaction").values():
        assert bounds(node.values.get("date") or "../2020-09").last <= "2020-12-31", node.id


def test_dates_of_the_five_documents(nodes: Nodes) -> None:
    sources = nodes("Source")
    assert {d: sources[d].values["date"] for d in DOCUMENTS} == {
        "amnesty-2020": "2020-09", "bhrrc-2020": "2020-09-21",
        "bscc-letter-dahua-2022": "2022-04-11", "hikvision-amendment-briefing": "2023",
        "un-ol-usa-23-2019": "2019-11-08"}


# Names and owners as of the time -----------------------------------------------------------


def test_morpho_keeps_its_name_and_owner_of_2015(
    edges: Edges, paths: list[SupplyPath], nodes: Nodes
) -> None:
    (path,) = (p for p in paths if p.transaction.id == "shanghai-psb-2015"
               and p.origin.country == "FR")
    assert path.origin.id == "safran-identity-security"
    assert "Morpho" in path.origin.name
    assert "Idemia" not in {s.from_.name for s in path.steps}
    assert "idemia" not in {s.from_.id for s in path.steps}
    # Today's company is its successor.
    succession = edges("SUCCEEDED_BY")
    for before in ("safran-identity-security", "oberthur-technologies"):
        edge = succession[f"{before}--succeeded-by--idemia"]
        assert (edge.values["kind"], edge.values["date"]) == ("merger", "2017-05-31")
    assert nodes("Company")["idemia"].values["founded"] == "2017-05-31"
    # It is asked for under today's name, and found under that of the time.
    assert edges("OWNS")["safran-identity-security--owns--morpho-shanghai"].values[
        "standing"] == "inferred"


def test_idemia_has_the_names_of_its_times(claims: list[Claim]) -> None:
    names = {c.key: c.values.get("valid") for c in claims if c.kind == "Name" and
             c.about == "idemia"}
    assert names["OT-Morpho"] == "2017-05-31/2017-09-28"
    assert names["IDEMIA"] == "2017-09-28/.."


def test_canon_is_shown_above_axis_and_is_never_an_origin_in_the_eu(
    shipped_store: Store, paths: list[SupplyPath]
) -> None:
    question = Question(from_="EU", to="public-body", include_inferred=True, limit=0)
    for day in ("", "2015-01-01", "2018-10-31", "2020-06-01"):
        from_eu = find_paths(
            shipped_store, Question(from_="EU", to="public-body", include_inferred=True, limit=0,
                                    as_of=day))[0].paths
        assert "canon" not in {p.origin.id for p in from_eu}
    axis = [p for p in find_paths(shipped_store, question)[0].paths
            if p.origin.id == "axis-communications"]
    assert len(axis) == 5
    for path in axis:
        assert [(p.id, p.country) for p in path.ultimate_parents] == [("canon", "JP")]
    # From Japan it is one: the same sales, one step of ownership earlier.
    assert {p.transaction.id for p in paths if p.origin.id == "canon"} == {
        p.transaction.id for p in axis}


def test_a_branch_rolls_up_to_its_bureau_as_a_view(shipped_store: Store) -> None:
    def found(to: str) -> list[SupplyPath]:
        question = Question(from_="EU", to=to, limit=0)
        return [p for p in find_paths(shipped_store, question)[0].paths
                if p.transaction.id == "huangpu-2018"]

    (by_kind,), (by_branch,), (by_bureau,) = (
        found("public-security-bureau"), found("huangpu-branch"), found("shanghai-psb"))
    assert by_kind == by_branch == by_bureau
    assert by_bureau.end_user.id == "huangpu-branch"
    assert [b.id for b in by_bureau.part_of] == ["shanghai-psb"]


def test_a_place_is_not_a_superior(edges: Edges, nodes: Nodes) -> None:
    places = nodes("Place")
    superior = edges("PART_OF").values()
    assert not [e for e in superior if e.end in places or e.start in places]
    # The county lies in the city; its bureau is not for that part of the city's.
    assert "lingchuan-county--within--guilin" in edges("WITHIN")
    assert not [e for e in superior if e.start == "lingchuan-psb"]
    assert not [e for e in superior if e.end == "guilin-psb"]


# What the companies say --------------------------------------------------------------------


def stances(claims: list[Claim], *elements: str) -> set[tuple[str, str, str]]:
    return {(c.author, c.stance, c.topic) for e in elements for c in about(claims, e)
            if not c.kind}


def test_a_confirmation_is_of_the_transaction_itself(claims: list[Claim], nodes: Nodes) -> None:
    confirmed = {c.about: c.author for c in claims
                 if c.stance == "confirms" and c.topic == "existence"}
    assert confirmed == {
        "shanghai-psb-2015": "idemia",
        **dict.fromkeys(("noldus-mps", "ppsuc-2017-noldus", "fujian-police-academy-2018",
                         "shihezi-2012", "xinjiang-normal-2018"), "noldus"),
    }
    standing = {t: n.values["standing"] for t, n in nodes("Transaction").items()}
    assert {t for t, s in standing.items() if s == "confirmed"} == confirmed.keys()
    # Nobody confirmed the two that a footnote adds.
    assert not confirmed.keys() & {"beijing-forestry-2019", "chongqing-2018"}


def test_a_general_confirmation_confirms_no_single_award(
    claims: list[Claim], nodes: Nodes, paths: list[SupplyPath]
) -> None:
    said = stances(claims, "huangpu-2018", "huangpu-2018--manufacturer--axis-communications")
    assert ("axis-communications", "explains", "participation") in said
    assert not [s for s in said if s[0] == "axis-communications" and s[1] == "confirms"]
    assert nodes("Transaction")["huangpu-2018"].values["standing"] == "documented"
    assert [p.standing for p in paths if p.transaction.id == "huangpu-2018"
            and p.origin.id == "axis-communications"] == ["documented"]
    # What it did confirm is an element of its own.
    general = nodes("Transaction")["axis-shanghai-2018-2020"].values
    assert (general["kind"], general["date"]) == ("acknowledged-participation", "2018/2020")


def test_confirming_something_elsewhere_does_not_confirm_this(
    claims: list[Claim], nodes: Nodes, edges: Edges
) -> None:
    lingui = nodes("Transaction")["axis-lingui-2015"].values
    assert (lingui["kind"], lingui["date"]) == ("acknowledged-participation", "2015")
    assert parties(edges, "UNDER")["axis-lingui-2015"] == {"lingui-city-surveillance"}
    for year in ("2015", "2018"):
        said = stances(claims, f"lingchuan-{year}",
                       f"lingchuan-{year}--manufacturer--axis-communications")
        assert ("axis-communications", "does-not-confirm", "existence") in said
        assert "confirms" not in {stance for _, stance, _ in said}
        role = edges("MANUFACTURER")[f"lingchuan-{year}--manufacturer--axis-communications"]
        assert role.values["contested"] is True
        assert role.values["standing"] == "documented"
    assert "lingchuan-county" not in parties(edges, "LOCATED_IN").get(
        "lingui-city-surveillance", set())


def test_silence_is_neither_confirmation_nor_denial(
    claims: list[Claim], paths: list[SupplyPath]
) -> None:
    for transaction in ("guilin-2013", "jingjiang-story", "beijing-forestry-2019"):
        said = stances(claims, transaction)
        assert not [s for s in said if s[1] in ("confirms", "disputes", "does-not-confirm")]
        assert not any(p.contested for p in paths if p.transaction.id == transaction)


def test_a_denial_is_by_its_author(claims: list[Claim]) -> None:
    disputes = {(c.about, c.author, c.topic) for c in claims if c.stance == "disputes"}
    assert disputes == {("hikvision", "uk-government", "risk"), ("dahua", "uk-government", "risk")}


def test_four_stances_are_kept_apart(claims: list[Claim]) -> None:
    assert {c.stance for c in claims} == {
        "asserts", "confirms", "does-not-confirm", "disputes", "explains"}


# Sources and origins -----------------------------------------------------------------------


def test_statements_stand_side_by_side_with_their_authors(claims: list[Claim]) -> None:
    about_facereader = {(c.author, c.stance) for c in about(claims, "facereader")
                        if c.topic == "product-function"}
    assert about_facereader >= {("noldus", "explains"), ("amnesty-international", "asserts")}
    on_noldus = {(c.author, c.topic) for c in about(claims, "noldus") if not c.kind}
    assert on_noldus >= {
        ("noldus", "product-function"), ("amnesty-international", "product-function"),
        ("dutch-customs", "export-control"), ("bhrrc", "due-diligence")}


def test_a_page_that_summarises_a_report_is_no_second_origin(
    claims: list[Claim], graph: Assembly
) -> None:
    page = {c.about for c in claims if c.source == "bhrrc-2020"}
    assert len(page) > 5
    without = assemble([c for c in claims if c.source != "bhrrc-2020"])
    before = {n.id: n.values for cls in ("Transaction", "Company") for n in without.nodes(cls)}
    compared = 0
    for cls in ("Transaction", "Company"):
        for node in graph.nodes(cls):
            for name in ("origins", "standing", "contested"):
                assert node.values[name] == before[node.id][name], (node.id, name)
            compared += node.id in page
    assert compared >= 6
    assert {e.end for e in graph.edges("DERIVED_FROM")} == {"amnesty-2020"}


def test_what_was_read_and_what_it_rests_on(claims: list[Claim]) -> None:
    # Everything was read in one of the five; what they cite is the primary source.
    assert {c.source for c in claims} == DOCUMENTS
    described = {c.about for c in claims if c.kind == "Source"}
    assert {c.primary_source for c in claims} - {""} <= described


def test_every_claim_says_where_it_can_be_checked(claims: list[Claim]) -> None:
    for claim in claims:
        assert claim.locator, claim
        assert re.fullmatch(r"L\d+(-\d+)?", claim.anchor), claim
        assert claim.terms, claim


def test_the_documents_are_known_by_their_hash(nodes: Nodes) -> None:
    held = {s.id: s.values for s in nodes("Source").values() if s.values.get("file")}
    assert held.keys() == DOCUMENTS
    assert all(re.fullmatch("[0-9a-f]{64}", v["sha256"]) for v in held.values())


# What may be stored ------------------------------------------------------------------------


def test_ids_are_ascii() -> None:
    columns = ("id", "from", "to", "about", "entity", "transaction", "organisation", "source",
               "primary_source", "author", "publisher", "place")
    for file, line, row in rows():
        for name in columns:
            assert row.get(name, "").isascii(), f"{file}:{line}"


def test_no_term_is_longer_than_eight_words() -> None:
    for file, line, row in rows():
        for term in row["terms"].split(";"):
            assert len(term.split()) <= 8, f"{file}:{line}: {term}"
            # Chinese has no blanks: a name or a title, not a sentence.
            assert not re.search("[。；！？]", term), f"{file}:{line}: {term}"


LONGEST = 11
"""Words in a row that a summary may share with a document by saying the same thing."""
TITLES = {"title", "title_zh", "name", "name_zh", "terms", "url", "website"}


@needs_documents
def test_no_sentence_of_the_documents_is_stored() -> None:
    def runs(text: str) -> set[tuple[str, ...]]:
        words = re.findall(r"\w+", plain(text).lower())
        return {tuple(words[i : i + LONGEST + 1]) for i in range(len(words) - LONGEST)}

    there = runs(" ".join(path.read_text("utf-8") for path in sorted(SEEDS.glob("*.txt"))))
    assert len(there) > 20_000
    for file, line, row in rows():
        for name, cell in row.items():
            if name not in TITLES:
                assert not runs(cell) & there, f"{file}:{line}: {name}"


PEOPLE = (
    # The commissioner, the addressee, the rapporteur, an ambassador, a minister, members.
    "Fraser Sampson", "Sampson", "Michael Lawrence", "David Kaye", "Kaye", "Cassayre",
    "Reynders", "Alton", "Ilham Tohti", "Tohti", "Abdurehim", "Adil",
    # Authors of what the documents cite.
    "Martijn", "Smit", "Byler", "Scoggins", "Jillian", "Bennink", "van Dam",
    "Rollet", "Rudolph", "Zhang Zihan", "Zihan", "Zhao Yusha", "Yusha", "Mozur", "Buckley",
    "Krolik",
    "Bischoff", "Cadell", "Vogiatzoglou", "Atha", "Qiang Xiao", "Josh Chin", "Pernot-Leplay",
    "Immenkamp", "Machiko", "Kanetake", "Leibold", "Olesen", "Ramzy", "Trines",
    "Grayson Morris", "Banerji", "Dongyan", "Yuchao", "Toscana",
)
IN_ADDRESSES = ("bao-", "zhu-", "Blachford", "woollacott")
"""Authors whose names stood in the id or the address of what they wrote."""


@pytest.mark.parametrize("name", [*PEOPLE, *IN_ADDRESSES])
def test_no_natural_person_is_named(name: str, claims: list[Claim]) -> None:
    found = re.compile(rf"(?<![a-z]){re.escape(name)}(?![a-z])" if name[-1] != "-" else
                       rf"(?<![a-z]){re.escape(name)}\d|(?<![a-z]){re.escape(name)}blach", re.I)
    for path in sorted(DATASETS.rglob("*")):
        if path.suffix in (".csv", ".md"):
            text = path.read_text("utf-8")
            if name == "woollacott":
                assert name not in text, path
            assert not found.search(text), path
    assert not [c for c in claims if found.search(str(c))]


@needs_documents
def test_the_names_looked_for_occur_in_the_documents() -> None:
    """The list above is worth something only if the documents hold these names."""
    text = " ".join(p.read_text("utf-8") for p in SEEDS.glob("*.txt")).lower()
    for name in PEOPLE:
        if isinstance(name, str):
            assert name.lower() in text, name


def test_every_folder_says_where_its_data_are_from() -> None:
    assert {p.parent.name for p in DATASETS.glob("*/source.csv")} == DOCUMENTS
    for document in DOCUMENTS:
        assert (DATASETS / document / "README.md").stat().st_size > 200
    assert (DATASETS / "LICENSE").exists()


@needs_documents
def test_every_anchor_holds(shipped_claims: ClaimStore) -> None:
    report = verify(shipped_claims.read_all, SEEDS)
    assert report.faults == ()
    assert report.verified == sum(1 for _ in shipped_claims.read_all())
