"""`python -m sousveil.ontology generate|check`: write the derived files, or compare them."""

from __future__ import annotations

import sys
from pathlib import Path

from sousveil.errors import OntologyError, SousveilError
from sousveil.ontology.derive import generated_files
from sousveil.ontology.read import read_ttl

USAGE = "usage: python -m sousveil.ontology generate|check"
HERE = Path(__file__).resolve().parent


def expected() -> dict[Path, str]:
    """The derived files by absolute path. Raises OntologyError outside a checkout."""
    root = HERE.parent
    if not (root / "pyproject.toml").is_file():
        raise OntologyError(
            f"{root} is not a checkout of the repository",
            "Derived files are written in a checkout; an installed copy brings its own.",
        )
    files = generated_files(read_ttl(HERE / "sousveil.ttl"))
    return {root / name: text for name, text in files.items()}


def stale() -> list[Path]:
    """Derived files that are missing, differ, or are left over from an earlier ontology."""
    files = expected()
    wrong = [p for p, text in files.items() if not p.is_file() or p.read_bytes() != text.encode()]
    left = [p for p in sorted((HERE / "generated").rglob("*")) if p.is_file() and p not in files]
    return sorted(wrong + left)


def generate() -> list[Path]:
    """Write what is stale and remove what is left over; returns the files that changed."""
    files = expected()
    changed = stale()
    for path in changed:
        if path in files:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(files[path].encode())
        else:
            path.unlink()
    return changed


def main(arguments: list[str]) -> int:
    """Run one of the two verbs; 0 when the files are (now) fresh."""
    if arguments not in (["generate"], ["check"]):
        print(USAGE, file=sys.stderr)
        return 2
    try:
        changed = generate() if arguments == ["generate"] else stale()
    except SousveilError as error:
        print(f"{error}\n{error.hint}", file=sys.stderr)
        return 1
    for path in changed:
        print(path.relative_to(HERE.parent))
    return 1 if changed and arguments == ["check"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
