"""Write what is generated in the documentation, or say what is stale.

    python docs/generate.py            write
    python docs/generate.py --check    list what differs, and change nothing

Generated are `docs/paths.md` and `docs/queries.md`, the counts in the READMEs of `datasets/`, and
the answers in every ```console and ```pycon block. These blocks are really run, in order, in a
folder of the page's own, with the shipped data loaded and built, as on a terminal of 100 columns
(in README.md as through a pipe, so that nothing is wrapped):

    $ sousveil …            the command, in this process
    $ sousveil … > FILE     the same, piped into a file of that folder
    $ cat FILE              a file of that folder
    $ echo $?               the exit code of the command before

A fence such as ```csv my-case/company.csv puts a file there first. A line that is only `…` stands
for any lines that are left out.
"""

from __future__ import annotations

import contextlib
import csv
import difflib
import doctest
import io
import itertools
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

import click

from sousveil.cli import main as sousveil
from sousveil.graph import Store, connect
from sousveil.loaders import LOADERS
from sousveil.ontology import Schema
from sousveil.queries import Question, SupplyPath, catalogue, find_paths, get
from sousveil.queries.words import STANCES, basis_words, date_words

ROOT = Path(__file__).resolve().parents[1]
DATASETS = sorted(p.parent for p in (ROOT / "datasets").glob("*/source.csv"))
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "datasets").rglob("*.md")]
)
ELIDED = "…"
_WIDTH = "100"
_FENCE = re.compile(r"^```(?P<kind>\w+)(?: (?P<file>[\w./-]+))?\n(?P<body>.*?)^```$", re.M | re.S)
_FORMATS = re.compile(r"(?<=<!-- formats -->\n).*?(?=<!-- end of formats -->)", re.S)
_COUNTS = re.compile(r"(?<=<!-- counts -->\n).*?(?=<!-- end of counts -->)", re.S)


def fresh(folder: Path) -> dict[Path, str]:
    """Every generated page as it should be; `folder` is an empty one to work in."""
    home = folder / "home"
    first = Session(home, folder / "first")
    first.run("sousveil load --shipped")
    first.run("sousveil build")
    with connect(str(home / "graph")) as store:
        pages = {ROOT / "docs/paths.md": paths_page(store)}
    pages[ROOT / "docs/queries.md"] = queries_page()
    for number, page in enumerate(PAGES):
        if page in pages or page.name == "data-model.md":
            continue
        text = page.read_text("utf-8")
        if page.is_relative_to(ROOT / "datasets"):
            text = _COUNTS.sub(counts(page.parent).replace("\\", r"\\"), text)
        if page == ROOT / "docs/loaders/README.md":
            text = _FORMATS.sub(formats().replace("\\", r"\\"), text)
        own = folder / f"page-{number}"
        if _FENCE.search(text):
            shutil.copytree(home, own / "home", dirs_exist_ok=True)
            text = Session(own / "home", own / "work", page != ROOT / "README.md").page(text)
        pages[page] = text
    return pages


def formats() -> str:
    """The table of formats, one row for each loader."""
    pages = {"templates": "../your-own-data.md"}
    rows = [
        f"| `{one.name}` | [{one.title}]({pages.get(one.name, one.name + '.md')}) |"
        for one in LOADERS
    ]
    return "\n".join(["| `--as` | format |", "| --- | --- |", *rows, ""])


def stale(folder: Path) -> list[Path]:
    """The generated pages that differ from what they should be."""
    return [
        page for page, text in fresh(folder).items()
        if not page.is_file() or page.read_text("utf-8") != text
    ]


# Running what a page shows ----------------------------------------------------------------------


class _Stream(io.TextIOWrapper):
    """Text into a buffer that other streams share, so that words and data keep their order."""

    def __init__(self, buffer: io.BytesIO, terminal: bool = False) -> None:
        super().__init__(buffer, encoding="utf-8", newline="", write_through=True)
        self._terminal = terminal

    def isatty(self) -> bool:
        return self._terminal


class Session:
    """A reader who types what a page says, one block after the other."""

    def __init__(self, home: Path, work: Path, terminal: bool = True) -> None:
        self.home = home
        self.work = work
        self.terminal = terminal
        self.code = 0
        self.names: dict[str, Any] = {"__name__": "__console__"}
        work.mkdir(parents=True, exist_ok=True)

    def page(self, text: str) -> str:
        """The page with the answers that its blocks give now."""
        def block(match: re.Match[str]) -> str:
            kind, file, body = match["kind"], match["file"], match["body"]
            if kind == "console":
                body = "".join(self._console(body))
            elif kind == "pycon":
                body = "".join(self._python(body))
            elif file:
                (self.work / file).parent.mkdir(parents=True, exist_ok=True)
                (self.work / file).write_text(body, "utf-8")
            return match[0].replace(match["body"], body) if body else match[0]

        return _FENCE.sub(block, text)

    def run(self, line: str) -> str:
        """What a command prints, words and data in the order in which they come."""
        command, _, file = line.partition(" > ")
        arguments = shlex.split(command)
        if command == "echo $?":
            return f"{self.code}\n"
        if arguments[0] == "cat":
            return (self.work / arguments[1]).read_text("utf-8")
        if arguments[0] != "sousveil":
            raise ValueError(f"a console block cannot run {line!r}")
        shown, piped = io.BytesIO(), io.BytesIO()
        data = _Stream(piped) if file else _Stream(shown, self.terminal)
        words = _Stream(shown)
        with self._at_home(), contextlib.redirect_stdout(data), \
                contextlib.redirect_stderr(words), mock.patch.object(sys, "argv", arguments):
            try:
                sousveil()
            except SystemExit as done:
                self.code = int(done.code or 0)
        if file:
            (self.work / file).parent.mkdir(parents=True, exist_ok=True)
            (self.work / file).write_bytes(piped.getvalue())
        return self._plain(shown.getvalue().decode())

    def _console(self, body: str) -> Iterator[str]:
        command = ""
        documented: list[str] = []
        for line in [*body.splitlines(), "$ "]:
            if not line.startswith("$ "):
                documented.append(line)
                continue
            if command:
                yield from refreshed(documented, self.run(command).splitlines())
            command, documented = line[2:], []
            if command:
                yield line + "\n"

    def _python(self, body: str) -> Iterator[str]:
        for example in doctest.DocTestParser().get_examples(body):
            first, *more = example.source.splitlines()
            yield "".join([f">>> {first}\n", *(f"... {line}".rstrip() + "\n" for line in more)])
            out = io.StringIO()
            with self._at_home(), contextlib.redirect_stdout(out):
                exec(compile(example.source, "<page>", "single"), self.names)  # noqa: S102
            answer = self._plain(out.getvalue())
            yield from refreshed(example.want.splitlines(), answer.splitlines())

    @contextlib.contextmanager
    def _at_home(self) -> Iterator[None]:
        settings = {"SOUSVEIL_HOME": str(self.home), "COLUMNS": _WIDTH, "LINES": "50"}
        main = sys.modules["__main__"]
        with contextlib.chdir(self.work), mock.patch.dict(os.environ, settings), \
                mock.patch.object(main, "__package__", ""):
            os.environ.pop("SOUSVEIL_STORE", None)
            yield

    def _plain(self, text: str) -> str:
        text = click.unstyle(text).replace(str(self.home), "~/sousveil")
        return text.replace(f"{self.work}/", "")


def refreshed(documented: Sequence[str], actual: Sequence[str]) -> list[str]:
    """The lines to show: what is documented if it still holds, else what is true now.

    Where lines are left out, as many before the first gap and after the last one are shown as
    were; a run between two gaps is found again by its first and its last line.
    """
    lines = [line.rstrip() for line in actual]
    while lines and not lines[-1]:
        lines.pop()
    blank = len(documented) - len("\n".join(documented).rstrip().splitlines())
    wanted = list(documented[: len(documented) - blank])
    if not _holds(wanted, lines):
        wanted = _elided(wanted, lines) if ELIDED in wanted else lines
    return [line + "\n" for line in [*wanted, *[""] * blank]]


def _elided(documented: Sequence[str], lines: list[str]) -> list[str]:
    """The lines with gaps where the documented ones have them."""
    gaps = [at for at, line in enumerate(documented) if line == ELIDED]
    found = lines[: gaps[0]]
    for start, end in itertools.pairwise(gaps):
        first = _nearest(documented[start + 1], lines)
        last = first + _nearest(documented[end - 1], lines[first:])
        found += [ELIDED, *lines[first : last + 1]]
    tail = len(documented) - gaps[-1] - 1
    return [*found, ELIDED, *lines[len(lines) - tail :]]


def _nearest(text: str, lines: Sequence[str]) -> int:
    """The index of the line that resembles the text most."""
    return max(
        range(len(lines)), key=lambda at: difflib.SequenceMatcher(None, text, lines[at]).ratio()
    )


def _holds(documented: Sequence[str], actual: Sequence[str]) -> bool:
    if not documented:
        return not actual
    if documented[0] == ELIDED:
        return any(_holds(documented[1:], actual[at:]) for at in range(len(actual) + 1))
    return bool(actual) and documented[0] == actual[0] and _holds(documented[1:], actual[1:])


# docs/paths.md ----------------------------------------------------------------------------------


def paths_page(store: Store) -> str:
    """Every path from companies in the EU to public bodies, chapter by chapter."""
    answer, _ = find_paths(
        store, Question(from_="EU", to="public-body", include_inferred=True, limit=0)
    )
    places = _places(store)
    chapters: dict[tuple[Any, ...], list[SupplyPath]] = defaultdict(list)
    for path in sorted(
        answer.paths, key=lambda p: (places[p.transaction.id], p.transaction.date, p.id)
    ):
        chapters[places[path.transaction.id][:2]].append(path)
    ids = (c.id for p in answer.paths for c in p.claims)
    claims = {c["id"]: c for c in _ask(store, "claims", ids)}
    cited = {c["primary_source"] or c["source"] for c in claims.values()}
    titles = {s["id"]: s["name"] for s in _ask(store, "node-class", cited)}
    used = defaultdict(list)
    for row in _ask(store, "goods", (p.transaction.id for p in answer.paths)):
        if row["relation"] == "USED_IN":
            used[row["transaction"]].append(row["name"])
    groups = {path.id: _group(store, path) for path in answer.paths}
    lines = [
        "# Every path that the shipped data yields",
        "",
        "Generated by `python docs/generate.py` from a store that is built from the shipped data, "
        "and compared with it by a test.",
        "",
        "The question is `sousveil paths --from EU --to public-body --include-inferred`: from "
        "every company that was seated in the European Union at the time of the sale to every "
        f"public body that received its goods. The data set is `{answer.dataset[:12]}`. "
        "[Method](method.md) says what the words mean. The order is that of the document in which "
        "the paths were read, so that the two can be compared side by side.",
    ]
    number = 0
    for (source, section), paths in chapters.items():
        name = "section " + ".".join(map(str, section)) if section else "no section"
        lines += ["", f"## {_title(store, source)}, {name}", ""]
        lines += _row(("no.", "origin", "sellers", "end user", "date", "products", "programme",
                       "channel", "standing", "contested", "evidence", "reply"), rule=True)
        for path in paths:
            number += 1
            cells = _cells(path, claims, titles, used[path.transaction.id], groups[path.id])
            lines += _row((number, *cells))
    lines += ["", "## Transactions that yield no path", "",
              "They are in the data for what they are. None of them says that goods of a company "
              "in the European Union reached a public body.", ""]
    lines += _row(("transaction", "kind", "date", "why there is no path", "read in"), rule=True)
    shown = {t for p in answer.paths for t in _transactions(p)}
    for id_, place in sorted(places.items(), key=lambda item: (item[1], item[0])):
        if id_ not in shown:
            lines += _row(_without_path(store, id_, f"{place[0]}, {place[3]}"))
    return "\n".join(lines) + "\n"


_Place = tuple[str, tuple[int, ...], int, str]


def _places(store: Store) -> dict[str, _Place]:
    """Where each transaction was read: document, section, line, locator."""
    rows = store.run(
        "MATCH (c:Claim) WHERE c.kind = 'Transaction' AND c.summary = '' AND c.stance = 'asserts' "
        "RETURN c.about, c.source, c.locator, c.anchor ORDER BY c.about, c.id"
    ).rows
    found: dict[str, _Place] = {}
    for about, source, locator, anchor in rows:
        section = re.search(r"section (\d+(?:\.\d+)*)", locator)
        line = re.match(r"L(\d+)", anchor or "")
        found.setdefault(about, (
            source, tuple(map(int, section[1].split("."))) if section else (),
            int(line[1]) if line else 0, locator,
        ))
    return found


def _ask(store: Store, query: str, ids: Iterable[str]) -> list[dict[str, Any]]:
    return get(query).run(store, ids=sorted(set(ids))).dicts()


def _title(store: Store, source: str) -> str:
    return str(_ask(store, "node-class", [source])[0]["name"])


def _transactions(path: SupplyPath) -> set[str]:
    ends = {e.id for s in path.steps for e in (s.from_, s.to)}
    return ends | {path.transaction.id}


def _cells(
    path: SupplyPath, claims: Mapping[str, Mapping[str, Any]], titles: Mapping[str, str],
    used: Sequence[str], group: str,
) -> tuple[str, ...]:
    origin = f"{path.origin.name} ({path.origin.country})"
    if path.ultimate_parents:
        origin += "; parent: " + ", ".join(
            f"{p.name} ({p.country})" if p.country else p.name for p in path.ultimate_parents
        )
    end_user = f"{path.end_user.name} {path.end_user.name_zh}".strip()
    if path.part_of:
        end_user += "; part of: " + ", ".join(b.name for b in path.part_of)
    if used:
        end_user += "; used in: " + ", ".join(used)
    evidence: dict[tuple[str, str], dict[str, None]] = {}
    replies: dict[str, None] = {}
    for claim in (claims[c.id] for c in path.claims if c.id in claims):
        place = f"{claim['source']}, {claim['locator']}"
        if claim["summary"]:
            if claim["stance"] != "asserts":
                replies.setdefault(f"{STANCES[claim['stance']]}: {claim['summary']} [{place}]")
            continue
        document = titles[claim["primary_source"] or claim["source"]]
        places = evidence.setdefault((document, basis_words(claim["basis"])), {})
        inferred = f" (inferred: {claim['inferred_because']})" if claim["inferred_because"] else ""
        places.setdefault(place + inferred)
    order = list(STANCES.values())
    return (
        origin, ", ".join(s.name for s in path.sellers) or "not stated", end_user,
        date_words(path.transaction.date), ", ".join(path.products), ", ".join(path.programmes),
        path.channel + group, path.standing, "yes" if path.contested else "no",
        "<br>".join(f"{d} ({b}) [{'; '.join(p)}]" for (d, b), p in evidence.items()),
        "<br>".join(sorted(replies, key=lambda r: order.index(r.partition(":")[0]))) or "none",
    )


def _group(store: Store, path: SupplyPath) -> str:
    """On what it rests that the seller counts as the maker's own."""
    maker = next((s.from_.id for s in path.steps if s.relation == "MANUFACTURER"), "")
    if path.channel != "own-subsidiary" or not maker:
        return ""
    edges = _ask(store, "ownerships", {maker, *(s.id for s in path.sellers)})
    standings = sorted({e["standing"] for e in edges if e["owner"] == maker})
    return f" (ownership {', '.join(standings)})" if standings else ""


def _without_path(store: Store, transaction: str, place: str) -> tuple[str, ...]:
    event = _ask(store, "transactions", [transaction])[0]
    roles = {r["role"] for r in _ask(store, "roles", [transaction])}
    kind = Schema.load().concept("transaction-kind", event["kind"])
    label = kind.label if kind else event["kind"]
    if not Schema.load().carries(event["kind"]):
        why = f"a {label} supplies nothing"
    elif not roles & {"BUYER", "END_USER"}:
        why = "no body that received the goods is stated"
    elif "MANUFACTURER" not in roles:
        why = "no source says who made what this seller supplied"
    else:
        why = "neither maker nor seller belongs to a company seated in the European Union"
    return event["title"], label, date_words(event["date"] or ""), why, place


# docs/queries.md --------------------------------------------------------------------------------


def queries_page() -> str:
    """The canned queries with their front matter."""
    lines = [
        "# Canned queries",
        "",
        "Generated by `python docs/generate.py` from the front matter of `queries/*/*.cypher`; "
        "change those files, not this one.",
        "",
        "Ask one with `sousveil query run NAME PARAMETER=VALUE …`. Where a parameter is a company, "
        "body, programme, product, instrument, place, transaction or source, a name will do in "
        "place of an id. `sousveil query show NAME` prints what stands here, `sousveil query show "
        "--cypher NAME` the Cypher itself. The queries of the topic `lookup` answer questions "
        "about ids; the commands use them.",
    ]
    topic = ""
    for query in catalogue().values():
        if query.topic != topic:
            topic = query.topic
            lines += ["", f"## {topic}"]
        lines += ["", f"### {query.name}", "", f"**{query.title}.** {query.summary}"]
        lines += [part for text in query.description.splitlines() for part in ("", text)]
        lines += [""]
        if query.parameters:
            lines += _row(("parameter", "type", "default", "meaning"), rule=True)
            for p in query.parameters:
                default = "required" if p.required else f"`{p.default}`"
                default = "empty" if p.default in ("", []) else default
                lines += _row((f"`{p.name}`", p.type, default, p.help))
            lines += [""]
        lines += _row(("column", "meaning"), rule=True)
        for column, meaning in query.columns.items():
            lines += _row((f"`{column}`", meaning))
    return "\n".join(lines) + "\n"


# The READMEs of datasets/ -----------------------------------------------------------------------


def counts(folder: Path) -> str:
    """A table of what a data set holds, or of all data sets."""
    lines: list[str] = []
    if folder in DATASETS:
        lines += _row(("template", "rows", "of them inferred"), rule=True)
        total = [0, 0]
        for path in sorted(folder.glob("*.csv")):
            rows = _rows(path)
            inferred = sum(bool(r.get("inferred_because")) for r in rows)
            total = [total[0] + len(rows), total[1] + inferred]
            lines += _row((path.stem, len(rows), inferred))
        lines += _row(("all", *total))
        return "\n".join(lines) + "\n"
    lines += _row(("data set", "document", "basis", "date", "rows", "inferred"), rule=True)
    for one in DATASETS:
        sources = {r["id"]: r for r in _rows(one / "source.csv")}
        document = sources[one.name]
        rows = [r for path in one.glob("*.csv") for r in _rows(path)]
        lines += _row((
            f"[{one.name}]({one.name}/README.md)", document["title"], document["basis"],
            document["date"], len(rows), sum(bool(r.get("inferred_because")) for r in rows),
        ))
    return "\n".join(lines) + "\n"


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _row(cells: Iterable[object], rule: bool = False) -> list[str]:
    """A row of a Markdown table, and the rule below it if it is the head."""
    texts = [str(c).replace("|", "\\|").replace("\n", " ") for c in cells]
    found = ["| " + " | ".join(texts) + " |"]
    return [*found, "|" + " --- |" * len(texts)] if rule else found


def main(arguments: Sequence[str]) -> int:
    """Write, or with `--check` compare; 1 if something is stale and was not written."""
    if list(arguments) not in ([], ["--check"]):
        print(__doc__, file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        pages = fresh(Path(folder).resolve())
    changed = [p for p, t in pages.items() if not p.is_file() or p.read_text("utf-8") != t]
    for page in changed:
        print(page.relative_to(ROOT))
        if not arguments:
            page.write_text(pages[page], "utf-8")
    return 1 if changed and arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
