"""The door of the SPARQL server: what may be asked, and for how long.

The server itself lets a query call other servers (SERVICE), also such as only this machine
reaches, and its limit of time does not stop every query: a count over joins without a condition
runs on. Behind the door the one is refused, and the other ends with the server's process, which
is started again.
"""

from __future__ import annotations

import contextlib
import http.client
import re
import socket
import subprocess
import threading
import time
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

from sousveil.errors import ConfigError
from sousveil.settings import own_machine

__all__ = ["Door", "asks_elsewhere"]

_LITERAL = re.compile(
    r"""\\. | <[^<>"{}|^`\s]*> | \#[^\n\r]*
    | \"{3}(?:[^"\\]|\\.|"(?!""))*\"{3} | '{3}(?:[^'\\]|\\.|'(?!''))*'{3}
    | "(?:[^"\\\n\r]|\\.)*" | '(?:[^'\\\n\r]|\\.)*'""", re.S | re.X,
)
"""What stands for itself in a query: an escaped sign, an IRI, a comment, a text."""
_FIELDS = ("default-graph-uri", "named-graph-uri", "union-default-graph")
_MOST = 1 << 20
"""Bytes of a question."""
_AT_ONCE = 8
"""Questions that are answered at the same time."""
_GRACE = 1.0
"""Seconds that the server has to end a query by itself."""


def asks_elsewhere(query: str) -> bool:
    """Whether a query calls another server, or only uses the word, which is refused as well.

    >>> asks_elsewhere("SELECT * { SERVICE <http://a.example> { ?s ?p ?o } }")
    True
    >>> asks_elsewhere('ASK { ?s ?p "Secret Service" } # service')
    False
    """
    return "service" in _LITERAL.sub(" ", query).lower()


class _Refused(Exception):
    """A question that is not passed on."""

    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.status = status


class Door(ThreadingHTTPServer):
    """Listens where the world may ask, and passes questions on to a server of its own."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, bind: str, program: str, timeout: int, cors: bool) -> None:
        host, _, port = bind.rpartition(":")
        if not host or not (port.isascii() and port.isdigit() and int(port) < 65536):
            raise ConfigError(f"--bind {bind}: no address with a port", "write HOST:PORT")
        host = host.strip("[]")
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            super().__init__((host, int(port)), _Question)
        except OSError as error:
            raise ConfigError(
                f"cannot listen on {bind}: {error.strerror or error}",
                "name another --bind, or stop the program that uses it",
            ) from error
        self.program, self.seconds, self.cors = program, timeout, cors
        # A page on the web could give its own name the address of this machine, and ask here.
        self.own = own_machine(host) and not cors
        self.free = threading.BoundedSemaphore(_AT_ONCE)
        self._lock = threading.Lock()
        self._server: subprocess.Popen[bytes] | None = None
        self._folder = Path()
        self._port = 0
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def open(self, folder: Path) -> None:
        """Answer from the store in this folder, and no more from the one before."""
        with self._lock:
            self._folder = folder
            self._start()

    def _start(self) -> None:
        self._stop()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = free.getsockname()[1]
        self._server = subprocess.Popen([  # noqa: S603 - our own arguments, no shell
            self.program, "serve-read-only", "--location", str(self._folder), "--bind",
            f"127.0.0.1:{self._port}", "--timeout-s", str(self.seconds),
        ], stderr=subprocess.DEVNULL)
        while self._server.poll() is None:
            with contextlib.suppress(OSError), socket.create_connection(
                    ("127.0.0.1", self._port), 1):
                return
            time.sleep(0.02)

    def _stop(self) -> None:
        if self._server is not None:
            self._server.kill()
            self._server.wait()

    def ask(self) -> tuple[http.client.HTTPConnection, int]:
        """A connection to the server, which is started if it has ended, and who it is."""
        with self._lock:
            if self._server is None or self._server.poll() is not None:
                self._start()
            return http.client.HTTPConnection("127.0.0.1", self._port), self._port

    def end(self, port: int) -> None:
        """End the server, and whatever else it is answering, unless another has its place."""
        with self._lock:
            if port == self._port:
                self._start()

    def __exit__(self, *args: object) -> None:
        """Stop listening, and end the server."""
        self.shutdown()
        self.server_close()
        with self._lock:
            self._stop()


class _Question(BaseHTTPRequestHandler):
    server: Door
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_OPTIONS(self) -> None:
        self._say(HTTPStatus.NO_CONTENT, "", {
            "Access-Control-Allow-Methods": "GET, POST", "Access-Control-Allow-Headers":
            "Accept, Content-Type"} if self.server.cors else {})

    def log_message(self, format: str, *args: object) -> None:
        """Who asks what is nobody's business."""

    def _answer(self) -> None:
        self.close_connection = True
        try:
            if self.server.own and not own_machine(self.headers.get("Host") or ""):
                raise _Refused(
                    HTTPStatus.MISDIRECTED_REQUEST,
                    "served to this machine only, and not under that name: --bind for a network",
                )
            form = self._form()
            if not self.server.free.acquire(blocking=False):
                raise _Refused(HTTPStatus.SERVICE_UNAVAILABLE, "too many questions at once")
            try:
                self._pass_on(form)
            finally:
                self.server.free.release()
        except _Refused as refused:
            self._say(refused.status, f"{refused}\n")

    def _form(self) -> bytes:
        """The question as it is passed on: nothing in it that has not been looked at."""
        body = self._body() if self.command == "POST" else b""
        address = urlsplit(self.path)
        if address.path != "/query":
            raise _Refused(HTTPStatus.NOT_FOUND, "questions are asked at /query")
        fields = parse_qs(address.query, keep_blank_values=True)
        if self.command == "POST":
            kind = self.headers.get_content_type()
            try:
                if kind == "application/sparql-query":
                    fields.setdefault("query", []).append(body.decode())
                elif kind == "application/x-www-form-urlencoded":
                    for name, values in parse_qs(
                        body.decode(), keep_blank_values=True, errors="strict"
                    ).items():
                        fields.setdefault(name, []).extend(values)
                else:
                    raise _Refused(
                        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
                        "send a form with `query`, or application/sparql-query",
                    )
            except UnicodeDecodeError:
                raise _Refused(HTTPStatus.BAD_REQUEST, "the question is not UTF-8") from None
        queries = fields.get("query", [])
        if len(queries) != 1:
            raise _Refused(HTTPStatus.BAD_REQUEST, "one `query` is expected")
        if asks_elsewhere(queries[0]):
            raise _Refused(
                HTTPStatus.FORBIDDEN, "queries that call other servers (SERVICE) are refused; "
                "give variables and prefixes another name",
            )
        return urlencode(
            [("query", queries[0]), *((f, v) for f in _FIELDS for v in fields.get(f, ()))]
        ).encode()

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length") or ""
        if not (length.isascii() and length.isdigit()):
            raise _Refused(HTTPStatus.LENGTH_REQUIRED, "how long is the question?")
        if int(length) <= _MOST:
            return self.rfile.read(int(length))
        # Whoever is still sending does not hear the answer.
        left = min(int(length), 8 * _MOST)
        while left > 0 and (part := self.rfile.read(min(left, _MOST))):
            left -= len(part)
        raise _Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the question is too long")

    def _pass_on(self, form: bytes) -> None:
        deadline = time.monotonic() + self.server.seconds + _GRACE
        connection, port = self.server.ask()
        connection.timeout = self.server.seconds + _GRACE
        begun = False
        try:
            connection.request("POST", "/query", form, {
                "Content-Type": "application/x-www-form-urlencoded",
                "Accept": self.headers.get("Accept") or "*/*",
            })
            answer = connection.getresponse()
            self._head(answer.status, {
                "Content-Type": answer.headers.get("Content-Type") or "text/plain",
                "Transfer-Encoding": "chunked",
            })
            begun = True
            # An answer that is cut off lacks its last part, and no client takes it for whole.
            while part := answer.read1(1 << 16):
                if not self._send(part):
                    return
                if time.monotonic() > deadline:
                    raise TimeoutError
            self._send(b"")
        except TimeoutError:
            self.server.end(port)
            if not begun:
                raise _Refused(
                    HTTPStatus.GATEWAY_TIMEOUT, f"no answer within {self.server.seconds} seconds"
                ) from None
        except (http.client.HTTPException, ConnectionError):
            if not begun:
                raise _Refused(
                    HTTPStatus.SERVICE_UNAVAILABLE, "the server is being started again: ask again"
                ) from None
        finally:
            connection.close()

    def _send(self, part: bytes) -> bool:
        """Send a part of an answer, the empty one last; false if nobody takes it any more."""
        try:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
        except OSError:
            return False
        return True

    def _say(self, status: HTTPStatus, text: str, more: Mapping[str, str] | None = None) -> None:
        data = text.encode()
        self._head(status, {
            "Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(data)),
            **(more or {}),
        })
        self.wfile.write(data)

    def _head(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Connection", "close")
        if self.server.cors:
            self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
