"""When changes were made, as far as a stream tells: which were made by a point, and how exactly that is known."""

from collections.abc import Sequence
from math import gcd
from typing import NamedTuple

from ..promise import Boundary
from .records import ChangeRecord

A_SECOND_S = 1.0


class Past(NamedTuple):
    """The changes that were made by a point, within a boundary around it."""

    changes: Sequence[ChangeRecord]
    boundary: Boundary


def past(records: Sequence[ChangeRecord], point_at: float, every_s: float) -> Past:
    """The changes that were made by a point.

    DynamoDB rounds a record's ApproximateCreationDateTime down to the second (API reference, StreamRecord), and more is
    not documented: our assumption is that it is off by no more than that. DynamoDB Local rounds down to the minute, as
    its records show. Where stamps are no finer than that, a change counts as made by the point when it had been read
    by then; it may have been made a whole turn of the capture earlier.

    Records of different shards are not in the order of time, so each is looked at by itself; stamps of one item's
    records never go backwards.

    Args:
        records: all that were captured.
        point_at: the point.
        every_s: how often the stream was read.
    """
    if resolution_s(records) <= A_SECOND_S:
        return Past([record for record in records if record.at < point_at], Boundary(-A_SECOND_S, A_SECOND_S))
    read = [record for record in records if record.read_at <= point_at]
    return Past(read, Boundary(-every_s - A_SECOND_S, 0.0))


def resolution_s(records: Sequence[ChangeRecord]) -> float:
    """The coarsest step, in whole seconds, that all stamps are multiples of; 1 where there are none."""
    return float(gcd(*(int(record.at) for record in records)) or 1)
