"""Opening what somebody else runs: AWS, a served time machine or another endpoint, each known for what it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ..target import Target
from .addresses import address_of, configured_address, time_machine_at
from .aws import AwsTarget, check_region
from .clients import Place
from .clocks import OnJump
from .endpoint import EndpointTarget, place_from_environment
from .served import ServedTarget
from .served_world import ServedWorld
from .terms import Terms


@dataclass(frozen=True)
class Asked:
    """What `open_target` was asked for; see there."""

    name: str
    run_id: str
    folder: Path
    pace: Literal["real", "virtual"]
    on_jump: OnJump
    may_restore_from: frozenset[str]
    terms: Terms


def open_address(asked: Asked) -> Target:
    """An endpoint by its address.

    Raises:
        UsageError: the address makes no sense, or nothing there answers as DynamoDB.
    """
    return _elsewhere(asked, place_from_environment(address_of(asked.name)), asked.name)


def open_region(asked: Asked) -> Target:
    """A Region of AWS, as boto3's ordinary chain reaches it: profile, SSO, role, and the address that is configured.

    What answers at a configured address is not AWS, and is not called so.

    Raises:
        UsageError: nobody opted in to AWS, the Region has no Region's form, or nothing answers.
        RefusedError: the account or the Region is not among those that the configuration allows.
    """
    region = asked.name.removeprefix("aws:")
    check_region(region, "Write it as aws:eu-west-1.")
    address = configured_address(region)
    if address is not None:
        return _elsewhere(asked, Place(address_of(address), region, as_user=True), f"{asked.name} at {address}")
    return AwsTarget(
        region,
        run_id=asked.run_id,
        folder=asked.folder,
        allowed=asked.terms.config.aws.allow,
        may_restore_from=asked.may_restore_from,
        terms=asked.terms,
    )


def mend(name: str, header_name: str, troubles: Iterable[tuple[str, str]]) -> None:
    """Put right what a dead run made go wrong on a served machine, where its home Region may be what is lost.

    Args:
        name: the target as it is asked for.
        header_name: what it was called in the run's journal; another machine is left alone.
        troubles: kinds and names.

    Raises:
        UsageError: the name leads nowhere.
        UnverifiableError: the machine does not answer.
    """
    address = configured_address(name.removeprefix("aws:")) if name.startswith("aws:") else address_of(name)
    called = f"{name} at {address}" if name.startswith("aws:") else name
    machine = time_machine_at(address) if address else None
    if machine is not None and called == header_name:
        ServedWorld(machine.controls, lambda: None, troubles).mend()


def _elsewhere(asked: Asked, place: Place, name: str) -> Target:
    machine = time_machine_at(place.endpoint_url or "")
    if machine is None:
        return EndpointTarget(
            place,
            name,
            run_id=asked.run_id,
            folder=asked.folder,
            may_restore_from=asked.may_restore_from,
            terms=asked.terms,
        )
    return ServedTarget(
        place,
        name,
        machine,
        run_id=asked.run_id,
        folder=asked.folder,
        pace=asked.pace,
        on_jump=asked.on_jump,
        may_restore_from=asked.may_restore_from,
        terms=asked.terms,
    )
