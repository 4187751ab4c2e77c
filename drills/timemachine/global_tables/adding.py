"""Adding a replica: a table of the same form in another Region, filled with what the source holds."""

from copy import deepcopy
from math import inf
from typing import Final

from ..backend import Backend
from ..blueprint import Shape
from ..durations import Load
from ..errors import AwsError, invalid, not_implemented
from ..expiry import let_expire
from ..table import Table
from .link import LONGEST_RETRY_S
from .refusals import NO_CAPACITY
from .replica import Replica, Status

STREAM: Final = {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
"""What replication reads; switched on where no stream is on, and kept when the last replica has gone."""
NOT_HERE: Final = ("ProvisionedThroughputOverride", "GlobalSecondaryIndexes")


def add_replica(source: Replica, target: Backend, settings: Shape) -> Replica:
    """Open the table of a new replica, which holds what the source holds now, and let later writes follow.

    Its deletion protection and point-in-time recovery are off, and it has no tags and no policy: these are never
    synchronised (Developer Guide, "How DynamoDB global tables work").

    Raises:
        AwsError: the source has provisioned capacity, which would need auto scaling; a setting does not fit; or the
            key of KMS cannot be used.
    """
    table = source.table
    if table.billing_mode != "PAY_PER_REQUEST":
        raise invalid(f"Table write capacity {NO_CAPACITY}")
    _check_settings(settings)
    encryption = _encryption(table, settings.get("KMSMasterKeyId"))
    target.fleet.keys.refuse_unusable(encryption)
    if not table.is_streaming and not source.group.is_strong:
        table.set_stream_specification(dict(STREAM))
    added = Table(  # type: ignore[abstract]  # only CloudFormation asks for what is missing
        table.name,
        target.account_id,
        target.region_name,
        journal=target.journal,
        table_id=target.fleet.new_id(),
        blueprint=table.blueprint()._replace(encryption=None),
        past=table.pin_now(),
    )
    if encryption is not None:
        added.encrypt(encryption)
    added.table_class = table.table_class
    added.warm_throughput = deepcopy(table.warm_throughput)
    if table.is_streaming and not source.group.is_strong:
        added.set_stream_specification(dict(table.stream_specification or STREAM))
    target.tables[table.name] = added
    replica = source.group.join(target, added, source)
    added.life = added.life._replace(active_at=inf)
    override(replica, {name: value for name, value in settings.items() if name != "KMSMasterKeyId"})
    if "KMSMasterKeyId" in settings:
        replica.overrides["KMSMasterKeyId"] = (added.sse_specification or {}).get("KMSMasterKeyId")
    return replica


def finish_adding(replicas: list[Replica]) -> None:
    """Let replicas become ACTIVE together, after as long as the largest takes; not while a Region is down."""
    group = replicas[0].group
    source = group.replicas[0]
    journal, fleet = source.backend.journal, source.backend.fleet
    items = len(source.table)
    load = Load(items=items, size_bytes=source.table.rows.size_bytes)
    group.update_until(inf)
    took_s = fleet.durations.of("replica_with_items" if items else "replica", load)

    def finish() -> None:
        regions = {replica.source for replica in replicas} | {replica.region for replica in replicas}
        if any(region in fleet.outages for region in regions):
            journal.agenda.add(journal.now() + LONGEST_RETRY_S, finish)
            return
        group.update_until(journal.now())
        for replica in replicas:
            replica.status = Status.ACTIVE
            fleet.begin(replica.table, journal.now())
            _take_over_time_to_live(replica)
        witness = group.witness
        if witness is not None:
            group.witness = witness._replace(status=Status.ACTIVE)

    journal.agenda.add(journal.now() + took_s, finish)


def override(replica: Replica, settings: Shape) -> None:
    """Change what is set for one replica only; holds at once.

    Raises:
        AwsError: AWS refuses it, or it is not implemented.
    """
    _check_settings(settings)
    if "KMSMasterKeyId" in settings:
        raise _wrong_key()
    table_class = settings.get("TableClassOverride")
    if table_class is not None:
        replica.table.table_class = table_class
        replica.overrides["ReplicaTableClassSummary"] = {"TableClass": table_class}
    on_demand = settings.get("OnDemandThroughputOverride")
    if on_demand is not None:
        replica.table.on_demand = {**(replica.table.on_demand or {}), **on_demand}
        replica.overrides["OnDemandThroughputOverride"] = on_demand


def _check_settings(settings: Shape) -> None:
    for name in NOT_HERE:
        if settings.get(name):
            raise not_implemented(f"{name} of a replica")


def _encryption(table: Table, key: str | None) -> Shape | None:
    """How a replica is encrypted: by AWS's own key, by that of its Region, or by the customer's key that is named."""
    present = table.sse_specification
    if present is None or not present.get("Enabled"):
        if key is not None:
            raise _wrong_key()
        return None
    is_customers = present["KMSMasterKeyId"] != table._get_default_encryption_key(  # noqa: SLF001 - moto's name
        table.account_id, table.region_name
    )
    if is_customers and key is None:
        raise _wrong_key()
    form = {name: value for name, value in present.items() if name != "KMSMasterKeyId"}
    return form if key is None else {**form, "KMSMasterKeyId": key}


def _wrong_key() -> AwsError:
    return invalid("One or more parameter values were invalid: KMSMasterKeyId must be specified for each replica.")


def _take_over_time_to_live(replica: Replica) -> None:
    first = replica.group.replicas[0].table
    if first.ttl["TimeToLiveStatus"] != "ENABLED":
        return
    replica.table.ttl_changed_at = first.ttl_changed_at
    expiry = let_expire(replica.table, first.ttl["AttributeName"], replica.backend.fleet.durations)
    if expiry is not None:
        expiry.read_present()
