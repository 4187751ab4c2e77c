"""What a run has used so far, priced call by call, and the budget at which it ends."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from ..errors import BudgetError
from ..store import KeptSpent, read_spent, write_spent
from .operations import ITEM_OPERATIONS, Parameters

Priced = Callable[[str, str, Parameters], float]
"""What one call costs, in US dollars: by service, operation and parameters."""

STEP = 0.01
"""Whenever this part of the budget was used since, it is written down how much was used: so much a SIGKILL may lose."""

TOKENS = ("ClientToken", "IdempotencyToken")
"""The parameters by which a call that is asked again does nothing again."""


@dataclass(frozen=True)
class Budget:
    """What somebody agreed to spend.

    `of_call` is what a call of this process costs, `usd_per_read_unit` what one unit that a read consumed does;
    `usd_per_s` what others use meanwhile: users in processes of their own, by the rate that they were asked for.
    """

    limit_usd: float
    of_call: Priced
    usd_per_read_unit: float = 0.0
    usd_per_s: float = 0.0


class Charge(NamedTuple):
    """What was put down for one call before it was sent, and what it is told by when it is asked again."""

    usd: float
    on_items: bool = False
    token: str = ""


FREE = Charge(0.0)


class Meter:
    """Adds up what a run uses; until it has a budget it lets everything pass. Safe to use from several threads.

    Args:
        keep: the file in which it is kept how much was used, for whoever goes on with the run; None keeps nothing.
    """

    def __init__(self, keep: Path | None = None) -> None:
        self._keep = keep
        self._budget: Budget | None = None
        self._now: Callable[[], float] = lambda: 0.0
        self._began_at = 0.0
        self._calls_usd = self._kept_usd = 0.0
        self._tokens: set[str] = set()
        self._lock = Lock()

    def begin(self, budget: Budget, now: Callable[[], float]) -> None:
        """Count from now on; what an earlier process of the same run has used counts too.

        Raises:
            UnverifiableError: how much that was cannot be read.
        """
        before = read_spent(self._keep) if self._keep else None
        with self._lock:
            if before is not None:
                self._calls_usd, self._tokens = before.used_usd, set(before.tokens)
            self._budget, self._now, self._began_at = budget, now, now()
            self._write(budget)

    def lift(self) -> None:
        """Let everything pass from now on: cleaning up is not what a budget ends."""
        with self._lock:
            if self._budget is not None:
                self._write(self._budget)
            self._budget = None

    @property
    def holds(self) -> bool:
        """Whether there is a budget."""
        return self._budget is not None

    def asking(self, service: str, operation: str, parameters: Parameters) -> Charge:
        """Let a call out, and put down what it costs: on disk before it is sent, where that is much.

        Raises:
            BudgetError: the budget is used up, or would be by this call.
        """
        budget = self._budget
        if budget is None:
            return FREE
        token = next((f"{operation} {parameters[name]}" for name in TOKENS if name in parameters), "")
        with self._lock:
            usd = 0.0 if token in self._tokens else budget.of_call(service, operation, parameters)
            self._check(budget, usd)
            if token and usd:
                self._tokens.add(token)
            self._add(budget, usd)
        return Charge(usd, operation in ITEM_OPERATIONS, token)

    def refused(self, charge: Charge) -> None:
        """A call was answered with an error: a restore or an export was not made, but what items cost they cost."""
        budget = self._budget
        if budget is not None and charge.usd and not charge.on_items:
            with self._lock:
                self._tokens.discard(charge.token)
                self._add(budget, -charge.usd)

    def check(self) -> None:
        """Let a read out, of which nobody knows before what it consumes.

        Raises:
            BudgetError: the budget is used up.
        """
        budget = self._budget
        if budget is not None:
            with self._lock:
                self._check(budget, 0.0)

    def has_read(self, operation: str, parameters: Parameters, units: float | None) -> None:
        """Take in a read by the units that it consumed; where nobody says them, by what it may have been at most."""
        budget = self._budget
        if budget is not None:
            if units is None:
                usd = budget.of_call("dynamodb", operation, parameters)
            else:
                usd = units * budget.usd_per_read_unit
            with self._lock:
                self._add(budget, usd)

    def _used(self, budget: Budget) -> float:
        """What was used until now, by this process and those before it."""
        return self._calls_usd + max(0.0, self._now() - self._began_at) * budget.usd_per_s

    def _check(self, budget: Budget, usd: float) -> None:
        used = self._used(budget)
        if used + usd > budget.limit_usd:
            costs = f", {usd:.4f} more would be by the next call" if used <= budget.limit_usd else ""
            raise BudgetError(
                f"the budget of {budget.limit_usd:g} USD is used up: about {used:.4f} USD were used by list prices"
                f"{costs}, and the run was ended before it was done",
                "Agree to more with --yes-spend; `dynadrill plan` says what costs how much.",
            )

    def _add(self, budget: Budget, usd: float) -> None:
        self._calls_usd += usd
        if abs(self._used(budget) - self._kept_usd) >= STEP * budget.limit_usd:
            self._write(budget)

    def _write(self, budget: Budget) -> None:
        self._kept_usd = self._used(budget)
        if self._keep is not None and isfinite(budget.limit_usd):  # whoever agreed to everything is told nothing
            tokens = tuple(sorted(self._tokens))
            write_spent(self._keep, KeptSpent(used_usd=self._kept_usd, agreed_usd=budget.limit_usd, tokens=tokens))
