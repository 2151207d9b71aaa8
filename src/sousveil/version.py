"""The version, where every layer can read it."""

__all__ = ["VERSION"]

VERSION = "0.1.0"
