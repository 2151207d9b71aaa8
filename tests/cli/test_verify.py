"""`sousveil verify` and `check`: what is found, that all of it is, and that nothing changes."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from sousveil.errors import ConfigError, SourceError, UnknownFormat
from tests.cli.support import SEEDS, SMALL, exit_code, run, snapshot, write

TEXT = "Maker AB of Sweden\nReseller Co. Ltd. (转售有限公司)\n"


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    return write(tmp_path / "documents", {"report.txt": TEXT})


@pytest.fixture
def anchored(home: Path, documents: Path, tmp_path: Path) -> Path:
    """A home with two claims that are anchored in a document."""
    sha256 = hashlib.sha256((documents / "report.txt").read_bytes()).hexdigest()
    folder = write(tmp_path / "small", SMALL, source=(
        "id,title,basis,publisher,file,sha256,source,locator\n"
        f"report,A report,ngo-report,watchers,report.txt,{sha256},,\n"
        "notice,Notice,procurement-record,,,,report,p. 4\n"), company=(
        "id,name,source,locator,anchor,terms\nmaker,Maker AB,report,p. 1,L1,Maker AB;Sweden\n"
        "reseller,Reseller,report,p. 1,L2,转售有限公司\n"))
    assert run(home, "load", folder).code == 0
    return home


def test_verified(anchored: Path, documents: Path) -> None:
    before = snapshot(anchored)
    ran = run(anchored, "verify", "--sources", documents, "--format", "json")
    assert (ran.code, json.loads(ran.out)) == (0, [])
    assert "2 claims verified in 1 document" in ran.err
    assert "0 faults" in ran.err
    assert snapshot(anchored) == before


def test_a_document_that_was_changed(anchored: Path, documents: Path) -> None:
    (documents / "report.txt").write_text(TEXT + "more\n")
    ran = run(anchored, "verify", "--sources", documents)
    assert ran.code == 1
    assert "report.txt is not the file that was read: its hash differs" in ran.out
    assert "1 fault" in ran.err


def test_a_document_that_is_not_there(anchored: Path, documents: Path) -> None:
    (documents / "report.txt").unlink()
    ran = run(anchored, "verify", "--sources", documents, "--format", "json")
    assert ran.code == 1
    (fault,) = json.loads(ran.out)
    assert (fault["source"], fault["fault"]) == ("report", "report.txt: No such file or directory")


@pytest.mark.parametrize("anchor", ["L2", "L9"])
def test_an_anchor_on_another_line(
    home: Path, documents: Path, tmp_path: Path, anchor: str
) -> None:
    folder = write(tmp_path / "small", SMALL, source=(
        "id,title,basis,publisher,file,source,locator\n"
        "report,A report,ngo-report,watchers,report.txt,,\n"
        "notice,Notice,procurement-record,,,report,p. 4\n"), company=(
        "id,name,source,locator,anchor,terms\n"
        f"maker,Maker AB,report,p. 1,{anchor},Maker AB;Sweden\nreseller,Reseller,report,p. 1,,\n"))
    loaded = run(home, "load", folder)
    assert loaded.code == 0, loaded.err
    ran = run(home, "verify", "--sources", documents, "--format", "json")
    assert ran.code == 1
    (fault,) = json.loads(ran.out)
    assert fault["about"] == "maker"
    assert fault["anchor"] == anchor
    assert fault["fault"] == {
        "L2": "not there: Maker AB; Sweden", "L9": "the document has 2 lines"}[anchor]


def test_nothing_to_verify_is_no_success(home: Path, documents: Path) -> None:
    ran = run(home, "verify", "--sources", documents)
    assert ran.code == exit_code(ConfigError)
    assert "no claims have been loaded" in ran.err
    assert "next: run `sousveil load --shipped`" in ran.err


def test_a_folder_that_is_none(kept: Path, tmp_path: Path) -> None:
    for folder in (tmp_path / "absent", write(tmp_path, {"file": "x"}) / "file"):
        ran = run(kept, "verify", "--sources", folder)
        assert ran.code == exit_code(ConfigError)
        assert f"{folder} is not a folder" in ran.err
        assert "next: name the folder with the documents" in ran.err


@pytest.mark.skipif(not SEEDS.is_dir(), reason=f"the documents are not here: {SEEDS}")
def test_the_shipped_data_holds(shipped: Path) -> None:
    ran = run(shipped, "verify", "--sources", SEEDS, "--format", "csv")
    assert ran.code == 0, ran.out
    assert "claims verified in 5 documents" in ran.err


# check


def test_check_finds_every_fault_at_once(kept: Path, tmp_path: Path) -> None:
    one = write(
        tmp_path / "small", SMALL,
        company=SMALL["company.csv"] + "=x,Formula,,SE,report,p. 1\nnew,,,SE,report,p. 1\n"
        "newer,Newer,,SE,report,\nmaker,Maker,,SE,report,p. 1\n",
        product="id,nmae,source,locator\ncamera,Camera,report,p. 3\n",
        transaction=SMALL["transaction.csv"].replace("2018-05-01", "1/5/2018"),
    )
    two = write(tmp_path / "two", {
        "owns.csv": "from,to,source,locator\nmaker,maker,report,p. 1\nmaker,reseller,report\n"})
    ran = run(kept, "check", one, two)
    assert ran.code == 1
    found = [line.partition(" ")[0].removeprefix(str(tmp_path)) for line in ran.out.splitlines()]
    assert found == [
        "/small/company.csv:4:", "/small/company.csv:5:", "/small/company.csv:6:",
        "/small/company.csv:7:", "/small/product.csv:1:", "/small/transaction.csv:2:",
        "/two/owns.csv:2:", "/two/owns.csv:3:",
    ]
    assert "8 faults" in ran.err


def test_check_of_sound_files(kept: Path, tmp_path: Path) -> None:
    folder = write(tmp_path / "small", SMALL, company=SMALL["company.csv"]
                   + "new,New,,SE,report,p. 1\n")
    ran = run(kept, "check", folder)
    assert (ran.code, ran.out) == (0, "")
    assert "17 claims, no faults" in ran.err


def test_check_makes_no_home(home: Path, tmp_path: Path) -> None:
    assert run(home, "check", write(tmp_path / "small", SMALL)).code == 0
    assert not home.exists()


def test_check_of_what_has_been_loaded(shipped: Path) -> None:
    ran = run(shipped, "check")
    assert ran.code == 0
    info = json.loads(run(shipped, "info", "--format", "json").out)
    assert f"make a graph; data set {info['data set'][:12]}" in ran.err
    assert sum(map(int, re.findall(r"\b(\d+) (?:claims|on the)", ran.err))) == (
        info["counts"]["Claim"])


def test_check_of_nothing_loaded(home: Path) -> None:
    ran = run(home, "check")
    assert ran.code == exit_code(ConfigError)
    assert "no claims have been loaded" in ran.err
    assert not home.exists()


def test_check_of_files_that_are_none(kept: Path, tmp_path: Path) -> None:
    ran = run(kept, "check", tmp_path / "company.csv")
    assert ran.code == exit_code(SourceError)
    assert "cannot read: No such file" in ran.err
    ran = run(kept, "check", write(tmp_path / "papers", {"notes.csv": "a,b\n"}))
    assert ran.code == exit_code(UnknownFormat)
    assert "no loader recognises it" in ran.err


def test_check_says_warnings(kept: Path, tmp_path: Path) -> None:
    folder = write(tmp_path / "small", SMALL, company=SMALL["company.csv"].encode("gb18030"))
    ran = run(kept, "check", folder)
    assert ran.code == 0
    assert f"warning: {folder}/company.csv:2: read as GB18030" in ran.out
