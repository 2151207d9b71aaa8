"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import resource
import signal
from pathlib import Path

import pytest

from sousveil.errors import ConfigError
from sousveil.graph.writers.files import whole
from tests.cli.support import snapshot


def test_a_file_and_a_folder_get_their_names_at_the_end(tmp_path: Path) -> None:
    with whole(tmp_path / "a.txt") as temporary:
        temporary.write_text("new")
        assert not (tmp_path / "a.txt").exists()
        assert temporary.name == "a.txt"
    with whole(tmp_path / "folder") as temporary:
        (temporary / "deep").mkdir(parents=True)
        (temporary / "deep" / "b.txt").write_text("b")
    assert sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*")) == [
        "a.txt", "folder", "folder/deep", "folder/deep/b.txt"]
    assert (tmp_path / "a.txt").read_text() == "new"
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o666 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_in_a_folder_that_exists_files_are_replaced_and_others_stay(tmp_path: Path) -> None:
    (tmp_path / "f").mkdir()
    (tmp_path / "f" / "old.txt").write_text("old")
    (tmp_path / "f" / "mine.txt").write_text("mine")
    with whole(tmp_path / "f") as temporary:
        temporary.mkdir()
        (temporary / "old.txt").write_text("new")
    assert {p.name: p.read_text() for p in (tmp_path / "f").iterdir()} == {
        "old.txt": "new", "mine.txt": "mine"}


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_after_an_error_everything_is_as_it_was(
    tmp_path: Path, error: type[BaseException]
) -> None:
    (tmp_path / "a.txt").write_text("former")
    before = snapshot(tmp_path)
    with pytest.raises(error):
        _break(tmp_path / "a.txt", error)
    assert snapshot(tmp_path) == before


def _break(path: Path, error: type[BaseException]) -> None:
    with whole(path) as temporary:
        temporary.write_text("half")
        raise error


def test_a_full_disk_leaves_the_former_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("former")
    before = snapshot(tmp_path)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(ConfigError, match="cannot write: File too large") as raised, \
                whole(tmp_path / "a.txt") as temporary:
            temporary.write_text("x" * 5000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert "make room" in raised.value.hint
    assert snapshot(tmp_path) == before


@pytest.mark.parametrize("name", ["no/a.txt", "file/a.txt", "folder", "x" * 300])
def test_places_that_cannot_be_written(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "folder").mkdir()
    with pytest.raises(ConfigError, match="cannot write: "), whole(tmp_path / name) as temporary:
        temporary.write_text("text")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file", "folder"]


def test_a_folder_does_not_replace_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(ConfigError, match="there is a file of that name"), \
            whole(tmp_path / "file") as temporary:
        temporary.mkdir()
    assert (tmp_path / "file").read_text() == "mine"


def test_a_link_stays_one_and_a_device_is_written(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("former")
    (tmp_path / "link").symlink_to("a.txt")
    with whole(tmp_path / "link") as temporary:
        temporary.write_text("new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "a.txt").read_text() == "new"
    with whole(Path("/dev/null")) as temporary:
        assert temporary == Path("/dev/null")
        temporary.write_text("gone")
