"""Which instants an export may ask for: one second for a full export, from one to another for an incremental one.

Both must lie in the window of point-in-time recovery. Texts and order are as measured on AWS.
"""

from math import floor
from typing import NamedTuple

from ..blueprint import Shape
from ..errors import AwsError, invalid
from ..windows import DAY_S, Window
from ..wire import instant_in, need, one_of, optional
from .layout import FULL, INCREMENTAL

SHORTEST_S = 15 * 60
LONGEST_S = DAY_S
LAG_S = 60
"""The last minute cannot be exported incrementally: the first window of 15 minutes was accepted about 16 minutes after
recovery had been switched on."""
VIEWS = ("NEW_IMAGE", "NEW_AND_OLD_IMAGES")


class Span(NamedTuple):
    """What an incremental export covers: seconds, the last one not included."""

    from_at: int
    to_at: int
    view: str

    def shape(self) -> Shape:
        """IncrementalExportSpecification of the API."""
        return {
            "ExportFromTime": float(self.from_at),
            "ExportToTime": float(self.to_at),
            "ExportViewType": self.view,
        }


class Asked(NamedTuple):
    """What a request asks for, before it is held against a window; instants that it leaves open are None."""

    export_at: float | None
    from_at: float | None
    to_at: float | None
    view: str | None

    def second(self, window: Window, now: float) -> int:
        """The second of a full export.

        Raises:
            AwsError: it lies outside the window.
        """
        if self.export_at is None:
            return window.latest_at(now)
        second = floor(self.export_at)
        if self.export_at > now or second < window.earliest_at(now):
            raise _bad_time("Export Time is invalid")
        if second > window.latest_at(now):
            raise _bad_time("Point in Time Recovery is not available for specified export time")
        return second

    def span(self, window: Window, now: float) -> Span:
        """The span of an incremental export.

        Raises:
            AwsError: it lies outside the window, or is shorter than 15 minutes or longer than 24 hours.
        """
        assert self.from_at is not None
        assert self.view is not None
        latest_at = max(window.start_at, floor(now) - LAG_S)
        from_at = floor(self.from_at)
        to_at = latest_at if self.to_at is None else floor(self.to_at)
        if from_at >= to_at:
            raise _bad_time("ExportFromTime must be before ExportToTime")
        if from_at < window.earliest_at(now):
            raise _bad_time("Export Time is invalid")
        if to_at > latest_at:
            raise _bad_time("Point in Time Recovery is not available for specified export time")
        if not SHORTEST_S <= to_at - from_at <= LONGEST_S:
            raise _bad_time("The export period must be between 15 minutes and 24 hours")
        return Span(from_at, to_at, self.view)


def asked_of(body: Shape) -> Asked:
    """What a request asks for.

    Raises:
        AwsError: members are missing, of the wrong type, or do not go with the kind of export.
    """
    kind = one_of(body, "ExportType", (FULL, INCREMENTAL), FULL)
    specification = optional(body, "IncrementalExportSpecification", dict)
    if kind == FULL:
        if specification is not None:
            raise invalid("IncrementalExportSpecification can only be specified with ExportType INCREMENTAL_EXPORT")
        return Asked(instant_in(body, "ExportTime"), None, None, None)
    if body.get("ExportTime") is not None:
        raise invalid("ExportTime can only be specified with ExportType FULL_EXPORT")
    specification = need(body, "IncrementalExportSpecification", dict)
    from_at = instant_in(specification, "ExportFromTime")
    if from_at is None:
        raise invalid("IncrementalExportSpecification must have an ExportFromTime")
    view = one_of(specification, "ExportViewType", VIEWS, "NEW_AND_OLD_IMAGES")
    return Asked(None, from_at, instant_in(specification, "ExportToTime"), view)


def _bad_time(message: str) -> AwsError:
    return AwsError("InvalidExportTimeException", message)
