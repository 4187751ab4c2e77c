"""Looking at an account without touching it: clients of every service and Region that only describe and list."""

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ..errors import RefusedError, UsageError
from .clients import DYNAMODB, Place, control_client
from .finding import place_of
from .hooks import Hooks
from .neighbours import reads
from .operations import ITEM_OPERATIONS, KINDS, Kind

LOOKED_AT = frozenset(
    {"application-autoscaling", "backup", "cloudtrail", "cloudwatch", "kms", "lambda", "service-quotas", "sts"}
)
"""The services beside DynamoDB that are looked at: none whose readings hold a person's data."""

ASKED_LIKE_READING = frozenset({("cloudtrail", "LookupEvents")})
"""Operations that only read, and whose names do not begin so."""


class LookingGuard:
    """Lets out what describes and lists, and no reading of items."""

    def check(self, operation: str, parameters: Mapping[str, Any]) -> None:  # noqa: ARG002 -- none makes it a reading
        """Let a call to DynamoDB pass if it looks at no item and changes nothing.

        Raises:
            RefusedError: it does.
        """
        if KINDS.get(operation) is not Kind.READ or operation in ITEM_OPERATIONS:
            raise _refused(operation)

    def check_neighbour(self, service: str, operation: str, parameters: Mapping[str, Any]) -> None:  # noqa: ARG002 -- as above
        """Let a call to another service pass if it is one that is looked at, and the call only reads.

        Raises:
            RefusedError: it is not, or does not.
        """
        if service not in LOOKED_AT or not (reads(operation) or (service, operation) in ASKED_LIKE_READING):
            raise _refused(f"{service}:{operation}")

    def answered(self, operation: str, made: str | None, answer: dict[str, Any]) -> None:
        """Learn nothing."""

    def answered_by_neighbour(self, service: str, operation: str, answer: dict[str, Any]) -> None:
        """Learn nothing."""


def _refused(operation: str) -> RefusedError:
    return RefusedError(
        f"{operation} was not sent: it does not only describe or list",
        "An audit changes nothing and reads no item; this is a defect of whoever asked for the call.",
    )


class Looker:
    """Clients that can only look, one for each service and Region, made when they are asked for.

    Args:
        place: which endpoint, and the Region where nothing else is said.
    """

    def __init__(self, place: Place) -> None:
        self.place = place
        self._made: dict[tuple[str, str], Any] = {}

    def client(self, service: str = DYNAMODB, region: str | None = None) -> Any:
        """A client of a service, by boto3's name for it, in a Region."""
        where = region or self.place.region
        if (service, where) not in self._made:
            hooks = Hooks(LookingGuard(), None)
            self._made[service, where] = control_client(replace(self.place, region=where), hooks, service)
        return self._made[service, where]

    def close(self) -> None:
        """Let go of connections."""
        for client in self._made.values():
            client.close()


def looker(what: str, target: str | None, endpoint: str | None, region: str | None) -> Looker:
    """Look at the place that a command line names.

    Args:
        what: is looked at, for errors.
        target: `aws:REGION`, or the address of an endpoint.
        endpoint: its address likewise.
        region: where, unless the target says it.

    Raises:
        UsageError: there is nothing to look at, or it is AWS and nobody opted in.
    """
    if target is not None and endpoint is not None:
        raise UsageError("--target and --endpoint both say where", "Leave one of them out.")
    if target == "embedded":
        raise UsageError(
            "the embedded target holds no tables but a drill's own",
            "Name an endpoint (http://127.0.0.1:8000, which `dynadrill serve` answers at) or aws:REGION.",
        )
    if target is not None and target.startswith("aws:"):
        own = target.removeprefix("aws:")
        if region and region != own:
            raise UsageError(f"--target says {own}, and --region {region}", "Leave one of them out.")
        return Looker(place_of(what, own, None, os.environ))
    if target is not None and not target.startswith(("http://", "https://")):
        raise UsageError(f"{target!r} is no target", "Write http://HOST:PORT or aws:REGION.")
    return Looker(place_of(what, region, target or endpoint, os.environ))
