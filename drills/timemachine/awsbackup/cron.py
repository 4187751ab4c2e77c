"""AWS's cron expressions: `cron(minutes hours day-of-month month day-of-week year)`, in UTC.

`*`, `?`, lists, ranges, steps, names of months and days, and `L` for the last day of a month; `W` and `#` are not here
(EventBridge Scheduler User Guide, "Cron-based schedules"; days of the week count from Sunday, 1).
"""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from .refusals import invalid_value, not_implemented

MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
LAST: Final = "L"
MOST_DAYS: Final = 366 * 8
"""A date that comes at all comes within eight years (29 February, around 2100)."""
UTC_NAMES: Final = frozenset({"UTC", "Etc/UTC", "GMT", "Etc/GMT"})


@dataclass(frozen=True)
class Schedule:
    """The minutes at which something is due; days None means any, a day of the month 0 means its last."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int] | None
    months: frozenset[int]
    weekdays: frozenset[int] | None
    years: frozenset[int]

    def after(self, at: float) -> float | None:
        """The first instant after another one at which it is due, epoch seconds; None where there is none.

        A schedule whose years are over never comes again.
        """
        now = datetime.fromtimestamp(at, UTC)
        for day in self._days_from(now.date()):
            for hour in self.hours:
                for minute in self.minutes:
                    due = datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)
                    if due > now:
                        return due.timestamp()
        return None

    def _days_from(self, first: date) -> Iterator[date]:
        for offset in range(MOST_DAYS):
            try:
                day = first + timedelta(days=offset)
            except OverflowError:
                return
            if day.year in self.years and day.month in self.months and self._has(day):
                yield day

    def _has(self, day: date) -> bool:
        weekday = day.isoweekday() % 7 + 1
        if self.weekdays is not None and weekday not in self.weekdays:
            return False
        is_last = day.day == monthrange(day.year, day.month)[1]
        return self.days is None or day.day in self.days or (0 in self.days and is_last)


def schedule_of(expression: str, timezone: str | None = None) -> Schedule:
    """What an expression says.

    Raises:
        AwsError: InvalidParameterValueException: it cannot be read; or it is not in UTC, which is not implemented.
    """
    if timezone is not None and timezone not in UTC_NAMES:
        raise not_implemented(f"the time zone {timezone} of a schedule")
    found = re.fullmatch(r"cron\(\s*(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s*\)", expression.strip())
    if found is None:
        raise invalid_value(f"Invalid cron expression: {expression}: six fields are expected, as in cron(0 5 ? * * *)")
    minutes, hours, days, months, weekdays, years = (field.upper() for field in found.groups())
    if (days == "?") == (weekdays == "?"):
        raise invalid_value(
            f"Invalid cron expression: {expression}: day of month or day of week must be ?, and not both"
        )
    return Schedule(
        minutes=tuple(sorted(_values(minutes, 0, 59))),
        hours=tuple(sorted(_values(hours, 0, 23))),
        days=None if days in {"?", "*"} else _values(days, 1, 31, last=0),
        months=_values(months, 1, 12, MONTHS),
        weekdays=None if weekdays in {"?", "*"} else _values(weekdays, 1, 7, WEEKDAYS),
        years=_values(years, 1970, 2199),
    )


def _values(field: str, least: int, most: int, names: tuple[str, ...] = (), last: int | None = None) -> frozenset[int]:
    """The numbers that a field stands for."""
    found: set[int] = set()
    for part in field.split(","):
        if part == LAST and last is not None:
            found.add(last)
            continue
        if part not in names and re.search(r"[LW#]", part) and part.rstrip("LW#0123456789") == "":
            raise not_implemented(f"{part} in a cron expression")
        found |= _range(part, least, most, names)
    return frozenset(found)


def _range(part: str, least: int, most: int, names: tuple[str, ...]) -> set[int]:
    span, slash, step = part.partition("/")
    first, dash, end = span.partition("-")
    low = least if first == "*" else _number(first, least, names)
    high = _number(end, least, names) if dash else most if first == "*" or slash else low
    every = _number(step, 1, ()) if slash else 1
    if not (least <= low <= high <= most and every >= 1) or (dash and first == "*"):
        raise invalid_value(f"Invalid cron expression: {part} is not within {least} and {most}")
    return set(range(low, high + 1, every))


def _number(text: str, least: int, names: tuple[str, ...]) -> int:
    if text in names:
        return names.index(text) + least
    if not (text.isascii() and text.isdecimal() and len(text) <= 4):
        raise invalid_value(f"Invalid cron expression: {text or '(nothing)'} is not a number")
    return int(text)
