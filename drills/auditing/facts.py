"""What an audit goes by: what could be seen of a table and of its Region, and why the rest could not.

A field that is None was not seen, and `unseen` says why by the field's name: nothing is taken for fine that nobody saw.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ..beside import Alarm, Scaled


@dataclass(frozen=True)
class RecoveryWindow:
    """Point-in-time recovery of a table in one Region; where it is off, nothing else is said."""

    on: bool
    period_days: int | None = None
    earliest_at: float | None = None
    latest_at: float | None = None


class CopyKind(StrEnum):
    """Who keeps a copy."""

    ON_DEMAND = "on-demand backup"
    AWS_BACKUP = "recovery point of AWS Backup"


@dataclass(frozen=True)
class Copy:
    """A copy of the table that can be restored.

    `in_another_account` is only known from the job that copied it; `locked` is whether its vault refuses to delete it,
    None where that was not seen.
    """

    kind: CopyKind
    region: str
    made_at: float
    in_another_account: bool = False
    locked: bool | None = None


@dataclass(frozen=True)
class FailedJob:
    """A backup or a copy that did not come about."""

    what: str
    at: float
    because: str


@dataclass(frozen=True)
class KeyState:
    """The KMS key that a table is encrypted with: as KMS calls its state, when it is to be deleted, whose it is."""

    state: str
    deleted_at: float | None = None
    of_aws: bool = False


@dataclass(frozen=True)
class Consumer:
    """A Lambda function that reads a stream."""

    function: str
    stream_arn: str


@dataclass(frozen=True)
class RegionSeen:
    """What is beside the tables of one Region."""

    region: str
    now_at: float
    tables: frozenset[str] | None = None
    alarms: tuple[Alarm, ...] | None = None
    scaled: tuple[Scaled, ...] | None = None
    consumers: tuple[Consumer, ...] | None = None
    unseen: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class TableSeen:
    """A table. `key` is None, and not in `unseen`, where the table is encrypted with a key of DynamoDB's own.

    `copies` are those that can be restored now, newest first. `replicas` are the windows by Region; a replica whose
    window was not seen is None there, and in `unseen` as `replicas.REGION`. `ttl_attribute`, `stream_arn` and
    `policy` are empty where there is none.
    """

    region: str
    name: str
    status: str | None = None
    provisioned: bool | None = None
    created_at: float | None = None
    deletion_protection: bool | None = None
    stream_arn: str | None = None
    ttl_attribute: str | None = None
    recovery: RecoveryWindow | None = None
    replicas: Mapping[str, RecoveryWindow | None] | None = None
    strong: bool = False
    """Whether its replicas have strong consistency."""
    policy: str | None = None
    encrypted: bool | None = None
    key: KeyState | None = None
    backups: tuple[Copy, ...] | None = None
    recovery_points: tuple[Copy, ...] | None = None
    copied: tuple[Copy, ...] | None = None
    failed_jobs: tuple[FailedJob, ...] | None = None
    events: tuple[tuple[str, str, float], ...] | None = None
    """CloudTrail's events about it: event id, the call's name, when."""
    unseen: Mapping[str, str] = field(default_factory=dict)

    @property
    def copies(self) -> tuple[Copy, ...]:
        """Every copy that was seen, newest first."""
        seen = [*(self.backups or ()), *(self.recovery_points or ()), *(self.copied or ())]
        return tuple(sorted(seen, key=lambda copy: -copy.made_at))

    def why_unseen(self, *fields: str) -> str:
        """Why some of these fields were not seen; empty where all were."""
        return "; ".join(dict.fromkeys(f"{name}: {self.unseen[name]}" for name in fields if name in self.unseen))
