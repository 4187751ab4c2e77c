"""What is going to happen, as frozen values: the content of `plan --json`."""

from collections.abc import Mapping
from typing import Any, Literal

from ..iam.asked import Need
from ..iam.writing import policy_document
from ..json_model import JsonModel
from .permitted import Permitted
from .rehearsal import OWN, Rehearsal

SCHEMA: Literal["dynadrill.plan/1"] = "dynadrill.plan/1"
GENERAL = "dynadrill-"


class Part(JsonModel):
    """A frozen part of the plan; an unknown field is an error."""


class CallPart(Part):
    """One kind of call. `rehearsed` says how often it was made in the rehearsal, which is smaller than the drill."""

    service: str
    operation: str
    region: str
    rehearsed: int


class ResourcePart(Part):
    """Something that is made, and removed again; `RUN` in its name stands for what each run has of its own."""

    kind: str
    name: str
    region: str


class PhasePart(Part):
    """A phase, and how long it lasted in the rehearsal: the model's time, not AWS's."""

    name: str
    modelled_s: float


class PermissionPart(Part):
    """An action on a resource that credentials were asked for."""

    action: str
    resource: str
    region: str


class PermissionsPart(Part):
    """What came of `--check`; what could not be asked is unknown."""

    how: str
    allowed: int
    missing: tuple[PermissionPart, ...]
    unknown: tuple[PermissionPart, ...]


class Planned(Part):
    """The whole plan. `modelled_s` is how long the rehearsal took by the machine's model; null costs are not known."""

    schema_: Literal["dynadrill.plan/1"] = SCHEMA
    subject: str
    target: str
    region: str
    calls: tuple[CallPart, ...]
    resources: tuple[ResourcePart, ...]
    phases: tuple[PhasePart, ...]
    modelled_s: float
    estimated_usd: float
    unconfirmed_prices: tuple[str, ...]
    rehearsed_verdict: str
    rehearsed_because: str
    policy: dict[str, Any]
    permissions: PermissionsPart | None = None


def general_name(prefix: str | None) -> str:
    """What the names of all runs' things begin with, under a configuration."""
    return f"{GENERAL}{prefix}-" if prefix else GENERAL


def policy_of(needs: tuple[Need, ...], own: str, prefix: str | None, principal: str) -> Mapping[str, Any]:
    """The policy of what is needed, with the question whether it is allowed."""
    asking = Need("iam:SimulatePrincipalPolicy", principal, needs[0].region if needs else "")
    return policy_document((*needs, asking), own, general_name(prefix))


def calls_of(rehearsal: Rehearsal) -> tuple[CallPart, ...]:
    """Every kind of call."""
    return tuple(
        CallPart(service=kind.service, operation=kind.operation, region=kind.region, rehearsed=times)
        for kind, times in rehearsal.calls.items()
    )


def resources_of(rehearsal: Rehearsal) -> tuple[ResourcePart, ...]:
    """Everything that is made."""
    return tuple(
        ResourcePart(kind=thing.kind, name=thing.name.replace(OWN, "dynadrill-RUN-"), region=thing.region)
        for thing in rehearsal.things
    )


def phases_of(rehearsal: Rehearsal) -> tuple[PhasePart, ...]:
    """The phases that take any time."""
    return tuple(
        PhasePart(name=phase.name, modelled_s=round(phase.seconds, 1))
        for phase in rehearsal.phases
        if phase.seconds >= 1
    )


def permissions_of(found: Permitted) -> PermissionsPart:
    """What came of asking."""
    return PermissionsPart(
        how=found.how, allowed=len(found.allowed), missing=_parts(found.missing), unknown=_parts(found.unknown)
    )


def _parts(needs: tuple[Need, ...]) -> tuple[PermissionPart, ...]:
    return tuple(PermissionPart(action=need.action, resource=need.resource, region=need.region) for need in needs)
