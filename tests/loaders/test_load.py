"""Loading as a whole: all or nothing, once, and side by side with what is there already."""

from __future__ import annotations

import errno
import gzip
import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sousveil.errors import SourceError, StoreError, UnknownFormat
from sousveil.graph import Claim, ClaimStore
from sousveil.loaders import LOADERS, Loaded, Loader, LoadRefused, Record, find, load
from tests.cli.support import SMALL, snapshot, write

Load = Callable[..., list[Loaded]]


@pytest.fixture
def store(tmp_path: Path) -> ClaimStore:
    return ClaimStore(tmp_path / "claims")


@pytest.fixture
def loading(store: ClaimStore) -> Load:
    return lambda *paths, **options: load(paths, store, LOADERS, **options)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return write(tmp_path / "small", SMALL)


def names(store: ClaimStore) -> set[str]:
    return {str(c.values["name"]) for c in store.read_all() if c.kind == "Company"}


def test_loading_again_changes_nothing(store: ClaimStore, loading: Load, small: Path) -> None:
    assert loading(small)[0].claims == 15
    (path,) = store.folder.iterdir()
    before = (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino)
    (again,) = loading(small)
    assert (again.key, again.unchanged, again.claims) == ("small", True, 0)
    assert (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino) == before


def test_the_same_files_give_the_same_bytes(
    store: ClaimStore, loading: Load, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loading(small)
    before = snapshot(store.folder)
    shutil.rmtree(store.folder)
    monkeypatch.setattr(time, "time", lambda: 1_000_000_000.0)
    loading(small)
    assert snapshot(store.folder) == before


def test_a_newer_edition_replaces_the_older_as_a_whole(
    store: ClaimStore, loading: Load, small: Path
) -> None:
    loading(small)
    write(small, {}, company=SMALL["company.csv"].replace("Maker AB", "Maker Group AB"))
    (done,) = loading(small)
    assert not done.unchanged
    assert names(store) == {"Maker Group AB", "Reseller Co. Ltd."}
    assert store.keys() == ["small"]


def test_what_a_newer_edition_leaves_out_is_gone(
    store: ClaimStore, loading: Load, small: Path
) -> None:
    write(small, {}, company=SMALL["company.csv"] + "third,Third,,SE,report,p. 2\n")
    loading(small)
    write(small, SMALL)
    loading(small)
    assert "Third" not in names(store)


def test_other_sources_stay_as_they_are(store: ClaimStore, loading: Load, small: Path) -> None:
    loading(small)
    before = snapshot(store.folder)
    more = write(small.with_name("more"), {
        "owns.csv": "from,to,source,locator\nmaker,reseller,report,p. 9\n"})
    loading(more)
    after = snapshot(store.folder)
    assert after.pop("more.claims.gz")
    assert after == before


@pytest.mark.parametrize("field", ["from", "to", "source", "author"])
def test_an_id_may_be_described_by_a_source_loaded_before(
    loading: Load, small: Path, field: str
) -> None:
    values = {"from": "maker", "to": "reseller", "source": "report", "author": "watchers"}
    more = small.with_name("more")
    text = "from,to,source,author,locator\n{from},{to},{source},{author},p. 9\n"
    write(more, {}, owns=text.format(**{**values, field: "nobody"}))
    loading(small)
    with pytest.raises(LoadRefused, match="nobody"):
        loading(more)
    write(more, {}, owns=text.format(**values))
    assert loading(more)[0].claims == 1


def test_an_id_may_be_described_by_any_file_of_the_command(
    store: ClaimStore, loading: Load, small: Path
) -> None:
    # Whatever their order: the companies cite a source that comes after them.
    files = sorted(small.iterdir(), key=lambda p: (p.stem == "source", p.name))
    done = loading(*files)
    assert sum(d.claims for d in done) == 15
    assert store.keys()[0] == "small-company"


def test_what_stays_unchanged_counts_too(loading: Load, small: Path) -> None:
    more = write(small.with_name("more"), {
        "owns.csv": "from,to,source,locator\nmaker,reseller,report,p. 9\n"})
    loading(more, small)
    write(more, {"owns.csv": "from,to,source,locator\nmaker,reseller,report,p. 10\n"})
    assert [d.unchanged for d in loading(more, small)] == [False, True]


def test_what_is_to_be_replaced_counts_no_more(loading: Load, small: Path) -> None:
    more = write(small.with_name("more"), {
        "owns.csv": "from,to,source,locator\nmaker,reseller,report,p. 9\n"})
    loading(small, more)
    write(small, {}, company=SMALL["company.csv"].replace("reseller,", "dealer,"))
    with pytest.raises(LoadRefused, match="nothing is called 'reseller'"):
        loading(small, more)


def test_one_faulty_source_stops_the_others(store: ClaimStore, loading: Load, small: Path) -> None:
    good = write(small.with_name("good"), SMALL)
    bad = write(small.with_name("bad"), {
        "owns.csv": "from,to,source,locator\nmaker,x,report,p. 1\n"})
    with pytest.raises(LoadRefused):
        loading(good, bad)
    assert store.keys() == []
    assert snapshot(store.folder) == {}


def test_two_inputs_may_not_have_one_key(store: ClaimStore, loading: Load, tmp_path: Path) -> None:
    one, two = write(tmp_path / "a" / "data", SMALL), write(tmp_path / "b" / "data", SMALL)
    with pytest.raises(SourceError, match=r"under the key 'data', and so would .*a/data") as caught:
        loading(one, two)
    assert caught.value.path == str(two)
    assert "--source KEY" in caught.value.hint
    assert store.keys() == []


def test_names_in_other_scripts_have_keys_of_their_own(
    store: ClaimStore, loading: Load, tmp_path: Path
) -> None:
    loading(write(tmp_path / "数据", SMALL))
    loading(write(tmp_path / "资料", {
        "product.csv": "id,name,source,locator\nlens,Lens,report,p. 5\n"}))
    assert len(store.keys()) == 2
    assert any(c.about == "maker" for c in store.read_all())


def test_the_key_can_be_chosen(store: ClaimStore, loading: Load, small: Path) -> None:
    loading(small, key="chosen.one-2")
    assert store.keys() == ["chosen.one-2"]
    for bad in ("../escape", "A", "a b", ".hidden", "a--b"):
        with pytest.raises(StoreError, match="cannot be the key"):
            loading(small, key=bad)
    assert store.keys() == ["chosen.one-2"]


# What may be left out, and what not


REJECTED = SMALL["company.csv"] + "=x,Formula,,SE,report,p. 7\nnew,,,SE,report,p. 8\n"


def test_records_may_be_left_out_up_to_a_number(
    store: ClaimStore, loading: Load, small: Path
) -> None:
    write(small, {}, company=REJECTED)
    (done,) = loading(small, max_rejects=2)
    assert [(Path(r.path).name, r.line) for r in done.rejects] == [
        ("company.csv", 4), ("company.csv", 5)]
    assert names(store) == {"Maker AB", "Reseller Co. Ltd."}


def test_one_more_and_nothing_is_loaded(store: ClaimStore, loading: Load, small: Path) -> None:
    write(small, {}, company=REJECTED)
    with pytest.raises(LoadRefused) as caught:
        loading(small, max_rejects=1)
    assert len(caught.value.rejects) == 2
    assert store.keys() == []


def test_a_record_is_left_out_with_all_of_its_claims(
    store: ClaimStore, loading: Load, small: Path
) -> None:
    # The row gives a company and its seat; only the seat is at fault.
    write(small, {}, company=SMALL["company.csv"] + "new,New,,a b,report,p. 7\n")
    loading(small, max_rejects=1)
    assert not any("new" in (c.about, c.start) for c in store.read_all())


def test_what_others_refer_to_cannot_be_left_out(
    store: ClaimStore, loading: Load, small: Path
) -> None:
    write(small, {}, company=SMALL["company.csv"].replace("maker,Maker AB", "maker,"))
    with pytest.raises(LoadRefused, match="column 'name' is empty") as caught:
        loading(small, max_rejects=100)
    assert any("nothing is called 'maker'" in r.message for r in caught.value.rejects)
    assert store.keys() == []


def test_a_file_that_cannot_be_read_to_its_end_cannot_be_left_out(
    store: ClaimStore, loading: Load, small: Path
) -> None:
    head, rows = SMALL["company.csv"].split("\n", 1)
    write(small, {}, company=f'{head}\nnew,"New\n{rows}')
    with pytest.raises(LoadRefused) as caught:
        loading(small, max_rejects=100)
    # The rest of the file is missing: that its ids are missed elsewhere is no fault of theirs.
    assert len(caught.value.rejects) == 1
    assert store.keys() == []


def test_a_dry_run_changes_nothing_at_all(store: ClaimStore, loading: Load, small: Path) -> None:
    (done,) = loading(small, dry_run=True)
    assert done.claims == 15
    assert not store.folder.exists()


def test_progress_is_told(loading: Load, small: Path) -> None:
    rows = "".join(f"c{n},C{n},,SE,report,p. 1\n" for n in range(2500))
    write(small, {}, company=SMALL["company.csv"] + rows)
    told: list[int] = []
    loading(small, progress=told.append)
    assert sum(told) == 2000


def test_a_field_that_nobody_reads_is_a_warning(store: ClaimStore, small: Path) -> None:
    def read(path: Path) -> Iterator[Record]:
        yield Record(path, 7, "notes", {"id": "maker", "colour": "red", "size": " "})

    def claims(record: Record) -> Iterator[Claim]:
        yield Claim(about=record.take("id"), kind="Company", values={"name": "Maker"},
                    author="watchers", basis="press", source="report", locator="p. 1")

    notes = Loader(name="notes", title="Notes", sniff=lambda head, name: name == "notes.txt",
                   read=read, claims=claims)
    path = small.with_name("notes.txt")
    path.write_text("-")
    (_, done) = load([small, path], store, (*LOADERS, notes))
    assert [(w.line, w.message) for w in done.warnings] == [(7, "not read: colour")]


# What is no file of ours


def test_a_folder_without_templates_is_refused(loading: Load, tmp_path: Path) -> None:
    folder = write(tmp_path / "papers", {"README.md": "hello", ".company.csv": "id\n"})
    with pytest.raises(UnknownFormat, match="the folder holds no table") as caught:
        loading(folder)
    assert "company.csv" in caught.value.hint


def test_hidden_files_are_left_alone_and_capitals_are_not(
    store: ClaimStore, loading: Load, small: Path
) -> None:
    (small / "._company.csv").write_bytes(b"\x00\x05\x16\x07")
    (small / "company.csv").rename(small / "COMPANY.CSV")
    (small / "source.csv").rename(small / "Source.Csv")
    assert loading(small)[0].claims == 15
    assert "Maker AB" in names(store)


def test_an_unknown_csv_in_a_folder_is_refused(loading: Load, small: Path) -> None:
    write(small, {"companies.csv": "id\n"})
    with pytest.raises(UnknownFormat, match="no loader recognises it") as caught:
        loading(small)
    assert caught.value.path.endswith("companies.csv")


def test_unknown_format_names_those_there_are(loading: Load, small: Path) -> None:
    with pytest.raises(UnknownFormat, match="there is no loader 'no-such'") as caught:
        loading(small, as_="no-such")
    assert "templates" in caught.value.hint


def test_several_loaders_are_a_question_for_the_user(small: Path) -> None:
    twice = (*LOADERS, Loader(name="again", title="", sniff=lambda *_: True,
                              read=lambda path: (), claims=lambda record: iter(())))
    with pytest.raises(UnknownFormat, match="several loaders recognise it: templates, again") as no:
        find(small / "company.csv", twice)
    assert "--as" in no.value.hint
    assert find(small / "company.csv", twice, "again").name == "again"


@pytest.mark.parametrize("as_", ["", "templates"])
def test_a_pipe_or_device_is_refused_and_not_waited_for(
    loading: Load, tmp_path: Path, as_: str
) -> None:
    pipe = tmp_path / "company.csv"
    os.mkfifo(pipe)
    for path in (pipe, Path("/dev/zero")):
        with pytest.raises(SourceError, match="is neither a file nor a folder") as caught:
            loading(path, as_=as_)
        assert "save what it gives to a file" in caught.value.hint
    with pytest.raises(SourceError, match="is neither a file nor a folder"):
        loading(tmp_path, as_=as_)


def test_an_absent_file_is_said(loading: Load, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="cannot read: No such file") as caught:
        loading(tmp_path / "company.csv")
    assert "name is right" in caught.value.hint


def test_a_link_to_nowhere_is_said(loading: Load, small: Path) -> None:
    (small / "owns.csv").symlink_to(small / "gone.csv")
    with pytest.raises(SourceError, match=r"owns\.csv: cannot read: No such file"):
        loading(small)


def test_a_file_that_may_not_be_read_is_said(
    loading: Load, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.open

    def opened(self: Path, *args: object, **options: object) -> object:
        if self.name == "company.csv":
            raise PermissionError(errno.EACCES, "Permission denied", str(self))
        return real(self, *args, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", opened)
    with pytest.raises(SourceError, match=r"company\.csv: cannot read: Permission denied") as no:
        loading(small)
    assert "whether you may read it" in no.value.hint


# Disks


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EIO])
@pytest.mark.parametrize("at", ["write", "fsync", "replace"])
def test_a_disk_that_refuses_leaves_the_old_claims(
    store: ClaimStore, loading: Load, small: Path, monkeypatch: pytest.MonkeyPatch,
    code: int, at: str,
) -> None:
    loading(small)
    before = snapshot(store.folder)
    write(small, {}, company=SMALL["company.csv"] + "new,New,,SE,report,p. 9\n")

    def refuse(*_: object, **__: object) -> None:
        raise OSError(code, os.strerror(code))

    target = {"write": (gzip.GzipFile, "write"), "fsync": (os, "fsync"),
              "replace": (Path, "replace")}[at]
    monkeypatch.setattr(*target, refuse)
    with pytest.raises(StoreError, match="cannot write claims: " + os.strerror(code)) as caught:
        loading(small)
    monkeypatch.undo()
    assert "what was loaded before is unchanged" in caught.value.hint
    assert snapshot(store.folder) == before


# Damage


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def first_bytes(data: bytes) -> bytes:
    return data[:20]


def another_version(data: bytes) -> bytes:
    return gzip.compress(gzip.decompress(data).replace(b'"format":1', b'"format":2', 1))


def another_program(data: bytes) -> bytes:
    return b"PK\x03\x04" + data


def without_the_end(data: bytes) -> bytes:
    return gzip.compress(b"".join(gzip.decompress(data).splitlines(keepends=True)[:-2]))


@pytest.mark.parametrize(
    "damage", [cut, first_bytes, another_version, another_program, without_the_end])
def test_damaged_claims_are_said_and_loading_again_repairs_them(
    store: ClaimStore, loading: Load, small: Path, damage: Callable[[bytes], bytes]
) -> None:
    loading(small)
    (path,) = store.folder.iterdir()
    whole = path.read_bytes()
    path.write_bytes(damage(whole))
    with pytest.raises(StoreError) as caught:
        list(store.read_all())
    assert str(path) in caught.value.message
    assert "'small' again" in caught.value.hint
    (done,) = loading(small)
    assert not done.unchanged
    assert path.read_bytes() == whole


def test_a_single_wrong_bit_is_found(store: ClaimStore, loading: Load, small: Path) -> None:
    loading(small)
    (path,) = store.folder.iterdir()
    whole, claims = path.read_bytes(), list(store.read_all())
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1:])
        try:
            found = list(store.read_all())
        except StoreError:
            continue
        assert found == claims, f"byte {at}"


def test_damage_elsewhere_does_not_stop_a_source_that_needs_nothing_of_it(
    store: ClaimStore, loading: Load, small: Path
) -> None:
    loading(small)
    other = write(small.with_name("other"), {
        "owns.csv": "from,to,source,locator\nmaker,reseller,report,p. 9\n"})
    loading(other)
    (store.folder / "other.claims.gz").write_bytes(b"?")
    write(small, {}, company=SMALL["company.csv"] + "new,New,,SE,report,p. 9\n")
    loading(small)
    assert "New" in {str(c.values.get("name")) for c in store.read("small")}
