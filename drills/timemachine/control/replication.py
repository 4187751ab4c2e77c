"""Replication of global tables over the control API: how long it takes, which ways are paused, what is under way."""

from collections.abc import Mapping
from typing import Final

from ...errors import UsageError
from ..global_tables.replication import LAG_S
from .asked import Asked, number_in, only, text_in

WAY: Final = ("table", "source", "destination")
"""Which ways are meant, each left out for any: a table's name, and two Regions."""
EXPECTED: Final = "Expected lag_s, paused or both, and any of table, source, destination."


def show_replication(asked: Asked) -> object:
    """The ways that are paused, and the writes that have not arrived, in the order in which they were written."""
    replication = asked.fleet.replication
    return {
        "paused": [way._asdict() for way in replication.paused()],
        "pending": [write._asdict() for write in replication.pending()],
    }


def change_replication(asked: Asked) -> object:
    """Set the lag of some ways, or pause or resume them.

    Raises:
        UsageError: the members say neither, or name what there is not.
    """
    only(asked.members, *WAY, "lag_s", "paused")
    if "lag_s" not in asked.members and "paused" not in asked.members:
        raise UsageError("the body has neither lag_s nor paused", EXPECTED)
    way = {name: text_in(asked.members, name) for name in WAY if name in asked.members}
    paused = asked.members.get("paused")
    if paused is not None and not isinstance(paused, bool):
        raise UsageError(f"paused is {paused!r}", "paused is true or false.")
    if "lag_s" in asked.members:
        least_s, most_s = _lag(asked.members)
        asked.fleet.replication.set_lag(least_s, most_s, **way)
    if paused:
        asked.fleet.replication.pause(**way)
    elif paused is False:
        asked.fleet.replication.resume(**way)
    return show_replication(asked)


def restore_replication(asked: Asked) -> object:
    """Resume every way that is paused, and let all of them take as long as usual."""
    for way in asked.fleet.replication.paused():
        asked.fleet.replication.resume(**way._asdict())
    asked.fleet.replication.set_lag(*LAG_S)
    return {}


def _lag(members: Mapping[str, object]) -> tuple[float, float]:
    """One number of seconds, or the least and the most."""
    match members["lag_s"]:
        case [least, most]:
            return number_in({"lag_s": least}, "lag_s"), number_in({"lag_s": most}, "lag_s")
    seconds = number_in(members, "lag_s")
    return seconds, seconds
