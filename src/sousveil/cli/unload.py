"""`sousveil unload`."""

from __future__ import annotations

import click

from sousveil.cli.output import say
from sousveil.errors import ConfigError, StoreError
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
    try:
        store.remove(key)
    except OSError as error:
        raise StoreError(
            f"{settings.claims}: cannot forget {key!r}: {error.strerror or error}",
            "look whether you may write there; nothing was changed",
        ) from error
    say(f"{key}: forgotten; `sousveil build` builds the graph without it")
