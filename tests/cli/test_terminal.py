"""The command at a terminal and in a pipe: colours, widths, closed pipes, encodings, signals."""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import struct
import subprocess
import time
from pathlib import Path

import pytest

from sousveil.errors import ConfigError
from tests.cli.support import argv, environment, exit_code, finished, spawn

pty = pytest.importorskip("pty", reason="there are no pseudo-terminals here")
QUESTION = ("paths", "--from", "EU", "--to", "public-security-bureau")
ANSI = re.compile(r"\x1b\[[0-9;]*m")


def at_terminal(home: Path, *args: str, columns: int = 100, **more: str) -> tuple[int, str]:
    """Exit code and everything that a command writes to a terminal of so many columns."""
    import fcntl
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    env = environment(home, TERM="xterm-256color", **more)
    for name in ("COLUMNS", "LINES", "NO_COLOR"):
        if name not in more:
            env.pop(name, None)
    process = subprocess.Popen(argv(*args), stdin=theirs, stdout=theirs, stderr=theirs, env=env)
    os.close(theirs)
    data = b""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if not select.select([ours], [], [], 1)[0]:
            continue
        with contextlib.suppress(OSError):
            chunk = os.read(ours, 65536)
            data += chunk
            if chunk:
                continue
        break
    os.close(ours)
    return process.wait(timeout=30), data.decode().replace("\r\n", "\n")


def answer(text: str) -> str:
    """What is left on the screen after a progress line has cleared itself."""
    return re.sub(r"\x1b\[\?25[lh]|\x1b\[\d*[AK]|\r", "", text)


def test_a_terminal_gets_colours_and_paragraphs(shipped: Path) -> None:
    code, text = at_terminal(shipped, *QUESTION, columns=90)
    assert code == 0
    assert ANSI.search(text)
    plain = ANSI.sub("", answer(text))
    evidence = [line for line in plain.splitlines() if line.startswith(" " * 20)]
    assert len(evidence) > 20
    assert max(map(len, evidence)) <= 90
    # Nothing is lost where a line is broken.
    words = " ".join(plain.split())
    assert "Axis Communications (SE) → Strong Digital Technology Co. Ltd. → Huangpu Branch" in words
    assert "…" not in plain


def test_contested_is_said_in_colour_and_in_words(shipped: Path) -> None:
    _, text = at_terminal(shipped, *QUESTION)
    assert re.search(r"\x1b\[31m\x1b\[1mcontested|\x1b\[1;31mcontested|\x1b\[31;1mcontested", text)


def test_a_pipe_gets_neither_colours_nor_broken_lines(shipped: Path) -> None:
    ran = finished(spawn(shipped, *QUESTION, env={"TERM": "xterm-256color", "COLUMNS": "80"}))
    assert ran.code == 0
    assert not ANSI.search(ran.out + ran.err)
    assert max(map(len, ran.out.splitlines())) > 200


def test_errors_are_coloured_at_a_terminal_only(shipped: Path) -> None:
    _, text = at_terminal(shipped, "entity", "Atlantis")
    assert ANSI.search(text)
    assert "nothing is called 'Atlantis'" in ANSI.sub("", text)
    assert not ANSI.search(finished(spawn(shipped, "entity", "Atlantis")).err)


@pytest.mark.parametrize(
    "args",
    [QUESTION, ("export", "claims"), ("search", "axis", "--limit", "100"),
     ("query", "run", "company-goods", "company=canon", "--format", "csv"), ("entity", "noldus")],
    ids=lambda args: args[0],
)
def test_a_closed_pipe_ends_quietly(shipped: Path, args: tuple[str, ...]) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    process = spawn(shipped, *args, stdout=theirs)
    os.close(theirs)
    ran = finished(process)
    assert ran.code == 141
    assert "Traceback" not in ran.err
    assert "Exception" not in ran.err


def test_head(shipped: Path) -> None:
    process = spawn(shipped, *QUESTION)
    assert process.stdout is not None
    first = process.stdout.readline().decode()
    process.stdout.close()
    assert first.startswith("1.  Axis Communications (SE) → ")
    assert process.wait(timeout=60) in (0, 141)
    assert process.stderr is not None
    assert b"Traceback" not in process.stderr.read()
    process.stderr.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("args", [QUESTION, ("export", "claims"), ("template", "company")],
                         ids=lambda args: args[0])
def test_an_output_that_is_full(shipped: Path, args: tuple[str, ...]) -> None:
    with open("/dev/full", "wb") as full:
        ran = finished(spawn(shipped, *args, stdout=full))
    assert ran.code == exit_code(ConfigError)
    assert "No space left on device" in ran.err
    assert "next: " in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("args", [("search", "上海"), QUESTION, ("entity", "shanghai-psb")],
                         ids=lambda args: args[0])
@pytest.mark.parametrize(
    ("encoding", "shown"),
    [("utf-8", "上海"), ("ascii", "上海"), ("cp1252", "\\u4e0a\\u6d77"), ("gbk", "上海")])
def test_a_terminal_that_knows_no_chinese_shows_escapes(
    shipped: Path, args: tuple[str, ...], encoding: str, shown: str
) -> None:
    process = spawn(shipped, *args, env={"PYTHONIOENCODING": encoding})
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    # Python writes UTF-8 where somebody has set no encoding worth the name.
    assert shown in out.decode("utf-8" if encoding == "ascii" else encoding)


def test_interrupted_while_answering(shipped: Path) -> None:
    process = spawn(shipped, "build", "--force", env={"SOUSVEIL_STORE": str(shipped / "other")})
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    ran = finished(process)
    if ran.code == 0:
        pytest.skip("the build was faster than the interruption")
    assert ran.code == 130
    assert "interrupted; nothing was changed by halves" in ran.err
    assert "Traceback" not in ran.err
    assert not list((shipped / "other").glob("current"))
