"""`sousveil serve`: both servers answer, and a server that is not there is told about."""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner
from werkzeug.test import Client

from sousveil.cli import cli
from sousveil.cli.serve import _application
from sousveil.errors import ConfigError
from sousveil.graph import Store
from sousveil.settings import Settings

GRANIAN = importlib.util.find_spec("granian") is not None


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@pytest.mark.parametrize("server", [
    "waitress",
    pytest.param("granian", marks=pytest.mark.skipif(
        not GRANIAN, reason="granian is not installed: pip install 'sousveil[granian]'")),
])
def test_a_server_answers_until_it_is_stopped(shipped_store: Store, server: str) -> None:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", "from sousveil.cli import main; main()", "--store",
         shipped_store.url, "serve", "--server", server, "--port", str(port)],
        env=dict(os.environ), stderr=subprocess.PIPE,
    )
    try:
        for _ in range(600):
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/") as answer:
                    assert json.load(answer)["dataset"] == shipped_store.info.dataset
                break
            except (urllib.error.URLError, ConnectionError):
                assert process.poll() is None
                time.sleep(0.1)
        else:
            pytest.fail("no answer within a minute")
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
        assert b"serving data set" in told
        assert b"Traceback" not in told
    finally:
        process.kill()


@pytest.mark.parametrize(("host", "site", "proxies", "name", "status"), [
    ("127.0.0.1", "", 0, "127.0.0.1:8000", 200), ("localhost", "", 0, "LOCALHOST:8000", 200),
    ("::1", "", 0, "[::1]:8000", 200),
    # A name of somebody else's that leads to this machine.
    ("127.0.0.1", "", 0, "elsewhere.example.org:8000", 421), ("::1", "", 0, "", 421),
    ("127.0.0.1", "", 0, "127.0.0.1.example.org", 421),
    ("127.0.0.1", "https://sousveil.example.org", 0, "sousveil.example.org", 200),
    ("127.0.0.1", "", 1, "sousveil.example.org", 200),
    ("0.0.0.0", "", 0, "sousveil.example.org", 200),
])
def test_names_under_which_a_site_of_ones_own_answers(
    shipped_store: Store, tmp_path: Path, host: str, site: str, proxies: int, name: str,
    status: int,
) -> None:
    settings = Settings(tmp_path, shipped_store.url, site=site, proxies=proxies)
    answer = Client(_application(settings, host)).get("/about", headers={"Host": name})
    assert answer.status_code == status
    assert ("SOUSVEIL_SITE" in answer.text) == (status == 421)


@pytest.mark.skipif(GRANIAN, reason="granian is installed")
def test_a_server_that_is_not_installed(shipped_store: Store) -> None:
    with pytest.raises(ConfigError, match="granian is not installed"):
        CliRunner().invoke(
            cli, ["--store", shipped_store.url, "serve", "--server", "granian"],
            catch_exceptions=False, standalone_mode=False,
        )


def test_a_port_that_is_taken(shipped_store: Store) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ConfigError, match="cannot listen"):
            CliRunner().invoke(
                cli, ["--store", shipped_store.url, "serve", "--port",
                      str(taken.getsockname()[1])],
                catch_exceptions=False, standalone_mode=False,
            )
