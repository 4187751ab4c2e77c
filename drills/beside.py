"""What stands beside a table in other services, and names it, as values: alarms, and what scales it.

A restore brings none of it: it goes on naming the table that was lost (API reference, RestoreTableToPointInTime).
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Alarm:
    """A CloudWatch alarm, the table that it watches, and what it watches of it."""

    name: str
    table: str
    watches: str = ""


@dataclass(frozen=True)
class Scaled:
    """What Application Auto Scaling scales: `table/orders`, or `table/orders/index/by_city`; by which policies.

    `limits` are the least and the most units, `policies` the metrics and targets that they hold to.
    """

    resource: str
    policies: tuple[str, ...]
    dimension: str = ""
    limits: tuple[int, int] = (0, 0)

    @property
    def table(self) -> str:
        """The table's name."""
        return self.resource.split("/")[1]
