"""`sousveil dossier`: what it prints, where it writes, and what it refuses."""

from __future__ import annotations

from pathlib import Path

from tests.cli import support

MORPHO = "path-defe67175f2677a6"


def test_the_command(shipped: Path, tmp_path: Path) -> None:
    question = ("--from", "EU", "--to", "public-security-bureau", MORPHO)
    ran = support.run(shipped, "dossier", *question, "--date", "2026-11-22")
    assert ran.code == 0
    assert "Printed on:** 2026-11-22, as given" in ran.out
    target = tmp_path / "a.html"
    ran = support.run(shipped, "dossier", *question, "--output", target)
    assert (ran.code, target.read_bytes()[:15]) == (0, b"<!doctype html>")
    assert "by the clock of the machine" in target.read_text("utf-8")
    assert "1 path" in ran.err
    for wrong, said in (
        (("--output", tmp_path / "a.odt"), "names no format"),
        (("--date", "yesterday"), "is not a day"),
        (("--output", tmp_path / "no" / "a.md"), "cannot write"),
    ):
        ran = support.run(shipped, "dossier", *question, *wrong)
        assert ran.code == 3
        assert said in ran.err
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.html"]
