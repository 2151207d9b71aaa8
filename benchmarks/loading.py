"""Loading registers and procurement data of any size, beside plain polars reading the same files.

    python -m benchmarks.loading --entities 100000 --awards 20000 --ftm /path/to/ftm

A seeded generator writes GLEIF-shaped CSV files (entities, and a sixth as many relationships),
OCDS release lines, and FollowTheMoney entities. Each load runs in a process of its own; its peak
memory is the process's. polars and Python's own csv and json modules read the same values, in the
same run, and do nothing else: the ratios say what claims, checks and evidence cost. FollowTheMoney
is no dependency of this program: its command line, installed anywhere, is named by --ftm; its
`validate` parses, cleans and writes every value of the same file.
Figures are of one run on whatever machine it was; look at ratios and at memory.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "loading.md"
_FORMS = ("AB", "GmbH", "Ltd", "S.A.", "B.V.", "有限公司")
_COUNTRIES = ("SE", "DE", "GB", "FR", "NL", "CN")
_HEADER = (
    "LEI", "Entity.LegalName", "Entity.LegalName.xmllang", "Entity.LegalAddress.Country",
    "Entity.LegalJurisdiction", "Entity.EntityCategory", "Entity.EntityStatus",
    "Entity.EntityCreationDate", "Registration.InitialRegistrationDate",
    "Registration.LastUpdateDate", "Registration.RegistrationStatus",
    "Registration.NextRenewalDate", "Registration.ManagingLOU",
)
_LINK = (
    "Relationship.StartNode.NodeID", "Relationship.StartNode.NodeIDType",
    "Relationship.EndNode.NodeID", "Relationship.EndNode.NodeIDType",
    "Relationship.RelationshipType", "Relationship.RelationshipStatus",
    "Relationship.Period.1.startDate", "Relationship.Period.1.periodType",
    "Registration.InitialRegistrationDate", "Registration.LastUpdateDate",
    "Registration.RegistrationStatus", "Registration.ManagingLOU",
)


def lei(number: int) -> str:
    """An LEI with check digits (ISO/IEC 7064, MOD 97-10) for a number."""
    stem = f"5299{number:014d}"
    digits = "".join(str(int(c, 36)) for c in stem + "00")
    return f"{stem}{98 - int(digits) % 97:02d}"


def name(chance: random.Random, number: int) -> str:
    form = chance.choice(_FORMS)
    if form == "有限公司":
        return f"第{number}视觉技术{form}"
    return f"{''.join(chance.choices('abcdefghijklmnoprstuvy', k=7)).title()} {number} {form}"


def entities(path: Path, count: int) -> None:
    """A Level 1 file."""
    chance = random.Random(count)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADER)
        for n in range(count):
            country = chance.choice(_COUNTRIES)
            writer.writerow((
                lei(n), name(chance, n), "en", country, country, "GENERAL", "ACTIVE",
                "2001-05-01T00:00:00Z", "2014-01-01T00:00:00Z", "2024-01-01T00:00:00Z", "ISSUED",
                "2025-01-01T00:00:00Z", lei(0),
            ))


def relationships(path: Path, count: int) -> None:
    """A Level 2 file: children below parents with a smaller number."""
    chance = random.Random(count + 1)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(_LINK)
        for n in range(1, count + 1):
            writer.writerow((
                lei(n), "LEI", lei(chance.randrange(n)), "LEI", "IS_DIRECTLY_CONSOLIDATED_BY",
                "ACTIVE", "2015-01-01T00:00:00Z", "RELATIONSHIP_PERIOD", "2015-06-01T00:00:00Z",
                "2024-01-01T00:00:00Z", "PUBLISHED", lei(0),
            ))


def releases(path: Path, count: int) -> None:
    """OCDS releases, one on each line, with one award each."""
    chance = random.Random(count + 2)
    with path.open("w", encoding="utf-8") as file:
        for n in range(count):
            buyer, seller = f"XX-B-{n % 500}", f"XX-S-{chance.randrange(1 + count // 5)}"
            file.write(json.dumps({
                "ocid": f"ocds-213czf-{n}", "id": f"r{n}", "date": "2020-01-01T00:00:00Z",
                "tag": ["award"], "initiationType": "tender", "language": "en",
                "parties": [
                    {"id": buyer, "name": f"City {n % 500}", "roles": ["buyer"]},
                    {"id": seller, "name": f"Supplier {seller} Ltd", "roles": ["supplier"]},
                ],
                "buyer": {"id": buyer, "name": f"City {n % 500}"},
                "tender": {"id": f"t{n}", "title": f"Cameras {n}"},
                "awards": [{
                    "id": f"a{n}", "title": f"Cameras {n}", "status": "active",
                    "date": "2020-02-01T00:00:00Z",
                    "value": {"amount": 1000 + n, "currency": "EUR"},
                    "suppliers": [{"id": seller, "name": f"Supplier {seller} Ltd"}],
                }],
            }, ensure_ascii=False) + "\n")


def graph(path: Path, count: int) -> None:
    """FollowTheMoney entities: companies, and for every third one an owner."""
    chance = random.Random(count + 3)
    with path.open("w", encoding="utf-8") as file:
        for n in range(count):
            if n % 4 == 3:
                entity = {"id": f"o{n}", "schema": "Ownership", "properties": {
                    "owner": [f"c{n - 3}"], "asset": [f"c{n - 2}"], "percentage": ["60"],
                    "startDate": ["2015-01-01"]}}
            else:
                entity = {"id": f"c{n}", "schema": "Company", "properties": {
                    "name": [name(chance, n)], "jurisdiction": [chance.choice(_COUNTRIES).lower()],
                    "leiCode": [lei(n)], "incorporationDate": ["2001-05-01"]}}
            file.write(json.dumps(entity, ensure_ascii=False) + "\n")


def loaded(path: Path, home: Path) -> dict[str, Any]:
    """Load a file in this process, which does nothing else."""
    from sousveil.graph import ClaimStore
    from sousveil.loaders import LOADERS, load

    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    started = time.process_time()
    [done] = load([path], ClaimStore(home), LOADERS, key=path.stem)
    return {
        "claims": done.claims, "seconds": time.process_time() - started,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, "base": base // 1024,
    }


def by_polars(path: Path) -> float:
    """What polars takes to read the same values, in seconds of processor time."""
    import polars as pl

    started = time.process_time()
    if path.suffix == ".csv":
        pl.read_csv(path, infer_schema=False)
    else:
        pl.read_ndjson(path)
    return time.process_time() - started


def by_python(path: Path) -> float:
    """What Python takes to read each record as a dictionary, in seconds of processor time."""
    started = time.process_time()
    with path.open(encoding="utf-8", newline="") as file:
        for _ in csv.DictReader(file) if path.suffix == ".csv" else map(json.loads, file):
            pass
    return time.process_time() - started


def by_ftm(path: Path, command: Path) -> float:
    """What `ftm validate` takes for the same entities, in seconds of processor time."""
    subprocess.run([command, "validate", "-i", path, "-o", path.with_suffix(".out")], check=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measured(path: Path, home: Path, ftm: str) -> dict[str, Any]:
    """All sides, each in a process of its own."""
    found: dict[str, Any] = {}
    sides = ["loaded", "polars", "python"]
    if ftm and path.name.endswith(".ftm.json"):
        sides.append("ftm")
    for what in sides:
        with_ = ftm if what == "ftm" else str(home)
        ran = subprocess.run(
            [sys.executable, "-m", "benchmarks.loading", "--only", what, str(path), with_],
            check=True, capture_output=True, text=True,
        )
        found[what] = json.loads(ran.stdout)
    return found


def rows(
    entities_: int, awards: int, nodes: int, ftm: str
) -> Iterator[tuple[str, int, dict[str, Any]]]:
    files: tuple[tuple[str, str, int, Callable[[Path, int], None]], ...] = (
        ("GLEIF Level 1", ".csv", entities_, entities),
        ("GLEIF Level 2", ".csv", entities_ // 6, relationships),
        ("OCDS releases", ".jsonl", awards, releases),
        ("FollowTheMoney", ".ftm.json", nodes, graph),
    )
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        for label, ending, count, write in files:
            path = home / (label.lower().replace(" ", "-") + ending)
            for part in (count // 4, count) if count else ():
                write(path, part)
                yield label, part, measured(path, home / f"claims-{label}-{part}", ftm)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entities", type=int, default=100_000)
    parser.add_argument("--awards", type=int, default=20_000)
    parser.add_argument("--nodes", type=int, default=20_000)
    parser.add_argument("--ftm", default="", metavar="COMMAND")
    parser.add_argument("--only", nargs=3, metavar=("WHAT", "FILE", "HOME"))
    given = parser.parse_args()
    if given.only:
        what, file, home = given.only
        if what == "loaded":
            print(json.dumps(loaded(Path(file), Path(home))))
        elif what == "ftm":
            print(json.dumps(by_ftm(Path(file), Path(home))))
        else:
            print(json.dumps({"polars": by_polars, "python": by_python}[what](Path(file))))
        return
    lines = [
        "# Loading", "",
        f"`python -m benchmarks.loading --entities {given.entities} --awards {given.awards} "
        f"--nodes {given.nodes}`: "
        "processor time and peak memory of `sousveil load`, beside polars, and Python's csv and "
        "json modules, reading the same file, and `ftm validate` for FollowTheMoney. "
        "A quarter of each file first: memory that is flat is the same in both rows.", "",
        "| file | records | claims | records a second | times Python | "
        "times polars | times ftm | peak memory |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for label, count, found in rows(given.entities, given.awards, given.nodes, given.ftm):
        one = found["loaded"]
        peer = f"{one['seconds'] / found['ftm']:,.1f}" if "ftm" in found else ""
        lines.append(
            f"| {label} | {count:,} | {one['claims']:,} | {count / one['seconds']:,.0f} | "
            f"{one['seconds'] / found['python']:,.0f} | "
            f"{one['seconds'] / max(found['polars'], 0.001):,.0f} | {peer} | {one['peak']} MiB |"
        )
        print(lines[-1], flush=True)
    RESULTS.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
