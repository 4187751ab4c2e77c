"""The stage in which users are taken back to the Region that was lost, once it is there again."""

from botocore.exceptions import BotoCoreError, ClientError

from .drill import Drill
from .errors import RecoveryFailedError
from .recovery import FailingBack
from .refusals import explained
from .runrecord import FailbackRecord, settings_record
from .settings import Settings
from .settings_reading import read_settings
from .snapshot import Snapshot
from .stages import snap
from .tables import table_id
from .values import Key

SETTLED_WITHIN_S = 60.0
"""For how long the replica that users left is read again where it is not like the one that they have."""

POLL_S = 1.0


def fail_back(drill: Drill, kept: dict[str, str]) -> bool:
    """Put users on the first table again, unless it cannot be shown that nothing is missing there.

    Only after a disaster that has passed, and a cutover to another Region, by a recovery that knows how. Users work
    on while the first Region catches up, and are held while it is shown that it has.

    Answers:
        Whether they have gone back.
    """
    recovery, left = drill.plan.recovery, drill.record.now.tables.in_service
    if not isinstance(recovery, FailingBack) or not drill.record.now.disaster_passed or left == drill.source:
        return False
    drill.watch.phase("fail back", f"to {drill.target.region}")
    try:
        found = _go_back(drill, recovery, kept, left)
    except RecoveryFailedError as error:
        drill.watch.note(f"users stay where they are: {error.message}")
        found = FailbackRecord(left=left, refused=error.message)
    drill.record.change(failback=found.model_dump())
    return found.at is not None


def _go_back(drill: Drill, recovery: FailingBack, kept: dict[str, str], left: str) -> FailbackRecord:
    """Have the first table shown to be whole, and point users at it.

    Raises:
        RecoveryFailedError: it was not shown.
    """
    home = table_id(drill.source, drill.target.region)
    tools = drill.tools(kept, None, None, Settings())
    try:
        recovery.before_failback(tools)
        settings = settings_record(read_settings(drill.target.control(), drill.source, drill.beside()))
        drill.watch.phase("hold", "users wait for the failback")
        drill.load.hold()
        held_at = drill.clock.now()
        try:
            recovery.at_failback(tools)
            drill.alias.point_to(home)
            back_at = drill.clock.now()
        finally:
            drill.load.release()
    except (ClientError, BotoCoreError) as error:
        raise explained(drill, error) from error
    drill.record.change(tables={**drill.record.now.tables.model_dump(), "in_service": home})
    return FailbackRecord(left=left, at=back_at, held_s=round(back_at - held_at, 6), settings=settings)


def snap_what_was_left(drill: Drill, in_service: Snapshot) -> None:
    """Where users have failed back, read the replica that they left, until it holds the same or its time is up."""
    failback = drill.record.now.failback
    if failback is None or failback.at is None:
        return
    drill.watch.phase("snapshot", f"of {failback.left}, which users left")
    wanted, until_at = _digests(in_service), drill.clock.now() + SETTLED_WITHIN_S
    while _digests(snap(drill, failback.left, "left")) != wanted and drill.clock.now() < until_at:
        drill.clock.live(POLL_S)


def _digests(snapshot: Snapshot) -> dict[Key, bytes]:
    return {key: row.digest for key, row in snapshot.rows.items()}
