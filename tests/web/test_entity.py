"""The parts of an entity's page: time, areas, channels, long lists, and what falls with a claim."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from sousveil.graph import assemble
from sousveil.web.entity import register
from sousveil.web.timeline import WIDE, by_year, timeline
from tests.web.conftest import app_of
from tests.web.test_pages import Read, get
from tests.worlds import Body, Company, Deal, Ownership, Party, World

PROVINCES = ("CN-XJ", "CN-SH", "CN-GX")


def large() -> World:
    """A company with 5,000 sales over twenty years, to bodies in three provinces."""
    bodies = tuple(
        Body(f"bureau-{n:03}", places=(PROVINCES[n % 3] if n % 10 else "CN",)) for n in range(200)
    )
    deals = tuple(
        Deal(
            f"sale-{n:04}",
            date=("", f"{2001 + n % 20}-05-0{1 + n % 9}", f"{2001 + n % 20}")[n % 3]
            if n >= 70 else "1999",
            parties=(
                Party("MANUFACTURER", "maker"), Party("SELLER", "maker" if n % 2 else "dealer"),
                Party("END_USER", f"bureau-{n % 200:03}"),
            ),
        ) for n in range(5000)
    )
    mentions = tuple(
        Deal(f"tender-{n:03}", "tender", "2019", mentions=("maker",)) for n in range(300)
    )
    return World(
        companies=(Company("maker", (("SE", ""),)), Company("dealer"), Company("owner")),
        ownerships=(Ownership("owner", "maker", "60", "2010/2015"),), bodies=bodies,
        deals=(*deals, *mentions),
    )


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    return app_of(assemble(large().claims()), tmp_path_factory.mktemp("many")).test_client()


@pytest.fixture(scope="module")
def page_of_many(many: FlaskClient) -> str:
    """The page of the company with 5,000 sales, which takes a second to make."""
    return many.get("/entity/maker").text


def test_a_page_with_5000_transactions_stays_light(page_of_many: str) -> None:
    assert len(page_of_many.encode()) < 200_000
    page = Read(page_of_many)
    assert "5,000" in page.text
    assert "Page 1 of 100, 5,000 rows" in page.text
    assert "300" in page.text


def test_every_transaction_stands_on_one_of_the_pages(
    many: FlaskClient, page_of_many: str
) -> None:
    """All of one year, page by page: what the bar of the year says is what follows."""
    text = page_of_many
    said = int(re.search(r"<title>1999: (\d+)</title>", text)[1])  # type: ignore[index]
    found: list[str] = []
    for number in range(1, -(-said // 50) + 1):
        text = many.get(f"/entity/maker?year=1999&page={number}").text
        found += re.findall(r'class="event[^"]*" href="/transaction/(sale-\d+)"', text)
    assert len(found) == len(set(found)) == said
    assert sorted(found) == [f"sale-{n:04}" for n in range(70)]


def test_a_long_list_is_whole_page_by_page(many: FlaskClient) -> None:
    """The rows of pages are those of the whole list: the first, one within, and the last."""
    found = []
    for number in (1, 26, 50):
        text = many.get(f"/entity/maker/manufacturer-in?page={number}").text
        found += re.findall(r'href="/transaction/(sale-\d+)"', text)
    assert found == [f"sale-{n:04}" for n in (*range(100), *range(2500, 2600), *range(4900, 5000))]
    assert many.get("/entity/maker/manufacturer-out").status_code == 404


def test_mentions_stand_apart(page_of_many: str) -> None:
    supplies, _, mentions = page_of_many.partition("Mentions, bids and agencies")
    assert "tender-" not in supplies.partition("Transactions in which")[2]
    assert "tender-000" in mentions
    assert "no supply" in mentions[:400]


def test_rows_by_channel_count_what_the_query_counts(
    many: FlaskClient, page_of_many: str
) -> None:
    rows = json.loads(many.get("/queries/company-goods.json?company=maker").data)["rows"]
    for channel, words in (("direct", "Sold by the maker itself"),
                           ("third-party-reseller", "Sold through a third-party reseller")):
        number = sum(r["channel"] == channel for r in rows)
        assert number > 100
        assert f'{words} <span class="count">{number:,}</span>' in page_of_many


def test_end_users_by_area(page_of_many: str) -> None:
    text = page_of_many
    tiles = dict(re.findall(r"<title>([^<]*): (\d+)</title>", text.partition('tiles">')[2]))
    bodies = [n for n in range(200) if n % 10]
    assert int(tiles["Xinjiang Uygur Zizhiqu"]) == sum(n % 3 == 0 for n in bodies)
    assert int(tiles["Shanghai Shi"]) == sum(n % 3 == 1 for n in bodies)
    assert tiles["Beijing Shi"] == "0"
    assert re.search(r'id="area-CN">.*?<span class="count">20</span>', text, re.S)


@pytest.mark.parametrize(("day", "owned"), [("2012-01-01", True), ("", False)])
def test_ownership_as_of_a_day_of_the_form(many: FlaskClient, day: str, owned: bool) -> None:
    page = get(many, f"/entity/maker?as-of={day}")
    fields = {a.get("name"): a.get("value") for t, a in page.tags if t == "input"}
    assert fields["as-of"] == day
    assert ("owner Ltd" in page.text.partition("Connections")[0]) == owned
    assert many.get(f"/entity/maker/ownership.svg?as-of={day}").status_code == (
        200 if owned else 404)


@pytest.mark.parametrize("part", ["year=1066", "page=x", "as-of=2012"])
def test_a_bad_part_of_the_page_is_refused(client: FlaskClient, part: str) -> None:
    assert client.get(f"/entity/axis-communications?{part}").status_code == 400


def test_an_entity_without_anything(tmp_path_factory: pytest.TempPathFactory) -> None:
    graph = assemble(World(companies=(Company("alone"),)).claims())
    client = app_of(graph, tmp_path_factory.mktemp("alone")).test_client()
    text = get(client, "/entity/alone").text
    assert "document none" in text
    assert "No owner and no subsidiary" in text
    assert client.get("/network?open=alone").status_code == 200


# Time ----------------------------------------------------------------------------------------


def event(id_: str, when: str, **more: Any) -> dict[str, Any]:
    return {"id": id_, "title": id_, "date": when, "standing": "documented", "contested": False,
            **more}


def test_a_date_is_drawn_as_precisely_as_it_is_stated() -> None:
    drawn = timeline([
        event("day", "2016-07-01"), event("year", "2017"), event("by", "../2014"),
        event("from", "2019/.."), event("span", "2015/2016"), event("open", ""),
    ])
    assert drawn is not None
    bars = {b.id: b for b in drawn.bars}
    assert [e["id"] for e in drawn.undated] == ["open"]
    assert [b.id for b in drawn.bars if b.point] == ["day"]
    assert (bars["by"].open_start, bars["by"].x) == (True, 0)
    assert bars["from"].open_end
    assert bars["from"].x + bars["from"].wide == WIDE
    year = WIDE / 6
    assert bars["year"].wide == pytest.approx(year, rel=0.01)
    assert bars["span"].wide == pytest.approx(2 * year, rel=0.01)
    assert bars["day"].x == pytest.approx(2.5 * year, rel=0.02)
    assert [label for _, label in drawn.ticks] == ["2014", "2015", "2016", "2017", "2018", "2019"]


def test_words_beside_a_bar_stay_in_the_picture() -> None:
    names = ["a" * 300, "名" * 300, "short"]
    drawn = timeline([
        event(name, when) for name in names
        for when in ("1990", "2005-01-01", "2020", "1990/2020", "../2020")
    ])
    assert drawn is not None
    for bar in drawn.bars:
        width = sum(13 if c > "\u2e80" else 7 for c in bar.said)
        left, right = (bar.said_x, bar.said_x + width) if bar.anchor == "start" else (
            bar.said_x - width, bar.said_x)
        assert left >= -8
        assert right <= WIDE + 16


def test_nothing_dated_is_no_picture() -> None:
    assert timeline([event("open", "")]) is None
    assert timeline([]) is None


def test_a_year_counts_only_what_surely_lies_in_it() -> None:
    rows = [event(str(n), d) for n, d in enumerate(
        ["2018", "2018-03", "2018-12/2019-01", "../2018", "2020", ""])]
    assert by_year(rows) == [("2018", 2), ("2020", 1), ("several", 2), ("", 1)]


# Identifiers, claims -------------------------------------------------------------------------


@pytest.mark.parametrize(("identifier", "address"), [
    ("GB-COH:01234567",
     "https://find-and-update.company-information.service.gov.uk/company/01234567"),
    ("WIKIDATA:Q42", "https://www.wikidata.org/wiki/Q42"), ("XX-YY:1", ""), ("WIKIDATA:", ""),
    ("WIKIDATA:../\"<script>", "https://www.wikidata.org/wiki/..%2F%22%3Cscript%3E"),
])
def test_an_identifier_leads_to_its_register(identifier: str, address: str) -> None:
    assert register(identifier) == (identifier, address)


def test_what_falls_with_a_claim_is_what_falls_with_its_source(client: FlaskClient) -> None:
    """Of claims that alone support their element, the source's own list has each element."""
    rows = json.loads(client.get("/queries/what-falls.json?source=amnesty-2020").data)["rows"]
    single = [r for r in rows if r["lost"] == 1 and r["element_kind"] != "Source"][:20]
    assert len(single) == 20
    for row in single:
        page = get(client, f"/claim/{row['lost_claims'][0]}")
        assert "no other claim would support this" in page.text, row


def test_what_other_claims_support_does_not_fall(client: FlaskClient) -> None:
    rows = json.loads(client.get(
        "/queries/what-falls.json?source=amnesty-2020&only_falling=false").data)["rows"]
    kept = [r for r in rows if r["lost"] + r["kept"] > 1]
    assert kept
    for row in kept[:10]:
        page = get(client, f"/claim/{row['lost_claims'][0]}")
        assert "Nothing would fall" in page.text, row


def test_replies_stand_beside_the_claims_that_they_answer(client: FlaskClient) -> None:
    rows = json.loads(client.get("/queries/contested-claims.json").data)["rows"]
    answered = [r for r in rows if r["summary"] and "--" in r["element"]]
    assert answered
    for row in answered[:5]:
        claims = json.loads(client.get(f"/source/{row['source']}.json").data)["claims"]
        beside = [c["id"] for c in claims
                  if c["about"] == row["element"] and c["id"] != row["claim"]]
        for id_ in beside[:2]:
            said = client.get(f"/claim/{id_}").text.partition("What else is said")[2]
            assert f'/claim/{row["claim"]}"' in said.partition("What would fall")[0], id_


def test_a_reply_holds_nothing_up(client: FlaskClient) -> None:
    rows = json.loads(client.get("/queries/contested-claims.json").data)["rows"]
    page = get(client, f"/claim/{rows[0]['claim']}")
    assert "no element rests on it" in page.text
    assert "contested because of it" in page.text
