"""What an UpdateTable request asks of replicas and witnesses, and what of it AWS refuses whatever the table is like."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from ..blueprint import Shape
from ..errors import invalid, not_implemented, unfit
from ..wire import need
from .refusals import NOTHING_TO_DO

REPLICA_MEMBERS: Final = ("ReplicaUpdates", "MultiRegionConsistency", "GlobalTableWitnessUpdates")
"""The members of UpdateTable that are about replicas."""


class Asked(NamedTuple):
    """The actions of one request, each by Region; witnesses are None where nothing is asked of one."""

    created: Mapping[str, Shape]
    updated: Mapping[str, Shape]
    deleted: tuple[str, ...]
    witness_created: str | None
    witness_deleted: str | None
    consistency: str | None

    @property
    def is_strong(self) -> bool:
        """Whether a strong global table is asked for."""
        return self.consistency == "STRONG"

    @property
    def regions(self) -> tuple[str, ...]:
        """Every Region in which something is to be added."""
        witness = () if self.witness_created is None else (self.witness_created,)
        return (*self.created, *witness)


def is_about_replicas(body: Shape) -> bool:
    """Whether a request of UpdateTable is about replicas."""
    return any(body.get(member) for member in REPLICA_MEMBERS)


def asked_of_replicas(body: Shape) -> Asked:
    """The actions of a request.

    Raises:
        AwsError: they are none, or do not go together, or go with other changes.
    """
    others = sorted(name for name, value in body.items() if value is not None and name not in REPLICA_MEMBERS)
    if not body.get("ReplicaUpdates"):
        raise invalid(NOTHING_TO_DO)
    if others != ["TableName"]:
        raise invalid(
            "One or more parameter values were invalid: Replica modification must be the only operation in the request"
        )
    replicas = _by_kind(body["ReplicaUpdates"])
    witnesses = _by_kind(body.get("GlobalTableWitnessUpdates") or [])
    asked = Asked(
        created=replicas["Create"],
        updated=replicas["Update"],
        deleted=tuple(replicas["Delete"]),
        witness_created=next(iter(witnesses["Create"]), None),
        witness_deleted=next(iter(witnesses["Delete"]), None),
        consistency=body.get("MultiRegionConsistency"),
    )
    _check(asked, body)
    return asked


def _by_kind(updates: list[Shape]) -> dict[str, dict[str, Shape]]:
    found: dict[str, dict[str, Shape]] = {"Create": {}, "Update": {}, "Delete": {}}
    for update in updates:
        actions = {kind: action for kind, action in update.items() if action is not None}
        if "Disassociate" in actions:
            raise not_implemented("Disassociate")
        if not actions:
            raise invalid("There are no actions specified in the Replica Update Action of the request.")
        if len(actions) > 1:
            raise invalid("Update table operation with more than one type of replica actions not allowed.")
        ((kind, action),) = actions.items()
        region = need(action, "RegionName", str)
        settings: dict[str, Any] = {name: value for name, value in action.items() if name != "RegionName"}
        if kind == "Update" and not settings:
            raise invalid("There are no actions specified in the Replica Update Action of the request.")
        found[kind][region] = settings
    return found


def _check(asked: Asked, body: Shape) -> None:
    kinds = [kind for kind in (asked.created, asked.updated, asked.deleted) if kind]
    if len(kinds) > 1:
        raise invalid("Update table operation with more than one type of replica actions not allowed.")
    witnesses = body.get("GlobalTableWitnessUpdates") or []
    if len(witnesses) > 1:
        raise unfit("globalTableWitnessUpdates", "have length less than or equal to 1")
    if asked.witness_created is not None and not asked.is_strong:
        raise invalid(
            "MultiRegionConsistency must be set as STRONG when GlobalTableWitnessUpdates parameter is present."
        )
    if asked.consistency is not None and not asked.created:
        raise invalid("Only Replica Create actions are supported when MultiRegionConsistency parameter is provided.")
    if asked.witness_created in asked.created:
        raise invalid("Cannot target multiple regions with the same action")
