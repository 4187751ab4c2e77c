"""Recovery points that are kept, and that go when their lifecycle says so."""

from functools import partial
from math import inf

from .points import RecoveryPoint
from .state import AwsBackup


def keep(state: AwsBackup, point: RecoveryPoint) -> RecoveryPoint:
    """Keep a point as it is now, until it is due to be deleted."""
    state.points[point.arn] = point
    delete_at = point.lifecycle.delete_at(point.created_at)
    if delete_at != inf:
        state.journal.agenda.add(delete_at, partial(_delete_if_due, state, point.arn))
    return point


def delete(state: AwsBackup, arn: str) -> None:
    """Forget a point, and its tags."""
    state.points.pop(arn, None)
    state.backend.backups.pop(arn, None)
    state.tagger.delete_all_tags_for_resource(arn)


def _delete_if_due(state: AwsBackup, arn: str) -> None:
    """The lifecycle may have been changed since: what counts is what it says now."""
    point = state.points.get(arn)
    if point is not None and state.now() >= point.lifecycle.delete_at(point.created_at):
        delete(state, arn)
