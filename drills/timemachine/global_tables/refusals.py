"""What AWS says of a request about replicas that it does not take; the texts were measured on AWS, bar those marked."""

from collections.abc import Iterable

from ..errors import AwsError, invalid

NOTHING_TO_DO = (
    "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates, "
    "SSESpecification, ReplicaUpdates, MultiAccountReplicaReady, ReplicaTransitRoleArn, DeletionProtectionEnabled, "
    "OnDemandThroughput, WarmThroughput or TableClass is required"
)
SOURCE_REGION = (
    "Replica cannot be deleted because it has acted as a source region for new replica(s) being added to the table in "
    "the last 24 hours."
)
ONE_STRONG_REPLICA = (
    "Deletion of only one table replica is not supported for global tables with MultiRegionConsistency set to STRONG."
)
LOCAL_REGION = (
    "Cannot add or delete the local region through ReplicaUpdates. Use CreateTable, DeleteTable, or UpdateTable as "
    "required."
)
LEGACY = (
    "One or more parameter values were invalid: DynamoDB global tables version 2017.11.29 is not supported. We "
    "recommend using DynamoDB global tables version 2019.11.21, instead of version 2017.11.29 (Legacy)."
)
NO_CAPACITY = "should either be Pay-Per-Request or AutoScaled."


def in_use() -> AwsError:
    """A replica is being added or taken away."""
    return AwsError("ResourceInUseException", "The resource which you are attempting to change is in use.")


def exists_as_table(table: str) -> AwsError:
    """There is a table of this name where the replica is to be: another one, or a replica of this one."""
    return invalid(
        f"Failed to create a the new replica of table with name: ‘{table}’ because one or more replicas already "  # noqa: RUF001 - AWS's text
        "existed as tables."
    )


def no_such_replicas(regions: Iterable[str], what: str = "replicas") -> AwsError:
    """A request names Regions that have no replica, or no witness."""
    return invalid(
        f"Update global table operation failed because one or more {what} were not part of the global table. Please "
        f"retry the request without these {what}: [{', '.join(regions)}]."
    )


def region_not_supported(region: str, regions: Iterable[str]) -> AwsError:
    """A request names a Region that there is not."""
    return invalid(
        f"Region {region} is not supported. The latest version of global tables are only supported in the following "
        f"regions: [{', '.join(regions)}]"
    )


def regions_not_strong(regions: Iterable[str]) -> AwsError:
    """A request wants a strong global table where there are none, or across Region sets."""
    return invalid(
        "Unsupported Region(s) specified for global tables with MultiRegionConsistency set to STRONG: "
        f"[{', '.join(regions)}]."
    )


def not_on_strong(what: str) -> AwsError:
    """AWS refuses it on a strong global table; the text is ours."""
    return invalid(f"{what} is not supported for global tables with MultiRegionConsistency set to STRONG.")


def no_global_table(name: str) -> AwsError:
    """A call about auto scaling of replicas names a table that has none."""
    return AwsError("ResourceNotFoundException", f"Global table with name: '{name}' does not exist.")
