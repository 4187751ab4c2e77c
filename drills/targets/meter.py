"""What a run has used so far, priced call by call, and the budget at which it ends."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from ..errors import UnverifiableError
from .operations import Parameters

Priced = Callable[[str, str, Parameters], float]
"""What one call costs, in US dollars: by service, operation and parameters."""


@dataclass(frozen=True)
class Budget:
    """What somebody agreed to spend.

    `of_call` is what a call of this process costs; `usd_per_s` what others use meanwhile: users in processes of their
    own, by the rate that they were asked for, and tables that are there.
    """

    limit_usd: float
    of_call: Priced
    usd_per_s: float = 0.0


class Meter:
    """Adds up what a run uses; until it has a budget it lets everything pass."""

    def __init__(self) -> None:
        self._budget: Budget | None = None
        self._began_at = 0.0
        self._calls_usd = 0.0
        self._lock = Lock()

    def begin(self, budget: Budget, now: float) -> None:
        """Count from now on."""
        self._budget, self._began_at = budget, now

    def lift(self) -> None:
        """Let everything pass from now on: cleaning up is not what a budget ends."""
        self._budget = None

    @property
    def holds(self) -> bool:
        """Whether there is a budget."""
        return self._budget is not None

    def count(self, service: str, operation: str, parameters: Parameters) -> None:
        """Take in a call that was answered."""
        if self._budget is not None:
            usd = self._budget.of_call(service, operation, parameters)
            with self._lock:
                self._calls_usd += usd

    def used_usd(self, now: float) -> float:
        """What was used until now."""
        if self._budget is None:
            return self._calls_usd
        return self._calls_usd + max(0.0, now - self._began_at) * self._budget.usd_per_s

    def check(self, now: float) -> None:
        """Let the next call out.

        Raises:
            UnverifiableError: the budget is used up.
        """
        budget = self._budget
        if budget is not None and (used := self.used_usd(now)) > budget.limit_usd:
            raise UnverifiableError(
                f"the budget of {budget.limit_usd:g} USD is used up: about {used:.4f} USD were used by list prices, and"
                " the run was ended before it was done",
                "Agree to more with --yes-spend; `dynadrill plan` says what costs how much.",
            )
