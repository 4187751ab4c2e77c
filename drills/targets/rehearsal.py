"""A stage to rehearse on: a machine in this process that stands in for a target, with whoever watches its calls.

What runs on it is asked for through the same code as on AWS: tags, journal, and whose account it is included.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

from ..iam.asked import Asked, Need
from ..target import Target
from ..timemachine.calls import Answer
from ..timemachine.clock_kind import ClockKind
from ..timemachine.machine import ManualClock, TimeMachine
from .clients import Place, control_client
from .clocks import OnJump
from .controls import within
from .hooks import Hooks
from .in_process import Answering
from .open import Pace
from .served import Machine, ServedTarget
from .terms import Terms

Watcher = Callable[[Asked, tuple[Need, ...], Answer], None]


class Rehearsing:
    """A stage, and the one target on it.

    Args:
        name: what the target is called that it stands in for.
        region: its home Region.
        starts_at: where its time begins.
    """

    def __init__(self, name: str, region: str, starts_at: float) -> None:
        self.name = name
        self.clock = ManualClock(starts_at)
        self.machine = TimeMachine(self.clock, clock_kind=ClockKind.MANUAL)
        self.place = Place("http://embedded.invalid", region, Answering(self.machine))

    def watch(self, watcher: Watcher) -> None:
        """Be told of every call from now on."""
        self.machine.fleet.rights.watcher = watcher

    def somebody(self, service: str = "dynamodb", region: str | None = None) -> Any:
        """A client of whoever else is there, whose calls nobody looks at: for what was there before."""
        place = Place(self.place.endpoint_url, region or self.place.region, self.place.answering)
        return control_client(place, Hooks(_AnythingGoes(), None), service)

    def open(  # noqa: PLR0913 - the contract of `open_target`
        self,
        name: str,  # noqa: ARG002 - it stands in for that
        *,
        run_id: str,
        folder: Path,
        pace: Pace,  # noqa: ARG002 - always virtual
        starts_at: float,  # noqa: ARG002 - its time has begun
        seed: int,  # noqa: ARG002 - the machine is there
        on_jump: OnJump,
        may_restore_from: frozenset[str] = frozenset(),
        region: str | None = None,  # noqa: ARG002 - it has one
        terms: Terms | None = None,
    ) -> Target:
        """Open the target; as `open_target`."""
        virtual: Literal["virtual"] = "virtual"
        target = ServedTarget(
            self.place,
            self.name,
            Machine(within(self.machine), ClockKind.MANUAL),
            run_id=run_id,
            folder=folder,
            pace=virtual,
            on_jump=on_jump,
            may_restore_from=may_restore_from,
            terms=terms,
        )
        target.connection = None  # nobody else is to reach it
        return target


class _AnythingGoes:
    """A guard that lets everything out: of a stage nothing stays."""

    def check(self, operation: str, parameters: Mapping[str, Any]) -> str | None:
        """Let it out."""
        del operation, parameters
        return None

    def check_neighbour(self, service: str, operation: str, parameters: Mapping[str, Any]) -> str | None:
        """Let it out."""
        del service, operation, parameters
        return None

    def answered(self, operation: str, made: str | None, answer: dict[str, Any]) -> None:
        """Learn nothing."""

    def answered_by_neighbour(self, service: str, operation: str, answer: dict[str, Any]) -> None:
        """Learn nothing."""
