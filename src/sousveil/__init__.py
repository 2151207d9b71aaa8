"""Sousveil: a knowledge graph of surveillance supply chains, with evidence for every step."""

from __future__ import annotations

__version__ = "0.1.0"
