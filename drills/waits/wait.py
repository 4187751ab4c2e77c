"""One wait as people are told of it."""

from typing import NamedTuple

from ..quantities import format_duration

A_MINUTE, AN_HOUR = 60, 3600
IN_FIVES_FROM_S = 2 * AN_HOUR
"""An estimate of more is told in steps of five minutes: it is no better than that."""


class Expected(NamedTuple):
    """Between how long and how long the whole of a wait may take, and who says so.

    `exact` is for a time that is waited for itself: nobody has estimated it.
    """

    least_s: float
    most_s: float
    by: str
    exact: bool = False


class Wait(NamedTuple):
    """A wait as it is: why, for how long so far, for how long until it is looked again, and what is expected of it.

    `counted` is what the service says how far it is; empty where it does not.
    """

    why: str
    so_far_s: float
    seconds: float
    expected: Expected | None = None
    counted: str = ""

    def said(self, later_s: float = 0.0) -> str:
        """In one line, as it is so many seconds later."""
        so_far_s = self.so_far_s + later_s
        waiting = f"waiting {self.why}" if self.why.startswith(("until ", "while ")) else f"waiting: {self.why}"
        counted = f", {self.counted}" if self.counted else ""
        return f"{waiting}: {_whole(so_far_s)} so far{counted}, {_left(self.expected, so_far_s)}"


def _left(expected: Expected | None, so_far_s: float) -> str:
    if expected is None:
        return "how much longer is not known"
    least_s, most_s = expected.least_s - so_far_s, expected.most_s - so_far_s
    if expected.exact:
        return f"{_whole(max(most_s, 0.0))} left"
    if most_s <= 0:
        return f"longer than {about(expected.most_s)}, expected by {expected.by}: how much longer is not known"
    if about(least_s) == about(most_s):
        return f"about {about(most_s)} left, by {expected.by}"
    if least_s <= 0:
        return f"up to about {about(most_s)} left, by {expected.by}"
    return f"about {_span(about(least_s), about(most_s))} left, by {expected.by}"


def _span(least: str, most: str) -> str:
    """`2 to 10 min`, `45 min to 3 h`: a unit that both have is said once."""
    number, _, unit = least.partition(" ")
    return f"{number if most.endswith(unit) and ' ' not in most.partition(' ')[2] else least} to {most}"


def _whole(seconds: float) -> str:
    """To the second: tenths that run by are read by nobody."""
    return f"{seconds:.0f} s" if round(seconds) < A_MINUTE else format_duration(seconds)


def about(seconds: float) -> str:
    """A duration no more exactly than estimates are: `1 min`, `45 min`, `3 h 20 min`."""
    step = 5 * A_MINUTE if seconds >= IN_FIVES_FROM_S else A_MINUTE
    minutes = max(1, round(seconds / step) * step // A_MINUTE)
    hours, rest = divmod(minutes, A_MINUTE)
    return " ".join(part for part in (hours and f"{hours} h", (rest or not hours) and f"{rest} min") if part)
