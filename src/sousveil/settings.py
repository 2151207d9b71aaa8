"""Settings, read once at the edge and passed in: option, then environment, then default."""

from __future__ import annotations

import os
import re
from pathlib import Path

import msgspec

from sousveil.errors import ConfigError

__all__ = ["BASE", "Settings", "own_machine"]

BASE = "https://w3id.org/sousveil/"

_RATE = "600 per minute; 10000 per hour"
_OWN = re.compile(r"(localhost|127(\.\d{1,3}){3}|::1|\[::1\])(:\d{1,5})?", re.ASCII)


def own_machine(host: str) -> bool:
    """Whether a host, with a port or without, is the machine that asks."""
    return _OWN.fullmatch(host.lower()) is not None


class Settings(msgspec.Struct, frozen=True):
    """Where things are kept, and how the site behaves."""

    home: Path
    """Folder of claims, decisions and, by default, the graph: `SOUSVEIL_HOME`, else the user's
    data folder."""
    store: str
    """URL of the graph store: `--store`, else `SOUSVEIL_STORE`, else a folder in `home`."""
    site: str = ""
    """Address under which the site is known, without a slash at its end: `SOUSVEIL_SITE`. Where
    it is empty, pages name themselves by the address that was asked."""
    rate: str = "off"
    """Requests that one address may make, `off` for any number: `SOUSVEIL_RATE`, else 600 a minute
    and 10,000 an hour, which no person comes near."""
    proxies: int = 0
    """Web servers in front that say for whom they ask, in `X-Forwarded-For`: `SOUSVEIL_PROXIES`.
    With 0 the header counts for nothing, because anybody can write it."""
    cypher: bool = False
    """Whether visitors may run statements of their own, for reading only: `SOUSVEIL_CYPHER`."""
    base: str = BASE
    """Where the IRIs of RDF begin: `SOUSVEIL_BASE`, for who publishes data under a name of their
    own. The terms of the ontology keep theirs."""

    @classmethod
    def read(cls, store: str = "") -> Settings:
        """Read the environment; an option that was given goes before it."""
        if given := os.environ.get("SOUSVEIL_HOME"):
            home = Path(given).expanduser()
        else:
            import platformdirs

            home = platformdirs.user_data_path("sousveil")
        url = store or os.environ.get("SOUSVEIL_STORE") or f"ladybug:{home / 'graph'}"
        return cls(
            home, url, site=os.environ.get("SOUSVEIL_SITE", "").rstrip("/"),
            rate=os.environ.get("SOUSVEIL_RATE") or _RATE, proxies=_proxies(),
            cypher=_switch("SOUSVEIL_CYPHER"), base=_base(),
        )

    @property
    def claims(self) -> Path:
        """Folder of the claims store."""
        return self.home / "claims"

    @property
    def decisions(self) -> Path:
        """File of the merge decisions."""
        return self.home / "decisions.jsonl"

    @property
    def retractions(self) -> Path:
        """File of what was retracted, and of ids that are described no more."""
        return self.home / "retractions.jsonl"


def _base() -> str:
    text = os.environ.get("SOUSVEIL_BASE") or BASE
    if not re.fullmatch(r"https?://[^\s<>\"{}|\\^`#?]+/", text):
        raise ConfigError(
            f"SOUSVEIL_BASE is {text!r}, under which no IRI can begin",
            "write an address that begins with https:// and ends with a slash",
        )
    return text


def _proxies() -> int:
    text = os.environ.get("SOUSVEIL_PROXIES") or "0"
    if not (text.isascii() and text.isdigit() and int(text) < 10):
        raise ConfigError(
            f"SOUSVEIL_PROXIES is {text!r}, which is no number of web servers",
            "write how many stand between visitors and this program: 0, 1, 2 …",
        )
    return int(text)


def _switch(name: str) -> bool:
    text = os.environ.get(name, "").lower()
    if text not in ("", "0", "no", "off", "1", "yes", "on"):
        raise ConfigError(f"{name} is {text!r}", "write 1 to switch it on, 0 or nothing for off")
    return text in ("1", "yes", "on")
