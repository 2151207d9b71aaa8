"""How well names are told apart: precision, recall and every error, on labelled pairs.

    python -m benchmarks.names            write the table of docs/identity.md
    python -m benchmarks.names --check    say whether it is stale

Two sets of pairs. `names.csv` was written for this from the names of the shipped data. The other
is the name benchmark of nomenklatura (MIT, OpenSanctions), of which only pairs of organisations
are read; it is not part of this repository and is looked for in `SOUSVEIL_NAME_BENCH`, else beside
the checkout.
"""

from __future__ import annotations

import csv
import os
import re
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from rapidfuzz import fuzz, utils

from sousveil.graph.identity import MIN_SCORE, Profile, weigh

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "identity.md"
OWN = Path(__file__).parent / "names.csv"
BENCH = Path("shared/data/er-benchmarks/nomenklatura/contrib__name_bench__cases.csv")
_ORGANISATIONS = ("Company", "Organization", "LegalEntity", "PublicBody")


class Pair(NamedTuple):
    """Two names, and whether they are of one organisation."""

    a: str
    b: str
    same: bool
    kind: str


class Figures(NamedTuple):
    """What a method makes of labelled pairs."""

    right: int
    wrong: list[Pair]
    missed: list[Pair]
    refused: int

    @property
    def precision(self) -> float:
        """Of the pairs that were proposed, how many are one organisation."""
        return self.right / max(1, self.right + len(self.wrong))

    @property
    def recall(self) -> float:
        """Of the pairs that are one organisation, how many were proposed."""
        return self.right / max(1, self.right + len(self.missed))


def own_pairs() -> list[Pair]:
    """The pairs that were written from the shipped data."""
    with OWN.open(encoding="utf-8", newline="") as file:
        return [Pair(r["a"], r["b"], r["same"] == "yes", r["kind"]) for r in csv.DictReader(file)]


def bench_file() -> Path | None:
    """The name benchmark, if it is here."""
    given = os.environ.get("SOUSVEIL_NAME_BENCH")
    path = Path(given) if given else ROOT.parent / BENCH
    return path if path.is_file() else None


def bench_pairs(path: Path) -> list[Pair]:
    """The pairs of organisations in the name benchmark."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Pair(r["name1"], r["name2"], r["is_match"] == "true", "")
            for r in csv.DictReader(file) if r["schema"] in _ORGANISATIONS
        ]


def score(a: str, b: str) -> int:
    """The score of two organisations of which nothing is known but a name."""
    found = weigh(Profile("a", "Company", ((a, ""),)), Profile("b", "Company", ((b, ""),)))
    return found.score if found else 0


def plain_score(a: str, b: str) -> float:
    """What rapidfuzz alone makes of them."""
    return fuzz.token_sort_ratio(a, b, processor=utils.default_process)


def figures(pairs: Iterable[Pair], least: float = MIN_SCORE, plain: bool = False) -> Figures:
    """Judge the pairs that reach a score."""
    right, refused = 0, 0
    wrong, missed = [], []
    for pair in pairs:
        proposed = (plain_score if plain else score)(pair.a, pair.b) >= least
        if proposed and pair.same:
            right += 1
        elif proposed:
            wrong.append(pair)
        elif pair.same:
            missed.append(pair)
        else:
            refused += 1
    return Figures(right, wrong, missed, refused)


def table(pairs: list[Pair]) -> list[str]:
    """One row for each method and score."""
    lines = [
        "| method | least score | proposed and right | proposed and wrong | missed | precision | "
        "recall |", "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, least, plain in (
        ("`sousveil dedupe`", MIN_SCORE, False), ("`sousveil dedupe`", 80, False),
        ("`sousveil dedupe`", 50, False), ("rapidfuzz alone", 80, True),
        ("rapidfuzz alone", 90, True),
    ):
        f = figures(pairs, least, plain)
        lines.append(f"| {name} | {least} | {f.right} | {len(f.wrong)} | {len(f.missed)} | "
                     f"{f.precision:.3f} | {f.recall:.3f} |")
    return lines


def own_section() -> str:
    """The table and every error on our own pairs."""
    pairs = own_pairs()
    found = figures(pairs)
    same = sum(p.same for p in pairs)
    lines = [f"{len(pairs)} pairs: {same} of one organisation, {len(pairs) - same} of two.", "",
             *table(pairs), "", "Every error at the score at which pairs are proposed:", "",
             "| error | kind | a | b |", "| --- | --- | --- | --- |"]
    for error, wrong in (("proposed and wrong", found.wrong), ("missed", found.missed)):
        lines += [f"| {error} | {p.kind} | {p.a} | {p.b} |" for p in wrong]
    return "\n".join(lines) + "\n"


def bench_section(path: Path) -> str:
    """The table and a count of the errors on the name benchmark, whose rows are not repeated."""
    pairs = bench_pairs(path)
    found = figures(pairs)
    same = sum(p.same for p in pairs)
    lines = [f"{len(pairs)} pairs: {same} of one organisation, {len(pairs) - same} of two.", "",
             *table(pairs), "",
             f"Wrong at {MIN_SCORE}: {len(found.wrong)}. What is missed, by what differs:", "",
             "| differs | missed |", "| --- | ---: |"]
    kinds = Counter(_difference(p) for p in found.missed)
    lines += [f"| {kind} | {n} |" for kind, n in sorted(kinds.items(), key=lambda k: (-k[1], k[0]))]
    return "\n".join(lines) + "\n"


def _difference(pair: Pair) -> str:
    """In what a pair differs that the benchmark calls one organisation."""
    a, b = (set(re.findall(r"\w+", t.casefold())) for t in (pair.a, pair.b))
    only = (a - b) | (b - a)
    if any(re.search(r"\d", w) or re.fullmatch(r"[ivx]+", w) for w in only):
        return "a number: fund III and fund IV, series 2006 and 2007"
    if pair.a.isascii() != pair.b.isascii():
        return "the script, or a translation"
    if not (a - b) or not (b - a):
        return "a word that only one has"
    if len(a - b) == len(b - a) == 1 and min(map(len, only)) < 6:
        return "a letter of a short word"
    return "more than one misspelling, or other words"


def page(text: str, bench: Path | None) -> str:
    """The page with its tables as they should be; the benchmark's only where it is at hand."""
    sections = {"own pairs": own_section()}
    if bench:
        sections["name benchmark"] = bench_section(bench)
    for name, section in sections.items():
        start, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
        before, _, rest = text.partition(start)
        text = before + start + section + end + rest.partition(end)[2]
    return text


def main(arguments: list[str]) -> int:
    """Write the page, or with `--check` say whether it is stale."""
    text = PAGE.read_text("utf-8")
    new = page(text, bench_file())
    if new != text and not arguments:
        PAGE.write_text(new, "utf-8")
    return 1 if new != text and arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
