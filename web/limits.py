"""What one visitor may ask of the site: so many requests, of so many bytes, for so long."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, cast

from flask import Flask, abort, request
from flask_limiter import ApplicationLimit, Limiter
from flask_limiter.util import get_remote_address
from limits import parse_many
from werkzeug.middleware.proxy_fix import ProxyFix

from sousveil.errors import ConfigError, QueryError
from sousveil.graph import Result, Store
from sousveil.settings import Settings
from sousveil.web.live import View

__all__ = ["BODY", "LINE", "TIME", "limit", "timed", "untimed"]

BODY = 64 * 1024
"""Bytes of a request's body; nothing that the site offers needs more."""
LINE = 16 * 1024
"""Bytes of an address with its question; a longer one is answered 414."""
TIME = 30.0
"""Seconds for which a request may ask the store, all its questions together."""


def limit(app: Flask, settings: Settings) -> None:
    """Put the limits in force. Requests are counted in the memory of each process by itself."""
    if hops := settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops, x_prefix=hops,
        )
    app.config["MAX_CONTENT_LENGTH"] = BODY
    app.before_request(_short)
    if settings.rate != "off":
        _count(app, settings.rate)


def _short() -> None:
    if len(request.full_path) > LINE:
        abort(414, "the address is too long")


def _count(app: Flask, rate: str) -> None:
    try:
        parse_many(rate)
    except ValueError as error:
        raise ConfigError(
            f"SOUSVEIL_RATE is {rate!r}, which is no rate",
            'write it like "600 per minute; 10000 per hour", or "off"',
        ) from error
    told = f"more requests from one address than are answered: {rate}"
    Limiter(
        get_remote_address, app=app, storage_uri="memory://", headers_enabled=True,
        application_limits=[ApplicationLimit(rate, error_message=told)],
    )


def timed(store: Store, seconds: float = TIME) -> Store:
    """The store, which answers for so many seconds from now and then no more."""
    return cast(Store, _Timed(store, seconds))


def untimed(store: Store) -> Store:
    """The store itself, for what keeps to a time of its own."""
    return store._store if isinstance(store, _Timed) else store


class _Timed(View):
    """A store as a request sees it."""

    def __init__(self, store: Store, seconds: float) -> None:
        super().__init__(store)
        self._seconds = seconds
        self._end = time.monotonic() + seconds

    def run(
        self, cypher: str, parameters: Mapping[str, Any] | None = None, timeout: float = 0
    ) -> Result:
        left = self._end - time.monotonic()
        if left <= 0:
            raise QueryError(
                f"stopped after {self._seconds:g} s", "", "narrow the question, or try again later"
            )
        return self._store.run(cypher, parameters, min(timeout or left, left))
