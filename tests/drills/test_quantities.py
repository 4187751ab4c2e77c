"""Durations, instants and restore points as people write them."""

import pytest
from dynadrill.drills.errors import UsageError
from dynadrill.drills.quantities import (
    At,
    Auto,
    FromStrike,
    Latest,
    format_duration,
    format_instant,
    parse_duration,
    parse_instant,
    parse_to,
    resolve,
)
from hypothesis import given
from hypothesis import strategies as st

LAUNCH = 1_534_285_294.754


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("5m", 300),
        ("4h", 14_400),
        ("1h30m", 5_400),
        ("1.5h", 5_400),
        ("250ms", 0.25),
        ("1d", 86_400),
        ("0s", 0),
        ("1d2h3m4s5ms", 93_784.005),
        (" 5m ", 300),
    ],
)
def test_durations_are_read(text: str, seconds: float) -> None:
    """A number and its unit, or several, is a duration in seconds."""
    assert parse_duration(text) == pytest.approx(seconds, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("-5s", "negative"),
        ("5", "no unit"),
        ("1.5", "no unit"),
        ("5x", "no duration"),
        ("s", "no duration"),
        ("5 m", "no duration"),
        ("1h-3m", "no duration"),
        ("1e3s", "no duration"),
        ("nan", "no duration"),
        ("inf", "no duration"),
        ("٣s", "no duration"),
        ("9" * 400 + "d", "longer"),
    ],
)
def test_nonsense_durations_are_refused(text: str, found: str) -> None:
    """What is no duration is refused with what was found and the forms that are accepted."""
    with pytest.raises(UsageError, match=found) as caught:
        parse_duration(text)
    assert "1h30m" in caught.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "1534285294.754",
        "2018-08-14T22:21:34.754Z",
        "2018-08-14T22:21:34.754+00:00",
        "2018-08-15T00:21:34.754+02:00",
        "2018-08-14 17:21:34.754-05:00",
    ],
)
def test_instants_are_read(text: str) -> None:
    """S0-17, S4-06: ISO 8601 with a zone or an offset and epoch seconds with a fraction name the same instant."""
    assert parse_instant(text) == pytest.approx(LAUNCH, abs=1e-6)
    assert format_instant(parse_instant(text)) == "2018-08-14T22:21:34.754Z"


@pytest.mark.parametrize("text", ["2018-08-14T22:21:34", "2018-08-14 22:21:34.754", "2018-08-14"])
def test_a_local_time_is_refused(text: str) -> None:
    """S0-17: a time without a zone is ambiguous, so it is refused and the hint shows one with a zone."""
    with pytest.raises(UsageError, match="no zone") as caught:
        parse_instant(text)
    assert "Z" in caught.value.hint


@pytest.mark.parametrize("text", ["", "now", "15:00", "nan", "inf", "-1", "99999999999999", "2018-13-01T00:00:00Z"])
def test_nonsense_times_are_refused(text: str) -> None:
    """What names no instant that a table can be restored to is refused."""
    with pytest.raises(UsageError, match="no time"):
        parse_instant(text)


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("auto", Auto()),
        ("latest", Latest()),
        ("strike", FromStrike(0)),
        ("strike+2s", FromStrike(2)),
        ("strike-1h30m", FromStrike(-5400)),
        ("1534285294.754", At(LAUNCH)),
        ("2018-08-14T22:21:34.754Z", At(LAUNCH)),
    ],
)
def test_restore_points_are_read(text: str, point: object) -> None:
    """`--to` takes auto, latest, a time, or a distance from the strike on either side."""
    assert parse_to(text) == point


@pytest.mark.parametrize("text", ["", "strike2s", "strike+", "strike-", "strike+-2s", "strike+2", "earliest"])
def test_nonsense_restore_points_are_refused(text: str) -> None:
    """What is no restore point is refused, and the error says what would be one."""
    with pytest.raises(UsageError) as caught:
        parse_to(text)
    assert caught.value.hint


def test_restore_points_are_resolved_against_the_strike() -> None:
    """A recovery is given an instant, "latest", or None to find it: relative points are counted from the strike."""
    assert resolve(Auto(), 100.0) is None
    assert resolve(Latest(), 100.0) == "latest"
    assert resolve(At(7.5), 100.0) == 7.5
    assert resolve(FromStrike(-2.5), 100.0) == 97.5


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0.0 s"),
        (0.04, "under 0.1 s"),
        (0.4, "0.4 s"),
        (12.34, "12.3 s"),
        (59.96, "1m 00s"),
        (301, "5m 01s"),
        (3599.6, "1h 00m"),
        (3720, "1h 02m"),
        (86_399, "1d 0h"),
        (35 * 86_400, "35d 0h"),
        (-3, "-3.0 s"),
    ],
)
def test_durations_are_told(seconds: float, text: str) -> None:
    """A duration is told in the two units that matter, and rounding never shows sixty of a unit."""
    assert format_duration(seconds) == text


@given(st.floats(min_value=1.0, max_value=400 * 86_400))
def test_what_is_told_is_near_what_is_meant(seconds: float) -> None:
    """Reading a told duration gives the duration back, to the smaller unit that it was told in."""
    told = format_duration(seconds).replace(" ", "")
    unit = {"s": 0.05 if "." in told else 0.5, "m": 30, "h": 1800}[told[-1]]
    assert abs(parse_duration(told) - seconds) <= unit + 1e-6
