"""The settings of a table that a restore does not bring back, as values that can be compared."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Settings:
    """What is switched on beside a table's items, keys and indexes (None or empty: off).

    None of these is copied by a restore (Developer Guide, "Restoring a DynamoDB table to a point in time").
    `recovery_period_days` is how far back point-in-time recovery reaches, None where it is off.
    """

    stream_view: str | None = None
    ttl_attribute: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    recovery_period_days: int | None = None
    deletion_protection: bool = False
