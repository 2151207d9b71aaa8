"""Sousveil: a knowledge graph of surveillance supply chains, with evidence for every step.

For notebooks and scripts:

    import sousveil

    sousveil.load("my-case/")                     # or sousveil.load(shipped=True)
    with sousveil.build() as graph:
        answer = sousveil.paths(graph, from_="EU", to="public-security-bureau")
        for path in answer.paths:
            print(path.origin.name, path.end_user.name, path.standing)

Everything else has its own package: `sousveil.graph`, `sousveil.loaders`, `sousveil.ontology`,
`sousveil.queries`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from sousveil.version import VERSION

if TYPE_CHECKING:
    from sousveil.graph import Store
    from sousveil.loaders import Loaded
    from sousveil.queries import Paths, Table

__version__ = VERSION
__all__ = ["build", "load", "open", "paths", "query"]


def open(store: str = "") -> Store:
    """Open the graph: a store's URL or folder, by default the one that commands use."""
    from sousveil.graph import connect
    from sousveil.settings import Settings

    return connect(Settings.read(store).store)


def load(*files: str | Path, shipped: bool = False) -> list[Loaded]:
    """Load files or folders into the claims store, all of them or none.

    `shipped` adds the case data that comes with Sousveil. Raises LoadRefused, which lists every
    record at fault.
    """
    from sousveil.graph import ClaimStore
    from sousveil.loaders import LOADERS
    from sousveil.loaders import load as load_files
    from sousveil.loaders import shipped as shipped_cases
    from sousveil.settings import Settings

    wanted = [Path(f) for f in files]
    if shipped:
        wanted += shipped_cases()
    return load_files(wanted, ClaimStore(Settings.read().claims), LOADERS)


def build(store: str = "") -> Store:
    """Build the graph from everything that has been loaded, and open it."""
    from sousveil.graph import assemble_remaining, connect
    from sousveil.graph.retractions import present
    from sousveil.settings import Settings

    settings = Settings.read(store)
    graph = assemble_remaining(present(settings))
    opened = connect(settings.store)
    opened.replace(graph)
    return opened


def paths(graph: Store, **question: Any) -> Paths:
    """Find supply paths; the arguments are those of `sousveil.queries.Question`."""
    from sousveil.queries import Question, find_paths

    return find_paths(graph, Question(**question))[0]


def query(graph: Store, name: str, **parameters: Any) -> Table:
    """Run a canned query."""
    from sousveil.queries import get

    return get(name).run(graph, **parameters)
