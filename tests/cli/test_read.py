"""`sousveil read`: what a file would give, without any store."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sousveil.errors import SourceError, UnknownFormat
from tests.cli.support import SMALL, exit_code, run, write


def test_a_file_is_read_and_no_store_is_touched(home: Path, tmp_path: Path) -> None:
    folder = write(tmp_path / "small", SMALL)
    ran = run(home, "read", folder / "company.csv")
    assert (ran.code, ran.err) == (0, "")
    found = [json.loads(line) for line in ran.out.splitlines()]
    assert {one["type"] for one in found} == {"Company"}
    assert found[0]["names"][0]["text"]
    assert not home.exists()


def test_a_bad_row_is_listed_and_the_others_are_read(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = write(tmp_path / "small", SMALL)
    table = folder / "company.csv"
    whole = run(home, "read", table)
    table.write_text(table.read_text() + "bad,,,SE,report,p. 9\n")
    ran = run(home, "read", table)
    assert (ran.code, ran.out) == (1, whole.out)
    assert "company.csv:4: column 'name' is empty" in ran.err
    assert (tmp_path / "company.csv.rejects.csv").read_text().count("\n") == 2


def test_a_format_that_nobody_knows(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "x.bin"
    path.write_bytes(b"\x01\x02")
    ran = run(home, "read", path)
    assert ran.code == exit_code(UnknownFormat)
    assert "--as" in ran.err
    assert run(home, "read", path, "--as", "nothing").code == exit_code(UnknownFormat)
    assert run(home, "read", tmp_path / "none.csv").code == exit_code(SourceError)
