"""`sousveil serve`."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Iterable
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import click

from sousveil.cli.output import say
from sousveil.errors import ConfigError
from sousveil.graph import connect
from sousveil.settings import Settings, own_machine


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; "
              "0.0.0.0 for every network of this machine.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535),
              help="Port; 0 for a free one.")
@click.option("--threads", default=8, show_default=True, type=click.IntRange(1, 256),
              help="Requests that are answered at once.")
@click.option("--server", default="waitress", show_default=True,
              type=click.Choice(["waitress", "granian"]),
              help="Program that answers; granian is installed with sousveil[granian].")
@click.pass_obj
def command(settings: Settings, host: str, port: int, threads: int, server: str) -> None:
    """Serve the site of the present graph, until Ctrl-C.

    A graph that is built meanwhile takes its place within a second; requests under way are
    answered from the old one.
    """
    with connect(settings.store) as store:
        dataset = store.info.dataset
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s")
    run = _waitress if server == "waitress" else _granian
    run(settings, host, port, threads, f"serving data set {dataset[:12]} on http://{host}")
    say("stopped")


def _waitress(settings: Settings, host: str, port: int, threads: int, told: str) -> None:
    from waitress import create_server

    try:
        server = create_server(
            _application(settings, host), host=host, port=port, threads=threads, ident=None,
            max_request_body_size=64 * 1024, channel_timeout=60, connection_limit=500,
        )
    except OSError as error:
        raise ConfigError(
            f"cannot listen on {host}:{port}: {error.strerror or error}",
            "name another --port, or stop the program that uses it",
        ) from error
    say(f"{told}:{server.effective_port}/")
    try:
        server.run()
    except KeyboardInterrupt:
        return
    finally:
        server.close()


def _granian(settings: Settings, host: str, port: int, threads: int, told: str) -> None:
    """One worker: limits are counted, and the embedded graph is held, in one process."""
    try:
        granian = importlib.import_module("granian")
    except ImportError as error:
        raise ConfigError(
            "granian is not installed", "pip install 'sousveil[granian]', or leave --server out"
        ) from error
    if not port:
        raise ConfigError("granian looks for no free port", "name a --port")
    say(f"{told}:{port}/")
    granian.Granian(
        "sousveil.web", address=host, port=port, interface="wsgi", workers=1,
        blocking_threads=threads, websockets=False, log_enabled=False,
    ).serve(target_loader=partial(_application, settings, host), wrap_loader=False)


def _application(settings: Settings, host: str) -> Any:
    """The site; served to this machine alone, it answers under the names of this machine only.

    A page on the web could give its own name the address of this machine, and so read here what
    is not published. Behind a web server of one's own (`SOUSVEIL_PROXIES`), that one decides.
    """
    from sousveil.web import create_app

    app = create_app(settings)
    if settings.proxies or not own_machine(host):
        return app
    site = urlsplit(settings.site).netloc

    def fenced(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        name = environ.get("HTTP_HOST", "").lower()
        if own_machine(name) or (site and name == site.lower()):
            return app(environ, start_response)
        said = (
            b"This site is served to this machine only, and not under that name. Behind a web "
            b"server set SOUSVEIL_PROXIES or SOUSVEIL_SITE; for a network use --host.\n"
        )
        start_response("421 Misdirected Request", [
            ("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(said))),
        ])
        return [said]

    return fenced
