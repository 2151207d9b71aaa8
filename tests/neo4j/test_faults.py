"""Servers that ask who is there, that encrypt, that may not write, and that die."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from sousveil.errors import StoreError, StoreUnavailable
from sousveil.graph import Assembly, connect
from sousveil.graph import neo4j as module

Server = Any
"""Of tests/neo4j_server.py, which is loaded by its path."""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a server's key and certificate, and that of the authority behind it."""
    folder = tmp_path_factory.mktemp("authority")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    for command in (
        "req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.crt -subj /CN=Nobody",
        "req -newkey rsa:2048 -nodes -keyout private.key -out request -subj /CN=server",
        "x509 -req -in request -CA ca.crt -CAkey ca.key -CAcreateserial -extfile names "
        "-out public.crt",
    ):
        subprocess.run(
            ["openssl", *command.split()], cwd=folder, check=True, capture_output=True
        )
    return folder


@pytest.fixture(scope="module")
def guarded(start_server: Callable[..., Server], authority: Path) -> Iterator[Server]:
    """A server that encrypts, and asks for a password."""
    policy = {
        "enabled": "true", "base_directory": str(authority), "private_key": "private.key",
        "public_certificate": "public.crt", "client_auth": "NONE",
    }
    with start_server(
        password="eight-letters-or-more", scheme="bolt+ssc",
        dbms__security__auth_lock_time="4s", server__bolt__tls_level="REQUIRED",
        **{f"dbms__ssl__policy__bolt__{name}": value for name, value in policy.items()},
    ) as server:
        yield server


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
def test_certificates(
    guarded: Server, authority: Path, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOUSVEIL_NEO4J_USER", "neo4j")
    monkeypatch.setenv("SOUSVEIL_NEO4J_PASSWORD", guarded.password)
    address = guarded.url.partition("://")[2]

    def asked(url: str) -> StoreError:
        started = time.monotonic()
        with connect(url) as store, pytest.raises(StoreError) as caught:
            store.run("RETURN 1 AS one")
        assert time.monotonic() - started < 10
        return caught.value

    unknown = asked(f"{scheme}+s://{address}")
    assert "certificate is not accepted: unable to get local issuer" in unknown.message
    assert "SSL_CERT_FILE" in unknown.hint
    assert f"{scheme}+ssc://" in unknown.hint
    plain = asked(f"{scheme}://{address}")
    assert "the server cannot be reached" in plain.message
    assert f"{scheme}+s://" in plain.hint
    # Both are let in as far as the database, in which there is no graph, or one of these tests.
    monkeypatch.setenv("SSL_CERT_FILE", str(authority / "ca.crt"))
    for url in (f"{scheme}+s://{address}", f"{scheme}+ssc://{address}"):
        with connect(f"{url}/elsewhere") as store, pytest.raises(StoreError, match="no database"):
            _ = store.info


@pytest.mark.parametrize(("user", "password"), [
    ("neo4j", "wrong-password"), ("nobody", "eight-letters-or-more"), ("", ""), (None, None),
])
def test_whom_the_server_refuses(
    guarded: Server, user: str | None, password: str | None,
    monkeypatch: pytest.MonkeyPatch, few: Assembly,
) -> None:
    for name, value in (("USER", user), ("PASSWORD", password)):
        if value is None:
            monkeypatch.delenv(f"SOUSVEIL_NEO4J_{name}", raising=False)
        else:
            monkeypatch.setenv(f"SOUSVEIL_NEO4J_{name}", value)
    started = time.monotonic()
    with connect(guarded.url) as store:
        for ask in (lambda: store.info, lambda: store.search("x"), lambda: store.replace(few)):
            with pytest.raises(StoreError, match="user name or password") as caught:
                ask()
            assert "SOUSVEIL_NEO4J_PASSWORD" in caught.value.hint
            if password:
                assert password not in caught.value.message + caught.value.hint
    assert time.monotonic() - started < 20


def test_too_many_wrong_passwords(guarded: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOUSVEIL_NEO4J_USER", "neo4j")
    monkeypatch.setenv("SOUSVEIL_NEO4J_PASSWORD", "wrong-password")
    said = []
    for _ in range(4):
        with connect(guarded.url) as store, pytest.raises(StoreError) as caught:
            _ = store.info
        said.append(caught.value)
    assert isinstance(said[-1], StoreUnavailable)
    assert "several wrong passwords" in said[-1].message
    assert "wait" in said[-1].hint
    time.sleep(5)
    monkeypatch.setenv("SOUSVEIL_NEO4J_PASSWORD", guarded.password)
    with connect(guarded.url) as store, pytest.raises(StoreUnavailable, match="no graph"):
        _ = store.info


def test_whom_the_server_admits(
    guarded: Server, few: Assembly, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOUSVEIL_NEO4J_USER", "neo4j")
    monkeypatch.setenv("SOUSVEIL_NEO4J_PASSWORD", guarded.password)
    with connect(f"{guarded.url}/elsewhere") as store, pytest.raises(
        StoreError, match="no database 'elsewhere'"
    ):
        store.replace(few)
    with connect(guarded.url) as store:
        with pytest.raises(StoreUnavailable, match="no graph") as caught:
            store.run("RETURN 1 AS one")
        assert "sousveil build" in caught.value.hint
        store.replace(few)
        assert store.info.dataset == few.dataset
        assert store.search("axis") == []


def test_a_server_that_dies_while_it_answers_and_builds_and_one_that_may_not_write(
    start_server: Callable[..., Server], few: Assembly, shipped: Assembly,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Readers keep the old graph, the build is finished, and what may not be written stays."""
    monkeypatch.setattr(module, "_WAIT", 4.0)
    monkeypatch.setattr(module, "_BATCH", 100)
    real = module._write
    written: list[int] = []
    waited: list[Future[float]] = []
    asking = threading.Event()

    def write(tx: Any, build: str, number: int, *rest: Any) -> None:
        if number == 10 and not asking.is_set():
            waited.append(other.submit(ask))
            asking.wait(20)
            time.sleep(1)
            server.kill()
        written.append(number)
        real(tx, build, number, *rest)

    def ask() -> float:
        started = time.monotonic()
        asking.set()
        with pytest.raises(StoreUnavailable, match="reached") as caught:
            reader.run(
                "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b "
                "RETURN sum(a % 7 + b % 3) AS n"
            )
        assert "check that it runs" in caught.value.hint
        return time.monotonic() - started

    with start_server() as server, connect(server.url) as reader, ThreadPoolExecutor(1) as other:
        reader.replace(few)
        monkeypatch.setattr(module, "_write", write)
        with connect(server.url) as builder, pytest.raises(StoreUnavailable):
            builder.replace(shipped)
        assert max(written) == 10
        assert 1 < waited[0].result() < 30

        server.start()
        # The same store goes on with the server that came back.
        assert reader.run("MATCH (n:Transaction) RETURN count(n) AS n").rows == ((0,),)
        assert reader.info.dataset == few.dataset
        written.clear()
        with connect(server.url) as builder:
            builder.replace(shipped)
        assert min(written) == 10, "what was written is not written again"
        reader.close()
        assert reader.info.dataset == shipped.dataset

        # Not killed: a database that may only be read cannot mend itself.
        server.stop()
        server.configure(server__databases__read_only="neo4j")
        server.start()
        with connect(server.url) as builder, pytest.raises(
            StoreError, match="not allowed by this server"
        ) as caught:
            builder.replace(few)
        assert "readers keep the graph they have" in caught.value.hint
        assert reader.info.dataset == shipped.dataset
        assert reader.run("MATCH (n:Transaction) RETURN count(n) AS n").rows == ((
            shipped.counts()["Transaction"],
        ),)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of its own, of 160 MB."""
    try:
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", str(tmp_path)],
            check=True, capture_output=True,
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("a small disk needs the right to mount one (root, on Linux)")
    yield tmp_path
    subprocess.run(["umount", "-l", str(tmp_path)], check=True)


def test_a_full_disk(
    start_server: Callable[..., Server], small_disk: Path, few: Assembly, shipped: Assembly,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The server stops the database for builders and readers; both are told what to do."""
    monkeypatch.setattr(module, "_WAIT", 4.0)
    monkeypatch.setattr(module, "_BATCH", 100)
    with start_server(
        server__directories__data=str(small_disk),
        server__directories__transaction__logs__root=str(small_disk / "transactions"),
        db__tx_log__preallocate="false",
    ) as server, connect(server.url) as store:
        store.replace(few)
        free = os.statvfs(small_disk)
        (small_disk / "rest").write_bytes(bytes(free.f_bavail * free.f_frsize - 2**19))
        started = time.monotonic()
        for ask in (lambda: store.replace(shipped), store.current):
            with pytest.raises(StoreError) as caught:
                ask()
            assert server.url in caught.value.message
            assert "make room on its disk" in caught.value.hint
        assert time.monotonic() - started < 60
