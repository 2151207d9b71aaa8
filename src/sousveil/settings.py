"""Settings, read once at the edge and passed in: option, then environment, then default."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

__all__ = ["Settings"]


class Settings(msgspec.Struct, frozen=True):
    """Where things are kept."""

    home: Path
    """Folder of claims, decisions and, by default, the graph: `SOUSVEIL_HOME`, else the user's
    data folder."""
    store: str
    """URL of the graph store: `--store`, else `SOUSVEIL_STORE`, else a folder in `home`."""

    @classmethod
    def read(cls, store: str = "") -> Settings:
        """Read the environment; an option that was given goes before it."""
        if given := os.environ.get("SOUSVEIL_HOME"):
            home = Path(given).expanduser()
        else:
            import platformdirs

            home = platformdirs.user_data_path("sousveil")
        url = store or os.environ.get("SOUSVEIL_STORE") or f"ladybug:{home / 'graph'}"
        return cls(home, url)

    @property
    def claims(self) -> Path:
        """Folder of the claims store."""
        return self.home / "claims"

    @property
    def decisions(self) -> Path:
        """File of the merge decisions."""
        return self.home / "decisions.jsonl"
