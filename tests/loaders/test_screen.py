"""The watch list: what counts as a company's name, what its place documents, and the review."""

from __future__ import annotations

import contextlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sousveil.errors import ConfigError, SourceError, StoreError
from sousveil.graph import ClaimStore
from sousveil.loaders import LOADERS, Record, load
from sousveil.loaders.reviews import ReviewList
from sousveil.loaders.screen import Hit, Watchlist, screen, screen_notice, screen_text
from tests.cli.support import run

SET = Path(__file__).with_name("screening.jsonl")
ROOT = Path(__file__).parents[2]
AWARD = """云山市公安局视频监控设备采购中标公告
一、项目编号：YS-77
三、中标（成交）信息
供应商名称：云山智安科技有限公司
中标（成交）金额：10万元
四、主要标的信息
货物名称：网络摄像机
品牌：AXIS
规格型号：Q1602-E
数量：12
1.采购人信息
名称：云山市公安局
发布日期：2021年3月9日
"""
TENDER = """云山市公安局监控公开招标公告
项目编号：YS-78
采购人：云山市公安局
参考品牌：安讯士、海康威视（摄像机）
发布日期：2021年2月1日
"""


def hits_of(text: str, title: str) -> list[Hit]:
    record = Record(Path("x"), 1, "notice", {"title": title, "content": text, "website": "某网"})
    return list(screen_notice(record, Watchlist.shipped()))


def cases() -> list[dict[str, Any]]:
    return [json.loads(line) for line in SET.read_text("utf-8").splitlines()]


def test_precision_and_recall_on_the_labelled_set() -> None:
    """A hit is right if both the company and what it documents are those of the label."""
    right = wrong = missed = 0
    errors = set()
    for case in cases():
        found = Counter((h.company, h.documented) for h in hits_of(case["text"], case["title"]))
        wanted = Counter((c, d) for c, d in case["hits"])
        right += (found & wanted).total()
        wrong += (found - wanted).total()
        missed += (wanted - found).total()
        if found != wanted:
            errors.add(case["id"])
    assert (right, wrong, missed) == (46, 1, 3)
    assert errors == {76, 78, 79, 80}
    page = (ROOT / "docs/screening.md").read_text("utf-8")
    for figure in (f"{len(cases())} snippets", f"{right} of {right + wrong} hits",
                   f"{right} of {right + missed} labels", f"{right / (right + wrong):.1%}",
                   f"{right / (right + missed):.1%}"):
        assert figure in page, figure


def test_the_labels_are_such_as_the_screening_gives() -> None:
    companies = set(Watchlist.shipped().companies)
    for case in cases():
        for company, documented in case["hits"]:
            assert company in companies
            assert documented in (
                "award-item", "party", "recommended-brand", "compatible-brand",
                "requested-product", "mention")
    assert len({c["id"] for c in cases()}) == len(cases())
    assert sum(not c["hits"] for c in cases()) >= len(cases()) // 3


def test_every_row_of_the_watch_list_says_where_it_is_from_and_matches_itself() -> None:
    known = Watchlist.shipped()
    folder = ROOT / "datasets"
    for row in (*known.companies.values(), *known.terms):
        assert row.source
        if not row.source.startswith("https://"):
            data, name = row.source.split("/")
            assert (folder / data / name).is_file(), row
    for term in known.terms:
        assert term.company in known.companies
        if term.kind == "company":
            assert term.pattern.search(f"x {term.text}。"), term.text


@pytest.mark.parametrize("name", ["id", "company"])
def test_companies_and_products_are_those_of_the_shipped_data(name: str) -> None:
    from sousveil.loaders import shipped

    text = "\n".join(
        path.read_text("utf-8") for folder in shipped() for path in folder.glob("*.csv"))
    known = Watchlist.shipped()
    ids = (
        {c.id for c in known.companies.values() if c.id != "cognitec"} if name == "company"
        else {t.product for t in known.terms if t.product}
    )
    for id_ in ids:
        assert f"\n{id_}," in text, id_


def test_a_place_of_the_text_is_given() -> None:
    (hit,) = hits_of(AWARD, "视频监控设备采购中标公告")
    line = AWARD.splitlines()[hit.line - 1]
    assert line[hit.start : hit.end] == hit.text == "AXIS"
    assert (hit.documented, hit.goods, hit.quantity) == ("award-item", "AXIS Q1602-E", "12")
    assert hit.product == "axis-q1602"
    assert hit.sellers == ("云山智安科技有限公司",)
    assert [name for _, name in hit.buyers] == ["云山市公安局"]


def test_a_word_of_another_lot_is_not_that_lot_s() -> None:
    hits = hits_of(
        "<table><tr><td>包号</td><td>中标供应商</td></tr><t"
        "r><td>1</td><td>甲乙通信有限公司</td></tr>"
        "<tr><td>2</td><td>丙丁集成有限公司</td></tr></table"
        "><table><tr><td>包号</td><td>货物名称</td>"
        "<td>品牌</td></tr><tr><td>2</td><td>摄像机</td><td>安讯士</td></tr></table>",
        "采购中标公告")
    assert [(h.documented, h.sellers) for h in hits] == [("award-item", ("丙丁集成有限公司",))]


def test_goods_of_no_known_lot_are_a_mention() -> None:
    hits = hits_of(
        "<p>包1：中标供应商：甲乙通信有限公司</p><p>包2：中标供应商：丙丁集成有限公"
        "司</p><table><tr>"
        "<td>货物名称</td><td>品牌</td></tr><tr><td>摄像机</td><td>安讯士</td></tr></table>",
        "采购中标公告")
    assert [h.documented for h in hits] == ["mention"]


def test_a_text_that_is_no_notice(tmp_path: Path) -> None:
    path = tmp_path / "spec.txt"
    path.write_text("技术要求\n摄像机须为 AXIS 品牌\n", "gb18030")
    (hit,) = screen(path, Watchlist.shipped())
    assert (hit.line, hit.source, hit.documented) == (2, "", "mention")
    path.write_bytes(b"\xff\xfe\x00\x01" * 300 + b"\x00\xd8" * 300)
    with pytest.raises(SourceError):
        list(screen(path, Watchlist.shipped()))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(
    ["AXIS", "大华", "海康", "Q1602", "-", " ", "摄像机", "DS-2CD", "DH-", "/", "|", "轴", "Ａ",
        "\n",
     "Morpho", "<td>", "<table>", "品牌", "：", "\ud800", "İ", "ß"]), max_size=40))
def test_no_text_breaks_the_screening(pieces: list[str]) -> None:
    text = "".join(pieces) or "x"
    for hit in screen_text(text, "", "x", Watchlist.shipped()):
        assert 0 <= hit.start < hit.end
    with contextlib.suppress(SourceError):
        hits_of(text, "采购中标公告")


def test_a_watch_list_of_one_s_own(tmp_path: Path) -> None:
    (tmp_path / "companies.csv").write_text(
        "id,name,name_zh,country,source\nown,Own Ltd,,GB,mine\n", "utf-8")
    terms = tmp_path / "terms.csv"
    head = "company,product,kind,text,case,needs,not,not_near,source\n"
    terms.write_text(head + "own,,brand,Own,exact,,Own goal,,mine\n", "utf-8")
    own = Watchlist.read(tmp_path)
    assert [m.start for m in own.matches("Own cameras, Owner, Own goal")] == [0]
    for row in ("nobody,,brand,X,any,,,,mine\n", "own,,word,X,any,,,,mine\n",
                "own,,model,(,any,,,,mine\n"):
        terms.write_text(head + row, "utf-8")
        with pytest.raises(ConfigError):
            Watchlist.read(tmp_path)
    terms.write_text("company\n", "utf-8")
    terms.unlink()
    with pytest.raises(ConfigError):
        Watchlist.read(tmp_path)


# Review -----------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    award, tender = tmp_path / "award.txt", tmp_path / "tender.txt"
    award.write_text(AWARD, "utf-8")
    tender.write_text(TENDER, "utf-8")
    return award, tender


def test_the_log_is_appended_to_and_the_last_decision_holds(
    tmp_path: Path, files: tuple[Path, Path]
) -> None:
    list_ = ReviewList(tmp_path / "home")
    hits = list(screen(files[0], Watchlist.shipped()))
    assert (list_.add(hits), list_.add(hits)) == (1, 0)
    (hit,) = hits
    assert list_.of("pending") == [hit]
    list_.decide(hit.id, "reject", "another AXIS", "2026-01-02")
    before = list_.reviews_path.read_bytes()
    assert (list_.of("rejected"), list_.of("pending")) == ([hit], [])
    list_.add(screen(files[0], Watchlist.shipped()))
    assert list_.of("rejected") == [hit]  # What is rejected stays rejected.
    list_.decide(hit.id, "reopen", "seen the data sheet", "2026-01-03")
    list_.decide(hit.id, "accept", "data sheet", "2026-01-03")
    assert list_.of("accepted") == [hit]
    assert list_.reviews_path.read_bytes().startswith(before)
    with pytest.raises(ConfigError, match="no hit"):
        list_.decide("hit-0", "accept", "x", "2026-01-03")
    with pytest.raises(ConfigError):
        list_.decide(hit.id, "accept", "", "2026-01-03")
    list_.reviews_path.write_text('{"hit": 1}\n')
    with pytest.raises(StoreError, match=r"reviews\.jsonl:1"):
        list_.reviews()


def test_accepted_hits_become_claims(tmp_path: Path, files: tuple[Path, Path]) -> None:
    store = ClaimStore(tmp_path / "claims")
    accepted = tmp_path / "accepted.jsonl"
    hits = [h for f in files for h in screen(f, Watchlist.shipped())]
    accepted.write_bytes(b"".join(msgspec.json.encode(h) + b"\n" for h in hits))
    done = load([*files, accepted], store, LOADERS)
    assert [d.loader for d in done] == ["zh-procurement", "zh-procurement", "screened"]
    assert [d.warnings for d in done if d.warnings] == []
    claims = [c for c in store.read_all() if c.note]
    edges = {(c.kind, c.end) for c in claims if c.start and c.kind != "LOCATED_IN"}
    assert ("MANUFACTURER", "axis-communications") in edges
    makers = [c for c in claims if c.kind == "MANUFACTURER"]
    sellers = [c for c in store.read_all() if c.kind == "SELLER"]
    assert [c.start for c in makers] == [c.start for c in sellers]
    included = {c.about for c in store.read_all() if c.kind == "INCLUDES"}
    assert len(included) == 1  # The same product as the notice's own, not a second one.
    mentions = {(c.end, c.values["as"]) for c in claims if c.kind == "MENTIONS"}
    assert mentions == {("axis-communications", "recommended-brand"),
                        ("hikvision", "recommended-brand")}
    kinds = {c.start: c for c in claims if c.kind == "MENTIONS"}
    transactions = [c for c in claims if c.about in kinds]
    assert {str(c.values["kind"]) for c in transactions} == {"brand-mention"}
    assert {c.basis for c in claims} == {"procurement-record"}


def test_accepted_hits_need_their_notice(tmp_path: Path, files: tuple[Path, Path]) -> None:
    accepted = tmp_path / "accepted.jsonl"
    (hit,) = screen(files[0], Watchlist.shipped())
    accepted.write_bytes(msgspec.json.encode(hit))
    with pytest.raises(SourceError, match="not described"):
        load([accepted], ClaimStore(tmp_path / "claims"), LOADERS)
    for text in ('{"id":"hit-1"}', '{"id":"hit-1","company":5}', "{"):
        accepted.write_text(text)
        with pytest.raises(SourceError):
            load([accepted], ClaimStore(tmp_path / "claims"), LOADERS)


def test_the_commands(files: tuple[Path, Path], tmp_path: Path) -> None:
    def text(*arguments: str, code: int = 0) -> str:
        ran = run(tmp_path / "home", *arguments)
        assert ran.code == code, ran.err
        return ran.out

    names = [str(f) for f in files]
    assert text("screen", *names, "--format", "csv").count("pending") == 3
    rows = text("review", "--format", "csv").splitlines()[1:]
    first, second, third = (row.split(",")[0] for row in rows)
    text("review", first, second, "--accept", "--reason", "data sheet")
    text("review", third, "--reject", "--reason", "another firm")
    assert third not in text("screen", *names, "--format", "csv")
    assert "rejected" in text("screen", *names, "--all", "--format", "csv")
    assert "another firm" in text("review", "--log", "--format", "csv")
    target = tmp_path / "accepted.jsonl"
    text("review", "--export", str(target))
    assert len(target.read_text().splitlines()) == 2
    assert len(text("screen", *names, "--jsonl").splitlines()) == 3
    text("load", *names, str(target))
    text("build")
    for arguments in (["review", "--accept"], ["review", first],
                      ["review", "hit-0", "--accept", "--reason", "x"],
                      ["review", first, "--accept"]):
        text(*arguments, code=3)
    (tmp_path / "picture.txt").write_bytes(b"\x89PNG\x00\xff" * 100)
    text("screen", str(tmp_path / "picture.txt"), code=1)
