"""The site: entity pages, paths and their evidence, for people; the same as data, for programs."""

from __future__ import annotations

from sousveil.web.app import create_app

__all__ = ["create_app"]
