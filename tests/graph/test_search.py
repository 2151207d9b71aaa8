"""The search index: what finds what, in which order, and what happens to a bad file."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sousveil.errors import StoreError, StoreUnavailable
from sousveil.graph.search import MIN_SCORE, Hit, SearchIndex, SearchRow, build_index


def row(
    id: str,
    name: str = "",
    name_zh: str = "",
    *names: tuple[str, str],
    cls: str = "Company",
    kinds: tuple[str, ...] = (),
) -> SearchRow:
    return SearchRow(id, cls, name, name_zh, kinds, names)


BUREAU = ("public-security-bureau", "public-security-organ")

ROWS = [
    row("axis-communications", "Axis Communications AB", "安讯士网络通讯", ("安讯士", "zh-Hans")),
    row("axis-other", "Axis Machine Tools Ltd"),
    row("noldus", "Noldus Information Technology B.V.", "诺达思"),
    row("noldus-beijing", "", "诺达思（北京）信息技术有限责任公司"),
    row(
        "hikvision",
        "Hangzhou Hikvision Digital Technology Co., Ltd.",
        "杭州海康威视数字技术股份有限公司",
        ("海康威视", "zh-Hans"),
        ("HIKVISION", "en"),
    ),
    row("idemia", "IDEMIA Group S.A.S.", "", ("Morpho", "fr"), ("OT-Morpho", "fr")),
    row("loreal", "L'Oréal SA"),
    row("sichuang", "", "思创科技集团"),
    row("siwang", "", "思旺网络股份有限公司"),
    row("gz-psb", "Guangzhou PSB", "廣州市公安局", cls="PublicBody", kinds=BUREAU),
    row("gz-psd", "", "贵州省公安厅", cls="PublicBody"),
    row("lvshun", "Lüshunkou", "旅顺口", cls="Place"),
    row("baise", "", "百色", cls="Place"),
    row("chaoyang", "", "朝阳区", cls="Place"),
    row("CN-XJ", "Xinjiang Uyghur Autonomous Region", "新疆维吾尔自治区", cls="Place"),
    row("are-place", "Åre", cls="Place"),
    row("are-plain", "Are", cls="Place"),
    row("just-ab", "AB"),
    row("seoul", "", "", ("서울", "ko"), ("東京", "ja"), cls="Place"),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SearchIndex]:
    path = tmp_path_factory.mktemp("search") / "search.sqlite"
    build_index(path, iter(ROWS))
    with SearchIndex(path) as opened:
        yield opened


def ids(hits: Iterable[Hit]) -> list[str]:
    return [hit.id for hit in hits]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        # Latin, with and without the company form, whatever the case, width and punctuation
        ("Axis Communications AB", "axis-communications"),
        ("axis communications", "axis-communications"),
        ("Axis Communications Inc.", "axis-communications"),
        ("ＡＸＩＳ　ＣＯＭＭＵＮＩＣＡＴＩＯＮＳ", "axis-communications"),
        ("communications axis", "axis-communications"),
        ("AxisCommunications", "axis-communications"),
        ("Noldus Information Technology BV", "noldus"),
        ("Noldus Information Technology b. v.", "noldus"),
        ("Noldus", "noldus"),
        ("Nold", "noldus"),
        ("Idemia", "idemia"),
        ("Idemia SAS", "idemia"),
        ("loreal", "loreal"),
        ("L’OREAL", "loreal"),
        ("ab", "just-ab"),
        # aliases, former names and ids
        ("ot morpho", "idemia"),
        ("HIKVISION", "hikvision"),
        ("cn-xj", "CN-XJ"),
        ("gz-psb", "gz-psb"),
        # letters from inside a word
        ("vision", "hikvision"),
        # Chinese: whole, part, one and two characters, either script
        ("安讯士", "axis-communications"),
        ("海康", "hikvision"),
        ("海康威视数字技术", "hikvision"),
        ("杭州海康威视数字技术有限公司", "hikvision"),
        ("讯士", "axis-communications"),
        ("讯", "axis-communications"),
        ("廣州市公安局", "gz-psb"),
        ("广州市公安局", "gz-psb"),
        ("广州", "gz-psb"),
        ("诺达思(北京)", "noldus-beijing"),
        ("诺达思 北京", "noldus-beijing"),
        ("新疆自治区", "CN-XJ"),
        ("서울", "seoul"),
        # pinyin, together and apart, with the company form and without
        ("siwang", "siwang"),
        ("si wang wangluo", "siwang"),
        ("Siwang Wangluo Gufen Youxian Gongsi", "siwang"),
        ("siwangwangluogufenyouxiangongsi", "siwang"),
        ("Si chuang", "sichuang"),
        ("sichuang keji jituan", "sichuang"),
        ("haikang weishi", "hikvision"),
        ("guangzhou gonganju", "gz-psb"),
        ("lüshun", "lvshun"),
        ("lvshun", "lvshun"),
        ("lushunkou", "lvshun"),
        ("baise", "baise"),
        ("bai se", "baise"),
        ("chaoyang", "chaoyang"),
        # both scripts at once
        ("海康威视 Hikvision", "hikvision"),
        # typing errors
        ("Axsi Comunications", "axis-communications"),
        ("Noldos", "noldus"),
        ("Nlodus", "noldus"),
        ("hikvison", "hikvision"),
        ("Ideima", "idemia"),
        ("xinjang", "CN-XJ"),
        ("安迅士", "axis-communications"),
        ("海康威士", "hikvision"),
        ("guangzou gongan", "gz-psb"),
    ],
)
def test_finds(index: SearchIndex, text: str, first: str) -> None:
    assert ids(index.search(text))[:1] == [first]


@pytest.mark.parametrize(
    "text",
    ["", " ", "\0", "\n\t", '"', "*", "-", "()", "…", "。", "\ud800", "😀", "a", "q", "qx",
     "tec-xx", "t:axis", "AND", "nosuchcompany", "Idemia France", "鼻"],
)  # fmt: skip
def test_finds_nothing(index: SearchIndex, text: str) -> None:
    assert index.search(text) == []


@pytest.mark.parametrize(
    "text",
    ['axis"', '"axis', "axis*", "-axis", "^axis", "axis\0", "(axis)", "{axis}", "axis'",
     "+axis", "axis;--"],
)  # fmt: skip
def test_query_syntax_is_only_text(index: SearchIndex, text: str) -> None:
    plain = [(hit.id, hit.score) for hit in index.search("axis")]
    assert [(hit.id, hit.score) for hit in index.search(text)] == plain


@pytest.mark.parametrize(
    "text", ["axis OR noldus", "axis NOT communications", "NEAR(axis noldus)", "axis AND noldus"]
)
def test_operators_are_words(index: SearchIndex, text: str) -> None:
    words = text.lower().replace("(", " ").replace(")", " ")
    assert index.search(text) == index.search(words)
    assert "noldus" not in ids(index.search(text))


@pytest.mark.parametrize(
    "text", ["axis communications " * 600, "海康威视" * 3000, "x" * 10_000, "ab " * 4000, "a" * 70]
)
def test_long_text(index: SearchIndex, text: str) -> None:
    assert isinstance(index.search(text), list)


def test_exact_before_prefix_before_similar(tmp_path: Path) -> None:
    path = tmp_path / "search.sqlite"
    names = ["Morpho", "Morpho SA", "Morphology Group", "Safran Morpho", "Geomorphology", "Morphe"]
    build_index(path, [row(f"c{9 - i}", name) for i, name in enumerate(names)])
    with SearchIndex(path) as index:
        hits = index.search("morpho")
        assert [hit.name for hit in hits] == names[:4]  # found as typed: nothing looser
        assert [hit.score for hit in hits] == sorted((h.score for h in hits), reverse=True)
        assert hits[0].score == 100.0
        assert "Morphe" in [hit.name for hit in index.search("Morphx")]
        assert index.search("morpho", 2) == hits[:2]


def test_the_spelling_typed_comes_first(index: SearchIndex) -> None:
    assert ids(index.search("Åre")) == ["are-place", "are-plain"]
    assert ids(index.search("Are")) == ["are-plain", "are-place"]


def test_equal_names_in_the_order_of_ids(tmp_path: Path) -> None:
    path = tmp_path / "search.sqlite"
    build_index(path, [row(f"b-{i:02}", "", "公安局", cls="PublicBody") for i in range(30, 0, -1)])
    with SearchIndex(path) as index:
        assert ids(index.search("公安局", 5)) == [f"b-{i:02}" for i in range(1, 6)]
        assert len(index.search("公安局", 100)) == 30


def test_company_forms_alone_do_not_find_every_company(index: SearchIndex) -> None:
    assert ids(index.search("AB")) == ["just-ab"]
    assert index.search("B.V.") == []
    assert index.search("Ltd") == []


def test_hit(index: SearchIndex) -> None:
    (hit,) = index.search("廣州市公安局")
    assert hit == Hit(
        "gz-psb", "PublicBody", "Guangzhou PSB", "廣州市公安局", "廣州市公安局", 100.0, BUREAU
    )
    # generated pinyin finds, but is not shown as a name
    assert index.search("siwang wangluo")[0].matched == "思旺网络股份有限公司"
    assert index.search("Morpho")[0].matched == "Morpho"
    # a misreading would be no help: other languages get no pinyin
    assert index.search("dongjing") == []


def test_classes(index: SearchIndex) -> None:
    assert ids(index.search("公安", classes=["PublicBody"])) == ["gz-psb", "gz-psd"]
    assert index.search("公安", classes=("Company",)) == []
    assert ids(index.search("Axsi Comunications", classes={"Company"})) == ["axis-communications"]
    assert index.search("axis communications", classes={"Place"}) == []
    assert index.search("axis", classes={'x" OR "y'}) == []


@pytest.mark.parametrize("limit", [0, -1])
def test_no_room(index: SearchIndex, limit: int) -> None:
    assert index.search("axis", limit) == []


def test_same_bytes_in_any_order(tmp_path: Path) -> None:
    build_index(tmp_path / "a", ROWS)
    build_index(tmp_path / "b", reversed(ROWS))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a", "b"]


def test_generated_pinyin_is_marked(tmp_path: Path) -> None:
    path = tmp_path / "search.sqlite"
    build_index(path, [row("x", "Axis", "安讯士")])
    db = sqlite3.connect(path)
    kinds = db.execute("SELECT folded, kind FROM name ORDER BY folded").fetchall()
    db.close()
    assert kinds == [("an xun shi", 1), ("axis", 0), ("x", 2), ("安讯士", 0)]


def test_empty_index(tmp_path: Path) -> None:
    path = tmp_path / "search.sqlite"
    build_index(path, [])
    with SearchIndex(path) as index:
        assert index.search("axis") == []


def test_many_names_keep_the_rare_one_findable(tmp_path: Path) -> None:
    path = tmp_path / "search.sqlite"
    crowd = (row(f"c{i}", f"Information Communications {i} Ltd") for i in range(3000))
    build_index(path, [*crowd, ROWS[0]])
    with SearchIndex(path) as index:
        assert ids(index.search("Axsi Comunications"))[:1] == ["axis-communications"]
        assert len(index.search("information comunications")) == 10


# ── Any text, any name ───────────────────────────────────────────────────────────────────────

TEXT = st.text(max_size=30) | st.text(
    "axis noldu海康威視视公安局广ABbv.-&*\"'()\0ü한あ", max_size=20
)


@given(TEXT)
def test_any_text(index: SearchIndex, text: str) -> None:
    hits = index.search(text)
    assert hits == index.search(text)
    assert all(MIN_SCORE <= hit.score <= 100 for hit in hits)
    assert len(set(ids(hits))) == len(hits) <= 10
    assert hits == sorted(hits, key=lambda hit: (-hit.score, hit.id))
    assert index.search(text, 3) == hits[:3]


NAMES = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from("axis noldu海康威視视公安局ABbv. "),
    max_size=40,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(NAMES, NAMES, NAMES), min_size=1, max_size=8))
def test_every_name_finds_its_entity(tmp_path: Path, triples: list[tuple[str, str, str]]) -> None:
    path = tmp_path / "search.sqlite"
    rows = [row(f"e{i}", a, b, (c, "und")) for i, (a, b, c) in enumerate(triples)]
    build_index(path, rows)
    with SearchIndex(path) as index:
        for entity in rows:
            assert entity.id in ids(index.search(entity.id, 99))
            for name in (entity.name, entity.name_zh, entity.names[0][0]):
                hits = index.search(name, 99)
                if not hits:  # nothing in it that could be asked for
                    assert not any(char.isalnum() for char in name) or _marks_only(name)
                    continue
                best = [hit.id for hit in hits if hit.score == 100.0]
                assert entity.id in best


def _marks_only(name: str) -> bool:
    """Rare letters that compatibility folding turns into no letter at all."""
    import unicodedata

    folded = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", name).casefold())
    return not any(c.isalnum() for c in folded if unicodedata.category(c) != "Mn")


# ── Threads ──────────────────────────────────────────────────────────────────────────────────


def test_threads(index: SearchIndex) -> None:
    texts = ["axis", "Noldos", "海康", "siwang", "公安局", "Axsi Comunications"] * 5
    expected = [index.search(text) for text in texts]
    results: list[list[list[Hit]]] = []

    def work() -> None:
        results.append([index.search(text) for text in texts])

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 6


# ── Bad files ────────────────────────────────────────────────────────────────────────────────


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="no search index") as caught:
        SearchIndex(tmp_path / "missing.sqlite")
    assert caught.value.hint
    with pytest.raises(StoreUnavailable):
        SearchIndex(tmp_path)


@pytest.mark.parametrize(
    "content", [b"", b"hello", b"\0" * 5000, b"SQLite format 3\0" + b"\xff" * 5000]
)
def test_foreign_bytes(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "search.sqlite"
    path.write_bytes(content)
    with pytest.raises(StoreError) as caught:
        SearchIndex(path)
    assert str(path) in caught.value.message
    assert caught.value.hint
    assert path.read_bytes() == content


def test_foreign_database(tmp_path: Path) -> None:
    path = tmp_path / "search.sqlite"
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE name (n INTEGER)")
    db.commit()
    db.close()
    with pytest.raises(StoreError, match="not a search index"):
        SearchIndex(path)


def test_other_format(tmp_path: Path) -> None:
    path = tmp_path / "search.sqlite"
    build_index(path, ROWS)
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version = 99")
    db.commit()
    db.close()
    with pytest.raises(StoreError, match="format 99"):
        SearchIndex(path)


@pytest.mark.parametrize("keep", [1, 100, 4096, 0.3, 0.9])
def test_truncated(tmp_path: Path, keep: float) -> None:
    path = tmp_path / "search.sqlite"
    build_index(path, ROWS)
    content = path.read_bytes()
    path.write_bytes(content[: int(keep if keep >= 1 else len(content) * keep)])
    with pytest.raises(StoreError):
        SearchIndex(path)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(st.integers(100, 60_000), st.binary(min_size=1, max_size=64))))
def test_damaged_bytes(
    tmp_path: Path, index: SearchIndex, changes: list[tuple[int, bytes]]
) -> None:
    path = tmp_path / "search.sqlite"
    content = bytearray(Path(index._path).read_bytes())
    size = len(content)
    for at, junk in changes:
        content[at % size : at % size + len(junk)] = junk
    path.write_bytes(content[:size])
    # any other exception fails the test
    with contextlib.suppress(StoreError), SearchIndex(path) as damaged:
        for text in ("axis", "Noldos", "海康", "hikvison", "gz-psb"):
            damaged.search(text)


def test_closed(tmp_path: Path) -> None:
    path = tmp_path / "search.sqlite"
    build_index(path, ROWS)
    index = SearchIndex(path)
    index.close()
    index.close()
    with pytest.raises(StoreError, match="closed"):
        index.search("axis")


def test_strange_path(tmp_path: Path) -> None:
    folder = tmp_path / "a b?c#d%20é海"
    folder.mkdir()
    build_index(folder / "search.sqlite", ROWS)
    with SearchIndex(folder / "search.sqlite") as index:
        assert ids(index.search("noldus"))[:1] == ["noldus"]


def test_reading_leaves_no_trace(tmp_path: Path) -> None:
    path = tmp_path / "search.sqlite"
    build_index(path, ROWS)
    content = path.read_bytes()
    path.chmod(0o444)
    with SearchIndex(path) as index:
        index.search("Noldos")
        assert [file.name for file in tmp_path.iterdir()] == ["search.sqlite"]
    assert path.read_bytes() == content


# ── Builds that fail ─────────────────────────────────────────────────────────────────────────


def test_a_failed_build_leaves_the_old_index(tmp_path: Path) -> None:
    path = tmp_path / "search.sqlite"
    build_index(path, ROWS)
    content = path.read_bytes()

    def broken() -> Iterator[SearchRow]:
        yield ROWS[0]
        raise RuntimeError("the source broke")

    with pytest.raises(RuntimeError, match="the source broke"):
        build_index(path, broken())
    with pytest.raises(StoreError, match="'noldus'"):
        build_index(path, [*ROWS, row("noldus", "Twice")])
    with pytest.raises(StoreError, match="half a character"):
        build_index(path, [row("x", "half \ud800")])
    assert path.read_bytes() == content
    assert [file.name for file in tmp_path.iterdir()] == ["search.sqlite"]


def test_leftovers_of_a_killed_build_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "search.sqlite"
    (tmp_path / "search.sqlite.part").write_bytes(b"half a file")
    (tmp_path / "search.sqlite.stage").write_bytes(b"half a file")
    build_index(path, ROWS)
    assert [file.name for file in tmp_path.iterdir()] == ["search.sqlite"]


def test_nowhere_to_write(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be written") as caught:
        build_index(tmp_path / "missing" / "search.sqlite", ROWS)
    assert caught.value.hint
