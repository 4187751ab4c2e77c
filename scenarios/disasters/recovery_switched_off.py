"""Disaster: point-in-time recovery is switched off, and then bad writes come."""

from dataclasses import dataclass
from typing import ClassVar

from ...drills.disaster import Clue, Strike
from .overwrite import Overwrite


@dataclass(frozen=True)
class RecoverySwitchedOff:
    """Somebody switches point-in-time recovery off, and a batch job writes wrong values afterwards.

    It may be an intruder who prepares what follows, or a clean-up of costs. With `on_again` it is switched on again at
    once, and looks as it always did: but the restorable window begins anew with each switching on, and what was before
    is out of reach for good (Developer Guide, "Point-in-time recovery: how it works").
    """

    prevention: ClassVar[str] = (
        "Deny dynamodb:UpdateContinuousBackups to all but a break-glass role, and put an alarm on a table "
        "whose EarliestRestorableDateTime moves forward: the window begins anew with each switching on."
    )

    on_again: bool = False
    away_s: float = 60.0
    attribute: str = "total"

    def strike(self, strike: Strike) -> Clue:
        """Switch it off, and maybe on again; then write wrong values, and leave behind the batch job's log."""
        self._switch(strike, on=False)
        strike.clock.wait(self.away_s, "while point-in-time recovery is off")
        if self.on_again:
            self._switch(strike, on=True)
        return Overwrite(attribute=self.attribute).strike(strike)

    def _switch(self, strike: Strike, *, on: bool) -> None:
        strike.attempt(
            f"UpdateContinuousBackups: {'on' if on else 'off'}",
            lambda: strike.control.update_continuous_backups(
                TableName=strike.table, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": on}
            ),
        )
