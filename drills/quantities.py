"""Durations, instants and restore points, as people write and read them."""

import math
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypeAlias

from .errors import UsageError

SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
DURATION = re.compile(rf"(?:{PART.pattern})+", re.ASCII)
EPOCH = re.compile(r"-?\d+(?:\.\d*)?", re.ASCII)
DURATION_HINT = "Write a number and its unit: 250ms, 90s, 5m, 4h, 1h30m, 1.5h or 1d."
INSTANT_HINT = (
    "Write ISO 8601 with a zone (2026-11-21T15:00:00Z, 2026-11-21T16:00:00+01:00) or seconds since the epoch "
    "(1534285294.754)."
)
LAST_INSTANT = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC).timestamp()


@dataclass(frozen=True)
class Auto:
    """The recovery finds the point itself, from the clue."""


@dataclass(frozen=True)
class Latest:
    """The latest instant that can be restored."""


@dataclass(frozen=True)
class At:
    """An instant, in seconds since the epoch."""

    at: float


@dataclass(frozen=True)
class FromStrike:
    """So many seconds after the strike; before it when negative."""

    offset_s: float


RestorePoint: TypeAlias = Auto | Latest | At | FromStrike
"""What `--to` can ask for."""


def parse_duration(text: str) -> float:
    """The seconds of a duration such as `90s`, `1h30m`, `1.5h`, `250ms` or `1d`.

    Raises:
        UsageError: it is empty, negative, a bare number, or has an unknown unit.
    """
    found = text.strip()
    if not DURATION.fullmatch(found):
        raise UsageError(f"{text!r} is no duration{_what_is_wrong(found)}", DURATION_HINT)
    seconds = math.fsum(float(number) * SECONDS[unit] for number, unit in PART.findall(found))
    if not math.isfinite(seconds):
        raise UsageError(f"{text!r} is no duration: it is longer than any number says", DURATION_HINT)
    return seconds


def _what_is_wrong(found: str) -> str:
    if not found:
        return ": it is empty"
    if found.startswith("-"):
        return ": it is negative"
    if re.fullmatch(r"\d+(\.\d*)?", found):
        return ": it has no unit"
    return ""


def parse_instant(text: str) -> float:
    """The seconds since the epoch of an ISO 8601 time with a zone, or of epoch seconds with a fraction.

    Raises:
        UsageError: it is neither, or it is a local time: nobody knows which instant that is.
    """
    found = text.strip()
    if EPOCH.fullmatch(found):
        return _in_range(float(found), text)
    try:
        time = datetime.fromisoformat(found)
    except ValueError as error:
        raise UsageError(f"{text!r} is no time: {error}", INSTANT_HINT) from error
    if time.tzinfo is None:
        raise UsageError(f"{text!r} is a local time: it has no zone, so it names no instant", INSTANT_HINT)
    return _in_range(time.timestamp(), text)


def _in_range(at: float, text: str) -> float:
    if not 0 <= at <= LAST_INSTANT:
        raise UsageError(f"{text!r} is no time: it is before 1970 or after the year 9999", INSTANT_HINT)
    return at


def parse_to(text: str) -> RestorePoint:
    """What `--to` asks for: `auto`, `latest`, a time, `strike+DURATION` or `strike-DURATION`.

    Raises:
        UsageError: it is none of these.
    """
    found = text.strip()
    if found == "auto":
        return Auto()
    if found == "latest":
        return Latest()
    if found == "strike":
        return FromStrike(0.0)
    if found.startswith(("strike+", "strike-")):
        offset_s = parse_duration(found.removeprefix("strike")[1:])
        return FromStrike(offset_s if found.startswith("strike+") else -offset_s)
    try:
        return At(parse_instant(found))
    except UsageError as error:
        hint = f"Or write auto, latest, strike+DURATION or strike-DURATION. {error.hint}"
        raise UsageError(error.message, hint) from error


def resolve(point: RestorePoint, struck_at: float) -> float | Literal["latest"] | None:
    """A restore point as a recovery is given it: None to find it, "latest", or an instant."""
    match point:
        case Auto():
            return None
        case Latest():
            return "latest"
        case At(at):
            return at
        case FromStrike(offset_s):
            return struck_at + offset_s


def format_instant(at: float) -> str:
    """An instant for people: ISO 8601 in UTC, to the millisecond."""
    return datetime.fromtimestamp(round(at, 3), UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def format_duration(seconds: float) -> str:
    """A duration for people: `0.4 s`, `12.3 s`, `5m 01s`, `1h 02m`, `35d 0h`; the two units that matter."""
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    tenths = round(seconds, 1)
    if tenths == 0 and seconds > 0:
        return f"{sign}under 0.1 s"
    if tenths < 60:
        return f"{sign}{tenths:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{sign}{minutes}m {rest:02d}s"
    hours, minutes = divmod(round(seconds / 60), 60)
    if hours < 24:
        return f"{sign}{hours}h {minutes:02d}m"
    days, hours = divmod(round(seconds / 3600), 24)
    return f"{sign}{days}d {hours}h"
