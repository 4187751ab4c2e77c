"""Replication between Regions over the control API: what is under way, how long it takes, and pauses."""

from collections.abc import Mapping

from .asked import Asked, NotThereError, number_in, only, text_in

WAY = ("table", "source", "destination")


def show_replication(asked: Asked) -> object:
    """The writes that have not arrived yet, which would be lost with their Region, and the pauses that are on."""
    replication = asked.fleet.replication
    return {
        "pending": [write._asdict() for write in replication.pending()],
        "paused": [way._asdict() for way in replication.paused()],
    }


def set_lag(asked: Asked) -> object:
    """Let writes take so long from now on, between any Regions or on one way.

    Raises:
        UsageError: the bounds are none, or the way is none.
    """
    only(asked.members, "least_s", "most_s", *WAY)
    least_s = number_in(asked.members, "least_s")
    most_s = number_in({"most_s": least_s, **asked.members}, "most_s")
    way = _way_in(asked.members)
    asked.fleet.replication.set_lag(least_s, most_s, **way)
    return {"least_s": least_s, "most_s": most_s, **way}


def pause(asked: Asked) -> object:
    """Hold writes between any Regions or on one way.

    Raises:
        UsageError: the way is none.
    """
    only(asked.members, *WAY)
    way = _way_in(asked.members)
    asked.fleet.replication.pause(**way)
    return way


def resume(asked: Asked) -> object:
    """Take one pause back.

    Raises:
        UsageError: the way is none.
        NotThereError: it is not paused.
    """
    only(asked.members, *WAY)
    way = _way_in(asked.members)
    if not asked.fleet.replication.resume(**way):
        on = [each._asdict() for each in asked.fleet.replication.paused()]
        raise NotThereError(f"there is no pause of {way}; there are {on or 'none'}")
    return way


def _way_in(members: Mapping[str, object]) -> dict[str, str]:
    return {name: text_in(members, name) for name in WAY if name in members}
