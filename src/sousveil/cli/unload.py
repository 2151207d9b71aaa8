"""`sousveil unload`."""

from __future__ import annotations

import click

from sousveil.cli.output import say
from sousveil.errors import ConfigError
from sousveil.graph import ClaimStore
from sousveil.settings import Settings


@click.command()
@click.argument("key")
@click.pass_obj
def command(settings: Settings, key: str) -> None:
    """Forget the source that was loaded under KEY.

    The graph stays as it is until the next `sousveil build`.
    """
    store = ClaimStore(settings.claims)
    loaded = store.keys()
    if key not in loaded:
        raise ConfigError(
            f"nothing was loaded under {key!r}",
            "loaded are: " + (", ".join(loaded) or "no sources at all"),
        )
    store.remove(key)
    say(f"{key}: forgotten; `sousveil build` builds the graph without it")
