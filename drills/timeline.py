"""The timeline: the marks of a drill, the phases between them, and the RTO that they add up to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from .history import History, Jump, Read, Told, Who, Write
from .ledger import Expectation
from .marks import Mark

PHASES = {
    "notice": Mark.NOTICED,
    "decide": Mark.DECIDED,
    "wait": Mark.RESTORE_ASKED,
    "restore": Mark.ACTIVE,
    "settings": Mark.SETTINGS_BACK,
    "validate": Mark.VALIDATED,
    "cutover": Mark.CUT_OVER,
}
"""Each phase ends with its mark, and begins with the last mark before it that was reached."""

FIRST_GOOD = "first_good"
PHASE_NAMES = (*PHASES, FIRST_GOOD)


@dataclass(frozen=True)
class RecoveryTime:
    """How long users were without their table.

    `measured_s` runs from the strike to the later of the first acknowledged write and the first read found right on
    the table in service, both asked after the recovery's last mark; None where there was no such write or read.
    `phases_s` and `phases_simulated_s` hold the phases that were reached, by name. `not_over` says why there is no RTO
    although users wrote and read.
    """

    measured_s: float | None
    simulated_s: float | None
    phases_s: Mapping[str, float]
    phases_simulated_s: Mapping[str, float]
    first_write: Write | None
    first_read: Read | None
    not_over: str = ""

    def without_an_end(self, why: str) -> "RecoveryTime":
        """The same, for users who worked on a table that is no recovery: there is no RTO then."""
        return replace(
            self,
            measured_s=None,
            simulated_s=None,
            phases_s={name: s for name, s in self.phases_s.items() if name != FIRST_GOOD},
            phases_simulated_s={name: s for name, s in self.phases_simulated_s.items() if name != FIRST_GOOD},
            not_over=why,
        )


def simulated(jumps: Sequence[Jump], from_at: float, to_at: float) -> float:
    """How many seconds between two instants nobody lived through."""
    return round(sum(max(0.0, min(j.to_at, to_at) - max(j.from_at, from_at)) for j in jumps), 6)


class FirstGood(NamedTuple):
    """The users' first acknowledged write and first right read of a table after some instant, where there were any."""

    write: Write | None
    read: Read | None

    @property
    def at(self) -> float | None:
        """When both had been answered: None until then."""
        if self.write is None or self.write.told_at is None or self.read is None:
            return None
        return max(self.write.told_at, self.read.told_at)


def measure_first_good(history: History, table: str, after_at: float, expectation: Expectation | None) -> FirstGood:
    """When users were first seen to work on a table, by what they asked for after an instant."""
    return FirstGood(
        _first_write(history.writes, table, after_at),
        _first_read(history.reads, table, after_at, expectation) if expectation else None,
    )


def measure_recovery_time(
    history: History, in_service: str, expectation: Expectation | None, jumps: Sequence[Jump]
) -> RecoveryTime | None:
    """Measure the RTO and its phases; None where nothing was struck.

    Args:
        history: everything that was written down.
        in_service: the table that users worked on after the recovery.
        expectation: what reads from it are held to; None where nothing is known about it.
        jumps: the stretches of target time that nobody lived through.
    """
    struck_at, last_at = history.marks.get(Mark.STRUCK), last_mark_at(history)
    if struck_at is None or last_at is None:
        return None
    reached = [(name, history.marks[mark]) for name, mark in PHASES.items() if mark in history.marks]
    first_good = measure_first_good(history, in_service, last_at, expectation)
    if (first_good_at := first_good.at) is not None:
        reached.append((FIRST_GOOD, first_good_at))
    phases: dict[str, float] = {}
    simulated_phases: dict[str, float] = {}
    began_at = struck_at
    for name, ended_at in reached:
        phases[name] = _between(began_at, ended_at)
        simulated_phases[name] = simulated(jumps, began_at, ended_at)
        began_at = ended_at
    return RecoveryTime(
        measured_s=None if first_good_at is None else _between(struck_at, first_good_at),
        simulated_s=None if first_good_at is None else simulated(jumps, struck_at, first_good_at),
        phases_s=phases,
        phases_simulated_s=simulated_phases,
        first_write=first_good.write,
        first_read=first_good.read,
    )


def last_mark_at(history: History) -> float | None:
    """The recovery's last mark, from which on users are seen to work again; None where nothing was struck."""
    struck_at = history.marks.get(Mark.STRUCK)
    if struck_at is None:
        return None
    return next((history.marks[mark] for mark in reversed(PHASES.values()) if mark in history.marks), struck_at)


def _between(from_at: float, to_at: float) -> float:
    """The seconds between two instants, in whole microseconds of the instants, so that phases add up exactly."""
    return (round(to_at * 1e6) - round(from_at * 1e6)) / 1e6


def _first_write(writes: Sequence[Write], table: str, after_at: float) -> Write | None:
    good = (
        write
        for write in writes
        if write.who is Who.LOAD and write.table == table and write.outcome is Told.OK and write.asked_at > after_at
    )
    return min(good, key=lambda write: write.told_at or write.asked_at, default=None)


def _first_read(reads: Sequence[Read], table: str, after_at: float, expectation: Expectation) -> Read | None:
    for read in sorted(reads, key=lambda read: read.told_at):
        if read.table != table or read.asked_at <= after_at:
            continue
        if read.digest in expectation.right(read.key, read.asked_at, read.told_at):
            return read
    return None
