"""Regions that are down, and how a call to one of them ends."""

from collections.abc import Iterator
from enum import StrEnum

from ..errors import UsageError
from .regions import check_region


class OutageMode(StrEnum):
    """How a call to a Region that is down ends; in each of them nothing is done."""

    REFUSE = "refuse"
    """HTTP 503, ServiceUnavailable."""
    DROP = "drop"
    """The connection is closed without an answer."""
    HANG = "hang"
    """No answer comes; after `HANG_S` real seconds the connection is closed."""


HANG_S = 60.0
"""As long as botocore waits for an answer unless it is told otherwise."""


def outage_mode(text: str) -> OutageMode:
    """A mode by its name.

    Raises:
        UsageError: there is none of that name.
    """
    try:
        return OutageMode(text)
    except ValueError:
        raise UsageError(f"there is no outage mode {text!r}", f"Modes are {', '.join(OutageMode)}.") from None


def outage_in(text: str) -> tuple[str, OutageMode]:
    """A Region and a mode as a command line has them: `us-east-2`, `us-east-2=drop`.

    Raises:
        UsageError: it names no Region, or no mode there is.
    """
    region, equals, mode = (part.strip() for part in text.partition("="))
    if not region:
        raise UsageError(f"the outage {text!r} names no Region", "Write REGION or REGION=MODE, such as us-east-2=drop.")
    return region, outage_mode(mode) if equals else OutageMode.REFUSE


class Outages:
    """The Regions that are down, as a set of their names with a mode each; safe to use from several threads."""

    def __init__(self) -> None:
        self._modes: dict[str, OutageMode] = {}

    def __bool__(self) -> bool:
        return bool(self._modes)

    def __contains__(self, region: object) -> bool:
        return region in self._modes

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._modes))

    def add(self, region: str, mode: str = OutageMode.REFUSE) -> None:
        """Take a Region down; one that is down already changes its mode.

        Raises:
            UsageError: there is no such Region, or no such mode.
        """
        self._modes[check_region(region)] = outage_mode(mode)

    def discard(self, region: str) -> None:
        """Bring a Region back; one that is up stays up."""
        self._modes.pop(region, None)

    def clear(self) -> None:
        """Bring all Regions back."""
        self._modes.clear()

    def mode(self, region: str) -> OutageMode | None:
        """How calls to a Region end; None for one that is up."""
        return self._modes.get(region)
