"""The count of what the users of one process did."""

from collections import Counter
from dataclasses import dataclass, field

from ..history import LoadCount, Told
from ..performed import Performed

MILLISECONDS = 1000


@dataclass
class Tally:
    """Operations by outcome, latencies by whole milliseconds, errors by name. Reads are operations too."""

    outcomes: Counter[Told] = field(default_factory=Counter)
    latencies_ms: Counter[int] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)

    def add(self, performed: Performed) -> None:
        """Count one operation."""
        self.outcomes[performed.outcome] += 1
        self.latencies_ms[int(performed.latency_s * MILLISECONDS)] += 1
        if performed.error:
            self.errors[performed.error] += 1

    def add_unanswered(self, operations: int) -> None:
        """Count operations that were in flight when the process had to end: nobody knows."""
        if operations:
            self.outcomes[Told.INFO] += operations
            self.errors["Unanswered"] += operations

    def counted(self, active_s: float) -> LoadCount:
        """What was counted, for the history; `active_s` are the seconds for which the users were free to run."""
        return LoadCount(
            ops=self.outcomes.total(),
            ok=self.outcomes[Told.OK],
            fail=self.outcomes[Told.FAIL],
            info=self.outcomes[Told.INFO],
            active_s=round(active_s, 6),
            latencies_ms={str(latency): ops for latency, ops in sorted(self.latencies_ms.items())},
            errors=dict(sorted(self.errors.items())),
        )
