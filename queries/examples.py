"""Example questions in SPARQL for the RDF export, as files with a title and a summary in front."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import NamedTuple

from sousveil.errors import OntologyError

__all__ = ["Example", "examples"]

_FOLDER = Path(__file__).parent / "sparql"


class Example(NamedTuple):
    """One question."""

    name: str
    title: str
    summary: str
    text: str
    """The SPARQL, without the two lines in front."""


@cache
def examples() -> tuple[Example, ...]:
    """All examples, the mission's question first."""
    paths = sorted(_FOLDER.glob("*.rq"), key=lambda p: (p.stem != "main-question", p.stem))
    return tuple(map(_read, paths))


def _read(path: Path) -> Example:
    title, _, rest = path.read_text("utf-8").partition("\n")
    summary, _, text = rest.partition("\n")
    if not (title.startswith("# ") and summary.startswith("# ") and text):
        raise OntologyError(
            f"{path.name}: its first two lines are no comments",
            "begin it with a line for the title and one for the summary, each after #",
        )
    return Example(path.stem, title[2:], summary[2:], text)
