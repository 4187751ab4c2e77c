"""What targets have alike: their clients, and, where somebody else runs the place, what they leave there."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from ..marked_keys import MarkedKeys
from ..promise import Boundary, Method
from ..snapshots.source import LiveTable
from ..target import Capability
from .access import Access
from .boundaries import AROUND_A_BACKUP, AROUND_A_SECOND
from .shared_clock import SharedClock

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class ThroughAccess:
    """The part of a target that its access does."""

    _access: Access

    def data(self, region: str | None = None) -> "DynamoDBClient":
        """See `Target.data`."""
        return self._access.data(region)

    def control(self, region: str | None = None) -> "DynamoDBClient":
        """See `Target.control`."""
        return self._access.control(region)

    def service(self, name: str, region: str | None = None) -> Any:
        """See `Target.service`."""
        return self._access.service(name, region)

    def reader(self, table: str, region: str | None = None, connections: int = 1) -> LiveTable:
        """See `Target.reader`."""
        return self._access.reader(table, region, connections)

    def marker(self, keys: MarkedKeys, region: str | None = None) -> "DynamoDBClient":
        """See `Target.marker`."""
        return self._access.marker(keys, region)


class SomebodyElses(ThroughAccess, ABC):
    """A target that was there before the drill, and stays: AWS, an endpoint, a served time machine."""

    _shared: SharedClock

    @property
    def account(self) -> str:
        """See `Target.account`."""
        return self._access.account

    @abstractmethod
    def lacks(self, capability: Capability) -> str | None:
        """See `Target.lacks`."""

    def boundary(self, method: Method) -> Boundary:
        """A second either way around a point in time, a minute around a backup: two clocks are never one."""
        return AROUND_A_SECOND if method is Method.POINT_IN_TIME else AROUND_A_BACKUP

    def leftovers(self) -> list[str]:
        """What this run made and still exists."""
        return self._access.leftovers(self.lacks)

    def close(self) -> None:
        """Let go of connections and the clock; what the place holds stays."""
        self._access.close()
        self._shared.end()
