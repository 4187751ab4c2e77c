"""Recovery: none. The negative control: a drill without its cure must not pass."""

from dataclasses import dataclass

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

    def recover(self, tools: RecoveryTools) -> Recovered:
        """Leave the table as it is."""
        tools.mark(Mark.DECIDED)
        return Recovered(None, None, "nothing was restored")
