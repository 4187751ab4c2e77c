"""Disaster: a bug deletes orders little by little."""

from dataclasses import dataclass
from typing import ClassVar

from ...drills.disaster import Clue, Strike
from ...drills.values import Change, key_of
from .batches import items_of

LIVED_S = 0.1
"""How much of the time between two deletes users live through, before the clock is moved over the rest."""


@dataclass(frozen=True)
class SlowDeletes:
    """A bug in a nightly clean-up deletes items little by little, one every few seconds, while users work on.

    The job is started on the full minute. Nothing stands out: no burst, no error, a count that sinks slowly. By the
    time somebody notices, good writes of many minutes stand between the damage's beginning and its end.
    """

    prevention: ClassVar[str] = (
        "Put an alarm on the number of deletes a minute where none are expected, and let the job print "
        "the count that it means to delete before it begins: 15 minutes would have been one."
    )

    deletes: int = 90
    every_s: float = 10.0
    full_s: float = 60.0

    def strike(self, strike: Strike) -> Clue:
        """Delete one item after the other; leave behind the job's log: what it deleted, and when."""
        keys = [key_of(item, strike.key_attributes) for item in items_of(strike)]
        chosen = strike.random.sample(keys, min(self.deletes, len(keys)))
        strike.clock.wait(-strike.clock.now() % self.full_s, "until the job is started")
        began_at = strike.clock.now()
        logged_at: list[float] = []
        for key in chosen:
            logged_at.append(strike.clock.now())
            strike.send([Change(key, None)])
            strike.clock.live(min(LIVED_S, self.every_s))
            strike.clock.wait(self.every_s - LIVED_S, "until the bug strikes again")
        log = tuple(Change(key, None) for key in chosen)
        return Clue("the clean-up job's log", began_at, log, logged_at=tuple(logged_at))
