"""Loaders: one module for each format, all of them turning records into claims.

To add a format, copy `templates.py`, give it a name, and add it to `LOADERS`.
"""

from __future__ import annotations

from sousveil.loaders import (
    bods,
    claims,
    eff_atlas,
    eu_notices,
    ftm,
    gleif,
    icij,
    ocds,
    pi_sii,
    rdf,
    sanctions,
    screened,
    templates,
    uk_psc,
    wikidata,
    zh_procurement,
)
from sousveil.loaders.load import Loaded, LoadRefused, Reject, find, load, shipped, update
from sousveil.loaders.record import Loader, Record

__all__ = [
    "LOADERS",
    "LoadRefused",
    "Loaded",
    "Loader",
    "Record",
    "Reject",
    "find",
    "load",
    "shipped",
    "update",
]

LOADERS = (
    templates.loader,
    ocds.loader,
    eu_notices.loader,
    sanctions.loader,
    gleif.loader,
    zh_procurement.loader,
    screened.loader,
    bods.loader,
    uk_psc.loader,
    ftm.loader,
    eff_atlas.loader,
    icij.loader,
    pi_sii.loader,
    wikidata.loader,
    rdf.loader,
    claims.loader,
)
"""Every format that can be loaded, in the order of the documentation."""
