"""Killing a drill between any two of its recovery's steps, and what somebody does who finds it dead."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from dynadrill.drills import run
from dynadrill.drills.recovery import RecoveryTools
from dynadrill.drills.tables import table_id
from dynadrill.drills.targets.access import Access
from dynadrill.drills.targets.cleaning import clean_up
from dynadrill.drills.targets.controls import Controls
from dynadrill.drills.targets.embedded import EmbeddedTarget, Parts
from dynadrill.drills.targets.leftovers import tables_left, transfers_left
from dynadrill.drills.targets.removing_tables import remove_table
from dynadrill.drills.timemachine.durations import NOTHING, Durations, Load

from .watched import Around, OwnCalls

MOST_OF_A_ROW = 6
"""Before and after each of the first three calls of an operation in a row."""


LONGEST_WORK_S = 20.0
"""How long restores and the like take: the users of a drill whose recovery is killed fifty times work all the while."""


A_DAY_S = 86_400.0


class Killed(BaseException):
    """The process ends here: nothing in it may catch this."""


@dataclass
class Killer(OwnCalls):
    """Ends the process at a step of the recovery: before a call of its own leaves, or when it is done, unheard.

    Step 0 is before the first call, step 1 after it, step 2 before the second one, and so on; of an operation that is
    called again and again, as where it waits, the first few. A process that has died for good makes no call any more.
    """

    step: int | None = None
    after: str = ""
    """Instead of a step: the operation whose answer is not heard."""
    steps: int = 0
    dead: bool = False
    last: tuple[str, int] = ("", 0)
    targets: list[EmbeddedTarget] = field(default_factory=list)

    def asked(self, operation: str, params: Iterable[str], *, own: bool) -> None:
        """A call is about to leave, if this is not the step."""
        self._reached(operation, own=own)

    def answered(self, operation: str, *, own: bool) -> None:
        """A call was done, and is heard of if this is not the step."""
        if own and operation == self.after:
            raise Killed
        self._reached(operation, own=own)

    def _reached(self, operation: str, *, own: bool) -> None:
        if self.dead:
            raise Killed
        if own:
            name, times = self.last
            self.last = (operation, times + 1 if name == operation else 1)
            self.steps += self.last[1] <= MOST_OF_A_ROW
            if self.step == self.steps - 1 and self.last[1] <= MOST_OF_A_ROW:
                raise Killed

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Be at every call, know the targets that are opened, and let work be done soon."""
        super().install(patch)
        opened, lasts = run.open_target, Durations.of

        def open_target(*given: Any, **named: Any) -> Any:
            target = opened(*given, **named)
            assert isinstance(target, EmbeddedTarget)
            self.targets.append(target)
            return target

        def soon(durations: Durations, kind: str, load: Load = NOTHING) -> float:
            return min(lasts(durations, kind, load), LONGEST_WORK_S)

        patch.setattr(run, "open_target", open_target)
        patch.setattr(Durations, "of", soon)

    def around(self, _part: str, _tools: RecoveryTools, part: Callable[[], Any]) -> Any:
        """What is around each part of the recovery: at its step the process dies for good."""
        with self.at_work():
            try:
                return part()
            except Killed:
                self.dead = True
                raise

    def again_and_again(self, stride: int) -> Around:
        """What is around the recovery: killed at a step, what is half made removed, run again, killed later, and so on.

        So in one drill the recovery is killed at every `stride`-th step, until it comes to its end.
        """

        def do(part: str, _tools: RecoveryTools, recover: Callable[[], Any]) -> Any:
            if part not in ("recover", "before_cutover"):
                return recover()
            self.step = 0
            while True:
                self.steps = 0
                try:
                    with self.at_work():
                        return recover()
                except Killed:
                    self.step += stride
                if part == "recover":
                    self.remove_what_is_half_made()

        return do

    def remove_what_is_half_made(self) -> None:
        """Remove the table that the recovery was about to make, wherever it is, and nothing else."""
        target = self.targets[-1]
        await_work(target)
        for region in reachable(target):
            control = target.control(region)
            for table in tables_left(control, target._access.inventory):
                if table.endswith("-restored"):
                    name = table_id(table, None if region == target.region else region)
                    assert not remove_table(target, name, lambda _: None)

    def sweep(self, folder: Path) -> list[str]:
        """Clean up as a new process does that finds written down what the run was about to make, and where."""
        dead, self.dead, self.step, self.after = self.targets[-1], False, None, ""
        known = dead._access.inventory
        fresh = Access(dead._access.place, known.prefix.split("-")[1], folder, dead.clock)
        assert fresh.inventory.prefix == known.prefix
        fresh.inventory.tables |= known.tables
        fresh.inventory.things |= known.things
        fresh.inventory.by_prefix = True
        for service, region in dead._access._made:
            fresh._client(service, region)
        assert isinstance(dead.world, Controls)
        target = EmbeddedTarget(fresh, dead.clock, None, dead.world, Parts())
        left = clean_up(target, lambda _: None)
        dead.clock.wait(A_DAY_S, "whatever comes later has come")
        return [*left, *target.leftovers()]


def reachable(target: EmbeddedTarget) -> list[str]:
    """The Regions that the drill has touched, without those that are lost."""
    assert target.world is not None
    lost = target.world.lost_regions()
    return sorted({region for _, region in target._access._made} - set(lost))


def await_work(target: EmbeddedTarget) -> None:
    """What makes a table in its own time is waited for, where it can be."""
    for region in reachable(target):
        control, inventory = target.control(region), target._access.inventory
        while transfers_left(control, inventory):
            target.clock.wait(15.0, "until the import is over")
        if ("backup", region) in target._access._made:
            backup = target.service("backup", region)
            while any(job["Status"] in ("PENDING", "RUNNING") for job in backup.list_restore_jobs()["RestoreJobs"]):
                target.clock.wait(15.0, "until restore jobs are over")
