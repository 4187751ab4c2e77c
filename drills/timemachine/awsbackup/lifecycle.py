"""When a recovery point moves to cold storage and when it is deleted.

Both are counted in days from the point's creation. What is in cold storage stays there for at least 90 days, so that
the retention must be 90 days longer than the way there (API reference, "Lifecycle"); -1 means never.
"""

from math import inf
from typing import NamedTuple

from ..blueprint import Shape
from ..windows import DAY_S
from .refusals import invalid_value

COLDEST_DAYS = 90
LONGEST_DAYS = 36_500


class Lifecycle(NamedTuple):
    """Days until cold storage and until deletion; None for never."""

    cold_after_days: int | None = None
    delete_after_days: int | None = None
    opted_in: bool | None = None

    def cold_at(self, created_at: float) -> float:
        """The instant at which a point moves to cold storage."""
        return inf if self.cold_after_days is None else created_at + self.cold_after_days * DAY_S

    def delete_at(self, created_at: float) -> float:
        """The instant at which a point is deleted."""
        return inf if self.delete_after_days is None else created_at + self.delete_after_days * DAY_S

    def shape(self) -> Shape:
        """Lifecycle of the API."""
        return {
            "MoveToColdStorageAfterDays": self.cold_after_days,
            "DeleteAfterDays": self.delete_after_days,
            "OptInToArchiveForSupportedResources": self.opted_in,
        }

    def calculated(self, created_at: float) -> Shape:
        """CalculatedLifecycle of the API: the instants."""
        cold_at, delete_at = self.cold_at(created_at), self.delete_at(created_at)
        return {
            "MoveToColdStorageAt": None if cold_at == inf else cold_at,
            "DeleteAt": None if delete_at == inf else delete_at,
        }


FOREVER = Lifecycle()


def lifecycle_of(members: Shape | None) -> Lifecycle:
    """The lifecycle that a request asks for.

    Raises:
        AwsError: InvalidParameterValueException.
    """
    if not members:
        return FOREVER
    if "DeleteAfterEvent" in members:
        raise invalid_value("Invalid lifecycle. DeleteAfterEvent is not valid as an input")
    cold = _days(members, "MoveToColdStorageAfterDays", least=0)
    delete = _days(members, "DeleteAfterDays", least=1)
    if cold is not None and delete is not None and delete < cold + COLDEST_DAYS:
        raise invalid_value(
            f"Invalid lifecycle. DeleteAfterDays cannot be less than {COLDEST_DAYS} days apart from "
            "MoveToColdStorageAfterDays"
        )
    return Lifecycle(cold, delete, members.get("OptInToArchiveForSupportedResources"))


def _days(members: Shape, name: str, least: int) -> int | None:
    days: int | None = members.get(name)
    if days is None or days == -1:
        return None
    if not least <= days <= LONGEST_DAYS:
        raise invalid_value(f"Invalid lifecycle. {name} must be between {least} and {LONGEST_DAYS}, but is {days}")
    return days
