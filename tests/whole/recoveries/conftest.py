"""Whole drills whose plan a test changes: another schedule, a disaster of its own, a target on which things fail."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from dynadrill.drills import run
from dynadrill.drills.disaster import Clue, Strike
from dynadrill.drills.judgement import Judgement
from dynadrill.drills.plan import Asked, Plan, make_plan
from dynadrill.drills.store import RunFolder, create
from dynadrill.drills.target import Target
from dynadrill.drills.targets.hooks import ASKED, Hooks
from dynadrill.drills.watch import SilentWatch

Change = Callable[[Plan], Plan]


@dataclass(frozen=True)
class Ran:
    """What a drill came to, and where its evidence is."""

    judgement: Judgement
    folder: RunFolder

    def calls(self, operation: str) -> list[dict[str, Any]]:
        """The calls of one operation, in order, as the call log has them."""
        lines = [orjson.loads(line) for line in self.folder.calls.read_bytes().splitlines()]
        return [line for line in lines if line["operation"] == operation]

    def kept(self, name: str) -> list[dict[str, Any]]:
        """The lines of a file that the recovery kept."""
        file = self.folder.recovery / name
        return [orjson.loads(line) for line in file.read_bytes().splitlines()] if file.exists() else []


@dataclass(frozen=True)
class LoseHome:
    """Takes the home Region down; the health dashboard tells since when."""

    def strike(self, strike: Strike) -> Clue:
        """Lose it."""
        at = strike.about_to("lose the home Region")
        assert strike.world is not None
        strike.world.lose_region(strike.region)
        return Clue("the health dashboard", at)


@dataclass(frozen=True)
class DropTable:
    """Deletes the table, deletion protection and all."""

    def strike(self, strike: Strike) -> Clue:
        """Drop it."""
        at = strike.about_to("DeleteTable")
        strike.control.update_table(TableName=strike.table, DeletionProtectionEnabled=False)
        strike.control.delete_table(TableName=strike.table)
        return Clue("CloudTrail's DeleteTable", at)


def warmed_up(seconds: float) -> Change:
    """A plan whose users work for so long before the strike."""

    def change(plan: Plan) -> Plan:
        return replace(plan, warm_up_s=seconds)

    return change


def striking(disaster: Any) -> Change:
    """A plan with another disaster."""
    return lambda plan: replace(plan, disaster=disaster)


@pytest.fixture
def drilled(tmp_path: Path) -> Callable[..., Ran]:
    """Run one drill in virtual pace, small, with a plan that may be changed before."""

    def drill(*changes: Change, **options: Any) -> Ran:
        asked = {
            "scenario": "bad_overwrite", "seed": 1, "pace": "virtual", "items": 200, "rate": 1.0,
            "notice": "20s", "decide": "30s", "rpo": "1h", "rto": "4h", **options,
        }  # fmt: skip
        plan = make_plan(Asked(**asked), lambda name, seed: create(tmp_path / "runs", name, seed, 0.0))
        for change in changes:
            plan = change(plan)
        return Ran(run.run_drill(plan, SilentWatch()), plan.folder)

    return drill


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[Any], None]]:
    """What is done to the target's world as soon as it is open: a test appends to this list."""
    todo: list[Callable[[Any], None]] = []
    honest = run.open_target

    def opened(*names: Any, **options: Any) -> Target:
        target = honest(*names, **options)
        for each in todo:
            each(target.world)
        return target

    monkeypatch.setattr(run, "open_target", opened)
    return todo


@dataclass
class Killer:
    """Ends the drill, as a kill would, when an operation was done for the so many-th time and before it is heard of."""

    operation: str = ""
    times: int = 1
    done: int = 0


@pytest.fixture
def killer(monkeypatch: pytest.MonkeyPatch) -> Killer:
    """Set its operation, and the drill is interrupted after it; what is done from then on goes through."""
    killer = Killer()
    honest = Hooks.answered

    def answered(self: Hooks, parsed: dict[str, Any], context: dict[str, Any], **more: Any) -> None:
        if context[ASKED].operation == killer.operation:
            killer.done += 1
            if killer.done == killer.times:
                raise KeyboardInterrupt
        honest(self, parsed, context, **more)

    monkeypatch.setattr(Hooks, "answered", answered)
    return killer


@pytest.fixture
def killed(drilled: Callable[..., Ran], killer: Killer, tmp_path: Path) -> Callable[..., RunFolder]:
    """Run a drill that is killed after an operation; answers its folder."""

    def run_killed(operation: str, times: int, *changes: Change, **options: Any) -> RunFolder:
        killer.operation, killer.times = operation, times
        with pytest.raises(KeyboardInterrupt):
            drilled(*changes, **options)
        assert killer.done >= times
        (folder,) = {path.parent.resolve() for path in tmp_path.glob("runs/*/*/run.json")}
        return RunFolder(folder)

    return run_killed
