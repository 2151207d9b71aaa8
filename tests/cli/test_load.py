"""`sousveil load` and `unload`: keys, rejects, interruptions, disks and files of others."""

from __future__ import annotations

import csv
import errno
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sousveil.errors import ClaimError, ConfigError, SourceError, StoreError, UnknownFormat
from tests.cli.support import (
    SMALL,
    environment,
    exit_code,
    finished,
    run,
    small_home,
    snapshot,
    spawn,
    write,
)

COMPANIES = SMALL["company.csv"]


@pytest.fixture
def small(tmp_path: Path) -> Path:
    return write(tmp_path / "small", SMALL)


def many(number: int) -> str:
    """A company.csv that takes a while to load."""
    return COMPANIES + "".join(
        f"c{n},Company {n},公司{n},SE,report,p. {n}\n" for n in range(number)
    )


# The ordinary run


def test_load_twice(home: Path, small: Path) -> None:
    first = run(home, "load", small)
    assert (first.code, first.out, first.err) == (0, "", "small: 15 claims\n")
    before = snapshot(home)
    second = run(home, "load", small)
    assert (second.code, second.err) == (0, "small: unchanged\n")
    assert snapshot(home) == before


def test_a_file_alone_is_a_source_named_after_its_folder(home: Path, small: Path) -> None:
    ran = run(home, "load", *sorted(small.iterdir()))
    assert ran.code == 0
    assert "small-company: 4 claims" in ran.err


def test_the_key_can_be_chosen(home: Path, small: Path) -> None:
    assert "mine: 15 claims" in run(home, "load", "--source", "mine", small).err
    ran = run(home, "load", "--source", "mine", small, small)
    assert ran.code == exit_code(ConfigError)
    assert "--source names one file or folder" in ran.err


@pytest.mark.parametrize("key", ["../../etc", "A", "a b", ".x"])
def test_a_key_that_cannot_be_one(kept: Path, small: Path, key: str) -> None:
    ran = run(kept, "load", "--source", key, small)
    assert ran.code == exit_code(StoreError)
    assert f"{key!r} cannot be the key of a source" in ran.err
    assert "next: use lower-case letters" in ran.err


def test_the_shipped_data(home: Path) -> None:
    first = run(home, "load", "--shipped")
    assert first.code == 0, first.err
    keys = [line.partition(":")[0] for line in first.err.splitlines()]
    assert keys == ["amnesty-2020", "bhrrc-2020", "bscc-letter-dahua-2022",
                    "hikvision-amendment-briefing", "un-ol-usa-23-2019"]
    before = snapshot(home)
    second = run(home, "load", "--shipped")
    assert second.err.count(": unchanged\n") == 5
    assert snapshot(home) == before


def test_shipped_data_beside_ones_own(home: Path, small: Path) -> None:
    ran = run(home, "load", "--shipped", small)
    assert ran.code == 0, ran.err
    assert ran.err.endswith("small: 15 claims\n")
    assert len(list((home / "claims").iterdir())) == 6


def test_nothing_to_load(kept: Path) -> None:
    ran = run(kept, "load")
    assert ran.code == exit_code(ConfigError)
    assert "nothing to load" in ran.err
    assert "next: name files or folders, or say --shipped" in ran.err


def test_two_inputs_with_one_key(kept: Path, tmp_path: Path) -> None:
    one, two = write(tmp_path / "a" / "data", SMALL), write(tmp_path / "b" / "data", SMALL)
    ran = run(kept, "load", one, two)
    assert ran.code == exit_code(SourceError)
    assert f"{two}: it would be loaded under the key 'data', and so would {one}" in ran.err
    assert "next: load one of them with --source KEY" in ran.err


def test_unknown_format(kept: Path, small: Path) -> None:
    ran = run(kept, "load", "--as", "xlsx", small)
    assert ran.code == exit_code(UnknownFormat)
    assert "there is no loader 'xlsx'" in ran.err
    assert "next: use one of templates" in ran.err


def test_a_folder_without_templates(kept: Path, tmp_path: Path) -> None:
    folder = write(tmp_path / "papers", {"README.md": "hello"})
    ran = run(kept, "load", folder)
    assert ran.code == exit_code(UnknownFormat)
    assert f"{folder}: the folder holds no table" in ran.err
    assert "next: a folder that is loaded as one source holds templates: company.csv" in ran.err


def test_an_absent_file(kept: Path, tmp_path: Path) -> None:
    ran = run(kept, "load", tmp_path / "company.csv")
    assert ran.code == exit_code(SourceError)
    assert f"{tmp_path}/company.csv: cannot read: No such file" in ran.err
    assert "next: look whether the name is right" in ran.err


@pytest.mark.parametrize("options", [[], ["--as", "templates"]])
def test_a_pipe_is_not_waited_for(home: Path, tmp_path: Path, options: list[str]) -> None:
    pipe = tmp_path / "company.csv"
    os.mkfifo(pipe)
    ran = finished(spawn(home, "load", *options, pipe), timeout=20)
    assert ran.code == exit_code(SourceError)
    assert f"{pipe}: is neither a file nor a folder" in ran.err
    assert "next: save what it gives to a file" in ran.err
    assert not home.exists()


def test_a_guessed_encoding_is_said(home: Path, tmp_path: Path) -> None:
    folder = write(tmp_path / "small", SMALL, company=COMPANIES.encode("gb18030"))
    ran = run(home, "load", folder)
    assert ran.code == 0
    assert f"warning: {folder}/company.csv:2: read as GB18030" in ran.err
    assert '"name_zh":"转售有限公司"' in run(home, "export", "claims").out


@pytest.mark.parametrize(
    "data",
    [COMPANIES.encode("utf-8-sig"), COMPANIES.encode("utf-16"),
     COMPANIES.replace("\n", "\r\n").encode(), COMPANIES.replace(",", ";").encode(),
     COMPANIES.replace(",", "\t").encode(),
     COMPANIES.replace("转售有限公司", "").replace("Maker AB", "Mäker AB").encode("cp1252")],
    ids=["byte order mark", "UTF-16", "CRLF", "semicolons", "tabs", "Windows-1252"],
)
def test_files_as_programs_save_them(home: Path, tmp_path: Path, data: bytes) -> None:
    ran = run(home, "load", write(tmp_path / "small", SMALL, company=data))
    assert ran.code == 0, ran.err
    exported = run(home, "export", "claims").out
    assert '"name":"Maker AB"' in exported or '"name":"Mäker AB"' in exported


# Rejects


BAD = COMPANIES + "=x,Formula,,SE,report,p. 7\nnew,,,SE,report,p. 8\n"


def test_one_reject_too_many(kept: Path, tmp_path: Path) -> None:
    folder = write(tmp_path / "small", SMALL, company=BAD)
    ran = run(kept, "load", "--max-rejects", "1", folder)
    assert ran.code == exit_code(SourceError)
    assert "(2 faults in all; nothing was loaded)" in ran.err
    for line in (4, 5):
        assert f"{folder}/company.csv:{line}: " in ran.err


def test_rejects_within_the_limit(home: Path, tmp_path: Path) -> None:
    folder = write(tmp_path / "small", SMALL, company=BAD)
    ran = run(home, "load", "--max-rejects", "2", folder)
    assert ran.code == 0
    assert "small: 15 claims, 2 records left out" in ran.err
    assert run(home, "build").code == 0


def test_rejects_are_listed_in_a_file(home: Path, tmp_path: Path) -> None:
    one = write(tmp_path / "one", SMALL, company=BAD)
    two = write(tmp_path / "two", {
        "product.csv": "id,name,source,locator\nlens,Lens,report,p. 1\n=lens,Lens,report,p. 1\n"})
    listed = tmp_path / "rejects.csv"
    ran = run(home, "load", "--max-rejects", "3", "--rejects", listed, one, two)
    assert ran.code == 0, ran.err
    assert f"3 rejected records are listed in {listed}" in ran.err
    with listed.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(Path(r["file"]).name, r["line"]) for r in rows] == [
        ("company.csv", "4"), ("company.csv", "5"), ("product.csv", "3")]
    assert all(r["message"] and r["hint"] for r in rows)


def test_rejects_of_a_refused_load_are_listed_too(kept: Path, tmp_path: Path) -> None:
    rows = "".join(f"c{n},,,SE,report,p. 1\n" for n in range(30))
    folder = write(tmp_path / "small", SMALL, company=COMPANIES + rows)
    listed = tmp_path / "rejects.csv"
    ran = run(kept, "load", "--rejects", listed, folder)
    assert ran.code == exit_code(SourceError)
    assert len(listed.read_text().splitlines()) == 31
    ran = run(kept, "load", folder)
    assert "… and 10 more; --rejects FILE lists them all" in ran.err


def test_a_rejects_file_that_cannot_be_written(kept: Path, tmp_path: Path) -> None:
    folder = write(tmp_path / "small", SMALL, company=BAD)
    ran = run(kept, "load", "--rejects", tmp_path / "no" / "rejects.csv", folder)
    assert ran.code == exit_code(ConfigError)
    assert "rejects.csv: cannot write: No such file or directory" in ran.err


@pytest.mark.parametrize("number", ["-1", "many"])
def test_a_limit_that_is_no_number(kept: Path, tmp_path: Path, number: str) -> None:
    ran = run(kept, "load", "--max-rejects", number, tmp_path)
    assert ran.code == 2
    assert "--max-rejects" in ran.err


# Unloading


def test_unload(home: Path, small: Path) -> None:
    run(home, "load", small)
    more = write(small.with_name("more"), {
        "owns.csv": "from,to,source,locator\nmaker,reseller,report,p. 9\n"})
    run(home, "load", more)
    ran = run(home, "unload", "more")
    assert (ran.code, ran.out) == (0, "")
    assert "more: forgotten; `sousveil build` builds the graph without it" in ran.err
    assert [p.name for p in (home / "claims").iterdir()] == ["small.claims.gz"]


@pytest.mark.parametrize("key", ["other", "../claims/small", "small.claims.gz", ""])
def test_unload_what_was_not_loaded(kept: Path, key: str) -> None:
    ran = run(kept, "unload", key)
    assert ran.code == exit_code(ConfigError)
    assert f"nothing was loaded under {key!r}" in ran.err
    assert "next: loaded are: small" in ran.err


def test_unload_on_a_disk_that_refuses(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS))

    monkeypatch.setattr(Path, "unlink", refuse)
    ran = run(kept, "unload", "small")
    monkeypatch.undo()
    assert ran.code == exit_code(StoreError)
    assert "Read-only file system" in ran.err
    assert "next: " in ran.err


def test_what_others_need_is_missed_by_the_next_build(tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(small_home(), home)
    more = write(tmp_path / "more", {
        "owns.csv": "from,to,source,locator\nmaker,reseller,report,p. 9\n"})
    assert run(home, "load", more).code == 0
    assert run(home, "unload", "small").code == 0
    before = snapshot(home)
    ran = run(home, "build")
    assert ran.code == exit_code(ClaimError)
    assert "which no claim describes (rule: no dangling id)" in ran.err
    assert "next: load the data that describes" in ran.err
    assert snapshot(home) == before


def test_two_sources_that_disagree_about_the_class(tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(small_home(), home)
    more = write(tmp_path / "more", {
        "source.csv": "id,title,basis,publisher\npage,A page,press,paper\n",
        "publisher.csv": "id,name,kind,source,locator\npaper,Paper,news-media,page,top\n",
        "product.csv": "id,name,source,locator\nmaker,Maker,page,p. 9\n"})
    # All that it needs is in its own files: then the others are not read for it.
    assert run(home, "load", more).code == 0
    before = snapshot(home)
    for verb in ("check", "build"):
        ran = run(home, verb)
        assert ran.code == exit_code(ClaimError)
        assert "'maker' is described as" in ran.err
        assert "next: give one of the two another id" in ran.err
    assert snapshot(home) == before


# Files and folders of other programs and versions


def test_claims_of_another_version(tmp_path: Path) -> None:
    import gzip

    home = tmp_path / "home"
    shutil.copytree(small_home(), home)
    path = home / "claims" / "small.claims.gz"
    data = gzip.decompress(path.read_bytes()).replace(b'"format":1', b'"format":9', 1)
    path.write_bytes(gzip.compress(data))
    before = snapshot(home)
    for args in (["build"], ["check"], ["export", "claims"]):
        ran = run(home, *args)
        assert ran.code == exit_code(StoreError), args
        assert f"{path}: claims of format 9; this version of Sousveil reads 1" in ran.err
        assert "next: load the source 'small' again with this version" in ran.err
    assert snapshot(home) == before
    assert run(home, "load", write(tmp_path / "small", SMALL)).code == 0
    assert run(home, "check").code == 0


def test_a_home_that_is_a_file(tmp_path: Path, small: Path) -> None:
    home = tmp_path / "home"
    home.write_text("not a folder")
    ran = run(home, "load", small)
    assert ran.code == exit_code(StoreError)
    assert "cannot write claims" in ran.err
    assert "SOUSVEIL_HOME" in ran.err
    assert home.read_text() == "not a folder"


# Disks


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 128 kB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(disk)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("mounting a file system needs more rights than this process has")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk(tiny_disk: Path, small: Path) -> None:
    home = tiny_disk / "home"
    assert run(home, "load", small).code == 0
    before = snapshot(home)
    write(small, {}, company=many(20_000))
    ran = run(home, "load", small)
    assert ran.code == exit_code(StoreError)
    assert f"{home}/claims: cannot write claims: No space left on device" in ran.err
    assert "next: free some space" in ran.err
    assert snapshot(home) == before


def test_a_read_only_disk(tiny_disk: Path, small: Path) -> None:
    home = tiny_disk / "home"
    assert run(home, "load", small).code == 0
    before = snapshot(home)
    subprocess.run(["mount", "-o", "remount,ro", str(tiny_disk)], check=True)
    write(small, {}, company=many(3))
    for args in (["load", small], ["unload", "small"]):
        ran = run(home, *args)
        assert ran.code == exit_code(StoreError), ran.err
        assert "Read-only file system" in ran.err
    for args in (["check", small], ["check"], ["export", "claims"]):
        assert run(home, *args).code == 0, args
    assert snapshot(home) == before


def test_a_file_that_may_not_be_read(kept: Path, small: Path) -> None:
    (small / "company.csv").chmod(0)
    if os.access(small / "company.csv", os.R_OK):
        pytest.skip("this process may read everything")
    ran = run(kept, "load", small)
    assert ran.code == exit_code(SourceError)
    assert f"{small}/company.csv: cannot read: Permission denied" in ran.err
    assert "next: look whether the name is right and whether you may read it" in ran.err


def test_a_folder_that_may_not_be_read(kept: Path, small: Path) -> None:
    small.chmod(0)
    if os.access(small, os.R_OK):
        pytest.skip("this process may read everything")
    ran = run(kept, "load", small)
    small.chmod(0o755)
    assert ran.code == 2
    assert f"Path '{small}' is not readable" in ran.err


# Interruptions


def staged(home: Path) -> list[Path]:
    return list((home / "claims").glob(".*.part"))


def wait_for(process: subprocess.Popen[bytes], home: Path) -> None:
    """Wait until the load has begun to write."""
    end = time.monotonic() + 30
    while not staged(home):
        assert process.poll() is None, finished(process)
        assert time.monotonic() < end
        time.sleep(0.005)


def test_an_interrupted_load_leaves_the_old_claims(home: Path, small: Path) -> None:
    run(home, "load", small)
    before = snapshot(home)
    write(small, {}, company=many(200_000))
    process = spawn(home, "load", small)
    wait_for(process, home)
    process.send_signal(signal.SIGINT)
    ran = finished(process)
    assert ran.code == 130
    assert ran.err.strip().splitlines()[-1] == "interrupted; nothing was changed by halves"
    assert "Traceback" not in ran.err
    assert snapshot(home) == before


def test_a_killed_load_leaves_the_old_claims(home: Path, small: Path) -> None:
    run(home, "load", small)
    whole = (home / "claims" / "small.claims.gz").read_bytes()
    write(small, {}, company=many(4_000))
    for delay in (0.0, 0.02, 0.1):
        process = spawn(home, "load", small)
        wait_for(process, home)
        time.sleep(delay)
        process.kill()
        assert finished(process).code == -signal.SIGKILL
        assert (home / "claims" / "small.claims.gz").read_bytes() == whole
        assert run(home, "check").code == 0
        for path in staged(home):
            path.unlink()
    assert run(home, "load", small).code == 0
    assert (home / "claims" / "small.claims.gz").read_bytes() != whole


def test_what_a_killed_load_left_is_removed_by_the_next(home: Path, small: Path) -> None:
    write(small, {}, company=many(4_000))
    process = spawn(home, "load", small)
    wait_for(process, home)
    process.kill()
    finished(process)
    write(small, SMALL)
    assert run(home, "load", small).code == 0
    assert staged(home) == []


# Sizes


def measured(home: Path, *args: str | Path) -> tuple[int, str, int]:
    """Exit code, stderr and peak memory in MB of a command that may use 1 GB of addresses."""
    if not Path("/proc/self/status").exists():
        pytest.skip("the peak memory of a process is read from /proc")
    # Not what wait4 says: that counts the process which started this one, too.
    start = (
        "import atexit, resource, sys; sys.argv[0] = 'sousveil'\n"
        "resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))\n"
        "atexit.register(lambda: print(open('/proc/self/status').read(), file=sys.stdout))\n"
        "from sousveil.cli import main; main()"
    )
    ran = finished(subprocess.Popen(
        [sys.executable, "-c", start, *map(str, args)], env=environment(home),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ))
    peak = re.search(r"VmHWM:\s+(\d+) kB", ran.out)
    assert peak, ran
    return ran.code, ran.err, int(peak[1]) // 1024


def test_a_line_of_two_gigabytes_is_refused_at_flat_memory(home: Path, tmp_path: Path) -> None:
    folder = write(tmp_path / "small", SMALL)
    path = folder / "company.csv"
    with path.open("ab") as file:
        # The line is sparse: it takes no room on the disk, and all of it is read.
        file.write(b"new,")
        file.truncate(2 << 30)
    code, err, megabytes = measured(home, "load", folder)
    path.unlink()
    assert code == exit_code(SourceError), err
    assert f"{path}:4: a line of more than a million characters" in err
    assert megabytes < 100
    assert not list(home.rglob("*.gz"))


def test_memory_stays_flat_over_many_rows(home: Path, tmp_path: Path) -> None:
    """What is kept of a row is its id: a statement has none, so a long file takes no more."""
    row = "maker,asserts,risk," + "A long summary. " * 200 + ",report,p. 1\n"
    peaks = []
    for number in (500, 10_000):
        folder = write(tmp_path / f"s{number}", SMALL)
        with (folder / "statement.csv").open("w") as file:
            file.write("about,stance,topic,summary,source,locator\n")
            for _ in range(number):
                file.write(row)
        code, err, megabytes = measured(home, "load", folder)
        assert code == 0, err
        peaks.append(megabytes)
    assert peaks[1] < peaks[0] + 10
