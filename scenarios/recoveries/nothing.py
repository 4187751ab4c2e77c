"""Recovery: none. The negative control: a drill without its cure must not pass."""

from collections.abc import Sequence
from dataclasses import dataclass

from ...drills.costs.estimate import Usage, Use
from ...drills.marks import Mark
from ...drills.promise import Method, PromiseKind
from ...drills.recovery import Recovered, RecoveryTools
from ...drills.target import Capability


@dataclass(frozen=True)
class Nothing:
    """Do nothing, and promise that nothing is wrong: the negative control, which must not pass."""

    needs: tuple[Capability, ...] = ()
    promise: PromiseKind = PromiseKind.UNDO
    method: Method | None = None

    def arm(self, tools: RecoveryTools) -> None:
        """Switch nothing on."""

    def monthly(self, usage: Usage) -> Sequence[Use]:  # noqa: ARG002 -- it costs nothing whatever the size
        """Nothing."""
        return []

    def recover(self, tools: RecoveryTools) -> Recovered:
        """Leave the table as it is."""
        tools.mark(Mark.DECIDED)
        return Recovered(None, None, "nothing was restored")
