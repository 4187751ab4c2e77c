"""Cron expressions: when they are due, and which are refused."""

from datetime import UTC, datetime, timedelta

import pytest
from dynadrill.drills.timemachine.awsbackup.cron import schedule_of
from dynadrill.drills.timemachine.errors import AwsError
from hypothesis import given
from hypothesis import strategies as st

WEDNESDAY = datetime(2023, 11, 15, 22, 13, 20, tzinfo=UTC)


def next_times(expression: str, count: int = 3, start: datetime = WEDNESDAY) -> list[str]:
    """The next times at which an expression is due."""
    at, times = start.timestamp(), []
    for _ in range(count):
        due = schedule_of(expression).after(at)
        assert due is not None
        times.append(datetime.fromtimestamp(due, UTC).strftime("%Y-%m-%d %H:%M"))
        at = due
    return times


@pytest.mark.parametrize(
    ("expression", "times"),
    [
        ("cron(0 5 ? * * *)", ["2023-11-16 05:00", "2023-11-17 05:00", "2023-11-18 05:00"]),
        ("cron(0 * * * ? *)", ["2023-11-15 23:00", "2023-11-16 00:00", "2023-11-16 01:00"]),
        ("cron(0/20 * * * ? *)", ["2023-11-15 22:20", "2023-11-15 22:40", "2023-11-15 23:00"]),
        ("cron(15,45 9-10 * * ? *)", ["2023-11-16 09:15", "2023-11-16 09:45", "2023-11-16 10:15"]),
        ("cron(0 0 1 * ? *)", ["2023-12-01 00:00", "2024-01-01 00:00", "2024-02-01 00:00"]),
        ("cron(0 0 L * ? *)", ["2023-11-30 00:00", "2023-12-31 00:00", "2024-01-31 00:00"]),
        ("cron(0 0 29 2 ? *)", ["2024-02-29 00:00", "2028-02-29 00:00", "2032-02-29 00:00"]),
        ("cron(30 18 ? * MON-FRI *)", ["2023-11-16 18:30", "2023-11-17 18:30", "2023-11-20 18:30"]),
        ("cron(0 0 ? * 1 *)", ["2023-11-19 00:00", "2023-11-26 00:00", "2023-12-03 00:00"]),
        ("cron(0 0 ? JAN,mar SUN *)", ["2024-01-07 00:00", "2024-01-14 00:00", "2024-01-21 00:00"]),
        ("cron(0 0 1 1 ? 2025-2030/2)", ["2025-01-01 00:00", "2027-01-01 00:00", "2029-01-01 00:00"]),
    ],
)
def test_when_an_expression_is_due(expression: str, times: list[str]) -> None:
    """API ScheduleExpression: minutes, hours, day of month, month, day of week from Sunday, year."""
    assert next_times(expression) == times


def test_a_time_that_has_come_is_over() -> None:
    """The next time is later than the instant itself, also when that is due."""
    at = datetime(2023, 11, 15, 5, tzinfo=UTC)
    assert next_times("cron(0 5 ? * * *)", 1, at) == ["2023-11-16 05:00"]
    assert next_times("cron(0 5 ? * * *)", 1, at - timedelta(microseconds=1)) == ["2023-11-15 05:00"]


def test_a_schedule_may_never_come_again() -> None:
    """Years that are over, or a date that there is not: no next time."""
    assert schedule_of("cron(0 0 1 1 ? 2020)").after(WEDNESDAY.timestamp()) is None
    assert schedule_of("cron(0 0 31 2 ? *)").after(WEDNESDAY.timestamp()) is None


@given(st.integers(0, 4_000_000_000), st.integers(0, 59), st.integers(0, 23))
def test_a_daily_schedule_comes_within_a_day(at: int, minute: int, hour: int) -> None:
    """From any instant the next time is within 24 hours, at that hour and minute."""
    due = schedule_of(f"cron({minute} {hour} * * ? *)").after(at)
    assert due is not None
    assert 0 < due - at <= 86_400
    assert due % 86_400 == hour * 3600 + minute * 60


@pytest.mark.parametrize(
    "expression",
    [
        "", "rate(1 day)", "cron(0 5 * * *)", "cron(0 5 * * * *)", "cron(0 5 ? * ? *)", "cron(60 5 ? * * *)",
        "cron(0 24 ? * * *)", "cron(0 5 32 * ? *)", "cron(0 5 0 * ? *)", "cron(0 5 ? 13 * *)", "cron(0 5 ? * 8 *)",
        "cron(5-1 5 ? * * *)", "cron(0/0 5 ? * * *)", "cron(x 5 ? * * *)", "cron(, 5 ? * * *)", "cron(*-3 5 ? * * *)",
        "cron(1-2-3 5 ? * * *)", "cron(0 5 ? * * 1969)", "cron(0 5 ? * FOO *)",
    ],
)  # fmt: skip
def test_bad_expressions_are_refused(expression: str) -> None:
    """API ScheduleExpression: what cannot be read is InvalidParameterValueException."""
    with pytest.raises(AwsError) as caught:
        schedule_of(expression)
    assert caught.value.name == "InvalidParameterValueException"


@pytest.mark.parametrize(
    ("expression", "timezone"),
    [("cron(0 5 ? * 2#1 *)", "UTC"), ("cron(0 5 15W * ? *)", "UTC"), ("cron(0 5 ? * * *)", "Europe/Berlin")],
)
def test_what_is_not_here_is_said(expression: str, timezone: str) -> None:
    """Nearest weekdays, n-th weekdays and time zones are refused as not implemented, not misread."""
    with pytest.raises(AwsError, match="not implemented"):
        schedule_of(expression, timezone)
