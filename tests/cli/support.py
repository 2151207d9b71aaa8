"""What tests of the command line share: running it, small data, and proof that nothing changed."""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import io
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from unittest import mock

from sousveil import cli
from sousveil.errors import SousveilError

REPOSITORY = Path(__file__).parents[2]
SEEDS = REPOSITORY.parent / "shared" / "seeds"

SMALL: Mapping[str, str] = {
    "source.csv": (
        "id,title,basis,publisher,source,locator\n"
        "report,A report,ngo-report,watchers,,\n"
        "notice,Notice of award,procurement-record,,report,p. 4\n"
    ),
    "publisher.csv": "id,name,kind,source,locator\nwatchers,Watchers,ngo,report,imprint\n",
    "company.csv": (
        "id,name,name_zh,place,source,locator\n"
        "maker,Maker AB,,SE,report,p. 1\n"
        "reseller,Reseller Co. Ltd.,转售有限公司,CN,report,p. 2\n"
    ),
    "public-body.csv": (
        "id,name,name_zh,kind,place,source,locator\n"
        "bureau,City Public Security Bureau,市公安局,public-security-bureau,CN-GX,report,p. 3\n"
    ),
    "product.csv": "id,name,source,locator\ncamera,Camera,report,p. 3\n",
    "transaction.csv": (
        "id,title,kind,date,source,locator\naward-1,Award of cameras,award,2018-05-01,report,p. 4\n"
    ),
    "role.csv": (
        "transaction,role,organisation,source,locator,primary_source,author\n"
        "award-1,manufacturer,maker,report,p. 4,notice,watchers\n"
        "award-1,seller,reseller,report,p. 4,notice,watchers\n"
        "award-1,buyer,bureau,report,p. 4,notice,watchers\n"
    ),
    "includes.csv": "from,to,source,locator\naward-1,camera,report,p. 4\n",
}
"""One source with one supply path: Maker AB, through a reseller, to a bureau."""


class Ran(NamedTuple):
    """What a command left behind: exit code, stdout and stderr."""

    code: int
    out: str
    err: str


def exit_code(error: type[SousveilError]) -> int:
    """The exit code of a class of error."""
    return next(cli.EXIT_CODES[c] for c in error.__mro__ if c in cli.EXIT_CODES)


def run(home: Path, *args: str | Path) -> Ran:
    """Run a command in this process, as `main` does, with nothing on a terminal."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", newline="") for _ in range(2))
    environment = {"SOUSVEIL_HOME": str(home), "SOUSVEIL_STORE": ""}
    code: Any = 0
    with (
        mock.patch.dict(os.environ, environment),
        mock.patch.object(sys, "argv", ["sousveil", *map(str, args)]),
        contextlib.redirect_stdout(out), contextlib.redirect_stderr(err),
    ):
        try:
            cli.main()
        except SystemExit as done:
            code = done.code or 0
    texts = []
    for stream in (out, err):
        stream.flush()
        texts.append(stream.detach().getvalue().decode())  # type: ignore[attr-defined]
    return Ran(code, *texts)


def argv(*args: str | Path) -> list[str]:
    """The command as a process of its own; its name is `sousveil`."""
    start = "import sys; sys.argv[0] = 'sousveil'; from sousveil.cli import main; main()"
    return [sys.executable, "-c", start, *map(str, args)]


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of such a process."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("SOUSVEIL_")}
    return {**kept, "SOUSVEIL_HOME": str(home), "PYTHONIOENCODING": "utf-8", **more}


def spawn(home: Path, *args: str | Path, **options: Any) -> subprocess.Popen[bytes]:
    """Start a command as a process of its own."""
    more = options.pop("env", {})
    return subprocess.Popen(argv(*args), env=environment(home, **more), **{
        "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options,
    })


def finished(process: subprocess.Popen[bytes], timeout: float = 60) -> Ran:
    """What a process that was started has left behind."""
    try:
        out, err = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise
    return Ran(process.returncode, (out or b"").decode(), (err or b"").decode())


def write(folder: Path, files: Mapping[str, str | bytes], **changed: str | bytes) -> Path:
    """Write files into a folder; `company="…"` stands for company.csv, `_` for `-`."""
    folder.mkdir(parents=True, exist_ok=True)
    more = {name.replace("_", "-") + ".csv": text for name, text in changed.items()}
    for name, text in {**files, **more}.items():
        data = text if isinstance(text, bytes) else text.encode()
        (folder / name).write_bytes(data)
    return folder


def snapshot(folder: Path) -> dict[str, str]:
    """Every file below a folder with the hash of its bytes; folders with an empty one."""
    return {
        str(path.relative_to(folder)):
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        for path in sorted(folder.rglob("*"))
    }


def home_with(home: Path, *sources: Path) -> Path:
    """A home folder with these sources loaded and the graph built."""
    for ran in (run(home, "load", *sources), run(home, "build")):
        assert ran.code == 0, ran.err
    return home


@cache
def small_home() -> Path:
    """A home folder with `SMALL` loaded and built; to be read, not to be changed."""
    home = Path(tempfile.mkdtemp(prefix="sousveil-small-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    return home_with(home, write(home.with_name(home.name + "-files") / "small", SMALL))
