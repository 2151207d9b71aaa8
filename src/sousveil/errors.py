"""Every error that Sousveil raises on purpose.

    SousveilError(message, hint)
    ├ ConfigError                    a setting or a command line that cannot work
    ├ OntologyError                  our own file is wrong
    ├ SourceError(path, line)        a file that was handed to us is wrong
    │ └ UnknownFormat                no loader, or several, recognise it
    ├ ClaimError(claim, rule)        a claim breaks a rule of the ontology
    ├ StoreError                     the graph store refuses or is damaged
    │ └ StoreUnavailable             it cannot be reached or is busy
    └ QueryError(name)
      ├ UnknownQuery
      └ BadParameter

A message says what is wrong and where; the hint says what to do next. Exit codes are given
in `sousveil.cli`, HTTP statuses in `sousveil.web`: an error does not know who shows it.
"""

from __future__ import annotations

from pathlib import Path

__all__ = [
    "BadParameter",
    "ClaimError",
    "ConfigError",
    "OntologyError",
    "QueryError",
    "SourceError",
    "SousveilError",
    "StoreError",
    "StoreUnavailable",
    "UnknownFormat",
    "UnknownQuery",
]


class SousveilError(Exception):
    """Root of the tree; catch this to catch everything raised on purpose."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message


class ConfigError(SousveilError):
    """A setting, an environment variable or a command line that cannot work."""


class OntologyError(SousveilError):
    """A file that ships with Sousveil is wrong; nothing the user did."""


class SourceError(SousveilError):
    """A file that was handed to us is wrong. `line` counts from 1; 0 means the whole file."""

    def __init__(self, message: str, path: str | Path, line: int = 0, hint: str = "") -> None:
        super().__init__(message, hint)
        self.path = str(path)
        self.line = line

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else self.path
        return f"{where}: {self.message}"


class UnknownFormat(SourceError):
    """No loader, or more than one, recognises the file."""


class ClaimError(SousveilError):
    """A claim breaks a rule of the ontology."""

    def __init__(self, message: str, claim: str, rule: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.claim = claim
        self.rule = rule

    def __str__(self) -> str:
        return f"{self.claim}: {self.message} (rule: {self.rule})"


class StoreError(SousveilError):
    """The graph store refuses, is damaged, or belongs to another version or program."""


class StoreUnavailable(StoreError):
    """The graph store cannot be reached, or somebody else is writing to it."""


class QueryError(SousveilError):
    """A canned query failed."""

    def __init__(self, message: str, name: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.name = name

    def __str__(self) -> str:
        return f"{self.name}: {self.message}"


class UnknownQuery(QueryError):
    """There is no canned query of that name."""


class BadParameter(QueryError):
    """A parameter is missing, unknown, of the wrong type or names nothing."""
