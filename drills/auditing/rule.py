"""What a rule is: something that has to hold of a table or a Region, by an id that stays the same for ever."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from .facts import RegionSeen, TableSeen


class Severity(StrEnum):
    """How much hangs on it: HIGH where a disaster costs the data, MEDIUM where it costs time or less of it."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Answer(StrEnum):
    """What a rule came to; UNKNOWN where what it needs was not seen."""

    FOUND = "found"
    UNKNOWN = "unknown"
    FINE = "fine"
    NOT_APPLICABLE = "not applicable"


class Said(NamedTuple):
    """What a rule says of one table: why, and where something was found, what to do about it."""

    answer: Answer
    because: str = ""
    fix: str = ""


FINE = Said(Answer.FINE)


def found(because: str, fix: str) -> Said:
    """Something is not as it should be."""
    return Said(Answer.FOUND, because, fix)


def unknown(because: str) -> Said:
    """What the rule needs was not seen."""
    return Said(Answer.UNKNOWN, because)


def not_applicable(because: str) -> Said:
    """The rule has nothing to say about such a table."""
    return Said(Answer.NOT_APPLICABLE, because)


class Expected(StrEnum):
    """What a person can say that every table is to have."""

    STREAM = "stream"
    POLICY = "policy"
    ALARM = "alarm"


@dataclass(frozen=True)
class Wanted:
    """What tables are held to, as it was asked for; None and empty where nothing was.

    `drilled_ago_s` is how long ago a drill last passed, None where none did; `drills_read` whether anybody looked.
    """

    period_days: int | None = None
    copy_age_s: float | None = None
    drill_age_s: float = 90 * 86400.0
    expected: frozenset[Expected] = frozenset()
    drills_read: bool = False
    drilled_ago_s: float | None = None
    drill: str = ""


Look = Callable[[TableSeen, RegionSeen, Wanted], Said]


@dataclass(frozen=True)
class Rule:
    """One rule. `id` and `name` stay what they are; `help` says why it matters, with AWS's word where AWS has one."""

    id: str
    name: str
    severity: Severity
    title: str
    help: str
    look: Look


def command(table: TableSeen, text: str) -> str:
    """A command of the AWS CLI about a table: what follows `aws`, with the table's Region."""
    return f"aws {text} --region {table.region}"
