"""How far back each kept past of a table reaches, how near to now, and how exactly: what `show` says of a recovery."""

from typing import NamedTuple

from .promise import Boundary, PromiseKind
from .quantities import format_duration
from .target import Capability
from .targets.boundaries import AROUND_A_BACKUP, AROUND_A_SECOND, TO_THE_SECOND


class KeptPast(NamedTuple):
    """A past that AWS, or a stream's log, keeps of a table.

    `earliest` and `latest` say between which instants something can be had of it, `lag` how far the latest is behind
    now; `boundary` is how exactly an instant is met on the embedded target, `on_aws` there.
    """

    name: str
    earliest: str
    latest: str
    lag: str
    boundary: Boundary
    on_aws: Boundary


KEPT_PASTS = {
    Capability.POINT_IN_TIME: KeptPast(
        "point-in-time recovery",
        "when it was switched on, and 35 days ago at most (RecoveryPeriodInDays: 1 to 35); every second since then",
        "LatestRestorableDateTime",
        "about 5 minutes; `dynadrill find-point TABLE` shows both bounds of a table and the lag as they are",
        TO_THE_SECOND,
        AROUND_A_SECOND,
    ),
    Capability.ON_DEMAND_BACKUP: KeptPast(
        "on-demand backups",
        "the oldest backup that was not deleted; no other instants than those of the backups",
        "the newest backup",
        "up to the time between two backups",
        AROUND_A_BACKUP,
        AROUND_A_BACKUP,
    ),
    Capability.AWS_BACKUP: KeptPast(
        "recovery points of AWS Backup",
        "the oldest recovery point in the vault; no other instants than theirs",
        "the newest complete one; in the other Region the newest whose copy is complete",
        "up to the time between two backups, and the copy's own time",
        AROUND_A_BACKUP,
        AROUND_A_BACKUP,
    ),
    Capability.EXPORT_TO_S3: KeptPast(
        "exports to S3",
        "as point-in-time recovery, which they are made from; an export that is there already, when it was made",
        "LatestRestorableDateTime, for a full one; an incremental one covers 15 minutes to 24 hours",
        "about 5 minutes, and the export's own time",
        AROUND_A_BACKUP,
        AROUND_A_BACKUP,
    ),
    Capability.STREAMS: KeptPast(
        "the stream's changes",
        "when capture began; of the stream itself 24 hours",
        "the last change that was read",
        "up to the time between two readings",
        AROUND_A_SECOND,
        AROUND_A_SECOND,
    ),
}
"""By what a target must be able to do (Developer Guide, "Point-in-time backups for DynamoDB", "On-demand backup and
restore for DynamoDB", "Requesting a table export in DynamoDB", "Change data capture for DynamoDB Streams")."""

PROMISES = {
    PromiseKind.REWIND: "the table as it was at one instant, within the boundary; later good writes are lost",
    PromiseKind.UNDO: "every good write, whenever it was made; only the damage is taken back",
    PromiseKind.FAILOVER: "every good write that was told longer before the outage than the replication's lag",
    PromiseKind.PREVENT: "what was tried does not happen, so that there is nothing to go back to",
}


def told(past: KeptPast) -> list[tuple[str, str]]:
    """What there is to say of a past, by the names of its parts."""
    return [
        ("kept past", past.name),
        ("earliest", past.earliest),
        ("latest", past.latest),
        ("lag", past.lag),
        ("boundary", _boundaries(past)),
    ]


def _boundaries(past: KeptPast) -> str:
    if past.boundary == past.on_aws:
        return f"{shown_boundary(past.boundary)}, here and on AWS"
    return f"{shown_boundary(past.boundary)} here, {shown_boundary(past.on_aws)} on AWS (assumed: none is documented)"


def shown_boundary(boundary: Boundary) -> str:
    """A boundary in words."""
    if not boundary.width_s:
        return "exact to the second"
    return f"{format_duration(-boundary.lo_s)} before to {format_duration(boundary.hi_s)} after"
