"""The window of point-in-time recovery: arithmetic only, all bounds whole seconds.

`Earliest = max(start, now - period)` and `Latest = max(start, now - 300 s)`, where the window starts in the second in
which recovery was switched on (measured on AWS: both bounds are that instant at first). Lowering the period moves
Earliest at once; raising it does not bring history back; switching off and on starts anew with 35 days (Developer
Guide, "Point-in-time recovery: how it works"). AWS's `ContinuousBackupsUnavailableException` in the first seconds of a
table, and the three seconds until its settings can be seen, are left out: they vary, and nothing here takes that long.
"""

from datetime import UTC, datetime
from math import floor
from typing import NamedTuple

from .errors import AwsError, invalid

DAY_S = 86_400
LONGEST_PERIOD_DAYS = 35
LAG_S = 300
"""`LatestRestorableDateTime` is typically five minutes before now (API reference)."""


class Window(NamedTuple):
    """Point-in-time recovery that is on: since when, how far back, and what a shorter period once cut off."""

    start_at: int
    period_days: int = LONGEST_PERIOD_DAYS
    cut_off_at: int = 0

    def earliest_at(self, now: float) -> int:
        """The first second that can be restored."""
        return max(self.start_at, self.cut_off_at, floor(now) - self.period_days * DAY_S)

    def latest_at(self, now: float) -> int:
        """The last second that can be restored."""
        return max(self.start_at, floor(now) - LAG_S)

    def with_period(self, days: int, now: float) -> "Window":
        """The same window with another period; what the old one had let go of stays gone."""
        return Window(self.start_at, days, self.earliest_at(now))

    def second(self, asked_at: float, now: float) -> int:
        """The second that a restore to an instant gives: a fraction is dropped.

        Whether AWS takes times between Latest and now is not documented; here they are refused.

        Raises:
            AwsError: the instant is outside the window.
        """
        second = floor(asked_at)
        earliest_at, latest_at = self.earliest_at(now), self.latest_at(now)
        if not earliest_at <= second <= latest_at:
            raise AwsError(
                "InvalidRestoreTimeException",
                f"RestoreDateTime '{iso(asked_at)}' must be within EarliestRestorableDateTime "
                f"'{iso(earliest_at)}' and LatestRestorableDateTime '{iso(latest_at)}'",
            )
        return second


def switched_on(window: Window | None, days: int | None, now: float) -> Window:
    """The window after recovery is switched on; one that is on already keeps its start.

    Raises:
        AwsError: the period is not between 1 and 35 days.
    """
    if days is not None and not 1 <= days <= LONGEST_PERIOD_DAYS:
        raise invalid(
            f"Invalid Request: RecoveryPeriodInDays must be between 1 and {LONGEST_PERIOD_DAYS} days, but was {days}"
        )
    if window is None:
        return Window(floor(now), days or LONGEST_PERIOD_DAYS)
    return window if days is None else window.with_period(days, now)


LARGEST_INSTANT = 253_402_300_799


def iso(at: float) -> str:
    """A second as DynamoDB writes it in messages: `2026-11-21T06:30:00Z`."""
    second = min(max(floor(at), 0), LARGEST_INSTANT)
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
