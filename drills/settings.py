"""The settings of a table, beside its items and keys, as values that can be compared and put back."""

from collections.abc import Mapping
from dataclasses import dataclass, field

TABLE = "table"
"""What stands for the table itself where its indexes stand beside it."""
TABLE_ARN = "TABLE_ARN"
"""What stands for the table's own ARN in a resource policy, so that those of two tables can be compared."""

Units = tuple[int, int]
"""Read and write units."""


@dataclass(frozen=True)
class Settings:
    """What is switched on beside a table's items and keys.

    The first group is not copied by a restore, the second is (API reference, RestoreTableToPointInTime; Developer
    Guide, "Restoring a DynamoDB table to a point in time"); whether it was can be seen by comparing.

    In the first five None or empty means off. In the others None means that nobody looked, and `not_seen` says why by
    the name of the setting; off is empty. What a fixture leaves at None stays as the table was created.
    """

    stream_view: str | None = None
    ttl_attribute: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    recovery_period_days: int | None = None
    """How far back point-in-time recovery reaches."""
    deletion_protection: bool = False
    table_class: str | None = None
    resource_policy: str | None = None
    """As JSON with sorted names, the table's own ARN written as `TABLE_ARN`."""
    contributor_insights: Mapping[str, str] | None = None
    """Mode by index, `table` for the table's own."""
    kinesis_destinations: Mapping[str, str] | None = None
    """Precision of the time stamps by the stream's ARN."""
    replicas: tuple[str, ...] | None = None
    """The other Regions of a global table."""

    indexes: tuple[str, ...] | None = None
    billing_mode: str | None = None
    capacity: Mapping[str, Units] | None = None
    """Provisioned units of the table and each global index; empty on demand."""
    on_demand_limits: Mapping[str, Units] | None = None
    """-1 where there is no limit."""
    warm_throughput: Mapping[str, Units] | None = None
    encryption: str | None = None

    auto_scaling_policies: Mapping[str, str] | None = None
    """Limits and targets by index and dimension; not DynamoDB's own, and not copied by a restore."""
    cloudwatch_alarms: tuple[str, ...] | None = None
    """What the alarms watch that name the table; likewise."""

    not_seen: Mapping[str, str] = field(default_factory=dict)
