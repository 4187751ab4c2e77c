"""What can be seen of one table: its settings, its copies wherever they are, its key, CloudTrail's events."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ..paging import pages
from ..settings_reading import encryption_of, policy_of, ttl_attribute_of
from .copies import backups, copied, failed_jobs, recovery_points
from .facts import KeyState, RecoveryWindow, TableSeen
from .seeing import Clients, Eyes

NO_OWN_KEY = "AWS owned key"
RECOVERY_EVENTS = frozenset(
    {
        "CreateBackup",
        "DeleteBackup",
        "DeleteTable",
        "ExportTableToPointInTime",
        "RestoreTableFromBackup",
        "RestoreTableToPointInTime",
        "UpdateContinuousBackups",
    }
)
"""The calls about protection that CloudTrail records as management events (Developer Guide, "Logging DynamoDB
operations by using AWS CloudTrail")."""
IN_USE = frozenset({"ACTIVE", "UPDATING"})
"""The states of a replica that users can be moved to."""
NOT_RUN = "NOT RUN: not asked for (--events 7d)"


@dataclass(frozen=True)
class Asked:
    """What is looked at: how many seconds back CloudTrail is asked, None for not at all; where else copies may be."""

    now_at: float
    events_s: float | None = None
    regions: tuple[str, ...] = ()


def read_table(clients: Clients, region: str, name: str, asked: Asked) -> TableSeen:
    """What can be seen of a table; one that cannot be described at all has no status."""
    eyes = Eyes()
    client = clients("dynamodb", region)
    described: Mapping[str, Any] | None = eyes.see("status", lambda: client.describe_table(TableName=name)["Table"])
    if described is None:
        return TableSeen(region, name, unseen=eyes.unseen)
    return _Reading(clients, region, name, described, eyes).table(asked)


@dataclass(frozen=True)
class _Reading:
    clients: Clients
    region: str
    name: str
    described: Mapping[str, Any]
    eyes: Eyes = field(default_factory=Eyes)

    def table(self, asked: Asked) -> TableSeen:
        client, arn, see = self.clients("dynamodb", self.region), self.described["TableArn"], self.eyes.see
        encryption = encryption_of(self.described.get("SSEDescription") or {})
        encrypted = encryption != NO_OWN_KEY
        return TableSeen(
            region=self.region,
            name=self.name,
            status=self.described.get("TableStatus", "unknown"),
            provisioned=(self.described.get("BillingModeSummary") or {}).get("BillingMode") != "PAY_PER_REQUEST",
            created_at=self.described["CreationDateTime"].timestamp() if "CreationDateTime" in self.described else None,
            deletion_protection=bool(self.described.get("DeletionProtectionEnabled", False)),
            stream_arn=self._stream(),
            ttl_attribute=see("ttl_attribute", lambda: ttl_attribute_of(client, self.name) or ""),
            recovery=see("recovery", lambda: recovery_of(client, self.name)),
            replicas=self._replicas(),
            strong=self.described.get("MultiRegionConsistency") == "STRONG",
            policy=see("policy", lambda: policy_of(client, arn)),
            encrypted=encrypted,
            key=see("key", lambda: _key(self.clients("kms", self.region), encryption)) if encrypted else None,
            backups=see("backups", lambda: backups(client, self.name, self.region, self.described.get("TableId", ""))),
            recovery_points=see("recovery_points", lambda: recovery_points(self.clients, self.region, arn)),
            copied=see("copied", lambda: copied(self.clients, self.region, arn, asked.regions)),
            failed_jobs=see("failed_jobs", lambda: failed_jobs(self.clients("backup", self.region), arn)),
            events=self._events(asked),
            unseen=self.eyes.unseen,
        )

    def _stream(self) -> str:
        on = (self.described.get("StreamSpecification") or {}).get("StreamEnabled")
        return str(self.described.get("LatestStreamArn", "")) if on else ""

    def _replicas(self) -> dict[str, RecoveryWindow | None]:
        """The window of each replica: a setting of its own (Developer Guide, "How global tables work")."""
        replicas = self.described.get("Replicas") or ()
        regions = sorted(each["RegionName"] for each in replicas if each.get("ReplicaStatus", "ACTIVE") in IN_USE)

        def look(region: str) -> RecoveryWindow | None:
            client = self.clients("dynamodb", region)
            return self.eyes.see(f"replicas.{region}", lambda: recovery_of(client, self.name))

        return {region: look(region) for region in regions if region != self.region}

    def _events(self, asked: Asked) -> tuple[tuple[str, str, float], ...] | None:
        if asked.events_s is None:
            self.eyes.unseen["events"] = NOT_RUN
            return None
        since = datetime.fromtimestamp(asked.now_at - asked.events_s, UTC)
        found = self.eyes.see("events", lambda: _events(self.clients("cloudtrail", self.region), self.name, since))
        if found is None:
            self.eyes.unseen["events"] = f"NOT RUN: {self.eyes.unseen['events']}"
        return found


def recovery_of(client: Any, table: str) -> RecoveryWindow:
    """Point-in-time recovery of a table: whether it is on, and its window."""
    answer = client.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    found = answer.get("PointInTimeRecoveryDescription", {})
    if found.get("PointInTimeRecoveryStatus") != "ENABLED":
        return RecoveryWindow(on=False)
    earliest, latest = found.get("EarliestRestorableDateTime"), found.get("LatestRestorableDateTime")
    return RecoveryWindow(
        on=True,
        period_days=int(found.get("RecoveryPeriodInDays", 35)),
        earliest_at=earliest.timestamp() if earliest else None,
        latest_at=latest.timestamp() if latest else None,
    )


def _key(kms: Any, encryption: str) -> KeyState:
    found = kms.describe_key(KeyId=encryption)["KeyMetadata"]
    at = found.get("DeletionDate")
    of_aws = found.get("KeyManager") == "AWS"
    return KeyState(str(found.get("KeyState", "unknown")), at.timestamp() if at else None, of_aws)


def _events(trail: Any, table: str, since: datetime) -> tuple[tuple[str, str, float], ...]:
    """Event ids, the newest first."""
    named: Sequence[Any] = [{"AttributeKey": "ResourceName", "AttributeValue": table}]
    found = pages(trail, "lookup_events", "Events", LookupAttributes=named, StartTime=since)
    return tuple(
        (event["EventId"], event["EventName"], event["EventTime"].timestamp())
        for event in found
        if event.get("EventName") in RECOVERY_EVENTS
    )
