"""`sousveil publish`."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import click

from sousveil.cli.output import progress, say
from sousveil.errors import ConfigError
from sousveil.graph import ClaimStore, assemble
from sousveil.graph.publication import publication
from sousveil.graph.retractions import present
from sousveil.settings import Settings


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--site", metavar="URL", default="", help="Address that the folder will have: "
              "adds a sitemap and addresses to be cited. [default: SOUSVEIL_SITE]")
@click.option("--chinese", is_flag=True, help="Write the pages in Chinese, too.")
@click.pass_obj
def command(settings: Settings, folder: Path, site: str, chinese: bool) -> None:
    """Write the whole site as files to FOLDER, to be hosted anywhere.

    It is made from the claims and the merges in force, like `sousveil build`, without sources
    under embargo and what rests on them. What was published there before is replaced at once, and
    stays if anything fails.
    """
    from sousveil.web.publish import publish

    site = (site or settings.site).rstrip("/")
    if site and urlsplit(site).scheme not in ("http", "https"):
        raise ConfigError(f"{site!r} is no address of a site", "write https://example.org/data")
    store = ClaimStore(settings.claims)
    if not store.keys():
        raise ConfigError(
            f"no claims in {settings.claims}",
            "run `sousveil load --shipped`, or load your own files",
        )
    with progress("reading claims"):
        known = present(settings)
        found = publication(known.claims, known.merged)
        graph = assemble(found.claims, found.merged)
    with progress("publishing"):
        done = publish(graph, folder, site, chinese)
    if found.withheld:
        say(f"left out {found.withheld} claims that rest on sources under embargo")
    say(f"{folder}: {done.files} files; data set {done.dataset[:12]}")
