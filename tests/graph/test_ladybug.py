"""What the embedded store must survive: other people's folders, damage, full disks and kills."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from sousveil.errors import ConfigError, StoreError, StoreUnavailable
from sousveil.graph import Assembly, ClaimStore, Store, assemble, connect
from sousveil.graph import ladybug as module


@pytest.fixture(scope="module")
def shipped(shipped_claims: ClaimStore) -> Assembly:
    return assemble(shipped_claims.read_all())


@pytest.fixture(scope="module")
def few(shipped_claims: ClaimStore) -> Assembly:
    return assemble(shipped_claims.read("un-ol-usa-23-2019"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "graph"


@pytest.fixture
def store(folder: Path, few: Assembly) -> Iterator[Store]:
    with connect(f"ladybug:{folder}") as opened:
        opened.replace(few)
        yield opened


def transactions(store: Store) -> int:
    ((number,),) = store.run("MATCH (t:Transaction) RETURN count(t) AS n").rows
    assert isinstance(number, int)
    return number


def test_nothing_built_yet(folder: Path) -> None:
    with connect(str(folder)) as store, pytest.raises(StoreUnavailable) as caught:
        store.run("RETURN 1 AS one")
    assert "sousveil build" in caught.value.hint


def test_a_reader_keeps_its_graph_until_it_opens_again(
    store: Store, folder: Path, few: Assembly, shipped: Assembly
) -> None:
    with connect(str(folder)) as reader:
        before = transactions(reader)
        store.replace(shipped)
        assert transactions(reader) == before == few.counts().get("Transaction", 0)
        assert reader.info.dataset == few.dataset
        assert not reader.search("Noldus")
        reader.close()
        assert transactions(reader) == shipped.counts()["Transaction"]
        assert reader.search("Noldus")[0].id == "noldus"


def test_only_two_builds_are_kept(store: Store, folder: Path, few: Assembly) -> None:
    for _ in range(3):
        store.replace(few)
    assert len(list(folder.glob("build-*"))) == 2
    assert not list(folder.glob(".partial-*"))


def test_one_build_at_a_time(store: Store, few: Assembly) -> None:
    with module.LadybugStore(store.folder)._building():  # type: ignore[attr-defined]
        with pytest.raises(StoreUnavailable, match="another build"):
            store.replace(few)
        assert store.info.dataset == few.dataset
    store.replace(few)


def test_urls() -> None:
    for url in ("", "redis:x", "ladybug:"):
        with pytest.raises(ConfigError):
            connect(url)


def test_a_file_is_no_folder(tmp_path: Path, few: Assembly) -> None:
    path = tmp_path / "graph"
    path.write_text("mine")
    with connect(str(path)) as store:
        with pytest.raises(StoreError, match="is a file"):
            store.run("RETURN 1 AS one")
        with pytest.raises(StoreError, match="is a file"):
            store.replace(few)
    assert path.read_text() == "mine"


def test_a_folder_of_another_program(tmp_path: Path, few: Assembly) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with connect(str(tmp_path)) as store, pytest.raises(StoreError, match=r"letter\.txt"):
        store.replace(few)
    assert [p.name for p in tmp_path.iterdir()] == ["letter.txt"]


@pytest.mark.parametrize(("change", "words"), [
    ({"format": 99}, "format 99"), ({"program": "other"}, "written by other"),
    ({"ontology": "0" * 16}, "ontology"),
])
def test_a_graph_of_another_version(
    store: Store, folder: Path, change: dict[str, object], words: str, few: Assembly
) -> None:
    store.close()
    (path,) = folder.glob("build-*/info.json")
    info = msgspec.json.decode(path.read_bytes())
    path.write_bytes(msgspec.json.encode({**info, **change}))
    with connect(str(folder)) as opened:
        with pytest.raises(StoreError, match=words) as caught:
            opened.run("RETURN 1 AS one")
        assert "sousveil build" in caught.value.hint
        opened.replace(few)
        assert opened.info.dataset == few.dataset


@pytest.mark.parametrize("damage", ["graph.lbug", "info.json", "search.sqlite", "current", "build"])
def test_damage_is_told_and_mended_by_a_build(
    store: Store, folder: Path, few: Assembly, damage: str
) -> None:
    store.close()
    if damage == "current":
        (folder / "current").write_text("../elsewhere\n")
    elif damage == "build":
        (folder / "current").write_text("build-99-nothing\n")
    else:
        (path,) = folder.glob(f"build-*/{damage}")
        path.write_bytes(b"\x00nonsense" * 100)
    with connect(str(folder)) as opened:
        with pytest.raises(StoreError) as caught:  # noqa: PT012
            opened.run("MATCH (c:Claim) RETURN count(c) AS n")
            opened.search("Commerce Control List")
        assert caught.value.hint
        opened.replace(few)
        assert opened.search("Commerce Control List")[0].id == "commerce-control-list"


def test_a_full_disk_leaves_the_old_graph(
    store: Store, few: Assembly, shipped: Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "build_index", full)
    with pytest.raises(StoreError, match="No space left"):
        store.replace(shipped)
    monkeypatch.undo()
    assert store.info.dataset == few.dataset
    assert not list(store.folder.glob(".partial-*"))  # type: ignore[attr-defined]


def test_killed_builds(folder: Path, few: Assembly, shipped: Assembly) -> None:
    with connect(str(folder)) as store:
        store.replace(few)
    script = (
        "import sys, tempfile\nfrom pathlib import Path\n"
        "from sousveil.graph import ClaimStore, assemble, connect\n"
        "from sousveil.loaders import LOADERS, load, shipped\n"
        "claims = ClaimStore(Path(tempfile.mkdtemp()))\n"
        "load(shipped(), claims, LOADERS)\n"
        "graph = assemble(claims.read_all())\n"
        "print('go', flush=True)\n"
        "connect(sys.argv[1]).replace(graph)\n"
    )
    for pause in (0.05, 0.3, 0.8, 1.5):
        builder = subprocess.Popen(
            [sys.executable, "-c", script, str(folder)], stdout=subprocess.PIPE
        )
        assert builder.stdout is not None
        builder.stdout.readline()
        time.sleep(pause)
        builder.kill()
        builder.wait()
        with connect(str(folder)) as store:
            # The old graph, or the new one if the build was quicker than the kill: never half.
            graph = few if store.info.dataset == few.dataset else shipped
            assert store.info.dataset == graph.dataset
            assert transactions(store) == graph.counts().get("Transaction", 0)
    with connect(str(folder)) as store:
        store.replace(shipped)
        assert store.info.dataset == shipped.dataset
    assert not list(folder.glob(".partial-*"))
