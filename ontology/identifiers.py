"""Identifiers with check digits. A code that passes has the right form; it need not exist."""

from __future__ import annotations

import re
import string
from types import ModuleType

__all__ = ["check_lei", "check_uscc"]

_LEI = re.compile(r"[0-9A-Z]{18}\d\d", re.ASCII)
_DIGITS = str.maketrans({c: str(int(c, 36)) for c in string.ascii_uppercase})


def check_lei(code: str) -> str | None:
    """What is wrong with a Legal Entity Identifier (ISO 17442), or None."""
    # ISO 7064, MOD 97-10, at a tenth of the time: registers have millions that are right.
    if _LEI.fullmatch(code) and int(code.translate(_DIGITS)) % 97 == 1:
        return None
    from stdnum import lei

    return _check(code, lei, "LEI", 20)


def check_uscc(code: str) -> str | None:
    """What is wrong with a Unified Social Credit Code (GB 32100-2015), or None."""
    from stdnum.cn import uscc

    return _check(code, uscc, "USCC", 18)


def _check(code: str, standard: ModuleType, name: str, length: int) -> str | None:
    from stdnum.exceptions import InvalidChecksum, ValidationError

    if len(code) != length:
        return f"a {name} has {length} characters, {code} has {len(code)}"
    try:
        compact = standard.validate(code)
    except InvalidChecksum:
        return f"the check digits of the {name} {code} do not fit: look for a misread character"
    except ValidationError as error:
        return f"{code} is no {name}: {error}"
    return None if compact == code else f"write the {name} {code} as {compact}"
