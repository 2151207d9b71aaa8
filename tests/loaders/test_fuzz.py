"""A short run of `tests/loaders/fuzz.py` that is the same every time."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from sousveil.loaders import LOADERS, Loader
from tests.loaders.fuzz import examples, mangled, survive

_SHOWN = [one for one in LOADERS if list(examples(one))]
_ROUNDS = 30


@pytest.mark.parametrize("loader", _SHOWN, ids=lambda loader: loader.name)
def test_damage_is_survived(loader: Loader, tmp_path: Path) -> None:
    for name, data in examples(loader):
        path = tmp_path / name
        for number in range(_ROUNDS):
            path.write_bytes(mangled(data, random.Random(number)))
            survive(loader, path)


def test_most_formats_show_an_example() -> None:
    assert len(_SHOWN) >= 12


@pytest.mark.parametrize("data", [
    b"[" * (1 << 16), b'{"a":' * 13_000, b"[[" + b'{"a":[' * 9000,
    b'[{"ocid": "ocds-1", "LEI": "x", "statementID": "y", "id": "z", "a": 1e99999999999999999999}]',
], ids=["lists", "objects", "both", "number"])
def test_damage_that_stalled_or_ended_the_program_once(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file.json"
    path.write_bytes(data)
    started = time.process_time()
    for loader in LOADERS:
        survive(loader, path)
    assert time.process_time() - started < 20
