"""Keeping canaries moving: one write after the other, each on disk before it is sent and after it was answered."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from ..clock import Clock
from ..history import Told, Who
from ..load.perform import Writer
from ..performed import Performed
from ..quantities import format_duration
from ..recorder import Recorder
from . import keys
from .folder import CanaryRecord

DELETED_EVERY = 5
"""Every so many rounds each canary is deleted, so that absence is seen too."""


@dataclass(frozen=True)
class Pace:
    """How many writes per second, and for how many seconds of the target's time."""

    rate_per_s: float
    for_s: float

    @property
    def said(self) -> str:
        """For people: `one write every 1.0 s`."""
        return f"one write every {format_duration(1 / self.rate_per_s)}"


def writer(recorder: Recorder, client: object, clock: Clock) -> Writer:
    """Whoever writes canaries: their writes say what is right, as a user's do."""
    return Writer(Who.LOAD, recorder, client, clock)  # type: ignore[arg-type]


def move(
    record: CanaryRecord, write: Writer, pace: Pace, tell: Callable[[Counter[Told]], None] = lambda _: None
) -> Counter[Told]:
    """Write canaries in turn until the time is up; answers how many writes had which outcome."""
    told: Counter[Told] = Counter()
    clock = write.clock
    until = clock.now() + pace.for_s
    number = 0
    while clock.now() < until:
        told[_one(record, write, number).outcome] += 1
        tell(told)
        number += 1
        clock.live(1 / pace.rate_per_s)
    return told


def remove(record: CanaryRecord, write: Writer) -> Counter[Told]:
    """Delete every canary; what is gone already is refused by the condition."""
    told: Counter[Told] = Counter()
    for number in range(record.items):
        change = keys.delete(record, number)
        told[write.write_if(record.table, change, keys.condition(record, change)).outcome] += 1
    return told


def _one(record: CanaryRecord, write: Writer, number: int) -> Performed:
    round_, which = divmod(number, record.items)
    if round_ % DELETED_EVERY == DELETED_EVERY - 1:
        change = keys.delete(record, which)
    else:
        change = keys.put(record, which, f"{write.recorder.part}-{number}")
    return write.write_if(record.table, change, keys.condition(record, change))
