"""An item's own word on when it was written last."""

from datetime import datetime
from math import isfinite

from ..values import Item

MILLISECONDS_FROM, MICROSECONDS_FROM = 1e11, 1e14
"""Epoch numbers from here on are read as milliseconds and as microseconds: as seconds they lie after the year 5000."""


def written_at(item: Item, attribute: str) -> float | None:
    """When an item says that it was written, epoch seconds; None where it does not say, or nobody can read it.

    A number is epoch seconds, milliseconds or microseconds; a text is ISO 8601 with a zone.
    """
    typed = item.get(attribute) or {}
    if "N" in typed:
        number = float(typed["N"])
        for factor, least in ((1e6, MICROSECONDS_FROM), (1e3, MILLISECONDS_FROM)):
            if number >= least:
                return number / factor
        return number if isfinite(number) else None
    try:
        found = datetime.fromisoformat(str(typed.get("S", "")))
    except ValueError:
        return None
    return found.timestamp() if found.tzinfo is not None else None
