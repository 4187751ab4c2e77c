"""What a restore brings back of a table beside its items, and how a request may change that.

Items, keys, attribute definitions, indexes, billing mode, capacity and encryption come back. Streams, TTL, tags,
point-in-time recovery, deletion protection, resource policy and table class do not (API reference of the two restore
operations; Developer Guide, "Restoring a DynamoDB table to a point in time"). Capacity is the source's at the time of
the restore, or at the time of the backup: AWS's texts differ for point-in-time restores, the API reference says this.
"""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any, NamedTuple, TypeAlias

from .errors import AwsError, invalid, not_implemented, not_one_of

Shape: TypeAlias = dict[str, Any]
"""A structure of DynamoDB's API as it stands on the wire."""

UNITS = ("ReadCapacityUnits", "WriteCapacityUnits")


class Blueprint(NamedTuple):
    """A table without its items, in the API's own structures."""

    key_schema: list[Shape]
    attributes: list[Shape]
    billing_mode: str
    throughput: Shape | None
    on_demand: Shape | None
    global_indexes: list[Shape]
    local_indexes: list[Shape]
    encryption: Shape | None

    def overridden(self, request: Mapping[str, Any]) -> "Blueprint":
        """The table that a restore request asks for.

        Raises:
            AwsError: an override does not fit the table, or is not implemented.
        """
        if request.get("VectorIndexOverride"):
            raise not_implemented("VectorIndexOverride")
        changed = self._with_billing(request)
        global_indexes = _indexes(
            self.global_indexes, request.get("GlobalSecondaryIndexOverride"), "GlobalSecondaryIndexOverride"
        )
        local_indexes = _indexes(
            self.local_indexes, request.get("LocalSecondaryIndexOverride"), "LocalSecondaryIndexOverride"
        )
        if changed.billing_mode == "PROVISIONED":
            for index in global_indexes:
                index.setdefault("ProvisionedThroughput", deepcopy(changed.throughput))
        else:
            for index in global_indexes:
                index.pop("ProvisionedThroughput", None)
        return changed._replace(
            attributes=_used(self.attributes, [self.key_schema, *_schemas(global_indexes + local_indexes)]),
            global_indexes=global_indexes,
            local_indexes=local_indexes,
            encryption=_encryption(self.encryption, request.get("SSESpecificationOverride")),
        )

    def _with_billing(self, request: Mapping[str, Any]) -> "Blueprint":
        mode = request.get("BillingModeOverride") or self.billing_mode
        if mode not in {"PROVISIONED", "PAY_PER_REQUEST"}:
            raise not_one_of("billingModeOverride", mode, ("PROVISIONED", "PAY_PER_REQUEST"))
        throughput = request.get("ProvisionedThroughputOverride")
        on_demand = request.get("OnDemandThroughputOverride")
        if mode == "PAY_PER_REQUEST":
            if throughput is not None:
                raise invalid(
                    "Invalid Request: ProvisionedThroughputOverride cannot be specified when the billing mode is "
                    "PAY_PER_REQUEST"
                )
            return self._replace(billing_mode=mode, throughput=None, on_demand=deepcopy(on_demand) or self.on_demand)
        if on_demand is not None:
            raise invalid(
                "Invalid Request: OnDemandThroughputOverride can only be specified when the billing mode is "
                "PAY_PER_REQUEST"
            )
        wanted = deepcopy(throughput) if throughput is not None else self.throughput
        if wanted is None or any(wanted.get(unit, 0) < 1 for unit in UNITS):
            raise invalid(
                "Invalid Request: ProvisionedThroughputOverride must be specified when the billing mode is PROVISIONED"
            )
        return self._replace(billing_mode=mode, throughput=wanted, on_demand=None)


def _schemas(indexes: Sequence[Shape]) -> list[list[Shape]]:
    return [index["KeySchema"] for index in indexes]


def _used(attributes: Sequence[Shape], schemas: Sequence[Sequence[Shape]]) -> list[Shape]:
    names = {element["AttributeName"] for schema in schemas for element in schema}
    return [dict(attribute) for attribute in attributes if attribute["AttributeName"] in names]


def _indexes(source: Sequence[Shape], override: Sequence[Shape] | None, member: str) -> list[Shape]:
    """Which indexes come back: all when nothing is said, else those named, which must be the source's.

    An entry matches by key schema and projection; its name may be new (measured on AWS).
    """
    if override is None:
        return deepcopy(list(source))
    chosen = []
    for entry in override:
        match = next((index for index in source if _same_index(index, entry)), None)
        if match is None:
            raise _no_such_index(member, entry)
        if "WarmThroughput" in entry:
            raise invalid(f"One or more parameter values were invalid: WarmThroughput is not supported in {member}")
        if "OnDemandThroughput" in entry:
            raise not_implemented(f"OnDemandThroughput in {member}")
        chosen.append({**deepcopy(match), **deepcopy(entry)})
    return chosen


def _no_such_index(member: str, entry: Shape) -> AwsError:
    return invalid(
        f"Invalid Request: {member} can only name indexes of the source table, with their key schema and "
        f"projection; index {entry.get('IndexName')} is none of them"
    )


def _same_index(index: Shape, entry: Shape) -> bool:
    return _index_form(index) == _index_form(entry)


def _index_form(index: Shape) -> tuple[Any, ...]:
    projection = index.get("Projection") or {}
    return (
        [(element["AttributeName"], element["KeyType"]) for element in index.get("KeySchema", [])],
        projection.get("ProjectionType"),
        sorted(projection.get("NonKeyAttributes", [])),
    )


def key_named(encryption: Shape | None) -> str | None:
    """The key of KMS in an SSESpecification; None where the key is AWS's own or not named."""
    return None if not encryption or not encryption.get("Enabled") else encryption.get("KMSMasterKeyId")


def _encryption(source: Shape | None, override: Shape | None) -> Shape | None:
    if override is None:
        return deepcopy(source)
    return deepcopy(override) if override.get("Enabled") else None
