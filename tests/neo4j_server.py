"""A real Neo4j server for the tests: its jars by Maven, on a free loopback port, without Docker.

Needs Java 17 and mvn. `tools/neo4j/pom.xml` names the version. Used by the fixtures of
`tests/conftest.py`; a server of the user's own takes its place if SOUSVEIL_NEO4J_URL is set.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

import neo4j
from filelock import FileLock

ROOT = Path(__file__).parents[1]
POM = ROOT / "tools" / "neo4j" / "pom.xml"
LIB = ROOT / "tools" / "neo4j" / "target" / "lib"
_OPENS = [
    f"--add-opens=java.base/{package}=ALL-UNNAMED"
    for package in ("java.nio", "java.io", "sun.nio.ch")
]

_QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
"""A test is over before the better compiler has paid for itself."""


def jars() -> Path:
    """The folder with the server's jars, fetched once for each version.

    Of several processes that begin at once, one fetches and the others wait.
    """
    stamp = LIB.parent / "pom-of-lib.xml"
    LIB.parent.mkdir(exist_ok=True)
    with FileLock(LIB.parent / "jars.lock"):
        if not stamp.exists() or stamp.read_bytes() != POM.read_bytes():
            shutil.rmtree(LIB, ignore_errors=True)
            subprocess.run(
                ["mvn", "-B", "-q", "-f", str(POM), "package"], check=True,
                stdin=subprocess.DEVNULL,
            )
            stamp.write_bytes(POM.read_bytes())
    return LIB


class Server:
    """A server with a fresh home; ended and removed at the end."""

    def __init__(
        self, password: str = "", heap: str = "512m", java: tuple[str, ...] = _QUICK,
        scheme: str = "bolt", **settings: str,
    ) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="sousveil-neo4j-"))
        self.password = password
        self.java = (f"-Xms{heap}", f"-Xmx{heap}", *java)
        self.settings = settings
        self.port = _free_port()
        self.url = f"{scheme}://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        for name in ("conf", "data", "logs", "run", "plugins", "import"):
            (self.home / name).mkdir()
        self.configure()
        if password:
            self.admin("dbms", "set-initial-password", password)

    def configure(self, **settings: str) -> None:
        """Write the configuration, with settings more; the next start reads it."""
        self.settings |= settings
        (self.home / "conf" / "neo4j.conf").write_text(self._configuration())

    def _configuration(self) -> str:
        lines = {
            "server.default_listen_address": "127.0.0.1",
            "server.bolt.listen_address": f"127.0.0.1:{self.port}",
            "server.bolt.advertised_address": f"127.0.0.1:{self.port}",
            "server.http.enabled": "false",
            "server.https.enabled": "false",
            "dbms.security.auth_enabled": "true" if self.password else "false",
            "server.memory.pagecache.size": "128m",
            "db.memory.transaction.max": "256m",
            "dbms.usage_report.enabled": "false",
            "dbms.security.allow_csv_import_from_file_urls": "false",
            **{
                f"server.directories.{name}": str(self.home / name)
                for name in ("data", "logs", "run", "plugins", "import")
            },
            "server.directories.transaction.logs.root": str(self.home / "data" / "transactions"),
            **{name.replace("__", "."): value for name, value in self.settings.items()},
        }
        return "".join(f"{name}={value}\n" for name, value in lines.items())

    def start(self) -> Self:
        """Start the server and wait until it answers."""
        with (self.home / "console.log").open("ab") as console:
            self._process = subprocess.Popen(
                ["java", *self.java,
                 "-Dlog4j2.disable.jmx=true", "-Dio.netty.tryReflectionSetAccessible=true",
                 *_OPENS, "-cp", f"{jars()}/*", "org.neo4j.server.CommunityEntryPoint",
                 f"--home-dir={self.home}", f"--config-dir={self.home / 'conf'}",
                 "--console-mode"],
                stdout=console, stderr=console, stdin=subprocess.DEVNULL, start_new_session=True,
            )
        auth = ("neo4j", self.password) if self.password else None
        deadline = time.monotonic() + 180
        while True:
            if self._process.poll() is not None:
                raise RuntimeError("Neo4j did not start:\n" + self.console())
            try:
                with neo4j.GraphDatabase.driver(
                    self.url, auth=auth, max_transaction_retry_time=0
                ) as driver:
                    # Bolt answers before the database does.
                    driver.execute_query("RETURN 1", database_="neo4j")
                    return self
            except (neo4j.exceptions.ServiceUnavailable, neo4j.exceptions.TransientError):
                if time.monotonic() > deadline:
                    raise RuntimeError("Neo4j does not answer:\n" + self.console()) from None
                time.sleep(0.3)

    def stop(self) -> None:
        """Have the server write down what it has, and wait for it."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(120)
        self._process = None

    def kill(self) -> None:
        """End the server at once, as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(60)
        self._process = None

    def admin(self, *arguments: str) -> str:
        """Run the server's own admin tool while the server is stopped."""
        done = subprocess.run(
            ["java", *self.java, *_OPENS, "-cp", f"{jars()}/*", "org.neo4j.cli.AdminTool",
             *arguments],
            env={**os.environ, "NEO4J_HOME": str(self.home),
                 "NEO4J_CONF": str(self.home / "conf")},
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
        if done.returncode:
            raise RuntimeError(done.stdout)
        return done.stdout

    def console(self) -> str:
        """The last lines that the server wrote."""
        return "\n".join((self.home / "console.log").read_text().splitlines()[-40:])

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.kill()
        shutil.rmtree(self.home, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
