"""Damage of every sort for every loader: no crash, no hang, nothing but SourceError.

    python tests/loaders/fuzz.py gleif -max_total_time=300

runs atheris on one format, beginning with the examples of its page and the small real files in
../shared/data, as far as they are there. What stands after the name goes to libFuzzer. An input
that is not survived is kept as `crash-…` or `timeout-…` in the working folder.
"""

from __future__ import annotations

import json
import random
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from sousveil.errors import SourceError
from sousveil.loaders import LOADERS, Loader
from sousveil.loaders.view import read

__all__ = ["examples", "mangled", "survive"]

ROOT = Path(__file__).parents[2]
_LARGEST = 1 << 16
_OBJECTS = 2000
_ODD: tuple[Any, ...] = (
    None, True, 0, -1, 1e308, 10**40, "", " ", "\x00", "\ud800", "\uffff", "é" * 300, "=1+1",
    "<a>", "&x;", "9999-99-99", "2020-02-30", "1/2/3", "0", "-0", "NaN", "\uff11", "\u202e", [], {},
    [[]], [None], {"": None}, {"id": {"id": []}},
)


def examples(loader: Loader) -> Iterator[tuple[str, bytes]]:
    """The files that the page of a format shows, by name."""
    page = ROOT / "docs" / "loaders" / f"{loader.name}.md"
    if page.exists():
        for name, text in re.findall(
            r"^```\w+ ([\w./-]+)\n(.*?)^```", page.read_text("utf-8"), re.M | re.S
        ):
            yield Path(name).name, text.encode()


def survive(loader: Loader, path: Path) -> None:
    """Do with a file what `sousveil read` does; raises whatever is no SourceError."""
    data = path.read_bytes()
    for one in LOADERS:
        one.sniff(data[:_LARGEST], path.name)
    try:
        for number, _ in enumerate(read(path, loader, lambda reject: None)):
            if number > _OBJECTS:
                break
    except SourceError:
        return


def mangled(data: bytes, chance: random.Random) -> bytes:
    """The file with a few faults: in its structure if it is JSON, and in its bytes."""
    for _ in range(chance.randint(1, 3)):
        data = chance.choice(_WAYS)(data, chance)
    return data


def _structure(data: bytes, chance: random.Random) -> bytes:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return _words(data, chance)
    places: list[tuple[Any, Any]] = []
    level = [value]
    while level:
        one = level.pop()
        keys = one if isinstance(one, dict) else range(len(one)) if isinstance(one, list) else ()
        places += [(one, key) for key in keys]
        level += [one[key] for key in keys]
    if not places:
        return data
    holder, key = chance.choice(places)
    other, of = chance.choice(places)
    way = chance.randrange(5)
    if way == 0:
        del holder[key]
    elif way == 1:
        holder[key] = json.loads(json.dumps(other[of]))
    elif way == 2:
        holder[key] = [holder[key]]
    elif way == 3:
        holder[key] = {"id": holder[key], "$": holder[key]}
    else:
        holder[key] = chance.choice(_ODD)
    return json.dumps(value).encode("utf-8", "surrogatepass")


def _words(data: bytes, chance: random.Random) -> bytes:
    """Another word, text or tag of the file, or an odd one, where one stood."""
    found = list(re.finditer(rb"[^\s<>\"',;]+", data))
    if not found:
        return data
    one, other = chance.choice(found), chance.choice(found)[0]
    if chance.random() < 0.5:
        other = str(chance.choice(_ODD)).encode("utf-8", "surrogatepass")
    return data[: one.start()] + other + data[one.end() :]


def _bytes(data: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(data) + 1)
    piece = bytes(chance.randrange(256) for _ in range(chance.randint(0, 4)))
    return data[:at] + piece + data[at + chance.choice((0, 0, 1, 9, 200)) :]


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _twice(data: bytes, chance: random.Random) -> bytes:
    start, end = sorted(chance.randrange(len(data) + 1) for _ in range(2))
    return data[:end] + data[start:end] * chance.choice((1, 2, 50)) + data[end:]


_WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _structure, _structure, _structure, _words, _words, _words, _bytes, _twice, _cut,
)


def _seeds(loader: Loader) -> Iterator[tuple[str, bytes]]:
    yield from examples(loader)
    for path in sorted((ROOT.parent / "shared" / "data").rglob("*.*")):
        if path.is_file() and path.stat().st_size < _LARGEST:
            data = path.read_bytes()
            if loader.sniff(data, path.name):
                yield path.name, data


def main() -> None:
    """Run libFuzzer until it is stopped, or as long as its options say."""
    import atheris  # type: ignore[import-untyped]

    loader = next(one for one in LOADERS if one.name == sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        seeds = list(_seeds(loader))
        if not seeds:
            raise SystemExit(f"the page of {loader.name} shows no file to begin with")
        for number, (_, data) in enumerate(seeds):
            (corpus / str(number)).write_bytes(data)
        path = Path(folder) / seeds[0][0]

        def one(data: bytes) -> None:
            path.write_bytes(data)
            survive(loader, path)

        def mutate(data: bytes, most: int, seed: int) -> bytes:
            return mangled(data, random.Random(seed))[:most]

        options = [sys.argv[0], *sys.argv[2:], "-timeout=20", f"-max_len={_LARGEST}", str(corpus)]
        atheris.instrument_all()
        atheris.Setup(options, one, custom_mutator=mutate)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
