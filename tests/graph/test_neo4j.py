"""The server store where no server is needed: URLs, nobody there, and answers of a stand-in.

With a real server: `tests/neo4j`.
"""

from __future__ import annotations

import contextlib
import io
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from sousveil.errors import ConfigError, StoreError, StoreUnavailable
from sousveil.graph import assemble, connect
from sousveil.graph import neo4j as module


@pytest.mark.parametrize("url", [
    "neo4j://user:secret@localhost", "bolt://user:secret@127.0.0.1:7687",
])
def test_no_password_in_a_url(url: str) -> None:
    with pytest.raises(ConfigError) as caught:
        connect(url)
    assert "secret" not in str(caught.value)
    assert "secret" not in caught.value.hint


@pytest.mark.parametrize("url", ["bolt://db.example.org", "neo4j://192.168.1.7:7687"])
def test_plain_connections_stay_on_this_machine(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOUSVEIL_NEO4J_PLAIN", raising=False)
    with pytest.raises(ConfigError, match="unencrypted"):
        connect(url)
    monkeypatch.setenv("SOUSVEIL_NEO4J_PLAIN", "1")
    connect(url).close()


@pytest.mark.parametrize("scheme", ["bolt", "neo4j", "bolt+s", "neo4j+ssc"])
def test_nobody_answers(scheme: str) -> None:
    started = time.monotonic()
    url = f"{scheme}://127.0.0.1:1"
    with connect(url) as store, pytest.raises(StoreUnavailable, match="reached") as caught:
        _ = store.info
    assert url in caught.value.message
    assert "check that it runs" in caught.value.hint
    assert time.monotonic() - started < 20


def test_somebody_answers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_WAIT", 3.0)
    started = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"bolt://127.0.0.1:{silent.getsockname()[1]}"
        with connect(url) as store, pytest.raises(StoreUnavailable) as caught:
            _ = store.info
    assert url in caught.value.message
    assert time.monotonic() - started < 30


def test_a_server_that_speaks_another_bolt() -> None:
    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = server.accept()
                with client:
                    client.recv(100)
                    client.sendall(bytes(4))

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=serve, daemon=True).start()
        url = f"bolt://127.0.0.1:{server.getsockname()[1]}"
        with connect(url) as store, pytest.raises(StoreError, match="no version of Bolt") as caught:
            _ = store.info
    assert "5.26" in caught.value.hint


def test_a_user_without_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOUSVEIL_NEO4J_USER", "neo4j")
    monkeypatch.delenv("SOUSVEIL_NEO4J_PASSWORD", raising=False)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    with connect("bolt://127.0.0.1:1") as store, pytest.raises(
        ConfigError, match="SOUSVEIL_NEO4J_PASSWORD is not"
    ):
        _ = store.info


# A stand-in -------------------------------------------------------------------------------------
# It speaks as much of Bolt as it takes to refuse: neo4j.com/docs/bolt/current


def text(value: str) -> bytes:
    return b"\xd0" + bytes([len(value.encode())]) + value.encode()


def message(tag: int, fields: dict[str, str]) -> bytes:
    body = bytes([0xB1, tag, 0xA0 + len(fields)])
    body += b"".join(text(k) + text(v) for k, v in fields.items())
    return struct.pack(">H", len(body)) + body + b"\0\0"


def read(stream: io.BufferedIOBase) -> int:
    """The tag of the next message."""
    found = b""
    while size := int.from_bytes(stream.read(2), "big"):
        found += stream.read(size)
    return found[1]


HELLO, GOODBYE, RESET, LOGON, BEGIN, RUN = 0x01, 0x02, 0x0F, 0x6A, 0x11, 0x10
SUCCESS, FAILURE, IGNORED = 0x70, 0x7F, b"\x00\x02\xb0\x7e\x00\x00"


def converse(client: socket.socket, code: str, words: str, agent: str) -> None:
    with contextlib.suppress(OSError, IndexError), client, client.makefile("rwb") as stream:
        stream.read(20)
        stream.write(bytes([0, 0, 4, 5]))
        stream.flush()
        failed = False
        while (tag := read(stream)) != GOODBYE:
            failed = (failed or tag in (BEGIN, RUN)) and tag != RESET
            if tag in (BEGIN, RUN):
                stream.write(message(FAILURE, {"code": code, "message": words}))
            elif failed:
                stream.write(IGNORED)
            else:
                stream.write(message(SUCCESS, {"server": agent, "connection_id": "1"}))
            stream.flush()


@pytest.fixture
def refusing() -> Iterator[Callable[..., str]]:
    """A function that starts a server which refuses every transaction, and gives its URL."""
    with contextlib.ExitStack() as servers:
        def start(code: str, words: str, agent: str = "Neo4j/5.26.0") -> str:
            server = servers.enter_context(socket.create_server(("127.0.0.1", 0)))

            def serve() -> None:
                with contextlib.suppress(OSError):
                    while True:
                        client, _ = server.accept()
                        threading.Thread(
                            target=converse, args=(client, code, words, agent), daemon=True
                        ).start()

            threading.Thread(target=serve, daemon=True).start()
            return f"bolt://127.0.0.1:{server.getsockname()[1]}"

        yield start


@pytest.mark.parametrize(("code", "words", "said", "hint"), [
    ("Neo.ClientError.Cluster.NotALeader", "No write operations on a follower",
     "not allowed by this server, or to this user: No write", "neo4j+s://"),
    ("Neo.ClientError.General.ForbiddenOnReadOnlyDatabase", "This is a read-only database",
     "not allowed by this server, or to this user: This is", "readers keep the graph"),
    ("Neo.ClientError.Security.Forbidden", "Create node is not allowed for user 'x' with role y",
     "not allowed by this server, or to this user: Create", "sign in as a user who may"),
    ("Neo.TransientError.General.DatabaseUnavailable", "Database 'neo4j' is unavailable",
     "is unavailable", "server's log"),
    ("Neo.DatabaseError.Transaction.TransactionCommitFailed", "No space left on device",
     "No space left on device", "server's log"),
    ("Neo.TransientError.General.MemoryPoolOutOfMemoryError", "limit of 1 GiB",
     "limit of 1 GiB", "db.memory.transaction.max"),
])
def test_what_a_server_refuses(
    refusing: Callable[..., str], code: str, words: str, said: str, hint: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_WAIT", 1.0)
    url = refusing(code, words)
    started = time.monotonic()
    with connect(url) as store:
        for ask in (lambda: store.replace(assemble([])), lambda: store.info):
            with pytest.raises(StoreError) as caught:
                ask()
            assert url in caught.value.message
            assert said in caught.value.message
            assert hint in caught.value.hint
    assert time.monotonic() - started < 10


@pytest.mark.parametrize("agent", ["Neo4j/4.4.30", "Neo4j/3.5.1"])
def test_a_server_that_is_too_old(refusing: Callable[..., str], agent: str) -> None:
    url = refusing("Neo.ClientError.Statement.SyntaxError", "Invalid input", agent)
    with connect(url) as store, pytest.raises(StoreError, match=f"the server is {agent}") as caught:
        _ = store.info
    assert "5.26" in caught.value.hint
